package arch_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTimeIsToldByTheClockAlone(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.pkg == timeIsToldIn {
			continue
		}
		for _, use := range clockReads(s) {
			t.Errorf("%s: only %q reads the machine's clock, and nobody sleeps", use, timeIsToldIn)
		}
	}
}

// clockReads lists the uses of time.Now and time.Sleep, and of time.Since and
// time.Until, which read the clock behind one's back; called or handed on.
func clockReads(s source) []string {
	name, imported := s.imports["time"]
	if !imported {
		return nil
	}
	var uses []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == name && has("Now Sleep Since Until", sel.Sel.Name) {
			uses = append(uses, fmt.Sprintf("%s: time.%s", fset.Position(sel.Pos()), sel.Sel.Name))
		}
		return true
	})
	return uses
}

func TestClockReadsAreFound(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "x.go", `package x
		import clock "time"
		var now = clock.Now
		func f() clock.Duration { clock.Sleep(1); return clock.Since(now()) + clock.Second }`, 0)
	require.NoError(t, err)
	require.Len(t, clockReads(source{file: file, imports: map[string]string{"time": "clock"}}), 3)
}

func TestFilesHoldOneIdea(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if !s.test && s.lines > maxLines {
			t.Errorf("%s has %d lines: more than %d hold two ideas", s.path, s.lines, maxLines)
		}
	}
}

func TestEveryPackageSaysItsIdea(t *testing.T) {
	t.Parallel()
	said := map[string]bool{}
	for _, s := range sources(t) {
		said[s.pkg] = said[s.pkg] || s.file.Doc != nil
	}
	for pkg, ok := range said {
		if !ok {
			t.Errorf("package %q has no doc comment", pkg)
		}
	}
}

func TestNoPackageInitialisesItself(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		for _, decl := range s.file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has an init function", s.path)
			}
		}
	}
}
