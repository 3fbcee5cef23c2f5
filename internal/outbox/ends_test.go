package outbox_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/outbox"
)

func toGroup(key string, chat int64) outbox.Row {
	return outbox.Row{Key: key, Chat: chat, Subject: "notice:1", Topic: "notice", Urgency: outbox.Notice, Due: noon}
}

func TestAGroupHasLanesOfItsOwn(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(toGroup("a1", -100), toGroup("a2", -100), toGroup("b1", -200), job("job", noon))
	rows := w.claim()
	require.ElementsMatch(t, []string{"a1", "b1", "job"}, keysOf(rows))
	for _, c := range rows {
		require.Equal(t, c.Key == "job", c.Job())
		if c.Key == "a1" {
			require.Equal(t, int64(-100), c.Bucket())
			require.NoError(t, w.box.Sent(t.Context(), c, 1, "text"))
		}
	}
	require.Equal(t, []string{"a2"}, w.claims())
}

func TestARowIsForAPersonOrAGroup(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	both, person := toGroup("both", -100), toGroup("a person's chat", 100)
	both.Person = 4
	for _, r := range []outbox.Row{both, person} {
		require.Error(t, w.tryEnqueue(r), r.Key)
	}
}

func TestAMovedGroupTakesAlongWhatWaits(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	other := *w
	other.id = w.community(2)
	w.enqueue(toGroup("first", -100), toGroup("behind", -100), later(toGroup("tonight", -100), 8*time.Hour), toGroup("elsewhere", -200))
	other.enqueue(toGroup("of others", -100))
	for _, c := range w.claim() {
		switch c.Key {
		case "first":
			require.NoError(t, w.box.Attempting(t.Context(), c))
			require.NoError(t, w.box.Moved(t.Context(), c, -1007))
		default:
			require.NoError(t, w.box.Sent(t.Context(), c, 1, "text"))
		}
	}
	c := w.one()
	require.Equal(t, "first", c.Key)
	require.Equal(t, int64(-1007), c.Chat)
	require.Equal(t, 1, c.Attempt, "it was no try")
	require.Zero(t, c.Copies)
	require.NoError(t, w.box.Sent(t.Context(), c, 1, "text"))
	require.Equal(t, int64(-1007), w.one().Chat)
	w.clk.Advance(8 * time.Hour)
	w.die()
	require.Equal(t, int64(-1007), w.claim()[0].Chat)
}

func TestAWorkerTakesWhatItWants(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	other := *w
	other.id = w.community(2)
	w.enqueue(job("j1", noon), job("j2", noon), to("m1", ""), to("m2", ""), to("m3", ""))
	other.enqueue(job("j3", noon), to("m4", ""))
	claim := func(wants ...outbox.Want) []string {
		rows, err := w.box.Claim(t.Context(), "w", 100, wants...)
		require.NoError(t, err)
		return keysOf(rows)
	}
	require.Empty(t, claim())
	require.ElementsMatch(t, []string{"j1", "m1", "m2"}, claim(outbox.Want{Community: w.id, Jobs: 1, Messages: 2}))
	require.ElementsMatch(t, []string{"j2"}, claim(outbox.Want{Community: w.id, Jobs: 5}), "the limit holds messages, and no jobs")
	require.ElementsMatch(t, []string{"m3", "j3", "m4"}, w.claims())
	w.die()
	require.ElementsMatch(t, []string{"j1", "j2"}, claim(outbox.Want{Community: w.id, Jobs: 5}), "nor what was left behind")
}

func TestBrokenRowsRestLongerEachTimeAndAreParked(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("poison", "case:17"), to("behind", "case:17"))
	total := time.Duration(0)
	for n, pause := range []time.Duration{10, 20, 40, 80, 160, 320, 600} {
		c := w.one()
		require.Equal(t, "poison", c.Key)
		require.Equal(t, n, c.Faults)
		require.Equal(t, 1, c.Attempt, "no try")
		parked, err := w.box.Broken(t.Context(), c, "not drawn")
		require.NoError(t, err)
		require.False(t, parked)
		if n == 0 {
			w.send(1)
			require.Equal(t, "sent", w.state("behind"), "it holds nobody back")
		}
		w.clk.Advance(pause*time.Second - time.Millisecond)
		require.Empty(t, w.claims())
		w.clk.Advance(time.Millisecond)
		total += pause * time.Second
	}
	parked, err := w.box.Broken(t.Context(), w.one(), "not drawn \x00")
	require.NoError(t, err)
	require.True(t, parked)
	require.Equal(t, "failed", w.state("poison"))
	troubles, err := w.box.Troubles(t.Context(), w.id)
	require.NoError(t, err)
	require.Len(t, troubles, 1)
	require.True(t, troubles[0].At.Equal(noon.Add(total)))
	troubles[0].At = time.Time{}
	require.Equal(t, outbox.Trouble{ID: troubles[0].ID, Topic: "case.ping", Person: 4, State: "failed", Reason: "not drawn "}, troubles[0])

	require.NoError(t, w.box.Again(t.Context(), w.id, troubles[0].ID))
	c := w.one()
	require.Zero(t, c.Faults)
	require.NoError(t, w.box.Uncertain(t.Context(), c))
	require.ErrorIs(t, w.box.Drop(t.Context(), w.id+1, c.ID), outbox.ErrNoTrouble, "another community's")
	require.NoError(t, w.box.Drop(t.Context(), w.id, c.ID))
	require.Equal(t, "skipped", w.state("poison"))
	require.ErrorIs(t, w.box.Again(t.Context(), w.id, c.ID), outbox.ErrNoTrouble)
}

