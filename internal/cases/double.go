package cases

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// againFor is how long a neighbour whose own report was the same can say that it
// does not hold for them.
const againFor = 30 * 24 * time.Hour

// alikeMost is how many cases are offered as what another is a double of.
const alikeMost = 16

// Merge says that a case is another one once more. It ends as its double; whoever
// brought it goes on hearing of every step under their own number, and is asked
// whether it held.
func (s *Service) Merge(ctx context.Context, actor people.Actor, id, of int64) (Case, error) {
	return s.on(ctx, call{"merge", access.Merge, actor, id}, func(t *turn) error {
		if t.from == Duplicate && t.c.Of == of {
			return nil
		}
		if !leads(t.from, MoveDuplicate) {
			return t.tooLate(ctx)
		}
		o, err := t.other(ctx, of)
		if err != nil {
			return err
		}
		if err := access.Allow(access.Merge, t.actor.Roles, o.relation()); err != nil {
			return err
		}
		switch {
		case of == id, t.c.Private != "", o.c.Private != "", o.c.Number == 0:
			return access.NotFound()
		case !leads(o.from, MoveFollow):
			return o.tooLate(ctx)
		}
		return t.merge(ctx, o)
	})
}

func (t *turn) merge(ctx context.Context, o *turn) error {
	t.afresh()
	t.c.Of, t.c.ClosedAt, t.c.DoneBy = o.c.ID, &t.now, nil
	if err := t.become(ctx, MoveDuplicate, Duplicate, detail{"of": o.c.ID}); err != nil {
		return err
	}
	if err := t.showEnd(ctx); err != nil {
		return err
	}
	if err := t.joins(ctx, o); err != nil {
		return err
	}
	if err := t.tellFamily(ctx, news{"case.doubled", noticeOf(t.c), nil}); err != nil {
		return err
	}
	if err := o.aside(ctx, MoveFollow, detail{"own": t.c.ID, "person": t.c.For}); err != nil {
		return err
	}
	return o.redraw(ctx)
}

// showEnd draws the cards that still ask, and the holder's, as the case stands now:
// also those of who merged it, who tapped another message. What somebody said stays.
func (t *turn) showEnd(ctx context.Context) error {
	return t.cards(ctx, taskNews("case.ping_gone"), `
		UPDATE case_cards SET settled_at = coalesce(settled_at, $3)
		WHERE community_id = $1 AND case_id = $2 AND (settled_at IS NULL OR person_id = $4) AND NOT says
		RETURNING person_id, key`, t.c.Holder)
}

// joins has whoever brought the case, and who followed it, hear of the other one.
func (t *turn) joins(ctx context.Context, o *turn) error {
	family, err := t.family(ctx)
	if err != nil {
		return err
	}
	_, err = t.tx.ExecContext(ctx, `
		INSERT INTO case_followers (community_id, case_id, own_id, person_id, double, since)
		SELECT $1, $2, $3, f.id, true, $4 FROM unnest($5::bigint[]) AS f (id)
		ON CONFLICT DO NOTHING`, t.c.Community, o.c.ID, t.c.ID, t.now, pq.Array(family))
	if err != nil {
		return err
	}
	_, err = t.tx.ExecContext(ctx, `
		UPDATE case_followers f SET case_id = $3
		WHERE community_id = $1 AND case_id = $2 AND own_id <> $3`, t.c.Community, t.c.ID, o.c.ID)
	if err != nil {
		return err
	}
	_, err = t.tx.ExecContext(ctx, `
		UPDATE cases SET of_id = $3 WHERE community_id = $1 AND of_id = $2 AND status = 'duplicate' AND id <> $3`, t.c.Community, t.c.ID, o.c.ID)
	return err
}

// Unmerge says that a double was none after all: somebody is asked to go there, and
// whoever brought it hears so.
func (s *Service) Unmerge(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"unmerge", access.Merge, actor, id}, func(t *turn) error {
		if t.from == Duplicate {
			return t.unmerge(ctx)
		}
		if again, err := t.wasLast(ctx, MoveUnmerge); err != nil || again {
			return err
		}
		return t.tooLate(ctx)
	})
}

