package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/pg/pgtest"
)

// binary builds linli once for the tests that need it as a program of its own.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "linli-binary-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "linli")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build linli: %w\n%s", err, out)
	}
	return path, os.Chmod(dir, 0o755)
})

// program is a running linli.
type program struct {
	t      *testing.T
	cmd    *exec.Cmd
	out    *safeBuffer
	done   chan error
	secret canaries // what it must not say
}

func startProgram(t *testing.T, env []string, args ...string) *program {
	t.Helper()
	path, err := binary()
	require.NoError(t, err)
	p := &program{t: t, out: &safeBuffer{}, done: make(chan error, 1), secret: canaries{}}
	for _, variable := range env {
		if token, ok := strings.CutPrefix(variable, "BOT_TOKEN="); ok {
			p.secret.secret(token)
		}
	}
	for _, town := range towns(botapi.New(botapi.Options{})) {
		for _, n := range town.neighbours { // those of the demo
			p.secret.person(n.account)
		}
	}
	p.cmd = exec.Command(path, args...)
	p.cmd.Env = append(slices.Clone(os.Environ()), env...)
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	require.NoError(t, p.cmd.Start())
	go func() { p.done <- p.cmd.Wait() }()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill() // most have ended by then
		for _, leak := range p.secret.leaks(p.out.String()) {
			t.Error(leak)
		}
	})
	return p
}

// tillUp bounds how long a linli takes to start beside all other tests.
const tillUp = 2 * time.Minute

// eventually waits in real time until ok.
func eventually(t *testing.T, within time.Duration, ok func() bool, what string, said fmt.Stringer) {
	t.Helper()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for end := time.After(within); ; {
		if ok() {
			return
		}
		select {
		case <-look.C:
		case <-end:
			t.Fatalf("%s: not within %s\n%s", what, within, said)
		}
	}
}

func (p *program) ends(within time.Duration) error {
	p.t.Helper()
	select {
	case err := <-p.done:
		return err
	case <-time.After(within):
		p.t.Fatalf("still running after %s\n%s", within, p.out)
		return nil
	}
}

// children are the living descendants of a process; those that have ended and
// that nobody waited for do not count.
func children(pid int) []int {
	parents, alive := map[int]int{}, map[int]bool{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is well formed
	for _, path := range stats {
		raw, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended meanwhile
		}
		_, rest, _ := strings.Cut(string(raw), ") ")
		fields := strings.Fields(rest)
		id, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		parents[id], _ = strconv.Atoi(fields[1])
		alive[id] = fields[0] != "Z"
	}
	var found []int
	for id := range parents {
		for up := parents[id]; up > 1; up = parents[up] {
			if up == pid && alive[id] {
				found = append(found, id)
				break
			}
		}
	}
	return found
}

func living(pids []int) []int {
	return slices.DeleteFunc(slices.Clone(pids), func(pid int) bool {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return err != nil || strings.Contains(string(raw), ") Z ")
	})
}

func needsPostgres(t *testing.T) { pgtest.New(t) } // skips, saying why, where there is none

func TestTwoDemosAtOnceInAPathWithSpaces(t *testing.T) {
	t.Parallel()
	needsPostgres(t)
	tmp := filepath.Join(t.TempDir(), "a path with spaces")
	require.NoError(t, os.MkdirAll(tmp, 0o755))
	openAll(t, tmp)
	var demos []*program
	for range 2 {
		addr := freePort(t)
		d := startProgram(t, []string{"TMPDIR=" + tmp}, "demo", "--addr", addr)
		demos = append(demos, d)
		address := "http://" + addr
		eventually(t, tillUp, func() bool { return strings.Contains(d.out.String(), address) }, "the address", d.out)
		eventually(t, tillUp, func() bool { status, _ := get(address + "/readyz"); return status == http.StatusOK }, "ready", d.out)
		status, page := get(address + "/?lang=en")
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, page, "A lamp breaks. Who comes, and does it hold?")
		status, said := get(address + "/healthz")
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, "ok\n", said)
	}
	gentle, cut := demos[0], demos[1]
	had := children(gentle.cmd.Process.Pid)
	require.NotEmpty(t, had)
	require.NoError(t, gentle.cmd.Process.Signal(os.Interrupt))
	require.NoError(t, gentle.ends(mostWait), "Ctrl-C ends it well")
	require.Empty(t, living(had), "Ctrl-C ends everything")

	had = children(cut.cmd.Process.Pid)
	require.NoError(t, cut.cmd.Process.Kill())
	require.Error(t, cut.ends(mostWait))
	eventually(t, mostWait, func() bool { return len(living(had)) == 0 }, "kill -9 leaves no child behind", cut.out)
}

