package lunch

import (
	"context"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// Work is what somebody does for a meal. Codes are stored.
type Work string

// The works.
const (
	Cook  Work = "cook"
	Help  Work = "help" // in the kitchen, and at the telephone
	Carry Work = "carry"
	Wash  Work = "wash"
)

// Hands knows what somebody has a place for on a service day, which is at midnight UTC.
type Hands interface {
	Works(ctx context.Context, q sqlx.QueryerContext, community, person int64, day time.Time) ([]Work, error)
	// Doing is who has a place in a work on a day.
	Doing(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time, w Work) ([]int64, error)
}

// Helped lets those who work for a meal do their part of it; without it whoever runs the
// kitchen does all. It is set while linli is wired.
func (s *Service) Helped(by Hands) { s.hands = by }

// works lets the actor do what those do who have one of some works on a day: returned
// are those that they have, and all where they run the kitchen. It is NotFound where
// they have none of them.
func (s *Service) works(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, day time.Time, some ...Work) ([]Work, error) {
	err := s.lead(ctx, q, actor)
	if err == nil {
		return some, nil
	}
	if !isNotFound(err) || s.hands == nil {
		return nil, err
	}
	all, err := s.hands.Works(ctx, q, actor.Community, actor.Person, day)
	if err != nil {
		return nil, err
	}
	have := slices.DeleteFunc(some, func(w Work) bool { return !slices.Contains(all, w) })
	if len(have) == 0 {
		return nil, access.NotFound()
	}
	return have, nil
}
