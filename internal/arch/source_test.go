package arch_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// root is the top of the repository, seen from this folder.
const root = "../.."

// source is one Go file of ours.
type source struct {
	path    string // from the top
	pkg     string // its package as the table names it
	test    bool
	lines   int
	file    *ast.File
	imports map[string]string // path to the name it goes by
}

var fset = token.NewFileSet()

// parsed reads every Go file once for all tests.
var parsed = sync.OnceValues(func() ([]source, error) {
	var all []source
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || name == "testdata" || filepath.Dir(path) == root && name == "data") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		s, err := read(path)
		all = append(all, s)
		return err
	})
	return all, err
})

func sources(t *testing.T) []source {
	t.Helper()
	all, err := parsed()
	require.NoError(t, err)
	require.NotEmpty(t, all)
	return all
}

func read(path string) (source, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return source{}, err
	}
	file, err := parser.ParseFile(fset, path, text, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		return source{}, err
	}
	at, err := filepath.Rel(root, path)
	if err != nil {
		return source{}, err
	}
	s := source{
		path: filepath.ToSlash(at), pkg: short(filepath.ToSlash(filepath.Dir(at))), test: strings.HasSuffix(path, "_test.go"),
		lines: strings.Count(string(text), "\n"), file: file, imports: map[string]string{},
	}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return source{}, err
		}
		name := imported[strings.LastIndexByte(imported, '/')+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		s.imports[imported] = name
	}
	return s, nil
}

// short is a package's name in the table.
func short(path string) string {
	return strings.TrimPrefix(strings.TrimPrefix(path, module), "internal/")
}

func has(list, name string) bool {
	for _, word := range strings.Fields(list) {
		if word == name || word == everything {
			return true
		}
	}
	return false
}
