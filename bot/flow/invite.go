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

// pageOf is how many choices one screen of buttons shows.
const pageOf = 6

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
func (h *House) invite(v Visit, page int) dialog.Screen {
	gives := v.Actor.Gives()
	roles := slices.DeleteFunc(slices.Clone(offered), func(r access.Role) bool { return !slices.Contains(gives, r) })
	s := v.say("invite.ask")
	if len(gives) == 0 {
		return h.withMenu(v, "command.unknown")
	}
	for _, role := range pageFrom(roles, page) {
		s.Rows = append(s.Rows, []dialog.Button{{Label: roleLabel(v, role), Data: "m.invite." + string(role)}})
	}
	s.Rows = append(s.Rows, pageRows(v, "m.invite.", page, len(roles))...)
	if v.Actor.May(access.Grant, access.SameCommunity) {
		s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("invite.who"), Data: "m.roles"}})
	}
	return s
}

// pageFrom is one screen's part of a list.
func pageFrom[T any](list []T, page int) []T {
	from := min(max(page, 0)*pageOf, len(list))
	return list[from:min(from+pageOf, len(list))]
}

// pageRows lead to the screens before and after; pages go as numbers.
func pageRows(v Visit, data string, page, of int) (rows [][]dialog.Button) {
	if (page+1)*pageOf < of {
		rows = append(rows, []dialog.Button{{Label: v.Texts.T("dialog.more"), Data: data + strconv.Itoa(page+1)}})
	}
	if page > 0 {
		rows = append(rows, []dialog.Button{{Label: v.Texts.T("dialog.earlier"), Data: data + strconv.Itoa(page-1)}})
	}
	return rows
}

// inviteTap goes on with an invitation: value is a page, or the role and then
// its area, or its building and entrance, as far as they are chosen; after them
// a page of what can be chosen next, like p2.
func (h *House) inviteTap(ctx context.Context, v Visit, value string) (Reply, error) {
	parts := strings.Split(value, ".")
	if page, err := strconv.Atoi(parts[0]); err == nil || value == "" {
		return show(h.invite(v, page)), nil
	}
	page := 0
	if last, ok := strings.CutPrefix(parts[len(parts)-1], "p"); ok && len(parts) > 1 {
		page, _ = strconv.Atoi(last) // no number is the first page
		parts = parts[:len(parts)-1]
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
func (h *House) inviteMember(ctx context.Context, v Visit, page int) (Reply, error) {
	areas, err := h.Communities.Areas(ctx, v.Community.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("areas: %w", err)
	}
	if len(areas) == 1 {
		return h.invited(ctx, v, access.Member, people.Where{Area: areas[0].ID})
	}
	s := v.say("invite.area")
	for _, a := range pageFrom(areas, page) {
		s.Rows = append(s.Rows, []dialog.Button{{Label: fit(v.areaWords(a), whole), Data: fmt.Sprintf("m.invite.member.%d", a.ID)}})
	}
	s.Rows = append(s.Rows, pageRows(v, "m.invite.member.p", page, len(areas))...)
	return show(v.backTo(s, "m.invite")), nil
}

// inviteDoor asks which building a helper helps in.
func (h *House) inviteDoor(ctx context.Context, v Visit, page int) (Reply, error) {
	buildings, err := h.Communities.Buildings(ctx, v.Community.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("buildings: %w", err)
	}
	s := v.say("invite.building")
	for _, b := range pageFrom(buildings, page) {
		s.Rows = append(s.Rows, []dialog.Button{{
			Label: fit(buildingWords(v.Texts, b.Name), whole), Data: fmt.Sprintf("m.invite.helper.%d", b.ID),
		}})
	}
	s.Rows = append(s.Rows, pageRows(v, "m.invite.helper.p", page, len(buildings))...)
	return show(v.backTo(s, "m.invite")), nil
}

// inviteEntrance asks which entrance, or all.
func (h *House) inviteEntrance(ctx context.Context, v Visit, building int64, page int) (Reply, error) {
	b, err := h.Communities.Building(ctx, v.Community.ID, building)
	if err != nil {
		return Reply{}, fmt.Errorf("building %d: %w", building, err)
	}
	s := v.say("invite.entrance")
	entrances := make([]int, b.Entrances)
	for i := range entrances {
		entrances[i] = i + 1
	}
	for _, e := range pageFrom(entrances, page) {
		s.Rows = append(s.Rows, []dialog.Button{{
			Label: v.Texts.T("place.entrance_no", "entrance", e), Data: fmt.Sprintf("m.invite.helper.%d.%d", b.ID, e),
		}})
	}
	s.Rows = append(s.Rows, pageRows(v, fmt.Sprintf("m.invite.helper.%d.p", b.ID), page, len(entrances))...)
	s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("invite.all"), Data: fmt.Sprintf("m.invite.helper.%d.0", b.ID)}})
	return show(v.backTo(s, "m.invite.helper")), nil
}

// backTo adds the way back to a screen.
func (v Visit) backTo(s dialog.Screen, data string) dialog.Screen {
	s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("dialog.back"), Data: data}})
	return s
}

// invited shows the link, for the other phone to scan or to be sent on.
func (h *House) invited(ctx context.Context, v Visit, role access.Role, where people.Where) (Reply, error) {
	token, err := h.People.Invite(ctx, v.Actor, role, where)
	if err != nil {
		return Reply{}, fmt.Errorf("invite: %w", err)
	}
	link, err := h.Link(ctx, v.Community.ID, "inv_"+token)
	if err != nil {
		return Reply{}, fmt.Errorf("invite: %w", err)
	}
	key := "invite.link"
	if role.OfPower() {
		key = "invite.link_asks"
	}
	s := v.say(key, "role", h.roleAt(ctx, v, role, where), "link", link)
	s.QR = link
	return Reply{Screen: s, Where: Spent, Beside: true}, nil
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

// fit shortens one part of a label to what a button holds: so many letters, or
// fewer where they are Chinese.
func fit(part string, label func(part string) string) string {
	for runes := []rune(part); len(runes) > 1 && tooLong(label(part)); part = string(runes) {
		runes = runes[:len(runes)-1]
	}
	return label(part)
}

func tooLong(label string) bool {
	han := 0
	for _, r := range label {
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	return han > 8 || han == 0 && utf8.RuneCountInString(label) > 22
}

// whole is a label that is nothing but its name.
func whole(name string) string { return name }
