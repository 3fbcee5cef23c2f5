package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// roles lists who holds what, for the secretary and the deputies: a button for
// each person, the switch of the office, and the way to invite somebody.
func (h *House) roles(ctx context.Context, v Visit, at string) (Reply, error) {
	all, err := h.People.Holders(ctx, v.Actor)
	if err != nil {
		return Reply{}, fmt.Errorf("who holds which role: %w", err)
	}
	s := v.say("roles.list")
	var buttons []dialog.Button
	for _, p := range firstOfEach(all) {
		label := named(v.Texts, "roles.line", p.Name, "role", roleWords(v, p.Role))
		buttons = append(buttons, dialog.Button{Label: label, Data: fmt.Sprintf("m.holder.%d", p.Person)})
	}
	v.list(&s, "roles", at, buttons)
	if row, ok := awayRow(v, all); ok {
		s.Rows = append(s.Rows, row)
	}
	s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("roles.invite"), Data: "m.invite"}})
	return show(s), nil
}

// firstOfEach keeps of each person the first role, the weightiest.
func firstOfEach(all []people.Held) (persons []people.Held) {
	seen := map[int64]bool{}
	for _, r := range all {
		if !seen[r.Person] {
			persons = append(persons, r)
		}
		seen[r.Person] = true
	}
	return persons
}

// awayRow is the switch of the office, where there are a secretary and a deputy.
func awayRow(v Visit, all []people.Held) (row []dialog.Button, ok bool) {
	deputies := 0
	var secretary people.Held
	for _, r := range all {
		switch {
		case r.Role == access.Secretary:
			secretary = r
		case r.Role == access.Deputy && r.Person != secretary.Person:
			deputies++
		}
	}
	if secretary.ID == 0 || deputies == 0 {
		return nil, false
	}
	own, key, data := secretary.Person == v.Person.ID, "roles.away_secretary", "m.office.away"
	switch {
	case own && secretary.Away:
		key, data = "roles.back", "m.office.back"
	case secretary.Away:
		key, data = "roles.back_secretary", "m.office.back"
	case own:
		key = "roles.away"
	}
	return []dialog.Button{{Label: v.Texts.T(key), Data: data}}, true
}

// holder shows one person's roles, and what can be changed.
func (h *House) holder(ctx context.Context, v Visit, value string) (Reply, error) {
	person, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return v.toast("tap.old"), nil
	}
	all, err := h.People.Holders(ctx, v.Actor)
	if err != nil {
		return Reply{}, fmt.Errorf("who holds which role: %w", err)
	}
	s, office, deputy, member := dialog.Screen{}, false, false, false
	var held []string
	for _, r := range all {
		if r.Person != person {
			continue
		}
		held = append(held, h.roleAt(ctx, v, r.Role, r.Where))
		deputy = deputy || r.Role == access.Deputy
		member = member || r.Role == access.Member
		office = office || deputy || r.Role == access.Secretary
		label := fit(roleWords(v, r.Role), func(role string) string { return v.Texts.T("roles.end", "role", role) })
		s.Rows = append(s.Rows, []dialog.Button{{Label: label, Data: fmt.Sprintf("m.endrole.%d", r.ID)}})
	}
	s.Text = v.Texts.T("roles.person", "name", h.name(ctx, v, person), "roles", listed(v.Texts, held))
	if len(s.Rows) == 0 {
		return h.roles(ctx, v, "")
	}
	if member {
		if err := h.namedRow(ctx, v, &s, person); err != nil {
			return Reply{}, err
		}
	}
	if deputy && v.Actor.May(access.HandOffice, access.Own) {
		s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("roles.hand"), Data: fmt.Sprintf("m.hand.%d", person)}})
	}
	if !office {
		s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("roles.deputy"), Data: fmt.Sprintf("m.deputy.%d", person)}})
	}
	v.back(&s, "roles")
	return show(s), nil
}

// askEnd asks once whether a role is to end.
func (h *House) askEnd(ctx context.Context, v Visit, value string) (Reply, error) {
	r, ok, err := h.heldBy(ctx, v, value)
	if err != nil || !ok {
		return v.toast("tap.old"), err
	}
	s := v.say("roles.end_ask", "name", r.Name, "role", h.roleAt(ctx, v, r.Role, r.Where))
	s.Rows = [][]dialog.Button{{{Label: v.Texts.T("roles.end_yes"), Data: "m.ended." + value, Style: dialog.Danger}}}
	v.back(&s, "holder", strconv.FormatInt(r.Person, 10))
	return show(s), nil
}

