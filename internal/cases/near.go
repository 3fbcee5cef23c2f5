package cases

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// How long a new report can be like an open one: of one kind, or where nobody has
// named the kind yet and only a picture tells.
const (
	nearFor    = 14 * 24 * time.Hour
	unnamedFor = 3 * 24 * time.Hour
)

// homely are the kinds that no neighbour is asked about: they are between people.
var homely = []string{"neighbours", "family", "complaint"}

// nearest finds the open cases that a new report is like, the likest first: what is
// inside a home, or private, is none. What is the asker's own is like it only where
// both are of one named kind: two pictures from one door are often of two things.
// Points are compared within some hundred metres. Pictures are counted, so that no
// plan reads those of all cases.
const nearest = `
	SELECT ` + columns + ` FROM cases
	WHERE community_id = $1 AND status IN ('open', 'assigned', 'taken', 'waiting', 'proposed', 'done') AND private = '' AND spot <> 'home'
		AND coalesce(building_id, 0) = $2 AND coalesce(area_id, 0) = $3 AND opened_at > $4
		AND spot = $5 AND danger = '' AND kind <> ALL ($6)
		AND CASE spot
			WHEN '' THEN entrance IS NULL OR $7::int = 0 OR abs(entrance - $7::int) <= 1
			WHEN 'other' THEN place_note <> '' AND lower(place_note) = lower($8::text) OR abs(lat - $9::float8) < 0.0012 AND abs(lon - $10::float8) < 0.0015
			ELSE coalesce(abs(lat - $9::float8) < 0.0012 AND abs(lon - $10::float8) < 0.0015, true) END
		AND (kind = $11::text AND kind <> '' OR (kind = '' OR $11::text = '') AND opened_at > $12 AND coalesce(entrance, 0) = $7::int AND 0 < (
			SELECT count(*) FROM case_media m WHERE m.community_id = cases.community_id AND m.case_id = cases.id AND m.stage = 'before' AND m.kind = 'photo'))
		AND (for_id <> ALL ($13) OR $16 AND kind = $11::text AND kind <> '') AND holder_id IS DISTINCT FROM $14 AND ($15::bigint = 0 OR id = $15)
	ORDER BY for_id = ANY ($13) DESC, kind = $11::text DESC, coalesce(entrance, 0) = $7::int DESC, opened_at DESC, id LIMIT 3`

// like is what nearest is asked for the case that is not sent yet; only says which
// one alone is looked at, 0 all.
func (t *turn) like(ctx context.Context, only int64) ([]Case, error) {
	c := t.c
	if c.Private != "" || c.Danger != "" || c.Place.Spot == community.SpotHome || slices.Contains(homely, c.Kind) {
		return nil, nil // nobody shares it, which is an answer
	}
	if c.Place.Spot == community.SpotOwn && c.Place.Building == 0 {
		return nil, nil // nobody knows where it is yet
	}
	var found []Case
	err := t.tx.SelectContext(ctx, &found, nearest,
		c.Community, c.Place.Building, c.Area, t.now.Add(-nearFor), c.Place.Spot, pq.Array(homely), c.Place.Entrance, c.Place.Note,
		c.Place.Lat, c.Place.Lon, c.Kind, t.now.Add(-unnamedFor), pq.Array(c.homeOf(t.actor)), c.For, only, c.ofHome(t.actor))
	if err != nil {
		return nil, fmt.Errorf("read what is like case %d: %w", c.ID, err)
	}
	return found, nil
}

// homeOf are those whose troubles are the same home's as the case: whom it is for,
// and where the actor brings it for themselves or their family, all of those.
func (c Case) homeOf(a people.Actor) []int64 {
	if c.ofHome(a) {
		return append(slices.Clone(a.For), a.Person)
	}
	return []int64{c.For}
}

// ofHome reports whether the actor brings a case for themselves or their family.
func (c Case) ofHome(a people.Actor) bool { return c.For == a.Person || slices.Contains(a.For, c.For) }

// OwnOf reports whether a case is the same home's as another that the actor brings.
func (c Case) OwnOf(a people.Actor, brings Case) bool {
	return slices.Contains(brings.homeOf(a), c.For)
}

