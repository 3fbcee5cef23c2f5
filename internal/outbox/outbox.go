// Package outbox holds what must reach people, and what falls due, in Postgres.
//
// A verb enqueues its messages in its own transaction; a worker claims them,
// renders each at the moment of sending, and writes down what became of it.
//
//	waiting → claimed → sent | done (a job) | failed | uncertain | skipped
//	   ↑         ├ later: put off, holding back its own lane and no other
//	   │         └ broken: put off by a fault of ours, holding back nothing
//	   │         └ kept: until the morning of whom it is for, holding back nothing
//	   └ withdrawn, while it waits or is kept
//
// What failed or is uncertain is a trouble: whoever keeps the machine sees it,
// and sends it again or drops it.
//
// A lane is one (person or group, subject): its rows leave one at a time, in the order
// in which they were enqueued among those that are due, so that an edit never
// overtakes the message that it changes. Keys make every repeat harmless.
package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/clock"
)

// Urgency orders what is due at the same time.
type Urgency int16

// The urgencies, most urgent first. After an unknown end urgent messages and
// tasks are repeated until they are delivered, the others once at most.
const (
	Urgent Urgency = iota
	Task
	Notice
	Digest
)

// Row is what is enqueued: a message to a person or to a group, or a job that
// the bot does itself, which is for neither.
type Row struct {
	Key     string // unique in its community: a repeat enqueues nothing
	Person  int64
	Chat    int64  // of a group at Telegram, below 0
	Subject string // order holds per (Person or Chat, Subject); "": none
	Topic   string // names how it is rendered, or what is done
	Args    any    // a JSON object of ids and codes, never words of people
	Urgency Urgency
	Due     time.Time // not before
	Edits   string    // the key of the row whose message this one changes; "": a new message
}

// Enqueue writes rows in the caller's transaction. Who commits it wakes the
// worker of this process; those of others look every two seconds. Postgres's
// NOTIFY would wake all, but lets only one transaction of the whole server that
// notifies commit at a time, each with its wait for the disk (PostgreSQL
// src/backend/commands/async.c, PreCommit_Notify).
func Enqueue(ctx context.Context, tx *sqlx.Tx, community int64, rows ...Row) error {
	if len(rows) == 0 {
		return nil
	}
	columns := make([][]any, 9)
	for _, r := range rows {
		args, err := r.args()
		if err != nil {
			return fmt.Errorf("enqueue %s: %w", r.Topic, err)
		}
		for i, value := range []any{r.Key, r.Person, r.Subject, r.Topic, args, int64(r.Urgency), r.Due, r.Edits, r.Chat} {
			columns[i] = append(columns[i], value)
		}
	}
	arrays := []any{community}
	for _, c := range columns {
		arrays = append(arrays, pq.Array(c))
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO outbox (community_id, key, person_id, subject, topic, args, urgency, due_at, edits, chat_id)
		SELECT $1, r.key, r.person_id, r.subject, r.topic, r.args, r.urgency, r.due_at, r.edits, r.chat_id
		FROM unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::jsonb[], $7::smallint[], $8::timestamptz[], $9::text[],
			$10::bigint[]) WITH ORDINALITY AS r (key, person_id, subject, topic, args, urgency, due_at, edits, chat_id, n)
		ORDER BY r.n
		ON CONFLICT (community_id, key) DO NOTHING`, arrays...)
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", rows[0].Topic, err)
	}
	return nil
}

// args is the row's JSON object; it refuses a row that lacks its time, which
// would otherwise be due at once.
func (r Row) args() (string, error) {
	if r.Due.IsZero() {
		return "", errors.New("a row needs a due time")
	}
	if r.Args == nil {
		return "{}", nil
	}
	text, err := json.Marshal(r.Args)
	return string(text), err
}

// Withdraw takes rows back that have not been sent; what was sent stays. A
// message that a worker holds but has not begun to send is taken from it; a job
// in a worker's hands runs on, for it may be the one that withdraws.
func Withdraw(ctx context.Context, tx *sqlx.Tx, community int64, keys ...string) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE outbox SET state = 'withdrawn', settled_at = due_at
		WHERE community_id = $1 AND key = ANY ($2)
			AND (state IN ('waiting', 'kept') OR state = 'claimed' AND (person_id <> 0 OR chat_id <> 0) AND NOT attempting)`, community, pq.Array(keys))
	if err != nil {
		return fmt.Errorf("withdraw from outbox: %w", err)
	}
	return nil
}

// Known returns which of some keys are there, sent or not.
func Known(ctx context.Context, tx *sqlx.Tx, community int64, keys ...string) (there []string, err error) {
	err = tx.SelectContext(ctx, &there, `SELECT key FROM outbox WHERE community_id = $1 AND key = ANY ($2)`, community, pq.Array(keys))
	if err != nil {
		return nil, fmt.Errorf("look into outbox: %w", err)
	}
	return there, nil
}

// Readdress gives what waits for a person to the one who they turned out to be.
// What was kept for the one waits for the other: their nights may be different.
// What a worker holds goes its way.
func Readdress(ctx context.Context, tx *sqlx.Tx, community, from, to int64) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE outbox SET person_id = $3, state = 'waiting', digest = 0, settled_at = NULL
		WHERE community_id = $1 AND person_id = $2 AND $2 <> 0 AND state IN ('waiting', 'kept')`, community, from, to)
	if err != nil {
		return fmt.Errorf("readdress outbox: %w", err)
	}
	return nil
}

// Silence takes back every message that waits for a person who is to hear
// nothing more. Changes of messages that they have already still go out: those
// take buttons away.
func Silence(ctx context.Context, tx *sqlx.Tx, community, person int64) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE outbox SET state = 'withdrawn', settled_at = due_at
		WHERE community_id = $1 AND person_id = $2 AND edits = ''
			AND (state IN ('waiting', 'kept') OR state = 'claimed' AND NOT attempting)`,
		community, person)
	if err != nil {
		return fmt.Errorf("withdraw what waits for person %d: %w", person, err)
	}
	return nil
}

// Postpone moves the time of a row that still waits; until then it is merely
// scheduled, and holds nothing back.
func Postpone(ctx context.Context, tx *sqlx.Tx, community int64, key string, due time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE outbox SET due_at = $3, held = false, aside = false
		WHERE community_id = $1 AND key = $2 AND state = 'waiting'`, community, key, due)
	if err != nil {
		return fmt.Errorf("postpone in outbox: %w", err)
	}
	return nil
}

// Store is the worker's side of the outbox.
type Store struct {
	db  *sqlx.DB
	clk *clock.Clock
}

// New returns a store.
func New(db *sqlx.DB, clk *clock.Clock) *Store { return &Store{db: db, clk: clk} }
