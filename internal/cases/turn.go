package cases

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// turn is one verb at work on one case, inside its transaction: the case is
// locked, and the actor is who they are at this moment.
type turn struct {
	s         *Service
	tx        *sqlx.Tx
	actor     people.Actor // Person 0: the bot itself
	c         Case
	from      Status // as the row stands
	stood     Case   // as the row stands
	voice     int64  // whose word it is, where a neighbour with a double says it
	event     int64  // the last one written: what is told of it is keyed by it
	now       time.Time
	vouched   bool  // another service of the community stood at their door: nobody need act for them
	confidant int64 // who hears it, where they may; 0: as what is private is heard
	rules           // as they were when the verb began
}

// call is a verb that somebody calls on a case.
type call struct {
	verb   string
	action access.Action
	actor  people.Actor
	id     int64
}

// on runs a verb on a case: permission, then one transaction.
func (s *Service) on(ctx context.Context, v call, do func(t *turn) error) (Case, error) {
	var c Case
	rules, err := s.rulesOf(ctx, v.actor.Community)
	if err != nil {
		return Case{}, fmt.Errorf("%s case %d: %w", v.verb, v.id, err)
	}
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if v.action == access.Take {
			if err := engage(ctx, tx, v.actor); err != nil {
				return err
			}
		}
		actor, err := people.ReadActor(ctx, tx, v.actor.Community, v.actor.Person)
		if err != nil {
			return err
		}
		t, err := s.lock(ctx, tx, actor, v.id)
		if err != nil {
			return err
		}
		if err := access.Allow(v.action, actor.Roles, t.relation()); err != nil {
			return err
		}
		t.rules = rules
		err = do(t)
		c = t.c
		return err
	})
	if err != nil {
		return Case{}, fmt.Errorf("%s case %d: %w", v.verb, v.id, err)
	}
	return c, nil
}

// engage keeps the actor's roles as they are before the case is locked: whoever
// ends them locks in the same order.
func engage(ctx context.Context, tx *sqlx.Tx, a people.Actor) error {
	engaged, err := people.Engage(ctx, tx, a.Community, a.Person)
	if err == nil && !engaged {
		return access.NotFound()
	}
	return err
}

// job runs what is due by the clock and not by anybody's word.
func (s *Service) job(ctx context.Context, community, id int64, do func(t *turn) error) error {
	rules, err := s.rulesOf(ctx, community)
	if err != nil {
		return fmt.Errorf("run a job of case %d: %w", id, err)
	}
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		t, err := s.lock(ctx, tx, people.Actor{Community: community}, id)
		if err != nil {
			return err
		}
		t.rules = rules
		return do(t)
	})
	if err != nil {
		return fmt.Errorf("run a job of case %d: %w", id, err)
	}
	return nil
}

// inTx runs a verb once more where nobody knows whether it was committed:
// every verb finds its own traces and does nothing twice.
func (s *Service) inTx(ctx context.Context, fn func(tx *sqlx.Tx) error) error {
	err := pg.InTx(ctx, s.db, fn)
	if errors.Is(err, pg.ErrUnknown) {
		err = pg.InTx(ctx, s.db, fn)
	}
	if err == nil {
		s.due()
	}
	return err
}

func (s *Service) lock(ctx context.Context, tx *sqlx.Tx, actor people.Actor, id int64) (*turn, error) {
	c, err := read(ctx, tx, actor.Community, id, `FOR NO KEY UPDATE`)
	if err != nil {
		return nil, err
	}
	return s.turn(tx, actor, c), nil
}

// turn is a turn of somebody's on a case as it stands, or as it shall begin.
func (s *Service) turn(tx *sqlx.Tx, actor people.Actor, c Case) *turn {
	return &turn{s: s, tx: tx, actor: actor, c: c, from: c.Status, stood: c, now: s.now()}
}

// now is the time as Postgres keeps it, so that what a verb returns is what
// stands there.
func (s *Service) now() time.Time { return s.clk.Now().Truncate(time.Microsecond) }

func (t *turn) relation() access.Relation { return relation(t.c, t.actor) }

