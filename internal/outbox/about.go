package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// SubjectOf is what a message in somebody's private chat is about, "" where the
// outbox did not send it, or has forgotten it.
func (s *Store) SubjectOf(ctx context.Context, community, person, message int64) (subject string, err error) {
	err = s.db.GetContext(ctx, &subject, `
		SELECT subject FROM outbox WHERE community_id = $1 AND person_id = $2 AND message_id = $3 AND message_id <> 0 ORDER BY id DESC LIMIT 1`,
		community, person, message)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("what message %d is about: %w", message, err)
	}
	return subject, nil
}
