package outbox_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/outbox"
)

func TestTheUrgentGoesFirst(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	for _, u := range []outbox.Urgency{outbox.Digest, outbox.Notice, outbox.Task, outbox.Urgent} {
		row := to(map[outbox.Urgency]string{outbox.Urgent: "urgent", outbox.Task: "task", outbox.Notice: "notice", outbox.Digest: "digest"}[u], "")
		row.Urgency = u
		w.enqueue(row)
	}
	w.enqueue(later(job("earlier job", noon), -time.Minute))
	require.Equal(t, []string{"urgent", "earlier job"}, keysOf(w.claimMost(2)))
	require.Equal(t, []string{"task", "notice", "digest"}, w.claims())
}

func TestALaneGoesOneByOne(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("a1", "case:17"), to("a2", "case:17"), to("b1", "case:18"), to("free1", ""), to("free2", ""))
	other := to("p5", "case:17")
	other.Person = 5
	w.enqueue(other)
	rows := w.claim()
	require.ElementsMatch(t, []string{"a1", "b1", "free1", "free2", "p5"}, keysOf(rows))
	require.Empty(t, w.claims())
	for _, c := range rows {
		require.NoError(t, w.box.Sent(t.Context(), c, 1, "text"))
	}
	require.Equal(t, []string{"a2"}, w.claims())
}

func TestJobsOfOneSubjectDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	a, b := job("a", noon), job("b", noon)
	a.Subject, b.Subject = "case:17", "case:17"
	w.enqueue(a, b)
	require.Len(t, w.claims(), 2)
}

func TestWhatIsScheduledHoldsNothingBack(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(later(to("reminder", "case:17"), time.Hour), to("now", "case:17"), later(to("tonight", "case:17"), 8*time.Hour))
	require.Equal(t, []string{"now"}, w.claims())
	w.clk.Advance(time.Hour)
	require.Empty(t, w.claims(), "the other one is still on its way")
}

func TestAmongWhatIsDueTheOlderGoesFirst(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(later(to("older, due later", "case:17"), time.Hour), later(to("newer", "case:17"), time.Minute))
	w.clk.Advance(2 * time.Hour)
	require.Equal(t, []string{"older, due later"}, w.claims())
}

func TestWhatWasPutOffHoldsBackItsOwnLaneOnly(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("limited", "case:17"))
	c := w.one()
	w.enqueue(to("behind", "case:17"), to("beside", "case:18"), job("job", noon))
	require.NoError(t, w.box.Later(t.Context(), c, noon.Add(30*time.Second), false))
	rows := w.claim()
	require.ElementsMatch(t, []string{"beside", "job"}, keysOf(rows))
	require.False(t, w.quiet(), "two are in hand")
	for _, c := range rows {
		require.NoError(t, w.box.Done(t.Context(), c))
	}
	require.True(t, w.quiet(), "the lane rests until the limit is over")
	due, ok, err := w.box.NextDue(t.Context(), w.clk.Now())
	require.NoError(t, err)
	require.True(t, ok)
	require.True(t, due.Equal(noon.Add(30*time.Second)), due)
	w.clk.Advance(30 * time.Second)
	require.False(t, w.quiet())
	w.send(1)
	require.Equal(t, []string{"behind"}, w.claims())
}

func TestNextDueIsWhatFallsDueNext(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	_, ok, err := w.box.NextDue(t.Context(), w.clk.Now())
	require.NoError(t, err)
	require.False(t, ok)
	w.enqueue(to("due", ""), job("second", noon.Add(time.Hour)), job("first", noon.Add(time.Minute)))
	due, ok, err := w.box.NextDue(t.Context(), w.clk.Now())
	require.NoError(t, err)
	require.True(t, ok)
	require.True(t, due.Equal(noon.Add(time.Minute)), due)
	w.withdraw("first")
	due, _, err = w.box.NextDue(t.Context(), w.clk.Now())
	require.NoError(t, err)
	require.True(t, due.Equal(noon.Add(time.Hour)), due)
}

func TestWhatFellDueSinceAClaimIsDueNext(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(job("first", noon.Add(time.Minute)), job("second", noon.Add(time.Hour)))
	require.Empty(t, w.claims())
	w.clk.Advance(10 * time.Minute) // before whoever claimed has gone to sleep
	due, ok, err := w.box.NextDue(t.Context(), noon)
	require.NoError(t, err)
	require.True(t, ok)
	require.True(t, due.Equal(noon.Add(time.Minute)), due)
}

func TestAnEditWaitsForItsMessageAndKnowsIt(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	ping := to("ping", "case:17")
	ping.Urgency = outbox.Digest
	gone := edit("gone", "ping")
	gone.Subject, gone.Urgency = "another lane", outbox.Urgent
	w.enqueue(ping, gone)
	w.send(77)
	c := w.one()
	require.Equal(t, "gone", c.Key)
	require.Equal(t, int64(77), c.Message)
	require.Equal(t, "text", c.EditForm)
	message, form, err := w.box.MessageOf(t.Context(), w.id, "ping")
	require.NoError(t, err)
	require.Equal(t, int64(77), message)
	require.Equal(t, "text", form)
}

func TestAnEditOfWhatWasNeverSentHasNoMessage(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		end  func(w *town)
	}{
		{"withdrawn", func(w *town) { w.withdraw("ping") }},
		{"failed", func(w *town) { require.NoError(w, w.box.Failed(w.Context(), w.one(), "forbidden")) }},
		{"uncertain", func(w *town) { require.NoError(w, w.box.Uncertain(w.Context(), w.one())) }},
		{"skipped", func(w *town) { require.NoError(w, w.box.Skipped(w.Context(), w.one(), "x")) }},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := atNoon(t)
			w.enqueue(to("ping", "case:17"), edit("gone", "ping"))
			row.end(w)
			require.Equal(t, row.name, w.state("ping"))
			c := w.one()
			require.Equal(t, "gone", c.Key)
			require.Zero(t, c.Message)
			require.NoError(t, w.box.Skipped(t.Context(), c, "nothing to edit"))
			require.Equal(t, "skipped", w.state("gone"))
			_, _, err := w.box.MessageOf(t.Context(), w.id, "ping")
			require.ErrorIs(t, err, outbox.ErrNotSent)
		})
	}
}

func TestAnEditWaitsForAMessageThatIsScheduled(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(later(to("ping", "case:17"), time.Hour), edit("gone", "ping"), to("news", "case:17"))
	require.Equal(t, []string{"news"}, w.claims(), "neither holds the lane back")
}

func TestAnEditEnqueuedBeforeItsMessageDoesNotStopTheLane(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(edit("first edit", "ping"), edit("second edit", "ping"), to("ping", "case:17"))
	for _, key := range []string{"ping", "first edit", "second edit"} {
		w.send(1)
		require.Equal(t, "sent", w.state(key))
	}
}

func TestAnEditThatWaitsForAnotherLaneHoldsNothingBack(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("ping", "case:18"))
	require.NoError(t, w.box.Later(t.Context(), w.one(), noon.Add(time.Hour), false))
	w.enqueue(edit("gone", "ping"), to("news", "case:17"))
	require.Equal(t, []string{"news"}, w.claims())
}
