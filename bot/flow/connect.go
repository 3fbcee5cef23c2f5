package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// linkPerson shows a link, and draws it, for the phone of somebody on the
// register: whoever opens it is asked whether it is them.
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

// openPerson asks whoever opened the link whether they are the person on the
// register; the yes is the consent, too.
func (h *House) openPerson(ctx context.Context, v Visit, token string) (Reply, error) {
	m, err := h.People.OpenPerson(ctx, v.Community.ID, v.Person.ID, token)
	if text, ok := v.Refused(err); ok {
		return show(dialog.Screen{Text: text}), nil
	} else if err != nil {
		return Reply{}, fmt.Errorf("open link: %w", err)
	}
	if !m.Asks {
		return h.greet(ctx, v)
	}
	d := welcomeDraft{By: v.who(), Community: v.Community.Name, Link: m.Link, Told: m.Person.Name}
	d.Home = h.homeWords(ctx, v, m.Person, people.Household{})
	return Reply{Dialog: "welcome", Prefill: d}, nil
}

// isThem makes who opened a link and the person on the register one; they are
// greeted as that person.
func (h *House) isThem(ctx context.Context, v Visit, link int64) (dialog.Screen, error) {
	p, err := h.People.AnswerPerson(ctx, v.Actor, link, true)
	if text, ok := v.Refused(err); ok {
		return dialog.Screen{Text: text, Menu: v.Person.Known()}, nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("is them: %w", err)
	}
	if v.Person, v.Actor, err = h.People.Reader(ctx, v.Community.ID, p.ID); err != nil {
		return dialog.Screen{}, fmt.Errorf("is them: %w", err)
	}
	return h.welcomed(ctx, v)
}

// notThem leaves both as they are: the link was opened on the wrong phone.
func (h *House) notThem(ctx context.Context, v Visit, link int64) (dialog.Screen, error) {
	_, err := h.People.AnswerPerson(ctx, v.Actor, link, false)
	if text, ok := v.Refused(err); ok {
		return dialog.Screen{Text: text, Menu: v.Person.Known()}, nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("not them: %w", err)
	}
	s := v.say("connect.not_them")
	s.Menu = v.Person.Known()
	return s, nil
}
