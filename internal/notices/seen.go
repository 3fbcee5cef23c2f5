package notices

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// Knows is how it came about that somebody knows of a notice. Codes are stored.
type Knows string

// The ways in which somebody knows.
const (
	Unknown   Knows = ""
	BySeen    Knows = "seen" // they said so, or answered it otherwise
	ByHelp    Knows = "help" // they asked for help
	ByVisit   Knows = "visited"
	ByCall    Knows = "phoned"
	ByWordFor Knows = "told" // by a neighbour, or on paper at the door
)

// Saw notes that somebody has seen a notice: the person, or for whom the actor acts; 0
// is the actor. One who was told in another way stays so. Of a notice that they were
// not sent nothing is noted. Repeated, it changes nothing.
func (s *Service) Saw(ctx context.Context, actor people.Actor, id, person int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		a, err := s.reply(ctx, tx, actor, id, person)
		if err != nil {
			return err
		}
		return a.knows(ctx, BySeen, 0)
	})
	if err != nil {
		return fmt.Errorf("notice %d is seen: %w", id, err)
	}
	return nil
}

// knows notes that whoever is answered for knows of the notice. The first word counts,
// but for a call for help. Who has it of a group alone is counted nowhere: that they said
// so is an event.
func (a *answer) knows(ctx context.Context, how Knows, of int64) error {
	_, err := a.tx.ExecContext(ctx, `
		UPDATE notice_recipients SET reached = $4::text, reached_at = coalesce(reached_at, $5), reached_by = $6, case_id = coalesce(case_id, nullif($7::bigint, 0))
		WHERE community_id = $1 AND notice_id = $2 AND person_id = $3 AND (reached = '' OR $4 = 'help' AND reached <> 'help')`,
		a.n.Community, a.n.ID, a.person.ID, how, a.now, a.actor.Person, of)
	if err == nil {
		err = a.leavesList(ctx)
	}
	if err == nil {
		_, err = a.tx.ExecContext(ctx, `
			INSERT INTO notice_happenings (community_id, notice_id, code, actor_id, detail, at)
			SELECT $1, $2, $4, $6, jsonb_build_object('person', $3::bigint, 'case', $7::bigint), $5
			WHERE NOT EXISTS (SELECT FROM notice_recipients WHERE community_id = $1 AND notice_id = $2 AND person_id = $3)
				AND NOT EXISTS (SELECT FROM notice_happenings
					WHERE community_id = $1 AND notice_id = $2 AND code = $4 AND detail @> jsonb_build_object('person', $3::bigint))`,
			a.n.Community, a.n.ID, a.person.ID, string(how), a.now, a.actor.Person, of)
	}
	if err != nil {
		return fmt.Errorf("note that person %d knows: %w", a.person.ID, err)
	}
	return nil
}

// leavesList takes the door of whoever is answered for, and of their household, off the
// list: nobody knocks there any more.
func (a *answer) leavesList(ctx context.Context) error {
	_, err := a.tx.ExecContext(ctx, `
		UPDATE notice_doors d SET outcome = 'reached', at = $4, by_id = $5 FROM notice_recipients r
		WHERE d.community_id = $1 AND d.notice_id = $2 AND d.outcome IN ('', 'nobody')
			AND r.community_id = $1 AND r.notice_id = $2 AND r.person_id = $3 AND (d.household_id = r.household_id OR d.person_id = r.person_id)`,
		a.n.Community, a.n.ID, a.person.ID, a.now, a.actor.Person)
	return err
}
