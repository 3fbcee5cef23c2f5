package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
)

// spoken reports whether a case waits for somebody to listen: a voice message came
// with it, and nobody named yet what it is.
func (h *House) spoken(ctx context.Context, v Visit, c cases.Case) bool {
	if !unnamed(c) || c.Words != "" {
		return false
	}
	return slices.ContainsFunc(h.mediaOf(ctx, v, c.ID, cases.Before), func(m cases.Media) bool { return m.Kind == dialog.Voice })
}

// withListening adds to a card's buttons the one for what was spoken.
func (h *House) withListening(ctx context.Context, v Visit, c cases.Case, rows [][]dialog.Button) [][]dialog.Button {
	if len(rows) == 0 || !h.spoken(ctx, v, c) {
		return rows
	}
	return slices.Concat(rows[:1], caseRows(v, c, "listen.name", "heard"), rows[1:])
}

// listen asks whoever has listened what it is about.
func (h *House) listen(ctx context.Context, v Visit, id int64) (Reply, error) {
	r, err := h.nameHeard(ctx, v, number(id))
	r.Where, r.Beside = Apart, true
	return r, err
}

// nameHeard names what was heard, "<case>.<kind>", or shows another page of the
// kinds, "<case>.<page>".
func (h *House) nameHeard(ctx context.Context, v Visit, value string) (Reply, error) {
	id, kind, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	if _, err := strconv.Atoi(kind); kind != "" && err != nil {
		if r, private, err := h.sealNamed(ctx, v, id, kind); private {
			return r, err
		}
		c, err := h.Cases.Amend(ctx, v.Actor, id, cases.Amendment{Kind: kind})
		if err != nil {
			return Reply{}, fmt.Errorf("name what was heard in case %d: %w", id, err)
		}
		return Reply{Screen: v.howUrgent(c), Beside: true}, nil
	}
	c, err := h.Cases.FindToAmend(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("listen to case %d: %w", id, err)
	}
	s := v.say("listen.kind", "no", c.Number)
	row(&s, v.Texts.T("listen.danger"), "press", number(id), "which")
	s.Rows[0][0].Style = dialog.Danger
	var buttons []dialog.Button
	for _, k := range v.Community.Kinds {
		if k.Offered {
			buttons = append(buttons, dialog.Button{Label: v.kind(k.Code), Data: "m.heard." + number(id) + "." + k.Code})
		}
	}
	v.list(&s, "heard."+number(id), kind, buttons)
	return Reply{Screen: s, Beside: true}, nil
}

// howUrgent asks whether it presses; a line can be written beside it.
func (v Visit) howUrgent(c cases.Case) dialog.Screen {
	s := v.say("listen.urgent", "no", c.Number, "kind", kindWords(v, c))
	row(&s, v.Texts.T("listen.now"), "press", number(c.ID), "yes")
	row(&s, v.Texts.T("listen.not_now"), "press", number(c.ID), "no")
	s.Rows = append(s.Rows, caseRows(v, c, "listen.line", "remark")...)
	return s
}

// pressHeard says that it presses, that it does not, or which danger it is:
// "<case>.yes", "<case>.no", "<case>.which", "<case>.<danger>".
func (h *House) pressHeard(ctx context.Context, v Visit, value string) (Reply, error) {
	id, how, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	var c cases.Case
	var err error
	switch how {
	case "no":
		c, err = h.Cases.FindToAmend(ctx, v.Actor, id)
	case "which":
		return h.whichDanger(ctx, v, id)
	case "yes":
		c, err = h.Cases.PressHeard(ctx, v.Actor, id, "")
	default:
		c, err = h.Cases.PressHeard(ctx, v.Actor, id, how)
	}
	if err != nil {
		return Reply{}, fmt.Errorf("say how case %d presses: %w", id, err)
	}
	s := h.memberCard(ctx, v, c)
	s.Media = nil // they stand above
	if c.Urgent {
		s.Toast = v.Texts.T("listen.rung")
	}
	return Reply{Screen: s, Beside: true}, nil
}

func (h *House) whichDanger(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.FindToAmend(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("which danger is case %d: %w", id, err)
	}
	s := v.say("listen.which", "no", c.Number)
	for _, kind := range community.DangerKinds {
		row(&s, v.Texts.T("danger.kind."+kind), "press", number(id), kind)
	}
	v.back(&s, "heard", number(id))
	return Reply{Screen: s, Beside: true}, nil
}
