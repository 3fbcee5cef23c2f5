package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// visitsPart is going there once more to see whether it held.
func (h *House) visitsPart() casePart {
	return casePart{
		verbs: map[string]caseVerb{
			"still": h.stillHolds, "again": h.brokeAgain, "nothere": h.notThere, "word": h.startWord,
		},
		topics: map[string]caseTopic{
			"case.visit":             h.tellVisit,
			"case.visit_over":        h.tell("told.visit_over"),
			"case.visit_late":        h.tellVisitLate,
			"case.visit_missed":      h.tellVisitMissed,
			"case.unconfirmed":       h.tellUnconfirmed,
			"case.unconfirmed_yours": h.tell("told.unconfirmed_yours"),
			"case.seen":              h.tellSeen,
			"case.seen_yours":        h.tell("told.seen_yours"),
			"case.done_there":        h.tellDoneThere,
			"case.asks_later":        h.tellAsksLater,
			"case.taken_up":          h.tell("told.taken_up"),
			"case.still":             h.tellStill,
			"case.silent":            h.tell("told.silent"),
		},
		jobs: map[string]caseJob{"case.silence": h.Cases.Silent, "case.visit_due": h.Cases.VisitDue},
	}
}

// tellVisit asks somebody to go and look, with the whole story; one that was made
// meanwhile, or is another's, has no buttons.
func (h *House) tellVisit(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	of, err := h.Cases.ReadVisit(ctx, v.Community.ID, a.Item, &c)
	if err != nil || of.Outcome != "" || of.Person != v.Person.ID {
		return v.say("told.visit_over", "no", c.Number)
	}
	return h.visitScreen(ctx, v, cases.ToVisit{Case: c, Visit: of})
}

func (h *House) tellVisitLate(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	s := v.say("told.visit_late", "no", c.Number, "kind", kindWords(v, c), "name", h.name(ctx, v, a.By))
	s.Rows = [][]dialog.Button{{{Label: v.Texts.T("visit.open"), Data: fmt.Sprintf("m.visit.%d", a.Item)}}}
	return s
}

// tellVisitMissed tells the resident that somebody was there; they can say it here.
func (h *House) tellVisitMissed(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	s := v.say("told.visit_missed", "no", c.Number, "kind", kindWords(v, c), "name", h.name(ctx, v, a.By))
	switch {
	case !v.answers(c):
	case c.Status == cases.Done:
		s.Rows = checkRows(v, c)
	case c.Status == cases.Held:
		s.Rows = stillRows(v, c)
	}
	return s
}

// tellUnconfirmed says honestly that nobody knows, and asks once more.
func (h *House) tellUnconfirmed(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	switch {
	case c.SideOf(v.Person.ID) == cases.TheOther, c.AsksWhose():
		return h.caseScreen(ctx, v, c)
	case c.Status != cases.Unconfirmed:
		return h.stands(ctx, v, c)
	}
	return h.lateScreen(v, c)
}

// lateScreen is a case that ended without the resident's word, which still counts.
func (h *House) lateScreen(v Visit, c cases.Case) dialog.Screen {
	s := v.say("visit.ended."+string(c.Status), "no", c.Number, "kind", kindWords(v, c))
	s.Rows = checkRows(v, c)
	return s
}

func (h *House) tellSeen(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	if c.Status != cases.Seen {
		return h.stands(ctx, v, c)
	}
	s := v.say("told.seen", "no", c.Number, "kind", kindWords(v, c), "name", h.name(ctx, v, a.By))
	if after := h.mediaOf(ctx, v, c.ID, cases.After); len(after) > 0 {
		s.Media = shown(after[len(after)-1:])
	}
	if v.answers(c) {
		s.Rows = checkRows(v, c)
	}
	return s
}

func (h *House) tellDoneThere(_ context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	s := v.say("told.done_there", "no", c.Number, "kind", kindWords(v, c))
	if c.Status == cases.Referred && v.answers(c) {
		s.Rows = caseRows(v, c, "check.not", "nothere")
	}
	return s
}

// tellAsksLater tells when the other body is asked once more.
func (h *House) tellAsksLater(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	if c.Status != cases.Referred || c.AskOn == nil {
		return h.stands(ctx, v, c)
	}
	return v.say("told.asks_later", "no", c.Number, "kind", kindWords(v, c), "to", v.body(c.PassedTo), "on", dayIn(*c.AskOn, v.Zone))
}

// tellStill asks weeks later whether it still holds, with the first photo and the story.
func (h *House) tellStill(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	if c.Status != cases.Held && c.Status != cases.Seen || c.DoneAt == nil {
		return h.stands(ctx, v, c)
	}
	s := v.say("told.still", "no", c.Number, "kind", kindWords(v, c), "since", c.DraftedAt, "done", *c.DoneAt, "name", h.name(ctx, v, c.Holder))
	if c.Words != "" {
		s.Text = v.Texts.T("card.words", "words", short(c.Words)) + "\n" + s.Text
	}
	s.Media = shown(firstPicture(h.mediaOf(ctx, v, c.ID, cases.Before)))
	s.Rows = stillRows(v, c)
	return s
}

func stillRows(v Visit, c cases.Case) [][]dialog.Button {
	if c.Status == cases.Seen {
		return caseRows(v, c, "check.still", "still", "check.again", "not")
	}
	return caseRows(v, c, "check.still", "still", "check.again", "again")
}

// The resident's taps.

func (h *House) stillHolds(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.StillHolds(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("case %d holds still: %w", id, err)
	}
	return show(v.say("check.still_thanks", "no", c.Number)), nil
}

// brokeAgain opens what had held, and asks what is wrong.
func (h *House) brokeAgain(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Again(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("case %d again: %w", id, err)
	}
	return h.asksLeft(ctx, v, c), nil
}

func (h *House) notThere(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.NotThere(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("take case %d up: %w", id, err)
	}
	return show(v.say("told.taken_up", "no", c.Number)), nil
}
