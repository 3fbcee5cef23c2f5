package inbox_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/inbox"
	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/pg/pgtest"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// town is an inbox with one community, at noon.
type town struct {
	testing.TB
	db  *sqlx.DB
	clk *clock.Clock
	box *inbox.Store
	id  int64
}

func newTown(t testing.TB) *town {
	t.Helper()
	db, clk := pgtest.New(t), clock.Frozen(noon)
	w := &town{TB: t, db: db, clk: clk, box: inbox.New(db, clk, 1)}
	w.id = w.community(1)
	return w
}

func (w *town) community(bot int64) (id int64) {
	w.Helper()
	require.NoError(w, w.db.Get(&id, `
		INSERT INTO communities (bot, name, language, zone, created_at) VALUES ($1, 'Lane', 'en', 'UTC', $2) RETURNING id`, bot, noon))
	return id
}

func (w *town) update(id, chat int64) inbox.Update {
	return inbox.Update{Community: w.id, ID: id, Chat: chat, Body: json.RawMessage(fmt.Sprintf(`{"update_id":%d}`, id))}
}

func (w *town) put(updates ...inbox.Update) []inbox.Row {
	w.Helper()
	rows, err := w.box.Put(w.Context(), updates)
	require.NoError(w, err)
	return rows
}

func (w *town) unfinished() []inbox.Row {
	w.Helper()
	rows, err := w.box.Mine(w.Context(), w.id)
	require.NoError(w, err)
	return rows
}

func (w *town) parked() []inbox.Trouble {
	w.Helper()
	rows, err := w.box.Parked(w.Context(), w.id)
	require.NoError(w, err)
	return rows
}

func (w *town) done(rows ...inbox.Row) {
	w.Helper()
	for _, r := range rows {
		require.NoError(w, w.box.Done(w.Context(), w.id, r.ID))
	}
}

func (w *town) park(row inbox.Row) {
	w.Helper()
	for n := 1; n <= 3; n++ {
		parked, err := w.box.Tried(w.Context(), row, "panic in a turn")
		require.NoError(w, err)
		require.Equal(w, n == 3, parked, "after %d failures", n)
	}
}

func (w *town) quiet() bool {
	w.Helper()
	quiet, err := w.box.Quiet(w.Context())
	require.NoError(w, err)
	return quiet
}

func updatesOf(rows []inbox.Row) []int64 {
	ids := []int64{}
	for _, r := range rows {
		ids = append(ids, r.Update)
	}
	return ids
}

func TestABatchKeepsItsOrderOfArrival(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	var batch []inbox.Update
	var want []int64
	for _, n := range rand.New(rand.NewPCG(luck.Seed(t), 0)).Perm(100) { // as after a restart of ids: arrival counts, not the number
		batch = append(batch, w.update(int64(n+1), int64(n%3)))
		want = append(want, int64(n+1))
	}
	rows := w.put(batch...)
	require.Equal(t, want, updatesOf(rows))
	for i := 1; i < len(rows); i++ {
		require.Less(t, rows[i-1].ID, rows[i].ID)
	}
	require.Equal(t, rows, w.unfinished())
	first := rows[0]
	require.JSONEq(t, string(batch[0].Body), string(first.Body))
	require.Equal(t, batch[0].Chat, first.Chat)
	require.Equal(t, w.id, first.Community)
	require.True(t, first.At.Equal(noon), first.At)
	require.Greater(t, w.put(w.update(101, 1))[0].ID, rows[99].ID)
}

func TestARepeatedUpdateIsStoredOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	require.Equal(t, []int64{1, 2}, updatesOf(w.put(w.update(1, 5), w.update(2, 5), w.update(1, 5))))
	require.Equal(t, []int64{3}, updatesOf(w.put(w.update(2, 5), w.update(3, 5))))
	w.done(w.unfinished()...)
	require.Empty(t, w.put(w.update(1, 5), w.update(3, 5)))
	other := *w
	other.id = w.community(2)
	require.Equal(t, []int64{1}, updatesOf(other.put(other.update(1, 5))), "another bot has ids of its own")
	require.Empty(t, w.unfinished())
	require.Empty(t, w.put(), "an empty batch is nothing")
}

func TestOverlappingBatchesAtOnceStoreEachUpdateOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	const most, batches = 200, 16
	var (
		mu     sync.Mutex
		stored = map[int64]int{}
		all    sync.WaitGroup
	)
	for b := range uint64(batches) {
		all.Go(func() {
			dice := rand.New(rand.NewPCG(7, b))
			from := dice.Int64N(most / 2)
			var batch []inbox.Update
			for id := from; id < from+most/2; id++ {
				batch = append(batch, w.update(id, id%4))
			}
			if b%2 == 1 { // the other way round, so that the batches lock each other
				dice.Shuffle(len(batch), func(i, j int) { batch[i], batch[j] = batch[j], batch[i] })
			}
			rows, err := w.box.Put(t.Context(), batch)
			if err != nil {
				t.Errorf("put: %v", err)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, r := range rows {
				stored[r.Update]++
			}
		})
	}
	all.Wait()
	require.Len(t, w.unfinished(), len(stored))
	for id, n := range stored {
		require.Equal(t, 1, n, "update %d was given to %d", id, n)
	}
}

