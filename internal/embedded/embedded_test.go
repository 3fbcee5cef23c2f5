package embedded_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/embedded"
)

// asHelper makes this test program run servers and wait to be killed.
const asHelper = "LINLI_TEST_EMBEDDED_DIR"

func TestMain(m *testing.M) {
	if dir, is := os.LookupEnv(asHelper); is {
		if err := serve(dir); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serve starts both servers, prints where they are, and waits to be killed.
func serve(dir string) error {
	postgres, redis := embedded.PostgresOptions{}, embedded.RedisOptions{}
	if dir != "" {
		postgres.Dir = filepath.Join(dir, "postgres")
		redis.Dir, redis.AppendOnly = filepath.Join(dir, "redis"), true
	}
	p, err := embedded.StartPostgres(context.Background(), postgres)
	if err != nil {
		return err
	}
	r, err := embedded.StartRedis(context.Background(), redis)
	if err != nil {
		return errors.Join(err, p.Stop())
	}
	fmt.Printf("%s\n%s\n", p.URL(), r.URL())
	select {} // until killed
}

// helper is a second process with servers of its own.
type helper struct {
	cmd             *exec.Cmd
	postgres, redis string
	servers         []int
}

func startHelper(t *testing.T, dir string, cred *syscall.Credential) *helper {
	t.Helper()
	h := &helper{cmd: exec.Command(testProgram(t, cred))}
	h.cmd.Env = append(os.Environ(), asHelper+"="+dir, "HOME=/nonexistent")
	h.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: cred}
	h.cmd.Stderr = os.Stderr
	h.cmd.Dir = "/"
	out, err := h.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, h.cmd.Start())
	t.Cleanup(func() { // before its folder is removed
		h.kill()
		h.gone(t)
	})
	lines := bufio.NewScanner(out)
	for _, at := range []*string{&h.postgres, &h.redis} {
		require.True(t, lines.Scan(), "the helper ended early")
		*at = lines.Text()
		require.NotContains(t, *at, "error:")
	}
	h.servers = descendants(t, h.cmd.Process.Pid)
	require.GreaterOrEqual(t, len(h.servers), 4, "two keepers, a postgres and a redis at least")
	return h
}

// testProgram is this program, copied where another user may run it.
func testProgram(t *testing.T, cred *syscall.Credential) string {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	if cred == nil {
		return self
	}
	dir := openDir(t)
	text, err := os.ReadFile(self)
	require.NoError(t, err)
	path := filepath.Join(dir, "helper")
	require.NoError(t, os.WriteFile(path, text, 0o755))
	return path
}

// openDir is a temporary folder that every user can enter; t.TempDir is not.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "embedded test ")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	return dir
}

// kill is kill -9 of the helper, and of nothing else.
func (h *helper) kill() {
	_ = h.cmd.Process.Kill() // gone already is fine
	_ = h.cmd.Wait()         // it was killed, and says so
}

// gone waits until every server of the helper has ended.
func (h *helper) gone(t *testing.T) {
	t.Helper()
	for _, pid := range h.servers {
		require.Eventually(t, func() bool { return !alive(pid) }, time.Minute, 10*time.Millisecond, "process %d still runs", pid)
	}
}

// descendants lists the processes below one, from /proc.
func descendants(t *testing.T, of int) []int {
	t.Helper()
	children := map[int][]int{}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(t, err)
	for _, path := range stats {
		pid, parent, _, ok := readStat(path)
		if ok {
			children[parent] = append(children[parent], pid)
		}
	}
	var all []int
	for next := []int{of}; len(next) > 0; next = next[1:] {
		all = append(all, children[next[0]]...)
		next = append(next, children[next[0]]...)
	}
	return all
}

// readStat reads a process's number, parent and state.
func readStat(path string) (pid, parent int, state string, ok bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, 0, "", false // it ended meanwhile
	}
	end := strings.LastIndexByte(string(text), ')')
	fields := strings.Fields(string(text)[end+1:])
	pid, err = strconv.Atoi(strings.Fields(string(text))[0])
	if err != nil || len(fields) < 2 {
		return 0, 0, "", false
	}
	parent, err = strconv.Atoi(fields[1])
	return pid, parent, fields[0], err == nil
}

