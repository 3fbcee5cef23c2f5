package people

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
)

// Leave ends everything between the actor and the bot in one transaction: their
// roles, what they held, and every message that waits for them. What they
// agreed to is taken back with it: should they write again, they are asked anew.
// It is refused to the last who is in charge.
func (s *Service) Leave(ctx context.Context, actor Actor) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := s.endAll(ctx, tx, ending{actor.Community, actor.Person, actor.Person}); err != nil {
			return err
		}
		_, now, err := onPerson(ctx, tx, actor, access.EditSelf, actor.Person)
		if err != nil {
			return err
		}
		left, err := s.depart(ctx, tx, now)
		if err != nil || !left {
			return err
		}
		return s.changed(ctx, tx, Change{Community: now.Community, Person: now.Person, By: now.Person, What: Gone, At: s.clk.Now()})
	})
	if err != nil {
		return fmt.Errorf("leave as person %d: %w", actor.Person, err)
	}
	return nil
}

// depart writes down that somebody left, or reports that they had.
func (s *Service) depart(ctx context.Context, tx *sqlx.Tx, a Actor) (bool, error) {
	res, err := tx.ExecContext(ctx, `
		UPDATE persons SET presence = 'left', presence_until = NULL, reachable = false, consent_at = NULL
		WHERE community_id = $1 AND id = $2 AND presence <> 'left'`, a.Community, a.Person)
	if err != nil {
		return false, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE person_roles SET kinds = '{}' WHERE community_id = $1 AND person_id = $2 AND kinds <> '{}'`, a.Community, a.Person)
	if err != nil {
		return false, err
	}
	return true, event(ctx, tx, happened{community: a.Community, person: a.Person, by: a.Person, code: "left", at: s.clk.Now()})
}
