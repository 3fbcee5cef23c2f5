package cases

import (
	"context"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// planAhead is how far ahead somebody can announce themselves.
const planAhead = 14 * 24 * time.Hour

// Plan says when whoever took a case comes; those who brought it are told. Another
// time takes the place of the one before.
func (s *Service) Plan(ctx context.Context, actor people.Actor, id int64, at time.Time) (Case, error) {
	return s.on(ctx, call{"plan", access.Progress, actor, id}, func(t *turn) error {
		if !leads(t.from, MovePlan) || t.c.Holder != t.actor.Person {
			return t.tooLate(ctx)
		}
		if t.c.ComingAt != nil && t.c.ComingAt.Equal(at) {
			return nil
		}
		if !at.After(t.now) || at.After(t.now.Add(planAhead)) {
			return refusal.New(refusal.Invalid, "case.bad_time")
		}
		t.c.ComingAt = &at
		if err := t.become(ctx, MovePlan, Taken, detail{"coming": at}); err != nil {
			return err
		}
		return t.tellFamily(ctx, news{topic: "case.coming", urgency: noticeOf(t.c)})
	})
}

// Times are when somebody could say that they come to a case: a few, the soonest
// first. Soon is by day, as they are there now; later is in office hours, where it
// is not urgent.
func (s *Service) Times(ctx context.Context, c Case) ([]time.Time, error) {
	r, err := s.rulesOf(ctx, c.Community)
	if err != nil {
		return nil, err
	}
	return r.times(c, s.now()), nil
}

// mostTimes is how many of them are offered.
const mostTimes = 5

func (r rules) times(c Case, now time.Time) []time.Time {
	zone := r.duty.Zone
	if zone == nil {
		zone = time.UTC
	}
	y, m, d := now.In(zone).Date()
	at := func(day, hour int) time.Time { return time.Date(y, m, d+day, hour, 0, 0, 0, zone) }
	soon := []time.Time{up(now.Add(30*time.Minute), 15*time.Minute), up(now.Add(2*time.Hour), 30*time.Minute)}
	soon = slices.DeleteFunc(soon, func(t time.Time) bool { return !c.Urgent && !byDay(t.In(zone)) })
	var later []time.Time
	for day := range 14 {
		later = append(later, at(day, 9), at(day, 14), at(day, 16))
	}
	later = slices.DeleteFunc(later, func(t time.Time) bool {
		return !t.After(now) || t.After(now.Add(planAhead)) || !c.Urgent && r.duty.Zone != nil && !r.duty.In(t)
	})
	some := slices.SortedFunc(slices.Values(append(soon, later...)), time.Time.Compare)
	return apart(some)[:min(len(apart(some)), mostTimes)]
}

// byDay reports whether the wall shows an hour at which one can ring at a door.
func byDay(t time.Time) bool { return t.Hour() >= 7 && t.Hour() < 21 }

// up is the next round time of the wall.
func up(t time.Time, to time.Duration) time.Time { return t.Add(to - time.Nanosecond).Truncate(to) }

// apart leaves out what is less than an hour after the time before.
func apart(some []time.Time) (few []time.Time) {
	for _, t := range some {
		if len(few) == 0 || t.Sub(few[len(few)-1]) >= time.Hour {
			few = append(few, t)
		}
	}
	return few
}
