package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/outbox"
)

// lives registers a person of that number: what they hear is counted.
func (w *town) lives(person int64) {
	w.Helper()
	_, err := w.db.ExecContext(w.Context(), `
		INSERT INTO persons (community_id, id, name, language, reachable, created_at) OVERRIDING SYSTEM VALUE VALUES ($1, $2, 'Mei', 'en', false, $3)`,
		w.id, person, noon)
	require.NoError(w, err)
}

var (
	sixSounds   = outbox.Allowance{Day: noon, Sounding: 6}
	threeThings = outbox.Allowance{Day: noon, Unasked: 3}
)

// spendAll begins to send so many messages at once, and tells how many went
// aloud, silently and not at all.
func (w *town) spendAll(n int, a outbox.Allowance) map[string]int {
	w.Helper()
	var rows []outbox.Row
	for i := range n {
		rows = append(rows, to(fmt.Sprint(a.Day.Unix(), n, i), ""))
	}
	w.enqueue(rows...)
	var mu sync.Mutex
	var wg sync.WaitGroup
	ends := map[string]int{}
	for _, c := range w.claim() {
		wg.Go(func() {
			sounds, err := w.box.Spending(w.Context(), c, a)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case errors.Is(err, outbox.ErrEnough):
				ends["enough"]++
			case err != nil:
				ends[err.Error()]++
			default:
				ends[string(sounds)]++
			}
		})
	}
	wg.Wait()
	return ends
}

func TestOfFiftyAtOnceSixSoundADay(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.lives(4)
	require.Equal(t, map[string]int{"aloud": 6, "silent": 44}, w.spendAll(50, sixSounds))
	tomorrow := outbox.Allowance{Day: noon.AddDate(0, 0, 1), Sounding: 6}
	require.Equal(t, map[string]int{"aloud": 6, "silent": 4}, w.spendAll(10, tomorrow), "another day")
	require.Equal(t, map[string]int{"silent": 2}, w.spendAll(2, sixSounds), "a clock that is behind counts as the later day")
}

func TestOfFiftyAtOnceThreeComeUnasked(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.lives(4)
	require.Equal(t, map[string]int{"aloud": 3, "enough": 47}, w.spendAll(50, threeThings))
	w.inTx(func(ctx context.Context, tx *sqlx.Tx) error {
		ok, err := outbox.Hear(ctx, tx, w.id, 4, threeThings)
		require.False(t, ok, "a digest with news is one too")
		return err
	})
}

func TestWhatIsTriedAgainCountsOnce(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.lives(4)
	w.enqueue(to("a", ""))
	for range 10 {
		c := w.one()
		sounds, err := w.box.Spending(t.Context(), c, sixSounds)
		require.NoError(t, err)
		require.Equal(t, outbox.Aloud, sounds)
		require.NoError(t, w.box.Later(t.Context(), c, noon, false))
	}
	require.Equal(t, map[string]int{"aloud": 6, "silent": 1}, w.spendAll(6, sixSounds), "five more, and itself once more")
}

func TestWhatWasWithdrawnCountsAsNothing(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.lives(4)
	w.enqueue(to("a", ""))
	c := w.one()
	w.withdraw("a")
	_, err := w.box.Spending(t.Context(), c, sixSounds)
	require.ErrorIs(t, err, outbox.ErrLate)
	require.Equal(t, map[string]int{"aloud": 6}, w.spendAll(6, sixSounds))
}

func TestSpendingIsAttempting(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.lives(4)
	w.enqueue(notice("a"))
	for range 2 {
		_, err := w.box.Spending(t.Context(), w.one(), sixSounds)
		require.NoError(t, err)
		w.die()
	}
	require.Empty(t, w.claims())
	require.Equal(t, "uncertain", w.state("a"), "it may have arrived twice")
}

// morning is the job for which things are kept.
func morning() outbox.Row {
	return outbox.Row{Key: "morning", Topic: "calm.morning", Urgency: outbox.Task, Due: noon.Add(time.Hour)}
}

// keep keeps what can be claimed.
func (w *town) keep() {
	w.Helper()
	for _, c := range w.claim() {
		require.NoError(w, w.box.Keep(w.Context(), c, morning()))
	}
}

func (w *town) kept() []outbox.Kept {
	w.Helper()
	all, err := outbox.ReadKept(w.Context(), w.db, w.id, 4)
	require.NoError(w, err)
	return all
}

func TestWhatIsKeptHoldsNothingBack(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("a", "case:17"))
	w.keep()
	require.Equal(t, "kept", w.state("a"))
	require.True(t, w.quiet(), "it is at rest")
	w.enqueue(to("b", "case:17"), edit("e", "a"))
	require.Equal(t, []string{"b"}, w.claims(), "of one lane one goes, and what is kept is none")
	require.Equal(t, "waiting", w.state("morning"))
}

func TestAnEditOfWhatIsKeptHasNoMessage(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("a", "case:17"))
	w.keep()
	w.enqueue(edit("e", "a"))
	c := w.one()
	require.Equal(t, "e", c.Key)
	require.Zero(t, c.Message)
}

