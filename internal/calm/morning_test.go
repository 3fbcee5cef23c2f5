package calm_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calm"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/refusal"
)

// evening is 21:00 in the town's zone.
var evening = time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC)

// town is a community with a resident and its secretary, at night.
type town struct {
	*testing.T
	db  *sqlx.DB
	clk *clock.Clock
	box *outbox.Store
	*calm.Service
	home       community.Community
	mei, chief people.Actor
	rows       int
}

func newTown(t *testing.T) *town {
	t.Helper()
	db, clk := pgtest.New(t), clock.Frozen(evening)
	w := &town{T: t, db: db, clk: clk, box: outbox.New(db, clk), Service: calm.New(db, clk, func() {})}
	var err error
	w.home, err = community.New(db, clk).Ensure(t.Context(), 7, "Haiyang")
	require.NoError(t, err)
	folk := people.New(db, clk)
	for i, who := range []*people.Actor{&w.mei, &w.chief} {
		p, err := folk.Meet(t.Context(), w.home.ID, people.Telegram{ID: int64(i + 1), FirstName: "Mei"})
		require.NoError(t, err)
		*who = people.Actor{Community: w.home.ID, Person: p.ID}
	}
	token, err := folk.NewClaim(t.Context(), w.home.ID, true)
	require.NoError(t, err)
	require.NoError(t, folk.Redeem(t.Context(), w.home.ID, w.chief.Person, token))
	_, err = db.Exec(`UPDATE outbox SET state = 'skipped', settled_at = due_at`) // what that told them
	require.NoError(t, err)
	return w
}

// manner takes a topic at its word.
func manner(topic string) calm.Manner {
	return map[string]calm.Manner{"news": calm.News, "own": calm.Own, "word": calm.Word}[topic]
}

// keep enqueues messages of some topics for somebody, and keeps them for their
// morning; it returns the morning.
func (w *town) keep(to people.Actor, topics ...string) time.Time {
	w.Helper()
	var due time.Time
	for _, topic := range topics {
		w.rows++
		row := outbox.Row{Key: fmt.Sprint("row", w.rows), Person: to.Person, Topic: topic, Urgency: outbox.Task, Due: w.clk.Now()}
		w.inTx(func(ctx context.Context, tx *sqlx.Tx) error { return outbox.Enqueue(ctx, tx, w.home.ID, row) })
		rows, err := w.box.Claim(w.Context(), "w", 1, outbox.Want{Community: w.home.ID, Messages: 1})
		require.NoError(w, err)
		require.Len(w, rows, 1)
		p, err := people.ReadPerson(w.Context(), w.db, w.home.ID, to.Person)
		require.NoError(w, err)
		job := calm.MorningOf(to.Person, calm.Of(p, w.home), w.clk.Now().In(w.home.Location()))
		require.NoError(w, w.box.Keep(w.Context(), rows[0], job))
		due = job.Due
	}
	return due
}

func (w *town) inTx(fn func(ctx context.Context, tx *sqlx.Tx) error) {
	w.Helper()
	require.NoError(w, pg.InTx(w.Context(), w.db, func(tx *sqlx.Tx) error { return fn(w.Context(), tx) }))
}

// breaks moves to a time, and does the mornings that are due by then.
func (w *town) breaks(at time.Time) {
	w.Helper()
	w.clk.Advance(at.Sub(w.clk.Now()))
	rows, err := w.box.Claim(w.Context(), "w", 10, outbox.Want{Community: w.home.ID, Jobs: 10})
	require.NoError(w, err)
	for _, c := range rows {
		require.NoError(w, w.Do(w.Context(), c.Community, c.Topic, c.Args, manner))
		require.NoError(w, w.box.Done(w.Context(), c))
	}
}

// comes are the topics of what goes out now.
func (w *town) comes() []string {
	w.Helper()
	topics := []string{}
	require.NoError(w, w.db.Select(&topics, `
		SELECT topic FROM outbox WHERE person_id <> 0 AND state = 'waiting' AND due_at <= $1 ORDER BY id`, w.clk.Now()))
	return topics
}

func (w *town) kept() (n int) {
	w.Helper()
	require.NoError(w, w.db.Get(&n, `SELECT count(*) FROM outbox WHERE state = 'kept' AND digest = 0`))
	return n
}

func TestAMorning(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		kept []string
		want []string
	}{
		{"of one thing", []string{"own"}, []string{"own"}},
		{"of one piece of news", []string{"news"}, []string{"news"}},
		{"of more", []string{"own", "news", "own"}, []string{calm.DigestTopic}},
		{"of the community's word among more", []string{"own", "word", "news", "word"}, []string{"word", "word", calm.DigestTopic}},
		{"of its word and one thing", []string{"own", "word"}, []string{"own", "word"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			due := w.keep(w.mei, row.kept...)
			require.Equal(t, "07:30", due.In(w.home.Location()).Format("15:04"))
			w.breaks(due.Add(-time.Second))
			require.Empty(t, w.comes())
			w.breaks(due)
			require.Equal(t, row.want, w.comes())
			require.Zero(t, w.kept())
		})
	}
}

