package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Fate is what became of a message.
type Fate struct {
	Key    string
	State  string // sent, failed, uncertain, withdrawn or skipped; kept: a digest told of it
	Reason string
	At     time.Time
}

// Fates reads what became of messages: of those that wait still, or are on their way,
// nothing. What somebody was told of in a digest has come to its end.
func Fates(ctx context.Context, q sqlx.QueryerContext, community int64, keys ...string) ([]Fate, error) {
	var all []Fate
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT key, state, reason, coalesce(settled_at, due_at) AS at FROM outbox
		WHERE community_id = $1 AND key = ANY ($2) AND state NOT IN ('waiting', 'claimed') AND NOT (state = 'kept' AND digest = 0)`,
		community, pq.Array(keys))
	if err != nil {
		return nil, fmt.Errorf("read what became of messages: %w", err)
	}
	return all, nil
}

// Shown is a message that somebody has, or is about to have: to change it, enqueue a row
// that edits it.
type Shown struct {
	Key    string
	Person int64
	Chat   int64
}

// ShownOf reads the messages of a subject that people have, in the order in which they
// were enqueued. One on its way is among them: it was drawn already. What waits is not,
// and is drawn when it goes.
func ShownOf(ctx context.Context, q sqlx.QueryerContext, community int64, subject string) ([]Shown, error) {
	var all []Shown
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT key, person_id AS person, chat_id AS chat FROM outbox
		WHERE community_id = $1 AND subject = $2 AND edits = '' AND state IN ('sent', 'claimed') ORDER BY id`, community, subject)
	if err != nil {
		return nil, fmt.Errorf("read who has a message of %s: %w", subject, err)
	}
	return all, nil
}

// PostponeAll moves the time of every message of a subject that nobody has yet. One that
// a worker holds but has not begun to send is taken from it; one on its way goes again
// then, if it must. What changes a message that somebody has goes on.
func PostponeAll(ctx context.Context, tx *sqlx.Tx, community int64, subject string, due time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE outbox SET due_at = $3, aside = false, settled_at = NULL, state = CASE WHEN attempting THEN state ELSE 'waiting' END
		WHERE community_id = $1 AND subject = $2 AND edits = ''
			AND (state IN ('waiting', 'claimed') OR state = 'kept' AND digest = 0)`, community, subject, due)
	if err != nil {
		return fmt.Errorf("postpone what is told of %s: %w", subject, err)
	}
	return nil
}

// WithdrawAll takes back every message of a subject that has not been sent, as Withdraw
// does.
func WithdrawAll(ctx context.Context, tx *sqlx.Tx, community int64, subject string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE outbox SET state = 'withdrawn', settled_at = $3
		WHERE community_id = $1 AND subject = $2 AND edits = ''
			AND (state IN ('waiting', 'kept') OR state = 'claimed' AND NOT attempting)`, community, subject, at)
	if err != nil {
		return fmt.Errorf("withdraw what is told of %s: %w", subject, err)
	}
	return nil
}
