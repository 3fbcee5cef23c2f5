package cases

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// Follow says that a draft of mine is a neighbour's case too: it is given up for it,
// its pictures go along, and I hear of every step. Only a case that the draft is
// like can be followed.
func (s *Service) Follow(ctx context.Context, actor people.Actor, draft, id int64) (Case, error) {
	var followed Case
	_, err := s.on(ctx, call{"follow with", access.SendDraft, actor, draft}, func(t *turn) error {
		there, err := t.follows(ctx, id)
		if err != nil {
			return err
		}
		if !there {
			err = t.follow(ctx, id)
		}
		if err != nil {
			return err
		}
		followed, err = read(ctx, t.tx, t.c.Community, id, "")
		return err
	})
	return followed, err
}

// follows reports whether the draft was given up for the case before.
func (t *turn) follows(ctx context.Context, id int64) (bool, error) {
	var is bool
	err := t.tx.GetContext(ctx, &is, `
		SELECT EXISTS (SELECT FROM case_followers WHERE community_id = $1 AND case_id = $2 AND own_id = $3 AND person_id IN ($4, $5))`,
		t.c.Community, id, t.c.ID, t.c.For, t.actor.Person)
	return is, err
}

func (t *turn) follow(ctx context.Context, id int64) error {
	if t.from != Draft {
		return t.tooLate(ctx)
	}
	if err := t.letsIn(ctx); err != nil {
		return err
	}
	like, err := t.like(ctx, id)
	if err != nil {
		return err
	}
	if t.c.Reporter != t.actor.Person || len(like) == 0 {
		return access.NotFound()
	}
	o, err := t.other(ctx, id)
	if err != nil {
		return err
	}
	if err := t.mayFollow(ctx, o.c); err != nil {
		return err
	}
	if !leads(o.from, MoveFollow) {
		return o.tooLate(ctx)
	}
	if err := o.joinedBy(ctx, t); err != nil {
		return err
	}
	return t.giveUp(ctx, o)
}

// mayFollow allows it to whoever it is for: what a member writes down for one
// neighbour may be what they wrote down for another, or have in their own hands.
func (t *turn) mayFollow(ctx context.Context, o Case) error {
	who := t.actor
	if !t.c.ofHome(t.actor) {
		var err error
		if who, err = people.ReadActor(ctx, t.tx, t.c.Community, t.c.For); err != nil {
			return err
		}
	}
	return access.Allow(access.Follow, who.Roles, relation(o, who))
}

// other locks another case for the same actor.
func (t *turn) other(ctx context.Context, id int64) (*turn, error) {
	o, err := t.s.lock(ctx, t.tx, t.actor, id)
	if err != nil {
		return nil, err
	}
	o.rules = t.rules
	return o, nil
}

// joinedBy takes in who brought a draft, with its pictures and words.
func (t *turn) joinedBy(ctx context.Context, draft *turn) error {
	if err := t.aside(ctx, MoveFollow, detail{"own": draft.c.ID, "person": draft.c.For}); err != nil {
		return err
	}
	family, err := draft.family(ctx)
	if err != nil {
		return err
	}
	_, err = t.tx.ExecContext(ctx, `
		INSERT INTO case_followers (community_id, case_id, own_id, person_id, double, words, since)
		SELECT $1, $2, $3, f.id, false, CASE WHEN f.id = $4 THEN $5 ELSE '' END, $6 FROM unnest($7::bigint[]) AS f (id)
		ON CONFLICT DO NOTHING`,
		t.c.Community, t.c.ID, draft.c.ID, draft.c.For, draft.c.Words, t.now, pq.Array(family))
	if err != nil {
		return err
	}
	var media []Media
	err = t.tx.SelectContext(ctx, &media, `
		SELECT kind, file_id, unique_id FROM case_media m
		WHERE community_id = $1 AND case_id = $2 AND stage = 'before' AND NOT EXISTS (
			SELECT FROM case_media o WHERE o.community_id = $1 AND o.case_id = $3 AND o.stage = 'before' AND o.unique_id = m.unique_id)
		ORDER BY nth LIMIT greatest(0, $4 - (SELECT count(*) FROM case_media WHERE community_id = $1 AND case_id = $3 AND stage = 'before'))`,
		t.c.Community, draft.c.ID, t.c.ID, MaxMedia)
	if err != nil {
		return err
	}
	if err := t.add(ctx, Before, media); err != nil {
		return err
	}
	if err := t.tell(ctx, news{"case.near", outbox.Notice, detail{"code": "case.followed"}}, family...); err != nil {
		return err
	}
	return t.redraw(ctx)
}

// giveUp lets go of a draft for the case that it is like.
func (t *turn) giveUp(ctx context.Context, o *turn) error {
	if err := t.retire(ctx); err != nil {
		return err
	}
	if err := t.erase(ctx); err != nil {
		return err
	}
	t.c.ClosedAt, t.c.QuietUntil = &t.now, nil
	return t.become(ctx, MoveDrop, Dropped, detail{"of": o.c.ID})
}

// Unfollow says that I want to hear no more of a neighbour's case. Whose own report
// was found to be the same hears of it all the same.
func (s *Service) Unfollow(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	var c Case
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		by, err := people.ReadActor(ctx, tx, actor.Community, actor.Person)
		if err != nil {
			return err
		}
		t, err := s.lock(ctx, tx, by, id)
		if err != nil {
			return err
		}
		c = t.c
		res, err := tx.ExecContext(ctx, `
			DELETE FROM case_followers WHERE community_id = $1 AND case_id = $2 AND person_id = $3 AND NOT double`, c.Community, id, by.Person)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errOr(err, t.followedOnce(ctx))
		}
		if !leads(t.from, MoveLeave) {
			return nil // it is over: nothing is counted any more
		}
		if err := t.aside(ctx, MoveLeave, nil); err != nil {
			return err
		}
		return t.redraw(ctx)
	})
	if err != nil {
		return Case{}, fmt.Errorf("unfollow case %d: %w", id, err)
	}
	return c, nil
}

// followedOnce is NotFound to whoever never followed the case: a second tap of who
// did wants what is so already.
func (t *turn) followedOnce(ctx context.Context) error {
	var once bool
	err := t.tx.GetContext(ctx, &once, `
		SELECT EXISTS (SELECT FROM case_events
			WHERE community_id = $1 AND case_id = $2 AND actor_id = $3 AND code IN ($4, $5))`,
		t.c.Community, t.c.ID, t.actor.Person, MoveFollow, MoveLeave)
	if err == nil && !once {
		return access.NotFound()
	}
	return err
}

func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
