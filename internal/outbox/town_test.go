package outbox_test

import (
	"context"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/pg/pgtest"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// town is an outbox with one community, at noon.
type town struct {
	testing.TB
	db  *sqlx.DB
	clk *clock.Clock
	box *outbox.Store
	id  int64
}

func newTown(t testing.TB, clk *clock.Clock) *town {
	t.Helper()
	db := pgtest.New(t)
	w := &town{TB: t, db: db, clk: clk, box: outbox.New(db, clk)}
	w.id = w.community(1)
	return w
}

func atNoon(t testing.TB) *town { t.Helper(); return newTown(t, clock.Frozen(noon)) }

func (w *town) community(bot int64) (id int64) {
	w.Helper()
	require.NoError(w, w.db.Get(&id, `
		INSERT INTO communities (bot, name, language, zone, created_at) VALUES ($1, 'Lane', 'en', 'UTC', $2) RETURNING id`, bot, noon))
	return id
}

// inTx runs fn in a committed transaction.
func (w *town) inTx(fn func(ctx context.Context, tx *sqlx.Tx) error) {
	w.Helper()
	require.NoError(w, w.try(fn))
}

func (w *town) try(fn func(ctx context.Context, tx *sqlx.Tx) error) error {
	return pg.InTx(w.Context(), w.db, func(tx *sqlx.Tx) error { return fn(w.Context(), tx) })
}

func (w *town) enqueue(rows ...outbox.Row) {
	w.Helper()
	w.inTx(func(ctx context.Context, tx *sqlx.Tx) error { return outbox.Enqueue(ctx, tx, w.id, rows...) })
}

func (w *town) withdraw(keys ...string) {
	w.Helper()
	w.inTx(func(ctx context.Context, tx *sqlx.Tx) error { return outbox.Withdraw(ctx, tx, w.id, keys...) })
}

func (w *town) postpone(key string, due time.Time) {
	w.Helper()
	w.inTx(func(ctx context.Context, tx *sqlx.Tx) error { return outbox.Postpone(ctx, tx, w.id, key, due) })
}

func (w *town) claim() []outbox.Claimed {
	w.Helper()
	return w.claimMost(100)
}

// claimMost claims of everybody's rows.
func (w *town) claimMost(most int) []outbox.Claimed {
	w.Helper()
	rows, err := w.box.Claim(w.Context(), "w", most, w.wants(most)...)
	require.NoError(w, err)
	return rows
}

// wants is all of every community.
func (w *town) wants(most int) (wants []outbox.Want) {
	w.Helper()
	var ids []int64
	require.NoError(w, w.db.SelectContext(w.Context(), &ids, `SELECT id FROM communities ORDER BY id`))
	for _, id := range ids {
		wants = append(wants, outbox.Want{Community: id, Jobs: int64(most), Messages: int64(most)})
	}
	return wants
}

// claims are the keys of what can be claimed now.
func (w *town) claims() []string {
	w.Helper()
	return keysOf(w.claim())
}

func keysOf(rows []outbox.Claimed) []string {
	keys := []string{}
	for _, r := range rows {
		keys = append(keys, r.Key)
	}
	return keys
}

// one claims exactly one row.
func (w *town) one() outbox.Claimed {
	w.Helper()
	rows := w.claim()
	require.Len(w, rows, 1)
	return rows[0]
}

// send claims one row and delivers it as a message.
func (w *town) send(message int64) {
	w.Helper()
	c := w.one()
	require.NoError(w, w.box.Attempting(w.Context(), c))
	require.NoError(w, w.box.Sent(w.Context(), c, message, "text"))
}

// die ends every lease, as if the workers had died a while ago.
func (w *town) die() {
	w.Helper()
	_, err := w.db.ExecContext(w.Context(), `UPDATE outbox SET lease_until = now() - interval '1 second' WHERE state = 'claimed'`)
	require.NoError(w, err)
}

func (w *town) state(key string) (state string) {
	w.Helper()
	require.NoError(w, w.db.Get(&state, `SELECT state FROM outbox WHERE community_id = $1 AND key = $2`, w.id, key))
	return state
}

func (w *town) quiet() bool {
	w.Helper()
	quiet, err := w.box.Quiet(w.Context())
	require.NoError(w, err)
	return quiet
}

// to is a message to person 4 about a case.
func to(key, subject string) outbox.Row {
	return outbox.Row{Key: key, Person: 4, Subject: subject, Topic: "case.ping", Urgency: outbox.Task, Due: noon}
}

func later(r outbox.Row, d time.Duration) outbox.Row { r.Due = r.Due.Add(d); return r }

func edit(key, of string) outbox.Row { r := to(key, "case:17"); r.Edits = of; return r }

func notice(key string) outbox.Row { r := to(key, "case:17"); r.Urgency = outbox.Notice; return r }

func job(key string, due time.Time) outbox.Row {
	return outbox.Row{Key: key, Topic: "case.self_send", Urgency: outbox.Task, Due: due}
}
