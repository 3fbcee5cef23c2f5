package session_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/session"
)

func TestOptionsFitATurn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		url     string
		addrs   []string
		cluster bool
		master  string
	}{
		"one server": {"redis://u:p@h:1/2?pool_size=7", []string{"h:1"}, false, ""},
		"a socket":   {"unix:///run/redis.sock", []string{"/run/redis.sock"}, false, ""},
		"a cluster":  {"redis://u:p@h:1?addr=h:2&pool_size=7", []string{"h:1", "h:2"}, true, ""},
		"a sentinel": {"redis://s:t@h:1/2?master_name=m&username=u&password=p&pool_size=7", []string{"h:1"}, false, "m"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, err := session.Options(c.url)
			require.NoError(t, err)
			require.ElementsMatch(t, c.addrs, o.Addrs)
			require.Equal(t, c.cluster, o.IsClusterMode)
			require.Equal(t, c.master, o.MasterName)
			if name != "a socket" {
				require.Equal(t, []any{"u", "p", 7}, []any{o.Username, o.Password, o.PoolSize})
			}
			if name == "a socket" {
				require.Greater(t, o.PoolSize, 50, "nobody said how many")
			}
			require.True(t, o.ContextTimeoutEnabled)
			require.Equal(t, -1, o.MaxRetries)
			require.Equal(t, 300*time.Millisecond, o.ReadTimeout)
			require.Equal(t, 300*time.Millisecond, o.WriteTimeout)
			require.Equal(t, 500*time.Millisecond, o.DialTimeout)
			require.LessOrEqual(t, o.DialerRetries, 2)
		})
	}
}

func TestAnAddressThatCannotBeUsedIsNotRepeated(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "h:1", "http://u:secret@h", "redis://u:secret@h:x", "redis://u:secret@h/two", "unix://", "%secret"} {
		_, err := session.Options(url)
		require.Error(t, err, url)
		require.NotContains(t, err.Error(), "secret")
	}
}
