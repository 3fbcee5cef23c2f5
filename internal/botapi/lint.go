package botapi

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Finding is something in a call that the real server passes over in
// silence. The call is answered as ever.
type Finding struct {
	Bot     int64
	Method  string // as the reference writes it
	Where   string // the parameter, down to the field: reply_markup.inline_keyboard[0][1].text
	Problem Problem
	Meant   string // a known name close to an unknown one
}

// Problem is what is wrong with a parameter.
type Problem string

// The problems that are found.
const (
	UnknownName   Problem = "unknown name"         // of a parameter, a field, or a kind of update
	NotUsed       Problem = "not used"             // beside another that wins, or a file that nothing names
	ButtonDropped Problem = "button dropped"       // without a text, or beyond 12 a row or 300 in all
	CountsAsFalse Problem = "counts as false"      // neither true nor false
	CountsAsUnset Problem = "counts as unset"      // no number, or no readable JSON
	OutOfRange    Problem = "moved into its range" // too small or too large
	ListCleared   Problem = "clears the list"      // a list that is missing counts as empty
)

func (f Finding) String() string {
	if f.Meant != "" {
		return fmt.Sprintf("%s: %s: %s, meant %s?", f.Method, f.Where, f.Problem, f.Meant)
	}
	return fmt.Sprintf("%s: %s: %s", f.Method, f.Where, f.Problem)
}

//go:embed parameters.txt
var parameterText string

// signature is what a method or an object may carry.
type signature struct {
	name   string
	fields map[string]string // by name: "", "?", "#" or ":Type"
	kinds  []string          // of an object that is one of several
}

// signatures are all of them, methods by their names in small letters.
var signatures = sync.OnceValue(func() map[string]signature {
	all := map[string]signature{}
	for line := range strings.Lines(parameterText) {
		words := strings.Fields(line)
		if words[0] == "#" {
			continue
		}
		s := signature{name: words[0], fields: map[string]string{}}
		if len(words) > 1 && words[1] == "=" {
			s.kinds, words = words[2:], nil
		}
		for _, word := range words[min(1, len(words)):] {
			end := strings.IndexAny(word, "?#:")
			if end < 0 {
				end = len(word)
			}
			s.fields[word[:end]] = word[end:]
		}
		key := s.name
		if key[0] >= 'a' {
			key = strings.ToLower(key)
		}
		all[key] = s
	}
	return all
})

// linter looks at one call.
type linter struct {
	call
	signature
	tell func(Finding)
}

// lint tells what is odd about a call, where anybody wants to know.
func (c call) lint() {
	if c.bot.server.lint == nil {
		return
	}
	s, known := signatures()[c.method]
	if !known {
		return
	}
	l := linter{c, s, c.bot.server.lint}
	for name, value := range c.args.values {
		if !l.name(name, name, s.fields) {
			continue
		}
		l.value(name, value, s.fields[name])
	}
	l.files()
	for _, rule := range lintRules {
		rule(l)
	}
}

func (l linter) found(where string, p Problem) { l.meant(where, p, "") }

func (l linter) meant(where string, p Problem, meant string) {
	l.tell(Finding{Bot: l.bot.self.ID, Method: l.signature.name, Where: where, Problem: p, Meant: meant})
}

// name looks for a name among those known. A file's parameter may be called
// anything, where another names it.
func (l linter) name(where, name string, known map[string]string) bool {
	if _, ok := known[name]; ok {
		return true
	}
	near := ""
	for other := range known {
		if d := distance(name, other); d <= 1+len(name)/5 && (near == "" || d < distance(name, near)) {
			near = other
		}
	}
	l.meant(where, UnknownName, near)
	return false
}

func (l linter) value(where, value, kind string) {
	switch {
	case value == "":
	case kind == "?" && !slices.Contains([]string{"true", "yes", "1", "false", "no", "0"}, strings.ToLower(strings.TrimSpace(value))):
		l.found(where, CountsAsFalse)
	case kind == "#" && strings.Trim(strings.TrimPrefix(value, "-"), "0123456789") != "":
		l.found(where, CountsAsUnset)
	case strings.HasPrefix(kind, ":"):
		if decoded, err := decodeJSON(value); err == nil {
			l.object(where, decoded, strings.Split(kind[1:], "|"))
		}
	}
}

// object looks for fields that no type knows, down to the last.
func (l linter) object(where string, value any, types []string) {
	switch value := value.(type) {
	case []any:
		for i, item := range value {
			l.object(fmt.Sprintf("%s[%d]", where, i), item, trimLists(types))
		}
	case map[string]any:
		known := map[string]string{}
		for _, name := range types {
			gather(known, name)
		}
		for name, inner := range value {
			at := where + "." + name
			if l.name(at, name, known) && strings.HasPrefix(known[name], ":") {
				l.object(at, inner, strings.Split(known[name][1:], "|"))
			}
		}
	}
}

func trimLists(types []string) []string {
	var out []string
	for _, name := range types {
		out = append(out, strings.TrimPrefix(name, "[]"))
	}
	return out
}

func gather(known map[string]string, name string) {
	s := signatures()[name]
	for field, kind := range s.fields {
		if known[field] != "" && kind != "" && kind != known[field] && kind[0] == ':' && known[field][0] == ':' {
			kind = known[field] + "|" + kind[1:]
		}
		known[field] = kind
	}
	for _, kind := range s.kinds {
		gather(known, kind)
	}
}

// distance is how many letters must be changed, added or taken away.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, before+1, row[j]+1)
		}
	}
	return row[len(b)]
}
