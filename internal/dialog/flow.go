package dialog

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// maxName keeps a change-button's data within 64 bytes.
const maxName = 32

// Send does what a finished conversation is for and says so. T.Key is the same
// however often it is repeated; a Reject is said over the summary.
type Send[D any] func(ctx context.Context, d *D, t Turn) (Screen, error)

// Flow is a conversation that fills a D. Build it with New; it is immutable
// once it is in use.
type Flow[D any] struct {
	name      string
	steps     []Step[D]
	send      Send[D]
	noSummary bool
	look      Look[D]
	extra     []string // keys beyond the convention
}

var _ Dialog = (*Flow[struct{}])(nil)

// New returns a flow. It panics on a step without a name of its own: flows are
// built once, at start.
func New[D any](name string, send func(ctx context.Context, d *D, t Turn) (Screen, error), steps ...Step[D]) *Flow[D] {
	seen := map[string]bool{"": true, "send": true, "summary": true, lookAt: true}
	for _, s := range steps {
		if seen[s.name] || len(s.name) > maxName {
			panic(fmt.Sprintf("dialog: flow %s cannot have a step named %q", name, s.name))
		}
		if s.anew != "" && !seen[s.anew] {
			panic(fmt.Sprintf("dialog: step %s of flow %s cannot answer %q anew", s.name, name, s.anew))
		}
		seen[s.name] = true
	}
	return &Flow[D]{name: name, steps: steps, send: send}
}

// NoSummary sends as soon as nothing is left unanswered: for flows of one or
// two questions.
func (f *Flow[D]) NoSummary() *Flow[D] {
	f.noSummary = true
	return f
}

// Says adds keys that the flow's own functions look up, for Keys: receipts,
// labels of loaded options, and <flow>.send.<code> of what Send rejects.
func (f *Flow[D]) Says(keys ...string) *Flow[D] {
	f.extra = append(f.extra, keys...)
	return f
}

// Name is the flow's name.
func (f *Flow[D]) Name() string { return f.name }

// Start opens a conversation and returns its first screen; see Dialog.
func (f *Flow[D]) Start(ctx context.Context, id string, prefill any, t Turn) (Session, Screen, error) {
	t.Key = id
	r := &run[D]{f: f, t: t, s: Session{ID: id, Flow: f.name, Rev: 1}}
	if !goodID(id) {
		return Session{}, Screen{}, fmt.Errorf("start %s: id %q: %w", f.name, id, ErrBroken)
	}
	switch d := prefill.(type) {
	case nil:
	case D:
		r.d = d
	case *D:
		if d != nil {
			r.d = *d
		}
	default:
		return Session{}, Screen{}, fmt.Errorf("start %s with a %T, want a %T", f.name, prefill, r.d)
	}
	screen, err := r.begin(ctx)
	if err != nil {
		return Session{}, Screen{}, fmt.Errorf("start %s: %w", f.name, err)
	}
	return r.s, screen, nil
}

// Turn applies one event; see Dialog. The caller saves the session before it
// sends the screen. A doubled tap on a session that is over changes nothing and
// gives a Screen without text; anything else on it is ErrOver.
func (f *Flow[D]) Turn(ctx context.Context, s Session, ev Event, texts Texts) (Session, Screen, error) {
	t := Turn{Key: s.ID, Now: ev.Now, Zone: ev.Zone, Texts: texts, Guest: ev.Guest}
	if s.Over && ev.Tap != "" {
		return s, Screen{Toast: texts.T("dialog.stale")}, nil
	}
	r, healed, err := f.resume(s, t)
	if err != nil {
		return s, Screen{}, err
	}
	screen, err := r.apply(ctx, ev, healed)
	if isRefused(err) {
		said := note(err, t)
		if r, _, err = f.resume(s, t); err != nil { // as it was before the answer
			return s, Screen{}, err
		}
		screen, err = r.paint(ctx, said)
	}
	if err != nil {
		return s, Screen{}, fmt.Errorf("turn of %s at %q: %w", f.name, s.At, err)
	}
	return r.s, screen, nil
}

// Redraw draws the present screen without counting as a turn; see Dialog.
func (f *Flow[D]) Redraw(ctx context.Context, s Session, t Turn) (Session, Screen, error) {
	t.Key = s.ID
	r, _, err := f.resume(s, t)
	if err != nil {
		return s, Screen{}, err
	}
	screen, err := r.paint(ctx, "")
	if isRefused(err) && r.s.At == lookAt { // what was to be sent cannot stand any more
		r.s.moveTo("")
		screen, err = r.paint(ctx, note(err, t))
	}
	if err != nil {
		return s, Screen{}, fmt.Errorf("redraw %s at %q: %w", f.name, s.At, err)
	}
	return r.s, screen, nil
}

// resume opens a saved session and heals what a deploy changed under it: steps
// that are gone, new, or apply no longer. It tells whether the question changed.
func (f *Flow[D]) resume(s Session, t Turn) (*run[D], bool, error) {
	if s.Over {
		return nil, false, fmt.Errorf("session of %s: %w", f.name, ErrOver)
	}
	if s.Flow != f.name || !goodID(s.ID) || s.Rev < 0 {
		return nil, false, fmt.Errorf("session %q of flow %q, not %s: %w", s.ID, s.Flow, f.name, ErrBroken)
	}
	r := &run[D]{f: f, t: t, s: s, tag: s.tag()}
	if err := json.Unmarshal(s.Draft, &r.d); err != nil {
		return nil, false, fmt.Errorf("draft of %s: %w: %w", f.name, ErrBroken, err)
	}
	r.s.Done = nil
	for _, name := range s.Done {
		step := f.step(name)
		if step != nil && !r.s.answered(name) && step.stays(&r.d) {
			r.s.Done = append(r.s.Done, name)
		}
	}
	r.settle()
	if r.s.At == "" && f.noSummary && !r.reopen() {
		return nil, false, fmt.Errorf("session of %s has nothing to ask: %w", f.name, ErrBroken)
	}
	healed := r.s.At != s.At
	if healed {
		r.s.Rev, r.s.Page, r.s.Under = s.Rev+1, 0, ""
	}
	return r, healed, nil
}

func (f *Flow[D]) step(name string) *Step[D] {
	i := f.place(name)
	if i == len(f.steps) {
		return nil
	}
	return &f.steps[i]
}

// place is where a step stands among all; the summary, and what no step is
// called, come after them.
func (f *Flow[D]) place(name string) int {
	i := slices.IndexFunc(f.steps, func(s Step[D]) bool { return s.name == name })
	if i < 0 {
		return len(f.steps)
	}
	return i
}
