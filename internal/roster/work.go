package roster

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/people"
)

// The works for a meal. Codes are stored.
const (
	Cook  Activity = "cook"
	Help  Activity = "help" // in the kitchen, and at the telephone
	Carry Activity = "carry"
	Wash  Activity = "wash"
)

// Works are all works for a meal, in the order in which they are done.
var Works = []Activity{Cook, Help, Carry, Wash}

// work is how the shifts of a pattern usually are.
type work struct {
	calendar.Span
	of     Activity // of a slot for children
	slot   string   // of a work for a meal
	early  int      // minutes before it, when those on it come
	places int
	runs   When
}

// works are those for a meal that is served at half past eleven. Whoever cooks may carry
// afterwards, and whoever carried may wash up: no two of them meet but cooking and helping.
var works = map[Activity]work{
	Cook:  {Span: calendar.Span{From: calendar.ClockAt(8, 0), Until: calendar.ClockAt(11, 30)}, slot: string(Cook), early: 15, places: 4, runs: Workdays},
	Help:  {Span: calendar.Span{From: calendar.ClockAt(9, 0), Until: calendar.ClockAt(11, 30)}, slot: string(Help), early: 10, places: 3, runs: Workdays},
	Carry: {Span: calendar.Span{From: calendar.ClockAt(11, 30), Until: calendar.ClockAt(13, 0)}, slot: string(Carry), early: 20, places: 4, runs: Workdays},
	Wash:  {Span: calendar.Span{From: calendar.ClockAt(13, 0), Until: calendar.ClockAt(14, 30)}, slot: string(Wash), places: 2, runs: Workdays},
}

// IsWork reports whether an activity is a work for a meal, or for children: not duty.
func (of Activity) IsWork() bool { return of.ForMeal() || of.Minds() }

// ForMeal reports whether an activity is a work for a meal.
func (of Activity) ForMeal() bool { return slices.Contains(Works, of) }

// StintOf is a work for the meals of some weekdays, 1 is Monday.
func StintOf(of Activity, days ...int) Stint {
	return Stint{Activity: of, Slot: works[of].slot, Days: days}
}

// UsualWork makes those patterns of the works for a meal of some weekdays that there are
// not, at the usual hours and with the usual places. It is for whoever runs the kitchen.
func (s *Service) UsualWork(ctx context.Context, actor people.Actor, days ...int) error {
	for _, of := range Works {
		if err := s.AddStint(ctx, actor, StintOf(of, days...)); err != nil {
			return err
		}
	}
	return nil
}

// WorkPlan reads the week of the works for meals, for whoever runs the kitchen: as they
// are done, then by weekday. It is empty where nobody planned any.
func (s *Service) WorkPlan(ctx context.Context, actor people.Actor) ([]Manned, error) {
	var all []Manned
	for _, of := range Works {
		week, err := s.weekOf(ctx, actor, seats{of: of})
		if err != nil {
			return nil, err
		}
		all = append(all, week...)
	}
	return all, nil
}

// CanWork reads who may do a work for a meal, by name, for whoever runs the kitchen.
func (s *Service) CanWork(ctx context.Context, actor people.Actor, of Activity) ([]people.Person, error) {
	return s.eligibleIn(ctx, actor, seats{of: of})
}

// WorksOf reads which works for the meal of a day somebody has a place in; the day is at
// midnight UTC.
func WorksOf(ctx context.Context, q sqlx.QueryerContext, community, person int64, day time.Time) ([]Activity, error) {
	all := []Activity{}
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT DISTINCT s.activity FROM shifts s
		JOIN assignments a ON a.community_id = s.community_id AND a.shift_id = s.id AND a.ended_at IS NULL
		WHERE s.community_id = $1 AND a.person_id = $2 AND s.day = $3 AND s.cancelled_at IS NULL AND s.activity IN ('cook', 'help', 'carry', 'wash')
		ORDER BY s.activity`, community, person, day.Format(time.DateOnly))
	if err != nil {
		return nil, fmt.Errorf("read what person %d does for a meal: %w", person, err)
	}
	return all, nil
}

// Doing reads who has a place in a work for the meal of a day, each once.
func Doing(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time, of Activity) ([]int64, error) {
	ids := []int64{}
	err := sqlx.SelectContext(ctx, q, &ids, `
		SELECT DISTINCT a.person_id FROM shifts s
		JOIN assignments a ON a.community_id = s.community_id AND a.shift_id = s.id AND a.ended_at IS NULL
		WHERE s.community_id = $1 AND s.day = $2 AND s.activity = $3 AND s.cancelled_at IS NULL ORDER BY a.person_id`,
		community, day.Format(time.DateOnly), of)
	if err != nil {
		return nil, fmt.Errorf("read who does %s on a day: %w", of, err)
	}
	return ids, nil
}
