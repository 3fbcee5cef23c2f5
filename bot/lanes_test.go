package bot

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/clock"
)

func TestAChatIsWorkedThroughInOrderAndNoneWaitsForAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		done := map[int64][]int{}
		l := newLanes(func(_ context.Context, row [2]int) {
			<-time.After(time.Second)
			mu.Lock()
			defer mu.Unlock()
			done[int64(row[0])] = append(done[int64(row[0])], row[1])
		})
		for n := range 5 {
			for chat := range 1000 {
				l.put(t.Context(), int64(chat), [2]int{chat, n})
			}
		}
		<-time.After(5*time.Second + time.Millisecond) // not 5,000: all chats side by side
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		for chat := range 1000 {
			require.Equal(t, []int{0, 1, 2, 3, 4}, done[int64(chat)])
		}
		require.Empty(t, l.waiting, "no lane outlives its work")
	})
}

func TestClosedLanesFinishWhatTheyAreAtAndBeginNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var done []int
		l := newLanes(func(_ context.Context, row int) {
			<-time.After(time.Second)
			done = append(done, row)
		})
		l.put(t.Context(), 1, 1)
		l.put(t.Context(), 1, 2)
		synctest.Wait()
		l.close(t.Context())
		l.put(t.Context(), 1, 3)
		synctest.Wait()
		require.Equal(t, []int{1}, done)
	})
}

func TestNewsWaitsForTheAnswerToOnesOwnTurn(t *testing.T) {
	t.Parallel()
	for name, turn := range map[string]struct {
		takes time.Duration
		want  []string
	}{
		"a turn is answered first":        {100 * time.Millisecond, []string{"answer", "news"}},
		"but no turn holds news for long": {time.Second, []string{"news", "answer"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				var order []string
				comes := func(what string) {
					mu.Lock()
					defer mu.Unlock()
					order = append(order, what)
				}
				b := &Bot{real: clock.New()}
				b.lanes = newLanes(func(context.Context, task) {
					<-time.After(turn.takes)
					comes("answer")
				})
				b.lanes.put(t.Context(), 5, task{})
				b.answersFirst(t.Context(), 5)
				comes("news")
				b.lanes.close(t.Context())
				require.Equal(t, turn.want, order)
			})
		})
	}
}
