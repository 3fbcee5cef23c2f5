package lunch

import (
	"context"
	"slices"
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

// guest is somebody for whom something is done: read, and held, in the transaction
// that does it.
type guest struct {
	tx     *sqlx.Tx
	actor  people.Actor
	person people.Person
	diner  Diner
}

// on lets the actor do something for a diner, or for who they turned out to be. It is
// lunch.no_diner where that is nobody who eats here. The diner is held before any day
// is: of any number who order for somebody at once, or note that they are away, one
// goes after the other.
func (s *Service) on(ctx context.Context, tx *sqlx.Tx, actor people.Actor, person int64) (guest, error) {
	return s.onAs(ctx, tx, actor, person, false)
}

// onAs is on for an actor who may have it to do that day, whosever it is.
func (s *Service) onAs(ctx context.Context, tx *sqlx.Tx, actor people.Actor, person int64, assigned bool) (guest, error) {
	g := guest{tx: tx}
	var err error
	if g.actor, err = people.ReadActor(ctx, tx, actor.Community, actor.Person); err != nil {
		return g, err
	}
	var eats error
	for {
		if g.diner, eats = lockDiner(ctx, tx, actor.Community, person); eats != nil && !isNotFound(eats) {
			return g, eats
		}
		if g.person, err = people.ReadPerson(ctx, tx, actor.Community, person); err != nil {
			return g, err
		}
		if g.person.Merged == 0 {
			break
		}
		person = g.person.Merged
	}
	rel, err := people.Toward(ctx, tx, g.actor, g.person)
	if err != nil {
		return g, err
	}
	err = access.Allow(access.OrderLunch, g.actor.Roles, rel)
	if err != nil && assigned {
		err = access.Allow(access.OrderLunch, g.actor.Roles, access.Assigned)
	}
	if err != nil {
		return g, err
	}
	if eats != nil || g.diner.EndedAt != nil {
		return g, conflict("lunch.no_diner", "name", g.person.Name)
	}
	if slices.Contains(g.actor.For, g.person.ID) {
		return g, people.ActedFor(ctx, tx, g.actor, g.person.ID, s.now())
	}
	return g, nil
}

// here reports whether somebody is here on a day: not gone, nor away, nor in hospital
// until a later one.
func here(p people.Person, day time.Time) bool {
	return p.Here() || !p.Gone() && p.Until != nil && !p.Until.After(day)
}

// lead lets the actor do what whoever runs the kitchen does.
func (s *Service) lead(ctx context.Context, q sqlx.QueryerContext, actor people.Actor) error {
	now, err := people.ReadActor(ctx, q, actor.Community, actor.Person)
	if err != nil {
		return err
	}
	return access.Allow(access.RunKitchen, now.Roles, access.SameCommunity)
}