func (t *turn) unmerge(ctx context.Context) error {
	_, err := t.tx.ExecContext(ctx, `
		DELETE FROM case_followers WHERE community_id = $1 AND own_id = $2 AND double`, t.c.Community, t.c.ID)
	if err != nil {
		return err
	}
	of, had := t.c.Of, t.stood.Holder
	next, err := t.successor(ctx, 0)
	if err != nil {
		return err
	}
	to := Assigned
	if next == 0 {
		to = Open
	}
	t.c.Of, t.c.ClosedAt, t.c.Holder = 0, nil, next
	if err := t.become(ctx, MoveUnmerge, to, detail{"of": of, "holder": next}); err != nil {
		return err
	}
	if err := t.tellFamily(ctx, news{"case.undoubled", noticeOf(t.c), nil}); err != nil {
		return err
	}
	if err := t.ping(ctx, news{topic: "case.ping"}, next); err != nil {
		return err
	}
	if had != 0 && had != next {
		if err := t.settleOf(ctx, had); err != nil {
			return err
		}
	}
	return t.isLeft(ctx, of)
}

// isLeft takes a double off the card of what it was a double of, unless that is over:
// what ended with it was told or asked, and stays.
func (t *turn) isLeft(ctx context.Context, of int64) error {
	o, err := t.other(ctx, of)
	if err != nil || !leads(o.from, MoveLeave) {
		return err
	}
	if err := t.takesAlong(ctx, of); err != nil {
		return err
	}
	if err := o.aside(ctx, MoveLeave, detail{"own": t.c.ID}); err != nil {
		return err
	}
	return o.redraw(ctx)
}

// takesAlong has what came to another case only with this one, as its double or by
// whoever gave up a draft for it, go with it again: nobody said that it is the same
// as that other.
func (t *turn) takesAlong(ctx context.Context, of int64) error {
	_, err := t.tx.ExecContext(ctx, `
		WITH RECURSIVE shared AS (
			SELECT b.id, (
				SELECT (e.detail->>'of')::bigint FROM case_events e
				WHERE e.community_id = $1 AND e.case_id = b.id AND e.code IN ($4, $5) AND e.detail ? 'of' ORDER BY e.id DESC LIMIT 1) AS came_to
			FROM (
				SELECT id FROM cases WHERE community_id = $1 AND of_id = $2 AND status = 'duplicate'
				UNION SELECT own_id FROM case_followers WHERE community_id = $1 AND case_id = $2) b
		), along AS (
			SELECT id FROM shared WHERE came_to = $3
			UNION SELECT s.id FROM shared s JOIN along a ON s.came_to = a.id
		), doubles AS (
			UPDATE cases SET of_id = $3 WHERE community_id = $1 AND of_id = $2 AND status = 'duplicate' AND id IN (SELECT id FROM along)
		)
		UPDATE case_followers SET case_id = $3 WHERE community_id = $1 AND case_id = $2 AND own_id IN (SELECT id FROM along)`,
		t.c.Community, of, t.c.ID, MoveDuplicate, MoveDrop)
	return err
}

