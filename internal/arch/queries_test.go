package arch_test

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	creates = regexp.MustCompile(`(?is)CREATE TABLE (?:IF NOT EXISTS )?(\w+)\s*\((.*?)\n\);`)
	isQuery = regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|LOCK|TRUNCATE)\b`)
	touches = regexp.MustCompile(`\b(?:FROM|JOIN|INTO|UPDATE|USING|TABLE)\s+(?:ONLY\s+)?(\w+)`)
)

// communityTables are those with a community_id, as the migrations make them.
func communityTables(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "migrations", "*.sql"))
	require.NoError(t, err)
	tables := map[string]bool{}
	for _, path := range files {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, m := range creates.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[2], "community_id") {
				tables[m[1]] = true
			}
		}
	}
	require.NotEmpty(t, tables, "no community's table was found: is the pattern still right?")
	return tables
}

// A query that forgets the community would show one neighbourhood another's
// people. This looks at every literal that is SQL; what is put together from
// pieces is looked at as one. The fault checker is left out: it compares whole
// databases from outside.
func TestEveryQueryNamesItsCommunity(t *testing.T) {
	t.Parallel()
	tables := communityTables(t)
	used := map[int]bool{}
	for _, s := range sources(t) {
		if s.test || has("pg pg/pgtest migrations embedded faults", s.pkg) {
			continue
		}
		for _, q := range queries(s.file) {
			table := forgets(q.text, tables)
			if table == "" || excused(s.path, q.text, used) {
				continue
			}
			t.Errorf("%s: a query of %s names no community_id: %s", fset.Position(q.at), table, strings.Join(strings.Fields(q.text), " "))
		}
	}
	for i, e := range noCommunity {
		if !used[i] {
			t.Errorf("the exception of %s (%s) is needed no more", e.file, e.reason)
		}
	}
}

// forgets names the community's table that a query touches without naming a
// community, if it does.
func forgets(query string, tables map[string]bool) string {
	if !isQuery.MatchString(query) || strings.Contains(query, "community_id") {
		return ""
	}
	for _, m := range touches.FindAllStringSubmatch(query, -1) {
		if tables[m[1]] {
			return m[1]
		}
	}
	return ""
}

func excused(file, query string, used map[int]bool) bool {
	for i, e := range noCommunity {
		if e.file == file && strings.Contains(query, e.piece) {
			used[i] = true
			return true
		}
	}
	return false
}

type query struct {
	at   token.Pos
	text string
}

// queries lists the string literals of a file, with "…" for what is joined to
// them.
func queries(file *ast.File) []query {
	var all []query
	ast.Inspect(file, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		text, literal := join(e)
		if literal {
			all = append(all, query{e.Pos(), text})
		}
		return !literal
	})
	return all
}

func join(e ast.Expr) (text string, literal bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return text, true
		}
	case *ast.BinaryExpr:
		left, a := join(e.X)
		right, b := join(e.Y)
		if e.Op == token.ADD && (a || b) {
			return left + right, true
		}
	}
	return "…", false
}

func TestAQueryThatForgetsItsCommunityIsFound(t *testing.T) {
	t.Parallel()
	tables := map[string]bool{"cases": true}
	for query, want := range map[string]string{
		"SELECT id FROM cases WHERE id = $1":                                          "cases",
		"\n\tUPDATE cases SET status = 'done'":                                        "cases",
		"WITH x AS (SELECT 1) SELECT 1 FROM x JOIN cases ON true":                     "cases",
		"SELECT id FROM cases WHERE community_id = $1":                                "",
		"SELECT id FROM communities":                                                  "",
		"cases are shown from cases":                                                  "",
		"DELETE FROM cases":                                                           "cases",
		"INSERT INTO cases (community_id, id) VALUES ($1, $2) ON CONFLICT DO NOTHING": "",
	} {
		require.Equal(t, want, forgets(query, tables), query)
	}
}
