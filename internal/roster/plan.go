package roster

import (
	"context"
	"slices"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// UsualPlan makes those patterns of the usual plan of an area that it has not: a
// day and a night on each day of the week, with a place each.
func (s *Service) UsualPlan(ctx context.Context, actor people.Actor, area int64) error {
	return s.plan(ctx, actor, area, func(p *planning) error {
		for _, slot := range Slots {
			if err := p.open(ctx, Stint{Area: area, Slot: slot, Days: Week}); err != nil {
				return err
			}
		}
		return nil
	})
}

// AddStint makes the patterns of a stint that there are not, at the usual hours;
// where the day of that weekday has others, the night fills what it leaves.
func (s *Service) AddStint(ctx context.Context, actor people.Actor, st Stint) error {
	return s.planStint(ctx, actor, st, func(p *planning) error { return p.open(ctx, st) })
}

// EndStint ends the patterns of a stint: there are no such shifts any more, and
// those to come are cancelled. A shift that has begun goes on to its end.
func (s *Service) EndStint(ctx context.Context, actor people.Actor, st Stint) error {
	return s.planStint(ctx, actor, st, func(p *planning) error { return p.close(st.of) })
}

// EndPlan ends every pattern of duty of an area.
func (s *Service) EndPlan(ctx context.Context, actor people.Actor, area int64) error {
	return s.plan(ctx, actor, area, func(p *planning) error {
		return p.close(func(o Pattern) bool { return o.Activity == Duty && o.Area == area })
	})
}

// SetHours gives the shifts of a stint other hours; those that touched them go
// on touching them.
func (s *Service) SetHours(ctx context.Context, actor people.Actor, st Stint, to calendar.Span) error {
	if to.From < 0 || to.From >= dayMinutes || to.Until < 0 || to.Until >= dayMinutes {
		return refusal.New(refusal.Invalid, "roster.bad_hours")
	}
	return s.planStint(ctx, actor, st, func(p *planning) error { return p.hours(st, to) })
}

// SetPlaces says how many places the shifts of a stint have: not fewer than
// those who stand in them.
func (s *Service) SetPlaces(ctx context.Context, actor people.Actor, st Stint, places int) error {
	if places < 1 || places > MostPlaces {
		return refusal.New(refusal.Invalid, "roster.bad_shift")
	}
	return s.planStint(ctx, actor, st, func(p *planning) error {
		for _, o := range p.in(st.of) {
			was := o.Places
			if o.Places = max(places, len(p.stand[o.ID])); o.Places != was {
				p.changed[o.ID] = change{Pattern: o}
			}
		}
		return nil
	})
}

// Stand lets those persons and no others stand in a stint; nobody leaves a hole.
// It is refused where one of them cannot (roster.not_theirs), or stands in
// another pattern at that time (roster.stands).
func (s *Service) Stand(ctx context.Context, actor people.Actor, st Stint, persons ...int64) error {
	return s.planStint(ctx, actor, st, func(p *planning) error {
		for _, o := range p.in(st.of) {
			p.put(o, persons)
		}
		return p.fits(ctx)
	})
}

// StandToo lets one more person stand in a stint.
func (s *Service) StandToo(ctx context.Context, actor people.Actor, st Stint, person int64) error {
	return s.planStint(ctx, actor, st, func(p *planning) error {
		for _, o := range p.in(st.of) {
			p.put(o, append(slices.Clone(p.stand[o.ID]), person))
		}
		return p.fits(ctx)
	})
}

// StandDown takes one person off a stint.
func (s *Service) StandDown(ctx context.Context, actor people.Actor, st Stint, person int64) error {
	return s.planStint(ctx, actor, st, func(p *planning) error {
		for _, o := range p.in(st.of) {
			p.put(o, slices.DeleteFunc(slices.Clone(p.stand[o.ID]), func(id int64) bool { return id == person }))
		}
		return nil
	})
}

// CopyDay lets those who stand on a day stand on others as well, by the same slots.
func (s *Service) CopyDay(ctx context.Context, actor people.Actor, area int64, day int, to []int) error {
	if err := (Stint{Area: area, Slot: Day, Days: append([]int{day}, to...)}).check(); err != nil {
		return err
	}
	return s.plan(ctx, actor, area, func(p *planning) error {
		for _, slot := range Slots {
			for _, from := range p.in(Stint{Area: area, Slot: slot, Days: []int{day}}.of) {
				for _, o := range p.in(Stint{Area: area, Slot: slot, Days: to}.of) {
					p.put(o, p.stand[from.ID])
				}
			}
		}
		return p.fits(ctx)
	})
}