// openAll lets other users reach a folder: started by root, Postgres runs as
// one of them.
func openAll(t *testing.T, dir string) {
	t.Helper()
	for ; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil && !errors.Is(err, os.ErrPermission) {
			require.NoError(t, err)
		}
	}
}

func TestDemoAsAnOrdinaryUser(t *testing.T) {
	t.Parallel()
	needsPostgres(t)
	if os.Geteuid() != 0 {
		t.Log("every other test runs as an ordinary user already")
		return
	}
	path, err := binary()
	require.NoError(t, err)
	tmp := t.TempDir()
	openAll(t, tmp)
	const nobody = 65534
	require.NoError(t, os.Chown(tmp, nobody, nobody))
	addr := freePort(t)
	var out safeBuffer
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "demo", "--addr", addr)
	cmd.Env = []string{"TMPDIR=" + tmp, "HOME=" + tmp, "PATH=" + os.Getenv("PATH")}
	cmd.Dir = tmp
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	require.NoError(t, cmd.Start())
	defer func() { require.NoError(t, cmd.Wait()) }()
	defer func() { require.NoError(t, cmd.Process.Signal(os.Interrupt)) }()
	eventually(t, tillUp, func() bool { status, _ := get("http://" + addr + "/readyz"); return status == http.StatusOK }, "ready", &out)
}

// claimLink is the payload that the claim command prints.
var claimLink = regexp.MustCompile(`\?start=(claim_\S+)`)

func TestServeKeepsItsDataOverAKill(t *testing.T) {
	t.Parallel()
	needsPostgres(t)
	api := botapi.New(botapi.Options{Clock: clock.New()})
	telegram := api.AddBot("9000001:serve", "serve_bot", "Serve")
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	data := filepath.Join(t.TempDir(), "data")
	require.NoError(t, os.MkdirAll(data, 0o755))
	openAll(t, data)
	env := []string{
		"BOT_TOKEN=9000001:serve", "TELEGRAM_API_URL=" + server.URL, "LINLI_DATA=" + data, "HTTP_ADDR=" + freePort(t),
		"DATABASE_URL=", "REDIS_URL=",
	}
	first := startProgram(t, env, "serve")
	eventually(t, tillUp, func() bool { return strings.Contains(first.out.String(), "serving") }, "serving", first.out)

	claim := startProgram(t, env, "claim") // joins the database of the running one
	require.NoError(t, claim.ends(mostWait), claim.out.String())
	found := claimLink.FindStringSubmatch(claim.out.String())
	require.NotNil(t, found, claim.out.String())
	phone := telegram.Phone(botapi.Account{ID: 77, FirstName: "Annabel", LanguageCode: "en"})
	phone.Start(found[1])
	waitFor(t, telegram, phone, "What shall I call you?")
	tapNewest(t, phone, "Annabel")
	waitFor(t, telegram, phone, "What is the community called?")
	tapNewest(t, phone, "Cancel") // the set-up can wait
	waitFor(t, telegram, phone, "cancelled")

	had := children(first.cmd.Process.Pid)
	require.NoError(t, first.cmd.Process.Kill())
	require.Error(t, first.ends(mostWait))
	second := startProgram(t, env, "serve")
	eventually(t, tillUp, func() bool { return strings.Contains(second.out.String(), "serving") }, "serving again", second.out)
	phone.Say("/start")
	waitFor(t, telegram, phone, "Hello Annabel!")
	require.NoError(t, second.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, second.ends(mostWait), second.out.String())
	require.Empty(t, living(had))
	first.secret.phone(phone)
	second.secret.phone(phone)
}

func waitFor(t *testing.T, b *botapi.Bot, phone *botapi.Phone, words string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), mostWait)
	defer cancel()
	_, err := b.Wait(ctx, phone.Account().ID, func(v botapi.View) bool {
		return strings.Contains(newest(v.Messages).Text, words)
	})
	require.NoError(t, err)
}

func tapNewest(t *testing.T, phone *botapi.Phone, label string) {
	t.Helper()
	m := newest(phone.Chat().Messages)
	_, err := phone.Tap(m.ID, dataOf(m, label))
	require.NoError(t, err)
}