// heldBy finds a role that is held, by the id that a button carries.
func (h *House) heldBy(ctx context.Context, v Visit, value string) (r people.Held, ok bool, err error) {
	all, err := h.People.Holders(ctx, v.Actor)
	if err != nil {
		return people.Held{}, false, fmt.Errorf("who holds which role: %w", err)
	}
	for _, r := range all {
		if strconv.FormatInt(r.ID, 10) == value {
			return r, true, nil
		}
	}
	return people.Held{}, false, nil
}

// endRole ends it; a second tap finds it ended.
func (h *House) endRole(ctx context.Context, v Visit, value string) (Reply, error) {
	r, ok, err := h.heldBy(ctx, v, value)
	if err != nil || !ok {
		return v.toast("tap.old"), err
	}
	if err := h.People.EndRole(ctx, v.Actor, r.ID); err != nil {
		return Reply{}, fmt.Errorf("end role %d: %w", r.ID, err)
	}
	key := "roles.ended"
	if r.Person == v.Person.ID {
		key = "roles.ended_own"
	}
	return Reply{Screen: v.say(key, "name", r.Name, "role", h.roleAt(ctx, v, r.Role, r.Where)), Fresh: true}, nil
}

// makeDeputy lets somebody stand in for the secretary.
func (h *House) makeDeputy(ctx context.Context, v Visit, value string) (Reply, error) {
	person, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return v.toast("tap.old"), nil
	}
	if err := h.People.MakeDeputy(ctx, v.Actor, person); err != nil {
		return Reply{}, fmt.Errorf("make person %d a deputy: %w", person, err)
	}
	return show(v.say("roles.made_deputy", "name", h.name(ctx, v, person))), nil
}

// askHand asks the secretary once whether her office is to go to a deputy.
func (h *House) askHand(ctx context.Context, v Visit, value string) (Reply, error) {
	all, err := h.People.Holders(ctx, v.Actor)
	if err != nil {
		return Reply{}, fmt.Errorf("who holds which role: %w", err)
	}
	i := slices.IndexFunc(all, func(r people.Held) bool {
		return r.Role == access.Deputy && strconv.FormatInt(r.Person, 10) == value
	})
	if i < 0 || !v.Actor.May(access.HandOffice, access.Own) {
		return v.toast("tap.old"), nil
	}
	s := v.say("roles.hand_ask", "name", all[i].Name)
	s.Rows = [][]dialog.Button{{{Label: v.Texts.T("roles.hand_yes"), Data: "m.handed." + value, Style: dialog.Danger}}}
	v.back(&s, "holder", value)
	return show(s), nil
}

// handOffice does it.
func (h *House) handOffice(ctx context.Context, v Visit, value string) (Reply, error) {
	person, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return v.toast("tap.old"), nil
	}
	if err := h.People.HandOffice(ctx, v.Actor, person); err != nil {
		return Reply{}, fmt.Errorf("hand the office over: %w", err)
	}
	return Reply{Screen: v.say("roles.handed", "name", h.name(ctx, v, person)), Fresh: true}, nil
}

// away turns the switch of the office.
func (h *House) away(ctx context.Context, v Visit, value string) (Reply, error) {
	if err := h.People.SetAway(ctx, v.Actor, value == "away"); err != nil {
		return Reply{}, fmt.Errorf("away: %w", err)
	}
	charge, err := h.People.InCharge(ctx, v.Community.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("who is in charge: %w", err)
	}
	s := v.say("roles.charge", "name", h.name(ctx, v, charge.ID))
	if charge.ID == v.Person.ID {
		s = v.say("roles.charge_you")
	}
	v.back(&s, "roles")
	return show(s), nil
}

// roleVerbs are the buttons of who does what here.
func (h *House) roleVerbs() map[string]verb {
	return map[string]verb{
		"invite":   h.inviteTap,
		"rightone": h.decideRole(true),
		"wrongone": h.decideRole(false),
		"roles":    h.roles,
		"holder":   h.holder,
		"endrole":  h.askEnd,
		"ended":    h.endRole,
		"deputy":   h.makeDeputy,
		"office":   h.away,
		"hand":     h.askHand,
		"handed":   h.handOffice,
	}
}
