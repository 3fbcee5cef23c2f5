package childcare_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// steps is how much happens in a storm of days.
var steps = flag.Int("steps", 60, "how much happens in a storm of days")

// TestAStormOfDays: whatever families, the lead and the clock do, at every moment no
// sitting has a child too many that it did not have before, no child is at two places,
// what is booked is a whole chain of what there is, nobody who is absent is expected, and
// nobody waits for whom there is room.
func TestAStormOfDays(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	of, children := h.others(10)
	dice := rand.New(rand.NewPCG(luck.Seed(t), 0))
	for _, p := range h.patterns() {
		p.Places = 2
		require.NoError(t, h.care.ChangePattern(h.ctx, h.hua, p))
	}
	done := map[string]int{}
	for n := range *steps {
		i := dice.IntN(len(of))
		name, err := h.storm(of[i], children[i], dice)
		if !refusal.Is(err, refusal.Conflict) && !refusal.Is(err, refusal.NotFound) {
			require.NoError(t, err, "step %d: %s", n, name)
			done[name]++
		}
		require.Empty(t, h.broken(), "step %d: %s", n, name)
	}
	t.Log(done)
}

func (h *hall) patterns() []childcare.Pattern {
	h.Helper()
	all, err := h.care.Patterns(h.ctx, h.id)
	require.NoError(h, err)
	return all
}

// storm is one thing that somebody does, or some hours that pass.
func (h *hall) storm(a people.Actor, child int64, dice *rand.Rand) (name string, err error) {
	what := dice.IntN(100)
	if what < 96 {
		return h.act(a, child, dice, what)
	}
	h.pass(h.clk.Now().Add(time.Duration(1+dice.IntN(8)) * time.Hour))
	return "time passes", nil
}

// act is one thing that somebody does, of 96.
func (h *hall) act(a people.Actor, child int64, dice *rand.Rand, what int) (name string, err error) {
	day := h.today().AddDate(0, 0, 1+dice.IntN(2))
	part := []childcare.Part{childcare.Noon, childcare.After, childcare.Noon, childcare.After, childcare.Whole}[dice.IntN(5)]
	var mine []int64
	require.NoError(h, h.db.Select(&mine, `SELECT id FROM care_bookings WHERE child_id = $1 AND day >= $2 ORDER BY random()`, child, h.today()))
	switch {
	case what < 52:
		_, err = h.care.Book(h.ctx, a, childcare.Wish{Child: child, Day: day, Part: part})
		return "book", err
	case what < 62 && len(mine) > 0:
		_, err = h.care.Cancel(h.ctx, a, mine[0])
		return "cancel", err
	case what < 67 && len(mine) > 0:
		_, err = h.care.Answer(h.ctx, a, mine[0], dice.IntN(2) == 0)
		return "answer", err
	case what < 71 && len(mine) > 0:
		_, err = h.care.TakeItself(h.ctx, a, mine[0], true)
		return "takes itself", err
	case what < 74:
		_, err = h.care.Absent(h.ctx, a, child, day, day.AddDate(0, 0, dice.IntN(3)), childcare.Ill)
		return "absent", err
	case what < 79:
		all, err := h.care.Absences(h.ctx, a, child)
		if err == nil && len(all) > 0 {
			err = h.care.Comes(h.ctx, a, all[0].ID)
		}
		return "comes", err
	case what < 82:
		on := childcare.Weekdays{1 + dice.IntN(5)}
		return "standing", h.care.SetStanding(h.ctx, a, child, []childcare.Part{childcare.Noon, childcare.After}[dice.IntN(2)], on)
	case what < 86:
		_, err = h.care.Enrol(h.ctx, a, childcare.Child{
			ID: child, School: h.school, Grade: dice.IntN(7), Naps: dice.IntN(2) == 0, Subject: []childcare.Subject{"", "maths"}[dice.IntN(2)],
		})
		return "file", err
	case what < 90:
		all := h.patterns()
		p := all[dice.IntN(len(all))]
		p.Places, p.Price = 1+dice.IntN(4), 100*dice.IntN(9)
		if p.What == childcare.Mind {
			p.From += calendar.Clock(dice.IntN(3)*10 - 10)
		}
		return "pattern", h.care.ChangePattern(h.ctx, h.hua, p)
	case what < 93:
		all, err := h.care.Ahead(h.ctx, h.hua, 3)
		require.NoError(h, err)
		if d := all[dice.IntN(len(all))]; len(d.Sittings) > 0 {
			err = h.care.SetPlaces(h.ctx, h.hua, d.Sittings[dice.IntN(len(d.Sittings))].ID, dice.IntN(5))
		}
		return "places", err
	default:
		if dice.IntN(2) == 0 {
			return "break dropped", h.care.DropBreak(h.ctx, h.hua, day)
		}
		kind := []childcare.BreakKind{childcare.Free, childcare.Lessons, childcare.Shut}[dice.IntN(3)]
		return "break", h.care.SetBreak(h.ctx, h.hua, childcare.Break{From: day, Until: day, Kind: kind})
	}
}

