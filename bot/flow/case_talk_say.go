package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// sayFlow asks what is to be told to the other end of a case.
func sayFlow(h *House) *dialog.Flow[sayDraft] {
	return dialog.New("say", h.sendSaid,
		dialog.Tell("what", func(d *sayDraft) *dialog.Words { return &d.What }, 1, cases.MaxWords).
			Fill(func(ctx context.Context, d *sayDraft, t dialog.Turn) ([]any, error) {
				v, err := h.visit(ctx, d.By, t)
				if err != nil {
					return nil, err
				}
				c, err := h.Cases.Read(ctx, d.By.Community, d.Case)
				if err != nil {
					return nil, fmt.Errorf("who hears of case %d: %w", d.Case, err)
				}
				return []any{"name", h.otherEnd(ctx, v, c)}, nil
			}),
	).NoSummary()
}

// remarkFlow asks for what staff alone are to read.
func remarkFlow(h *House) *dialog.Flow[sayDraft] {
	return dialog.New("remark", h.sendRemark,
		dialog.Tell("what", func(d *sayDraft) *dialog.Words { return &d.What }, 1, cases.MaxWords).
			Fill(func(ctx context.Context, d *sayDraft, t dialog.Turn) ([]any, error) {
				return []any{"case", h.caseTitle(ctx, d.By, number(d.Case), t)}, nil
			}),
	).NoSummary()
}

// otherEnd is who hears what this person says of a case.
func (h *House) otherEnd(ctx context.Context, v Visit, c cases.Case) string {
	switch {
	case !v.isHome(c):
		return h.name(ctx, v, c.For)
	case c.Holder == 0:
		return v.Texts.T("person.office")
	}
	return h.name(ctx, v, c.Holder)
}

// isHome reports whether a case is this person's own matter, or their family's.
func (v Visit) isHome(c cases.Case) bool {
	return c.For == v.Person.ID || c.Reporter == v.Person.ID && c.Holder != v.Person.ID || v.answers(c)
}

func (h *House) startSay(ctx context.Context, v Visit, id int64) (Reply, error) {
	if c, err := h.Cases.FindMediated(ctx, v.Actor, id); err == nil && c.Mediated() {
		return h.tellOneSide(ctx, v, number(id)+".1") // who is there to answer here
	}
	return h.startTalk(ctx, v, "say", id)
}

func (h *House) startRemark(ctx context.Context, v Visit, id int64) (Reply, error) {
	return h.startTalk(ctx, v, "remark", id)
}

// startTalk opens a dialog about a case that the person may see; whether they may
// speak is decided when they have spoken.
func (h *House) startTalk(ctx context.Context, v Visit, how string, id int64) (Reply, error) {
	c, err := h.Cases.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("talk about case %d: %w", id, err)
	}
	if v.mute(c) {
		r := v.blocked()
		r.Where, r.Beside = Apart, true
		return r, nil
	}
	return Reply{Dialog: how, Where: Apart, Prefill: sayDraft{By: v.who(), Case: id}}, nil
}

func (h *House) sendSaid(ctx context.Context, d *sayDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	s, err := h.saidTo(ctx, v, d.Case, d.note(t.Key))
	if text, ok := v.Refused(err); ok {
		return dialog.Screen{Text: text}, nil
	}
	return s, err
}

func (h *House) sendRemark(ctx context.Context, d *sayDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	s, err := h.remarked(ctx, v, d.Case, d.note(t.Key))
	if text, ok := v.Refused(err); ok {
		return h.refusedAbout(ctx, v, d.Case, text), nil
	}
	return s, err
}

func (h *House) remarked(ctx context.Context, v Visit, id int64, n cases.Note) (dialog.Screen, error) {
	c, err := h.Cases.Remark(ctx, v.Actor, id, n)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("remark on case %d: %w", id, err)
	}
	s := v.say("talk.noted", "no", c.Number)
	s.Rows = caseRows(v, c, "talk.show", "show")
	return s, nil
}

// saidTo says something to the other end, and tells who hears it. Where nobody at
// home is reached, there is the telephone.
func (h *House) saidTo(ctx context.Context, v Visit, id int64, n cases.Note) (dialog.Screen, error) {
	if c, err := h.Cases.Find(ctx, v.Actor, id); err == nil && speaksAsSide(v, c) {
		return h.saidAsSide(ctx, v, c, n)
	}
	said, err := h.Cases.Say(ctx, v.Actor, id, n)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("say something about case %d: %w", id, err)
	}
	c := said.Case
	switch {
	case said.By == cases.FromStaff && len(said.To) == 0:
		s := v.say("talk.unheard", "no", c.Number, "name", h.name(ctx, v, c.For))
		s.Rows = caseRows(v, c, "card.call", "call", "talk.show", "show")
		return s, nil
	case said.By == cases.FromStaff:
		s := v.say("talk.told", "no", c.Number, "name", h.name(ctx, v, said.To[0]))
		s.Rows = caseRows(v, c, "talk.show", "show")
		return s, nil
	case said.By != "" && len(said.To) == 0:
		return v.say("talk.kept", "no", c.Number, "phone", phoneWords(v)), nil
	case len(said.To) > 0:
		return v.say("talk.told", "no", c.Number, "name", h.name(ctx, v, said.To[0])), nil
	}
	return v.say("talk.told", "no", c.Number, "name", h.otherEnd(ctx, v, c)), nil
}

// noteOf is what somebody says by one message; ok is false for what says nothing.
func (v Visit) noteOf(ev dialog.Event) (n cases.Note, ok bool) {
	n.Key = v.Key
	switch {
	case ev.Text != "":
		n.Words = shorten(ev.Text, cases.MaxWords)
	case ev.Media != nil:
		n.Media, n.Words = kept([]dialog.Media{*ev.Media}), shorten(ev.Media.Caption, cases.MaxWords)
	case ev.Location != nil:
		n.Words = v.point(ev.Location)
	default:
		return n, false
	}
	return n, true
}
