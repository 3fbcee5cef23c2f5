package notices

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

var _ people.Follower = (*Service)(nil)

// PersonChanged gives what a notice knows of somebody to who they turned out to be, and
// the doors and the places of who is not here any more to others, in the transaction in
// which that changes. Who is gone is told nothing by the outbox, and is gathered as that.
func (s *Service) PersonChanged(ctx context.Context, tx *sqlx.Tx, c people.Change) (err error) {
	switch c.What {
	case people.Merged:
		if err = s.merged(ctx, tx, c); err == nil {
			err = s.inherit(ctx, tx, c)
		}
	case people.Gone:
		if err = release(ctx, tx, c); err == nil {
			err = s.stayAway(ctx, tx, c)
		}
	case people.Paused, people.RoleEnded:
		err = release(ctx, tx, c)
	case people.Back, people.OffDuty:
	}
	if err != nil {
		return fmt.Errorf("notices of person %d, %s: %w", c.Person, c.What, err)
	}
	return nil
}

// merged makes of two rows of one notice one: the way to Telegram is the fresh one's,
// whose number the message has, and whatever either of them knows of it both do.
func (s *Service) merged(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	for _, statement := range []string{
		`UPDATE notice_recipients r SET state = f.state, reason = f.reason, settled_at = f.settled_at, as_id = coalesce(f.as_id, f.person_id),
			reached = coalesce(nullif(r.reached, ''), f.reached), reached_at = coalesce(r.reached_at, f.reached_at),
			reached_by = coalesce(r.reached_by, f.reached_by), case_id = coalesce(r.case_id, f.case_id)
		FROM notice_recipients f
		WHERE r.community_id = $1 AND r.person_id = $3 AND f.community_id = $1 AND f.notice_id = r.notice_id AND f.person_id = $2`,
		`DELETE FROM notice_recipients f WHERE community_id = $1 AND person_id = $2 AND EXISTS (
			SELECT FROM notice_recipients r WHERE r.community_id = $1 AND r.notice_id = f.notice_id AND r.person_id = $3)`,
		`UPDATE notice_recipients SET person_id = $3, as_id = coalesce(as_id, $2) WHERE community_id = $1 AND person_id = $2`,
		`UPDATE notice_recipients SET reached_by = $3 WHERE community_id = $1 AND reached_by = $2`,
		`UPDATE notices SET author_id = $3 WHERE community_id = $1 AND author_id = $2`,
	} {
		if _, err := tx.ExecContext(ctx, statement, c.Community, c.Person, c.Into); err != nil {
			return err
		}
	}
	return nil
}
