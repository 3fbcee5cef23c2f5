package roster

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

func isNotFound(err error) bool { return refusal.Is(err, refusal.NotFound) }

// taking is that somebody gets a place in a shift, from by, who may be they.
type taking struct {
	community, shift, person, by int64
	how                          How
}

// Sign gives the actor a place in a shift. Who has one already keeps it. Beside
// the refusals of a place it is roster.over where the shift is over, and
// roster.away where they are said to be away that day.
func (s *Service) Sign(ctx context.Context, actor people.Actor, shift int64) (Assignment, error) {
	var a Assignment
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		var err error
		a, err = s.take(ctx, tx, taking{actor.Community, shift, actor.Person, actor.Person, Signed}, mayJoin)
		return err
	})
	if err != nil {
		return Assignment{}, fmt.Errorf("sign up for shift %d: %w", shift, err)
	}
	return a, nil
}

func mayJoin(who people.Actor, sh Shift) error {
	return access.Allow(access.JoinShift, who.Roles, relation(who, sh.Area))
}

// Assign gives somebody a place in a shift, who is told. It is refused as Sign
// is, and as roster.not_theirs where they have no part in the activity there.
func (s *Service) Assign(ctx context.Context, actor people.Actor, shift, person int64) (Assignment, error) {
	var a Assignment
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		sh, err := readShift(ctx, tx, actor.Community, shift)
		if err != nil {
			return err
		}
		if err := mayPlan(ctx, tx, actor, sh.Activity, sh.Area); err != nil {
			return err
		}
		t := taking{actor.Community, shift, person, actor.Person, Given}
		a, err = s.take(ctx, tx, t, func(who people.Actor, sh Shift) error {
			if !eligible(who, sh) {
				return refusal.New(refusal.Conflict, "roster.not_theirs", "name", who.Name)
			}
			return nil
		})
		if err != nil || person == actor.Person {
			return err
		}
		return s.tell(ctx, tx, news{to: person, topic: "shift.yours", of: a.ID, args: detail{"place": a.ID, "by": actor.Person}}, sh)
	})
	if err != nil {
		return Assignment{}, fmt.Errorf("give shift %d to person %d: %w", shift, person, err)
	}
	return a, nil
}

// take seats somebody for whom may holds; who is not eligible finds nothing.
func (s *Service) take(ctx context.Context, tx *sqlx.Tx, t taking, may func(people.Actor, Shift) error) (Assignment, error) {
	who, err := engage(ctx, tx, t.community, t.person)
	if err != nil {
		return Assignment{}, err
	}
	sh, err := lockShift(ctx, tx, t.community, t.shift)
	if err != nil {
		return Assignment{}, err
	}
	if err := may(who.actor, sh); err != nil {
		return Assignment{}, err
	}
	switch {
	case !eligible(who.actor, sh):
		return Assignment{}, access.NotFound()
	case !sh.EndsAt.After(s.now()):
		return Assignment{}, refusal.New(refusal.Conflict, "roster.over")
	case !hereOn(who.Person, sh):
		return Assignment{}, refusal.New(refusal.Conflict, "roster.away", "name", who.Name)
	}
	held, err := placeOf(ctx, tx, sh, t.person)
	if !isNotFound(err) {
		return held, err
	}
	return s.seat(ctx, tx, sh, t.person, t.how, t.by)
}

// placeOf reads somebody's place in a shift.
func placeOf(ctx context.Context, q sqlx.QueryerContext, sh Shift, person int64) (Assignment, error) {
	var a Assignment
	err := sqlx.GetContext(ctx, q, &a, `
		SELECT `+assignmentColumns+` FROM assignments a
		WHERE a.community_id = $1 AND a.shift_id = $2 AND a.person_id = $3 AND a.ended_at IS NULL`, sh.Community, sh.ID, person)
	return a, found(err, "place in shift", sh.ID)
}

// Cannot gives a place back: the actor's own, or for somebody whoever plans. Who
// could come instead is asked. One that ended already ends no second time. Nobody leaves
// a shift with children in their hands (roster.holds).
func (s *Service) Cannot(ctx context.Context, actor people.Actor, place int64) (Assignment, error) {
	why := func(a Assignment) Why {
		if a.Person == actor.Person {
			return Cannot
		}
		return Removed
	}
	a, err := s.onPlace(ctx, actor, place, access.LeaveShift, func(tx *sqlx.Tx, a Assignment, sh Shift) error {
		if !sh.EndsAt.After(s.now()) {
			return refusal.New(refusal.Conflict, "roster.over")
		}
		if err := s.emptyHanded(ctx, tx, a, sh, actor.Person); err != nil {
			return err
		}
		left, err := s.leave(ctx, tx, a, why(a), actor.Person)
		if err != nil || !left || a.Person == actor.Person {
			return err
		}
		return s.tell(ctx, tx, news{to: a.Person, topic: "shift.removed", of: a.ID, args: detail{"place": a.ID, "by": actor.Person}}, sh)
	})
	if err != nil {
		return Assignment{}, fmt.Errorf("leave place %d: %w", place, err)
	}
	return a, nil
}

// onPlace does something about a place that somebody has: the actor's own, or
// anybody's for who may do so there. What is done to one that has ended is
// nothing. It returns the place as it stands then.
func (s *Service) onPlace(ctx context.Context, actor people.Actor, place int64, action access.Action,
	do func(tx *sqlx.Tx, a Assignment, sh Shift) error,
) (Assignment, error) {
	var a Assignment
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		now, err := people.ReadActor(ctx, tx, actor.Community, actor.Person)
		if err != nil {
			return err
		}
		var sh Shift
		if a, sh, err = lockAssignment(ctx, tx, actor.Community, place); err != nil {
			return err
		}
		rel := relation(now, sh.Area)
		if a.Person == now.Person {
			rel = access.Own
		}
		if err := access.Allow(action, now.Roles, rel); err != nil && !sh.Activity.ledBy(now) {
			return err
		}
		if a.EndedAt != nil {
			return nil
		}
		if err := do(tx, a, sh); err != nil {
			return err
		}
		a, err = readAssignment(ctx, tx, actor.Community, place)
		return err
	})
	return a, err
}
