package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/pg"
)

// ErrMorning says that the job for which a message was to be kept is being done:
// it is morning, and nothing is kept for it any more.
var ErrMorning = errors.New("it is no longer kept for then")

// Keep keeps a message for its person until a job is done, which is enqueued
// with it where it is not there yet. Neither can miss the other: while the job
// waits nothing is kept behind its back.
func (s *Store) Keep(ctx context.Context, c Claimed, until Row) error {
	args := []any{c.Community, c.ID, c.Claim, c.Person}
	return named(c, pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := changeIn(ctx, tx, `state = 'kept', held = false, attempting = false, digest = 0, person_id = $4`, args); err != nil {
			return err
		}
		if err := Enqueue(ctx, tx, c.Community, until); err != nil {
			return err
		}
		var state string
		err := tx.GetContext(ctx, &state, `
			SELECT state FROM outbox WHERE community_id = $1 AND key = $2 FOR SHARE`, c.Community, until.Key)
		if err == nil && state != "waiting" {
			return ErrMorning
		}
		return err
	}))
}

// Kept is a message that is kept.
type Kept struct {
	ID    int64
	Topic string
	Args  json.RawMessage
	N     int // its number in the digest that told of it
}

// ReadKept reads what is kept for somebody that no digest told of yet, the older
// first.
func ReadKept(ctx context.Context, q sqlx.QueryerContext, community, person int64) ([]Kept, error) {
	var all []Kept
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT id, topic, args FROM outbox
		WHERE community_id = $1 AND person_id = $2 AND digest = 0 AND state = 'kept' ORDER BY id`, community, person)
	if err != nil {
		return nil, fmt.Errorf("read what is kept for person %d: %w", person, err)
	}
	return all, nil
}

// ReadDigest reads what is kept still of what a digest told somebody of. Their
// numbers stay as they were told.
func ReadDigest(ctx context.Context, q sqlx.QueryerContext, community, person, digest int64) ([]Kept, error) {
	var all []Kept
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT d.id, d.topic, d.args, d.n FROM (
			SELECT o.id, o.topic, o.args, o.state, row_number() OVER (ORDER BY o.id) AS n FROM outbox o
			WHERE o.community_id = $1 AND o.person_id = $2 AND o.digest = $3 AND o.digest <> 0) d
		WHERE d.state = 'kept' ORDER BY d.id`, community, person, digest)
	if err != nil {
		return nil, fmt.Errorf("read a digest of person %d: %w", person, err)
	}
	return all, nil
}

// Release lets messages go that are kept for somebody, and reports whether there
// were any. One that was Asked for goes at once; of others it is decided anew.
func Release(ctx context.Context, tx *sqlx.Tx, r Released, ids ...int64) (bool, error) {
	res, err := tx.ExecContext(ctx, `
		UPDATE outbox SET state = 'waiting', held = false, due_at = $4, settled_at = NULL, sounds = CASE WHEN $5::text = '' THEN sounds ELSE $5 END
		WHERE community_id = $1 AND person_id = $2 AND id = ANY ($3) AND state = 'kept'`,
		r.Community, r.Person, pq.Array(ids), r.Due, r.Sounds)
	if err != nil {
		return false, fmt.Errorf("release what is kept for person %d: %w", r.Person, err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// Released is for whom something is let go, when, and how it sounds.
type Released struct {
	Community, Person int64
	Due               time.Time
	Sounds            Sounds
}

// Gather notes which digest tells of what is kept for somebody. What nobody opens
// then is swept as what was sent is.
func Gather(ctx context.Context, tx *sqlx.Tx, community, digest int64, ids ...int64) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE outbox SET digest = $2, settled_at = due_at WHERE community_id = $1 AND id = ANY ($3) AND state = 'kept'`, community, digest, pq.Array(ids))
	if err != nil {
		return fmt.Errorf("gather for a digest: %w", err)
	}
	return nil
}

// Lose ends what is kept for somebody as a message that cannot arrive.
func Lose(ctx context.Context, tx *sqlx.Tx, community, id int64, at time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE outbox SET state = 'failed', reason = 'its digest did not arrive', settled_at = $3
		WHERE community_id = $1 AND id = $2 AND state = 'kept'`, community, id, at)
	if err != nil {
		return fmt.Errorf("end what is kept: %w", err)
	}
	return nil
}

// DigestOf tells which digest told somebody of a message, be it still kept or
// not; ErrNotSent where none did.
func DigestOf(ctx context.Context, q sqlx.QueryerContext, community, person, id int64) (digest int64, err error) {
	var of []int64
	err = sqlx.SelectContext(ctx, q, &of, `
		SELECT digest FROM outbox WHERE community_id = $1 AND person_id = $2 AND id = $3 AND digest <> 0`, community, person, id)
	switch {
	case err != nil:
		return 0, fmt.Errorf("read the digest of row %d: %w", id, err)
	case len(of) == 0:
		return 0, ErrNotSent
	}
	return of[0], nil
}
