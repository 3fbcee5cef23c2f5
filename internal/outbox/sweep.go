package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/pg"
)

// Keep is how long a settled row stays after the last of its subject: a case
// that has rested for so long has no card any more that somebody wants changed,
// and no key that a late repeat could bring again.
const Keep = 90 * 24 * time.Hour

// sweepMost is how many rows go in one transaction, so that nobody waits for it.
const sweepMost = 500

// Sweep takes out what was settled before a time, if nothing else of its
// subject is newer or still open. A change of a message goes by itself: nobody
// changes a change.
func (s *Store) Sweep(ctx context.Context, before time.Time) error {
	after := time.Time{}
	for ctx.Err() == nil {
		var last []time.Time
		err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
			last = nil
			return tx.SelectContext(ctx, &last, sweepQuery, before, after, sweepMost)
		})
		if err != nil {
			return fmt.Errorf("sweep outbox: %w", err)
		}
		if len(last) == 0 {
			return nil
		}
		after = last[0]
	}
	return ctx.Err()
}

// sweepQuery looks at some old rows from a time on, deletes what is needed no
// more, and tells where to go on; it tells nothing when it has seen all. Rows
// settled at one moment are looked at together.
const sweepQuery = `
	WITH span AS (
		SELECT max(settled_at) AS until FROM (
			SELECT o.settled_at FROM outbox o
			WHERE o.settled_at > $2 AND o.settled_at < $1
			ORDER BY o.settled_at LIMIT $3) first),
	old AS (
		SELECT o.community_id, o.id FROM span, outbox o
		WHERE o.settled_at > $2 AND o.settled_at <= span.until AND o.state NOT IN ('waiting', 'claimed')
			AND (o.subject = '' OR o.edits <> '' OR NOT EXISTS (
				SELECT FROM outbox n
				WHERE n.community_id = o.community_id AND n.subject = o.subject AND n.subject <> ''
					AND (n.settled_at IS NULL OR n.settled_at >= $1)))),
	gone AS (
		DELETE FROM outbox o USING old WHERE o.community_id = old.community_id AND o.id = old.id)
	SELECT until FROM span WHERE until IS NOT NULL`
