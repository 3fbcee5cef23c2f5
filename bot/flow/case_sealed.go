package flow

import (
	"context"
	"fmt"
	"strconv"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
)

// sealedPart is private cases, and the mediator's way.
func (h *House) sealedPart() casePart {
	return casePart{
		verbs: map[string]caseVerb{"seal": h.sealAsk, "sides": h.sides, "myside": h.speakUp, "talked": h.noteTalk, "settle": h.settleAsk, "other": h.otherAsk, "sidelink": h.newSideLink, "unmet": h.unmet, "notso": h.startNotSo},
		topics: map[string]caseTopic{
			"case.sealed":    h.tell("sealed.told"),
			"case.unheard":   h.tellUnheard,
			"case.hears_now": h.tellHearsNow,
			"case.mediator_wanted": func(_ context.Context, v Visit, _ cases.Case, _ told) dialog.Screen {
				return v.say("sealed.mediator_wanted")
			},
			"case.side_told":      h.tellSideTold,
			"case.side_said":      h.tellSideSaid,
			"case.side_invited":   h.tellSide,
			"case.side_came":      h.tellCame,
			"case.side_link_over": h.tellLinkOver,
			"case.agreement":      h.tellSide,
			"case.signed":         h.tellWord("sealed.signed."),
			"case.both_agreed":    h.tellSide,
			"case.kept_ask":       h.tellSide,
			"case.kept_by":        h.tellWord("sealed.kept_by."),
			"case.kept_silence":   h.tellMediator("sealed.silence"),
			"case.parting":        h.tellSide,
			"case.parting_no":     h.tellMediator("sealed.parting_no"),
			"case.parted":         h.tellParted,
			"case.look_in":        h.tellLookIn,
			"case.not_so":         h.tellNotSo,
			"case.saw_not_so":     h.tellSawNotSo("notso.saw"),
			"case.passed_outside": h.tellSawNotSo("notso.went_outside"),
			"case.unsaid_over":    h.tellUnsaid,
			"case.talks_again":    h.tell("sealed.talks_again"),
		},
		jobs: map[string]caseJob{
			"case.hearer": h.Cases.FindHearer, "case.side_link_due": h.Cases.SideLinkDue, "case.kept_due": h.Cases.KeptDue, "case.kept_silent": h.Cases.KeptSilent, "case.look_in_due": h.Cases.LookInDue,
		},
	}
}

// sealedVerbs are the buttons of private cases that carry more than a case.
func (h *House) sealedVerbs() map[string]verb {
	return map[string]verb{
		"sealas": h.aboutCase(h.sealAs), "sealof": h.aboutCase(h.sealOf), "sidetell": h.tellOneSide,
		"saidfor": h.saidFor, "sign": h.sign, "kept": h.kept, "way": h.partWays, "part": h.part, "lookin": h.lookIn, "callside": h.aboutCase(h.callSide),
	}
}

// outsideBody is whom people call of what nobody here may read.
func (v Visit) outsideBody() string {
	if v.Community.OutsideBody != "" {
		return v.Community.OutsideBody
	}
	return v.Texts.T("sealed.outside_usual")
}

// Telling it: whom a complaint is about, and who alone sees it.

// nobodyNamed is the answer of who names nobody.
const nobodyNamed = "none"

func (d *reportDraft) privacy() cases.Privacy {
	return cases.Privacy(community.Kind{Code: d.Kind}.Private())
}

func (d *reportDraft) private() bool { return d.privacy() != "" }

func (d *reportDraft) about() int64 {
	id, _ := strconv.ParseInt(d.About, 10, 64) // nobodyNamed is nobody
	return id
}

// privateSteps ask whom a complaint is about, and say before anything is told who
// alone will see it.
func privateSteps(h *House) []dialog.Step[reportDraft] {
	return []dialog.Step[reportDraft]{
		dialog.Pick("about", func(d *reportDraft) *string { return &d.About }, h.aboutOptions).
			When(func(d *reportDraft) bool { return d.privacy() == cases.Complaint }).Check(h.isHeard, "nobody"),
		dialog.Choice("sees", func(d *reportDraft) *string { return &d.Sees }, "yes").
			When((*reportDraft).private).Fill(h.whoSees).Hidden(),
	}
}

