package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/stretchr/testify/require"
)

// monthDiary is a folder for what was done in each month and what every phone
// showed then, as text: where two plays of a seed part can be read there.
var monthDiary = flag.String("month-diary", "", "a folder in which is written what happened in each month")

// drawn by lot are the sessions of dialogs and the tokens of links: no two plays have the same.
var byLot = regexp.MustCompile(`start=(inv|fam|side)_[\w-]+|\b[a-z0-9]{12}\.`)

// writes adds a line to the diary.
func (m *month) writes(format string, args ...any) {
	line := byLot.ReplaceAllString(fmt.Sprintf(format, args...), "…")
	m.diary = append(m.diary, fmt.Sprintf("%s %s", m.clk.Now().In(m.zone).Format("02 15:04:05"), line))
}

// closesDiary tells by what a play is known again: a seed has one only.
func (m *month) closesDiary() string {
	m.t.Helper()
	all := strings.Join(m.diary, "\n") + "\n"
	if *monthDiary != "" {
		name := strings.NewReplacer("/", "_", " ", "_").Replace(m.t.Name())
		require.NoError(m.t, os.WriteFile(filepath.Join(*monthDiary, name+".txt"), []byte(all), 0o644))
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(all)))[:12]
}
