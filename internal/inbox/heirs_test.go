package inbox_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/inbox"
)

// join enters a process that lives or is dead, and returns its inbox.
func (w *town) join(lives bool) (*inbox.Store, int64) {
	w.Helper()
	var id int64
	seen := map[bool]string{true: "now()", false: "now() - interval '1 minute'"}[lives]
	require.NoError(w, w.db.Get(&id, `INSERT INTO processes (name, seen_at) VALUES ('p', `+seen+`) RETURNING id`))
	if lives {
		conn, err := w.db.Connx(w.Context())
		require.NoError(w, err)
		_, err = conn.ExecContext(w.Context(), `SELECT pg_advisory_lock(x'6c696e6c'::int, $1::int)`, id)
		require.NoError(w, err)
		w.Cleanup(func() { _ = conn.Close() }) // the database goes with it
	}
	return inbox.New(w.db, w.clk, id), id
}

func TestAChatBelongsToOneProcess(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	here, _ := w.join(true)
	there, other := w.join(true)

	first, err := there.Put(t.Context(), []inbox.Update{w.update(1, 5)})
	require.NoError(t, err)
	rows, err := here.Put(t.Context(), []inbox.Update{w.update(2, 5), w.update(3, 6)})
	require.NoError(t, err)
	require.Len(t, rows, 2)
	require.Equal(t, other, rows[0].Owner, "chat 5 is in another's hands")
	mine, err := here.Mine(t.Context(), w.id)
	require.NoError(t, err)
	require.Equal(t, []int64{3}, updatesOf(mine))
	n, _, err := here.Inherit(t.Context(), w.id)
	require.NoError(t, err)
	require.Zero(t, n, "the other lives")

	require.NoError(t, there.Done(t.Context(), w.id, first[0].ID, rows[0].ID))
	rows, err = here.Put(t.Context(), []inbox.Update{w.update(4, 5)})
	require.NoError(t, err)
	require.NotEqual(t, other, rows[0].Owner, "the other is through with chat 5")
}

func TestWhatADeadProcessHadPassesOnInOrder(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	dead, _ := w.join(false)
	here, id := w.join(true)
	_, err := dead.Put(t.Context(), []inbox.Update{w.update(1, 5), w.update(2, 6)})
	require.NoError(t, err)
	_, err = here.Put(t.Context(), []inbox.Update{w.update(3, 5)})
	require.NoError(t, err)
	mine, err := here.Mine(t.Context(), w.id)
	require.NoError(t, err)
	require.Empty(t, mine, "nobody overtakes what lies there")

	n, parked, err := here.Inherit(t.Context(), w.id)
	require.NoError(t, err)
	require.Equal(t, 3, n)
	require.Empty(t, parked)
	mine, err = here.Mine(t.Context(), w.id)
	require.NoError(t, err)
	require.Equal(t, []int64{1, 2, 3}, updatesOf(mine))
	for i, r := range mine {
		require.Equal(t, id, r.Owner)
		require.Equal(t, []int{1, 1, 0}[i], r.Losses, "the third stood behind the first")
		require.Zero(t, r.Tries, "a row that was lost with its process did nothing wrong")
	}
}

func TestARowThatEndsItsProcessesIsFoundAndParked(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	dead, _ := w.join(false)
	_, err := dead.Put(t.Context(), []inbox.Update{w.update(1, 5), w.update(2, 6)})
	require.NoError(t, err)
	for range 5 {
		heir, _ := w.join(false)
		_, parked, err := heir.Inherit(t.Context(), w.id)
		require.NoError(t, err)
		require.Empty(t, parked)
		dead = heir
	}
	mine, err := dead.Mine(t.Context(), w.id)
	require.NoError(t, err)
	require.Len(t, mine, 2)
	require.True(t, mine[0].Suspect())
	for range 2 { // a coincidence is none the third time
		require.NoError(t, dead.Alone(t.Context(), mine[0]))
		heir, _ := w.join(false)
		_, parked, err := heir.Inherit(t.Context(), w.id)
		require.NoError(t, err)
		require.Empty(t, parked)
		dead = heir
	}
	require.NoError(t, dead.Alone(t.Context(), mine[0]))

	last, _ := w.join(true)
	n, parked, err := last.Inherit(t.Context(), w.id)
	require.NoError(t, err)
	require.Equal(t, 1, n, "its neighbour goes on")
	require.Equal(t, []int64{1}, updatesOf(parked))
}

func TestAnUpdateWithoutANumberIsKeptOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	nameless := inbox.Update{Community: w.id, Body: []byte(`{"odd":true}`)}
	require.Len(t, w.put(nameless), 1)
	require.Empty(t, w.put(nameless), "as long as it lies there")
	w.park(w.unfinished()[0])
	require.Empty(t, w.put(nameless))
	require.Len(t, w.put(inbox.Update{Community: w.id, Body: []byte(`{"odd":false}`)}), 1)
}