// aboutOptions are those who serve here; nobody has to be named.
func (h *House) aboutOptions(ctx context.Context, d *reportDraft, t dialog.Turn) ([]dialog.Option, error) {
	some, err := h.People.AtWork(ctx, d.By.Community)
	if err != nil {
		return nil, fmt.Errorf("whom a complaint is about: %w", err)
	}
	options := []dialog.Option{{Value: nobodyNamed, Label: t.Texts.T("sealed.nobody_named")}}
	for _, p := range some {
		if p.ID != d.By.Person && p.ID != d.whom() {
			options = append(options, dialog.Option{Value: number(p.ID), Label: fit(p.Name, alone)})
		}
	}
	return options, nil
}

// wouldHear tells who hears what is being told.
func (h *House) wouldHear(ctx context.Context, d *reportDraft, t dialog.Turn) (Visit, cases.Hearing, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return Visit{}, cases.Hearing{}, err
	}
	hears, err := h.Cases.WouldHear(ctx, v.Actor, cases.Case{Private: d.privacy(), For: d.whom(), About: d.about()})
	if err != nil {
		return Visit{}, cases.Hearing{}, fmt.Errorf("who hears: %w", err)
	}
	return v, hears, nil
}

// isHeard says at once where nobody here may hear it, and whom to call instead.
func (h *House) isHeard(ctx context.Context, d *reportDraft, t dialog.Turn) error {
	if !d.private() || d.privacy() == cases.Complaint && d.About == "" {
		return nil
	}
	v, hears, err := h.wouldHear(ctx, d, t)
	if err != nil {
		return err
	}
	if hears.Person == 0 {
		return dialog.Reject("nobody", "outside", v.outsideBody())
	}
	return nil
}

// whoSees names who alone will see it; of one about who is in charge also whom to
// call who would rather tell it elsewhere.
func (h *House) whoSees(ctx context.Context, d *reportDraft, t dialog.Turn) ([]any, error) {
	v, hears, err := h.wouldHear(ctx, d, t)
	if err != nil {
		return nil, err
	}
	key := "sealed.sees_office"
	switch {
	case hears.Mediates:
		key = "sealed.sees_mediator"
	case d.privacy() == cases.Complaint:
		key = "sealed.sees_complaint"
		secretary, err := h.People.Secretary(ctx, v.Community.ID)
		if err == nil && secretary.ID == d.about() {
			key = "sealed.sees_instead"
		}
	}
	return []any{"who", v.Texts.T(key, "name", h.name(ctx, v, hears.Person), "outside", v.outsideBody())}, nil
}

// privateReceipt tells the number, and who alone sees it.
func (h *House) privateReceipt(ctx context.Context, v Visit, c cases.Case) dialog.Screen {
	s := v.say("sealed.receipt", "no", c.Number, "holder", h.name(ctx, v, c.Holder), "by", due(c))
	if c.For == v.Person.ID {
		s.Rows = caseRows(v, c, "case.take_back", "back")
		row(&s, v.Texts.T("menu.mine"), "mine")
	}
	return s
}

// privateLines are what a card says of a private case beside its story.
func (h *House) privateLines(ctx context.Context, v Visit, c cases.Case) []string {
	if c.Private == "" {
		return nil
	}
	var lines []string
	if c.About != 0 {
		lines = append(lines, v.Texts.T("sealed.about", "name", h.name(ctx, v, c.About)))
	}
	if c.Mediated() && c.Holder == v.Person.ID && !v.Actor.Has(access.Mediator) {
		lines = append(lines, v.Texts.T("sealed.no_mediator"))
	}
	return append(lines, v.Texts.T("sealed.yours_alone"))
}

// Sealing what came by the ordinary way.

