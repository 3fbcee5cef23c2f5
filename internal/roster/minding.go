package roster

import (
	"cmp"
	"context"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/people"
)

// The works for children: whoever does one has been cleared for it. Codes are stored.
const (
	Walk Activity = "walk" // to and from school
	Mind Activity = "mind" // in the hall
)

// Minding are the slots of a day with children, in the order in which they come, and then
// those of days without school alone, on which children are minded from the morning on.
// Whoever fetches may mind afterwards, and walk back: no two of them meet on one day.
var Minding = []string{"walk_noon", "mind_noon", "walk_back", "walk_after", "mind_after", "mind_morning", "mind_midday"}

// minding are the usual hours and places of each.
var minding = map[string]work{
	"walk_noon":    {of: Walk, Span: calendar.Span{From: calendar.ClockAt(11, 20), Until: calendar.ClockAt(12, 0)}, early: 10, places: 2, runs: Workdays},
	"mind_noon":    {of: Mind, Span: calendar.Span{From: calendar.ClockAt(12, 0), Until: calendar.ClockAt(13, 40)}, early: 10, places: 2, runs: Workdays},
	"walk_back":    {of: Walk, Span: calendar.Span{From: calendar.ClockAt(13, 40), Until: calendar.ClockAt(14, 10)}, places: 2, runs: Workdays},
	"walk_after":   {of: Walk, Span: calendar.Span{From: calendar.ClockAt(15, 40), Until: calendar.ClockAt(16, 20)}, early: 10, places: 2, runs: Workdays},
	"mind_after":   {of: Mind, Span: calendar.Span{From: calendar.ClockAt(16, 20), Until: calendar.ClockAt(18, 0)}, early: 10, places: 2, runs: Workdays},
	"mind_morning": {of: Mind, Span: calendar.Span{From: calendar.ClockAt(8, 0), Until: calendar.ClockAt(12, 0)}, early: 10, places: 2, runs: Workdays},
	"mind_midday":  {of: Mind, Span: calendar.Span{From: calendar.ClockAt(13, 40), Until: calendar.ClockAt(16, 20)}, places: 2, runs: Workdays},
}

// apart reports whether two works for children never come on one day, whatever their
// hours: without school nobody walks.
func apart(a, b Pattern) bool {
	free := func(p Pattern) bool { return p.Slot == "mind_morning" || p.Slot == "mind_midday" }
	return free(a) && b.Activity == Walk || free(b) && a.Activity == Walk
}

// Minds reports whether an activity is a work for children.
func (of Activity) Minds() bool { return of == Walk || of == Mind }

// SlotOf is the work of a slot, for children or for a meal, on some weekdays; 1 is Monday.
func SlotOf(slot string, days ...int) Stint {
	if w, minds := minding[slot]; minds {
		return Stint{Activity: w.of, Slot: slot, Days: days}
	}
	return StintOf(Activity(slot), days...)
}

// UsualMinding makes those patterns of the works for children on some weekdays that there
// are not, at the usual hours and with the usual places. It is for whoever runs the hall.
func (s *Service) UsualMinding(ctx context.Context, actor people.Actor, days ...int) error {
	for _, slot := range Minding {
		if err := s.AddStint(ctx, actor, SlotOf(slot, days...)); err != nil {
			return err
		}
	}
	return nil
}

// MindingPlan reads the week of the works for children, for whoever runs the hall: as a
// day goes on, then by weekday. It is empty where nobody planned any.
func (s *Service) MindingPlan(ctx context.Context, actor people.Actor) ([]Manned, error) {
	var all []Manned
	for _, of := range []Activity{Walk, Mind} {
		week, err := s.weekOf(ctx, actor, seats{of: of})
		if err != nil {
			return nil, err
		}
		all = append(all, week...)
	}
	slices.SortStableFunc(all, func(a, b Manned) int {
		return cmp.Compare(slices.Index(Minding, a.Slot), slices.Index(Minding, b.Slot))
	})
	return all, nil
}

// CanMind reads who may mind children, by name, for whoever runs the hall: it has cleared
// them.
func (s *Service) CanMind(ctx context.Context, actor people.Actor) ([]people.Person, error) {
	return s.eligibleIn(ctx, actor, seats{of: Mind})
}

// Uncleared takes somebody off the works for children who may not be alone with them any
// more: others are asked. It is called in the transaction in which that ends.
func (s *Service) Uncleared(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	return s.unfit(ctx, tx, c)
}
