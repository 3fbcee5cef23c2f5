package faults

import (
	"fmt"
	"os"
	"strings"
)

// canaries are what no log may hold: everything that people say and are called
// carries the first; then the bots' tokens, and links that grant something.
func (s *Stage) canaries() []string {
	list := []string{canary, "AAlocal-telegram", "claim_", secret}
	for _, c := range castOf {
		if c.phone != "" {
			list = append(list, c.phone)
		}
	}
	return list
}

// secret is what webhooks must know.
const secret = "Quail-webhook-secret"

// checkLog scans everything that linli has said.
func (s *Stage) checkLog(found *findings) error {
	raw, err := os.ReadFile(s.said.Name())
	if err != nil {
		return fmt.Errorf("read the log: %w", err)
	}
	for line := range strings.Lines(string(raw)) {
		for _, word := range s.canaries() {
			if strings.Contains(line, word) {
				found.add("the log holds %q: %s", word, strings.TrimSpace(line))
			}
		}
	}
	return nil
}
