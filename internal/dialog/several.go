package dialog

import (
	"context"
	"slices"
)

// Several asks for one or more of a list that is loaded as Pick's is: each tap
// adds an option or takes it away, Done ends it. What the field holds when the
// question is asked is chosen already. It rejects with pick.
func Several[D any](
	name string, field func(*D) *[]string, load func(context.Context, *D, Turn) ([]Option, error),
) Step[D] {
	has := func(d *D) bool { return len(*field(d)) > 0 }
	return Step[D]{
		name:  name,
		codes: []string{"pick"},
		load:  load,
		pick:  func(d *D, v string) { *field(d) = toggled(*field(d), v) },
		some:  func(d *D) []string { return *field(d) },
		take: func(_ *D, ev Event) (bool, error) {
			if ev.Text != "" {
				return false, Reject("pick")
			}
			return false, errWrongKind
		},
		has:  has,
		wipe: func(d *D) { *field(d) = nil },
		got:  func(d *D) int { return len(*field(d)) },
	}
}

// Alone lets an option of Several stand for all: a tap on it answers at once.
func (s Step[D]) Alone(value string) Step[D] {
	pick, some := s.pick, s.some
	s.alone = value
	s.pick = func(d *D, v string) {
		if chosen := some(d); v == value || slices.Contains(chosen, value) {
			for _, other := range slices.Clone(chosen) {
				pick(d, other) // away with it
			}
		}
		pick(d, v)
	}
	return s
}

// toggled adds a value, or takes it away.
func toggled(values []string, v string) []string {
	if i := slices.Index(values, v); i >= 0 {
		return slices.Delete(slices.Clone(values), i, i+1)
	}
	return append(slices.Clone(values), v)
}

// chosen are the options that an answer consists of.
func (s *Step[D]) chosen(d *D) []string {
	if s.some != nil {
		return s.some(d)
	}
	return []string{s.value(d)}
}

// chosenMark stands before an option of Several that is chosen.
const chosenMark = "✓ "

// marked is an option's label as its button shows it.
func (r *run[D]) marked(step *Step[D], o Option) string {
	label := r.label(step, o)
	if step.some != nil && o.Value != step.alone && slices.Contains(step.some(&r.d), o.Value) {
		return chosenMark + label
	}
	return label
}

// mark goes on asking a question of Several whose marks have changed. Without
// any it is unanswered, also where it was answered before.
func (r *run[D]) mark(step *Step[D]) {
	r.s.Rev++
	if !step.has(&r.d) {
		r.s.unanswer(step.name)
	}
	r.settle() // what hung on a mark goes with it
}
