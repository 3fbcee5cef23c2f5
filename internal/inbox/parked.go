package inbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/pg"
)

// Trouble is a parked row as whoever keeps the machine may see it: nothing of
// what somebody said.
type Trouble struct {
	ID    int64     `db:"id"`
	Chat  int64     `db:"chat_id"`
	Tries int       `db:"tries"`
	Cause string    `db:"cause"`
	At    time.Time `db:"parked_at"`
}

// Parked lists what was parked, in the order of arrival.
func (s *Store) Parked(ctx context.Context, community int64) ([]Trouble, error) {
	var list []Trouble
	err := s.db.SelectContext(ctx, &list, `
		SELECT id, chat_id, tries, cause, parked_at FROM inbox WHERE community_id = $1 AND parked_at IS NOT NULL ORDER BY id`, community)
	return list, wrapped("parked updates", err)
}

// ErrNotParked says that no row of that number is parked.
var ErrNotParked = errors.New("no such row is parked")

// Replay brings a parked row in once more, behind everything that came in
// meanwhile: in its old place the conversation has gone past it. Whichever
// process looks first works through it.
func (s *Store) Replay(ctx context.Context, community, id int64) error {
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := inTurn(ctx, tx, []int64{community}); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `
			INSERT INTO inbox (community_id, chat_id, body, received_at, owner)
			SELECT p.community_id, p.chat_id, p.body, $3, coalesce(
				(SELECT i.owner FROM inbox i WHERE i.community_id = $1 AND i.chat_id = p.chat_id AND i.done_at IS NULL AND i.parked_at IS NULL
				ORDER BY i.id LIMIT 1), 0)
			FROM inbox p WHERE p.community_id = $1 AND p.id = $2 AND p.parked_at IS NOT NULL`, community, id, s.clk.Now())
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(ErrNotParked, err)
		}
		return s.close(ctx, tx, community, id)
	})
	return wrapped(fmt.Sprintf("replay row %d", id), err)
}

// Drop gives a parked row up: somebody has seen to it in another way.
func (s *Store) Drop(ctx context.Context, community, id int64) error {
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error { return s.close(ctx, tx, community, id) })
	return wrapped(fmt.Sprintf("drop row %d", id), err)
}

func (s *Store) close(ctx context.Context, tx *sqlx.Tx, community, id int64) error {
	result, err := tx.ExecContext(ctx, `
		UPDATE inbox SET done_at = $3, parked_at = NULL, body = '', cause = ''
		WHERE community_id = $1 AND id = $2 AND parked_at IS NOT NULL`, community, id, s.clk.Now())
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(ErrNotParked, err)
	}
	return nil
}

// Sweep forgets what was done before a moment.
func (s *Store) Sweep(ctx context.Context, before time.Time) error {
	_, err := s.db.ExecContext(ctx, `DELETE FROM inbox WHERE done_at < $1`, before)
	return wrapped("sweep inbox", err)
}
