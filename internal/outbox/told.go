package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Standing is a message that was told and was not taken away since.
type Standing struct {
	Key    string
	SentAt *time.Time `db:"sent_at"` // nil: it is yet to be told
}

// Told reads the messages about a subject, of the keys that begin alike, that were told
// or are to be told, so that they can be taken away again: those aside that a row of the
// key with gone behind it takes away.
func Told(ctx context.Context, q sqlx.QueryerContext, community int64, subject, begins, gone string) ([]Standing, error) {
	var all []Standing
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT key, CASE WHEN message_id <> 0 THEN settled_at END AS sent_at FROM outbox o
		WHERE community_id = $1 AND subject = $2 AND starts_with(key, $3) AND edits = '' AND state <> 'withdrawn'
			AND NOT EXISTS (SELECT FROM outbox g WHERE g.community_id = $1 AND g.key = o.key || $4::text)
		ORDER BY id`, community, subject, begins, gone)
	if err != nil {
		return nil, fmt.Errorf("read what was told of %s: %w", subject, err)
	}
	return all, nil
}
