package embedded

import (
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// programs lists what startRedis may run: the stand-in, and the real one.
func programs(t *testing.T) map[string]string {
	t.Helper()
	real, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("this test needs redis-server: install it")
	}
	return map[string]string{"redis-server": real, "miniredis": ""}
}

func client(t *testing.T, r *Redis) *redis.Client {
	t.Helper()
	o, err := redis.ParseURL(r.URL())
	require.NoError(t, err)
	c := redis.NewClient(o)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func TestKeysExpireByThemselves(t *testing.T) {
	t.Parallel()
	for kind, program := range programs(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			r, err := startRedis(t.Context(), RedisOptions{}, program)
			require.NoError(t, err)
			require.Equal(t, kind, r.Kind())
			require.False(t, r.Durable())
			c := client(t, r)
			require.NoError(t, c.Set(t.Context(), "short", 1, 50*time.Millisecond).Err())
			require.Eventually(t, func() bool { return c.Exists(t.Context(), "short").Val() == 0 }, time.Minute, 10*time.Millisecond)
			require.NoError(t, r.Stop())
			<-r.Done()
		})
	}
}

func TestKeptKeysOutliveARestart(t *testing.T) {
	t.Parallel()
	o := RedisOptions{Dir: filepath.Join(t.TempDir(), "with a space"), AppendOnly: true}
	for kind, program := range programs(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			r, err := startRedis(t.Context(), o, program)
			require.NoError(t, err)
			durable := r.Durable()
			require.Equal(t, kind == "redis-server", durable)
			require.NoError(t, client(t, r).Set(t.Context(), "dialog", "half", time.Hour).Err())
			require.NoError(t, r.Stop())

			r, err = startRedis(t.Context(), o, program)
			require.NoError(t, err)
			require.Equal(t, durable, client(t, r).Exists(t.Context(), "dialog").Val() == 1, "it promised otherwise")
			require.NoError(t, r.Stop())
		})
	}
}

func TestAFullMemoryIsAnErrorAndDropsNothing(t *testing.T) {
	t.Parallel()
	r, err := startRedis(t.Context(), RedisOptions{}, programs(t)["redis-server"])
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Stop()) }()
	policy, err := client(t, r).ConfigGet(t.Context(), "maxmemory-policy").Result()
	require.NoError(t, err)
	require.Equal(t, "noeviction", policy["maxmemory-policy"])
}

func TestAFolderOfRedisInUseIsAClearError(t *testing.T) {
	t.Parallel()
	o := RedisOptions{Dir: t.TempDir(), AppendOnly: true}
	program := programs(t)["redis-server"]
	r, err := startRedis(t.Context(), o, program)
	require.NoError(t, err)
	_, err = startRedis(t.Context(), o, program)
	var taken *InUseError
	require.ErrorAs(t, err, &taken)
	require.Equal(t, r.URL(), taken.URL)
	require.NoError(t, r.Stop())
}

func TestMissingProgramsNameTheCommandThatInstallsThem(t *testing.T) {
	t.Setenv("PGBIN", t.TempDir()) // said by name, and empty
	_, err := StartPostgres(t.Context(), PostgresOptions{Throwaway: true})
	require.ErrorIs(t, err, ErrNoPostgres)
	require.Regexp(t, `install them with: .+|install PostgreSQL`, err.Error())
	require.NotContains(t, err.Error(), "\n")
}
