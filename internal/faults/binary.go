package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
)

// Build builds ./cmd/linli of the module at root into the folder to, with the
// patches applied to a copy: nothing of root is touched. It returns the
// binary's path.
func Build(ctx context.Context, root, to string, patches ...string) (string, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	overlay, err := Overlay(root, to, patches...)
	if err != nil {
		return "", fmt.Errorf("build linli: %w", err)
	}
	binary := filepath.Join(to, "linli")
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-overlay", overlay, "-o", binary, "./cmd/linli")
	build.Dir = root
	if said, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build linli: %w\n%s", err, said)
	}
	return binary, nil
}

// Overlay writes the files of the module at root as the patches make them into
// the folder to, and the file that tells the go command which they stand for,
// whose path it returns.
func Overlay(root, to string, patches ...string) (string, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	replace := map[string]string{}
	for _, patch := range patches {
		raw, err := os.ReadFile(patch)
		if err != nil {
			return "", err
		}
		files, _, err := gitdiff.Parse(bytes.NewReader(raw))
		if err != nil {
			return "", fmt.Errorf("%s: %w", filepath.Base(patch), err)
		}
		for _, f := range files {
			path := filepath.Join(root, filepath.FromSlash(f.NewName))
			patched, err := apply(path, f)
			if err != nil {
				return "", fmt.Errorf("%s no longer fits %s: %w", filepath.Base(patch), f.NewName, err)
			}
			replace[path] = filepath.Join(to, fmt.Sprintf("%d-%s", len(replace), filepath.Base(path)))
			if err := os.WriteFile(replace[path], patched, 0o600); err != nil {
				return "", err
			}
		}
	}
	raw, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	name := filepath.Join(to, "overlay.json")
	return name, os.WriteFile(name, raw, 0o600)
}

func apply(path string, f *gitdiff.File) ([]byte, error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	lines := strings.SplitAfter(string(source), "\n")
	for _, fragment := range f.TextFragments {
		if err := place(fragment, lines); err != nil {
			return nil, err
		}
	}
	var patched bytes.Buffer
	err = gitdiff.Apply(&patched, bytes.NewReader(source), f)
	return patched.Bytes(), err
}

// place finds where a fragment belongs now: lines above it come and go, and
// the library takes its line numbers at their word.
func place(fragment *gitdiff.TextFragment, lines []string) error {
	var old []string
	for _, line := range fragment.Lines {
		if line.Op != gitdiff.OpAdd {
			old = append(old, line.Line)
		}
	}
	at := -1
	for i := 0; i+len(old) <= len(lines); i++ {
		if !slices.Equal(lines[i:i+len(old)], old) {
			continue
		}
		if at >= 0 {
			return errors.New("its place is there twice")
		}
		at = i
	}
	if at < 0 {
		return errors.New("its lines are not there")
	}
	fragment.NewPosition += int64(at) + 1 - fragment.OldPosition
	fragment.OldPosition = int64(at) + 1
	return nil
}
