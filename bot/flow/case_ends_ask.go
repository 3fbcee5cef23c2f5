package flow

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// mostWhy is how many characters of a reason are written beside its code: residents
// read it on a phone.
const mostWhy = 100

// opens is the hour at which what waits for a day goes on.
const opens = 9

// inDays is the morning so many days from now.
func inDays(t dialog.Turn, days int) time.Time {
	y, m, d := t.Now.In(t.Zone).Date()
	return time.Date(y, m, d+days, opens, 0, 0, 0, t.Zone)
}

// waitDraft is why a case cannot go on now.
type waitDraft struct {
	By    who    `json:"by"`
	Case  int64  `json:"case"`
	For   string `json:"for,omitempty"`
	Ask   string `json:"ask,omitempty"`
	Until string `json:"until,omitempty"`
	Words string `json:"words,omitempty"`
}

// untils are the days that can be chosen, by their code.
var untils = map[string]int{"tomorrow": 1, "three_days": 3, "week": 7, "fortnight": 14, "month": 30}

func (h *House) startWait(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.heldByMe(ctx, v, id)
	if err != nil {
		return Reply{}, err
	}
	if c.Status != cases.Taken && c.Status != cases.Waiting {
		return show(h.caseScreen(ctx, v, c)), nil
	}
	return Reply{Dialog: "wait", Where: Apart, Prefill: waitDraft{By: v.who(), Case: id}}, nil
}

func waitFlow(h *House) *dialog.Flow[waitDraft] {
	resident := func(d *waitDraft) bool { return d.For == string(cases.ForResident) }
	return dialog.New("wait", h.sendWait,
		dialog.Choice("for", func(d *waitDraft) *string { return &d.For },
			string(cases.ForResident), string(cases.ForParts), string(cases.ForDate)).
			Fill(func(ctx context.Context, d *waitDraft, _ dialog.Turn) ([]any, error) {
				return h.which(ctx, d.By, d.Case)
			}),
		dialog.Choice("ask", func(d *waitDraft) *string { return &d.Ask }, cases.Questions...).When(resident),
		dialog.Choice("until", func(d *waitDraft) *string { return &d.Until }, "tomorrow", "three_days", "week", "fortnight", "month").
			When(func(d *waitDraft) bool { return d.For != "" && !resident(d) }),
		dialog.Text("words", func(d *waitDraft) *string { return &d.Words }, 1, mostWhy).Optional(),
	).NoSummary()
}

func (h *House) sendWait(ctx context.Context, d *waitDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	p := cases.Pending{For: cases.WaitFor(d.For), Why: d.Ask, Words: d.Words}
	if days := untils[d.Until]; days > 0 {
		p.Until = inDays(t, days)
	}
	c, err := h.Cases.Wait(ctx, v.Actor, d.Case, p)
	if text, ok := v.Refused(err); ok {
		return h.refusedAbout(ctx, v, d.Case, text), nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("let case %d wait: %w", d.Case, err)
	}
	s := h.memberCard(ctx, v, c)
	s.Media = nil
	return s, nil
}

// goOn ends the waiting by the holder's tap.
func (h *House) goOn(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.GoOn(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("go on with case %d: %w", id, err)
	}
	return show(h.memberCard(ctx, v, c)), nil
}

// endingDraft is how a case is to end otherwise than held.
type endingDraft struct {
	By    who    `json:"by"`
	Case  int64  `json:"case"`
	As    string `json:"as"`
	To    string `json:"to,omitempty"`
	Other string `json:"other,omitempty"`
	Why   string `json:"why,omitempty"`
	Again string `json:"again,omitempty"`
	Soon  string `json:"soon,omitempty"`
	Words string `json:"words,omitempty"`

	Presses bool `json:"presses,omitempty"` // nobody waits for weeks until it is asked about
}

// otherBody is a body that has no code.
const otherBody = "elsewhere"

// which is the number of the case that a question is about: whoever is asked has others.
func (h *House) which(ctx context.Context, by who, id int64) ([]any, error) {
	c, err := h.Cases.Read(ctx, by.Community, id)
	if err != nil {
		return nil, fmt.Errorf("case %d: %w", id, err)
	}
	return []any{"no", c.Number}, nil
}

// startEnding asks what there is to say of an end.
func (h *House) startEnding(as cases.Status) caseVerb {
	return func(ctx context.Context, v Visit, id int64) (Reply, error) {
		c, err := h.heldByMe(ctx, v, id)
		if err != nil {
			return Reply{}, err
		}
		if c.Status != cases.Assigned && c.Status != cases.Taken && c.Status != cases.Waiting {
			return show(h.caseScreen(ctx, v, c)), nil
		}
		return Reply{Dialog: "ending", Where: Apart, Prefill: endingDraft{By: v.who(), Case: id, As: string(as), Presses: c.Urgent}}, nil
	}
}

