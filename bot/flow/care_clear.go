package flow

import (
	"context"
	"fmt"
	"strings"

	"github.com/linli-bot/linli/internal/dialog"
)

// clearVerbs are the buttons of who may be alone with children, and of their files.
func (h *House) clearVerbs() map[string]verb {
	return map[string]verb{"clstaff": h.staff, "clclear": h.clears, "clfiles": h.files, "clfile": onID(h.fileForLead)}
}

// staff lists who is a carer, each cleared by a tap, and by another not.
func (h *House) staff(ctx context.Context, v Visit, at string) (Reply, error) {
	all, err := h.Childcare.Staff(ctx, v.Actor)
	if err != nil {
		return Reply{}, fmt.Errorf("who may be alone with children: %w", err)
	}
	s := v.say("care.lead.staff")
	if len(all) == 0 {
		s = v.say("care.lead.staff_none")
	}
	var buttons []dialog.Button
	for _, c := range all {
		label, to := fit(c.Name, alone), "1"
		if c.At != nil {
			label, to = named(v.Texts, "care.lead.cleared", c.Name), "0"
		}
		buttons = append(buttons, dialog.Button{Label: label, Data: "m.clclear." + number(c.Person) + "." + to})
	}
	v.list(&s, "clstaff", at, buttons)
	row(&s, v.Texts.T("roles.invite"), "invite")
	v.back(&s, "care")
	return show(s), nil
}

// clears says that somebody may be alone with children, or not: "<person>.<1 or 0>".
func (h *House) clears(ctx context.Context, v Visit, value string) (Reply, error) {
	person, to, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	change := h.Childcare.Unclear
	if to == "1" {
		change = h.Childcare.Clear
	}
	if err := change(ctx, v.Actor, person); err != nil {
		return Reply{}, fmt.Errorf("clear person %d: %w", person, err)
	}
	return h.staff(ctx, v, "")
}

// files lists the children that have one.
func (h *House) files(ctx context.Context, v Visit, at string) (Reply, error) {
	all, err := h.Childcare.Files(ctx, v.Actor)
	if err != nil {
		return Reply{}, fmt.Errorf("files of children: %w", err)
	}
	s := v.say("care.lead.files", "n", len(all))
	var buttons []dialog.Button
	for _, c := range all {
		buttons = append(buttons, dialog.Button{Label: fit(c.Name, alone), Data: "m.clfile." + number(c.ID)})
	}
	v.list(&s, "clfiles", at, buttons)
	v.back(&s, "care")
	return show(s), nil
}

// fileForLead shows the file of a child to who runs the hall; that they looked is written
// down.
func (h *House) fileForLead(ctx context.Context, v Visit, child int64) (Reply, error) {
	c, err := h.Childcare.Child(ctx, v.Actor, child)
	if err != nil {
		return Reply{}, fmt.Errorf("file of child %d: %w", child, err)
	}
	s := dialog.Screen{Text: strings.Join(v.fileLines(c), "\n")}
	row(&s, v.Texts.T("care.lead.book_for"), "cc", number(child))
	row(&s, v.Texts.T("care.lead.account"), "ccpaid", number(child))
	v.back(&s, "clfiles")
	return show(s), nil
}
