package outbox

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// Lying notes a message that lies in somebody's chat already, in the caller's
// transaction, so that a row which edits it reaches it. It is false where a message of
// that subject is noted there.
func Lying(ctx context.Context, tx *sqlx.Tx, community int64, r Row, message int64, form string) (bool, error) {
	args, err := r.args()
	if err != nil {
		return false, fmt.Errorf("note message %d: %w", message, err)
	}
	done, err := tx.ExecContext(ctx, `
		INSERT INTO outbox (community_id, key, person_id, subject, topic, args, urgency, due_at, edits, state, message_id, form, settled_at)
		SELECT $1, $2, $3, $4, $5, $6, $7, $8, '', 'sent', $9, $10, $8
		WHERE NOT EXISTS (
			SELECT FROM outbox o WHERE o.community_id = $1 AND o.person_id = $3 AND o.message_id = $9 AND o.message_id <> 0 AND o.subject = $4)
		ON CONFLICT (community_id, key) DO NOTHING`,
		community, r.Key, r.Person, r.Subject, r.Topic, args, r.Urgency, r.Due, message, form)
	if err != nil {
		return false, fmt.Errorf("note message %d: %w", message, err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// Lifted forgets what was noted of a message of somebody's under a topic: it shows
// something else by now.
func (s *Store) Lifted(ctx context.Context, community, person, message int64, topic string) error {
	_, err := s.db.ExecContext(ctx, `
		DELETE FROM outbox WHERE community_id = $1 AND person_id = $2 AND message_id = $3 AND message_id <> 0 AND topic = $4`,
		community, person, message, topic)
	if err != nil {
		return fmt.Errorf("forget message %d: %w", message, err)
	}
	return nil
}
