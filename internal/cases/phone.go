package cases

import (
	"context"
	"fmt"
	"slices"

	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// byPhone marks what somebody on duty writes down for a person who was phoned.
var byPhone = detail{"phone": true}

// AnswerFor writes down what somebody said on the phone of what is reported
// done. Who did the work never answers for who has to live with it.
func (s *Service) AnswerFor(ctx context.Context, actor people.Actor, id int64, outcome Outcome) (Case, error) {
	if !slices.Contains([]Outcome{Held, Half, NotFixed}, outcome) {
		return Case{}, refusal.New(refusal.Invalid, "case.unknown_outcome")
	}
	return s.on(ctx, call{"answer for", access.AnswerFor, actor, id}, func(t *turn) error {
		holder, err := t.holderOfWhole(ctx)
		if err != nil {
			return err
		}
		if holder == t.actor.Person {
			return access.NotFound()
		}
		if err := t.spoke(ctx); err != nil {
			return err
		}
		return t.said(ctx, outcome, byPhone)
	})
}

// holderOfWhole is who holds the case, or the one that it is a double of.
func (t *turn) holderOfWhole(ctx context.Context) (int64, error) {
	if t.from != Duplicate {
		return t.c.Holder, nil
	}
	of, err := read(ctx, t.tx, t.c.Community, t.c.Of, "")
	return of.Holder, err
}

// NoReply counts that somebody was phoned in vain.
func (s *Service) NoReply(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"count a call about", access.AnswerFor, actor, id}, func(t *turn) error {
		if t.c.Holder == t.actor.Person {
			return access.NotFound()
		}
		if !leads(t.from, MoveNoReply) {
			return t.tooLate(ctx)
		}
		if again, err := t.just(ctx, MoveNoReply); err != nil || again {
			return err
		}
		return t.aside(ctx, MoveNoReply, nil)
	})
}

// ToPhone is a case about which somebody must be phoned.
type ToPhone struct {
	Case
	Tries int // so often nobody answered
}

// ToPhone reads what is reported done and can be asked by phone alone, as far as
// the actor may answer for people: who was phoned in vain comes last.
func (s *Service) ToPhone(ctx context.Context, actor people.Actor) ([]ToPhone, error) {
	now, err := people.ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return nil, err
	}
	if access.Allow(access.AnswerFor, now.Roles, access.SameArea) != nil {
		return nil, access.NotFound()
	}
	everywhere := access.Allow(access.AnswerFor, now.Roles, access.SameCommunity) == nil
	var all []ToPhone
	err = s.db.SelectContext(ctx, &all, `
		SELECT `+columns+`, tries.n AS tries FROM cases
		JOIN LATERAL (
			SELECT count(*) AS n, max(id) AS last FROM case_events e
			WHERE e.community_id = cases.community_id AND e.case_id = cases.id AND e.code = $4 AND e.at >= cases.done_at
		) tries ON true
		WHERE cases.community_id = $1 AND status = 'done' AND private = '' AND holder_id <> $2 AND ($3 OR area_id IS NULL OR area_id = ANY ($5))
			AND EXISTS (SELECT FROM persons p WHERE p.community_id = cases.community_id AND p.id = cases.for_id
				AND NOT p.reachable AND p.presence IN ('here', 'away'))
			AND NOT EXISTS (
				SELECT FROM ties t JOIN persons r ON r.community_id = t.community_id AND r.id = t.person_id AND r.reachable
				WHERE t.community_id = cases.community_id AND t.for_id = cases.for_id AND t.person_id = cases.reporter_id
					AND t.kind <> 'collector' AND t.ended_at IS NULL AND cases.reporter_id <> cases.holder_id)
		ORDER BY tries.last NULLS FIRST, done_at, id`, actor.Community, actor.Person, everywhere, MoveNoReply, pq.Array(now.Areas))
	if err != nil {
		return nil, fmt.Errorf("read who is to be phoned: %w", err)
	}
	return all, nil
}
