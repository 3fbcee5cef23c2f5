package dialog

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// paint draws the present question, or the summary, under an optional note.
func (r *run[D]) paint(ctx context.Context, said string) (Screen, error) {
	draft, err := json.Marshal(r.d)
	if err != nil {
		return Screen{}, fmt.Errorf("encode draft: %w", err)
	}
	r.s.Draft = draft
	opts, _, rest, err := r.offers(ctx)
	if err != nil {
		return Screen{}, err
	}
	text, above, err := r.text(ctx)
	if err != nil {
		return Screen{}, err
	}
	if said != "" {
		text = said + "\n" + text
	}
	from := min(r.s.Page*perPage, len(opts))
	opts = opts[from:min(from+perPage, len(opts)):len(opts)]
	shown := append(opts, rest...)
	if step := r.f.step(r.s.At); step != nil && step.ask != (Key{}) {
		return Screen{Text: text, Keyboard: r.keys(step, shown)}, nil
	}
	rows := make([][]Button, 0, len(shown))
	for i, o := range shown {
		if i == len(opts) {
			rows = append(rows, r.beside()...)
		}
		rows = append(rows, []Button{{Label: o.label, Data: r.s.tag() + o.data(), Style: o.style}})
	}
	return Screen{Text: text, Rows: rows, Above: above}, nil
}

// beside draws the present step's buttons that are not the dialog's own.
func (r *run[D]) beside() [][]Button {
	step := r.f.step(r.s.At)
	if step == nil || step.beside == nil {
		return nil
	}
	var rows [][]Button
	for _, b := range step.beside(&r.d, r.t) {
		rows = append(rows, []Button{b})
	}
	return rows
}

// keys draws the offers as a reply keyboard: one message cannot have both, and
// a key that is pressed comes back as its label typed.
func (r *run[D]) keys(step *Step[D], shown []offer) [][]Key {
	key := step.ask
	key.Text = r.t.Texts.T(step.askKey())
	rows := [][]Key{{key}}
	for _, o := range shown {
		rows = append(rows, []Key{{Text: o.label}})
	}
	return rows
}

// text is what the present screen says, and what comes above it.
func (r *run[D]) text(ctx context.Context) (text string, above []Screen, err error) {
	step := r.f.step(r.s.At)
	switch {
	case step == nil && r.s.At == lookAt:
		return r.lookText(ctx)
	case step == nil:
		text, err = r.summary(ctx)
		return text, nil, err
	}
	var args []any
	if step.fill != nil {
		if args, err = step.fill(ctx, &r.d, r.t); err != nil {
			return "", nil, err
		}
	}
	text = r.t.Texts.T(r.f.name+"."+step.name+".ask", args...)
	if step.got != nil && step.some == nil && step.has(&r.d) {
		text += "\n" + r.t.Texts.T("dialog.got", "n", step.got(&r.d))
	}
	return text, nil, nil
}

// summary repeats every answer that can be changed, one a line; what nobody was asked
// and nothing was said to is left out.
func (r *run[D]) summary(ctx context.Context) (string, error) {
	t := r.t.Texts
	lines := []string{t.T(r.f.name + ".summary")}
	for i := range r.f.steps {
		step := &r.f.steps[i]
		if !r.s.answered(step.name) || step.hidden || step.unasked && !step.has(&r.d) {
			continue
		}
		value, err := r.shown(ctx, step)
		if err != nil {
			return "", err
		}
		title := t.T(r.f.name + "." + step.name + ".title")
		lines = append(lines, t.T("dialog.line", "title", title, "value", value))
	}
	return strings.Join(lines, "\n"), nil
}

func (r *run[D]) shown(ctx context.Context, step *Step[D]) (string, error) {
	none := r.t.Texts.T("dialog.none")
	if !step.has(&r.d) {
		return none, nil
	}
	if step.load == nil || step.free {
		return step.show(&r.d, r.t), nil
	}
	opts, err := step.load(ctx, &r.d, r.t)
	if err != nil {
		return "", err
	}
	var labels []string
	for _, o := range opts {
		if slices.Contains(step.chosen(&r.d), o.Value) {
			labels = append(labels, cmp.Or(o.Said, r.label(step, o)))
		}
	}
	switch len(labels) {
	case 0:
		return none, nil // it is gone, and Send will ask again
	case 1:
		return labels[0], nil
	}
	return strings.Join(labels, r.t.Texts.T("dialog.and")), nil
}