// alive reports whether a process runs; what only waits to be reaped does not.
func alive(pid int) bool {
	_, _, state, ok := readStat(fmt.Sprintf("/proc/%d/stat", pid))
	return ok && state != "Z"
}

func needProc(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("this test reads /proc, which this system does not have")
	}
}

func open(t *testing.T, at string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", at)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() }) // its server may be gone by then
	return db
}

func dial(t *testing.T, at string) *redis.Client {
	t.Helper()
	o, err := redis.ParseURL(at)
	require.NoError(t, err)
	c := redis.NewClient(o)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func TestKillLeavesNoChildBehind(t *testing.T) {
	t.Parallel()
	needProc(t)
	h := startHelper(t, "", nil)
	h.kill()
	h.gone(t)
	require.Eventually(t, func() bool { return !exists(socketFolder(h.postgres)) }, time.Minute, 10*time.Millisecond,
		"the temporary folder is left")
}

// socketFolder finds the folder in a URL like postgres:///x?host=%2Ftmp%2Fy&….
func socketFolder(at string) string {
	_, rest, _ := strings.Cut(at, "host=")
	host, _, _ := strings.Cut(rest, "&")
	return strings.ReplaceAll(host, "%2F", "/")
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func TestDataOutliveKillAndRestart(t *testing.T) {
	t.Parallel()
	needProc(t)
	dir := filepath.Join(openDir(t), "kept data") // a path with spaces
	require.NoError(t, os.Mkdir(dir, 0o755))
	first := startHelper(t, dir, nil)
	_, err := open(t, first.postgres).ExecContext(t.Context(), `CREATE TABLE kept AS SELECT 1 AS id`)
	require.NoError(t, err)
	require.NoError(t, dial(t, first.redis).Set(t.Context(), "kept", "yes", time.Hour).Err())
	at, running := embedded.Running(filepath.Join(dir, "postgres"))
	require.True(t, running)
	require.Equal(t, first.postgres, at)

	first.kill() // and at once the next, while the servers of the first still stop
	second := startHelper(t, dir, nil)
	var n int
	require.NoError(t, open(t, second.postgres).QueryRowContext(t.Context(), `SELECT id FROM kept`).Scan(&n))
	require.Equal(t, 1, n)
	got, err := dial(t, second.redis).Get(t.Context(), "kept").Result()
	require.NoError(t, err)
	require.Equal(t, "yes", got)
}

func TestAFolderInUseIsAClearError(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openDir(t), "pg")
	p, err := embedded.StartPostgres(t.Context(), embedded.PostgresOptions{Dir: dir})
	require.NoError(t, err)
	_, err = embedded.StartPostgres(t.Context(), embedded.PostgresOptions{Dir: dir})
	var taken *embedded.InUseError
	require.ErrorAs(t, err, &taken)
	require.Equal(t, embedded.InUseError{Dir: dir, PID: os.Getpid(), URL: p.URL()}, *taken)
	require.ErrorContains(t, err, "in use by another linli")

	require.NoError(t, p.Stop())
	_, running := embedded.Running(dir)
	require.False(t, running)
}

func TestTwoAtOnceAndByEveryAddress(t *testing.T) {
	t.Parallel()
	one, err := embedded.StartPostgres(t.Context(), embedded.PostgresOptions{Throwaway: true})
	require.NoError(t, err)
	two, err := embedded.StartPostgres(t.Context(), embedded.PostgresOptions{Throwaway: true, TCP: true})
	require.NoError(t, err)
	require.Contains(t, two.URL(), "127.0.0.1")
	for _, at := range []string{one.URL(), one.DSN(), two.URL(), two.DSN()} {
		require.NoError(t, open(t, at).PingContext(t.Context()), at)
	}
	require.NoError(t, one.Stop())
	require.NoError(t, open(t, two.URL()).PingContext(t.Context()), "the other one went too")
	require.NoError(t, two.Stop())
	<-two.Done()
}

func TestDoneTellsThatTheServerDied(t *testing.T) {
	t.Parallel()
	p, err := embedded.StartPostgres(t.Context(), embedded.PostgresOptions{Throwaway: true})
	require.NoError(t, err)
	var pid int
	require.NoError(t, open(t, p.URL()).QueryRowContext(t.Context(), `SELECT split_part(pg_read_file('postmaster.pid'), E'\n', 1)`).Scan(&pid))
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
	select {
	case <-p.Done():
	case <-time.After(time.Minute):
		t.Fatal("nobody said that the server died")
	}
	require.NoError(t, p.Stop())
}

func TestOrdinaryUser(t *testing.T) {
	t.Parallel()
	needProc(t)
	if os.Geteuid() != 0 {
		return // then every other test here is this test
	}
	cred := &syscall.Credential{Uid: 65534, Gid: 65534}
	dir := filepath.Join(openDir(t), "its data")
	require.NoError(t, os.Mkdir(dir, 0o700))
	require.NoError(t, os.Chown(dir, int(cred.Uid), int(cred.Gid)))
	first := startHelper(t, dir, cred)
	first.kill()
	second := startHelper(t, dir, cred)
	second.kill()
	first.gone(t)
	second.gone(t)
}

func TestRootIsToldWhichFolderIsClosed(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		return // an ordinary user's Postgres runs as that user
	}
	home := openDir(t)
	require.NoError(t, os.Chmod(home, 0o700))
	_, err := embedded.StartPostgres(t.Context(), embedded.PostgresOptions{Dir: filepath.Join(home, "data", "postgres")})
	require.ErrorContains(t, err, "chmod o+x '"+home+"'")
	require.ErrorContains(t, err, "LINLI_DATA")
}

