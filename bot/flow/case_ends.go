package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// endsPart is the ends that are not "held", waiting, and what stands behind More on a card.
func (h *House) endsPart() casePart {
	return casePart{
		verbs: map[string]caseVerb{
			"more": h.openMore, "card": h.cardAgain, "undo": h.undo, "pass": h.askPass,
			"give": h.giveAway, "urgent": h.toggleUrgent, "matters": h.toggleKey, "kindof": h.askKind,
			"wait": h.startWait, "goon": h.goOn, "answer": h.startAnswer,
			"notours": h.startEnding(cases.Referred), "cannot": h.startEnding(cases.Cannot), "wish": h.startEnding(cases.Wish),
			"agree": h.agree, "refuse": h.startRefusal, "disagree": h.disagree,
		},
		topics: map[string]caseTopic{
			"case.question": h.tellQuestion, "case.question_gone": h.tellUnasked,
			"case.waits": h.tellWaits, "case.woken": h.tellWoken, "case.goes_on": h.tell("told.goes_on"), "case.answered": h.tellAnswer,
			"case.undone":   h.tellUndone,
			"case.deciding": h.tellDeciding,
			"case.proposed": h.tellProposed, "case.proposal_gone": h.tellProposed,
			"case.agreed": h.tellAgreed, "case.refused": h.tellRefused, "case.ended": h.tellEnded,
			"case.disagreed": h.tellDisagreed, "case.disputed": h.tell("told.disputed"), "case.objection": h.tellObjection,
		},
		jobs: map[string]caseJob{"case.wake": h.Cases.WakeItself, "case.look_again": h.Cases.LookAgain},
	}
}

// endVerbs are the buttons of these conversations that carry more than a case.
func (h *House) endVerbs() map[string]verb {
	return map[string]verb{
		"more": h.aboutCase(h.turnMore), "act": h.actMore, "kinds": h.aboutCase(h.turnKinds), "kindof": h.aboutCase(h.nameKind),
		"pass": h.pass, "card": onID(func(ctx context.Context, v Visit, id int64) (Reply, error) {
			return h.cardAgain(ctx, v, id)
		}),
	}
}

// stateLine is how a case stands, on the card of those on duty; "" where the card
// says so otherwise.
func (h *House) stateLine(ctx context.Context, v Visit, c cases.Case) string {
	switch c.Why {
	case cases.NoAgreement:
		return h.partedLine(ctx, v, c)
	case cases.NotSo:
		return h.notSoLine(ctx, v, c)
	}
	switch c.Status {
	case cases.Waiting:
		line := v.Texts.T("card.waits."+string(c.WaitFor), "until", h.until(v, c))
		if c.WaitFor == cases.ForResident && c.Why != "" {
			line += v.Texts.T("card.asked", "question", v.Texts.T("question."+c.Why))
		}
		return line + v.quoted(c.WhyWords)
	case cases.Proposed:
		return v.Texts.T("card.proposed", "name", h.name(ctx, v, c.ProposedBy), "end", v.endWords(c)) + v.quoted(c.WhyWords)
	case cases.Seen, cases.Unconfirmed:
		return v.Texts.T("card.stands." + string(c.Status))
	case cases.Referred, cases.Cannot, cases.Wish, cases.Spam:
		return v.Texts.T("card.ended", "end", v.endWords(c), "name", h.name(ctx, v, c.DecidedBy)) + v.quoted(c.WhyWords)
	default:
		return ""
	}
}

// until is the day until which a case waits.
func (h *House) until(v Visit, c cases.Case) day {
	if c.WaitUntil == nil {
		return dayIn(v.Now, v.Zone)
	}
	return dayIn(*c.WaitUntil, v.Zone)
}

// endWords is how a case ends otherwise than held, and why.
func (v Visit) endWords(c cases.Case) string {
	return v.Texts.T("end."+string(c.Ending), "to", v.body(c.PassedTo), "why", v.why(c))
}

// why is why a case ends otherwise.
func (v Visit) why(c cases.Case) string { return v.Texts.T("why." + string(c.Ending) + "." + c.Why) }

// body is what another body is called: one that all know, or the words of who
// named it.
func (v Visit) body(code string) string {
	for _, known := range cases.Bodies {
		if known == code {
			return v.Texts.T("body." + code)
		}
	}
	return code
}

// quoted are words below a line, if there are any.
func (v Visit) quoted(words string) string {
	if words == "" {
		return ""
	}
	return "\n" + v.Texts.T("card.words", "words", words)
}

// endedScreen says to a resident how their matter ended, and why; once they may
// disagree.
func (h *House) endedScreen(ctx context.Context, v Visit, c cases.Case) dialog.Screen {
	s := v.say("ended."+string(c.Status), "no", c.Number, "kind", kindWords(v, c), "to", v.body(c.PassedTo), "why", v.why(c))
	s.Text += v.quoted(c.WhyWords)
	switch {
	case c.AskOn == nil:
	case c.AskOn.After(v.Now):
		s.Text += "\n" + v.Texts.T("ended.ask_on", "to", v.body(c.PassedTo), "on", dayIn(*c.AskOn, v.Zone))
	default:
		s.Text += "\n" + v.Texts.T("ended.ask_now", "to", v.body(c.PassedTo))
	}
	s.Text += h.between(ctx, v, c)
	switch {
	case !v.answers(c):
	case c.DisputedAt == nil:
		s.Rows = caseRows(v, c, "ended.disagree", "disagree")
	default:
		s.Text += "\n" + v.Texts.T("ended.call", "phone", phoneWords(v))
	}
	return s
}

// hasEnded reports whether a case ended with a public reason.
func hasEnded(c cases.Case) bool {
	switch c.Status {
	case cases.Referred, cases.Cannot, cases.Wish, cases.Spam:
		return true
	default:
		return false
	}
}

// lookCard is what is proposed, before the second pair of eyes.
func (h *House) lookCard(ctx context.Context, v Visit, c cases.Case) dialog.Screen {
	s := dialog.Screen{Card: c.ID, Text: h.story(ctx, v, c), Media: shown(h.mediaOf(ctx, v, c.ID, cases.Before, cases.Rest))}
	if cases.MayDecide(c, v.Actor) {
		s.Text += "\n" + v.Texts.T("look.ask")
		s.Rows = caseRows(v, c, "look.agree", "agree", "look.refuse", "refuse", "card.call", "call")
		s.Rows[0][0].Style = dialog.Primary
	}
	return s
}

// agree is the second pair of eyes.
func (h *House) agree(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Agree(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("agree to the end of case %d: %w", id, err)
	}
	return show(v.say("look.agreed", "no", c.Number, "end", v.endWords(c), "name", h.name(ctx, v, c.For))), nil
}

// disagree takes in that a resident does not agree, then asks why.
func (h *House) disagree(ctx context.Context, v Visit, id int64) (Reply, error) {
	if _, err := h.Cases.Disagree(ctx, v.Actor, id); err != nil {
		return Reply{}, fmt.Errorf("disagree with the end of case %d: %w", id, err)
	}
	return Reply{Dialog: "objection", Where: Spent, Prefill: sayDraft{By: v.who(), Case: id}}, nil
}