// broken are the rules that do not hold.
func (h *hall) broken() []string {
	h.Helper()
	var all []string
	require.NoError(h, h.db.Select(&all, `
		WITH held AS (
			SELECT l.* FROM care_legs l JOIN care_bookings b ON b.community_id = l.community_id AND b.id = l.booking_id
			WHERE b.state IN ('booked', 'offered'))
		SELECT format('sitting %s: %s counted, %s taken', s.id, s.taken, count(l.*)) FROM care_sittings s
			LEFT JOIN held l ON l.sitting_id = s.id GROUP BY s.id, s.taken HAVING count(l.*) <> s.taken
		UNION ALL SELECT format('child %s: twice at %s', a.child_id, a.starts_at) FROM held a JOIN held b
			ON a.child_id = b.child_id AND (a.booking_id, a.sitting_id) < (b.booking_id, b.sitting_id)
			AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
			AND NOT (a.what = 'talk' AND b.what IN ('mind', 'tutor') AND a.starts_at >= b.starts_at AND a.ends_at <= b.ends_at
				OR b.what = 'talk' AND a.what IN ('mind', 'tutor') AND b.starts_at >= a.starts_at AND b.ends_at <= a.ends_at)
		UNION ALL SELECT format('booking %s has a leg of what is cancelled', l.booking_id) FROM held l
			JOIN care_sittings s ON s.id = l.sitting_id AND s.cancelled_at IS NOT NULL
		UNION ALL SELECT format('child %s is absent and booked on %s', b.child_id, b.day) FROM care_bookings b
			JOIN care_absences a ON a.child_id = b.child_id AND a.ended_at IS NULL AND b.day BETWEEN a.from_day AND a.until_day
			WHERE b.state <> 'cancelled'
		UNION ALL SELECT format('booking %s has a %s that is not for its child', l.booking_id, s.what) FROM held l
			JOIN care_sittings s ON s.id = l.sitting_id JOIN care_children c ON c.child_id = l.child_id
			JOIN care_days d ON d.day = l.day AND d.state = 'open'
			WHERE s.what = 'nap' AND NOT c.naps OR s.what = 'tutor' AND (c.subject = '' OR c.grade = 0)
		UNION ALL SELECT format('booking %s waits on a day that takes nothing', b.id) FROM care_bookings b
			JOIN care_days d ON d.community_id = b.community_id AND d.day = b.day AND d.state <> 'open' WHERE b.state IN ('waiting', 'offered')`))
	return append(all, h.starved()...)
}

// starved are the bookings that wait though there is room for all of their chain, or have
// another chain than their child would be given.
func (h *hall) starved() (all []string) {
	h.Helper()
	var open []struct {
		ID, Child, By int64
		Part          childcare.Part
		Day           time.Time
	}
	require.NoError(h, h.db.Select(&open, `
		SELECT b.id, b.child_id AS child, t.person_id AS by, b.part, b.day FROM care_bookings b
		JOIN care_days d ON d.community_id = b.community_id AND d.day = b.day AND d.state = 'open' AND d.closes_at > $1
		JOIN ties t ON t.for_id = b.child_id AND t.kind = 'guardian'
		WHERE b.state <> 'cancelled' ORDER BY b.id`, h.clk.Now()))
	for _, w := range open {
		offers, err := h.care.Offers(h.ctx, people.Actor{Community: h.id, Person: w.By}, w.Child, w.Day, 1)
		require.NoError(h, err)
		var mine childcare.Offer
		busy := false
		for _, o := range offers {
			if o.Booking != nil && o.Booking.ID == w.ID {
				mine = o
			}
		}
		for _, o := range offers {
			if o.Booking != nil && o.Booking.ID != w.ID && o.Booking.Holds() {
				for _, s := range o.Sittings {
					for _, m := range mine.Sittings {
						busy = busy || s.StartsAt.Before(m.EndsAt) && m.StartsAt.Before(s.EndsAt)
					}
				}
			}
		}
		switch {
		case len(mine.Sittings) == 0:
			all = append(all, fmt.Sprintf("booking %d has no chain", w.ID))
		case mine.Booking.Status == childcare.Waiting && mine.Left > 0 && !busy:
			all = append(all, fmt.Sprintf("booking %d waits for what is free", w.ID))
		}
	}
	return all
}
