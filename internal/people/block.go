package people

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/refusal"
)

// Block stops somebody's nonsense: nothing new of theirs is taken in, but for a
// danger, and nobody is called because of it. What they brought before goes on. Who
// works here cannot be blocked.
func (s *Service) Block(ctx context.Context, actor Actor, person int64) error {
	return s.blocks(ctx, actor, person, func(tx *sqlx.Tx, p Person, now Actor) (string, error) {
		of, err := ReadActor(ctx, tx, actor.Community, p.ID)
		if err != nil {
			return "", err
		}
		if of.Holds() || of.Person == now.Person {
			return "", refusal.New(refusal.Conflict, "people.not_blocked")
		}
		if p.Blocked() {
			return "", nil
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE persons SET blocked_at = $3, blocked_by = $4 WHERE community_id = $1 AND id = $2`,
			actor.Community, p.ID, s.clk.Now(), now.Person)
		return "blocked", err
	})
}

// Unblock takes in again what somebody brings.
func (s *Service) Unblock(ctx context.Context, actor Actor, person int64) error {
	return s.blocks(ctx, actor, person, func(tx *sqlx.Tx, p Person, _ Actor) (string, error) {
		if !p.Blocked() {
			return "", nil
		}
		_, err := tx.ExecContext(ctx, `
			UPDATE persons SET blocked_at = NULL, blocked_by = NULL WHERE community_id = $1 AND id = $2`, actor.Community, p.ID)
		return "unblocked", err
	})
}

// blocks runs a verb about somebody's being blocked; a code of "" is no change.
func (s *Service) blocks(ctx context.Context, actor Actor, person int64, do func(*sqlx.Tx, Person, Actor) (string, error)) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		p, now, err := onPerson(ctx, tx, actor, access.Block, person)
		if err != nil {
			return err
		}
		code, err := do(tx, p, now)
		if err != nil || code == "" {
			return err
		}
		return event(ctx, tx, happened{actor.Community, p.ID, now.Person, code, nil, s.clk.Now()})
	})
	if err != nil {
		return fmt.Errorf("block or unblock person %d: %w", person, err)
	}
	return nil
}
