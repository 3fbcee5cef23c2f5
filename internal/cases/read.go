package cases

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// Find reads a case that the actor may see.
func (s *Service) Find(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	c, err := read(ctx, s.db, actor.Community, id, "")
	if err != nil {
		return Case{}, err
	}
	return s.seen(ctx, actor, c)
}

// ByNumber reads a case by the number that people know, if the actor may see it.
func (s *Service) ByNumber(ctx context.Context, actor people.Actor, number int64) (Case, error) {
	var c Case
	err := s.db.GetContext(ctx, &c, `
		SELECT `+columns+` FROM cases WHERE community_id = $1 AND number = $2`, actor.Community, number)
	if err != nil {
		return Case{}, found(err)
	}
	return s.seen(ctx, actor, c)
}

func (s *Service) seen(ctx context.Context, actor people.Actor, c Case) (Case, error) {
	now, err := people.ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return Case{}, err
	}
	if err := access.Allow(access.SeeCase, now.Roles, relation(c, now)); err != nil {
		return Case{}, err
	}
	return c, nil
}

// Read reads a case for nobody in particular: to tell somebody what a row of
// the outbox decided that they hear.
func (s *Service) Read(ctx context.Context, community, id int64) (Case, error) {
	return read(ctx, s.db, community, id, "")
}

// Media reads the pictures and voice messages of a case, the oldest stage first.
func (s *Service) Media(ctx context.Context, community, id int64) ([]Media, error) {
	var all []Media
	err := s.db.SelectContext(ctx, &all, `
		SELECT kind, file_id, unique_id, stage, person_id AS person FROM case_media WHERE community_id = $1 AND case_id = $2
		ORDER BY array_position(ARRAY['before', 'progress', 'after', 'left', 'word', 'answer', 'against', 'refused'], stage), nth`, community, id)
	if err != nil {
		return nil, fmt.Errorf("read media of case %d: %w", id, err)
	}
	return all, nil
}

// Written is what somebody wrote to a case later than its report.
type Written struct {
	Stage  Stage
	Words  string
	Person int64
}

// Notes reads what was written to a case after its report, oldest first.
func (s *Service) Notes(ctx context.Context, community, id int64) ([]Written, error) {
	var all []Written
	err := s.db.SelectContext(ctx, &all, `
		SELECT stage, words, person_id AS person FROM case_notes WHERE community_id = $1 AND case_id = $2
		ORDER BY id`, community, id)
	if err != nil {
		return nil, fmt.Errorf("read notes of case %d: %w", id, err)
	}
	return all, nil
}

// mineAtMost bounds how much of one's own past is shown.
const mineAtMost = 50

// Mine reads what I reported, what is for me and what is for those for whom I
// act: what is open first, then the newest; nothing that was dropped or taken
// back. A draft is its reporter's alone, and what somebody reported for another
// is theirs no more when they may not act for them.
func (s *Service) Mine(ctx context.Context, actor people.Actor) ([]Case, error) {
	var all []Case
	err := s.db.SelectContext(ctx, &all, `
		WITH acts AS (
			SELECT for_id FROM ties WHERE community_id = $1 AND person_id = $2 AND kind <> 'collector' AND ended_at IS NULL),
		those AS ( -- each by an index of its own
			SELECT id FROM cases WHERE community_id = $1 AND reporter_id = $2
			UNION SELECT id FROM cases WHERE community_id = $1 AND for_id = $2 AND for_id <> reporter_id
			UNION SELECT id FROM cases WHERE community_id = $1 AND other_id = $2
			UNION SELECT c.id FROM acts JOIN cases c ON c.community_id = $1 AND c.reporter_id = acts.for_id AND c.for_id = c.reporter_id
			UNION SELECT c.id FROM acts JOIN cases c ON c.community_id = $1 AND c.for_id = acts.for_id AND c.for_id <> c.reporter_id)
		SELECT `+columns+` FROM cases
		WHERE community_id = $1 AND id IN (SELECT id FROM those) AND status NOT IN ('dropped', 'taken_back')
			AND CASE WHEN status = 'draft' THEN reporter_id = $2
				WHEN private <> '' THEN for_id = $2 OR other_id = $2
				ELSE for_id = $2 OR for_id IN (SELECT for_id FROM acts) OR EXISTS (
					SELECT FROM person_roles WHERE community_id = $1 AND person_id = $2 AND ended_at IS NULL AND role = ANY ($4)) END
		ORDER BY status = 'held', cases.id DESC LIMIT $3`, actor.Community, actor.Person, mineAtMost, pq.Array(writers))
	if err != nil {
		return nil, fmt.Errorf("read cases of person %d: %w", actor.Person, err)
	}
	return all, nil
}

// Holding reads what is mine to do, the most pressing first.
func (s *Service) Holding(ctx context.Context, actor people.Actor) ([]Case, error) {
	var all []Case
	err := s.db.SelectContext(ctx, &all, `
		SELECT `+columns+` FROM cases
		WHERE community_id = $1 AND holder_id = $2 AND status IN ('assigned', 'taken', 'waiting')
		ORDER BY status = 'waiting', urgent DESC, due_at, cases.id`, actor.Community, actor.Person)
	if err != nil {
		return nil, fmt.Errorf("read cases held by person %d: %w", actor.Person, err)
	}
	return all, nil
}

// Events reads what happened to a case that the actor may see, oldest first.
func (s *Service) Events(ctx context.Context, actor people.Actor, id int64) ([]Event, error) {
	if _, err := s.Find(ctx, actor, id); err != nil {
		return nil, err
	}
	var all []Event
	err := s.db.SelectContext(ctx, &all, `
		SELECT code, coalesce(actor_id, 0) AS actor, from_status AS from, to_status AS to, detail, at
		FROM case_events WHERE community_id = $1 AND case_id = $2 ORDER BY id`, actor.Community, id)
	if err != nil {
		return nil, fmt.Errorf("read events of case %d: %w", id, err)
	}
	return all, nil
}
