package faults

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/botapi"
)

// act is one line of a script.
type act struct{ who, what string }

// isTime reports whether an act is only time that passes, which nobody is answered:
// whom it moves linli to write to, the acts after it say.
func (a act) isTime() bool { return strings.HasPrefix(a.what, "{later ") }

func acts(script string) (list []act) {
	for line := range strings.Lines(script) {
		if who, what, ok := strings.Cut(strings.TrimSpace(line), ">"); ok {
			list = append(list, act{who, strings.TrimSpace(what)})
		}
	}
	return list
}

// life is a script being played in one town.
type life struct {
	town   *town
	script Script
	claim  string // the payload that makes its secretary
	cast   map[string]*person
	group  *botapi.Group // of those on duty; nil: there is none
	late   findings
}

// lifeStep bounds how long people wait for what they shall answer: longer than
// a lease of linli's on a busy machine, and nobody ever tries again by himself.
const lifeStep = 2 * time.Minute

// tooLate is from when on such a wait is held against linli, where it is not killed.
const tooLate = 20 * time.Second

// playOn plays a part of the script, one act after the other.
func (l *life) playOn(ctx context.Context, from, to int) error {
	clk, all := l.town.stage.clk, l.script.acts()
	for n := from; n < to; n++ {
		a, begun := all[n], clk.Now()
		err := l.act(ctx, a)
		for again := 0; errors.Is(err, errTaken) && again < mostMenus; again++ {
			err = l.openAgain(ctx, all[:n+1])
		}
		if err != nil {
			return fmt.Errorf("act %d, %s> %s: %w; the newest on that phone: %s", n+1, a.who, a.what, err, l.newest(a.who))
		}
		if took := clk.Now().Sub(begun); took > tooLate {
			l.late.add("act %d, %s> %s had to wait for %s", n+1, a.who, a.what, took.Round(time.Second))
		}
	}
	return nil
}

func (l *life) act(ctx context.Context, a act) error {
	if err := l.heard(ctx); err != nil {
		return err
	}
	return l.do(ctx, a)
}

// do acts without waiting for what came before.
func (l *life) do(ctx context.Context, a act) error {
	p := l.cast[a.who]
	if p == nil {
		return fmt.Errorf("nobody is called %s", a.who)
	}
	verb, rest, _ := strings.Cut(strings.Trim(a.what, "{}"), " ")
	switch {
	case a.what == "{start claim}":
		p.start(l.claim)
	case a.what[0] == '{' && verb == "start":
		p.start("")
	case a.what[0] == '{' && verb == "photo":
		p.photo(rest)
	case a.what[0] == '{':
		return l.beside(ctx, p, verb, rest)
	case a.what[0] == '[':
		return l.press(ctx, p, strings.Trim(a.what, "[]"))
	default:
		p.typed = append(p.typed, a.what)
		p.say(a.what)
	}
	return nil
}

// heard waits until everything that anybody did was worked through: who acts at
// the same moment as another may come first or last.
func (l *life) heard(ctx context.Context) error {
	s := l.town.stage
	var did int64
	for _, p := range l.cast {
		did += p.done.Load()
	}
	ok, err := s.until(ctx, lifeStep, func() (done bool, err error) {
		if l.town.bot.Pending() > 0 {
			return false, nil
		}
		err = s.db.QueryRowContext(ctx, `
			SELECT count(*) FILTER (WHERE i.done_at IS NOT NULL AND i.chat_id > 0) >= $2 AND count(*) FILTER (WHERE i.done_at IS NULL) = 0
			FROM inbox i JOIN communities c ON c.id = i.community_id WHERE c.bot = $1`, l.town.botID(), did).Scan(&done)
		return done, err
	})
	if err == nil && !ok {
		err = errors.New("what was done before is not worked through")
	}
	return err
}

// press taps the newest button with a label, or the key under the chat. It does not wait
// for what stood in a menu that was taken away.
func (l *life) press(ctx context.Context, p *person, label string) error {
	ctx, cancel := context.WithTimeout(ctx, lifeStep)
	defer cancel()
	var message int64
	var data string
	var taken bool
	_, err := l.town.bot.Wait(ctx, p.id, func(v botapi.View) bool {
		message, data = button(v, label)
		taken = data == "" && l.taken(p, label)
		return data != "" || key(v, label) || taken
	})
	switch {
	case err != nil:
		return err
	case taken:
		return errTaken
	case data != "":
		p.opens(label)
		p.tap(message, data)
		return nil
	}
	p.menu = shut
	p.act()
	_, err = p.phone.Press(label)
	return err
}

// newest is what somebody's phone shows last.
func (l *life) newest(who string) string {
	p := l.cast[who]
	if p == nil {
		return "no phone"
	}
	last := p.phone.Chat().Last()
	var labels []string
	for _, row := range last.Buttons {
		labels = append(labels, row[0].Text)
	}
	return fmt.Sprintf("%q %q", last.Text, labels)
}

func button(v botapi.View, label string) (message int64, data string) {
	label, words, _ := strings.Cut(label, ": ")
	label, further := strings.CutSuffix(label, ">")
	label, asked := strings.CutSuffix(label, "?")
	for _, m := range slices.Backward(v.Messages) {
		if len(m.Buttons) > 0 && label == "#1" {
			return m.ID, m.Buttons[0][0].Data
		}
		for _, row := range m.Buttons {
			if row[0].Text == label && strings.Contains(m.Text, words) && (!asked || question.MatchString(row[0].Data)) && turns(row[0].Data) == further {
				return m.ID, row[0].Data
			}
		}
	}
	return 0, ""
}

// turns reports whether a button shows the next page of what is behind More.
func turns(data string) bool { return strings.HasPrefix(data, "m.more.") }

func key(v botapi.View, label string) bool {
	return v.Keyboard != nil && slices.ContainsFunc(v.Keyboard.Rows, func(row []botapi.Key) bool {
		return slices.ContainsFunc(row, func(k botapi.Key) bool { return k.Text == label })
	})
}

// lives plays the script in some towns side by side, and returns where it got
// stuck.
func lives(ctx context.Context, list []*life) []string {
	return eachLife(list, func(_ int, l *life) error { return l.playOn(ctx, 0, l.script.Steps()) })
}
