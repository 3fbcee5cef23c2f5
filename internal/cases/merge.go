package cases

import (
	"context"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// merged gives the cases, the cards in chats and the open draft of somebody to
// the person on the register who they turned out to be. Events, notes and
// pictures keep who it was then.
func merged(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE cases SET
			reporter_id = CASE WHEN reporter_id = $2 THEN $3 ELSE reporter_id END,
			for_id = CASE WHEN for_id = $2 THEN $3 ELSE for_id END,
			holder_id = CASE WHEN holder_id = $2 THEN $3 ELSE holder_id END
		WHERE community_id = $1 AND (reporter_id = $2 OR for_id = $2 OR holder_id = $2)`, c.Community, c.Person, c.Into)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE case_cards k SET person_id = $3
		WHERE community_id = $1 AND person_id = $2 AND NOT EXISTS (
			SELECT FROM case_cards o
			WHERE o.community_id = $1 AND o.case_id = k.case_id AND o.person_id = $3 AND o.round = k.round)`, c.Community, c.Person, c.Into)
	return err
}