func TestWhatIsKeptCanBeTakenBack(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("a", "case:17"), to("b", ""), to("c", ""))
	w.keep()
	require.Len(t, w.kept(), 3)
	w.withdraw("b")
	require.Equal(t, "withdrawn", w.state("b"))
	w.inTx(func(ctx context.Context, tx *sqlx.Tx) error { return outbox.Silence(ctx, tx, w.id, 4) })
	require.Equal(t, "withdrawn", w.state("c"))
	require.Empty(t, w.kept())
}

func TestWhatIsKeptGoesWithWhoTheyTurnedOutToBe(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("a", ""))
	w.keep()
	w.inTx(func(ctx context.Context, tx *sqlx.Tx) error { return outbox.Readdress(ctx, tx, w.id, 4, 5) })
	c := w.one()
	require.Equal(t, int64(5), c.Person, "and it is decided anew: nobody waits for a morning that is not theirs")
}

func TestNothingIsKeptForAMorningThatHasCome(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("a", ""), to("b", ""))
	rows := w.claim()
	require.NoError(t, w.box.Keep(t.Context(), rows[0], morning()))
	w.clk.Advance(time.Hour)
	require.Equal(t, "morning", w.one().Key)
	require.ErrorIs(t, w.box.Keep(t.Context(), rows[1], morning()), outbox.ErrMorning)
	require.Equal(t, "claimed", w.state("b"), "it is decided anew")
}

func TestWhatIsLetGoIsOnesOwn(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("a", ""))
	w.keep()
	id := w.kept()[0].ID
	release := func(person int64) (is bool) {
		w.inTx(func(ctx context.Context, tx *sqlx.Tx) (err error) {
			is, err = outbox.Release(ctx, tx, outbox.Released{Community: w.id, Person: person, Due: noon, Sounds: outbox.Asked}, id)
			return err
		})
		return is
	}
	require.False(t, release(5))
	require.True(t, release(4))
	require.False(t, release(4), "it goes once")
	require.Equal(t, outbox.Asked, w.one().Sounds)
}

func TestADigestKeepsItsNumbers(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("a", ""), to("b", ""), to("c", ""))
	w.keep()
	var ids []int64
	for _, k := range w.kept() {
		ids = append(ids, k.ID)
	}
	w.inTx(func(ctx context.Context, tx *sqlx.Tx) error { return outbox.Gather(ctx, tx, w.id, 99, ids...) })
	require.Empty(t, w.kept(), "they were told of")
	w.withdraw("a")
	left, err := outbox.ReadDigest(t.Context(), w.db, w.id, 4, 99)
	require.NoError(t, err)
	require.Equal(t, []int{2, 3}, []int{left[0].N, left[1].N})
	none, err := outbox.ReadDigest(t.Context(), w.db, w.id, 5, 99)
	require.NoError(t, err)
	require.Empty(t, none, "nobody else's")
	_, err = outbox.DigestOf(t.Context(), w.db, w.id, 5, ids[1])
	require.ErrorIs(t, err, outbox.ErrNotSent)
	of, err := outbox.DigestOf(t.Context(), w.db, w.id, 4, ids[1])
	require.NoError(t, err)
	require.Equal(t, int64(99), of)
	w.inTx(func(ctx context.Context, tx *sqlx.Tx) error { return outbox.Lose(ctx, tx, w.id, ids[1], noon) })
	require.Equal(t, "failed", w.state("b"))
}

// TestWhatADigestToldGoesWithTime: what nobody opened is not kept for ever.
func TestWhatADigestToldGoesWithTime(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("a", ""), to("b", ""))
	w.keep()
	all := w.kept()
	w.inTx(func(ctx context.Context, tx *sqlx.Tx) error {
		return outbox.Gather(ctx, tx, w.id, 99, all[0].ID, all[1].ID)
	})
	w.inTx(func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := outbox.Release(ctx, tx, outbox.Released{Community: w.id, Person: 4, Due: noon, Sounds: outbox.Asked}, all[1].ID)
		return err
	})
	require.NoError(t, w.box.Sweep(t.Context(), noon.Add(time.Hour)))
	var left []string
	require.NoError(t, w.db.Select(&left, `SELECT key FROM outbox WHERE person_id <> 0`))
	require.Equal(t, []string{"b"}, left, "what was opened is on its way")
}

// TestWhatADroppedDigestHeldComesByItself: whoever drops it does not know what was
// in it.
func TestWhatADroppedDigestHeldComesByItself(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("a", ""), to("b", ""), to("c", ""))
	w.keep()
	all := w.kept()
	w.inTx(func(ctx context.Context, tx *sqlx.Tx) error {
		return outbox.Gather(ctx, tx, w.id, 99, all[0].ID, all[1].ID)
	})
	digest := to("digest", "")
	digest.Args = map[string]int{"digest": 99}
	w.enqueue(digest)
	c := w.one()
	require.NoError(t, w.box.Failed(t.Context(), c, "refused"))
	require.NoError(t, w.box.Drop(t.Context(), w.id, c.ID))
	require.Equal(t, []string{"a", "b"}, w.claims())
	require.Equal(t, "kept", w.state("c"), "no digest told of it yet")
}
