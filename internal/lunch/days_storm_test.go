package lunch_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestWhateverTheLeadDoesAtOnce: menus, ticks, weather, prices, days that are called off
// and a kitchen that changes, while people order, travel and stand, and the clock closes
// days: nobody waits for each other for good, and every day can be counted once more.
func TestWhateverTheLeadDoesAtOnce(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	days := []time.Time{h.tuesday, dayAt(25), dayAt(26)}
	for _, day := range days {
		h.menu(day, all("tofu", "rice")...)
		require.NoError(t, h.lunch.Publish(h.ctx, h.chef, day))
	}
	h.exec(`UPDATE lunch_places SET capacity = 3`)
	people := h.eaters(10)
	h.diet(people[0].Person, lunch.Halal)
	h.pass(h.at(23, 15, 59))
	h.clk.Advance(time.Hour)
	seed, errs := luck.Seed(t), make([]error, stormHands)
	var hands sync.WaitGroup
	for n := range stormHands {
		hands.Go(func() {
			s := storming{h, rand.New(rand.NewPCG(seed, uint64(n))), days}
			for range stormMoves {
				err := s.lead(days[s.dice.IntN(len(days))])
				if n%2 == 0 {
					err = s.move(people[s.dice.IntN(len(people))])
				}
				if err != nil && !refusal.Is(err, refusal.Conflict) && !refusal.Is(err, refusal.NotFound) &&
					!errors.Is(err, context.DeadlineExceeded) && !pg.Away(err) {
					errs[n] = err
				}
			}
		})
	}
	hands.Wait()
	require.NoError(t, errors.Join(errs...))
	require.Zero(t, h.number(`SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`), "all lock in one order")
	h.exec(`UPDATE lunch_places SET capacity = 100 WHERE mode = 'bring'`) // the lead may have made it less than was ordered
	h.rulesHold()
	for _, day := range days {
		sheet, err := h.lunch.Sheet(h.ctx, h.chef, day)
		require.NoError(t, err)
		again, err := h.lunch.Recount(h.ctx, h.id, day)
		require.NoError(t, err)
		require.Equal(t, again, sheet.Count)
	}
	require.Equal(t, 1, h.number(`SELECT count(*) FROM lunch_events WHERE code = 'closed'`), "Tuesday, once")
}

// lead is one of all that whoever runs the kitchen, or the clock, may do.
func (s storming) lead(day time.Time) (err error) {
	name := day.Format(time.DateOnly)
	k := lunch.UsualKitchen()
	switch s.dice.IntN(11) {
	case 0:
		lines := all("tofu", fmt.Sprintf("dish %d", s.dice.IntN(3)))
		_, err = s.lunch.WriteMenu(s.ctx, s.chef, day, lines)
	case 1:
		_, err = s.lunch.WriteMenu(s.ctx, s.chef, day, []lunch.Line{{Name: "dish 1", Choice: 1}, {Name: "dish 2", Choice: 2}})
	case 2:
		dishes, readErr := s.lunch.Dishes(s.ctx, s.chef)
		if readErr != nil {
			return readErr
		}
		_, err = s.lunch.Tick(s.ctx, s.chef, dishes[s.dice.IntN(len(dishes))].ID, lunch.Ticks[:s.dice.IntN(3)])
	case 3:
		err = s.lunch.Rain(s.ctx, s.chef, day, s.dice.IntN(2) == 0)
	case 4:
		err = s.lunch.Price(s.ctx, s.chef, day, s.dice.IntN(900))
	case 5:
		k.Price = 700 + s.dice.IntN(3)
		err = s.lunch.ChangeKitchen(s.ctx, s.chef, k)
	case 6:
		err = s.lunch.Do(s.ctx, s.id, "lunch.roll", []byte(`{}`))
	case 7:
		err = s.lunch.Do(s.ctx, s.id, "lunch.close", []byte(`{"day":"`+name+`"}`))
	case 8:
		err = s.lunch.Do(s.ctx, s.id, "lunch.ask", []byte(`{"day":"`+name+`"}`))
	case 9:
		if s.dice.IntN(6) == 0 && !day.Equal(s.tuesday) {
			err = s.lunch.CallOff(s.ctx, s.chef, day, "no gas")
		}
	default:
		_, err = s.lunch.Wish(s.ctx, s.chef, s.tuesday, s.wang.Person, s.dice.IntN(3))
		if all, readErr := s.lunch.Wishes(s.ctx, s.chef); readErr == nil && len(all) > 0 {
			_, err = s.lunch.Answer(s.ctx, s.chef, all[0].ID, s.dice.IntN(3)-1)
		}
	}
	return err
}
