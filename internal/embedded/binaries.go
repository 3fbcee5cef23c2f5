package embedded

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// ErrNoPostgres says that this machine has no PostgreSQL programs that can be
// used; its text names the command that installs them.
var ErrNoPostgres = errors.New("no PostgreSQL programs found")

// oldest is the first PostgreSQL that does all that is asked of it.
const oldest = 15

// binaries is a folder with initdb and postgres of one version.
type binaries struct {
	dir   string
	major int
}

func (b binaries) path(program string) string { return filepath.Join(b.dir, program) }

// places lists where PostgreSQL is looked for, best first.
func places() []string {
	var dirs []string
	if bin := os.Getenv("PGBIN"); bin != "" {
		return []string{bin} // said by name: nothing else will do
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real
		}
		dirs = append(dirs, filepath.Dir(path))
	}
	var installed []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/usr/libexec/postgresql*",
		"/opt/homebrew/opt/postgresql@*/bin",
		"/usr/local/opt/postgresql@*/bin",
		"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
	} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			continue // patterns of ours are well formed
		}
		installed = append(installed, found...)
	}
	slices.SortStableFunc(installed, func(a, b string) int { return cmp.Compare(number(b), number(a)) })
	return append(dirs, installed...)
}

var digits = regexp.MustCompile(`\d+`)

// number is the first number in a path, which is its version.
func number(path string) int {
	n, err := strconv.Atoi(digits.FindString(path))
	if err != nil {
		return 0
	}
	return n
}

// find returns the first programs that are new enough and, where major is not
// 0, of that very version, which kept data need.
func find(major int) (binaries, error) {
	var seen []string
	for _, dir := range places() {
		b, err := inspect(dir)
		if err != nil {
			continue
		}
		if b.major >= oldest && (major == 0 || major == b.major) {
			return b, nil
		}
		seen = append(seen, strconv.Itoa(b.major))
	}
	switch {
	case major != 0 && len(seen) > 0:
		return binaries{}, fmt.Errorf("%w of version %d, which wrote the data (found: %s): install that version, or set PGBIN to its folder",
			ErrNoPostgres, major, strings.Join(seen, ", "))
	case len(seen) > 0:
		return binaries{}, fmt.Errorf("%w of version %d or newer (found: %s): %s", ErrNoPostgres, oldest, strings.Join(seen, ", "), advice())
	}
	return binaries{}, fmt.Errorf("%w: %s", ErrNoPostgres, advice())
}

func inspect(dir string) (binaries, error) {
	b := binaries{dir: dir}
	if _, err := os.Stat(b.path("initdb")); err != nil {
		return b, err
	}
	said, err := exec.Command(b.path("postgres"), "--version").Output()
	if err != nil {
		return b, err
	}
	b.major = number(string(said))
	return b, nil
}

// advice is the command that installs PostgreSQL on this system.
func advice() string {
	for _, tool := range []struct{ name, command string }{
		{"apt-get", "sudo apt-get install postgresql"},
		{"dnf", "sudo dnf install postgresql-server"},
		{"apk", "sudo apk add postgresql"},
		{"pacman", "sudo pacman -S postgresql"},
		{"zypper", "sudo zypper install postgresql-server"},
		{"brew", "brew install postgresql@17"},
	} {
		if _, err := exec.LookPath(tool.name); err == nil {
			return "install them with: " + tool.command + " (or set PGBIN to their folder, or DATABASE_URL to a server)"
		}
	}
	return "install PostgreSQL, set PGBIN to the folder of its programs, or DATABASE_URL to a server"
}
