package community

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/refusal"
)

// Ensure returns the community of a bot. The first time it makes it, with one
// area that has no name, and with the kinds of problems that everybody has.
func (s *Service) Ensure(ctx context.Context, bot int64, name string) (Community, error) {
	if c, err := s.ByBot(ctx, bot); !refusal.Is(err, refusal.NotFound) {
		return c, err
	}
	name, err := CheckName(name)
	if err != nil {
		return Community{}, err
	}
	var c Community
	err = s.InTx(ctx, func(tx *sqlx.Tx) error {
		var id int64
		// The update that changes nothing makes the loser of a race read the winner's row.
		err := tx.GetContext(ctx, &id, `
			INSERT INTO communities (bot, name, language, zone, created_at) VALUES ($1, $2, 'zh', 'Asia/Shanghai', $3)
			ON CONFLICT (bot) DO UPDATE SET bot = EXCLUDED.bot
			RETURNING id`, bot, name, s.clk.Now())
		if err != nil {
			return err
		}
		if err := s.furnish(ctx, tx, id, bot); err != nil {
			return err
		}
		c, err = Read(ctx, tx, id)
		return err
	})
	if err != nil {
		return Community{}, fmt.Errorf("ensure community of bot %d: %w", bot, err)
	}
	return c, nil
}

// furnish gives a community what it begins with, once.
func (s *Service) furnish(ctx context.Context, tx *sqlx.Tx, community, bot int64) error {
	made, err := tx.ExecContext(ctx, `
		INSERT INTO areas (community_id, name)
		SELECT $1, '' WHERE NOT EXISTS (SELECT FROM areas WHERE community_id = $1)`, community)
	if err != nil {
		return err
	}
	if n, err := made.RowsAffected(); err != nil || n == 0 {
		return err
	}
	kinds, err := json.Marshal(DefaultKinds)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO kinds (community_id, code, place, due_hours, take_minutes, do_hours)
		SELECT $1, k.value ->> 'code', k.n, (k.value ->> 'hours')::int, (k.value ->> 'take')::int, (k.value ->> 'do')::int
		FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS k (value, n)`, community, string(kinds))
	if err != nil {
		return err
	}
	return event(ctx, tx, happened{community, 0, "founded", map[string]any{"bot": bot}, s.clk.Now()})
}
