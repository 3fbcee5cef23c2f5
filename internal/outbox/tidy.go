package outbox

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/pg"
)

// Inherit gives free what processes hold that are no more, and reports whether
// there was anything: their leases need not run out. Of a worker that is named by
// no process's number nobody knows, and its leases do.
func (s *Store) Inherit(ctx context.Context, worker string) (bool, error) {
	n := int64(0)
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		result, err := tx.ExecContext(ctx, `
			UPDATE outbox SET lease_until = now() - interval '1 second'
			WHERE state = 'claimed' AND worker <> $1 AND lease_until >= now() AND worker ~ '^[0-9]+$'
				AND worker NOT IN (SELECT id::text FROM living)`, worker)
		if err != nil {
			return err
		}
		n, err = result.RowsAffected()
		return err
	})
	if err != nil {
		return false, fmt.Errorf("inherit in outbox: %w", err)
	}
	return n > 0, nil
}

// How many messages of a community may be due before those among them that wait
// for another are put aside, and how many at once.
const (
	crowd     = 200
	asideMost = 2000
)

// Tidy keeps claims short where very many messages are due: those that wait
// behind another are put aside, where no claim looks. Whatever ends lets go of
// those behind it; whom that missed, because both happened at the same moment, or
// because what was in front waits itself for a message that is to go after all, Tidy
// lets go, and so it is to be called every few seconds.
func (s *Store) Tidy(ctx context.Context, communities ...int64) error {
	return s.tidy(ctx, crowd, communities)
}

func (s *Store) tidy(ctx context.Context, crowd int, communities []int64) error {
	now := s.clk.Now()
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, `
			UPDATE outbox o SET aside = false
			WHERE o.community_id = ANY ($2) AND o.state = 'waiting' AND o.aside AND `+ready, now, pq.Array(communities))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE outbox u SET aside = true
			FROM unnest($2::bigint[]) AS c (community_id)
			CROSS JOIN LATERAL (
				SELECT o.community_id, o.id FROM outbox o
				WHERE o.community_id = c.community_id AND `+asideable+` AND o.due_at <= $1 AND NOT (`+ready+`)
				ORDER BY o.urgency, o.due_at, o.id
				LIMIT $4
				FOR UPDATE SKIP LOCKED) b
			WHERE (SELECT count(*) FROM (
					SELECT FROM outbox o WHERE o.community_id = c.community_id AND `+asideable+` LIMIT $3 + 1) some_of) > $3
				AND u.community_id = b.community_id AND u.id = b.id`, now, pq.Array(communities), crowd, asideMost)
		return err
	})
	if err != nil {
		return fmt.Errorf("tidy outbox: %w", err)
	}
	return nil
}

// asideable is what a claim looks at.
const asideable = `o.state = 'waiting' AND NOT o.aside AND (o.person_id <> 0 OR o.chat_id <> 0)`
