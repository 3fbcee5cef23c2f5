package lunch

import (
	"context"
	"fmt"
	"time"

	"github.com/linli-bot/linli/internal/people"
)

// Stop is an entrance of the round, with its meals as somebody walks to the doors.
type Stop struct {
	Building int64 // 0: nobody knows where they live
	House    string
	Entrance int
	Meals    []Meal
}

// Left is how many of its doors are left: of which nobody has said what became of the
// meal, and which no urgent case is about.
func (s Stop) Left() (n int) {
	for _, m := range s.Meals {
		if m.Outcome == NoOutcome && m.Case == 0 && !m.Worried {
			n++
		}
	}
	return n
}

// Meal is what is carried to a door, and what became of it.
type Meal struct {
	Label
	Outcome Outcome
	Tries   int // how often nobody opened
	Worried bool
	Case    int64  // the urgent case that came of it; 0: none
	Phone   string // "": they have none
}

// Run reads the round of a day by entrance, in any order of which it can be walked. It is
// for who carries on that day, and for whoever runs the kitchen.
func (s *Service) Run(ctx context.Context, actor people.Actor, day time.Time) ([]Stop, error) {
	if _, err := s.works(ctx, s.db, actor, day, Carry); err != nil {
		return nil, fmt.Errorf("read the round of %s: %w", day.Format(time.DateOnly), err)
	}
	sheet, err := s.readSheet(ctx, s.db, actor.Community, day)
	if err != nil {
		return nil, fmt.Errorf("read the round of %s: %w", day.Format(time.DateOnly), err)
	}
	var rows []struct {
		ID, Case int64
		Outcome  Outcome
		Tries    int
		Worried  bool
		Phone    string
	}
	err = s.db.SelectContext(ctx, &rows, `
		SELECT o.id, o.outcome, o.tries, o.worried_at IS NOT NULL AS worried, coalesce(o.case_id, 0) AS case, p.phone
		FROM lunch_orders o JOIN persons p ON p.community_id = o.community_id AND p.id = o.person_id
		WHERE o.community_id = $1 AND o.day = $2 AND o.state = 'ordered'`, actor.Community, day)
	if err != nil {
		return nil, fmt.Errorf("read what became of the meals of %s: %w", day.Format(time.DateOnly), err)
	}
	meals := map[int64]Meal{}
	for _, r := range rows {
		meals[r.ID] = Meal{Outcome: r.Outcome, Tries: r.Tries, Worried: r.Worried, Case: r.Case, Phone: r.Phone}
	}
	all := []Stop{}
	for _, e := range sheet.Run {
		stop := Stop{Building: e.Building, House: e.House, Entrance: e.Entrance}
		for _, l := range e.Labels {
			m := meals[l.Order]
			m.Label = l
			stop.Meals = append(stop.Meals, m)
		}
		all = append(all, stop)
	}
	return all, nil
}
