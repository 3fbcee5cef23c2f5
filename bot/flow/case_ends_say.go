package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// sayDraft is what somebody is about to say of a case.
type sayDraft struct {
	By   who          `json:"by"`
	Case int64        `json:"case"`
	What dialog.Words `json:"what,omitzero"`
}

func (d *sayDraft) note(key string) cases.Note {
	return cases.Note{Key: key, Media: kept(d.What.Media), Words: d.What.Text}
}

// startAnswer lets a resident answer what they are asked.
func (h *House) startAnswer(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("case %d: %w", id, err)
	}
	if c.Status != cases.Waiting || c.WaitFor != cases.ForResident || !v.answers(c) {
		return show(h.caseScreen(ctx, v, c)), nil
	}
	if v.mute(c) {
		return v.blocked(), nil
	}
	return Reply{Dialog: "answer", Where: Spent, Prefill: sayDraft{By: v.who(), Case: id}}, nil
}

func answerFlow(h *House) *dialog.Flow[sayDraft] {
	return dialog.New("answer",
		func(ctx context.Context, d *sayDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			c, err := h.Cases.Answer(ctx, v.Actor, d.Case, d.note(t.Key))
			if text, ok := v.Refused(err); ok {
				return dialog.Screen{Text: text}, nil
			} else if err != nil {
				return dialog.Screen{}, fmt.Errorf("answer of case %d: %w", d.Case, err)
			}
			return v.say("answer.told", "no", c.Number, "name", h.name(ctx, v, c.Holder)), nil
		},
		dialog.Tell("what", func(d *sayDraft) *dialog.Words { return &d.What }, 1, cases.MaxWords).
			Fill(func(ctx context.Context, d *sayDraft, t dialog.Turn) ([]any, error) {
				c, err := h.Cases.Read(ctx, d.By.Community, d.Case)
				if err != nil || c.Why == "" { // what they were asked stands above
					return []any{"question", ""}, nil
				}
				return []any{"question", t.Texts.T("question." + c.Why)}, nil
			}),
	).NoSummary().Says("answer.told")
}

func objectionFlow(h *House) *dialog.Flow[sayDraft] {
	return dialog.New("objection",
		func(ctx context.Context, d *sayDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			c, err := h.Cases.Read(ctx, d.By.Community, d.Case)
			if err == nil && (d.What.Text != "" || len(d.What.Media) > 0) {
				c, err = h.Cases.Object(ctx, v.Actor, d.Case, d.note(t.Key))
			}
			if text, ok := v.Refused(err); ok {
				return dialog.Screen{Text: text}, nil
			} else if err != nil {
				return dialog.Screen{}, fmt.Errorf("objection to the end of case %d: %w", d.Case, err)
			}
			return v.say("objection.told", "no", c.Number, "name", h.name(ctx, v, c.Holder)), nil
		},
		dialog.Tell("what", func(d *sayDraft) *dialog.Words { return &d.What }, 1, cases.MaxWords).
			Fill(func(ctx context.Context, d *sayDraft, t dialog.Turn) ([]any, error) {
				v := Visit{Texts: t.Texts}
				v.Community.ID = d.By.Community
				c, err := h.Cases.Read(ctx, d.By.Community, d.Case)
				if err != nil { // the question can be asked without the name
					return []any{"name", t.Texts.T("person.office")}, nil
				}
				return []any{"name", h.name(ctx, v, c.Holder)}, nil
			}).Optional(),
	).NoSummary().Says("objection.told")
}

// What people hear of waiting.

// questionScreen asks a resident what the work waits for.
func (h *House) questionScreen(ctx context.Context, v Visit, c cases.Case) dialog.Screen {
	s := v.say("question.ask", "no", c.Number, "kind", kindWords(v, c), "name", h.name(ctx, v, c.Holder), "question", v.Texts.T("question."+c.Why))
	s.Text += v.quoted(c.WhyWords) + h.between(ctx, v, c)
	s.Rows = caseRows(v, c, "question.answer", "answer")
	return s
}

