package arch_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestImportsGoDownOnly(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		row, known := mayImport[s.pkg]
		if !known {
			t.Errorf("%s: package %q has no row in the table of imports", s.path, s.pkg)
			continue
		}
		for path := range s.imports {
			if !strings.HasPrefix(path, module) {
				continue
			}
			if to := short(path); to != s.pkg && !has(row, to) && (!s.test || !testMay(s.pkg, to)) {
				t.Errorf("%s: %q may not import %q (it may: %s)", s.path, s.pkg, to, row)
			}
		}
	}
}

func testMay(from, to string) bool {
	for _, extra := range testsMayAlsoImport {
		if has(extra.packages, from) && has(extra.imports, to) {
			return true
		}
	}
	return false
}

func TestPartsOfOthersStayInTheirPlace(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		for path := range s.imports {
			for _, part := range onlyIn {
				if (path == part.path || strings.HasPrefix(path, part.path+"/")) && !has(part.packages, s.pkg) {
					t.Errorf("%s: %q may not import %s (only: %s)", s.path, s.pkg, path, part.packages)
				}
			}
		}
	}
}

// The table itself goes down only: nothing can reach itself through others.
func TestTheTableHasNoCircle(t *testing.T) {
	t.Parallel()
	done := map[string]bool{}
	var visit func(pkg string, trail []string)
	visit = func(pkg string, trail []string) {
		require.NotContains(t, trail, pkg, "a circle in the table")
		if done[pkg] || mayImport[pkg] == everything {
			return
		}
		row, known := mayImport[pkg]
		require.True(t, known, "%s is in a row but has none", pkg)
		for _, to := range strings.Fields(row) {
			visit(to, append(slices.Clone(trail), pkg))
		}
		done[pkg] = true
	}
	for pkg := range mayImport {
		visit(pkg, nil)
	}
}

func TestTheTopHoldsOnlyWhatBelongsThere(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(root)
	require.NoError(t, err)
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasPrefix(name, ".") && !slices.Contains(top, name) && !slices.Contains(made, name) {
			t.Errorf("%s does not belong at the top (there belong: %s)", name, strings.Join(top, " "))
		}
	}
}
