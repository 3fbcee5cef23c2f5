package flow

import (
	"context"
	"slices"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
)

// onFile are the questions of forms whose answer is kept for later and may well name a
// danger: that a child cannot breathe when it eats nuts is no cry for help.
var onFile = map[string][]string{"childfile": {"allergy", "know"}}

// GoesOnFile reports whether the open dialog asks such a question.
func GoesOnFile(open *dialog.Session) bool {
	return open != nil && slices.Contains(onFile[open.Flow], open.At)
}

// filedVerbs are the buttons of the question whether what was written into a form is
// happening now: "m.dnow.<kind>".
func (h *House) filedVerbs() map[string]verb {
	return map[string]verb{"dnow": h.happensNow, "dfile": h.isForFile}
}

// AsksIfNow asks whether what was written into a form is happening now. Nobody is rung
// where nobody answers: the safety text stands above it.
func (h *House) AsksIfNow(v Visit, d Danger) dialog.Screen {
	s := v.say("danger.filed", "number", v.Community.Number(d.Kind))
	row(&s, v.Texts.T("danger.now"), "dnow", d.Kind)
	s.Rows[0][0].Style = dialog.Danger
	row(&s, v.Texts.T("danger.for_file"), "dfile")
	return s
}

// happensNow rings as for a cry for help.
func (h *House) happensNow(ctx context.Context, v Visit, kind string) (Reply, error) {
	if !community.IsDanger(kind) {
		return v.toast("tap.old"), nil
	}
	r, err := h.Danger(ctx, v, Danger{Kind: kind, Alarm: Clear}, dialog.Event{Text: v.Texts.T("danger.filed_now")})
	r.Beside = true
	return r, err
}

func (h *House) isForFile(_ context.Context, v Visit, _ string) (Reply, error) {
	return Reply{Screen: v.say("danger.filed_over"), Beside: true}, nil
}
