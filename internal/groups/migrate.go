package groups

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/refusal"
)

// Migrated notes that a group has another chat now, as one that became a
// supergroup has. What waits for it goes there. Where the new chat was noticed
// first, as one of its own, that is forgotten.
func (s *Service) Migrated(ctx context.Context, community, from, to int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := outbox.Moved(ctx, tx, community, from, to); err != nil {
			return err
		}
		g, err := lockChat(ctx, tx, community, from)
		if refusal.Is(err, refusal.NotFound) { // noted before, or never known
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.forget(ctx, tx, community, to); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE groups SET chat_id = $3, left_at = NULL WHERE community_id = $1 AND id = $2`, community, g.ID, to)
		if err != nil {
			return err
		}
		_, err = event(ctx, tx, happened{community: community, group: g.ID, code: "group_migrated", at: s.clk.Now()})
		return err
	})
	if err != nil {
		return fmt.Errorf("move chat %d: %w", from, err)
	}
	return nil
}

// forget drops what a chat was taken for before it was known to be an old
// group's.
func (s *Service) forget(ctx context.Context, tx *sqlx.Tx, community, chat int64) error {
	g, err := lockChat(ctx, tx, community, chat)
	if refusal.Is(err, refusal.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !g.Tied() {
		if err := outbox.Withdraw(ctx, tx, community, leaveKey(g)); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM groups WHERE community_id = $1 AND id = $2`, community, g.ID)
	return err
}
