package flow

import (
	"context"
	"fmt"
	"strconv"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
)

// nearPart is what neighbours share, doubles, and nonsense.
func (h *House) nearPart() casePart {
	return casePart{
		verbs: map[string]caseVerb{
			"own": h.sendOwn, "near": h.showFollowed, "unfollow": h.unfollow,
			"double": h.whichDouble, "split": h.split, "nonsense": h.startEnding(cases.Spam),
		},
		topics: map[string]caseTopic{
			"case.near": h.tellNear, "case.same": h.askSame, "case.doubled": h.tellDoubled, "case.undoubled": h.tell("near.undoubled"),
		},
	}
}

// nearVerbs are the buttons about two cases at once.
func (h *House) nearVerbs() map[string]verb {
	return map[string]verb{"same": h.follow, "double": h.aboutCase(h.double), "doubles": h.aboutCase(h.doubles), "block": onPerson(h.block), "unblock": onPerson(h.unblock)}
}

// nearQuestion asks whether what somebody is about to send is another case: a
// neighbour's, of which nothing of a home is shown, or one that they told before.
func (h *House) nearQuestion(ctx context.Context, v Visit, draft, o cases.Case) dialog.Screen {
	key, verb, seen := "near.ask", "same", neighbourly(o)
	if o.OwnOf(v.Actor, draft) {
		key, verb = "near.ask_own", "belongs"
	}
	since := o.DraftedAt
	if o.OpenedAt != nil {
		since = *o.OpenedAt
	}
	s := v.say(key, "no", o.Number, "kind", kindWords(v, seen), "place", h.placeWords(ctx, v, seen.Place), "since", since, "news", h.lastNews(ctx, v, o))
	s.Media = shown(firstPicture(h.mediaOf(ctx, v, o.ID, cases.Before)))
	s.Rows = [][]dialog.Button{
		{{Label: v.Texts.T("near.yes"), Data: fmt.Sprintf("m.%s.%d.%d", verb, draft.ID, o.ID), Style: dialog.Primary}},
		{{Label: v.Texts.T("near.no"), Data: CaseData("own", draft.ID)}},
		{{Label: v.Texts.T("draft.drop"), Data: CaseData("drop", draft.ID)}},
	}
	return s
}

// askSame asks so before a draft sends itself, and says when it does.
func (h *House) askSame(ctx context.Context, v Visit, draft cases.Case, a told) dialog.Screen {
	o, err := h.Cases.Read(ctx, v.Community.ID, a.Item)
	if err != nil || draft.Status != cases.Draft || draft.QuietUntil == nil || o.ClosedAt != nil || o.Private != "" {
		return dialog.Screen{Gone: true}
	}
	s := h.nearQuestion(ctx, v, draft, o)
	s.Text += " " + v.Texts.T("near.sends", "at", *draft.QuietUntil)
	return s
}

// lastNews is how a case stands in a few words, for a neighbour.
func (h *House) lastNews(ctx context.Context, v Visit, c cases.Case) string {
	name := h.name(ctx, v, c.Holder)
	if c.Status == cases.Taken && c.ComingAt != nil && c.ComingAt.After(v.Now) {
		return v.Texts.T("near.coming", "name", name, "at", *c.ComingAt)
	}
	return v.Texts.T("near.state."+string(c.Status), "name", name)
}

// neighbourly is a case as a neighbour may see it: without a flat, a name, or words of
// whoever brought it, or what they are asked.
func neighbourly(c cases.Case) cases.Case {
	if c.WaitFor == cases.ForResident {
		c.WhyWords, c.Pauses = "", nil
	}
	c.ID, c.Reporter, c.For, c.Words, c.Album = 0, 0, 0, "", ""
	c.Place.Flat, c.Place.Note, c.Place.Lat, c.Place.Lon = "", "", nil, nil
	return c
}

// sendOwn sends a draft that is no neighbour's.
func (h *House) sendOwn(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Send(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("send case %d: %w", id, err)
	}
	if c.Reporter != v.Person.ID {
		return show(v.say("draft.sent_for", "no", c.Number, "name", h.name(ctx, v, c.Reporter))), nil
	}
	return show(h.receipt(ctx, v, c)), nil
}

// follow says that a draft is a neighbour's case too, "<draft>.<case>".
func (h *House) follow(ctx context.Context, v Visit, value string) (Reply, error) {
	draft, rest, ok := pair(value)
	id, err := strconv.ParseInt(rest, 10, 64)
	if !ok || err != nil {
		return v.toast("tap.old"), nil
	}
	c, err := h.Cases.Follow(ctx, v.Actor, draft, id)
	if err != nil {
		return Reply{}, fmt.Errorf("follow case %d: %w", id, err)
	}
	s := v.say("near.followed", "no", c.Number, "news", h.lastNews(ctx, v, c))
	s.Rows = caseRows(v, c, "near.unfollow", "unfollow")
	return show(s), nil
}

// showFollowed shows a neighbour's case to who follows it.
func (h *House) showFollowed(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.FindFollowed(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("show followed case %d: %w", id, err)
	}
	return Reply{Screen: h.followedScreen(ctx, v, c), Where: Apart, Beside: true}, nil
}

