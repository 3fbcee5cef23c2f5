package ledger

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// Forget takes a person out of the ledger, in the transaction that erases them:
// what stands of them is then somebody's, every sum stays, and the reasons of what
// was about them are gone. What they wrote down of others stays, by nobody. What
// is still theirs can be paid out or left (PayOut, Gift) only before. Once more
// changes nothing. The caller has asked for permission.
func (l *Ledger) Forget(ctx context.Context, tx *sqlx.Tx, community, person int64) error {
	var ids []int64
	err := tx.SelectContext(ctx, &ids, `
		UPDATE ledger_people SET person_id = NULL, forgotten_at = $3 WHERE community_id = $1 AND person_id = $2
		RETURNING id`, community, person, l.now())
	if err != nil {
		return fmt.Errorf("forget person %d: %w", person, err)
	}
	for _, id := range ids {
		_, err := tx.ExecContext(ctx, `
			UPDATE ledger_entries SET reason = NULL WHERE community_id = $1 AND about_id = $2 AND reason <> ''`, community, id)
		if err != nil {
			return fmt.Errorf("forget why of person %d: %w", person, err)
		}
	}
	return nil
}

// PersonChanged lets what somebody paid and had follow them when they turn out to
// be somebody else: no money moves, both accounts are that person's from now on.
func (l *Ledger) PersonChanged(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	if c.What != people.Merged {
		return nil
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE ledger_people SET person_id = $3, joined = joined OR EXISTS (
			SELECT FROM ledger_people o WHERE o.community_id = $1 AND o.person_id = $3 AND NOT o.joined)
		WHERE community_id = $1 AND person_id = $2`, c.Community, c.Person, c.Into)
	if err != nil {
		return fmt.Errorf("make person %d one with %d in the ledger: %w", c.Person, c.Into, err)
	}
	return nil
}