// relation is how a case stands to somebody of its community. A draft is
// nobody's but its reporter's and whose it was put before. Who acted for
// somebody does so no more when their tie has ended; who wrote it down on duty
// did so for good.
func relation(c Case, a people.Actor) access.Relation {
	if c.Private != "" {
		return sealed(c, a)
	}
	switch {
	case c.For == a.Person && c.Number != 0, c.Reporter == a.Person && (c.Number == 0 || c.For == a.Person || writesDown(a)):
		return access.Own
	case c.Holder == a.Person:
		return access.Assigned
	case c.Number != 0 && slices.Contains(a.For, c.For):
		return access.ActsFor
	case c.Number != 0 && (c.Area == 0 || slices.Contains(a.Areas, c.Area)):
		return access.SameArea
	}
	return access.SameCommunity
}

// sealed is how a private case stands to somebody: it is whose trouble it is, and
// whoever hears both sides of it. Neither family nor any office opens it.
func sealed(c Case, a people.Actor) access.Relation {
	switch a.Person {
	case 0: // the bot itself
		return access.Sealed
	case c.For:
		return access.Own
	case c.Holder:
		return access.Assigned
	case c.Other:
		return access.Party
	case c.Reporter:
		if c.Number == 0 {
			return access.Own
		}
	}
	return access.Sealed
}

// become moves the case: by the table only, only from the status that was
// seen, and with an event.
func (t *turn) become(ctx context.Context, code Move, to Status, detail detail) error {
	if _, ok := can(t.from, code, to); !ok {
		return t.tooLate(ctx)
	}
	t.c.Status = to
	answered := t.stood.WaitFor == ForResident && to != Waiting && code != MoveUndo // which says so in its own words
	if to != Waiting {
		t.c.WaitFor, t.c.WaitUntil = "", nil
	}
	if err := t.log(ctx, code, detail); err != nil {
		return err
	}
	if err := t.save(ctx); err != nil {
		return err
	}
	if t.from != to {
		if err := t.lookAfter(ctx, to); err != nil {
			return err
		}
	}
	t.from = to
	if answered {
		return t.unask(ctx)
	}
	return nil
}

// detail is what an event and an outbox row say beside their codes: ids and
// codes, never people's words.
type detail map[string]any

// log writes an event. A detail "key" is the event's key.
func (t *turn) log(ctx context.Context, code Move, d detail) error {
	key, _ := d["key"].(string)
	rest := detail{}
	for k, v := range d {
		if k != "key" {
			rest[k] = v
		}
	}
	raw, err := json.Marshal(rest)
	if err != nil {
		return err
	}
	return t.tx.GetContext(ctx, &t.event, `
		INSERT INTO case_events (community_id, case_id, code, actor_id, from_status, to_status, detail, key, at)
		VALUES ($1, $2, $3, nullif($4::bigint, 0), $5, $6, $7, nullif($8, ''), $9)
		RETURNING id`,
		t.c.Community, t.c.ID, code, t.actor.Person, t.from, t.c.Status, string(raw), key, t.now)
}

// repeated reports whether an event with that key is there. The case is
// locked, so that nobody writes one meanwhile.
func (t *turn) repeated(ctx context.Context, key string) (bool, error) {
	var is bool
	err := t.tx.GetContext(ctx, &is, `
		SELECT EXISTS (SELECT 1 FROM case_events WHERE community_id = $1 AND case_id = $2 AND key = $3)`,
		t.c.Community, t.c.ID, key)
	return is, err
}

// tooLate says why a case cannot go where somebody wanted it to.
func (t *turn) tooLate(ctx context.Context) error {
	switch t.c.Status {
	case Taken, Done:
		if t.c.Holder != t.actor.Person {
			holder, err := people.ReadPerson(ctx, t.tx, t.c.Community, t.c.Holder)
			if err != nil {
				return err
			}
			return refusal.New(refusal.Conflict, "case.taken_by", "name", holder.Name)
		}
	case Draft:
		return refusal.New(refusal.Conflict, "case.not_sent")
	case Dropped:
		return refusal.New(refusal.Conflict, "case.dropped")
	case Held:
		return refusal.New(refusal.Conflict, "case.is_held")
	case TakenBack:
		return refusal.New(refusal.Conflict, "case.is_taken_back")
	}
	return refusal.New(refusal.Conflict, "case.not_now")
}

// errMoved cannot happen while the row is locked; the guard stays all the same.
var errMoved = errors.New("the case has another status than was seen")
