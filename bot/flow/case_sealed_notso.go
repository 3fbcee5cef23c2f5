package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// A complaint that was heard and found otherwise: whoever heard it says why in words,
// and who complained sees it, or is heard by another.

// notSoDraft is what was found of a complaint.
type notSoDraft struct {
	By    who    `json:"by"`
	Case  int64  `json:"case"`
	Words string `json:"words,omitempty"`
}

func (h *House) startNotSo(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.heldByMe(ctx, v, id)
	if err != nil {
		return Reply{}, err
	}
	if !v.mayBeNotSo(c) {
		return show(h.caseScreen(ctx, v, c)), nil
	}
	return Reply{Dialog: "notso", Where: Apart, Prefill: notSoDraft{By: v.who(), Case: id}}, nil
}

// mayBeNotSo reports whether the reader can say of a complaint that it is not so.
func (v Visit) mayBeNotSo(c cases.Case) bool {
	return c.Private == cases.Complaint && c.Holder == v.Person.ID && (c.Status == cases.Taken || c.Status == cases.Waiting)
}

func notSoFlow(h *House) *dialog.Flow[notSoDraft] {
	return dialog.New("notso", h.sendNotSo,
		dialog.Text("words", func(d *notSoDraft) *string { return &d.Words }, 2, mostWhy).
			Fill(func(ctx context.Context, d *notSoDraft, t dialog.Turn) ([]any, error) {
				v, c, err := h.heardCase(ctx, d.By, d.Case, t)
				if err != nil {
					return nil, err
				}
				return []any{"no", c.Number, "name", h.name(ctx, v, c.For)}, nil
			}),
	).NoSummary().Says("notso.asked")
}

func (h *House) sendNotSo(ctx context.Context, d *notSoDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	c, err := h.Cases.FindNotSo(ctx, v.Actor, d.Case, d.Words)
	if text, ok := v.Refused(err); ok {
		return h.refusedAbout(ctx, v, d.Case, text), nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("find case %d otherwise: %w", d.Case, err)
	}
	s := v.say("notso.asked", "no", c.Number, "name", h.name(ctx, v, c.For))
	s.Rows = append(h.seesRows(ctx, v, c), caseRows(v, c, "more.undo", "undo")...)
	return s, nil
}

// notSoScreen is what was found, as who complained reads it; until they have said
// whether they see it they are asked.
func (h *House) notSoScreen(ctx context.Context, v Visit, c cases.Case) dialog.Screen {
	key := "notso.seen"
	switch c.Status {
	case cases.Proposed:
		key = "notso.ask"
	case cases.Unconfirmed:
		key = "notso.late"
	case cases.Referred:
		key = "notso.outside"
	}
	s := v.say(key, "no", c.Number, "name", h.name(ctx, v, c.ProposedBy), "words", v.quoted(c.WhyWords), "outside", v.outsideBody())
	if c.AsksWhose() {
		row(&s, v.Texts.T("notso.see"), "part", number(c.ID), "yes")
		row(&s, v.Texts.T("ended.disagree"), "part", number(c.ID), "no")
	}
	return s
}

// notSoLine says on the card of who heard it what came of it.
func (h *House) notSoLine(ctx context.Context, v Visit, c cases.Case) string {
	return v.Texts.T("notso.line."+string(c.Status), "name", h.name(ctx, v, c.For)) + v.quoted(c.WhyWords)
}

// seesRows let whoever heard it write down what who complained says of it; whom
// messages reach is given some days to say it.
func (h *House) seesRows(ctx context.Context, v Visit, c cases.Case) [][]dialog.Button {
	since, err := h.Cases.ProposedAt(ctx, c)
	if err != nil || v.Now.Before(since.Add(cases.AskTwice)) && h.isReached(ctx, v, c.For) {
		return nil // a card is better drawn without it than not at all
	}
	var s dialog.Screen
	name := h.name(ctx, v, c.For)
	row(&s, named(v.Texts, "notso.word_sees", name), "part", number(c.ID), "for", "yes")
	row(&s, named(v.Texts, "notso.word_disagrees", name), "part", number(c.ID), "for", "no")
	return s.Rows
}

// tellNotSo asks who complained, or says how it stands by now.
func (h *House) tellNotSo(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	return h.caseScreen(ctx, v, c)
}

// tellSawNotSo tells both how it ended.
func (h *House) tellSawNotSo(key string) caseTopic {
	return func(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
		if c.Holder != v.Person.ID {
			return h.caseScreen(ctx, v, c)
		}
		return v.say(key, "no", c.Number, "name", h.name(ctx, v, c.For))
	}
}

// tellUnsaid tells who heard it that no word came for weeks.
func (h *House) tellUnsaid(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	return v.say("sealed.unsaid_over", "no", c.Number, "name", h.name(ctx, v, c.For))
}
