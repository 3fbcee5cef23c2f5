package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/setup"
)

// settingsOf are all rows of what can be set, without numbers and times.
func settingsOf(t *testing.T, db *sqlx.DB) map[string]string {
	t.Helper()
	rows := map[string]string{}
	for table, query := range map[string]string{
		"communities": `SELECT jsonb_agg(to_jsonb(c) - 'id' - 'created_at')::text FROM communities c`,
		"areas":       `SELECT jsonb_agg(a.name ORDER BY a.id)::text FROM areas a`,
		"buildings": `SELECT jsonb_agg(jsonb_build_array(a.name, b.name, b.entrances) ORDER BY b.id)::text
			FROM buildings b JOIN areas a ON a.community_id = b.community_id AND a.id = b.area_id`,
		"holidays": `SELECT jsonb_agg(to_jsonb(h) - 'community_id' ORDER BY h.year, h.from_day)::text FROM holidays h`,
		"kinds":    `SELECT jsonb_agg(to_jsonb(k) - 'community_id' ORDER BY k.place)::text FROM kinds k`,
	} {
		var row string
		require.NoError(t, db.Get(&row, "SELECT coalesce(("+query+"), '[]')"))
		rows[table] = row
	}
	return rows
}

// exampleFile is the documented example on a disk.
func exampleFile(t *testing.T, lang string) string {
	t.Helper()
	text, err := setup.Example(lang)
	require.NoError(t, err)
	// The kind of one's own that it only shows is taken in: the phone makes it too.
	text = bytes.Replace(text, []byte("  # - {name:"), []byte("  - {name:"), 1)
	require.Contains(t, string(text), "\n  - {name:")
	text = regexp.MustCompile(`(?m)^# (holidays:|  2027:|    - 2027.*)$`).ReplaceAll(text, []byte("$1")) // and so are the holidays
	require.Contains(t, string(text), "\nholidays:\n  2027:\n    - 2027")
	for was, is := range map[string]string{"duty_hours: 8:00-18:00": "duty_hours: 8:30-17:30", "quiet_hours: 20:30-7:30": "quiet_hours: 21:00-7:00"} {
		require.Contains(t, string(text), was) // the usual ones, which would differ from nothing
		text = bytes.Replace(text, []byte(was), []byte(is), 1)
	}
	path := filepath.Join(t.TempDir(), "community.yaml")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

// TestAPhoneMakesWhatAFileMakes: the demo's whole community, by hand on the
// secretary's phone, and by one file.
func TestAPhoneMakesWhatAFileMakes(t *testing.T) {
	t.Parallel()
	const script = "../../bot/flow/testdata/settings_whole.zh.dlg"
	text, err := os.ReadFile(script)
	require.NoError(t, err)
	byPhone := played(t, script, string(text))

	byFile := newFreshStageAt(t, "zh", monday)
	env := map[string]string{
		"DATABASE_URL": byFile.dbURL, "BOT_TOKEN": byFile.towns[0].token, "TELEGRAM_API_URL": byFile.apiURL, "LINLI_DATA": t.TempDir(),
	}
	file := exampleFile(t, "zh")
	status, dry, errs := command(t.Context(), env, "apply", file, "--dry-run")
	require.Zero(t, status, errs)
	require.NotEqual(t, settingsOf(t, byPhone.app.db), settingsOf(t, byFile.app.db), "a dry run changes nothing")
	status, said, errs := command(t.Context(), env, "apply", file)
	require.Zero(t, status, errs)
	require.Contains(t, said, "building 3: added, 3 entrances")
	require.Contains(t, dry, "building 3: added, 3 entrances")
	require.Equal(t, settingsOf(t, byPhone.app.db), settingsOf(t, byFile.app.db))

	status, again, errs := command(t.Context(), env, "apply", file)
	require.Zero(t, status, errs)
	require.Equal(t, "Nothing changes: the community is as the file says.\n", again)
}

func TestApplySaysWhatIsWrongWithTheFile(t *testing.T) {
	t.Parallel()
	_, url := pgtest.URL(t)
	env := map[string]string{"DATABASE_URL": url, "BOT_TOKEN": "1:x\n2:y", "TELEGRAM_API_URL": "http://127.0.0.1:1", "LINLI_DATA": t.TempDir()}
	file := filepath.Join(t.TempDir(), "community.yaml")
	require.NoError(t, os.WriteFile(file, []byte("tongue: en\nkinds: [lamp, moon]\n"), 0o600))
	status, _, errs := command(t.Context(), env, "apply", file)
	require.Equal(t, exitFailed, status)
	require.Contains(t, errs, "--bot with one of [1 2]")

	for _, id := range []int{1, 2} {
		status, said, errs := command(t.Context(), env, "apply", "--bot", strconv.Itoa(id), file)
		require.Equal(t, exitFailed, status)
		require.Contains(t, said, "line 1: tongue: There is no such field.")
		require.Contains(t, said, "line 2: kinds[2]: There is no kind moon.")
		require.Contains(t, errs, "nothing was changed")
	}
	status, said, _ := command(context.WithoutCancel(t.Context()), nil, "apply", "--example", "zh")
	require.Zero(t, status)
	require.Contains(t, said, "time_zone: Asia/Shanghai")
}
