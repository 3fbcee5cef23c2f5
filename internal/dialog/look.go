package dialog

import "context"

// lookAt is the verb of the last look, and where a session stands that is at it.
const lookAt = "look"

// Look draws what Send would send, each a message of its own, and gives the arguments
// (pairs of a name and a value) of <flow>.look, the question below whether it is to go. A
// Reject is said over the summary, as one of Send.
type Look[D any] func(ctx context.Context, d *D, t Turn) (as []Screen, args []any, err error)

// Look has the person look at what they are about to send, and say so a second time:
// for what goes to many at once.
func (f *Flow[D]) Look(draw Look[D]) *Flow[D] {
	f.look = draw
	return f
}

// lookAtIt shows what would be sent, where all that was answered still stands.
func (r *run[D]) lookAtIt(ctx context.Context) (Screen, error) {
	if step, err := r.fallen(ctx); step != nil {
		return r.askAgain(ctx, step, note(err, r.t))
	} else if err != nil {
		return Screen{}, err
	}
	r.s.moveTo(lookAt)
	return r.paint(ctx, "")
}

func (r *run[D]) lookText(ctx context.Context) (text string, above []Screen, err error) {
	above, args, err := r.f.look(ctx, &r.d, r.t)
	if err != nil {
		return "", nil, at(r.f.name+".send", err)
	}
	return r.t.Texts.T(r.f.name+".look", args...), above, nil
}

func (r *run[D]) lookOffers() []offer {
	t := r.t.Texts
	return []offer{
		{verb: "send", label: t.T("dialog.send"), style: Primary},
		{verb: "back", label: t.T("dialog.mend")},
		{verb: "cancel", label: t.T("dialog.cancel"), style: Danger},
	}
}
