package flow

import (
	"context"
	"fmt"
	"slices"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// moreVerbs is what stands behind More on a case's card, what is needed most often
// first. An entry stands there where its verb is built and can be done now.
var moreVerbs = []string{
	"call", "ask", "when", "wait", "notours", "cannot", "undo", "remark", "give",
	"urgent", "kindof", "double", "wish", "matters", "nonsense", "seal",
}

// Of those, what can be done about a case that is not taken yet, and what by those
// who may amend one though it is not theirs to go.
var (
	untaken  = []string{"notours", "cannot", "remark", "give", "urgent", "kindof", "double", "wish", "nonsense", "seal"}
	anybodys = []string{"remark", "urgent", "kindof", "double", "matters", "seal"}
)

// ownCards are the entries that end in a card of their own, so that the one from which
// they were tapped keeps no more than the way to it.
var ownCards = []string{"wait", "notours", "cannot", "wish", "nonsense"}

// notSealed is what does not help with what is private: nobody else looks at it, reads
// of it, or goes there, and it stays private whatever it is called.
var notSealed = []string{"notours", "cannot", "wish", "nonsense", "double", "seal", "remark", "kindof", "matters"}

// openMore turns a card over, to what else can be done about the case.
func (h *House) openMore(ctx context.Context, v Visit, id int64) (Reply, error) {
	return h.cardBack(ctx, v, id, "")
}

// turnMore shows a page of it: "<case>.<page>".
func (h *House) turnMore(ctx context.Context, v Visit, value string) (Reply, error) {
	id, at, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	return h.cardBack(ctx, v, id, at)
}

func (h *House) cardBack(ctx context.Context, v Visit, id int64, at string) (Reply, error) {
	c, err := h.Cases.FindToAmend(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("case %d: %w", id, err)
	}
	undo, err := h.Cases.CanUndo(ctx, v.Actor, c)
	if err != nil {
		return Reply{}, err
	}
	var buttons []dialog.Button
	for _, name := range moreVerbs {
		if name == "undo" && !undo {
			continue
		}
		if key := v.moreKey(c, name); h.life.verbs[name] != nil && key != "" {
			buttons = append(buttons, dialog.Button{Label: v.Texts.T(key), Data: fmt.Sprintf("m.act.%d.%s", c.ID, name)})
		}
	}
	s := h.memberCard(ctx, v, c)
	s.Rows = nil
	v.list(&s, fmt.Sprintf("more.%d", id), at, buttons)
	if c.Holder == v.Person.ID || c.Status == cases.Open || c.Status == cases.Assigned {
		s.Rows = append(s.Rows, caseRows(v, c, "dialog.back", "card")...)
	} else {
		v.back(&s, "matter", number(id), inPlace)
	}
	return Reply{Screen: s, Beside: true}, nil
}

// actMore does what an entry of More says, "<case>.<entry>". Where it goes on in another
// message the card is turned over again, so that no page of More stays behind what was
// done from it.
func (h *House) actMore(ctx context.Context, v Visit, value string) (Reply, error) {
	id, name, ok := pair(value)
	if !ok || !slices.Contains(moreVerbs, name) {
		return v.toast("tap.old"), nil
	}
	r, err := h.Tapped(ctx, v, CaseData(name, id))
	if err != nil || r.Dialog == "" && r.Where == InPlace {
		return r, err
	}
	c, err := h.Cases.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("case %d: %w", id, err)
	}
	front := h.caseScreen(ctx, v, c)
	if r.Dialog != "" && slices.Contains(ownCards, name) {
		front.Rows = caseRows(v, c, "dialog.back", "card")
	}
	r.Tapped = &front
	return r, nil
}

// aboutCase has a tap that is refused say why and show how the case stands: the button's
// value begins with the case.
func (h *House) aboutCase(act verb) verb {
	return func(ctx context.Context, v Visit, value string) (Reply, error) {
		r, err := act(ctx, v, value)
		text, refused := v.Refused(err)
		id, _, ok := pair(value)
		if !refused || !ok {
			return r, err
		}
		return h.tooLate(ctx, v, id, text), nil
	}
}

// refusedAbout says why something about a case could not be done, with a way back to it
// for who may see it.
func (h *House) refusedAbout(ctx context.Context, v Visit, id int64, why string) dialog.Screen {
	s := dialog.Screen{Text: why}
	if c, err := h.Cases.Find(ctx, v.Actor, id); err == nil {
		s.Rows = caseRows(v, c, "talk.show", "card")
	}
	return s
}

// moreKey is what an entry of More is called as the case stands, "" where it does
// not help.
func (v Visit) moreKey(c cases.Case, name string) string {
	mine := c.Holder == v.Person.ID
	switch {
	case !mine && !slices.Contains(anybodys, name), mine && c.Status == cases.Assigned && !slices.Contains(untaken, name):
		return ""
	case name == "urgent" && c.Danger != "", name == "give" && !v.mayGive():
		return ""
	case name == "urgent" && c.Urgent:
		return "more.not_urgent"
	case name == "matters" && c.KeyMatter:
		return "more.not_matters"
	case c.Private != "" && slices.Contains(notSealed, name), c.Mediated() && !mediatesMore(c, name):
		return ""
	}
	return "more." + name
}

// mediatesMore reports whether an entry helps who hears two sides: they ask and speak
// where both are heard, and what waits for the day of an agreement waits for nothing else.
func mediatesMore(c cases.Case, name string) bool {
	return name != "ask" && (name != "wait" || c.Status != cases.Waiting || c.WaitFor != cases.ForDate)
}

