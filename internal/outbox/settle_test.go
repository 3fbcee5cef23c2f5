package outbox_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/outbox"
)

func TestAnotherTakesOverWhenTheLeaseIsDone(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("a", "case:17"), to("b", "case:17"))
	stuck := w.one()
	require.Empty(t, w.claims(), "the lease holds")
	w.die()
	second := w.one()
	require.Equal(t, "a", second.Key)
	require.Zero(t, second.Copies, "the first never tried")
	require.Equal(t, 1, second.Attempt)
	require.NoError(t, w.box.Attempting(t.Context(), second))
	require.NoError(t, w.box.Sent(t.Context(), second, 8, "text"))

	for name, err := range map[string]error{
		"attempting": w.box.Attempting(t.Context(), stuck),
		"sent":       w.box.Sent(t.Context(), stuck, 9, "caption"),
		"later":      w.box.Later(t.Context(), stuck, noon, true),
		"failed":     w.box.Failed(t.Context(), stuck, "x"),
		"uncertain":  w.box.Uncertain(t.Context(), stuck),
		"skipped":    w.box.Skipped(t.Context(), stuck, "x"),
		"done":       w.box.Done(t.Context(), stuck),
	} {
		require.ErrorIs(t, err, outbox.ErrLate, name)
	}
	message, _, err := w.box.MessageOf(t.Context(), w.id, "a")
	require.NoError(t, err)
	require.Equal(t, int64(8), message, "the late one does not overwrite")
}

func TestALateFinisherDoesNotEndAnothersClaim(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("a", ""))
	stuck := w.one()
	w.die()
	second := w.one()
	require.ErrorIs(t, w.box.Sent(t.Context(), stuck, 9, "text"), outbox.ErrLate)
	require.NoError(t, w.box.Sent(t.Context(), second, 8, "text"))
}

func TestALaneIsTakenOverAlsoWhenAnOlderRowFellDueMeanwhile(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(later(to("older", "case:17"), time.Second), to("newer", "case:17"))
	require.Equal(t, []string{"newer"}, w.claims())
	w.clk.Advance(time.Second)
	require.Empty(t, w.claims())
	w.die()
	w.send(1)
	require.Equal(t, "sent", w.state("newer"))
	require.Equal(t, []string{"older"}, w.claims())
}

func TestHowOftenAnUnknownEndIsRepeated(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		urgency outbox.Urgency
		copies  int // at most; 6 stands for any number
	}{
		{"urgent: until it is delivered", outbox.Urgent, 6},
		{"a task: until it is delivered", outbox.Task, 6},
		{"a notice: twice", outbox.Notice, 2},
		{"a digest: twice", outbox.Digest, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := atNoon(t)
			r := to("crash", "")
			r.Urgency = row.urgency
			w.enqueue(r)
			require.Equal(t, row.copies, w.copies(func(c outbox.Claimed) { w.die() }))
			r.Key = "timeout"
			w.enqueue(r)
			require.Equal(t, row.copies, w.copies(func(c outbox.Claimed) {
				require.NoError(t, w.box.Later(t.Context(), c, noon, true))
			}))
			if row.copies < 6 {
				require.Equal(t, "uncertain", w.state("crash"))
				require.Equal(t, "uncertain", w.state("timeout"))
			}
		})
	}
}

// copies counts how often a row goes out when every sending ends unknown; at
// most six times, then it is delivered.
func (w *town) copies(end func(c outbox.Claimed)) int {
	w.Helper()
	for n := range 6 {
		rows := w.claim()
		if len(rows) == 0 {
			return n
		}
		require.Len(w, rows, 1)
		require.Equal(w, n, rows[0].Copies)
		require.Equal(w, n+1, rows[0].Attempt)
		require.NoError(w, w.box.Attempting(w.Context(), rows[0]))
		end(rows[0])
	}
	w.send(1)
	return 6
}

func TestANoticeThatMayHaveArrivedTwiceEndsAtOnce(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(notice("a"), to("behind", "case:17"))
	for _, want := range []string{"waiting", "uncertain"} {
		c := w.one()
		require.NoError(t, w.box.Attempting(t.Context(), c))
		require.NoError(t, w.box.Later(t.Context(), c, noon, true))
		require.Equal(t, want, w.state("a"))
	}
	require.Equal(t, []string{"behind"}, w.claims())
}

func TestALimitIsNoAttempt(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(notice("a"))
	for range 5 {
		c := w.one()
		require.Equal(t, 1, c.Attempt)
		require.NoError(t, w.box.Attempting(t.Context(), c))
		require.NoError(t, w.box.Later(t.Context(), c, noon, false))
	}
	w.send(1)
	require.Equal(t, "sent", w.state("a"))
}

func TestAFailureBeforeSendingIsAnAttemptButNoCopy(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(notice("a"))
	for n := range 4 {
		c := w.one()
		require.Equal(t, n+1, c.Attempt)
		require.Zero(t, c.Copies)
		require.NoError(t, w.box.Later(t.Context(), c, noon, true))
	}
	w.send(1)
}

func TestATakenOverRowSaysThatItMayHaveArrived(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("a", ""))
	require.NoError(t, w.box.Attempting(t.Context(), w.one()))
	for range 2 { // the second never begins
		w.die()
		c := w.one()
		require.True(t, c.Unknown)
		require.Equal(t, 1, c.Copies)
		require.Equal(t, 2, c.Attempt)
	}
}

func TestAReasonThatPostgresRefusesDoesNotKeepARow(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("a", ""))
	require.NoError(t, w.box.Failed(t.Context(), w.one(), "bad \x00 and \xff"))
	require.Equal(t, "failed", w.state("a"))
}
