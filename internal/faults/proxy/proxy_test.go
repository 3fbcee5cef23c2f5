package proxy_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/lib/pq"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/embedded"
	"github.com/linli-bot/linli/internal/faults/proxy"
)

// postgres is a server, the proxy before it, and a way to it through the proxy
// and one past it.
func postgres(t *testing.T) (p *proxy.Proxy, through, past *sql.DB) {
	t.Helper()
	server, err := embedded.StartPostgres(t.Context(), embedded.PostgresOptions{Throwaway: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Stop()) })
	u, err := url.Parse(server.URL())
	require.NoError(t, err)
	socket := filepath.Join(u.Query().Get("host"), ".s.PGSQL."+u.Query().Get("port"))
	p, err = proxy.Postgres(t.Context(), "unix", socket)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	through = open(t, "postgres://linli@"+p.Addr()+u.Path+"?sslmode=disable")
	past = open(t, server.URL())
	_, err = past.ExecContext(t.Context(), `CREATE TABLE cases (id int PRIMARY KEY, word text)`)
	require.NoError(t, err)
	return p, through, past
}

func open(t *testing.T, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", address)
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// insert writes one row in a transaction, as simple or as prepared statements.
func insert(ctx context.Context, db *sql.DB, id int, prepared bool) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if prepared {
		_, err = tx.ExecContext(ctx, `INSERT INTO cases (id, word) VALUES ($1, $2)`, id, "word")
	} else {
		_, err = tx.ExecContext(ctx, fmt.Sprintf(`INSERT INTO cases (id, word) VALUES (%d, 'word')`, id))
	}
	if err != nil {
		return err
	}
	return tx.Commit()
}

