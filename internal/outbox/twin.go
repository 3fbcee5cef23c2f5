package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Twin is a row of which a copy may lie in somebody's chat that it does not know: it
// was sent, or is to be sent, once more, as nobody knew whether it had arrived.
type Twin struct {
	Row     int64 `db:"id"`
	Message int64 `db:"message_id"` // the copy that it knows; 0: none yet
	Form    string
}

// twinFor is how long after a message its twin may have been sent.
const twinFor = time.Hour

// TwinOf finds the row of which a message in somebody's chat is a copy: about that
// subject, sent at that time, and known by no row. Of a message that arrived twice the
// row knows the last.
func (s *Store) TwinOf(ctx context.Context, community, person int64, subject string, message int64, at time.Time) (t Twin, ok bool, err error) {
	err = s.db.GetContext(ctx, &t, `
		SELECT o.id, o.message_id, o.form FROM outbox o
		WHERE o.community_id = $1 AND o.person_id = $2 AND o.subject = $3 AND o.edits = ''
			AND (o.state IN ('waiting', 'claimed') AND o.copies > 0 OR o.state = 'sent' AND o.copies > 1
				AND o.message_id > $4 AND o.settled_at BETWEEN $5::timestamptz - interval '1 minute' AND $6)
			AND NOT EXISTS (SELECT FROM outbox m WHERE m.community_id = $1 AND m.person_id = $2 AND m.message_id = $4 AND m.message_id <> 0)
		ORDER BY o.id LIMIT 1`, community, person, subject, message, at, at.Add(twinFor))
	if errors.Is(err, sql.ErrNoRows) {
		return Twin{}, false, nil
	}
	if err != nil {
		return Twin{}, false, fmt.Errorf("find the twin of message %d: %w", message, err)
	}
	return t, true, nil
}

// Adopt has a row know that message as its own from now on, in that form: it is sent.
// Whoever has it in hand comes too late.
func (s *Store) Adopt(ctx context.Context, community int64, of Twin, message int64, form string) error {
	_, err := s.db.ExecContext(ctx, `
		UPDATE outbox SET message_id = $4, form = $5, state = 'sent', held = false, attempting = false, settled_at = coalesce(settled_at, $6)
		WHERE community_id = $1 AND id = $2 AND message_id = $3 AND state IN ('waiting', 'claimed', 'sent')`,
		community, of.Row, of.Message, message, form, s.clk.Now())
	if err != nil {
		return fmt.Errorf("adopt message %d: %w", message, err)
	}
	return nil
}
