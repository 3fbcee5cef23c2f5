package dialog

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// run is one turn in the making. A turn that is rejected or fails throws its
// run away, so that nothing of it stays.
type run[D any] struct {
	f *Flow[D]
	s Session
	d D
	t Turn

	tag string // of the buttons drawn before this turn
}

// begin counts what the start filled in as answered, where it can stand, and
// asks for the rest.
func (r *run[D]) begin(ctx context.Context) (Screen, error) {
	said := map[string]string{} // why a filled-in answer is asked after all
	for i := range r.f.steps {
		step := &r.f.steps[i]
		if !step.has(&r.d) || !step.applies(&r.d) {
			continue
		}
		err := r.stands(ctx, step)
		switch {
		case isRefused(err) && step.hidden:
			return r.end(note(err, r.t)), nil
		case isRefused(err):
			step.wipe(&r.d)
			said[step.name] = note(err, r.t)
			continue
		case err != nil:
			return Screen{}, err
		}
		r.s.Done = append(r.s.Done, step.name)
		if step.hidden {
			r.s.Fixed = append(r.s.Fixed, step.name)
		}
	}
	r.settle()
	if r.s.At != "" || !r.f.noSummary {
		return r.paint(ctx, said[r.s.At])
	}
	screen, err := r.finish(ctx)
	if !isRefused(err) {
		return screen, err
	}
	if !r.reopen() {
		return r.end(note(err, r.t)), nil
	}
	return r.paint(ctx, note(err, r.t))
}

// apply does what the event asks for. Healed tells that the person has not yet
// seen the question that the session stands at: then only cancel counts.
func (r *run[D]) apply(ctx context.Context, ev Event, healed bool) (Screen, error) {
	verb, err := r.verb(ctx, ev)
	if err != nil {
		return Screen{}, err
	}
	switch {
	case verb == "cancel":
		return r.end(r.t.Texts.T("dialog.cancelled")), nil
	case r.late(ev):
		return r.join(ctx, ev)
	case healed, verb == "" && ev.Tap != "":
		return r.paint(ctx, r.t.Texts.T("dialog.stale"))
	case verb == "" && r.f.step(r.s.At) == nil:
		return r.paint(ctx, r.t.Texts.T("dialog.use_buttons"))
	case verb == "":
		return r.take(ctx, ev)
	}
	return r.press(ctx, verb)
}

// press does what an offered button says.
func (r *run[D]) press(ctx context.Context, verb string) (Screen, error) {
	step := r.f.step(r.s.At)
	name, change := strings.CutPrefix(verb, "change:")
	switch {
	case change:
		r.s.moveTo(name)
	case strings.HasPrefix(verb, lead):
		r.s.open(strings.TrimPrefix(verb, lead))
	case verb == "back" && r.s.Under != "":
		r.s.open("")
	case verb == "back" && r.s.At == lookAt:
		r.s.moveTo("")
	case verb == lookAt:
		return r.lookAtIt(ctx)
	case verb == "back":
		r.back()
	case verb == "send":
		return r.finish(ctx)
	case verb == "more":
		r.s.Page++
		r.s.Rev++
	case verb == "earlier":
		r.s.Page--
		r.s.Rev++
	case verb == "skip":
		step.wipe(&r.d)
		return r.answered(ctx, step)
	case verb == "done":
		return r.answered(ctx, step)
	default:
		step.pick(&r.d, strings.TrimPrefix(verb, "="))
		if step.some != nil && verb != "="+step.alone {
			r.mark(step)
			break
		}
		return r.answered(ctx, step)
	}
	return r.paint(ctx, "")
}

// take gives a message to the step that is being asked.
func (r *run[D]) take(ctx context.Context, ev Event) (Screen, error) {
	step := r.f.step(r.s.At)
	if step.anew != "" && ev.Text != "" {
		step = r.f.step(step.anew)
	}
	more, err := step.take(&r.d, ev)
	if err != nil {
		return Screen{}, at(r.f.name+"."+step.name, err)
	}
	if album := ev.album(); album != "" {
		r.s.Album, r.s.AlbumStep = album, step.name
	}
	if more {
		return r.paint(ctx, "")
	}
	return r.answered(ctx, step)
}

// late tells whether the event is a later item of an album whose first item
// was the answer to a step that is no longer collecting.
func (r *run[D]) late(ev Event) bool {
	if ev.album() == "" || ev.album() != r.s.Album {
		return false
	}
	step := r.f.step(r.s.AlbumStep)
	collecting := step != nil && step.got != nil && r.s.At == step.name && !r.s.answered(step.name)
	return !collecting
}

// join puts a late item beside the first, if that answer still stands. The
// question does not change, and so the buttons already drawn stay good.
func (r *run[D]) join(ctx context.Context, ev Event) (Screen, error) {
	step := r.f.step(r.s.AlbumStep)
	if step == nil || step.add == nil || !r.s.answered(step.name) {
		return r.paint(ctx, "")
	}
	if err := step.add(&r.d, *ev.Media); err != nil {
		return Screen{}, at(r.f.name+"."+step.name, err)
	}
	return r.paint(ctx, "")
}

