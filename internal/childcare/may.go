package childcare

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

func isNotFound(err error) bool { return refusal.Is(err, refusal.NotFound) }

func isConflict(err error) bool { return refusal.Is(err, refusal.Conflict) }

// conflict is what a tap in time would have done.
func conflict(key string, args ...any) error { return refusal.New(refusal.Conflict, key, args...) }

// invalid is what cannot be used.
func invalid(key string, args ...any) error { return refusal.New(refusal.Invalid, key, args...) }

// decidesSQL is whether a tie t is one of who decides for the child: a tie of the family
// is none, nor one that lets somebody fetch it, and who is barred from a child learns
// nothing of it. Few children have anybody barred: for the others nobody is looked up.
const decidesSQL = `t.kind = 'guardian' AND t.ended_at IS NULL AND (
	NOT EXISTS (SELECT FROM care_collectors b WHERE b.community_id = t.community_id AND b.child_id = t.for_id AND b.barred AND b.ended_at IS NULL)
	OR care_bar(t.community_id, t.for_id, NULL, t.person_id, NULL) IS NULL)`

// guardians are who decides for a child by the register, also who is barred from it.
func guardians(ctx context.Context, q sqlx.QueryerContext, community, child int64) (ids []int64, err error) {
	err = sqlx.SelectContext(ctx, q, &ids, `
		SELECT DISTINCT person_id FROM ties
		WHERE community_id = $1 AND for_id = $2 AND kind = 'guardian' AND ended_at IS NULL ORDER BY person_id`, community, child)
	if err != nil {
		return nil, fmt.Errorf("read the guardians of child %d: %w", child, err)
	}
	return ids, nil
}

// Bars reports whether somebody is barred from a child, as who they are or by name.
func (s *Service) Bars(ctx context.Context, q sqlx.QueryerContext, community, child, person int64) (barred bool, err error) {
	err = sqlx.GetContext(ctx, q, &barred, `SELECT care_bar($1, $2, NULL, $3, NULL) IS NOT NULL`, community, child, person)
	if err != nil {
		return false, fmt.Errorf("read who is barred from child %d: %w", child, err)
	}
	return barred, nil
}

// toward is how a child stands to somebody: of its guardians, of who minds it on a day,
// or of anybody else. A day that is zero is none.
func (s *Service) toward(ctx context.Context, q sqlx.QueryerContext, a people.Actor, child int64, day time.Time) (access.Relation, error) {
	all, err := deciders(ctx, q, a.Community, child)
	if err != nil {
		return access.None, err
	}
	for _, id := range all {
		if id == a.Person {
			return access.ActsFor, nil
		}
	}
	if day.IsZero() || s.hands == nil {
		return access.SameCommunity, nil
	}
	if err := s.minds(ctx, q, a, child, day); err != nil {
		if isNotFound(err) {
			err = nil
		}
		return access.SameCommunity, err
	}
	return access.Assigned, nil
}

// onList reports whether a child is on the lists of a day: it comes, or somebody said that
// it does not.
func onList(ctx context.Context, q sqlx.QueryerContext, community, child int64, day time.Time) (is bool, err error) {
	err = sqlx.GetContext(ctx, q, &is, `
		SELECT EXISTS (SELECT FROM care_bookings WHERE community_id = $1 AND child_id = $2 AND day = $3 AND part <> 'talk'
			AND (state = 'booked' OR absent <> ''))`, community, child, day)
	if err != nil {
		return false, fmt.Errorf("read whether child %d is on the lists of %s: %w", child, day.Format(time.DateOnly), err)
	}
	return is, nil
}

// may lets the actor do something to a child, or to who it turned out to be. It is
// NotFound for whom the child is nothing to do with.
func (s *Service) may(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, do access.Action, child int64, day time.Time) (people.Actor, people.Person, error) {
	now, err := people.ReadActor(ctx, q, actor.Community, actor.Person)
	if err != nil {
		return now, people.Person{}, err
	}
	p, err := turnedOut(ctx, q, actor.Community, child)
	if err != nil {
		return now, p, err
	}
	rel, err := s.toward(ctx, q, now, p.ID, day)
	if err != nil {
		return now, p, err
	}
	return now, p, access.Allow(do, now.Roles, rel)
}

// turnedOut reads a child, or who it turned out to be.
func turnedOut(ctx context.Context, q sqlx.QueryerContext, community, child int64) (people.Person, error) {
	p, err := people.ReadPerson(ctx, q, community, child)
	if err == nil && p.Merged != 0 {
		p, err = people.ReadPerson(ctx, q, community, p.Merged)
	}
	return p, err
}

// mayHeld is may of a child that is held from then on: before, it may just become
// another's. Its file is the zero one where it has none.
func (s *Service) mayHeld(ctx context.Context, tx *sqlx.Tx, actor people.Actor, do access.Action, child int64) (people.Actor, people.Person, Child, error) {
	p, err := turnedOut(ctx, tx, actor.Community, child)
	if err != nil {
		return actor, p, Child{}, err
	}
	c, err := lockChild(ctx, tx, actor.Community, p.ID)
	if err != nil && !isNotFound(err) {
		return actor, p, c, err
	}
	now, p, err := s.may(ctx, tx, actor, do, p.ID, time.Time{})
	return now, p, c, err
}

// lead lets the actor do what whoever runs the hall does.
func (s *Service) lead(ctx context.Context, q sqlx.QueryerContext, actor people.Actor) error {
	now, err := people.ReadActor(ctx, q, actor.Community, actor.Person)
	if err != nil {
		return err
	}
	return access.Allow(access.RunCare, now.Roles, access.SameCommunity)
}

// inCharge lets the actor do what the secretary and the deputy do.
func (s *Service) inCharge(ctx context.Context, q sqlx.QueryerContext, actor people.Actor) error {
	now, err := people.ReadActor(ctx, q, actor.Community, actor.Person)
	if err != nil {
		return err
	}
	return access.Allow(access.Settings, now.Roles, access.SameCommunity)
}

// leads are who runs the hall; without them it is who is in charge.
func leads(ctx context.Context, q sqlx.QueryerContext, community int64) ([]int64, error) {
	some, err := people.Having(ctx, q, community, access.Childcare)
	if err != nil || len(some) > 0 {
		return some, err
	}
	charge, err := people.InCharge(ctx, q, community)
	if isNotFound(err) {
		return []int64{}, nil
	}
	return []int64{charge.ID}, err
}