func endingFlow(h *House) *dialog.Flow[endingDraft] {
	referred := func(d *endingDraft) bool { return d.As == string(cases.Referred) }
	return dialog.New("ending", h.sendEnding,
		dialog.Choice("to", func(d *endingDraft) *string { return &d.To }, append(cases.Bodies[:len(cases.Bodies):len(cases.Bodies)], otherBody)...).When(referred).
			Fill(func(ctx context.Context, d *endingDraft, _ dialog.Turn) ([]any, error) {
				return h.which(ctx, d.By, d.Case)
			}),
		dialog.Text("other", func(d *endingDraft) *string { return &d.Other }, 2, cases.MaxBody).
			When(func(d *endingDraft) bool { return referred(d) && d.To == otherBody }),
		dialog.Pick("why", func(d *endingDraft) *string { return &d.Why },
			func(_ context.Context, d *endingDraft, t dialog.Turn) ([]dialog.Option, error) {
				var options []dialog.Option
				for _, why := range cases.Whys[cases.Status(d.As)] {
					options = append(options, dialog.Option{Value: why, Label: t.Texts.T("why." + d.As + ".label." + why)})
				}
				return options, nil
			}).Fill(func(ctx context.Context, d *endingDraft, _ dialog.Turn) ([]any, error) {
			return h.which(ctx, d.By, d.Case)
		}),
		dialog.Choice("again", func(d *endingDraft) *string { return &d.Again }, "week", "fortnight", "month").
			When(func(d *endingDraft) bool { return referred(d) && !d.Presses }),
		dialog.Choice("soon", func(d *endingDraft) *string { return &d.Soon }, "tomorrow", "three_days", "week").
			When(func(d *endingDraft) bool { return referred(d) && d.Presses }),
		dialog.Text("words", func(d *endingDraft) *string { return &d.Words }, 1, mostWhy).Optional(),
	).NoSummary().Says("ending.sent")
}

func (h *House) sendEnding(ctx context.Context, d *endingDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	p := cases.Proposal{As: cases.Status(d.As), Why: d.Why, Words: d.Words, To: d.To}
	if p.To == otherBody {
		p.To = d.Other
	}
	if days := untils[cmp.Or(d.Soon, d.Again)]; days > 0 {
		p.AskOn = inDays(t, days)
	}
	c, err := h.Cases.Propose(ctx, v.Actor, d.Case, p)
	if text, ok := v.Refused(err); ok {
		return h.refusedAbout(ctx, v, d.Case, text), nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("propose an end of case %d: %w", d.Case, err)
	}
	s := v.say("ending.sent", "no", c.Number, "end", v.endWords(c))
	s.Rows = caseRows(v, c, "more.undo", "undo")
	return s, nil
}

// refusalDraft is why a second pair of eyes does not agree.
type refusalDraft struct {
	By    who    `json:"by"`
	Case  int64  `json:"case"`
	Why   string `json:"why,omitempty"`
	Words string `json:"words,omitempty"`
}

func (h *House) startRefusal(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("case %d: %w", id, err)
	}
	if !cases.MayDecide(c, v.Actor) {
		return show(h.caseScreen(ctx, v, c)), nil
	}
	return Reply{Dialog: "refusal", Where: Apart, Prefill: refusalDraft{By: v.who(), Case: id}}, nil
}

func refusalFlow(h *House) *dialog.Flow[refusalDraft] {
	return dialog.New("refusal",
		func(ctx context.Context, d *refusalDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			c, err := h.Cases.Refuse(ctx, v.Actor, d.Case, d.Why, d.Words)
			if text, ok := v.Refused(err); ok {
				return dialog.Screen{Text: text}, nil
			} else if err != nil {
				return dialog.Screen{}, fmt.Errorf("refuse the end of case %d: %w", d.Case, err)
			}
			return v.say("refusal.sent", "no", c.Number, "name", h.name(ctx, v, c.Holder)), nil
		},
		dialog.Choice("why", func(d *refusalDraft) *string { return &d.Why }, cases.Refusals...).
			Fill(func(ctx context.Context, d *refusalDraft, _ dialog.Turn) ([]any, error) {
				return h.which(ctx, d.By, d.Case)
			}),
		dialog.Text("words", func(d *refusalDraft) *string { return &d.Words }, 1, cases.MaxWhyWords).Optional(),
	).NoSummary().Says("refusal.sent")
}