func TestABodyIsKeptAsItCame(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for i, body := range []string{
		`{"text":"a \u0000 b"}`, "{\"text\":\"a \x00 b\"}", "{\"text\":\"broken \xff\xfe\"}", `{"text":"\\x00 {,} \" 邻里 \ud800"}`, `not json`, ``,
	} {
		rows := w.put(inbox.Update{Community: w.id, ID: int64(i + 1), Chat: 1, Body: json.RawMessage(body)})
		require.Len(t, rows, 1)
		require.Equal(t, body, string(rows[0].Body))
	}
	require.Len(t, w.put(inbox.Update{Community: w.id, ID: 99}), 1, "none at all")
	require.Equal(t, `{"text":"a \u0000 b"}`, string(w.unfinished()[0].Body))
}

func TestWhatIsDoneIsBlank(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	rows := w.put(w.update(1, 5), w.update(2, 5))
	require.False(t, w.quiet())
	w.done(rows[0])
	require.Equal(t, []int64{2}, updatesOf(w.unfinished()))
	var left int
	require.NoError(t, w.db.Get(&left, `SELECT length(body) FROM inbox WHERE community_id = $1 AND id = $2`, w.id, rows[0].ID))
	require.Zero(t, left)
	w.done(rows...)
	require.True(t, w.quiet())
}

func TestAPoisonUpdateIsParkedAndTheNextGoesOn(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	rows := w.put(w.update(1, 5), w.update(2, 5))
	_, err := w.box.Tried(t.Context(), rows[0], "first")
	require.NoError(t, err)
	require.Equal(t, 1, w.unfinished()[0].Tries)
	_, err = w.box.Tried(t.Context(), rows[0], "second")
	require.NoError(t, err)
	parked, err := w.box.Tried(t.Context(), rows[0], "third \x00 \xff "+string(make([]byte, 2000)))
	require.NoError(t, err, "whatever the cause quotes")
	require.True(t, parked)
	require.Equal(t, []int64{2}, updatesOf(w.unfinished()))
	require.Len(t, w.parked(), 1)
	require.Equal(t, rows[0].ID, w.parked()[0].ID)
	w.done(rows[1])
	require.True(t, w.quiet())
	require.Empty(t, w.put(w.update(1, 5)), "a parked update is known")
}

func TestAParkedUpdateIsReplayedBehindWhatCameMeanwhile(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	rows := w.put(w.update(1, 5))
	w.park(rows[0])
	later := w.put(w.update(2, 5))
	require.NoError(t, w.box.Replay(t.Context(), w.id, rows[0].ID))
	require.ErrorIs(t, w.box.Replay(t.Context(), w.id, rows[0].ID), inbox.ErrNotParked, "once")
	waiting := w.unfinished()
	require.Len(t, waiting, 2, "it goes to whom the chat belongs")
	require.Equal(t, later[0].ID, waiting[0].ID)
	require.JSONEq(t, `{"update_id":1}`, string(waiting[1].Body))
	require.Empty(t, w.parked())
	require.Empty(t, w.put(w.update(1, 5)), "Telegram's copy is still known")
	w.done(waiting...)

	w.park(w.put(w.update(3, 5))[0])
	require.NoError(t, w.box.Replay(t.Context(), w.id, w.parked()[0].ID))
	require.Empty(t, w.unfinished(), "nobody is at this chat: it is nobody's")
	n, _, err := w.box.Inherit(t.Context(), w.id)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Zero(t, w.unfinished()[0].Losses, "nobody lost it")

	require.ErrorIs(t, w.box.Drop(t.Context(), w.id, later[0].ID), inbox.ErrNotParked)
	w.park(w.unfinished()[0])
	require.NoError(t, w.box.Drop(t.Context(), w.id, w.parked()[0].ID))
	require.True(t, w.quiet())
	require.Empty(t, w.parked())
}

func TestSweptIdsAreForgottenAndNothingElse(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	rows := w.put(w.update(1, 5), w.update(2, 5), w.update(3, 5))
	w.done(rows[0])
	w.park(rows[1])
	w.clk.Advance(inbox.KeepIDs - time.Minute)
	require.NoError(t, w.box.Sweep(t.Context(), w.clk.Now().Add(-inbox.KeepIDs)))
	require.Empty(t, w.put(w.update(1, 5)), "younger than 48 hours: still known")
	w.clk.Advance(2 * time.Minute)
	require.NoError(t, w.box.Sweep(t.Context(), w.clk.Now().Add(-inbox.KeepIDs)))
	var left int
	require.NoError(t, w.db.Get(&left, `SELECT count(*) FROM inbox`))
	require.Equal(t, 2, left)
	require.Len(t, w.parked(), 1)
	require.Equal(t, []int64{3}, updatesOf(w.unfinished()))
}

func TestIdsThatStartAnewAfterAQuietWeekLoseNothing(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	old := w.put(w.update(1, 5), w.update(2, 5), w.update(3, 5))
	w.done(old[0])
	w.park(old[1])
	w.clk.Advance(7 * 24 * time.Hour) // and nobody swept meanwhile
	fresh := w.put(w.update(3, 5), w.update(1, 5), w.update(2, 5))
	require.Equal(t, []int64{3, 1, 2}, updatesOf(fresh))
	require.Empty(t, w.put(w.update(2, 5)), "the new one is known")
	require.Equal(t, old[1].ID, w.parked()[0].ID, "what was parked is kept")
	require.Equal(t, []int64{0, 3, 1, 2}, updatesOf(w.unfinished()), "what was unfinished is kept, and still first")
}
