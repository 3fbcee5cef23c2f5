package outbox_test

import (
	"errors"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/pg"
)

func TestWhatIsRolledBackIsNotSent(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	oops := errors.New("the verb failed")
	err := pg.InTx(t.Context(), w.db, func(tx *sqlx.Tx) error {
		return errors.Join(outbox.Enqueue(t.Context(), tx, w.id, to("a", "case:17")), oops)
	})
	require.ErrorIs(t, err, oops)
	require.Empty(t, w.claims())
}

func TestARowComesOutAsItWentIn(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(outbox.Row{
		Key: `k"\{},é`, Person: 4, Subject: "case:17", Topic: "case.ping", Args: map[string]any{"case": 17, "by": 9}, Urgency: outbox.Urgent, Due: noon,
	})
	c := w.one()
	require.JSONEq(t, `{"case": 17, "by": 9}`, string(c.Args))
	c.Args = nil
	require.Equal(t, outbox.Claimed{
		Community: w.id, ID: c.ID, Key: `k"\{},é`, Person: 4, Subject: "case:17", Topic: "case.ping", Urgency: outbox.Urgent, Claim: 1, Attempt: 1,
	}, c)
}

func TestWithoutArgumentsThereIsAnEmptyObject(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("a", ""))
	require.JSONEq(t, `{}`, string(w.one().Args))
}

func TestARowNeedsADueTime(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	err := pg.InTx(t.Context(), w.db, func(tx *sqlx.Tx) error {
		return outbox.Enqueue(t.Context(), tx, w.id, outbox.Row{Key: "a", Topic: "x"})
	})
	require.ErrorContains(t, err, "due time")
}

func TestAKeyIsEnqueuedOnceInItsCommunity(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("a", ""), to("a", ""))
	w.enqueue(to("a", ""), to("b", ""))
	w.send2("a", "b")
	w.enqueue(to("a", ""))
	require.Empty(t, w.claims(), "a was sent: it is not sent again")
	other := *w
	other.id = w.community(2)
	other.enqueue(to("a", ""))
	require.Equal(t, []string{"a"}, w.claims(), "another community has keys of its own")
}

// send2 claims exactly the given rows and sends them.
func (w *town) send2(keys ...string) {
	w.Helper()
	rows := w.claim()
	require.ElementsMatch(w, keys, keysOf(rows))
	for i, c := range rows {
		require.NoError(w, w.box.Sent(w.Context(), c, int64(i+1), "text"))
	}
}

func TestWithdrawnRowsAreNotSent(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("a", "case:17"))
	w.send(7)
	w.enqueue(to("b", "case:17"), to("c", "case:17"))
	w.withdraw("a", "b", "no such key")
	require.Equal(t, []string{"c"}, w.claims())
	require.Equal(t, "sent", w.state("a"))
	require.Equal(t, "withdrawn", w.state("b"))
	require.Equal(t, "claimed", w.state("c"))
}

func TestAMessageIsWithdrawnFromAWorkerThatHasNotBegun(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("a", ""), to("b", ""), job("j", noon))
	for _, c := range w.claim() {
		if c.Key == "b" {
			require.NoError(t, w.box.Attempting(t.Context(), c))
		}
		defer func() {
			err := w.box.Attempting(t.Context(), c)
			require.Equal(t, c.Key == "a", errors.Is(err, outbox.ErrLate), c.Key)
		}()
	}
	w.withdraw("a", "b", "j")
	require.Equal(t, "withdrawn", w.state("a"))
	require.Equal(t, "claimed", w.state("b"), "it may be on its way")
	require.Equal(t, "claimed", w.state("j"), "a job that runs may be the one that withdraws")
}

func TestAPostponedJobRunsLater(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(job("j", noon.Add(2*time.Minute)))
	w.postpone("j", noon.Add(3*time.Minute))
	w.clk.Advance(2 * time.Minute)
	require.Empty(t, w.claims())
	w.clk.Advance(time.Minute)
	c := w.one()
	w.postpone("j", noon.Add(time.Hour))
	require.NoError(t, w.box.Done(t.Context(), c), "what runs is not moved any more")
	w.postpone("j", noon)
	require.Equal(t, "done", w.state("j"))
}

func TestAPostponedRowHoldsItsLaneNoLonger(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("limited", "case:17"), to("behind", "case:17"))
	require.NoError(t, w.box.Later(t.Context(), w.one(), noon.Add(time.Minute), false))
	require.Empty(t, w.claims())
	w.postpone("limited", noon.Add(time.Hour))
	require.Equal(t, []string{"behind"}, w.claims())
}

func TestARowDoesNotEditItself(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	err := pg.InTx(t.Context(), w.db, func(tx *sqlx.Tx) error { return outbox.Enqueue(t.Context(), tx, w.id, edit("a", "a")) })
	require.Error(t, err, "it would wait for itself for ever")
}
