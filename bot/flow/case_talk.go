package flow

import (
	"context"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// talkPart is what resident and member say to one another through the bot.
func (h *House) talkPart() casePart {
	return casePart{
		verbs: map[string]caseVerb{
			"say": h.startSay, "ask": h.startSay, "remark": h.startRemark, "heard": h.listen,
		},
		topics: map[string]caseTopic{
			"case.said": h.tellSaid, "case.remarked": h.tellSaid, "case.safety": h.tellSafety,
		},
	}
}

// talkVerbs are the buttons about a case that carry more than its number.
func (h *House) talkVerbs() map[string]verb {
	return map[string]verb{"heard": h.nameHeard, "press": h.pressHeard, "belongs": h.belongs}
}

// tellSaid brings something that was said about a case to the other end, and to
// staff what was written among them.
func (h *House) tellSaid(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	said, ok := h.said(ctx, v, c.ID, a.Item)
	if !ok { // it was taken back meanwhile
		return h.stands(ctx, v, c)
	}
	key := "talk.says"
	switch {
	case said.By == cases.Among:
		key = "talk.notes"
	case a.Code != "":
		key = "talk.says_now"
	case said.Words == "":
		key = "talk.sends"
	}
	s := v.say(key, "case", v.Texts.T("talk.case", "no", c.Number, "kind", kindWords(v, c)), "who", h.name(ctx, v, said.Person))
	if said.Words != "" {
		s.Text += "\n" + v.Texts.T("card.words", "words", said.Words)
	}
	s.Media = shown(said.Media)
	switch said.By {
	case cases.FromStaff:
		s.Text += "\n" + v.Texts.T("talk.how")
		s.Rows = caseRows(v, c, "talk.answer", "say")
	case cases.FromHome:
		s.Rows = caseRows(v, c, "talk.answer", "ask", "talk.show", "show")
	default:
		s.Rows = caseRows(v, c, "talk.show", "show")
	}
	return s
}

// said is one thing that was said about a case.
func (h *House) said(ctx context.Context, v Visit, id, item int64) (cases.Said, bool) {
	all, err := h.Cases.Talk(ctx, v.Community.ID, id)
	if err != nil { // it stands on the card
		return cases.Said{}, false
	}
	i := slices.IndexFunc(all, func(s cases.Said) bool { return s.ID == item })
	if i < 0 {
		return cases.Said{}, false
	}
	return all[i], true
}

// What of a talk stands on a card.
const (
	saidLines = 3
	saidMedia = 5
)

// talkOf is the end of what was said about a case, as staff read it on its card.
func (h *House) talkOf(ctx context.Context, v Visit, id int64) string {
	all, err := h.Cases.Talk(ctx, v.Community.ID, id)
	if err != nil { // a card is better drawn without it than not at all
		return ""
	}
	var lines []string
	for _, s := range all[max(0, len(all)-saidLines):] {
		words := s.Words
		if words == "" {
			words = v.Texts.T("dialog."+s.Media[0].Kind, "n", len(s.Media))
		}
		key := "card.said"
		if s.By == cases.Among {
			key = "card.note"
		}
		lines = append(lines, v.Texts.T(key, "name", h.name(ctx, v, s.Person), "words", words))
	}
	return strings.Join(lines, "\n")
}

// cardMedia is what a card shows: the pictures and voice messages of the report,
// and the last that came later.
func (h *House) cardMedia(ctx context.Context, v Visit, id int64) []dialog.Media {
	media := h.mediaOf(ctx, v, id, cases.Before, cases.Rest)
	all, err := h.Cases.Talk(ctx, v.Community.ID, id)
	if err != nil {
		return shown(media)
	}
	var late []cases.Media
	for _, s := range all {
		if s.By == cases.FromHome {
			late = append(late, s.Media...)
		}
	}
	return shown(append(media, late[max(0, len(late)-saidMedia):]...))
}

// talkRow lets those whose matter it is say something about it, also when it is
// over, and other staff write what only staff read.
func (v Visit) talkRow(c cases.Case) [][]dialog.Button {
	over := slices.Contains([]cases.Status{cases.Draft, cases.Dropped, cases.TakenBack}, c.Status)
	switch {
	case over:
		return nil
	case c.Reporter == v.Person.ID || v.answers(c):
		return caseRows(v, c, "talk.say", "say")
	case v.Actor.Staff() && c.ClosedAt == nil:
		return caseRows(v, c, "talk.note", "remark")
	}
	return nil
}

// tellSafety says what to do in a danger that somebody heard in a voice message.
func (h *House) tellSafety(_ context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	return dialog.Screen{Text: SafetyText(v.Texts, v.Community, Danger{Kind: c.Danger})}
}
