package faults

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// Test is a test of another package that finds a planted fault.
type Test struct {
	Package  string // as the go command takes it, from the root
	Name     string
	Postgres string // the URL of a server for it
}

// Finds runs the test on the module at root with the patches applied to a copy
// in the folder to, and reports whether it fails, and what it said.
func (test Test) Finds(ctx context.Context, root, to string, patches ...string) (said string, found bool, err error) {
	overlay, err := Overlay(root, to, patches...)
	if err != nil {
		return "", false, fmt.Errorf("run %s: %w", test.Name, err)
	}
	run := exec.CommandContext(ctx, "go", "test", "-overlay", overlay, "-vet=off", "-count=1", "-run", "^"+test.Name+"$", test.Package)
	run.Dir, run.Env = root, append(os.Environ(), "TEST_DATABASE_URL="+test.Postgres)
	out, err := run.CombinedOutput()
	said = string(out)
	switch ended := (*exec.ExitError)(nil); {
	case err == nil && strings.Contains(said, "no tests to run"):
		return said, false, fmt.Errorf("%s has no %s any more", test.Package, test.Name)
	case err == nil:
		return said, false, nil
	case errors.As(err, &ended) && strings.Contains(said, "--- FAIL: "+test.Name):
		return said, true, nil
	default: // it was not built, or did not come to its end
		return said, false, fmt.Errorf("run %s: %w\n%s", test.Name, err, said)
	}
}
