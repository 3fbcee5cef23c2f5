package memo_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/memo"
)

func TestWhatWasReadIsKnownForAMoment(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := memo.New[int, string]()
		reads := 0
		get := func(key int) string {
			v, err := m.Get(key, func() (string, error) { reads++; return "read", nil })
			require.NoError(t, err)
			return v
		}
		require.Equal(t, "read", get(1))
		get(1)
		require.Equal(t, 1, reads)
		get(2)
		require.Equal(t, 2, reads)
		<-time.After(memo.For)
		get(1)
		require.Equal(t, 3, reads, "it may have changed")
		m.Forget()
		get(1)
		require.Equal(t, 4, reads, "it did change")
	})
}

func TestWhatIsKnownByOneKeyIsFoundByTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := memo.New(func(name string) string { return "the " + name })
		reads := 0
		get := func(key string) {
			v, err := m.Get(key, func() (string, error) { reads++; return "baker", nil })
			require.NoError(t, err)
			require.Equal(t, "baker", v)
		}
		get("number 7")
		get("the baker")
		require.Equal(t, 1, reads)
		<-time.After(memo.For)
		get("the baker")
		require.Equal(t, 2, reads)
		m.Forget()
		get("number 7")
		require.Equal(t, 3, reads)
	})
}

func TestWhatIsReadWhileItChangesIsNotRemembered(t *testing.T) {
	t.Parallel()
	m := memo.New[int, string]()
	old, err := m.Get(1, func() (string, error) { m.Forget(); return "old", nil })
	require.NoError(t, err)
	require.Equal(t, "old", old)
	_, err = m.Get(1, func() (string, error) { return "", errors.New("away") })
	require.Error(t, err)
	now, err := m.Get(1, func() (string, error) { return "new", nil })
	require.NoError(t, err)
	require.Equal(t, "new", now, "an error is not remembered either")
}

func TestManyWhoComeAtOnceDoNotAllRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := memo.New[int, int]()
		read := func(v int) func() (int, error) {
			return func() (int, error) { <-time.After(time.Minute); return v, nil }
		}
		v, err := m.Get(1, read(1))
		require.NoError(t, err)
		require.Equal(t, 1, v)
		<-time.After(memo.For)
		refreshed := make(chan int, 1)
		go func() {
			v, err := m.Get(1, read(2))
			require.NoError(t, err)
			refreshed <- v
		}()
		synctest.Wait()
		v, err = m.Get(1, func() (int, error) { t.Error("two read at once"); return 0, nil })
		require.NoError(t, err)
		require.Equal(t, 1, v, "as it was, for the moment")
		require.Equal(t, 2, <-refreshed)
	})
}