// answered checks the answer just given and goes on to the next question.
func (r *run[D]) answered(ctx context.Context, step *Step[D]) (Screen, error) {
	if err := step.check(ctx, &r.d, r.t); err != nil {
		return Screen{}, at(r.f.name+"."+step.name, err)
	}
	r.s.unanswer(step.name)
	r.s.Done = append(r.s.Done, step.name)
	r.s.moveTo("")
	r.settle()
	if r.s.At == "" && r.f.noSummary {
		return r.finish(ctx)
	}
	return r.paint(ctx, "")
}

// finish checks every answer once more, as the world may have moved on, and sends.
func (r *run[D]) finish(ctx context.Context) (Screen, error) {
	if step, err := r.fallen(ctx); step != nil {
		return r.askAgain(ctx, step, note(err, r.t))
	} else if err != nil {
		return Screen{}, err
	}
	screen, err := r.f.send(ctx, &r.d, r.t)
	if err != nil {
		return Screen{}, at(r.f.name+".send", err)
	}
	if r.s.Draft, err = json.Marshal(r.d); err != nil { // whoever goes on from here sees the last answer too
		return Screen{}, fmt.Errorf("encode draft: %w", err)
	}
	r.s.Over = true
	return screen, nil
}

// fallen is the first step whose answer stands no more, with why.
func (r *run[D]) fallen(ctx context.Context) (*Step[D], error) {
	for i := range r.f.steps {
		step := &r.f.steps[i]
		if !r.s.answered(step.name) {
			continue
		}
		switch err := r.stands(ctx, step); {
		case isRefused(err):
			return step, err
		case err != nil:
			return nil, err
		}
	}
	return nil, nil //nolint:nilnil // all of them stand
}

// stands tells whether an answer still holds: its option is still there, and
// its checks agree. A skipped step always stands.
func (r *run[D]) stands(ctx context.Context, step *Step[D]) error {
	if step.load != nil && !step.free && step.has(&r.d) {
		opts, err := step.load(ctx, &r.d, r.t)
		if err != nil {
			return err
		}
		for _, value := range step.chosen(&r.d) {
			if !slices.ContainsFunc(answers(opts), func(o Option) bool { return o.Value == value }) {
				return at(r.f.name+"."+step.name, Reject("pick"))
			}
		}
	}
	return at(r.f.name+"."+step.name, step.check(ctx, &r.d, r.t))
}

// askAgain opens a step whose answer no longer stands. Without a summary to go
// back to it is a plain question again; one that cannot be asked ends it all.
func (r *run[D]) askAgain(ctx context.Context, step *Step[D], said string) (Screen, error) {
	if slices.Contains(r.s.Fixed, step.name) {
		return r.end(said), nil
	}
	if r.f.noSummary || step.hidden {
		r.s.unanswer(step.name)
	}
	r.s.moveTo(step.name)
	return r.paint(ctx, said)
}

func (r *run[D]) end(said string) Screen {
	r.s.Over = true
	return Screen{Text: said, Menu: true}
}

// back leaves a change for the summary, or reopens the latest answer.
func (r *run[D]) back() {
	if r.s.answered(r.s.At) { // an answered step is open: this was a change
		r.s.moveTo("")
		r.settle()
		return
	}
	r.reopen()
	r.s.moveTo(r.s.At)
}

// reopen asks the latest answer again that can be asked.
func (r *run[D]) reopen() bool {
	name := r.latest()
	if name == "" {
		return false
	}
	r.s.unanswer(name)
	r.s.At = name
	return true
}

// latest is the answer that back would reopen, or "". One that stands further
// on was filled in ahead of its turn: it is not where the person comes from.
func (r *run[D]) latest() string {
	here := r.f.place(r.s.At)
	for _, name := range slices.Backward(r.s.Done) {
		if step := r.f.step(name); !slices.Contains(r.s.Fixed, name) && !step.unasked && r.f.place(name) < here {
			return name
		}
	}
	return ""
}

// settle wipes the answers of steps that apply no longer, so that nothing
// hidden is ever sent, and moves to the first unanswered step unless a step
// that applies is open.
func (r *run[D]) settle() {
	for range r.f.steps { // wiping one may close another
		if !r.prune() {
			break
		}
	}
	if open := r.f.step(r.s.At); open != nil && open.applies(&r.d) {
		return
	}
	looking := r.s.At == lookAt
	r.s.At = ""
	for i := range r.f.steps {
		step := &r.f.steps[i]
		if !step.applies(&r.d) || r.s.answered(step.name) {
			continue
		}
		if step.unasked {
			r.s.Done = append(r.s.Done, step.name)
			continue
		}
		r.s.At = step.name
		return
	}
	if looking {
		r.s.At = lookAt
	}
}

func (r *run[D]) prune() (changed bool) {
	for i := range r.f.steps {
		step := &r.f.steps[i]
		if step.applies(&r.d) {
			continue
		}
		changed = changed || step.has(&r.d) || r.s.answered(step.name)
		step.wipe(&r.d)
		r.s.unanswer(step.name)
	}
	return changed
}
