package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/pg/pgtest"
)

// safeBuffer is what a command that runs beside the test writes to.
type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// command runs linli with an environment of its own.
func command(ctx context.Context, env map[string]string, args ...string) (status int, stdout, stderr string) {
	var out, errs safeBuffer
	status = run(world{ctx, func(name string) string { return env[name] }, &out, &errs}, args)
	return status, out.String(), errs.String()
}

func TestAllFaultsOfTheSettingsAreNamedAtOnce(t *testing.T) {
	t.Parallel()
	status, _, said := command(t.Context(), map[string]string{
		"BOT_TOKEN": "123:hush-hush\nnonsense-token", "DATABASE_URL": "mysql://u:hush-hush@db/x", "LOG_LEVEL": "loud",
	}, "serve")
	require.Equal(t, exitConfig, status)
	for _, name := range []string{"BOT_TOKEN", "DATABASE_URL", "LOG_LEVEL"} {
		require.Contains(t, said, name)
	}
	require.NotContains(t, said, "hush-hush", "no secret in any text")
	require.NotContains(t, said, "nonsense-token", "no secret in any text")
}

func TestServeNeedsAToken(t *testing.T) {
	t.Parallel()
	status, _, said := command(t.Context(), nil, "serve")
	require.Equal(t, exitConfig, status)
	require.Contains(t, said, "BOT_TOKEN")
}

func TestAnUnknownCommandIsAUsageError(t *testing.T) {
	t.Parallel()
	status, _, said := command(t.Context(), nil, "fly")
	require.Equal(t, exitUsage, status)
	require.Contains(t, said, "fly")
}

func TestVersionAndHelp(t *testing.T) {
	t.Parallel()
	status, said, _ := command(t.Context(), nil, "version")
	require.Zero(t, status)
	require.True(t, strings.HasPrefix(said, "linli "), said)
	status, said, _ = command(t.Context(), nil, "--help")
	require.Zero(t, status)
	for _, name := range []string{"demo", "serve", "migrate", "claim", "doctor", "health", "version"} {
		require.Contains(t, said, name)
	}
}

func TestATakenPortIsSaidPlainly(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, taken.Close()) }()
	status, _, said := command(t.Context(), nil, "demo", "--addr", taken.Addr().String())
	require.Equal(t, exitFailed, status)
	require.Contains(t, said, taken.Addr().String()+" is taken by another program")
}

func TestMigrateNamesWhatIsMissingAndAppliesIt(t *testing.T) {
	t.Parallel()
	db, url := pgtest.URL(t)
	_, err := db.Exec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public`)
	require.NoError(t, err)
	env := map[string]string{"DATABASE_URL": url, "LINLI_DATA": t.TempDir()}
	status, missing, said := command(t.Context(), env, "migrate", "--dry-run")
	require.Zero(t, status, said)
	require.Contains(t, missing, "00001_communities.sql")
	status, applied, said := command(t.Context(), env, "migrate")
	require.Zero(t, status, said)
	require.Equal(t, missing, applied)
	status, again, _ := command(t.Context(), env, "migrate")
	require.Zero(t, status)
	require.Equal(t, "the schema is up to date\n", again)
}

func TestAClaimLinkMakesASecretaryOnce(t *testing.T) {
	t.Parallel()
	ts := newTestStage(t, "en")
	_, err := ts.app.db.Exec(`DELETE FROM person_roles WHERE role = 'secretary'`)
	require.NoError(t, err)
	env := map[string]string{"DATABASE_URL": ts.dbURL, "BOT_TOKEN": ts.towns[0].token, "TELEGRAM_API_URL": ts.apiURL}
	status, said, errs := command(t.Context(), env, "claim")
	require.Zero(t, status, errs)
	_, token, ok := strings.Cut(strings.Fields(said)[len(strings.Fields(said))-1], "?start=")
	require.True(t, ok, said)
	require.NotContains(t, errs, token, "logs never hold the link")

	member, resident := ts.phone("member"), ts.phone("resident")
	member.Start(token)
	ts.settleDown()
	require.Contains(t, newest(member.Chat().Messages).Text, "You are the secretary here now")
	resident.Start(token)
	ts.settleDown()
	require.NotContains(t, newest(resident.Chat().Messages).Text, "secretary here now", "a link works once")

	status, _, errs = command(t.Context(), env, "claim")
	require.Equal(t, exitFailed, status)
	require.Contains(t, errs, "has a secretary already")
	status, _, errs = command(t.Context(), env, "claim", "--replace")
	require.Zero(t, status, errs)

	ts.api.AddBot("7000009:second", "second_bot", "Second")
	env["BOT_TOKEN"] += "\n7000009:second"
	status, said, errs = command(t.Context(), env, "claim")
	require.Zero(t, status, errs)
	require.Contains(t, said, "secretary of Second", "one that has a secretary does not stand in the way of one that has none")
	require.Equal(t, 1, strings.Count(said, "claim_"), said)
	status, said, errs = command(t.Context(), env, "claim", "--replace", "--bot", "7000009")
	require.Zero(t, status, errs)
	require.Equal(t, 1, strings.Count(said, "claim_"), said)
	status, _, errs = command(t.Context(), env, "claim", "--bot", "5")
	require.Equal(t, exitFailed, status)
	require.Contains(t, errs, "which bot?")
}

func TestDemoForgetsWhatItKept(t *testing.T) {
	t.Parallel()
	dir, forget, err := demoCmd{}.folder()
	require.NoError(t, err)
	require.DirExists(t, dir)
	require.NoError(t, forget())
	require.NoDirExists(t, dir)

	kept := t.TempDir() + "/a folder/of mine"
	dir, forget, err = demoCmd{Data: kept}.folder()
	require.NoError(t, err)
	require.Equal(t, kept, dir)
	require.NoError(t, forget())
	_, err = os.Stat(kept)
	require.NoError(t, err)
}
