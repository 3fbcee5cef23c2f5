package street

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/linli-bot/linli/internal/botapi"
)

// recorder writes down what happens on the phones of a town, from the press of
// a button to the next. It keeps everybody waiting for the bot meanwhile: what
// a script says came of a line must have come of it.
type recorder struct {
	s    *street
	mu   sync.Mutex // one thing after another while anything is recorded
	news sync.Mutex // guards the maps
	on   map[string]*recording
	done map[string]tape
	bell bell
}

type recording struct {
	script *Script
	lang   string
	at     time.Time // as far as the script has told the time
}

// tape is a finished recording.
type tape struct{ Name, Text string }

// restFor is how long the bot is waited for.
const restFor = time.Minute

// who is a persona's name in a script: its key without the language.
func (p Persona) who() string { return strings.TrimSuffix(p.Key, "-"+p.Lang) }

// switchOver begins a recording, or ends it and keeps what was recorded.
func (c *recorder) switchOver(p Persona, w words) (began bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.bell.ring()
	c.news.Lock()
	defer c.news.Unlock()
	if r := c.on[p.Key]; r != nil {
		delete(c.on, p.Key)
		r.catchUp(c.s.now())
		c.done[p.Key] = tape{fmt.Sprintf("%s-%s.%s.dlg", p.who(), r.at.Format("20060102-150405"), p.Lang), r.script.String()}
		return false
	}
	r := &recording{lang: p.Lang, at: c.s.now().Truncate(time.Second)}
	cast, phones := []string{}, map[string]*botapi.Phone{}
	for _, other := range c.s.Personas {
		if other.Lang == p.Lang && c.s.inHand[other.Key] != nil {
			cast = append(cast, other.who())
			phones[other.who()] = c.s.inHand[other.Key]
		}
	}
	r.script = NewScript(cast, func(who string) []botapi.Message { return phones[who].Chat().Messages })
	r.script.Line(fmt.Sprintf("# "+w.Recorded, p.Name[p.Lang]))
	r.script.Line("> at " + r.at.Format(time.DateTime))
	c.on[p.Key] = r
	return true
}

// state is how far a phone's recording is.
func (c *recorder) state(key string) (on bool, finished tape) {
	c.news.Lock()
	defer c.news.Unlock()
	return c.on[key] != nil, c.done[key]
}

func (c *recorder) running(lang string) (list []*recording) {
	c.news.Lock()
	defer c.news.Unlock()
	for _, r := range c.on {
		if r.lang == lang {
			list = append(list, r)
		}
	}
	return list
}

// rest waits until the bot has nothing to do, or for as long as that is worth.
func (c *recorder) rest(ctx context.Context) {
	if c.s.Rest == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, restFor)
	defer cancel()
	if err := c.s.Rest(ctx); err != nil {
		c.s.Log.WarnContext(ctx, "recorded without rest", slog.Any("error", err))
	}
}

// around does something that running recordings write down: before it what
// came by itself, after it what the second function says.
func (c *recorder) around(ctx context.Context, lang string, do func() error, write func(r *recording)) error {
	c.mu.Lock()
	list := c.running(lang)
	if len(list) == 0 {
		c.mu.Unlock()
		return do()
	}
	defer c.mu.Unlock()
	c.rest(ctx)
	for _, r := range list {
		r.catchUp(c.s.now())
	}
	if err := do(); err != nil {
		return err
	}
	c.rest(ctx)
	for _, r := range list {
		write(r)
	}
	return nil
}

// act is somebody doing something; said is what the script says of it.
func (c *recorder) act(ctx context.Context, p Persona, do func() (said []string, toast string, err error)) error {
	var (
		said  []string
		toast string
	)
	return c.around(ctx, p.Lang, func() (err error) {
		said, toast, err = do()
		return err
	}, func(r *recording) {
		for i, line := range said {
			r.script.Line(p.who() + "> " + strings.ReplaceAll(line, "\n", `\n`))
			if i == len(said)-1 {
				r.script.News(p.who(), toast)
			}
		}
	})
}

// time is the clock being moved.
func (c *recorder) time(ctx context.Context, lang string, d time.Duration, do func() error) error {
	return c.around(ctx, lang, do, func(r *recording) { r.pass(d) })
}

// trouble is something that goes wrong. Only a kill has a word in scripts.
func (c *recorder) trouble(ctx context.Context, lang, what string, do func() error) error {
	return c.around(ctx, lang, do, func(r *recording) {
		if what == "kill" {
			r.script.Line("> restart")
		} else {
			r.script.Line("# trouble: " + what)
		}
		r.script.News("", "")
	})
}

// pass writes that time has passed, in whole seconds, and what came of it.
func (r *recording) pass(d time.Duration) {
	d = d.Truncate(time.Second)
	text := d.String()
	if rest, whole := strings.CutSuffix(text, "m0s"); whole {
		text = rest + "m"
	}
	if rest, whole := strings.CutSuffix(text, "h0m"); whole {
		text = rest + "h"
	}
	r.script.Line("> skip " + text)
	r.script.News("", "")
	r.at = r.at.Add(d)
}

// catchUp lets the script's time follow the clock, where that can matter:
// something came by itself, the clock shows another minute, or half of one is
// over.
func (r *recording) catchUp(now time.Time) {
	d := now.Sub(r.at)
	switch {
	case d >= time.Second && (r.script.changed() || d >= 30*time.Second || now.Minute() != r.at.Minute()):
		r.pass(d)
	case r.script.changed():
		r.script.News("", "")
	}
}

// record begins or ends the recording of a phone.
func (s *street) record(w http.ResponseWriter, r *http.Request) {
	l, ok := s.look(r)
	p, known := s.persona(r.PathValue("key"), l.Words.Lang)
	if !ok || !known {
		http.NotFound(w, r)
		return
	}
	text := l.Words.RecordEnded
	if s.recorder.switchOver(p, l.Words) {
		text = l.Words.RecordBegan
	}
	s.answer(w, r, l, note{Phone: p.Key, Text: text})
}

// tape gives out a finished recording as a file.
func (s *street) tape(w http.ResponseWriter, r *http.Request) {
	_, finished := s.recorder.state(r.PathValue("key"))
	if finished.Name == "" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", finished.Name))
	s.send(w, "text/plain; charset=utf-8", []byte(finished.Text))
}
