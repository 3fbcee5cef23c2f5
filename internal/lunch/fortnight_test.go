package lunch_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// fortnight is two weeks of a kitchen.
type fortnight struct {
	*hall
	dice *rand.Rand
	all  []people.Actor
}

// TestAFortnight: forty diners, some by standing order and some without Telegram, who
// order, think again, travel, fall ill and come back; a menu that is pasted and copied, a
// dish that turns out to be pork, a day of rain and one without gas. Each day closes at
// its minute, once, its sheet says what happened, and nobody has lunch who should not.
func TestAFortnight(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	f := fortnight{h, rand.New(rand.NewPCG(1, 7)), h.eaters(30)}
	for n := range 8 {
		f.all = append(f.all, h.eater(fmt.Sprintf("T%d", n)))
	}
	f.all = append(f.all, h.mei, h.wang)
	for n, a := range f.all {
		if n%3 == 0 {
			_, err := h.lunch.Standing(h.ctx, a, a.Person, weekdays)
			require.NoError(t, err)
		}
		if n%7 == 0 {
			h.diet(a.Person, lunch.Halal)
		}
	}
	f.paste()
	for at := h.at(23, 10, 0); at.Before(h.at(36, 12, 0)); at = at.Add(time.Hour) {
		f.hour(at)
	}
	f.ends()
}

// paste writes the first week, and copies it into the second.
func (f fortnight) paste() {
	f.Helper()
	written, faults := lunch.ReadMenus("周二：饺子/豆腐、粥\n周三：面条、青菜\n周四：鱼、饭\n周五：汤、饼", dayAt(23))
	require.Empty(f, faults)
	for _, w := range written {
		f.menu(w.Day, w.Lines...)
	}
	f.menu(dayAt(30), all("饭", "菜")...)
	f.menu(dayAt(37), all("饭", "菜")...)
	days, err := f.lunch.CopyWeek(f.ctx, f.chef, dayAt(24), dayAt(31))
	require.NoError(f, err)
	require.Len(f, days, 4)
}

// hour lets an hour pass, in which something may happen.
func (f fortnight) hour(at time.Time) {
	f.Helper()
	f.pass(at)
	switch at {
	case f.at(23, 12, 0):
		f.ticks("饺子", lunch.Pork)
	case f.at(25, 18, 0):
		require.NoError(f, f.lunch.Rain(f.ctx, f.chef, dayAt(26), true))
	case f.at(26, 9, 0):
		require.NoError(f, f.lunch.CallOff(f.ctx, f.chef, dayAt(27), "停气"))
	}
	if at.Hour() < 8 || at.Hour() > 20 {
		return
	}
	for range 3 {
		f.something(f.all[f.dice.IntN(len(f.all))])
	}
	if at.Hour() == 15 {
		f.round(date(at))
	}
	if at.Hour() == 18 {
		f.decides()
	}
}

// date is the day of a moment.
func date(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
}

// something happens to somebody; that it is refused is an answer too.
func (f fortnight) something(a people.Actor) {
	f.Helper()
	offers, err := f.lunch.Coming(f.ctx, a, a.Person, 1)
	require.NoError(f, err)
	if len(offers) == 0 {
		return
	}
	day := offers[0].Day.Day
	switch f.dice.IntN(12) {
	case 0:
		_, err = f.people.Away(f.ctx, f.secretary, a.Person, nil)
	case 1:
		_, err = f.people.Hospital(f.ctx, f.secretary, a.Person, nil)
	case 2, 3:
		_, err = f.people.Back(f.ctx, f.secretary, a.Person)
	case 4, 5:
		_, err = f.lunch.NotThen(f.ctx, a, day, a.Person)
	case 6:
		_, err = f.lunch.Wish(f.ctx, a, day, a.Person, f.dice.IntN(3))
	case 7:
		_, err = f.lunch.Voice(f.ctx, a, "file")
	default:
		mode := lunch.Modes[f.dice.IntN(3)]
		_, err = f.lunch.Order(f.ctx, a, lunch.Wish{Day: day, Person: a.Person, Mode: mode, List: lunch.TakeForMe})
	}
	if err != nil && !refusal.Is(err, refusal.Conflict) {
		require.NoError(f, err)
	}
}

// round phones everybody about the next day.
func (f fortnight) round(today time.Time) {
	f.Helper()
	var next []time.Time
	require.NoError(f, f.db.Select(&next, `SELECT day FROM lunch_days WHERE state = 'published' AND day > $1 ORDER BY day LIMIT 1`, today))
	if len(next) == 0 {
		return
	}
	list, err := f.lunch.CallList(f.ctx, f.chef, next[0])
	require.NoError(f, err)
	for n, c := range list {
		_, err := f.lunch.Called(f.ctx, f.chef, next[0], c.Person, []lunch.Called{lunch.SaysYes, lunch.SaysNo, lunch.NoReply}[n%3])
		if err != nil && !refusal.Is(err, refusal.Conflict) {
			require.NoError(f, err)
		}
	}
}

// decides answers whatever the lead is asked.
func (f fortnight) decides() {
	f.Helper()
	all, err := f.lunch.Wishes(f.ctx, f.chef)
	require.NoError(f, err)
	for _, r := range all {
		_, err := f.lunch.Answer(f.ctx, f.chef, r.ID, f.dice.IntN(4)-1)
		if err != nil && !refusal.Is(err, refusal.Conflict) {
			require.NoError(f, err)
		}
	}
}

// ends looks back.
func (f fortnight) ends() {
	f.Helper()
	f.rulesHold()
	var days []struct {
		Day    time.Time
		State  lunch.State
		Closes time.Time
		Closed *time.Time
	}
	require.NoError(f, f.db.Select(&days, `
		SELECT day, state, closes_at AS closes, closed_at AS closed FROM lunch_days WHERE closes_at <= $1 ORDER BY day`, f.clk.Now()))
	cooked := 0
	for _, d := range days {
		if d.State == lunch.CalledOff {
			require.Equal(f, dayAt(27), date(d.Day))
			continue
		}
		require.Equal(f, d.Closes, *d.Closed, "at its minute")
		s, err := f.lunch.Sheet(f.ctx, f.chef, d.Day)
		require.NoError(f, err)
		again, err := f.lunch.Recount(f.ctx, f.id, d.Day)
		require.NoError(f, err)
		require.Equal(f, again, s.Count)
		cooked += s.Count.Portions
		for _, l := range s.Labels {
			for _, c := range l.Clashes {
				require.False(f, c.Serious(), "%s %s", d.Day, l.Name)
			}
		}
	}
	f.Logf("%d days, %d portions", len(days), cooked)
	require.Len(f, days, 10)
	require.Greater(f, cooked, 100)
	require.Equal(f, f.number(`SELECT count(*) FROM lunch_days WHERE closed_at IS NOT NULL`), f.number(`SELECT count(*) FROM outbox WHERE topic = 'lunch.sheet'`))
	require.Positive(f, f.number(`SELECT count(*) FROM lunch_events WHERE code = 'wish_answered' AND detail->>'granted' = 'true'`))
}
