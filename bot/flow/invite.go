package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// offered are the roles in the order in which somebody is invited to them.
var offered = []access.Role{
	access.Member, access.Volunteer, access.Helper, access.Deputy, access.Kitchen, access.Childcare,
	access.Carer, access.Mediator, access.Counsellor, access.Keeper,
}

// roleWords is what a role is called here, in a sentence.
func roleWords(v Visit, role access.Role) string {
	if name := v.Community.RoleNames[string(role)][v.Person.Language]; name != "" {
		return name
	}
	return v.Texts.T("role." + string(role))
}

// roleLabel is what a role is called on a button.
func roleLabel(v Visit, role access.Role) string {
	words := roleWords(v, role)
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(first)) + words[size:]
}

// invite asks which role somebody is invited to, of those that the actor may give.
func (h *House) invite(v Visit, at string) dialog.Screen {
	gives := v.Actor.Gives()
	roles := slices.DeleteFunc(slices.Clone(offered), func(r access.Role) bool { return !slices.Contains(gives, r) })
	s := v.say("invite.ask")
	if len(gives) == 0 {
		return h.withMenu(v, "command.unknown")
	}
	var buttons []dialog.Button
	for _, role := range roles {
		buttons = append(buttons, dialog.Button{Label: roleLabel(v, role), Data: "m.invite." + string(role)})
	}
	v.list(&s, "invite", at, buttons)
	if v.Actor.May(access.Grant, access.SameCommunity) {
		s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("invite.who"), Data: "m.roles"}})
	}
	return s
}

// inviteTap goes on with an invitation: value is a page, or the role and then
// its area, or its building and entrance, as far as they are chosen; after them
// a page of what can be chosen next, like p.2.
func (h *House) inviteTap(ctx context.Context, v Visit, value string) (Reply, error) {
	parts := strings.Split(value, ".")
	if _, err := strconv.Atoi(parts[0]); err == nil || value == "" {
		return show(h.invite(v, value)), nil
	}
	page := ""
	if n := len(parts); n > 2 && parts[n-2] == "p" {
		parts, page = parts[:n-2], parts[n-1]
	}
	role := access.Role(parts[0])
	if !slices.Contains(v.Actor.Gives(), role) {
		return v.toast("refused.access.not_found"), nil
	}
	numbers := make([]int64, 0, 2)
	for _, p := range parts[1:] {
		n, err := strconv.ParseInt(p, 10, 64)
		if err != nil || len(numbers) == cap(numbers) {
			return v.toast("tap.old"), nil
		}
		numbers = append(numbers, n)
	}
	switch {
	case role == access.Member && len(numbers) == 0:
		return h.inviteMember(ctx, v, page)
	case role == access.Member:
		return h.invited(ctx, v, role, people.Where{Area: numbers[0]})
	case role == access.Helper && len(numbers) == 0:
		return h.inviteDoor(ctx, v, page)
	case role == access.Helper && len(numbers) == 1:
		return h.inviteEntrance(ctx, v, numbers[0], page)
	case role == access.Helper:
		return h.invited(ctx, v, role, people.Where{Doorway: people.Doorway{Building: numbers[0], Entrance: int(numbers[1])}})
	}
	return h.invited(ctx, v, role, people.Where{})
}

// inviteMember asks for the area, where there is more than one.
func (h *House) inviteMember(ctx context.Context, v Visit, page string) (Reply, error) {
	areas, err := h.Communities.Areas(ctx, v.Community.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("areas: %w", err)
	}
	if len(areas) == 1 {
		return h.invited(ctx, v, access.Member, people.Where{Area: areas[0].ID})
	}
	var buttons []dialog.Button
	for _, a := range areas {
		buttons = append(buttons, dialog.Button{Label: fit(v.areaWords(a), alone), Data: fmt.Sprintf("m.invite.member.%d", a.ID)})
	}
	s := v.say("invite.area")
	v.list(&s, fmt.Sprintf("invite.%s.p", access.Member), page, buttons)
	v.back(&s, "invite")
	return show(s), nil
}

// inviteDoor asks which building a helper helps in.
func (h *House) inviteDoor(ctx context.Context, v Visit, page string) (Reply, error) {
	buildings, err := h.Communities.Buildings(ctx, v.Community.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("buildings: %w", err)
	}
	var buttons []dialog.Button
	for _, b := range buildings {
		if v.Actor.May(access.InviteHelper, v.Actor.Relation(people.Person{Building: b.ID}, b.Area)) {
			buttons = append(buttons, dialog.Button{
				Label: fit(buildingWords(v.Texts, b.Name), alone), Data: fmt.Sprintf("m.invite.helper.%d", b.ID),
			})
		}
	}
	s := v.say("invite.building")
	v.list(&s, fmt.Sprintf("invite.%s.p", access.Helper), page, buttons)
	v.back(&s, "invite")
	return show(s), nil
}

// inviteEntrance asks which entrance, or all.
func (h *House) inviteEntrance(ctx context.Context, v Visit, building int64, page string) (Reply, error) {
	b, err := h.Communities.Building(ctx, v.Community.ID, building)
	if err != nil {
		return Reply{}, fmt.Errorf("building %d: %w", building, err)
	}
	buttons := make([]dialog.Button, b.Entrances)
	for i := range buttons {
		buttons[i] = dialog.Button{
			Label: v.Texts.T("place.entrance_no", "entrance", i+1), Data: fmt.Sprintf("m.invite.helper.%d.%d", b.ID, i+1),
		}
	}
	s := v.say("invite.entrance")
	v.list(&s, fmt.Sprintf("invite.helper.%d.p", b.ID), page, buttons)
	row(&s, v.Texts.T("invite.all"), "invite", "helper", strconv.FormatInt(b.ID, 10), "0")
	v.back(&s, "invite", "helper")
	return show(s), nil
}

// invited shows the link, for the other phone to scan or to be sent on.
func (h *House) invited(ctx context.Context, v Visit, role access.Role, where people.Where) (Reply, error) {
	token, err := h.People.Invite(ctx, v.Actor, role, where)
	if err != nil {
		return Reply{}, fmt.Errorf("invite: %w", err)
	}
	key := "invite.link"
	if role.OfPower() {
		key = "invite.link_asks"
	}
	s, err := h.linkScreen(ctx, v, "inv_"+token, key, "role", h.roleAt(ctx, v, role, where))
	return Reply{Screen: s, Where: Spent, Beside: true}, err
}

// roleAt tells a role with where it is held, where there is more than one place.
func (h *House) roleAt(ctx context.Context, v Visit, role access.Role, at people.Where) string {
	words := roleWords(v, role)
	switch {
	case at.Building != 0:
		b, err := h.Communities.Building(ctx, v.Community.ID, at.Building)
		if err != nil { // the role alone will do
			return words
		}
		place := buildingWords(v.Texts, b.Name)
		if at.Entrance != 0 {
			place = v.Texts.T("place.pair", "first", place, "then", v.Texts.T("place.entrance_no", "entrance", at.Entrance))
		}
		return v.Texts.T("roles.at", "role", words, "where", place)
	case at.Area != 0:
		areas, err := h.Communities.Areas(ctx, v.Community.ID)
		if err != nil || len(areas) < 2 {
			return words
		}
		for _, a := range areas {
			if a.ID == at.Area {
				return v.Texts.T("roles.at", "role", words, "where", a.Name)
			}
		}
	}
	return words
}
