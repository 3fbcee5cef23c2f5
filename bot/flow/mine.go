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

// mineShown is how many of one's matters one page names.
const mineShown = 6

// mine lists what a person reported and, for those who hold cases, what they hold: a
// button each, with the number, what it is and how it stands.
func (h *House) mine(ctx context.Context, v Visit) (Reply, error) {
	return h.minePage(ctx, v, "")
}

// turnMine shows another page of them, in the same place.
func (h *House) turnMine(ctx context.Context, v Visit, at string) (Reply, error) {
	r, err := h.minePage(ctx, v, at)
	r.Beside = true
	return r, err
}

func (h *House) minePage(ctx context.Context, v Visit, at string) (Reply, error) {
	list, err := h.Cases.Mine(ctx, v.Actor)
	if err != nil {
		return Reply{}, fmt.Errorf("mine: %w", err)
	}
	held, err := h.inHand(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	followed, err := h.followedLines(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	if len(list)+len(held)+len(followed) == 0 {
		return show(h.withMenu(v, "mine.none")), nil
	}
	s := v.say("mine.list")
	switch {
	case len(held) > 0 && len(list) > 0:
		s = v.say("mine.both", "n", len(held))
	case len(held) > 0:
		s = v.say("mine.held", "n", len(held))
	}
	var rows [][]dialog.Button
	for _, c := range append(held, list...) {
		rows = append(rows, []dialog.Button{{Label: h.line(ctx, v, c), Data: CaseData("show", c.ID)}})
	}
	rows = append(rows, followed...)
	n, _ := strconv.Atoi(at) // the first page has no number
	n = max(0, min(n, (len(rows)-1)/mineShown))
	s.Rows = rows[n*mineShown : min((n+1)*mineShown, len(rows))]
	if (n+1)*mineShown < len(rows) {
		row(&s, v.Texts.T("dialog.more"), "mineat", strconv.Itoa(n+1))
	}
	if n > 0 {
		row(&s, v.Texts.T("dialog.earlier"), "mineat", strconv.Itoa(n-1))
	}
	return show(s), nil
}

// line is a case on a button: "208 lamp: taken".
func (h *House) line(ctx context.Context, v Visit, c cases.Case) string {
	if c.Status == cases.Draft {
		return v.Texts.T("mine.unsent", "kind", kindWords(v, c))
	}
	if of, ok := h.whole(ctx, v, c); ok { // it goes as the whole goes
		c.Status, c.Holder = of.Status, of.Holder
	}
	status := "status." + string(c.Status)
	switch {
	case c.Holder == v.Person.ID && c.Status == cases.Assigned:
		status = "status.for_you"
	case c.Holder == v.Person.ID && c.Status == cases.Taken:
		status = "status.with_you"
	case c.WaitFor == cases.ForResident && v.answers(c), c.Status == cases.Proposed && c.AsksWhose() && c.For == v.Person.ID:
		status = "status.asks_you"
	}
	told := v.Texts.T(status)
	switch {
	case c.Holder == v.Person.ID, c.Other == v.Person.ID:
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
		if followed, found, err := h.followedByNumber(ctx, v, no); found || err != nil {
			return followed, err
		}
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
	case c.Status == cases.Duplicate && (c.Reporter == v.Person.ID || v.answers(c)):
		return h.doubleScreen(ctx, v, c)
	case c.Status == cases.Duplicate:
		s := h.memberCard(ctx, v, c)
		s.Rows = caseRows(v, c, "near.split", "split")
		return s
	case c.Holder == v.Person.ID && c.Status != cases.TakenBack:
		return h.memberCard(ctx, v, c)
	case c.Why == cases.NotSo && c.For == v.Person.ID:
		return h.notSoScreen(ctx, v, c)
	case c.Mediated() && c.SideOf(v.Person.ID) != cases.Both && c.Status != cases.TakenBack:
		return h.sideScreen(ctx, v, c)
	case c.Status == cases.Done && v.answers(c):
		return h.checkScreen(ctx, v, c)
	case cases.MayDecide(c, v.Actor):
		return h.lookCard(ctx, v, c)
	case c.WaitFor == cases.ForResident && v.answers(c):
		return h.questionScreen(ctx, v, c)
	case (c.Status == cases.Seen || c.Status == cases.Unconfirmed) && v.answers(c):
		return h.lateScreen(v, c)
	case hasEnded(c):
		return h.endedScreen(ctx, v, c)
	}
	s := h.stands(ctx, v, c)
	if v.Actor.Staff() && !v.isHome(c) && c.Status != cases.TakenBack {
		s.Card = c.ID
	}
	if talk := h.talkOf(ctx, v, c.ID); talk != "" && v.Actor.Staff() && !v.isHome(c) {
		s.Text += "\n" + talk
	}
	s.Rows = append(s.Rows, v.talkRow(c)...)
	if v.answers(c) && c.BreaksAgain(v.Now) {
		s.Rows = append(caseRows(v, c, "check.again", "again"), s.Rows...)
	}
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
	key := "case.stands." + string(c.Status)
	if (c.Status == cases.Assigned || c.Status == cases.Taken) && !due(c).After(v.Now) {
		key += "_late" // what was promised for a time that is over is promised no more
	}
	s := v.say(key,
		"no", c.Number, "kind", kindWords(v, c), "place", h.placeWords(ctx, v, c.Place),
		"holder", h.name(ctx, v, c.Holder), "by", due(c), "phone", phoneWords(v), "why", v.waitsFor(c, h.until(v, c)))
	s.Text += h.between(ctx, v, c)
	s.Text += v.clockWords(c)
	if news := h.written(ctx, v, c.ID, cases.Under); news != "" && c.Status == cases.Taken {
		s.Text += "\n" + v.Texts.T("card.words", "words", short(news))
	}
	return s
}

// waitsFor is for what a case waits, "" where it does not.
func (v Visit) waitsFor(c cases.Case, until day) string {
	if c.WaitFor == "" {
		return ""
	}
	return v.Texts.T("waits."+string(c.WaitFor), "until", until) + v.quoted(c.WhyWords)
}

// clockWords tell who waits when somebody comes, or that the clock stands until they
// answer.
func (v Visit) clockWords(c cases.Case) string {
	switch {
	case c.Paused():
		return "\n" + v.Texts.T("clocks.paused_for_you")
	case c.Status == cases.Taken && c.ComingAt != nil:
		return "\n" + v.Texts.T("clocks.comes_to_you", "at", *c.ComingAt)
	}
	return ""
}

// short is the beginning of a member's note.
func short(text string) string {
	const most = 25 // characters
	if cut := shorten(text, most); cut != text {
		return cut + "…"
	}
	return text
}

// due is when people hear of the case, or once it is taken by when it is to be done;
// a draft that was dropped has no such time.
func due(c cases.Case) time.Time {
	switch {
	case c.DoneBy != nil && (c.Status == cases.Taken || c.Status == cases.Waiting):
		return *c.DoneBy
	case c.DueAt != nil:
		return *c.DueAt
	}
	return c.DraftedAt
}

// presses is when something has to happen next to a case that somebody holds; while
// its clocks stand that is far away.
func presses(c cases.Case) time.Time {
	if by, runs := c.By(); runs {
		return by
	}
	return c.DraftedAt.AddDate(1, 0, 0)
}
