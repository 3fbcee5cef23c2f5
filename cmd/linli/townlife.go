package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/refusal"
)

// life is what people of the towns do day by day who have no phone on the page: they
// order lunch, cook and carry it, and pay; they fetch children, mind them, and collect
// their own. What somebody with a phone does by hand they
// find done; what nobody does they do in the end, so that the days go on while the clock
// is moved.
type life struct {
	mu   sync.Mutex
	upTo time.Time // what is to be done until then is done
}

// chore is something that happens in a kitchen, or a hall, at an hour of a workday.
type chore struct {
	at   calendar.Clock
	days lunch.Weekdays // nil: on all
	does func(k *cooking) error
}

// chores are those of a day, by the hour.
var chores = []chore{
	{calendar.ClockAt(7, 25), nil, cares((*caring).falls)},
	{calendar.ClockAt(7, 35), nil, (*cooking).answers},
	{calendar.ClockAt(7, 40), nil, (*cooking).arrive},
	{calendar.ClockAt(8, 45), nil, (*cooking).arrive},
	{calendar.ClockAt(9, 0), lunch.Weekdays{4}, (*cooking).cannotCome},
	{calendar.ClockAt(9, 30), nil, (*cooking).settles},
	{calendar.ClockAt(9, 40), nil, (*cooking).writesTomorrow},
	{calendar.ClockAt(10, 20), nil, func(k *cooking) error { return k.order(3) }},
	{calendar.ClockAt(10, 40), nil, (*cooking).stepsIn},
	{calendar.ClockAt(11, 5), nil, (*cooking).arrive},
	{calendar.ClockAt(11, 8), nil, cares((*caring).comeToMind)},
	{calendar.ClockAt(11, 40), nil, func(k *cooking) error { return k.order(2) }},
	{calendar.ClockAt(11, 46), nil, cares((*caring).comeToMind)},
	{calendar.ClockAt(11, 48), nil, cares((*caring).fetch)},
	{calendar.ClockAt(11, 50), nil, (*cooking).pay},
	{calendar.ClockAt(12, 3), nil, cares((*caring).bring)},
	{calendar.ClockAt(12, 10), nil, (*cooking).come},
	{calendar.ClockAt(12, 20), nil, (*cooking).carry},
	{calendar.ClockAt(12, 35), nil, (*cooking).arrive},
	{calendar.ClockAt(12, 55), nil, (*cooking).carryAll},
	{calendar.ClockAt(13, 30), nil, cares((*caring).sleep)},
	{calendar.ClockAt(13, 35), nil, cares((*caring).comeToMind)},
	{calendar.ClockAt(13, 44), nil, cares((*caring).leadBack)},
	{calendar.ClockAt(13, 50), nil, (*cooking).buys},
	{calendar.ClockAt(13, 58), nil, cares((*caring).giveBack)},
	{calendar.ClockAt(14, 20), nil, func(k *cooking) error { return k.order(1) }},
	{calendar.ClockAt(15, 32), nil, cares((*caring).comeToMind)},
	{calendar.ClockAt(15, 50), nil, (*cooking).calls},
	{calendar.ClockAt(16, 4), nil, cares((*caring).comeToMind)},
	{calendar.ClockAt(16, 8), nil, cares((*caring).fetch)},
	{calendar.ClockAt(16, 24), nil, cares((*caring).bring)},
	{calendar.ClockAt(16, 30), nil, cares((*caring).book)},
	{calendar.ClockAt(17, 10), nil, cares((*caring).homework)},
	{calendar.ClockAt(17, 20), lunch.Weekdays{3}, (*cooking).wishes},
	{calendar.ClockAt(17, 32), nil, cares(func(c *caring) error { return c.collect(2) })},
	{calendar.ClockAt(17, 50), nil, cares(func(c *caring) error { return c.collect(1) })},
	{calendar.ClockAt(18, 15), nil, cares((*caring).homeAgain)},
}

// next is the first chore after a moment, and when it is.
func next(after time.Time) (chore, time.Time) {
	for day := 0; ; day++ {
		on := after.AddDate(0, 0, day)
		for _, d := range chores {
			at := d.at.On(on)
			if at.After(after) && (d.days == nil || d.days.Has(on)) && (lunch.Weekdays{1, 2, 3, 4, 5}).Has(on) {
				return d, at
			}
		}
	}
}

// catchUp lets everybody do what they do until now. What is more than half a day ago
// was missed, as while the demo was not running.
func (s *stage) catchUp(ctx context.Context) error {
	if s.life == nil {
		return nil
	}
	s.life.mu.Lock()
	defer s.life.mu.Unlock()
	now := s.clk.Now().In(s.towns[0].zone())
	if s.life.upTo.Before(now.Add(-12 * time.Hour)) {
		s.life.upTo = now.Add(-12 * time.Hour)
	}
	for {
		d, at := next(s.life.upTo.In(now.Location()))
		if at.After(now) {
			return nil
		}
		for _, t := range s.towns {
			if err := s.do(ctx, t, d); err != nil {
				return fmt.Errorf("what town %s does at %s: %w", t.lang, d.at, err)
			}
		}
		s.life.upTo = at
	}
}

func (s *stage) do(ctx context.Context, t town, d chore) error {
	k, err := t.cooking(ctx, s.current())
	if err != nil {
		return err
	}
	can, err := k.volunteers()
	if err != nil || len(can) == 0 {
		return err
	}
	k.lead = k.as(can[0])
	return d.does(k)
}

// nextChore is when something is done next.
func (s *stage) nextChore() time.Time {
	_, at := next(s.clk.Now().In(s.towns[0].zone()))
	return at
}

// before is what comes first: what is due, or what somebody does.
func (s *stage) before(due time.Time, ok bool) (time.Time, bool) {
	if s.life == nil {
		return due, ok
	}
	if at := s.nextChore(); !ok || at.Before(due) {
		return at, true
	}
	return due, true
}

// goOn lets the towns live by the clock, until ctx ends. What cannot be done, because
// the bot was killed or Telegram is down, is tried again.
func (s *stage) goOn(ctx context.Context) error {
	for {
		at := s.nextChore()
		if s.clk.Until(ctx, at) != nil {
			return nil
		}
		if err := s.catchUp(ctx); err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "the towns stand still", slog.Any("error", err))
		}
	}
}

// unlessRefused leaves out what cannot be: somebody was quicker, or there is no lunch.
func unlessRefused(err error) error {
	var r *refusal.Refusal
	if errors.As(err, &r) {
		return nil
	}
	return err
}