// freeDoubles lets what was a double of a case that is taken back go on by itself:
// it was somebody else's trouble too.
func (t *turn) freeDoubles(ctx context.Context) error {
	var ids []int64
	err := t.tx.SelectContext(ctx, &ids, `
		SELECT own_id FROM case_followers WHERE community_id = $1 AND case_id = $2 AND double GROUP BY own_id ORDER BY own_id`,
		t.c.Community, t.c.ID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		d, err := t.other(ctx, id)
		if err != nil {
			return err
		}
		if d.from != Duplicate {
			continue
		}
		if err := d.unmerge(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Alike reads the open cases of which one could be a double: of its kind and place
// first. Private ones, and those that are not the actor's to merge, are left out.
func (s *Service) Alike(ctx context.Context, actor people.Actor, id int64) ([]Case, error) {
	c, err := s.managed(ctx, actor, id, access.Merge)
	if err != nil {
		return nil, err
	}
	if c.Private != "" {
		return nil, access.NotFound()
	}
	now, err := people.ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return nil, err
	}
	var all []Case
	err = s.db.SelectContext(ctx, &all, `
		SELECT `+columns+` FROM cases
		WHERE community_id = $1 AND id <> $2 AND status IN ('open', 'assigned', 'taken', 'waiting', 'proposed', 'done') AND private = ''
			AND opened_at > $6
		ORDER BY kind = $3 DESC, coalesce(building_id, 0) = $4 DESC, coalesce(area_id, 0) = $5 DESC, opened_at DESC, id LIMIT $7`,
		c.Community, c.ID, c.Kind, c.Place.Building, c.Area, s.now().Add(-4*nearFor), 2*alikeMost)
	if err != nil {
		return nil, fmt.Errorf("read what case %d may be a double of: %w", id, err)
	}
	all = slices.DeleteFunc(all, func(o Case) bool { return access.Allow(access.Merge, now.Roles, relation(o, now)) != nil })
	return all[:min(alikeMost, len(all))], nil
}

// ofDouble takes in what somebody whose report was the same as another says of
// whether that one holds: their word counts as the first reporter's does. What held
// by a neighbour's word comes back by theirs.
func (t *turn) ofDouble(ctx context.Context, outcome Outcome, how detail) error {
	o, err := t.other(ctx, t.c.Of)
	if err != nil {
		return err
	}
	o.voice = t.c.For
	said := detail{"double": t.c.ID}
	for k, v := range how {
		said[k] = v
	}
	if o.from == Held && outcome != Held {
		err = o.brokeFor(ctx, outcome, said)
	} else {
		err = o.said(ctx, outcome, said)
	}
	t.c.Holder = o.c.Holder // who hears of it
	return err
}

// brokeFor reopens a case that held for one neighbour and not for another.
func (t *turn) brokeFor(ctx context.Context, outcome Outcome, said detail) error {
	if t.now.After(t.c.ClosedAt.Add(againFor)) {
		return refusal.New(refusal.Conflict, "case.is_held")
	}
	said["outcome"] = outcome
	t.comesBack()
	if err := t.become(ctx, MoveAgain, Taken, said); err != nil {
		return err
	}
	if err := t.ping(ctx, news{topic: "case.reopened", args: detail{"outcome": outcome, "by": t.speaker()}}, t.c.Holder); err != nil {
		return err
	}
	reopened := news{topic: "case.reopened_near", urgency: outbox.Notice}
	if err := t.tell(ctx, news{"case.near", outbox.Notice, detail{"code": reopened.topic}}, t.c.For); err != nil {
		return err
	}
	return t.tellFollowers(ctx, reopened)
}

// brokeIf reopens for who reported it first what held by a neighbour's word, unless
// something failed.
func (t *turn) brokeIf(ctx context.Context, err error, outcome Outcome) error {
	if err != nil {
		return err
	}
	return t.brokeFor(ctx, outcome, detail{})
}

// heldByNeighbour reports whether the last word that it held was another's than
// theirs who reported it first.
func (t *turn) heldByNeighbour(ctx context.Context) (bool, error) {
	var is bool
	err := t.tx.GetContext(ctx, &is, `
		SELECT coalesce((SELECT detail ? 'double' FROM case_events
			WHERE community_id = $1 AND case_id = $2 AND code = $3 ORDER BY id DESC LIMIT 1), false)`, t.c.Community, t.c.ID, MoveHeld)
	return is, err
}

// leftOfDouble hands what is left to the case that it is a double of.
func (t *turn) leftOfDouble(ctx context.Context, n Note, key, words string) error {
	o, err := t.other(ctx, t.c.Of)
	if err != nil {
		return err
	}
	t.c.Holder = o.c.Holder
	if there, err := o.repeated(ctx, key); err != nil || there {
		return err
	}
	return o.leave(ctx, key, words, n.Media)
}
