package inbox

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/pg"
)

// mostLosses is after how many processes that ended with it in hand a row is
// worked through alone: if that one ends too, it was the row.
const mostLosses = 5

// Suspect reports whether a row must be worked through alone.
func (r Row) Suspect() bool { return r.Losses >= mostLosses }

// Inherit takes over what dead processes left, of a community, and what is
// nobody's yet. A row that its process was working through alone when it ended
// is parked. It tells how many rows are this process's now, and which were
// parked.
func (s *Store) Inherit(ctx context.Context, community int64) (inherited int, parked []Row, err error) {
	var left bool
	err = s.db.GetContext(ctx, &left, `
		SELECT EXISTS (SELECT FROM inbox WHERE community_id = $1 AND owner <> $2 AND done_at IS NULL AND parked_at IS NULL)`,
		community, s.process)
	if err != nil || !left {
		return 0, nil, wrapped("look for what others left", err)
	}
	err = pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		inherited, parked = 0, nil
		if err := inTurn(ctx, tx, []int64{community}); err != nil {
			return err
		}
		var rows []struct {
			Row
			Parked bool `db:"parked"`
		}
		err := tx.SelectContext(ctx, &rows, `
			UPDATE inbox SET owner = $2, losses = losses + (owner <> 0)::int,
				parked_at = CASE WHEN alone AND owner <> 0 THEN $3::timestamptz END,
				cause = CASE WHEN alone AND owner <> 0 THEN 'its process ended' ELSE cause END
			WHERE community_id = $1 AND owner <> $2 AND done_at IS NULL AND parked_at IS NULL
				AND owner NOT IN (SELECT id FROM living)
			RETURNING `+columns+`, parked_at IS NOT NULL AS parked`, community, s.process, s.clk.Now())
		for _, r := range rows {
			if r.Parked {
				parked = append(parked, r.Row)
			}
		}
		inherited = len(rows) - len(parked)
		return err
	})
	return inherited, parked, wrapped("inherit updates", err)
}

// Alone notes that a row is worked through alone from now on.
func (s *Store) Alone(ctx context.Context, row Row) error {
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE inbox SET alone = true WHERE community_id = $1 AND id = $2`, row.Community, row.ID)
		return err
	})
	return wrapped("work through alone", err)
}

func wrapped(what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