func TestWhatWasOnlyLookedAtIsSoonAnybodys(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	w.enqueue(to("looked at", ""), to("on its way", ""))
	for _, c := range w.claim() {
		if c.Key == "on its way" {
			require.NoError(t, w.box.Attempting(t.Context(), c))
		}
	}
	pass := func(d string) {
		_, err := w.db.Exec(`UPDATE outbox SET lease_until = lease_until - $1::interval`, d)
		require.NoError(t, err)
	}
	pass("8 seconds")
	require.Empty(t, w.claims())
	pass("3 seconds")
	require.Equal(t, []string{"looked at"}, w.claims())
	pass("50 seconds")
	require.Contains(t, w.claims(), "on its way")
}

func TestTheDeadLetGoAtOnce(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	var alive, dead int64
	add := `INSERT INTO processes (name, seen_at) VALUES ('x', now()) RETURNING id`
	require.NoError(t, w.db.Get(&alive, add))
	require.NoError(t, w.db.Get(&dead, add))
	_, err := w.db.Exec(`UPDATE processes SET seen_at = now() - interval '30 seconds' WHERE id = $1`, dead)
	require.NoError(t, err)
	conn, err := w.db.Connx(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	_, err = conn.ExecContext(t.Context(), `SELECT pg_advisory_lock(1818848876, $1::int)`, alive)
	require.NoError(t, err)
	for _, worker := range []string{fmt.Sprint(alive), fmt.Sprint(dead), "somebody else"} {
		w.enqueue(to(worker, ""))
		rows, err := w.box.Claim(t.Context(), worker, 1, w.wants(1)...)
		require.NoError(t, err)
		require.Len(t, rows, 1)
	}
	for _, want := range []bool{true, false} {
		found, err := w.box.Inherit(t.Context(), "77")
		require.NoError(t, err)
		require.Equal(t, want, found)
	}
	require.Equal(t, []string{fmt.Sprint(dead)}, w.claims())
}

func TestWhatHasRestedForLongGoes(t *testing.T) {
	t.Parallel()
	w := atNoon(t)
	old, resting, alive := to("old", "case:1"), to("resting", "case:2"), to("alive", "case:3")
	resting2, alive2 := to("resting 2", "case:2"), to("alive 2", "case:3")
	edited := edit("edited", "alive")
	edited.Subject = "case:3"
	w.enqueue(old, resting, alive, edited, to("no subject", ""), to("withdrawn", "case:4"), job("job", noon))
	w.withdraw("withdrawn")
	for range 2 { // the edit goes after its message
		for _, c := range w.claim() {
			require.NoError(t, w.box.Sent(t.Context(), c, 1, "text"))
		}
	}
	w.clk.Advance(48 * time.Hour)
	w.enqueue(resting2)
	w.send(2)
	w.enqueue(later(alive2, 1000*time.Hour))
	var many []outbox.Row
	for i := range 1200 { // more than one look sees, and all of one moment
		many = append(many, to(fmt.Sprint("many ", i), ""))
	}
	w.enqueue(many...)
	_, err := w.db.Exec(`UPDATE outbox SET state = 'sent', settled_at = $1 WHERE key LIKE 'many%'`, noon)
	require.NoError(t, err)
	left := func(before time.Time) (keys []string) {
		require.NoError(t, w.box.Sweep(t.Context(), before))
		require.NoError(t, w.db.Select(&keys, `SELECT key FROM outbox ORDER BY key`))
		return keys
	}
	require.Len(t, left(noon), 9+1200)
	require.Equal(t, []string{"alive", "alive 2", "resting", "resting 2"}, left(noon.Add(time.Hour)))
	require.Equal(t, []string{"alive", "alive 2"}, left(noon.Add(49*time.Hour)))
}

// tryEnqueue enqueues what may be refused.
func (w *town) tryEnqueue(rows ...outbox.Row) error {
	return w.try(func(ctx context.Context, tx *sqlx.Tx) error { return outbox.Enqueue(ctx, tx, w.id, rows...) })
}