// sealAsk asks what it is that makes a case private.
func (h *House) sealAsk(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.FindToAmend(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("seal case %d: %w", id, err)
	}
	if c.Private != "" {
		return show(h.caseScreen(ctx, v, c)), nil
	}
	s := v.say("sealed.ask", "no", c.Number)
	for _, p := range cases.Privacies {
		row(&s, v.Texts.T("sealed.as."+string(p)), "sealas", number(id), string(p))
	}
	s.Rows = append(s.Rows, caseRows(v, c, "dialog.back", "card")...)
	return Reply{Screen: s, Beside: true}, nil
}

// sealAs makes a case private, "<case>.<why>"; of a complaint it is asked first
// whom it is about.
func (h *House) sealAs(ctx context.Context, v Visit, value string) (Reply, error) {
	id, why, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	if cases.Privacy(why) == cases.Complaint {
		return h.sealAbout(ctx, v, id, "")
	}
	return h.seal(ctx, v, id, cases.Case{Private: cases.Privacy(why)})
}

// sealAbout asks whom a complaint is about.
func (h *House) sealAbout(ctx context.Context, v Visit, id int64, at string) (Reply, error) {
	c, err := h.Cases.FindToAmend(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("seal case %d: %w", id, err)
	}
	some, err := h.People.AtWork(ctx, v.Community.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("seal case %d: %w", id, err)
	}
	s := v.say("sealed.about_whom", "no", c.Number)
	data := fmt.Sprintf("sealof.%d", id)
	buttons := []dialog.Button{{Label: v.Texts.T("sealed.nobody_named"), Data: "m." + data + ".of.0"}}
	for _, p := range some {
		if p.ID != c.For {
			buttons = append(buttons, dialog.Button{Label: fit(p.Name, alone), Data: "m." + data + ".of." + number(p.ID)})
		}
	}
	v.list(&s, data, at, buttons)
	s.Rows = append(s.Rows, caseRows(v, c, "dialog.back", "seal")...)
	return Reply{Screen: s, Beside: true}, nil
}

// sealOf is "<case>.of.<person>", or "<case>.<page>".
func (h *House) sealOf(ctx context.Context, v Visit, value string) (Reply, error) {
	id, rest, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	var about int64
	if n, err := fmt.Sscanf(rest, "of.%d", &about); err != nil || n != 1 {
		return h.sealAbout(ctx, v, id, rest)
	}
	return h.seal(ctx, v, id, cases.Case{Private: cases.Complaint, About: about})
}

// sealNamed makes a case private of which somebody says that it is of a private kind;
// private is false for every other kind.
func (h *House) sealNamed(ctx context.Context, v Visit, id int64, kind string) (r Reply, private bool, err error) {
	as := community.Kind{Code: kind}.Private()
	if as == "" {
		return Reply{}, false, nil
	}
	r, err = h.sealAs(ctx, v, number(id)+"."+as)
	return r, true, err
}

func (h *House) seal(ctx context.Context, v Visit, id int64, as cases.Case) (Reply, error) {
	c, err := h.Cases.Seal(ctx, v.Actor, id, as)
	if err != nil {
		return Reply{}, fmt.Errorf("seal case %d: %w", id, err)
	}
	s := v.say("sealed.done_you", "no", c.Number) // the card comes by itself
	if c.Holder != v.Person.ID {
		s = v.say("sealed.done", "no", c.Number, "name", h.name(ctx, v, c.Holder))
	}
	return Reply{Screen: s, Where: Spent}, nil // what was tapped asks nothing any more; where it was a card it goes
}

// tellHearsNow tells a side who hears it from now on.
func (h *House) tellHearsNow(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	if c.Holder == 0 {
		return h.tellUnheard(ctx, v, c, a)
	}
	return v.say("sealed.hears_now", "no", c.Number, "name", h.name(ctx, v, c.Holder))
}

func (h *House) tellUnheard(_ context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	return v.say("sealed.unheard", "no", c.Number, "outside", v.outsideBody())
}
