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

	seen := &stream{w: w, sent: map[string]string{}}
	for {
		if err := s.tell(seen, l); err != nil {
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

// tell sends what is new since the last time.
func (s *street) tell(to *stream, l look) error {
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
	if err := to.send("hint", "hint", hint); err != nil {
		return err
	}
	return to.send("clock", "clock", l.Words.clock(s.now()))
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