// heldByMe reads a case that is the reader's to do.
func (h *House) heldByMe(ctx context.Context, v Visit, id int64) (cases.Case, error) {
	c, err := h.Cases.Find(ctx, v.Actor, id)
	if err != nil {
		return cases.Case{}, fmt.Errorf("case %d: %w", id, err)
	}
	if c.Holder != v.Person.ID {
		return cases.Case{}, access.NotFound()
	}
	return c, nil
}

// cardAgain turns a card over again, in the same place.
func (h *House) cardAgain(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("case %d: %w", id, err)
	}
	return Reply{Screen: h.cardOf(ctx, v, c), Beside: true}, nil
}

// undo takes back the last step; the card says how it stands now.
func (h *House) undo(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Undo(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("undo the last step of case %d: %w", id, err)
	}
	s := h.caseScreen(ctx, v, c)
	s.Toast = v.Texts.T("card.undone")
	return show(s), nil
}

// amend changes what a case is said to be; the card says so.
func (h *House) amend(ctx context.Context, v Visit, id int64, a cases.Amendment) (Reply, error) {
	c, err := h.Cases.Amend(ctx, v.Actor, id, a)
	if err != nil {
		return Reply{}, fmt.Errorf("amend case %d: %w", id, err)
	}
	s := h.cardOf(ctx, v, c)
	s.Toast = v.Texts.T("card.amended")
	return show(s), nil
}

// cardOf is a case as who works on it sees it: theirs to go, to take, or somebody
// else's to look after.
func (h *House) cardOf(ctx context.Context, v Visit, c cases.Case) dialog.Screen {
	switch {
	case c.Holder == v.Person.ID, v.isHome(c), !v.Actor.Staff():
		return h.caseScreen(ctx, v, c)
	case (!v.mayGive() || c.Private != "") && (c.Status == cases.Open || c.Status == cases.Assigned):
		return h.memberCard(ctx, v, c)
	}
	return h.managedCard(ctx, v, c)
}

// toggleUrgent says that a case is urgent, or that it is not after all.
func (h *House) toggleUrgent(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.FindToAmend(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("case %d: %w", id, err)
	}
	return h.amend(ctx, v, id, cases.Amendment{Urgent: new(!c.Urgent)})
}

// toggleKey says that a case is visited again though it held, or that it is not.
func (h *House) toggleKey(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.FindToAmend(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("case %d: %w", id, err)
	}
	return h.amend(ctx, v, id, cases.Amendment{Key: new(!c.KeyMatter)})
}

// askKind asks what kind a case is of.
func (h *House) askKind(ctx context.Context, v Visit, id int64) (Reply, error) {
	return h.kindChoice(ctx, v, id, "")
}

func (h *House) kindChoice(ctx context.Context, v Visit, id int64, at string) (Reply, error) {
	c, err := h.Cases.FindToAmend(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("case %d: %w", id, err)
	}
	s := h.memberCard(ctx, v, c)
	s.Text += "\n" + v.Texts.T("card.which_kind")
	s.Rows = nil
	var buttons []dialog.Button
	for _, k := range v.Community.Kinds {
		if k.Offered && k.Code != c.Kind {
			buttons = append(buttons, dialog.Button{Label: v.kind(k.Code), Data: fmt.Sprintf("m.kindof.%d.%s", id, k.Code)})
		}
	}
	v.list(&s, fmt.Sprintf("kinds.%d", id), at, buttons)
	s.Rows = append(s.Rows, caseRows(v, c, "dialog.back", "card")...)
	return Reply{Screen: s, Beside: true}, nil
}

// turnKinds shows a page of the kinds: "<case>.<page>".
func (h *House) turnKinds(ctx context.Context, v Visit, value string) (Reply, error) {
	id, at, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	return h.kindChoice(ctx, v, id, at)
}

// nameKind says of what kind a case is: "<case>.<kind>".
func (h *House) nameKind(ctx context.Context, v Visit, value string) (Reply, error) {
	id, kind, ok := pair(value)
	if !ok || kind == "" {
		return v.toast("tap.old"), nil
	}
	if r, private, err := h.sealNamed(ctx, v, id, kind); private {
		return r, err
	}
	return h.amend(ctx, v, id, cases.Amendment{Kind: kind})
}

// askPass asks why somebody does not go.
func (h *House) askPass(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.FindToPass(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("pass case %d: %w", id, err)
	}
	s := h.caseScreen(ctx, v, c)
	if c.Status != cases.Assigned && c.Status != cases.Open {
		return show(s), nil
	}
	s = h.memberCard(ctx, v, c)
	s.Text += "\n" + v.Texts.T("pass.ask")
	s.Rows = nil
	for _, why := range cases.Passes {
		row(&s, v.Texts.T("pass.why."+why), "pass", number(id), why)
	}
	v.back(&s, "card", number(id))
	return Reply{Screen: s, Beside: true}, nil
}

// pass gives a case on: "<case>.<why>".
func (h *House) pass(ctx context.Context, v Visit, value string) (Reply, error) {
	id, why, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	c, err := h.Cases.Pass(ctx, v.Actor, id, why)
	if text, refused := v.Refused(err); refused {
		return h.tooLate(ctx, v, id, text), nil
	} else if err != nil {
		return Reply{}, fmt.Errorf("pass case %d: %w", id, err)
	}
	if c.Holder == v.Person.ID || c.Holder == 0 {
		return show(v.say("pass.noted", "no", c.Number)), nil
	}
	return show(v.say("card.passed", "no", c.Number, "name", h.name(ctx, v, c.Holder))), nil
}
