// Package inbox keeps what came from Telegram until it was worked through.
//
// A batch is committed before it is acknowledged; update ids are kept a while
// longer, so that one that Telegram hands out again is known. Ids of rows rise
// in the order of arrival.
//
//	stored → done (its body blanked) | parked after three failures
//
// A chat's rows belong to one living process at a time. Those of a dead one
// pass to whoever looks first, all of a chat together, and so stay in order.
package inbox

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/pg"
)

// KeepIDs is how long the id of a finished update is known: twice as long as
// Telegram keeps an update.
const KeepIDs = 48 * time.Hour

// mostTries is how often a row may fail before it is parked.
const mostTries = 3

// Update is one update as it came.
type Update struct {
	Community int64
	ID        int64 // Telegram's update_id
	Chat      int64 // in whose order it is worked through
	Body      json.RawMessage
}

// Row is a stored update.
type Row struct {
	Community int64     `db:"community_id"`
	ID        int64     `db:"id"`
	Update    int64     `db:"update_id"`
	Chat      int64     `db:"chat_id"`
	Body      []byte    `db:"body"`
	At        time.Time `db:"received_at"`
	Tries     int       `db:"tries"`
	Owner     int64     `db:"owner"`  // the process that works through it
	Losses    int       `db:"losses"` // processes that ended while they had it
	After     int64     `db:"after"`  // of a new one: the row of its chat that waits before it; 0: none
}

// Store is the inbox as one process sees it.
type Store struct {
	db      *sqlx.DB
	clk     *clock.Clock
	process int64
}

// New returns the store of a process; 0 is one that works through nothing
// itself, such as a command.
func New(db *sqlx.DB, clk *clock.Clock, process int64) *Store {
	return &Store{db: db, clk: clk, process: process}
}

const (
	columns = envelope + `, body`
	// envelope is what Postgres alone knows of an update that it was given.
	envelope = `community_id, id, coalesce(update_id, 0) AS update_id, chat_id, received_at, tries, owner, losses`
)

// Put stores a batch and returns the rows that were not known before, in the
// order of arrival. A chat that another process is at stays that one's: the
// row's Owner tells, and the owner is woken. Where this process is at the chat,
// another may have stored a row for it a moment before: After tells. Repeating Put stores nothing
// twice. An update without an id is known by what it says, until it is done.
// An id that was used KeepIDs ago is free again, swept or not: Telegram starts
// ids anew after a quiet week.
func (s *Store) Put(ctx context.Context, batch []Update) ([]Row, error) {
	rows, err := s.put(ctx, batch)
	if err != nil || len(rows) == len(batch) {
		return rows, err
	}
	missing := slices.DeleteFunc(slices.Clone(batch), func(u Update) bool {
		return slices.ContainsFunc(rows, func(r Row) bool { return r.Community == u.Community && r.Update == u.ID })
	})
	freed, err := s.free(ctx, missing)
	if err != nil || freed == 0 {
		return rows, err
	}
	again, err := s.put(ctx, missing)
	return append(rows, again...), err
}

// free takes the ids of updates from rows of another age, and tells how many
// there were.
func (s *Store) free(ctx context.Context, batch []Update) (freed int64, err error) {
	var communities, ids []int64
	for _, u := range batch {
		communities, ids = append(communities, u.Community), append(ids, u.ID)
	}
	result, err := s.db.ExecContext(ctx, `
		UPDATE inbox i SET update_id = NULL
		FROM unnest($1::bigint[], $2::bigint[]) AS u (community_id, update_id)
		WHERE i.community_id = u.community_id AND i.update_id = u.update_id AND i.received_at <= $3`,
		pq.Array(communities), pq.Array(ids), s.clk.Now().Add(-KeepIDs))
	if err != nil {
		return 0, fmt.Errorf("free old update ids: %w", err)
	}
	return result.RowsAffected()
}

func (s *Store) put(ctx context.Context, batch []Update) ([]Row, error) {
	var (
		communities = make([]int64, len(batch))
		ids         = make([]int64, len(batch))
		chats       = make([]int64, len(batch))
		bodies      = make([][]byte, len(batch))
	)
	for i, u := range batch {
		communities[i], ids[i], chats[i], bodies[i] = u.Community, u.ID, u.Chat, u.Body
		if u.Body == nil {
			bodies[i] = []byte{}
		}
	}
	var rows []Row
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		rows = nil
		if err := inTurn(ctx, tx, communities); err != nil {
			return err
		}
		return tx.SelectContext(ctx, &rows, `
			WITH arrived AS (
				SELECT u.community_id, nullif(u.update_id, 0) AS update_id, u.chat_id, u.body, u.n, coalesce(
					(SELECT i.owner FROM inbox i
					WHERE i.community_id = u.community_id AND i.chat_id = u.chat_id AND i.done_at IS NULL AND i.parked_at IS NULL
					ORDER BY i.id LIMIT 1), $6) AS owner
				FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[])
					WITH ORDINALITY AS u (community_id, update_id, chat_id, body, n)),
			stored AS (
				INSERT INTO inbox (community_id, update_id, chat_id, body, received_at, owner)
				SELECT a.community_id, a.update_id, a.chat_id, a.body, $5, a.owner FROM arrived a
				WHERE a.update_id IS NOT NULL OR NOT EXISTS (SELECT FROM inbox i
					WHERE i.community_id = a.community_id AND i.chat_id = a.chat_id AND i.done_at IS NULL AND i.body = a.body)
				ORDER BY a.n
				ON CONFLICT (community_id, update_id) DO NOTHING
				RETURNING community_id, id, update_id, chat_id, body, received_at, tries, owner, losses),
			woken AS MATERIALIZED (
				SELECT count(pg_notify('inbox', o.owner::text)) AS n FROM (SELECT DISTINCT owner FROM stored WHERE owner <> $6) o)
			SELECT `+envelope+`, CASE WHEN update_id IS NULL THEN body END AS body, coalesce((
				SELECT i.id FROM inbox i
				WHERE i.community_id = s.community_id AND i.chat_id = s.chat_id AND i.done_at IS NULL AND i.parked_at IS NULL
				ORDER BY i.id DESC LIMIT 1), 0) AS after
			FROM stored s WHERE (SELECT n FROM woken) >= 0 ORDER BY id`,
			pq.Array(communities), pq.Array(ids), pq.Array(chats), pq.ByteaArray(bodies), s.clk.Now(), s.process)
	})
	if err != nil {
		return nil, fmt.Errorf("store %d updates: %w", len(batch), err)
	}
	fill(rows, batch)
	return rows, nil
}

