package bot

import (
	"context"
	"fmt"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/inbox"
	"github.com/linli-bot/linli/internal/pg/pgtest"
)

// replica takes updates in and works through them as far as it is let.
type replica struct {
	*Bot
	t      *testing.T
	let    chan struct{} // one for each row
	played chan int64    // Telegram's number of it
}

func newReplica(t *testing.T, db *sqlx.DB, c community.Community, number int64) *replica {
	t.Helper()
	clk := clock.Frozen(noon)
	r := &replica{
		Bot: &Bot{community: c, process: number, inbox: inbox.New(db, clk, number)},
		t:   t, let: make(chan struct{}, 10), played: make(chan int64, 10),
	}
	r.lanes = newLanes(func(ctx context.Context, row task) {
		if !r.inHand.begin(row.ID) {
			r.inHand.forget(row.ID)
			return
		}
		<-r.let
		u, err := row.update()
		if err != nil || r.inbox.Done(ctx, row.Community, row.ID) != nil {
			return
		}
		r.inHand.forget(row.ID)
		r.played <- u.Message.ID
	})
	return r
}

func (r *replica) hears(messages ...int64) {
	r.t.Helper()
	var updates []received
	for _, n := range messages {
		updates = append(updates, arrived([]byte(fmt.Sprintf(
			`{"update_id":%d,"message":{"message_id":%d,"chat":{"id":5,"type":"private"},"from":{"id":5},"text":"hello"}}`, n, n))))
	}
	require.NoError(r.t, r.commit(r.t.Context(), context.WithoutCancel(r.t.Context()), []arrival{{updates: updates}}))
}

func replicas(t *testing.T) (one, two *replica) {
	t.Helper()
	db := pgtest.New(t)
	home, err := community.New(db, clock.Frozen(noon)).Ensure(t.Context(), 7, "Lane")
	require.NoError(t, err)
	return newReplica(t, db, home, 1), newReplica(t, db, home, 2)
}

// Telegram brings the messages of one chat to whichever process the balancer
// chooses, the next as soon as the one before is stored.
func TestWhatAnotherProcessStoredForThisOneIsNotOvertaken(t *testing.T) {
	t.Parallel()
	one, two := replicas(t)
	one.hears(101)
	two.hears(102) // it is for the other, which is at the chat and was not told yet
	one.hears(103)
	for _, n := range []int64{101, 102, 103} {
		one.let <- struct{}{}
		require.Equal(t, n, <-one.played)
	}
	require.Empty(t, two.played)
}

// Rows that passed to another process and came back while an earlier one was
// under way are worked through in their old place.
func TestWhatComesBackKeepsItsPlace(t *testing.T) {
	t.Parallel()
	one, _ := replicas(t)
	one.hears(101)
	one.hears(102)
	var second int64
	for row := range one.inHand.all() {
		second = max(second, row)
	}
	one.inHand.lose([]int64{second})
	one.hears(103)
	for _, n := range []int64{101, 102, 103} {
		rows, err := one.unfinished(t.Context())
		require.NoError(t, err)
		for _, row := range rows {
			one.take(context.WithoutCancel(t.Context()), task{Row: row})
		}
		one.let <- struct{}{}
		require.Equal(t, n, <-one.played)
	}
}
