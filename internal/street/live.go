package street

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// live is one visitor's stream of changes: every phone that looks different
// now is sent whole, as is the hint; the clock when its minute changes.
func (s *street) live(w http.ResponseWriter, r *http.Request) {
	l, ok := s.look(r)
	if !ok {
		http.NotFound(w, r)
		return
	}
	control := http.NewResponseController(w)
	// A stream lasts; servers that cannot lift their deadline have set none.
	_ = control.SetWriteDeadline(time.Time{})
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")

	ctx, stop := context.WithCancel(r.Context())
	minutes := s.minutes(ctx)
	defer func() {
		stop()
		for range minutes { // until the ticking has ended
		}
	}()
	changes, unwatch := s.Bots[l.Words.Lang].Watch()
	defer unwatch()
	troubles, unhear := s.troubles.bell.listen()
	defer unhear()
	records, unlisten := s.recorder.bell.listen()
	defer unlisten()
	behind := s.often(l)
	defer behind.Stop()

	seen := &stream{w: w, sent: map[string]string{}}
	for {
		if err := s.tell(ctx, seen, l); err != nil {
			s.Log.Debug("reader went away")
			return
		}
		if err := control.Flush(); err != nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-changes:
		case <-minutes:
		case <-troubles:
		case <-records:
		case <-behind.C:
		}
	}
}

// minutes ticks whenever the clock comes to another minute, also when moved.
func (s *street) minutes(ctx context.Context) <-chan struct{} {
	ticks := make(chan struct{}, 1)
	go func() {
		defer close(ticks)
		for s.Clock.Until(ctx, s.Clock.Now().Truncate(time.Minute).Add(time.Minute)) == nil {
			select {
			case ticks <- struct{}{}:
			default: // the last tick is still to be read
			}
		}
	}()
	return ticks
}

// often ticks while somebody looks behind a phone, as databases do not say when
// a row has changed; otherwise never.
func (s *street) often(l look) *time.Ticker {
	tick := time.NewTicker(500 * time.Millisecond)
	if len(l.Inspect) == 0 {
		tick.Stop()
	}
	return tick
}

// tell sends what is new since the last time.
func (s *street) tell(ctx context.Context, to *stream, l look) error {
	phones, hint := s.phones(l)
	for _, p := range phones {
		var drawn bytes.Buffer
		if err := s.templates.ExecuteTemplate(&drawn, "phone", p); err != nil {
			return fmt.Errorf("draw phone %s: %w", p.Key, err)
		}
		if err := to.send("phone", p.Key, drawn.String()); err != nil {
			return err
		}
	}
	if err := s.tellTools(ctx, to, l); err != nil {
		return err
	}
	if err := to.send("hint", "hint", hint); err != nil {
		return err
	}
	return to.send("clock", "clock", l.Words.clock(s.now()))
}

// tellTools sends the parts of the drawer that change by themselves.
func (s *street) tellTools(ctx context.Context, to *stream, l look) error {
	if !l.Tools && len(l.Inspect) == 0 {
		return nil
	}
	type part struct {
		template, name string
		data           any
	}
	var parts []part
	if l.Tools {
		parts = append(parts, part{"trouble", "trouble", s.drawer(l)})
	}
	for _, p := range l.Open {
		if l.Tools {
			parts = append(parts, part{"gear", "gear-" + p.Key, s.gear(l, p)})
		}
		if l.inspects(p.Key) {
			parts = append(parts, part{"inspector", "behind-" + p.Key, s.inspector(ctx, l, p)})
		}
	}
	for _, one := range parts {
		var drawn bytes.Buffer
		if err := s.templates.ExecuteTemplate(&drawn, one.template, one.data); err != nil {
			return fmt.Errorf("draw %s: %w", one.name, err)
		}
		if err := to.send("part", one.name, drawn.String()); err != nil {
			return err
		}
	}
	return nil
}

// stream writes server-sent events, and each thing only when it has changed.
type stream struct {
	w    http.ResponseWriter
	sent map[string]string // the last text by event and name
}

func (t *stream) send(event, name, text string) error {
	if last, again := t.sent[event+name]; again && last == text {
		return nil
	}
	t.sent[event+name] = text
	data, err := json.Marshal(struct {
		Name string `json:"name"`
		Text string `json:"text"`
	}{name, text})
	if err != nil {
		return fmt.Errorf("encode %s: %w", event, err)
	}
	_, err = fmt.Fprintf(t.w, "event: %s\ndata: %s\n\n", event, data)
	return err
}
