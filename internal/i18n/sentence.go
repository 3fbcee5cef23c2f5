package i18n

import (
	"fmt"
	"regexp"
	"strings"
)

// sentence is words with gaps, cut up once: most words are told thousands of
// times, and a template that is walked costs more than all else in a turn.
type sentence struct {
	parts []string // one more than there are gaps
	gaps  []string // names of arguments
}

var gap = regexp.MustCompile(`\{\{\.(\w+)\}\}`)

// cut cuts words at their gaps; ok is false where they hold another action of
// a template than a name.
func cut(words string) (s sentence, ok bool) {
	from := 0
	for _, at := range gap.FindAllStringSubmatchIndex(words, -1) {
		s.parts = append(s.parts, words[from:at[0]])
		s.gaps = append(s.gaps, words[at[2]:at[3]])
		from = at[1]
	}
	s.parts = append(s.parts, words[from:])
	return s, !strings.Contains(strings.Join(s.parts, ""), "{{")
}

// fill puts the arguments into their gaps, each as tell words it.
func (s sentence) fill(args []any, tell func(any) any) (string, error) {
	if len(s.gaps) == 0 {
		return s.parts[0], nil
	}
	var text strings.Builder
	for i, name := range s.gaps {
		value, ok := argument(args, name)
		if !ok {
			return "", fmt.Errorf("argument %s is missing", name)
		}
		text.WriteString(s.parts[i])
		switch value := tell(value).(type) {
		case string:
			text.WriteString(value)
		default:
			fmt.Fprint(&text, value)
		}
	}
	text.WriteString(s.parts[len(s.gaps)])
	return text.String(), nil
}

// argument finds a value among pairs of a name and a value.
func argument(args []any, name string) (value any, ok bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == any(name) {
			return args[i+1], true
		}
	}
	return nil, false
}