func count(t *testing.T, db *sql.DB) (n int) {
	t.Helper()
	require.NoError(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM cases`).Scan(&n))
	return n
}

func writes(word string) func(proxy.Request) bool {
	return func(r proxy.Request) bool { return r.Writes && strings.HasPrefix(r.Label, word) }
}

func TestWhatBecomesOfAStatement(t *testing.T) {
	t.Parallel()
	p, through, past := postgres(t)
	for _, c := range []struct {
		name     string
		fault    proxy.Fault
		prepared bool
		fails    bool
		stored   int
	}{
		{"nothing", proxy.Fault{Meets: writes("nothing")}, true, false, 1},
		{"the reply to a commit is lost", proxy.Fault{Meets: writes("COMMIT"), Deed: proxy.LoseReply}, true, true, 1},
		{"a commit never arrives", proxy.Fault{Meets: writes("COMMIT"), Deed: proxy.LoseRequest}, true, true, 0},
		{"the reply to a prepared insert is lost", proxy.Fault{Meets: writes("INSERT"), Deed: proxy.LoseReply}, true, true, 0},
		{"the reply to a plain insert is lost", proxy.Fault{Meets: writes("INSERT"), Deed: proxy.LoseReply}, false, true, 0},
		{"the reply to a commit is late", proxy.Fault{Meets: writes("COMMIT"), Deed: proxy.DelayReply, Late: 30 * time.Millisecond}, true, false, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := past.ExecContext(t.Context(), `TRUNCATE cases`)
			require.NoError(t, err)
			done := p.Arm(c.fault)
			err = insert(t.Context(), through, 1, c.prepared)
			require.Equal(t, c.fails, err != nil, "%v", err)
			require.Equal(t, c.stored, count(t, past))
			if p.Disarm() == 0 {
				<-done
			}
			require.NoError(t, insert(t.Context(), through, 2, c.prepared), "the next one goes through")
		})
	}
}

func TestARequestIsHeldUntilTheAskerGoes(t *testing.T) {
	t.Parallel()
	p, through, past := postgres(t)
	held := p.Arm(proxy.Fault{Meets: writes("COMMIT"), Deed: proxy.HoldRequest})
	ended := make(chan error, 1)
	go func() { ended <- insert(context.Background(), through, 1, true) }()
	<-held
	require.Empty(t, ended, "nobody knows")
	p.Cut()
	require.Error(t, <-ended)
	require.Zero(t, count(t, past), "it never arrived")
}

func TestAReplyIsHeldUntilTheAskerGoes(t *testing.T) {
	t.Parallel()
	p, through, past := postgres(t)
	done := p.Arm(proxy.Fault{Meets: writes("COMMIT"), Deed: proxy.HoldReply})
	ended := make(chan error, 1)
	go func() { ended <- insert(context.Background(), through, 1, true) }()
	<-done
	require.Equal(t, 1, count(t, past), "it is committed")
	require.Empty(t, ended, "and nobody knows")
	p.Cut()
	require.Error(t, <-ended)
}

func TestTheNthOfAKind(t *testing.T) {
	t.Parallel()
	p, through, past := postgres(t)
	p.Arm(proxy.Fault{Meets: writes("COMMIT"), Nth: 3, Deed: proxy.LoseRequest})
	for id := 1; id <= 4; id++ {
		err := insert(t.Context(), through, id, true)
		require.Equal(t, id == 3, err != nil, "%d: %v", id, err)
	}
	require.Equal(t, 3, count(t, past))
	for _, tally := range p.Seen() {
		if tally.Writes {
			require.Equal(t, 4, tally.Times, tally.Label)
			require.NotContains(t, tally.Label, "word'")
		}
	}
}

func TestACommitIsNamedByWhatItEnds(t *testing.T) {
	t.Parallel()
	p, through, _ := postgres(t)
	p.Forget()
	require.NoError(t, insert(t.Context(), through, 1, true))
	var labels []string
	for _, tally := range p.Seen() {
		if tally.Writes {
			labels = append(labels, tally.Label)
		}
	}
	require.Len(t, labels, 2)
	require.Equal(t, "COMMIT of "+labels[0], labels[1])
	require.True(t, strings.HasPrefix(labels[0], "INSERT INTO cases #"), labels[0])
}

func TestWhatBecomesOfARedisScript(t *testing.T) {
	t.Parallel()
	server, err := embedded.StartRedis(t.Context(), embedded.RedisOptions{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Stop()) })
	u, err := url.Parse(server.URL())
	require.NoError(t, err)
	network, address := "unix", u.Path
	if u.Scheme != "unix" {
		network, address = "tcp", u.Host
	}
	p, err := proxy.Redis(t.Context(), network, address)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	rdb := redis.NewClient(&redis.Options{Addr: p.Addr(), MaxRetries: -1, PoolSize: 1})
	t.Cleanup(func() { require.NoError(t, rdb.Close()) })
	ctx := t.Context()
	script := redis.NewScript(`return redis.call('INCR', KEYS[1])`)
	run := func() error { return script.Run(ctx, rdb, []string{"linli:{1:22}:counter"}).Err() }
	require.NoError(t, run()) // loads it

	done := p.Arm(proxy.Fault{Deed: proxy.LoseReply, Meets: func(r proxy.Request) bool {
		return strings.HasPrefix(r.Label, "SCRIPT ") && strings.HasSuffix(r.Label, " linli:{N:N}:counter")
	}})
	require.Error(t, run())
	<-done
	require.Equal(t, "2", rdb.Get(ctx, "linli:{1:22}:counter").Val(), "it was run, and nobody heard")

	p.Arm(proxy.Fault{Deed: proxy.LoseRequest, Meets: func(r proxy.Request) bool { return strings.HasPrefix(r.Label, "SCRIPT ") }})
	require.Error(t, run())
	require.Equal(t, "2", rdb.Get(ctx, "linli:{1:22}:counter").Val())
	require.NoError(t, rdb.HSet(ctx, "linli:hash", "a", 1, "b", 2).Err())
	require.Len(t, rdb.HGetAll(ctx, "linli:hash").Val(), 2, "a reply of many parts passes whole")
}

func TestWhatBecomesOfACallOfTelegram(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	front := &proxy.Telegram{Next: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		_, _ = body.ReadFrom(r.Body)
		_, _ = fmt.Fprintf(w, "call %d says %s", calls.Add(1), body.String())
	})}
	server := httptest.NewServer(front)
	t.Cleanup(server.Close)
	say := func(word string) (string, error) {
		res, err := http.Post(server.URL+"/bot1:token/sendMessage", "text/plain", strings.NewReader(word))
		if err != nil {
			return "", err
		}
		defer func() { require.NoError(t, res.Body.Close()) }()
		var body bytes.Buffer
		_, err = body.ReadFrom(res.Body)
		return body.String(), err
	}
	meets := func(r proxy.Request) bool { return r.Label == "sendMessage" && r.Text == "lost" }

	front.Arm(proxy.Fault{Meets: meets, Deed: proxy.LoseReply})
	said, err := say("kept")
	require.NoError(t, err)
	require.Equal(t, "call 1 says kept", said)
	_, err = say("lost")
	require.Error(t, err)
	require.EqualValues(t, 2, calls.Load(), "it was carried out")

	front.Arm(proxy.Fault{Meets: meets, Deed: proxy.LoseRequest})
	_, err = say("lost")
	require.Error(t, err)
	require.EqualValues(t, 2, calls.Load(), "it never arrived")

	front.Arm(proxy.Fault{Meets: meets, Deed: proxy.DelayReply, Late: 10 * time.Millisecond})
	said, err = say("lost")
	require.NoError(t, err)
	require.Equal(t, "call 3 says lost", said)

	ctx, goAway := context.WithCancel(t.Context())
	kept := front.Arm(proxy.Fault{Meets: meets, Deed: proxy.HoldRequest})
	go func() { <-kept; goAway() }()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/bot1:token/sendMessage", strings.NewReader("lost"))
	require.NoError(t, err)
	_, err = http.DefaultClient.Do(req)
	require.ErrorIs(t, err, context.Canceled)
	require.EqualValues(t, 3, calls.Load(), "it never arrived, and was waited for")
}
