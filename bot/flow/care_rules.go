package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// hallRuleVerbs are the buttons of how a hall is run: "m.clrules[.<rule>[.<value>]]".
func (h *House) hallRuleVerbs() map[string]verb {
	return map[string]verb{
		"clrules": h.hallRules, "clplace": h.startsWords("place", 0), "clconfide": h.startsConfide, "clnoconfide": h.noConfidant,
		"clend": h.startsHallEnd,
	}
}

// hallRule are the clocks of the evening before, each with the hours that are offered.
var hallRule = []struct {
	name  string
	hours []calendar.Clock
	set   func(of *childcare.House, n int)
}{
	{"asks", []calendar.Clock{16 * 60, 17 * 60, 18 * 60, 19 * 60}, func(of *childcare.House, n int) { of.AsksAt = n }},
	{"closes", []calendar.Clock{18 * 60, 19 * 60, 20 * 60, 21 * 60, 22 * 60}, func(of *childcare.House, n int) { of.ClosesAt = n }},
}

// hallRules shows how the hall is run, asks for one of its clocks, or changes it.
func (h *House) hallRules(ctx context.Context, v Visit, value string) (Reply, error) {
	if !v.runsCare() {
		return Reply{}, access.NotFound()
	}
	of, err := h.Childcare.House(ctx, v.Community.ID)
	if err != nil {
		return Reply{}, err
	}
	name, text, _ := strings.Cut(value, ".")
	at := slices.IndexFunc(hallRule, func(r struct {
		name  string
		hours []calendar.Clock
		set   func(of *childcare.House, n int)
	}) bool {
		return r.name == name
	})
	if at < 0 {
		return show(h.hallRulesScreen(ctx, v, of)), nil
	}
	why := ""
	if n, err := strconv.Atoi(text); err == nil {
		hallRule[at].set(&of, n)
		if why, err = v.refusal(h.Childcare.ChangeHouse(ctx, v.Actor, of)); err != nil {
			return Reply{}, fmt.Errorf("rules of the hall: %w", err)
		}
		if why == "" {
			return show(h.hallRulesScreen(ctx, v, of)), nil
		}
	}
	s := v.say("care.lead.rule_ask." + name)
	s.Text = why + s.Text
	for _, c := range hallRule[at].hours {
		row(&s, v.Texts.T("week.clock", "clock", c), "clrules", name, strconv.Itoa(int(c)))
	}
	v.back(&s, "clrules")
	return show(s), nil
}

// hallRulesScreen is how the hall is run. Who hears of a worry the secretary alone says.
func (h *House) hallRulesScreen(ctx context.Context, v Visit, of childcare.House) dialog.Screen {
	place, confidant := of.Place, v.Texts.T("care.lead.in_charge")
	if place == "" {
		place = v.Texts.T("dialog.none")
	}
	if of.Confidant != 0 {
		confidant = h.name(ctx, v, of.Confidant)
	}
	s := v.say("care.lead.rules", "asks", calendar.Clock(of.AsksAt), "closes", calendar.Clock(of.ClosesAt), "place", place, "name", confidant)
	for _, r := range hallRule {
		row(&s, v.Texts.T("care.lead.rule."+r.name), "clrules", r.name)
	}
	row(&s, v.Texts.T("care.lead.rule.place"), "clplace")
	if v.Actor.May(access.Settings, access.SameCommunity) {
		row(&s, v.Texts.T("care.lead.rule.confide"), "clconfide")
		if of.Confidant != 0 {
			row(&s, v.Texts.T("care.lead.rule.confide_none"), "clnoconfide")
		}
		row(&s, v.Texts.T("care.lead.rule.close"), "clend")
	}
	v.back(&s, "care")
	return s
}

// confideDraft is who hears of a worry about a child.
type confideDraft struct {
	By   who    `json:"by"`
	Name string `json:"name,omitempty"`
	Who  string `json:"who,omitempty"`
}

func (h *House) startsConfide(_ context.Context, v Visit, _ string) (Reply, error) {
	return Reply{Dialog: "confidant", Where: Spent, Prefill: confideDraft{By: v.who()}}, nil
}

// confideFlow asks who hears of a worry.
func confideFlow(h *House) *dialog.Flow[confideDraft] {
	found := func(ctx context.Context, d *confideDraft, t dialog.Turn) ([]dialog.Option, error) {
		return h.neighboursLike(ctx, &letInDraft{By: d.By, Name: d.Name}, t)
	}
	return dialog.New("confidant",
		func(ctx context.Context, d *confideDraft, t dialog.Turn) (dialog.Screen, error) {
			id, _, _ := pair(d.Who) // the step offers ids only
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			return h.namesConfidant(ctx, v, id)
		},
		dialog.Text("name", func(d *confideDraft) *string { return &d.Name }, 1, maxName).Check(someFound(found), "nobody"),
		dialog.Pick("who", func(d *confideDraft) *string { return &d.Who }, found).Anew("name"),
	).NoSummary()
}

// someFound refuses a name by which nobody is found.
func someFound[D any](found func(context.Context, *D, dialog.Turn) ([]dialog.Option, error)) func(context.Context, *D, dialog.Turn) error {
	return func(ctx context.Context, d *D, t dialog.Turn) error {
		some, err := found(ctx, d, t)
		if err == nil && len(some) == 0 {
			return dialog.Reject("nobody")
		}
		return err
	}
}

func (h *House) noConfidant(ctx context.Context, v Visit, _ string) (Reply, error) {
	s, err := h.namesConfidant(ctx, v, 0)
	return show(s), err
}

// namesConfidant says who hears of a worry; 0 is who is in charge.
func (h *House) namesConfidant(ctx context.Context, v Visit, person int64) (dialog.Screen, error) {
	of, err := h.Childcare.House(ctx, v.Community.ID)
	if err != nil {
		return dialog.Screen{}, err
	}
	to := of
	to.Confidant = person
	why, err := v.refusal(h.Childcare.ChangeHouse(ctx, v.Actor, to))
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("who hears of a worry: %w", err)
	}
	if why == "" {
		of = to
	}
	s := h.hallRulesScreen(ctx, v, of)
	s.Text = why + s.Text
	return s, nil
}
