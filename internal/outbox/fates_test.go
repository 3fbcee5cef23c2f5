package outbox_test

import (
	"context"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/outbox"
)

// many is a message to one of many people about a notice.
func many(key string, person int64) outbox.Row {
	return outbox.Row{Key: key, Person: person, Subject: "notice:1", Topic: "notice.told", Urgency: outbox.Digest, Due: noon}
}

func (w *town) postponeAll(due time.Time) {
	w.Helper()
	w.inTx(func(ctx context.Context, tx *sqlx.Tx) error {
		return outbox.PostponeAll(ctx, tx, w.id, "notice:1", due)
	})
}

func TestFatesAreOfWhatHasCome(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(many("waits", 1), many("sent", 2), many("blocked", 3), many("unsure", 4), many("kept", 5), many("told of", 6), many("in hand", 7))
	w.enqueue(many("withdrawn", 8))
	w.withdraw("withdrawn")
	for _, c := range w.claim() {
		switch c.Key {
		case "waits":
			require.NoError(t, w.box.Later(t.Context(), c, noon.Add(time.Hour), false))
		case "sent":
			require.NoError(t, w.box.Sent(t.Context(), c, 9, "text"))
		case "blocked":
			require.NoError(t, w.box.Failed(t.Context(), c, "bot was blocked by the user"))
		case "unsure":
			require.NoError(t, w.box.Uncertain(t.Context(), c))
		case "kept", "told of":
			require.NoError(t, w.box.Keep(t.Context(), c, job("morning", noon.Add(time.Hour))))
		}
	}
	_, err := w.db.Exec(`UPDATE outbox SET digest = 3, settled_at = due_at WHERE key = 'told of'`)
	require.NoError(t, err)
	all, err := outbox.Fates(t.Context(), w.db, w.id, "waits", "sent", "blocked", "unsure", "kept", "told of", "in hand", "withdrawn", "unheard of")
	require.NoError(t, err)
	got := map[string]string{}
	for _, f := range all {
		got[f.Key] = f.State + " " + f.Reason
	}
	require.Equal(t, map[string]string{
		"sent": "sent ", "blocked": "failed bot was blocked by the user", "unsure": "uncertain ", "told of": "kept ", "withdrawn": "withdrawn ",
	}, got)
	shown, err := outbox.ShownOf(t.Context(), w.db, w.id, "notice:1")
	require.NoError(t, err)
	require.Equal(t, []outbox.Shown{{Key: "sent", Person: 2}, {Key: "in hand", Person: 7}}, shown)
}

func TestWhatIsPostponedTogetherIsNotSent(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	change := many("change", 4)
	change.Edits = "has it"
	w.enqueue(many("has it", 4))
	w.send(7)
	w.enqueue(many("in hand", 1), many("on its way", 2), many("dies on its way", 3), change, to("another", "case:17"))
	held := map[string]outbox.Claimed{}
	for _, c := range w.claim() {
		held[c.Key] = c
	}
	require.NoError(t, w.box.Attempting(t.Context(), held["on its way"]))
	require.NoError(t, w.box.Attempting(t.Context(), held["dies on its way"]))
	require.NoError(t, w.box.Later(t.Context(), held["change"], noon, false))
	require.NoError(t, w.box.Later(t.Context(), held["another"], noon, false))
	w.enqueue(many("waits", 5))
	w.postponeAll(noon.Add(time.Hour))

	require.ErrorIs(t, w.box.Attempting(t.Context(), held["in hand"]), outbox.ErrLate)
	require.NoError(t, w.box.Later(t.Context(), held["on its way"], noon.Add(time.Second), false))
	w.clk.Advance(time.Minute)
	w.die()
	require.ElementsMatch(t, []string{"change", "another"}, w.claims(), "also after their workers have died")
	require.Equal(t, "waiting", w.state("dies on its way"))

	w.postponeAll(w.clk.Now())
	require.ElementsMatch(t, []string{"in hand", "on its way", "dies on its way", "waits"}, w.claims())
}

func TestWithdrawnTogetherNobodyGetsThem(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(many("sent", 4))
	w.send(7)
	w.enqueue(many("in hand", 1), many("on its way", 2))
	for _, c := range w.claim() {
		if c.Key == "on its way" {
			require.NoError(t, w.box.Attempting(t.Context(), c))
		}
	}
	w.enqueue(many("waits", 5), to("another", "case:17"))
	w.inTx(func(ctx context.Context, tx *sqlx.Tx) error {
		return outbox.WithdrawAll(ctx, tx, w.id, "notice:1", noon)
	})
	require.Equal(t, []string{"another"}, w.claims())
	require.Equal(t, "sent", w.state("sent"))
	require.Equal(t, "withdrawn", w.state("in hand"))
	require.Equal(t, "claimed", w.state("on its way"))
}
