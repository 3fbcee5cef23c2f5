package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/pg/pgtest"
)

func TestImportLoadsTheRegister(t *testing.T) {
	t.Parallel()
	db, url := pgtest.URL(t)
	towns := community.New(db, clock.New())
	town, err := towns.Ensure(t.Context(), 123, "Haiyang")
	require.NoError(t, err)
	_, err = towns.AddBuilding(t.Context(), town.ID, 0, community.Building{Name: "3", Entrances: 3})
	require.NoError(t, err)
	dir := t.TempDir()
	file := func(name string) string {
		path := filepath.Join(dir, name+".xlsx")
		require.NoError(t, os.WriteFile(path, sheetFile(t, name).Data, 0o600))
		return path
	}
	env := map[string]string{"BOT_TOKEN": "123:secret", "DATABASE_URL": url, "LINLI_DATA": dir}
	entered := func() (n int) {
		require.NoError(t, db.Get(&n, `SELECT count(*) FROM persons`))
		return n
	}

	status, said, errs := command(t.Context(), env, "import", file("en.faulty"))
	require.Equal(t, exitFailed, status, errs)
	require.Contains(t, said, "Row 3, Building: there is no building “9”.\nRow 4, Entrance: a number from 1 to 3 is needed.\n")
	require.Zero(t, entered())

	status, said, errs = command(t.Context(), env, "import", "--dry-run", file("zh.good"))
	require.Zero(t, status, errs)
	require.Contains(t, said, "Haiyang: 4 new, 0 changed, 0 as before, 2 left out. Nothing was loaded.")
	require.Contains(t, said, "Row 7 (郑小芳) is the same as row 3, left out.")
	require.Zero(t, entered())

	status, said, errs = command(t.Context(), env, "import", file("zh.good"))
	require.Zero(t, status, errs)
	require.Contains(t, said, "Haiyang: 4 new, 0 changed, 0 as before, 2 left out.\n")
	require.Equal(t, 4, entered())
	status, said, errs = command(t.Context(), env, "import", file("zh.good"))
	require.Zero(t, status, errs)
	require.Contains(t, said, "Haiyang: 0 new, 0 changed, 4 as before, 2 left out.\n")
	require.Equal(t, 4, entered())

	status, _, errs = command(t.Context(), env, "import", filepath.Join(dir, "none.xlsx"))
	require.Equal(t, exitFailed, status)
	require.Contains(t, errs, "none.xlsx")
	env["BOT_TOKEN"] = "123:secret\n124:other"
	status, _, errs = command(t.Context(), env, "import", file("zh.good"))
	require.Equal(t, exitFailed, status)
	require.Contains(t, errs, "--bot")
	status, _, errs = command(t.Context(), env, "import", "--bot", "124", file("zh.good"))
	require.Equal(t, exitFailed, status)
	require.Contains(t, errs, "linli claim", "a community that is not there yet")
}
