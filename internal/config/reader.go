package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// reader reads variables one by one and collects what is wrong with them.
type reader struct {
	getenv   func(string) string
	readFile func(string) ([]byte, error)
	needed   []string
	faults   Faults
	settings []setting
}

func (r *reader) fault(name, format string, args ...any) {
	r.faults = append(r.faults, name+": "+fmt.Sprintf(format, args...))
}

func (r *reader) show(name, shown, from string) {
	r.settings = append(r.settings, setting{name, shown, from})
}

// check says what is wrong with a value and what is right, or nothing.
type check func(value string) (wrong string)

// plain reads a variable that is no secret.
func (r *reader) plain(name, standard string, is check) string {
	value, from := r.getenv(name), "environment"
	if value == "" {
		value, from = standard, "default"
	}
	if wrong := is(value); wrong != "" {
		r.fault(name, "%q is not %s", redact(value), wrong)
	}
	r.show(name, redact(value), from)
	return value
}

// secret reads a variable or the file that its …_FILE names, and tells where
// it came from; "" where neither is set.
func (r *reader) secret(name string) (value, from string) {
	value, file := r.getenv(name), r.getenv(name+"_FILE")
	switch {
	case value != "" && file != "":
		r.fault(name, "is set, and %s_FILE too; unset one of them", name)
		return "", ""
	case value != "":
		return strings.TrimSpace(value), "environment"
	case file == "":
		if slices.Contains(r.needed, name) {
			r.fault(name, "is not set; set it, or %s_FILE to a file that holds it", name)
		}
		return "", ""
	}
	text, err := r.readFile(file)
	if err != nil {
		r.fault(name+"_FILE", "%v; name a file that linli can read", err)
		return "", ""
	}
	if value = strings.TrimSpace(string(text)); value == "" {
		r.fault(name+"_FILE", "%s is empty; it should hold the value of %s", file, name)
	}
	return value, file
}

// address reads a URL that may hold a password.
func (r *reader) address(name string, is check) Secret {
	value, from := r.secret(name)
	if value == "" {
		r.show(name, "", "not set: our own")
		return Secret{}
	}
	if wrong := is(value); wrong != "" {
		r.fault(name, "%s", wrong)
	}
	r.show(name, redact(value), from)
	return NewSecret(value)
}

var token = regexp.MustCompile(`^([0-9]+):[A-Za-z0-9_-]+$`)

// tokens reads the bots, one a line. Their numbers are no secret.
func (r *reader) tokens() []Secret {
	text, from := r.secret("BOT_TOKEN")
	if text == "" {
		r.show("BOT_TOKEN", "", "not set")
		return nil
	}
	var tokens []Secret
	var bots []string
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		m := token.FindStringSubmatch(line)
		switch {
		case m == nil:
			r.fault("BOT_TOKEN", "line %d is not a bot token; it looks like 123456789:AAE…, as @BotFather gives it, one a line", i+1)
			continue
		case slices.Contains(bots, m[1]):
			r.fault("BOT_TOKEN", "line %d repeats bot %s; name each bot once", i+1, m[1])
			continue
		}
		bots = append(bots, m[1])
		tokens = append(tokens, NewSecret(line))
	}
	r.show("BOT_TOKEN", strings.Join(bots, ":"+hidden+" ")+":"+hidden+" bots="+strconv.Itoa(len(bots)), from)
	return tokens
}
