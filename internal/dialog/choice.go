package dialog

import (
	"context"
	"slices"
)

// Option is one answer of a list. An empty Label is looked up by Value as
// <flow>.<step>.opt.<value>.
//
// One under which others stand is no answer: a tap on it shows those, and Back
// the list again. Their words can be typed without it.
type Option struct {
	Value, Label string
	Under        string // the value of the option behind which it stands; "": it is shown at once
	Said         string // how the summary says it; "": as the button does
}

// answers are the options of a list that are no mere way to others.
func answers(opts []Option) []Option {
	return slices.DeleteFunc(slices.Clone(opts), func(o Option) bool { return leads(opts, o.Value) })
}

// leads reports whether others stand under an option.
func leads(opts []Option, value string) bool {
	return slices.ContainsFunc(opts, func(o Option) bool { return o.Under == value })
}

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
