package inbox

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/pg"
)

// After so many processes that ended while it may have been under way a row is
// worked through alone; where so many end then, it was the row.
const (
	mostLosses = 5
	mostAlone  = 3
)

// Suspect reports whether a row must be worked through alone.
func (r Row) Suspect() bool { return r.Losses >= mostLosses }

// Inherit takes over what dead processes left, of a community, and what is
// nobody's yet. Of each chat only the first row can have been under way: it
// alone counts the loss. One that ended its processes when it was alone is
// parked. It tells how many rows are this process's now, and which were parked.
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
			WITH left_over AS (
				SELECT l.id, l.owner <> 0 AND l.id = min(l.id) OVER (PARTITION BY l.chat_id) AS lost FROM inbox l
				WHERE l.community_id = $1 AND l.owner <> $2 AND l.done_at IS NULL AND l.parked_at IS NULL
					AND l.owner NOT IN (SELECT id FROM living))
			UPDATE inbox i SET owner = $2, losses = losses + lost::int,
				parked_at = CASE WHEN lost AND alone >= $4 THEN $3::timestamptz END,
				cause = CASE WHEN lost AND alone >= $4 THEN 'its process ended' ELSE cause END
			FROM left_over l WHERE i.community_id = $1 AND i.id = l.id
			RETURNING i.community_id, i.id, coalesce(i.update_id, 0) AS update_id, i.chat_id, i.body, i.received_at, i.tries,
				i.owner, i.losses, i.parked_at IS NOT NULL AS parked`, community, s.process, s.clk.Now(), mostAlone)
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
		_, err := tx.ExecContext(ctx, `UPDATE inbox SET alone = alone + 1 WHERE community_id = $1 AND id = $2`, row.Community, row.ID)
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
