package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/pg"
)

// Trouble is a message that did not arrive, or of which nobody knows whether it
// did, or a job that could not be done. It holds ids and codes, no words.
type Trouble struct {
	ID     int64
	Topic  string
	Person int64  // 0: not for a person
	Chat   int64  // of a group; 0: not for a group
	State  string // failed or uncertain
	Reason string
	At     time.Time
}

// mostTroubles bounds what is shown at once.
const mostTroubles = 200

// Troubles lists what whoever keeps the machine should know of, the newest
// first: 200 at most.
func (s *Store) Troubles(ctx context.Context, community int64) ([]Trouble, error) {
	var all []Trouble
	err := s.db.SelectContext(ctx, &all, `
		SELECT id, topic, person_id AS person, chat_id AS chat, state, reason, coalesce(settled_at, due_at) AS at FROM outbox
		WHERE community_id = $1 AND state IN ('failed', 'uncertain')
		ORDER BY id DESC LIMIT $2`, community, mostTroubles)
	if err != nil {
		return nil, fmt.Errorf("troubles of outbox: %w", err)
	}
	return all, nil
}

// ErrNoTrouble says that a row is in no trouble, or no more.
var ErrNoTrouble = errors.New("this row is in no trouble")

// Again sends a row in trouble once more, as if it had never been tried.
func (s *Store) Again(ctx context.Context, community, id int64) error {
	return s.end(ctx, community, id, `
		UPDATE outbox SET state = 'waiting', held = false, due_at = $3, attempts = 0, faults = 0, copies = 0,
			attempting = false, aside = false, reason = '', settled_at = NULL
		WHERE community_id = $1 AND id = $2 AND state IN ('failed', 'uncertain')
		RETURNING id`)
}

// Drop says that a row in trouble is wanted no more. What a digest told of then
// comes by itself: whoever drops it does not see what was in it. A digest is a row
// whose args say which one it is.
func (s *Store) Drop(ctx context.Context, community, id int64) error {
	return s.end(ctx, community, id, `
		WITH dropped AS (
			UPDATE outbox SET state = 'skipped', settled_at = $3
			WHERE community_id = $1 AND id = $2 AND state IN ('failed', 'uncertain')
			RETURNING id, person_id, (args->>'digest')::bigint AS digest),
		freed AS (
			UPDATE outbox o SET state = 'waiting', held = false, due_at = $3, digest = 0, settled_at = NULL FROM dropped d
			WHERE o.community_id = $1 AND o.person_id = d.person_id AND o.digest = d.digest AND o.digest <> 0 AND o.state = 'kept')
		SELECT id FROM dropped`)
}

func (s *Store) end(ctx context.Context, community, id int64, change string) error {
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		var ended []int64
		if err := tx.SelectContext(ctx, &ended, change, community, id, s.clk.Now()); err != nil {
			return err
		}
		if len(ended) == 0 {
			return ErrNoTrouble
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("end the trouble of outbox row %d: %w", id, err)
	}
	return nil
}
