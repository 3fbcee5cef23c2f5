package notices

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// May reports whether somebody may write notices at all; for whom, the verbs look.
func May(a people.Actor) bool { return a.May(access.Announce, access.SameArea) }

func isNotFound(err error) bool { return refusal.Is(err, refusal.NotFound) }

// conflict is what a tap in time would have done.
func conflict(key string) error { return refusal.New(refusal.Conflict, key) }

// invalid is what cannot be used.
func invalid(key string, args ...any) error { return refusal.New(refusal.Invalid, key, args...) }

// announces lets the actor write, or change, a notice of a weight for an audience. A
// member reaches those who live in their areas, and groups of theirs; what is urgent,
// and what goes to all, is the secretary's.
func (s *Service) announces(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, w Weight, a Audience) error {
	now, err := people.ReadActor(ctx, q, actor.Community, actor.Person)
	if err != nil {
		return err
	}
	rel := access.SameCommunity
	if w != Urgent && len(now.Areas) > 0 {
		homes, err := s.homesOf(ctx, q, actor.Community, a)
		if err != nil {
			return err
		}
		theirs, err := withinAreas(ctx, q, actor.Community, homes, now.Areas)
		if err != nil {
			return err
		}
		if theirs {
			rel = access.SameArea
		}
	}
	return access.Allow(access.Announce, now.Roles, rel)
}

// homesOf are the buildings that an audience is of; none where it is of all.
func (s *Service) homesOf(ctx context.Context, q sqlx.QueryerContext, community int64, a Audience) ([]int64, error) {
	var homes []int64
	for _, h := range a.Homes {
		homes = append(homes, h.Building)
	}
	if a.People && len(homes) == 0 {
		return nil, nil
	}
	some, err := s.groupsOf(ctx, q, community, a)
	if err != nil {
		return nil, err
	}
	for _, g := range some {
		if len(g.Buildings) == 0 {
			return nil, nil
		}
		homes = append(homes, g.Buildings...)
	}
	return homes, nil
}

func withinAreas(ctx context.Context, q sqlx.QueryerContext, community int64, homes, areas []int64) (bool, error) {
	if len(homes) == 0 {
		return false, nil
	}
	var others int
	err := sqlx.GetContext(ctx, q, &others, `
		SELECT count(*) FROM unnest($2::bigint[]) AS h (id) WHERE NOT EXISTS (
			SELECT FROM buildings b WHERE b.community_id = $1 AND b.id = h.id AND b.area_id = ANY ($3))`,
		community, pq.Array(homes), pq.Array(areas))
	if err != nil {
		return false, fmt.Errorf("read in which areas buildings are: %w", err)
	}
	return others == 0, nil
}

// narrowed is an audience as somebody may tell it: groups of all are only for who may
// tell all.
func (s *Service) narrowed(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, a Audience) (Audience, error) {
	now, err := people.ReadActor(ctx, q, actor.Community, actor.Person)
	if err != nil || !a.Groups || now.May(access.Announce, access.SameCommunity) {
		return a, err
	}
	some, err := s.groupsOf(ctx, q, actor.Community, a)
	if err != nil {
		return a, err
	}
	a.Only = nil
	for _, g := range some {
		theirs, err := withinAreas(ctx, q, actor.Community, g.Buildings, now.Areas)
		if err != nil {
			return a, err
		}
		if theirs && !slices.Contains(a.Only, g.ID) {
			a.Only = append(a.Only, g.ID)
		}
	}
	a.Groups = len(a.Only) > 0
	return a, nil
}