// fill gives rows the bodies that they were stored with: they need not come
// back from Postgres. Those without an update's id did.
func fill(rows []Row, batch []Update) {
	type name struct{ community, update int64 }
	bodies := make(map[name][]byte, len(batch))
	for _, u := range slices.Backward(batch) { // of two with one id the first was stored
		bodies[name{u.Community, u.ID}] = u.Body
	}
	for i, row := range rows {
		if row.Update != 0 {
			rows[i].Body = bodies[name{row.Community, row.Update}]
		}
	}
}

// inTurn lets one batch of a community in at a time, until its transaction
// ends: overlapping batches would wait for each other in a circle, and ids of
// rows would not rise in the order in which batches are committed.
func inTurn(ctx context.Context, tx *sqlx.Tx, communities []int64) error {
	_, err := tx.ExecContext(ctx, `
		SELECT pg_advisory_xact_lock(hashtextextended('inbox', c.id))
		FROM (SELECT DISTINCT u.id FROM unnest($1::bigint[]) AS u (id) ORDER BY u.id) c`, pq.Array(communities))
	return err
}

// Mine lists what is this process's and neither done nor parked, in the order
// of arrival.
func (s *Store) Mine(ctx context.Context, community int64) ([]Row, error) {
	var rows []Row
	err := s.db.SelectContext(ctx, &rows, `
		SELECT `+columns+` FROM inbox
		WHERE community_id = $1 AND owner = $2 AND done_at IS NULL AND parked_at IS NULL ORDER BY id`, community, s.process)
	if err != nil {
		return nil, fmt.Errorf("unfinished updates: %w", err)
	}
	return rows, nil
}

// Done notes that rows were worked through and blanks what they held. It may
// run twice without harm.
func (s *Store) Done(ctx context.Context, community int64, ids ...int64) error {
	_, err := s.db.ExecContext(ctx, `
		UPDATE inbox i SET done_at = $3, parked_at = NULL, body = ''
		FROM unnest($2::bigint[]) AS d (id) WHERE i.community_id = $1 AND i.id = d.id`,
		community, pq.Array(ids), s.clk.Now())
	if err != nil {
		return fmt.Errorf("finish updates: %w", err)
	}
	return nil
}

// Tried counts a failure of a row; after the third it is parked: kept for
// somebody to look at, and in nobody's way.
func (s *Store) Tried(ctx context.Context, row Row, cause string) (parked bool, err error) {
	err = pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		return tx.GetContext(ctx, &parked, `
			UPDATE inbox SET tries = tries + 1, cause = $3,
				parked_at = CASE WHEN tries + 1 >= $4 THEN $5::timestamptz END
			WHERE community_id = $1 AND id = $2
			RETURNING parked_at IS NOT NULL`, row.Community, row.ID, printable(cause), mostTries, s.clk.Now())
	})
	if err != nil {
		return false, fmt.Errorf("count a failure of row %d: %w", row.ID, err)
	}
	return parked, nil
}

// Away reports whether an error says that the database could not be asked: such
// a failure is not the row's, and does not count.
func Away(err error) bool { return pg.Away(err) }

// mostCause bounds what is kept of an error's text, in bytes.
const mostCause = 500

// printable drops what Postgres refuses in a text: a cause that quotes a poison
// update must not keep it from being parked.
func printable(cause string) string {
	cause = cause[:min(len(cause), mostCause)]
	return strings.ReplaceAll(strings.ToValidUTF8(cause, ""), "\x00", "")
}

// Quiet reports whether everything that came in was worked through.
func (s *Store) Quiet(ctx context.Context) (bool, error) {
	var busy bool
	err := s.db.GetContext(ctx, &busy, `SELECT EXISTS (SELECT FROM inbox WHERE done_at IS NULL AND parked_at IS NULL)`)
	if err != nil {
		return false, fmt.Errorf("look at inbox: %w", err)
	}
	return !busy, nil
}
