package childcare

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// Work is what somebody does for the children. Codes are stored.
type Work string

// The works.
const (
	Walk    Work = "walk" // to and from school
	Minding Work = "mind" // in the hall
)

// Work is whose hands a sitting needs.
func (w What) Work() Work {
	if w == Fetch || w == Back {
		return Walk
	}
	return Minding
}

// Hands knows who has a place for the children.
type Hands interface {
	// Works is what somebody has a place for on a day, which is at midnight UTC.
	Works(ctx context.Context, q sqlx.QueryerContext, community, person int64, day time.Time) ([]Work, error)
	// Doing is who has a place in a work that meets the time between two moments.
	Doing(ctx context.Context, q sqlx.QueryerContext, community int64, w Work, from, until time.Time) ([]int64, error)
	// Stints are when those have it.
	Stints(ctx context.Context, q sqlx.QueryerContext, community int64, w Work, from, until time.Time) ([]Stint, error)
}

// Helped lets those who have a place do their part; without it whoever runs the hall does
// all. It is set while linli is wired.
func (s *Service) Helped(by Hands) { s.hands = by }

// works lets the actor do what those do who have a work on a day, and whoever runs the
// hall. It is NotFound for everybody else.
func (s *Service) works(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, day time.Time) error {
	now, err := people.ReadActor(ctx, q, actor.Community, actor.Person)
	if err != nil || access.Allow(access.MindChild, now.Roles, access.SameCommunity) == nil {
		return err
	}
	if err := access.Allow(access.MindChild, now.Roles, access.Assigned); err != nil || s.hands == nil {
		return access.NotFound()
	}
	all, err := s.hands.Works(ctx, q, actor.Community, actor.Person, day)
	if err == nil && len(all) == 0 {
		err = access.NotFound()
	}
	return err
}
