package dialog

import (
	"context"
	"errors"
	"fmt"
)

// ErrUnknown says that no flow has the name asked for: a session of a flow
// that a deploy removed, or a wrong link.
var ErrUnknown = errors.New("unknown flow")

// Dialog is a flow of any draft.
type Dialog interface {
	// Name is the flow's name in the registry and the first part of its keys.
	Name() string
	// Start opens a conversation. Prefill is nil or a draft (or a pointer to
	// one) whose non-empty fields count as answered.
	Start(ctx context.Context, id string, prefill any, t Turn) (Session, Screen, error)
	// Turn applies one event. On an error the session comes back unchanged.
	Turn(ctx context.Context, s Session, ev Event, texts Texts) (Session, Screen, error)
	// Redraw draws the present screen without counting as a turn. The session
	// differs from the given one only where a deploy made it heal.
	Redraw(ctx context.Context, s Session, t Turn) (Session, Screen, error)
	// Keys lists every message key that the flow can ask for, sorted.
	Keys() []string
}

// Registry finds flows by name.
type Registry map[string]Dialog

// NewRegistry returns a registry of the given flows. It panics on a repeated
// name: registries are built once, at start.
func NewRegistry(dialogs ...Dialog) Registry {
	r := Registry{}
	for _, d := range dialogs {
		if r[d.Name()] != nil {
			panic("dialog: two flows are named " + d.Name())
		}
		r[d.Name()] = d
	}
	return r
}

// Get returns the flow of that name, or ErrUnknown.
func (r Registry) Get(name string) (Dialog, error) {
	d, ok := r[name]
	if !ok {
		return nil, fmt.Errorf("flow %q: %w", name, ErrUnknown)
	}
	return d, nil
}
