package groups

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
)

const columns = `id, chat_id, title, purpose, buildings, posts, language, topic_id, leave_at, waits,
	silent_since IS NOT NULL AS silent, left_at IS NOT NULL AS gone`

// lock reads a group for changing it.
func lock(ctx context.Context, tx *sqlx.Tx, community, id int64) (Group, error) {
	var g Group
	err := tx.GetContext(ctx, &g, `SELECT `+columns+` FROM groups WHERE community_id = $1 AND id = $2 FOR UPDATE`, community, id)
	return g, found(err)
}

// lockChat reads the group of a chat for changing it; it is NotFound where
// there is none.
func lockChat(ctx context.Context, tx *sqlx.Tx, community, chat int64) (Group, error) {
	var g Group
	err := tx.GetContext(ctx, &g, `SELECT `+columns+` FROM groups WHERE community_id = $1 AND chat_id = $2 FOR UPDATE`, community, chat)
	return g, found(err)
}

func found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return access.NotFound()
	}
	if err != nil {
		return fmt.Errorf("read group: %w", err)
	}
	return nil
}

// happened is one step of a group's history; by 0 is nobody whom we know.
type happened struct {
	community, group, by int64
	code                 string
	at                   time.Time
	more                 map[string]any
}

// event writes it down, and returns its number.
func event(ctx context.Context, tx *sqlx.Tx, h happened) (id int64, err error) {
	detail := map[string]any{"group": h.group}
	for name, value := range h.more {
		detail[name] = value
	}
	text, err := json.Marshal(detail)
	if err != nil {
		return 0, err
	}
	err = tx.GetContext(ctx, &id, `
		INSERT INTO community_events (community_id, code, actor_id, detail, at) VALUES ($1, $2, nullif($3::bigint, 0), $4, $5)
		RETURNING id`, h.community, h.code, h.by, string(text), h.at)
	return id, err
}
