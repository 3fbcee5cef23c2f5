package faults

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// phrases are what people recognise on their screens: of each key of the
// English words, an expression for what it becomes.
type phrases map[string]*regexp.Regexp

var (
	wordsLine = regexp.MustCompile(`^"?([a-z_.]+)"?\s*=\s*"((?:[^"\\]|\\.)*)"`)
	fillIn    = regexp.MustCompile(`\\\{\\\{\\\.([a-z]+)\\\}\\\}`)
)

// readPhrases reads the English words of the module at root.
func readPhrases(root string) (phrases, error) {
	raw, err := os.ReadFile(filepath.Join(root, "internal", "i18n", "locales", "en.toml"))
	if err != nil {
		return nil, fmt.Errorf("the words: %w", err)
	}
	p := phrases{}
	section := ""
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			section = strings.Trim(line, "[]") + "."
			continue
		}
		found := wordsLine.FindStringSubmatch(line)
		if found == nil {
			continue
		}
		text := strings.NewReplacer(`\n`, "\n", `\"`, `"`).Replace(found[2])
		text = fillIn.ReplaceAllStringFunc(regexp.QuoteMeta(text), func(name string) string {
			if strings.Contains(name, `.no\}`) {
				return `(\d+)`
			}
			return `.*?`
		})
		if p[section+found[1]], err = regexp.Compile(text); err != nil {
			return nil, fmt.Errorf("the words of %s: %w", section+found[1], err)
		}
	}
	for _, key := range needed {
		if p[key] == nil {
			return nil, fmt.Errorf("the words: people do not know %q any more", key)
		}
	}
	return p, nil
}

// says reports whether a text contains what a key becomes.
func (p phrases) says(text, key string) bool { return p[key].MatchString(text) }

// number is the case that a text names in the words of a key; 0: none.
func (p phrases) number(text, key string) int64 {
	found := p[key].FindStringSubmatch(text)
	if len(found) < 2 {
		return 0
	}
	return number(found[1])
}
