package cases

import (
	"context"
	"fmt"
	"slices"

	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// Following reads the neighbours' cases that I follow, the newest first, and of those
// that are over what ended lately.
func (s *Service) Following(ctx context.Context, actor people.Actor) ([]Case, error) {
	var all []Case
	err := s.db.SelectContext(ctx, &all, `
		SELECT `+columns+` FROM cases
		WHERE community_id = $1 AND private = '' AND (closed_at IS NULL OR closed_at > $3) AND id IN (
			SELECT case_id FROM case_followers WHERE community_id = $1 AND person_id = $2 AND NOT double)
		ORDER BY closed_at IS NOT NULL, id DESC LIMIT $4`, actor.Community, actor.Person, s.now().Add(-unnamedFor), mineAtMost)
	if err != nil {
		return nil, fmt.Errorf("read cases followed by person %d: %w", actor.Person, err)
	}
	return all, nil
}

// FindFollowed reads a neighbour's case that I follow.
func (s *Service) FindFollowed(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	var c Case
	err := s.db.GetContext(ctx, &c, `
		SELECT `+columns+` FROM cases
		WHERE community_id = $1 AND private = '' AND id = $3 AND EXISTS (
			SELECT FROM case_followers f WHERE f.community_id = $1 AND f.case_id = cases.id AND f.person_id = $2)`,
		actor.Community, actor.Person, id)
	return c, found(err)
}

// Shared is how many others have a case too, and what the newest of them wrote.
type Shared struct {
	People int
	Words  string
}

// SharedBy counts the neighbours who follow a case and whose reports are its doubles;
// a second report of the same home's is no neighbour's.
func (s *Service) SharedBy(ctx context.Context, community, id int64) (Shared, error) {
	var by Shared
	err := s.db.GetContext(ctx, &by, `
		SELECT count(DISTINCT own_id) AS people, coalesce((
			SELECT words FROM case_followers WHERE community_id = $1 AND case_id = $2 AND words <> '' ORDER BY since DESC LIMIT 1), '') AS words
		FROM case_followers f JOIN cases own ON own.community_id = f.community_id AND own.id = f.own_id
		WHERE f.community_id = $1 AND f.case_id = $2 AND own.for_id <> (SELECT for_id FROM cases WHERE community_id = $1 AND id = $2)`, community, id)
	if err != nil {
		return Shared{}, fmt.Errorf("read who shares case %d: %w", id, err)
	}
	return by, nil
}

// follower is somebody who hears how another's case goes.
type follower struct {
	Person int64 `db:"person_id"`
	Own    int64 `db:"own_id"`
	Double bool
}

// hears is what a row says to them of some news: of which of theirs it is, where that is
// a double.
func (f follower) hears(code string) detail {
	d := detail{"code": code}
	if f.Double {
		d["item"] = f.Own
	}
	return d
}

// tellFollowers tells neighbours that something happened to the case: how it stands
// then is drawn for them without anything of a home.
func (t *turn) tellFollowers(ctx context.Context, n news) error {
	if t.c.Private != "" {
		return nil // it is nobody else's any more
	}
	if err := t.callDoubles(ctx); err != nil {
		return err
	}
	var all []follower
	err := t.tx.SelectContext(ctx, &all, `
		SELECT person_id, own_id, double FROM case_followers
		WHERE community_id = $1 AND case_id = $2 AND person_id <> ALL ($3) ORDER BY since, person_id`,
		t.c.Community, t.c.ID, pq.Array([]int64{t.actor.Person, t.c.For, t.c.Reporter}))
	if err != nil || len(all) == 0 {
		return err
	}
	ids := make([]int64, len(all))
	for i, f := range all {
		ids[i] = f.Person
	}
	reached, err := t.reached(ctx, ids)
	if err != nil {
		return err
	}
	var rows []outbox.Row
	for _, f := range all {
		if i := slices.Index(reached, f.Person); i >= 0 {
			reached = slices.Delete(reached, i, i+1) // each once
			rows = append(rows, t.newsOf(f, n))
		}
	}
	return t.enqueue(ctx, rows)
}

// unsayNear draws again what neighbours were told by a step that is undone: how it
// stands by now.
func (t *turn) unsayNear(ctx context.Context, of stepTaken) error {
	var all []follower
	err := t.tx.SelectContext(ctx, &all, `
		SELECT person_id, own_id, double FROM case_followers
		WHERE community_id = $1 AND case_id = $2 ORDER BY since, person_id`, t.c.Community, t.c.ID)
	if err != nil {
		return err
	}
	for _, f := range all {
		n := news{"case.near", outbox.Task, f.hears("case.undone")}
		if err := t.unsayTo(ctx, n, of, []int64{f.Person}, n.topic); err != nil {
			return err
		}
	}
	return nil
}

func (t *turn) newsOf(f follower, n news) outbox.Row {
	return outbox.Row{
		Key: t.newsKey("case.near", f.Person, t.event), Person: f.Person, Subject: Subject(t.c.ID), Topic: "case.near",
		Args: t.args(f.hears(n.topic)), Urgency: n.urgency, Due: t.now,
	}
}