func (h *House) tellQuestion(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	if c.Status != cases.Waiting || c.WaitFor != cases.ForResident { // answered before it was told
		return h.stands(ctx, v, c)
	}
	return h.questionScreen(ctx, v, c)
}

// tellUnasked takes the place of a question that nobody need answer any more; who
// answered it goes on reading what they were asked.
func (h *House) tellUnasked(_ context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	switch a.By {
	case 0: // nobody did in time
		return v.say("told.question_over", "no", c.Number)
	case v.Person.ID:
		return dialog.Screen{Bare: true}
	}
	return v.say("told.question_gone", "no", c.Number)
}

func (h *House) tellWaits(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	if c.Status != cases.Waiting || c.WaitFor == cases.ForResident {
		return h.stands(ctx, v, c)
	}
	s := v.say("told.waits."+string(c.WaitFor), "no", c.Number, "kind", kindWords(v, c), "name", h.name(ctx, v, c.Holder), "until", h.until(v, c))
	s.Text += v.quoted(c.WhyWords)
	return s
}

// above puts a line above the card of whoever holds a case.
func (h *House) above(ctx context.Context, v Visit, c cases.Case, key string, args ...any) dialog.Screen {
	s := h.memberCard(ctx, v, c)
	s.Text = v.Texts.T(key, append([]any{"no", c.Number}, args...)...) + "\n" + s.Text
	return s
}

func (h *House) tellWoken(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	return h.above(ctx, v, c, "told.woken."+a.Code, "who", h.name(ctx, v, c.For))
}

func (h *House) tellAnswer(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	s := h.above(ctx, v, c, "told.answers", "who", h.name(ctx, v, a.speaker(c)), "words", v.quoted(h.written(ctx, v, c.ID, cases.Answered)))
	s.Media = shown(h.mediaOf(ctx, v, c.ID, cases.Answered))
	return s
}

func (h *House) tellUndone(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	return v.say("told.undone."+a.Code, "no", c.Number, "name", h.name(ctx, v, a.By))
}

// What people hear of an end that is not "held".

// tellProposed asks the second pair of eyes; when it is decided it says so.
func (h *House) tellProposed(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	return h.lookCard(ctx, v, c)
}

// tellDeciding tells those who are in danger that it is being decided how it goes on,
// and whom to call meanwhile.
func (h *House) tellDeciding(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	if c.Status != cases.Proposed {
		return h.caseScreen(ctx, v, c)
	}
	return v.say("told.deciding", "no", c.Number, "kind", kindWords(v, c), "number", v.Community.Number(c.Danger))
}

func (h *House) tellAgreed(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	if !hasEnded(c) {
		return h.caseScreen(ctx, v, c)
	}
	return v.say("told.agreed", "no", c.Number, "who", h.name(ctx, v, a.By), "end", v.endWords(c))
}

func (h *House) tellRefused(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	words := ""
	if a.Words {
		words = v.quoted(h.written(ctx, v, c.ID, cases.Refused))
	}
	return h.above(ctx, v, c, "told.refused", "who", h.name(ctx, v, a.By), "why", v.Texts.T("told.refusal."+a.Code), "words", words)
}

func (h *House) tellEnded(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	return h.caseScreen(ctx, v, c)
}

func (h *House) tellDisagreed(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	if a.Outcome == cases.NotSo {
		return h.above(ctx, v, c, "notso.anew", "who", h.name(ctx, v, a.By))
	}
	return h.above(ctx, v, c, "told.disagreed", "who", h.name(ctx, v, a.By), "end", v.Texts.T("end.was."+a.Outcome))
}

func (h *House) tellObjection(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	s := v.say("told.objection", "no", c.Number, "who", h.name(ctx, v, a.speaker(c)))
	if a.Words {
		s.Text += v.quoted(h.written(ctx, v, c.ID, cases.Against))
	}
	s.Media = shown(h.mediaOf(ctx, v, c.ID, cases.Against))
	return s
}
