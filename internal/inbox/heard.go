package inbox

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/pg"
)

// Outage is from when on taps may be lost: Telegram keeps an unread one 150
// seconds.
const Outage = 2 * time.Minute

// Heard notes that a community's updates come in. After an outage it stores
// what is to be done about it, of chat 0, and reports so; while more is still
// coming in from that time, it leaves that for later.
func (s *Store) Heard(ctx context.Context, community int64, drained bool, after json.RawMessage) (outage bool, err error) {
	err = pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		outage = false
		if err := inTurn(ctx, tx, []int64{community}); err != nil {
			return err
		}
		err := tx.GetContext(ctx, &outage, `
			SELECT coalesce(bool_or(heard_at < now() - $2 * interval '1 second'), false) FROM hearing WHERE community_id = $1`,
			community, Outage.Seconds())
		if err != nil || outage && !drained {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO hearing (community_id, heard_at) VALUES ($1, now())
			ON CONFLICT (community_id) DO UPDATE SET heard_at = now()`, community)
		if err != nil || !outage {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO inbox (community_id, chat_id, body, received_at, owner) VALUES ($1, 0, $2, $3, $4)`,
			community, []byte(after), s.clk.Now(), s.process)
		return err
	})
	return outage && drained, wrapped("note that updates come in", err)
}
