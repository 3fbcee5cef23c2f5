package street

import (
	"fmt"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/botapi"
)

// Script writes a conversation down as the transcript tests read it. After
// everything that somebody does, News writes what has changed on all phones:
//
//	who> hello   somebody writes; [Label] is tapped; {photo}, {voice}… is sent
//	who< words   the bot's new message on that phone, its buttons in brackets
//	who~ words   a message that the bot changed
//	who- words   a message that the bot deleted
//	who! words   the short answer to a tap
type Script struct {
	cast []string
	chat func(who string) []botapi.Message
	seen map[string][]botapi.Message // by who, as it was at the last look
	out  strings.Builder
}

// NewScript begins a script: cast are the phones in the order in which their
// lines stand, chat is what one shows now.
func NewScript(cast []string, chat func(who string) []botapi.Message) *Script {
	s := &Script{cast: cast, chat: chat}
	s.look()
	return s
}

func (s *Script) look() {
	s.seen = map[string][]botapi.Message{}
	for _, who := range s.cast {
		s.seen[who] = s.chat(who)
	}
}

// Line writes a line as it is.
func (s *Script) Line(text string) { fmt.Fprintln(&s.out, text) }

// String is all that was written so far.
func (s *Script) String() string { return s.out.String() }

// Told is a message that is new or has changed.
type Told struct {
	Who     string
	Message botapi.Message
}

// Seen is what a phone showed at the last look.
func (s *Script) Seen(who string) []botapi.Message { return s.seen[who] }

// News writes down what changed since the last look, and returns what is new
// or changed. The toast is what the actor's tap was answered with, if it was.
func (s *Script) News(actor, toast string) (told []Told) {
	before := s.seen
	s.look()
	for _, who := range s.cast {
		if toast != "" && actor == who {
			s.write(who+"! ", toast)
		}
		for _, m := range s.seen[who] {
			i := slices.IndexFunc(before[who], func(o botapi.Message) bool { return o.ID == m.ID })
			switch {
			case !m.FromBot:
				continue
			case i < 0:
				s.write(who+"< ", Written(m))
			case Written(before[who][i]) != Written(m):
				s.write(who+"~ ", Written(m))
			default:
				continue
			}
			told = append(told, Told{who, m})
		}
		for _, m := range before[who] {
			if !slices.ContainsFunc(s.seen[who], func(n botapi.Message) bool { return n.ID == m.ID }) {
				s.write(who+"- ", Written(m))
			}
		}
	}
	return told
}

// changed reports whether anything changed since the last look.
func (s *Script) changed() bool {
	for _, who := range s.cast {
		now := s.chat(who)
		if len(now) != len(s.seen[who]) {
			return true
		}
		for i, m := range now {
			if o := s.seen[who][i]; o.ID != m.ID || Written(o) != Written(m) {
				return true
			}
		}
	}
	return false
}

func (s *Script) write(mark, text string) {
	for line := range strings.Lines(text) {
		fmt.Fprintf(&s.out, "%s%s\n", mark, strings.TrimRight(line, "\n"))
	}
}

// Written is a message as a script shows it.
func Written(m botapi.Message) string {
	var b strings.Builder
	if m.Pinned {
		b.WriteString("{pinned}")
	}
	for _, media := range m.Media {
		fmt.Fprintf(&b, "{%s}", media.Kind)
	}
	if b.Len() > 0 && m.Text != "" {
		b.WriteString(" ")
	}
	b.WriteString(m.Text)
	for _, row := range m.Buttons {
		for _, button := range row {
			fmt.Fprintf(&b, "\n  [%s]", button.Text)
		}
	}
	return b.String()
}