// Near reads the open cases that a draft of mine is like, the likest first.
func (s *Service) Near(ctx context.Context, actor people.Actor, draft int64) ([]Case, error) {
	var found []Case
	_, err := s.on(ctx, call{"look round", access.SendDraft, actor, draft}, func(t *turn) (err error) {
		if t.from != Draft || t.c.Reporter != t.actor.Person {
			return nil
		}
		if found, err = t.like(ctx, 0); err != nil || len(found) == 0 {
			return err
		}
		_, err = t.asksOnce(ctx)
		return err
	})
	return found, err
}

// NearReport reads the open cases that a whole report is like, before it is sent.
func (s *Service) NearReport(ctx context.Context, actor people.Actor, r Report) ([]Case, error) {
	if s.strangers {
		return nil, nil // nobody's is like it, which is an answer
	}
	var found []Case
	err := s.inTx(ctx, func(tx *sqlx.Tx) (err error) {
		by, err := people.ReadActor(ctx, tx, actor.Community, actor.Person)
		if err != nil {
			return err
		}
		t := s.turn(tx, by, Case{
			Community: by.Community, Reporter: by.Person, For: by.Person, Kind: r.Kind, Place: r.Place, Danger: r.Danger,
		})
		if r.For != 0 {
			t.c.For = r.For
		}
		if err := t.locate(ctx); err != nil {
			return err
		}
		found, err = t.like(ctx, 0)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look round: %w", err)
	}
	return found, nil
}

// Keep holds back a whole report that was sent, until whoever sent it has said
// whether it is a neighbour's too: without an answer it sends itself.
func (s *Service) Keep(ctx context.Context, actor people.Actor, r Report) (Case, error) {
	words, err := cleanWords(r.Words)
	if err != nil {
		return Case{}, err
	}
	r.Words = words
	return s.whole(ctx, actor, r, func(t *turn) error {
		t.c.SelfSends = true
		if err := t.save(ctx); err != nil {
			return err
		}
		if _, err := t.asksOnce(ctx); err != nil {
			return err
		}
		if r.Channel != "" {
			t.c.Channel = r.Channel
			_, err := t.tx.ExecContext(ctx, `
				UPDATE cases SET channel = $3 WHERE community_id = $1 AND id = $2`, t.c.Community, t.c.ID, r.Channel)
			if err != nil {
				return err
			}
		}
		return t.schedule(ctx, false)
	})
}

// asksOnce notes that whoever brings a draft is asked whether it is another one, once;
// it is false where they were before.
func (t *turn) asksOnce(ctx context.Context) (bool, error) {
	const key = "near:asked"
	if before, err := t.repeated(ctx, key); err != nil || before {
		return false, err
	}
	return true, t.aside(ctx, MoveAskSame, detail{"key": key})
}

// asksSame asks who brings a draft, before it sends itself, whether it is another one;
// without an answer it goes off all the same, a little later.
func (t *turn) asksSame(ctx context.Context) (bool, error) {
	if t.s.strangers {
		return false, nil
	}
	by, err := people.ReadActor(ctx, t.tx, t.c.Community, t.c.Reporter)
	if err != nil {
		return false, err
	}
	like, err := t.s.turn(t.tx, by, t.c).like(ctx, 0)
	if err != nil || len(like) == 0 {
		return false, err
	}
	if asks, err := t.asksOnce(ctx); err != nil || !asks {
		return false, err
	}
	until := t.now.Add(Unanswered)
	t.c.QuietUntil = &until
	if err := t.save(ctx); err != nil {
		return false, err
	}
	if err := t.enqueue(ctx, []outbox.Row{t.job(againKey(t.c.ID, until), "case.self_send", until)}); err != nil {
		return false, err
	}
	return true, t.tell(ctx, news{"case.same", outbox.Task, detail{"item": like[0].ID}}, t.c.Reporter)
}

// unaskSame takes that question off the phone of whoever did not answer it.
func (t *turn) unaskSame(ctx context.Context) error {
	asked, err := t.lastOf(ctx, MoveAskSame)
	if err != nil || asked.ID == 0 {
		return err
	}
	return t.unsayTo(ctx, taskNews("case.same"), asked, []int64{t.c.Reporter}, "case.same")
}
