package cases

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// toCall puts how a case stands on the list of calls, where no message reaches
// whose it is, nor who acts for them: one line a case, with the newest.
func (t *turn) toCall(ctx context.Context) error {
	whom, err := people.ReadPerson(ctx, t.tx, t.c.Community, t.c.For)
	if err != nil || whom.Reachable || t.c.Private != "" || whom.Presence != people.Here && whom.Presence != people.Away {
		return err
	}
	to, err := t.asked(ctx)
	if err != nil {
		return err
	}
	reached, err := people.Reachable(ctx, t.tx, t.c.Community, to)
	if err != nil || len(reached) > 0 {
		return err
	}
	_, err = t.tx.ExecContext(ctx, `
		INSERT INTO case_calls (community_id, case_id, since) VALUES ($1, $2, $3)
		ON CONFLICT (community_id, case_id) DO UPDATE SET since = $3, tries = 0, tried_at = NULL, told_at = NULL, told_by = NULL`,
		t.c.Community, t.c.ID, t.now)
	return err
}

// callDoubles puts the doubles of a case on the list of calls likewise: whoever brought
// one hears of every step, and is asked whether it holds.
func (t *turn) callDoubles(ctx context.Context) error {
	_, err := t.tx.ExecContext(ctx, `
		INSERT INTO case_calls (community_id, case_id, since)
		SELECT d.community_id, d.id, $3 FROM cases d
		JOIN persons p ON p.community_id = d.community_id AND p.id = d.for_id AND NOT p.reachable AND p.presence IN ('here', 'away')
		WHERE d.community_id = $1 AND d.status = 'duplicate' AND d.of_id = $2 AND d.private = '' AND d.for_id <> $4 AND d.id IN (
				SELECT own_id FROM case_followers WHERE community_id = $1 AND case_id = $2 AND double)
			AND NOT EXISTS (
				SELECT FROM ties t JOIN persons r ON r.community_id = t.community_id AND r.id = t.person_id AND r.reachable
				WHERE t.community_id = d.community_id AND t.for_id = d.for_id AND t.person_id = d.reporter_id
					AND t.kind <> 'collector' AND t.ended_at IS NULL)
		ORDER BY d.id
		ON CONFLICT (community_id, case_id) DO UPDATE SET since = $3, tries = 0, tried_at = NULL, told_at = NULL, told_by = NULL`,
		t.c.Community, t.c.ID, t.now, t.voice) // who said so knows
	return err
}

// ToTell reads of which cases somebody is to be told by phone how they stand, as
// far as the actor may call them: who was phoned in vain comes last. What is
// reported done is asked about instead, see ToPhone; who brought a double of it is
// asked here, but not by who did the work. Who had a part in how it ended does not
// tell that while there is another.
func (s *Service) ToTell(ctx context.Context, actor people.Actor) ([]ToPhone, error) {
	now, err := people.ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return nil, err
	}
	if access.Allow(access.Call, now.Roles, access.SameArea) != nil {
		return nil, access.NotFound()
	}
	everywhere := access.Allow(access.Call, now.Roles, access.SameCommunity) == nil
	var all []ToPhone
	err = s.db.SelectContext(ctx, &all, `
		SELECT `+columns+`, k.tries FROM cases
		JOIN (SELECT community_id AS k_community, case_id AS k_case, since, tries, tried_at FROM case_calls
			WHERE community_id = $1 AND told_at IS NULL) k ON k_community = community_id AND k_case = id
		WHERE private = '' AND status NOT IN ('draft', 'dropped', 'done', 'taken_back') AND ($2 OR area_id IS NULL OR area_id = ANY ($3))
			AND EXISTS (SELECT FROM persons p WHERE p.community_id = cases.community_id AND p.id = cases.for_id
				AND NOT p.reachable AND p.presence IN ('here', 'away'))
			AND NOT EXISTS (SELECT FROM cases o
				WHERE cases.status = 'duplicate' AND o.community_id = cases.community_id AND o.id = cases.of_id AND o.status = 'done' AND o.holder_id = $4)
		ORDER BY k.tried_at NULLS FIRST, k.since, cases.id`, actor.Community, everywhere, pq.Array(now.Areas), now.Person)
	if err != nil {
		return nil, fmt.Errorf("read who is to be told by phone: %w", err)
	}
	return s.withoutOwnEnds(ctx, now, all)
}

// withoutOwnEnds leaves those out whose end is for another to tell.
func (s *Service) withoutOwnEnds(ctx context.Context, actor people.Actor, all []ToPhone) ([]ToPhone, error) {
	own := func(c ToPhone) bool { return actor.Person == c.ProposedBy || actor.Person == c.DecidedBy }
	if !slices.ContainsFunc(all, own) {
		return all, nil
	}
	var mine []ToPhone
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		for _, c := range all {
			left, err := s.turn(tx, actor, c.Case).leavesToOther(ctx)
			if err != nil {
				return err
			}
			if !left {
				mine = append(mine, c)
			}
		}
		return nil
	})
	return mine, err
}

// ToldByPhone notes that somebody was told how their case stands.
func (s *Service) ToldByPhone(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"tell of", access.Call, actor, id}, func(t *turn) error {
		return t.spoke(ctx)
	})
}

// spoke notes that the actor spoke with whose case it is: they know how it stands.
func (t *turn) spoke(ctx context.Context) error {
	_, err := t.tx.ExecContext(ctx, `
		UPDATE case_calls SET told_at = $3, told_by = $4 WHERE community_id = $1 AND case_id = $2 AND told_at IS NULL`,
		t.c.Community, t.c.ID, t.now, t.actor.Person)
	return err
}

// NotTold counts that somebody was phoned in vain to be told.
func (s *Service) NotTold(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"count a call of", access.Call, actor, id}, func(t *turn) error {
		_, err := t.tx.ExecContext(ctx, `
			UPDATE case_calls SET tries = tries + 1, tried_at = $3
			WHERE community_id = $1 AND case_id = $2 AND told_at IS NULL AND (tried_at IS NULL OR tried_at <= $4)`,
			t.c.Community, t.c.ID, t.now, t.now.Add(-doubled))
		return err
	})
}
