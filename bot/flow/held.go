package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// checkScreen asks the resident whether it held, with before and after: only
// she closes a case.
func (h *House) checkScreen(ctx context.Context, v Visit, c cases.Case) dialog.Screen {
	s := v.say("check.ask", "no", c.Number, "kind", kindWords(v, c), "name", h.name(ctx, v, c.Holder))
	if c.Reason != "" {
		s = v.say("check.ask_unseen", "no", c.Number, "kind", kindWords(v, c),
			"name", h.name(ctx, v, c.Holder), "why", v.Texts.T("proof.why.told."+c.Reason))
	}
	before, after := h.mediaOf(ctx, v, c.ID, cases.Before), h.mediaOf(ctx, v, c.ID, cases.After)
	s.Media = shown(append(firstPicture(before), after[max(0, len(after)-1):]...)) // as it was, and as it is now
	if c.For != v.Person.ID {
		said, question, _ := strings.Cut(s.Text, "\n")
		s.Text = said + "\n" + v.Texts.T("whom.of", "name", h.name(ctx, v, c.For)) + "\n" + question
	}
	s.Rows = h.askRows(ctx, v, c)
	return s
}

// askRows are the answers to whether something holds. Where several wait for this
// person's word at once, each answer says of which it is.
func (h *House) askRows(ctx context.Context, v Visit, c cases.Case) [][]dialog.Button {
	rows := checkRows(v, c)
	mine, err := h.Cases.Mine(ctx, v.Actor)
	if err != nil { // they can be answered all the same
		return rows
	}
	others := slices.ContainsFunc(mine, func(o cases.Case) bool { return o.ID != c.ID && o.Status == cases.Done && v.isAsked(o) })
	for i := range rows {
		if others {
			rows[i][0].Label = v.answerOf(c, rows[i][0].Label)
		}
	}
	return rows
}

// answerOf is an answer with the number of what it is about.
func (v Visit) answerOf(c cases.Case, answer string) string {
	return v.Texts.T("check.of", "no", c.Number, "answer", answer)
}

func checkRows(v Visit, c cases.Case) [][]dialog.Button {
	return caseRows(v, c, "check.fixed", "fixed", "check.half", "half", "check.not", "not")
}

func firstPicture(media []cases.Media) []cases.Media {
	for i, m := range media {
		if m.Kind == dialog.Photo {
			return media[i : i+1]
		}
	}
	return nil
}

func (h *House) fixed(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Confirm(ctx, v.Actor, id, cases.Held)
	if err != nil {
		return Reply{}, fmt.Errorf("confirm case %d: %w", id, err)
	}
	s := v.say("check.thanks", "no", c.Number, "name", h.name(ctx, v, c.Holder))
	s.Rows = caseRows(v, c, "check.word", "word")
	h.offerShare(ctx, v, c, &s)
	return show(s), nil
}

// notFixed reopens the case with the same member, then asks what is left.
func (h *House) notFixed(outcome cases.Outcome) func(context.Context, Visit, int64) (Reply, error) {
	return func(ctx context.Context, v Visit, id int64) (Reply, error) {
		c, err := h.Cases.Confirm(ctx, v.Actor, id, outcome)
		if err != nil {
			return Reply{}, fmt.Errorf("reopen case %d: %w", id, err)
		}
		return h.asksLeft(ctx, v, c), nil
	}
}

// asksLeft asks what is left, where words are taken in.
func (h *House) asksLeft(ctx context.Context, v Visit, c cases.Case) Reply {
	if v.mute(c) {
		return show(v.say("left.told", "no", c.Number, "name", h.whoGoes(ctx, v, c)))
	}
	return Reply{Dialog: "left", Where: Spent, Prefill: leftDraft{By: v.who(), Case: c.ID}}
}

// leftDraft is what is left after Half or Not fixed.
type leftDraft struct {
	By   who          `json:"by"`
	Case int64        `json:"case"`
	What dialog.Words `json:"what,omitzero"`
}

func leftFlow(h *House) *dialog.Flow[leftDraft] {
	return dialog.New("left",
		func(ctx context.Context, d *leftDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			c, err := h.Cases.Read(ctx, d.By.Community, d.Case)
			if err == nil && (d.What.Text != "" || len(d.What.Media) > 0) {
				c, err = h.Cases.Left(ctx, v.Actor, d.Case, cases.Note{
					Key: t.Key, Media: kept(d.What.Media), Words: d.What.Text,
				})
			}
			if text, ok := v.Refused(err); ok {
				return dialog.Screen{Text: text}, nil
			} else if err != nil {
				return dialog.Screen{}, fmt.Errorf("what is left of case %d: %w", d.Case, err)
			}
			return v.say("left.told", "no", c.Number, "name", h.whoGoes(ctx, v, c)), nil
		},
		dialog.Tell("what", func(d *leftDraft) *dialog.Words { return &d.What }, 1, cases.MaxWords).
			Fill(func(ctx context.Context, d *leftDraft, t dialog.Turn) ([]any, error) {
				v := Visit{Texts: t.Texts}
				c, err := h.Cases.Read(ctx, d.By.Community, d.Case)
				if err != nil { // the question can be asked without the name
					return []any{"name", t.Texts.T("person.office")}, nil
				}
				v.Community.ID = d.By.Community
				return []any{"name", h.whoGoes(ctx, v, c)}, nil
			}).Optional(),
	).NoSummary().Says("left.told")
}
