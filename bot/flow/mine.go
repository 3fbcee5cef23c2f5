package flow

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
)

// mineShown is how many of one's matters one screen names.
const mineShown = 6

// mine lists what a person reported and, for those on duty, what they hold: a
// button each, with the number, what it is and how it stands.
func (h *House) mine(ctx context.Context, v Visit) (Reply, error) {
	list, err := h.Cases.Mine(ctx, v.Actor)
	if err != nil {
		return Reply{}, fmt.Errorf("mine: %w", err)
	}
	var held []cases.Case
	if v.Actor.Staff() {
		if held, err = h.Cases.Holding(ctx, v.Actor); err != nil {
			return Reply{}, fmt.Errorf("holding: %w", err)
		}
	}
	if len(list)+len(held) == 0 {
		return show(h.withMenu(v, "mine.none")), nil
	}
	s := v.say("mine.list")
	switch {
	case len(held) > 0 && len(list) > 0:
		s = v.say("mine.both", "n", len(held))
	case len(held) > 0:
		s = v.say("mine.held", "n", len(held))
	}
	for _, c := range append(held, list...) {
		if len(s.Rows) == mineShown {
			break
		}
		s.Rows = append(s.Rows, []dialog.Button{{Label: h.line(ctx, v, c), Data: CaseData("show", c.ID)}})
	}
	return show(s), nil
}

// line is a case on a button: "208 lamp: taken".
func (h *House) line(ctx context.Context, v Visit, c cases.Case) string {
	if c.Status == cases.Draft {
		return v.Texts.T("mine.unsent", "kind", kindWords(v, c))
	}
	status := "status." + string(c.Status)
	switch {
	case c.Holder == v.Person.ID && c.Status == cases.Assigned:
		status = "status.for_you"
	case c.Holder == v.Person.ID && c.Status == cases.Taken:
		status = "status.with_you"
	}
	told := v.Texts.T(status)
	switch {
	case c.Holder == v.Person.ID:
	case c.For != v.Person.ID:
		return named(v.Texts, "mine.line_for", h.name(ctx, v, c.For), "no", c.Number, "status", told)
	case c.Reporter != v.Person.ID:
		return named(v.Texts, "mine.line_by", h.name(ctx, v, c.Reporter), "no", c.Number, "status", told)
	}
	return v.Texts.T("mine.line", "no", c.Number, "kind", kindWords(v, c), "status", told)
}

// kindWords is what a case is about; before anybody named it, that it is a
// report will do.
func kindWords(v Visit, c cases.Case) string {
	switch {
	case c.Danger != "":
		return v.Texts.T("danger.kind." + c.Danger)
	case c.Kind != "":
		return v.kind(c.Kind)
	default:
		return v.Texts.T("kind.unnamed")
	}
}

// kind is what a kind of problem is called here.
func (v Visit) kind(code string) string {
	k, _ := v.Community.Kinds.Find(code)
	if name := k.Names[v.Person.Language]; name != "" {
		return name
	}
	if _, usual := community.DefaultKinds.Find(code); usual {
		return v.Texts.T("kind." + code)
	}
	if name := anyName(k.Names, v.Community.Language); name != "" {
		return name
	}
	return v.Texts.T("kind.unnamed")
}

// anyName is a name in another language than the reader's: one is better than
// none. That of the community comes first.
func anyName(names community.Names, first string) string {
	if name := names[first]; name != "" {
		return name
	}
	others := slices.Sorted(maps.Keys(names))
	if len(others) == 0 {
		return ""
	}
	return names[others[0]]
}

// showCase shows one matter to whoever may see it: the card to the member who
// holds it, how it stands to the resident.
func (h *House) showCase(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("show case %d: %w", id, err)
	}
	return Reply{Screen: h.caseScreen(ctx, v, c), Where: Apart, Beside: true}, nil
}

func (h *House) byNumber(ctx context.Context, v Visit, number string) (Reply, error) {
	no, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return show(h.withMenu(v, "case.none_such")), nil
	}
	c, err := h.Cases.ByNumber(ctx, v.Actor, no)
	if text, ok := v.Refused(err); ok {
		return show(dialog.Screen{Text: text, Menu: true}), nil
	} else if err != nil {
		return Reply{}, fmt.Errorf("case no. %d: %w", no, err)
	}
	return show(h.caseScreen(ctx, v, c)), nil
}

func (h *House) caseScreen(ctx context.Context, v Visit, c cases.Case) dialog.Screen {
	switch {
	case c.Status == cases.Draft:
		return h.draftCard(ctx, v, c)
	case c.Holder == v.Person.ID && c.Status != cases.TakenBack:
		return h.memberCard(ctx, v, c)
	case c.Status == cases.Done && v.answers(c):
		return h.checkScreen(ctx, v, c)
	}
	s := h.stands(ctx, v, c)
	if (c.Reporter == v.Person.ID || v.answers(c)) && c.CanTakeBack(v.Now) {
		s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("case.take_back"), Data: CaseData("back", c.ID)}})
	}
	return s
}

// stands says how a case stands to whom it does not ask anything.
func (h *House) stands(ctx context.Context, v Visit, c cases.Case) dialog.Screen {
	if c.Urgent && c.Danger != "" && (c.Status == cases.Open || c.Status == cases.Assigned) {
		return h.rung(ctx, v, c)
	}
	s := v.say("case.stands."+string(c.Status),
		"no", c.Number, "kind", kindWords(v, c), "place", h.placeWords(ctx, v, c.Place),
		"holder", h.name(ctx, v, c.Holder), "by", due(c), "phone", phoneWords(v))
	s.Text += h.between(ctx, v, c)
	if news := h.written(ctx, v, c.ID, cases.Under); news != "" && c.Status == cases.Taken {
		s.Text += "\n" + v.Texts.T("card.words", "words", short(news))
	}
	return s
}

// short is the beginning of a member's note.
func short(text string) string {
	const most = 25 // characters
	if cut := shorten(text, most); cut != text {
		return cut + "…"
	}
	return text
}

// due is when people hear of the case; a draft that was dropped has no such time.
func due(c cases.Case) time.Time {
	if c.DueAt == nil {
		return c.DraftedAt
	}
	return *c.DueAt
}
