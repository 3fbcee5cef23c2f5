package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// linkPerson shows a link, and draws it, for the phone of somebody on the
// register: whoever opens it is them.
func (h *House) linkPerson(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, _, err := h.People.See(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("link: %w", err)
	}
	token, err := h.People.LinkPerson(ctx, v.Actor, c.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("link: %w", err)
	}
	s, err := h.linkScreen(ctx, v, "inv_"+token, "connect.link", "name", c.Name)
	return Reply{Screen: s, Where: Apart, Beside: true}, err
}

// openPerson makes whoever opened the link the person on the register, and asks
// them whether that is right; the answer is the consent.
func (h *House) openPerson(ctx context.Context, v Visit, token string) (Reply, error) {
	p, err := h.People.OpenPerson(ctx, v.Community.ID, v.Person.ID, token)
	if text, ok := v.Refused(err); ok {
		return show(dialog.Screen{Text: text}), nil
	} else if err != nil {
		return Reply{}, fmt.Errorf("open link: %w", err)
	}
	d, err := h.firstDraft(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	v.Person = p
	d.By, d.Told, d.Home = v.who(), p.Name, h.homeWords(ctx, v, p, people.Household{})
	return Reply{Dialog: "welcome", Prefill: d, Fresh: true}, nil
}

// notMe cuts the connection that a link made with the wrong phone.
func (h *House) notMe(ctx context.Context, v Visit) (dialog.Screen, error) {
	err := h.People.NotMe(ctx, v.Actor)
	if text, ok := v.Refused(err); ok {
		return dialog.Screen{Text: text}, nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("not me: %w", err)
	}
	return v.say("connect.not_me"), nil
}
