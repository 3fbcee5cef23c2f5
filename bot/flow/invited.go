package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// openInvitation opens the link of a role.
func (h *House) openInvitation(ctx context.Context, v Visit, token string) (Reply, error) {
	i, err := h.People.OpenRole(ctx, v.Community.ID, v.Person.ID, token)
	if refusal.Is(err, refusal.NotFound) { // it may be a link for somebody who is on the register
		return h.openPerson(ctx, v, token)
	}
	if text, ok := v.Refused(err); ok {
		return show(dialog.Screen{Text: text, Menu: v.Person.Known()}), nil
	} else if err != nil {
		return Reply{}, fmt.Errorf("open invitation: %w", err)
	}
	switch {
	case i.Stands == people.Refused:
		return show(v.say("invited.refused")), nil
	case !v.Person.Known() && i.Stands == people.Asked:
		return h.welcome(ctx, v, "", v.Texts.T("invited.asked_new"))
	case !v.Person.Known():
		return h.welcome(ctx, v, "", v.Texts.T("invited.given", "role", roleWords(v, i.Role)))
	case i.Stands == people.Asked:
		return show(v.say("invited.asked")), nil
	}
	return Reply{Screen: h.welcomeAs(v, i.Role), Fresh: true}, nil
}

// welcomeAs says that somebody has a role now, and what it brings.
func (h *House) welcomeAs(v Visit, role access.Role) dialog.Screen {
	s := h.withMenu(v, "invited.given", "role", roleWords(v, role))
	switch role {
	case access.Member:
		s.Text += "\n" + v.Texts.T("invited.does_member")
	case access.Secretary:
		s.Text += "\n" + v.Texts.T("invited.does_secretary")
	case access.Deputy:
		s.Text += "\n" + v.Texts.T("invited.does_deputy")
	case access.Keeper:
		s.Text += "\n" + v.Texts.T("invited.does_keeper")
	default:
	}
	return s
}

// decideRole is the giver's word on who opened an invitation.
func (h *House) decideRole(right bool) verb {
	return func(ctx context.Context, v Visit, value string) (Reply, error) {
		id, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return v.toast("tap.old"), nil
		}
		i, err := h.People.DecideRole(ctx, v.Actor, id, right)
		if err != nil {
			return Reply{}, fmt.Errorf("decide on invitation %d: %w", id, err)
		}
		return show(h.decided(ctx, v, i)), nil
	}
}

func (h *House) decided(ctx context.Context, v Visit, i people.Invitation) dialog.Screen {
	key := "invited.said_no"
	if i.Stands == people.Given {
		key = "invited.said_yes"
	}
	return v.say(key, "name", h.name(ctx, v, i.By), "role", h.roleAt(ctx, v, i.Role, i.Where))
}

// ofRole is what the outbox keeps of a message about a role.
type ofRole struct {
	Link   int64       `json:"link"`
	Role   access.Role `json:"role"`
	By     int64       `json:"by"`
	Person int64       `json:"person"`
}

// renderRole draws the messages about roles.
func (h *House) renderRole(ctx context.Context, v Visit, topic string, args []byte) (dialog.Screen, error) {
	var a ofRole
	if err := json.Unmarshal(args, &a); err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
	}
	switch topic {
	case "role.asked":
		return h.asksWho(ctx, v, a.Link)
	case "role.given":
		return h.welcomeAs(v, a.Role), nil
	case "role.refused":
		return v.say("invited.refused"), nil
	case "role.ended":
		return v.say("roles.told_ended", "role", roleWords(v, a.Role)), nil
	case "role.replaced":
		return v.say("roles.told_replaced", "name", h.name(ctx, v, a.By), "phone", phoneWords(v)), nil
	case "role.away":
		return h.tellAway(ctx, v, a), nil
	case "role.back":
		if v.Person.ID == a.Person {
			return v.say("roles.told_back_you", "name", h.name(ctx, v, a.By)), nil
		}
		return v.say("roles.told_back", "name", h.name(ctx, v, a.Person)), nil
	}
	return dialog.Screen{}, fmt.Errorf("render %s: unknown topic", topic)
}

// asksWho asks the giver whether the right person opened the link, or says what
// the answer was.
func (h *House) asksWho(ctx context.Context, v Visit, link int64) (dialog.Screen, error) {
	i, err := h.People.Invitation(ctx, v.Community.ID, link)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("invitation %d: %w", link, err)
	}
	if i.Stands != people.Asked {
		return h.decided(ctx, v, i), nil
	}
	s := v.say("invited.question", "name", h.name(ctx, v, i.By), "role", h.roleAt(ctx, v, i.Role, i.Where))
	s.Rows = [][]dialog.Button{
		{{Label: v.Texts.T("invited.yes"), Data: fmt.Sprintf("m.rightone.%d", link), Style: dialog.Primary}},
		{{Label: v.Texts.T("invited.no"), Data: fmt.Sprintf("m.wrongone.%d", link)}},
	}
	return s, nil
}

func (h *House) tellAway(ctx context.Context, v Visit, a ofRole) dialog.Screen {
	name := h.name(ctx, v, a.Person)
	charge, err := h.People.InCharge(ctx, v.Community.ID)
	switch {
	case err == nil && charge.ID == v.Person.ID && charge.ID != a.Person:
		return v.say("roles.told_away_you", "name", name)
	case v.Person.ID == a.Person:
		return v.say("roles.told_away_off", "name", h.name(ctx, v, a.By), "deputy", h.name(ctx, v, charge.ID))
	}
	return v.say("roles.told_away", "name", name, "deputy", h.name(ctx, v, charge.ID))
}

// askElse asks who is in charge about an invitation, where who gave it is not
// reached any more.
func (h *House) askElse(ctx context.Context, community, person int64, args []byte) error {
	var a ofRole
	if err := json.Unmarshal(args, &a); err != nil {
		return fmt.Errorf("ask somebody else: %w", err)
	}
	if err := h.People.AskElse(ctx, community, a.Link, person); err != nil {
		return fmt.Errorf("ask somebody else: %w", err)
	}
	return nil
}