func TestAFolderWithOtherThingsIsLeftAlone(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openDir(t), "photos")
	require.NoError(t, os.Mkdir(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "cat.jpg"), nil, 0o600))
	_, err := embedded.StartPostgres(t.Context(), embedded.PostgresOptions{Dir: dir})
	require.ErrorContains(t, err, "holds something else")
	require.FileExists(t, filepath.Join(dir, "cat.jpg"))
}

func TestAStaleNoteOfAServerIsNoObstacle(t *testing.T) {
	t.Parallel()
	needProc(t)
	dir := filepath.Join(openDir(t), "pg")
	p, err := embedded.StartPostgres(t.Context(), embedded.PostgresOptions{Dir: dir})
	require.NoError(t, err)
	note, err := os.ReadFile(filepath.Join(dir, "postmaster.pid"))
	require.NoError(t, err)
	require.NoError(t, p.Stop())
	// After a restart of the machine its number may be another program's: ours.
	_, rest, _ := strings.Cut(string(note), "\n")
	stale := strconv.Itoa(os.Getpid()) + "\n" + rest
	require.NoError(t, os.WriteFile(filepath.Join(dir, "postmaster.pid"), []byte(stale), 0o600))
	p, err = embedded.StartPostgres(t.Context(), embedded.PostgresOptions{Dir: dir})
	require.NoError(t, err)
	require.NoError(t, p.Stop())
}

func TestAServerWhoseURLAloneIsKeptLivesOn(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openDir(t), "pg")
	at, stop := func() (string, <-chan struct{}) {
		p, err := embedded.StartPostgres(t.Context(), embedded.PostgresOptions{Dir: dir})
		require.NoError(t, err)
		return p.URL(), p.Done()
	}()
	for range 3 {
		runtime.GC() // closes the files that nobody refers to
	}
	_, err := embedded.StartPostgres(t.Context(), embedded.PostgresOptions{Dir: dir})
	require.ErrorContains(t, err, "in use by another linli")
	require.DirExists(t, socketFolder(at), "it was swept")
	db := open(t, at)
	require.NoError(t, db.PingContext(t.Context()))
	var pid int
	require.NoError(t, db.QueryRowContext(t.Context(), `SELECT split_part(pg_read_file('postmaster.pid'), E'\n', 1)`).Scan(&pid))
	require.NoError(t, syscall.Kill(pid, syscall.SIGINT)) // nobody else can stop it now
	<-stop
}

func TestLeftoversAreSwept(t *testing.T) {
	t.Parallel()
	dead, err := os.MkdirTemp("", "linli-pg-")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dead, "lock"), nil, 0o600))
	p, err := embedded.StartPostgres(t.Context(), embedded.PostgresOptions{Throwaway: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, p.Stop()) }()
	swept := func() bool { return !exists(dead) }
	require.Eventually(t, swept, time.Minute, 10*time.Millisecond, "not by this start, nor by another that was at it")
	require.DirExists(t, socketFolder(p.URL()), "and the living are not")
}
