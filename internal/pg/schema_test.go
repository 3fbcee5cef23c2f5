package pg_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/pg/pgtest"
)

// notPerCommunity are the tables that no community owns.
var notPerCommunity = map[string]string{
	"communities":      "they are the communities",
	"goose_db_version": "the schema is one for all",
	"processes":        "one process may serve several communities",
	"process_starts":   "likewise",
}

// The tables can be spread over machines by community, and no key of one
// community can collide with, or tell of, another's.
func TestEveryKeyBeginsWithTheCommunity(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	type key struct {
		Table, Index, First string
	}
	var keys []key
	require.NoError(t, db.SelectContext(t.Context(), &keys, `
		SELECT c.relname AS table, i.relname AS index, coalesce(a.attname, substring(pg_get_indexdef(i.oid, 1, true) FROM '^int8range\((\w+), \1,'), '') AS first
		FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
		JOIN pg_index x ON x.indrelid = c.oid AND (x.indisunique OR x.indisprimary OR x.indisexclusion)
		JOIN pg_class i ON i.oid = x.indexrelid
		LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0]
		WHERE c.relkind IN ('r', 'p')
		ORDER BY c.relname, i.relname`))
	require.NotEmpty(t, keys)
	for _, k := range keys {
		if notPerCommunity[k.Table] == "" && k.First != "community_id" {
			t.Errorf("the key %s of %s begins with %q, not with community_id", k.Index, k.Table, k.First)
		}
	}
	var keyless []string
	require.NoError(t, db.SelectContext(t.Context(), &keyless, `
		SELECT c.relname FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
		WHERE c.relkind IN ('r', 'p') AND NOT EXISTS (SELECT 1 FROM pg_index x WHERE x.indrelid = c.oid AND x.indisprimary)`))
	require.Empty(t, keyless, "tables without a primary key")
}
