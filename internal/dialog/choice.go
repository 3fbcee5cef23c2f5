package dialog

import (
	"context"
	"slices"
)

// Option is one answer of a list. An empty Label is looked up by Value as
// <flow>.<step>.opt.<value>.
type Option struct{ Value, Label string }

// Choice asks for one of a fixed list. It rejects with pick.
func Choice[D any, V ~string](name string, field func(*D) *V, values ...V) Step[D] {
	opts := make([]Option, len(values))
	for i, v := range values {
		opts[i].Value = string(v)
	}
	s := Pick(name, field, func(context.Context, *D, Turn) ([]Option, error) { return opts, nil })
	s.has = func(d *D) bool { return slices.Contains(values, *field(d)) } // a deploy may remove a value
	for _, o := range opts {
		s.values = append(s.values, o.Value)
	}
	return s
}

// Pick asks for one of a list that is loaded when the step is shown, again when
// it is answered and again at Send: an option that is gone by then is rejected
// with pick. So load must list every value that may stand, prefilled ones too.
func Pick[D any, V ~string](
	name string, field func(*D) *V, load func(context.Context, *D, Turn) ([]Option, error),
) Step[D] {
	return Step[D]{
		name:  name,
		codes: []string{"pick"},
		load:  load,
		pick:  func(d *D, v string) { *field(d) = V(v) },
		value: func(d *D) string { return string(*field(d)) },
		take: func(_ *D, ev Event) (bool, error) {
			if ev.Text != "" {
				return false, Reject("pick")
			}
			return false, errWrongKind
		},
		has:  func(d *D) bool { return *field(d) != "" },
		wipe: func(d *D) { *field(d) = "" },
	}
}