func (h *House) followedScreen(ctx context.Context, v Visit, c cases.Case) dialog.Screen {
	s := h.standsNear(ctx, v, c, cases.Case{})
	s.Media = shown(firstPicture(h.mediaOf(ctx, v, c.ID, cases.Before)))
	s.Rows = append(s.Rows, caseRows(v, c, "near.unfollow", "unfollow")...)
	return s
}

func (h *House) unfollow(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Unfollow(ctx, v.Actor, id)
	if text, ok := v.Refused(err); ok {
		return show(dialog.Screen{Text: text, Toast: text}), nil
	}
	if err != nil {
		return Reply{}, fmt.Errorf("unfollow case %d: %w", id, err)
	}
	return show(v.say("near.unfollowed", "no", c.Number)), nil
}

// followedLines are the neighbours' cases that somebody follows, for My matters.
func (h *House) followedLines(ctx context.Context, v Visit) ([][]dialog.Button, error) {
	list, err := h.Cases.Following(ctx, v.Actor)
	if err != nil {
		return nil, fmt.Errorf("following: %w", err)
	}
	var rows [][]dialog.Button
	for _, c := range list {
		label := v.Texts.T("mine.line", "no", c.Number, "kind", kindWords(v, c), "status", v.Texts.T("near.line"))
		rows = append(rows, []dialog.Button{{Label: label, Data: CaseData("near", c.ID)}})
	}
	return rows, nil
}

// standsNear says how a case stands to a neighbour; own is what they brought
// themselves, where it is a double of it.
func (h *House) standsNear(ctx context.Context, v Visit, c, own cases.Case) dialog.Screen {
	seen := neighbourly(c)
	if own.ID != 0 {
		seen.Number, seen.Kind, seen.Place = own.Number, own.Kind, community.Place{Building: own.Place.Building, Entrance: own.Place.Entrance, Spot: own.Place.Spot}
	}
	switch {
	case c.Status == cases.TakenBack:
		s := v.say("near.taken_back", "no", seen.Number)
		row(&s, v.Texts.T("menu.report"), "report")
		return s
	case c.Status == cases.Done && own.ID == 0:
		return v.say("near.done", "no", seen.Number, "kind", kindWords(v, seen), "name", h.name(ctx, v, c.Holder))
	case c.Status == cases.Unconfirmed: // whoever reads this was not asked
		s := v.say("near.unconfirmed", "no", seen.Number, "kind", kindWords(v, seen))
		row(&s, v.Texts.T("menu.report"), "report")
		return s
	}
	return h.stands(ctx, v, seen)
}

// tellNear tells a neighbour that a case took a step: whose own report is its double
// is asked whether it held.
func (h *House) tellNear(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	switch {
	case c.Private != "" && a.Code == "case.sealed":
		s := v.say("near.sealed", "no", c.Number)
		row(&s, v.Texts.T("menu.report"), "report")
		return s
	case c.Private != "":
		return dialog.Screen{Gone: true}
	}
	if a.Item != 0 {
		own, err := h.Cases.Read(ctx, v.Community.ID, a.Item)
		switch {
		case err == nil && own.Status == cases.Duplicate && a.Code == "case.reopened_near" && c.Status == cases.Taken:
			return h.heldElsewhere(ctx, v, c, own)
		case err == nil:
			return h.doubleScreen(ctx, v, own)
		}
	}
	if c.For == v.Person.ID { // a neighbour's word moved it
		return h.heldElsewhere(ctx, v, c, c)
	}
	s := h.standsNear(ctx, v, c, cases.Case{})
	if a.Code == "case.reopened_near" && c.Status == cases.Taken {
		s = h.heldElsewhere(ctx, v, c, neighbourly(c))
	}
	s.Text = v.Texts.T("near.news", "news", s.Text)
	return s
}

// heldElsewhere says to who has a case too what a neighbour said of it, and asks for
// nothing: but one tap brings it back.
func (h *House) heldElsewhere(ctx context.Context, v Visit, c, own cases.Case) dialog.Screen {
	switch c.Status {
	case cases.Held:
		s := v.say("near.held", "no", own.Number, "kind", kindWords(v, own))
		if own.ID != 0 {
			s.Rows = caseRows(v, own, "near.not_held", "not")
		}
		return s
	case cases.Taken:
		return v.say("near.reopened", "no", own.Number, "kind", kindWords(v, own), "name", h.name(ctx, v, c.Holder))
	}
	return h.standsNear(ctx, v, c, own)
}

// followedByNumber finds a neighbour's case that somebody follows by its number.
func (h *House) followedByNumber(ctx context.Context, v Visit, number int64) (r Reply, ok bool, err error) {
	list, err := h.Cases.Following(ctx, v.Actor)
	if err != nil {
		return Reply{}, false, fmt.Errorf("following: %w", err)
	}
	for _, c := range list {
		if c.Number == number {
			return show(h.followedScreen(ctx, v, c)), true, nil
		}
	}
	return Reply{}, false, nil
}