func TestAMorningAfterWhichNothingIsLeft(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	due := w.keep(w.mei, "own")
	w.inTx(func(ctx context.Context, tx *sqlx.Tx) error { return outbox.Withdraw(ctx, tx, w.home.ID, "row1") })
	w.breaks(due)
	require.Empty(t, w.comes())
}

func TestAMorningIsTheirsAlone(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	due := w.keep(w.mei, "own", "own")
	_, err := w.db.Exec(`UPDATE persons SET quiet_from = 1200, quiet_until = 360 WHERE id = $1`, w.chief.Person)
	require.NoError(t, err)
	early := w.keep(w.chief, "own")
	require.Equal(t, 90*time.Minute, due.Sub(early))
	w.breaks(early)
	require.Equal(t, []string{"own"}, w.comes())
	require.Equal(t, 2, w.kept())
}

// Who makes the night longer while it lasts is left in peace until it ends.
func TestAMorningThatWasMovedMeanwhile(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	due := w.keep(w.mei, "own", "own")
	_, err := w.db.Exec(`UPDATE persons SET quiet_from = 1230, quiet_until = 540 WHERE id = $1`, w.mei.Person)
	require.NoError(t, err)
	w.breaks(due)
	require.Empty(t, w.comes())
	w.breaks(due.Add(90 * time.Minute))
	require.Equal(t, []string{calm.DigestTopic}, w.comes())
}

// Who had enough of a day hears of the rest on the next one, but of their own
// matters at once; who helps hears of all.
func TestADigestOfNewsIsOneOfThree(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	due := w.keep(w.mei, "news", "own", "news", "own")
	w.inTx(func(ctx context.Context, tx *sqlx.Tx) error {
		for range 3 {
			ok, err := outbox.Hear(ctx, tx, w.home.ID, w.mei.Person, calm.Allow(calm.News, calm.Reader{Now: due}))
			require.True(t, ok)
			if err != nil {
				return err
			}
		}
		return nil
	})
	w.keep(w.chief, "news", "news")
	w.breaks(due)
	require.Equal(t, []string{calm.DigestTopic, calm.DigestTopic}, w.comes())
	require.Equal(t, 2, w.kept(), "her news")
	w.breaks(due.Add(24 * time.Hour))
	require.Len(t, w.comes(), 3)
	require.Zero(t, w.kept())
}

// digest lets a night pass with so many things kept, and returns its digest.
func (w *town) digest(to people.Actor, n int) int64 {
	w.Helper()
	for range n {
		w.keep(to, "own")
	}
	w.breaks(evening.Add(11 * time.Hour))
	var of int64
	require.NoError(w, w.db.Get(&of, `SELECT DISTINCT digest FROM outbox WHERE digest <> 0`))
	return of
}

func TestWhatIsOpenedComesOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	of := w.digest(w.mei, 3)
	left, err := w.Left(t.Context(), w.home.ID, w.mei.Person, of)
	require.NoError(t, err)
	require.Len(t, left, 3)
	digest, opened, err := w.Open(t.Context(), w.mei, left[1].ID)
	require.NoError(t, err)
	require.True(t, opened)
	require.Equal(t, of, digest)
	require.Equal(t, []string{"own", calm.DigestTopic}, w.comes())
	_, opened, err = w.Open(t.Context(), w.mei, left[1].ID)
	require.NoError(t, err)
	require.False(t, opened)
	_, _, err = w.Open(t.Context(), w.chief, left[0].ID)
	require.True(t, refusal.Is(err, refusal.NotFound), err)
	require.Equal(t, access.NotFound().Error(), errors.Unwrap(err).Error(), "what is not theirs is not there")
}

func TestADigestThatIsLostPassesOnWhatItHeld(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	of := w.digest(w.mei, 3)
	broken, passed := errors.New("away"), 0
	passOn := func(calm.Kept) error {
		if passed++; passed == 2 {
			return broken
		}
		return nil
	}
	require.ErrorIs(t, w.Lost(t.Context(), w.home.ID, w.mei.Person, of, passOn), broken)
	require.NoError(t, w.Lost(t.Context(), w.home.ID, w.mei.Person, of, passOn))
	require.Equal(t, 4, passed, "each once, but the one that failed")
	left, err := w.Left(t.Context(), w.home.ID, w.mei.Person, of)
	require.NoError(t, err)
	require.Empty(t, left)
}
