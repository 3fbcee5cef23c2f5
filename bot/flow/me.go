package flow

import (
	"context"
	"fmt"
	"strings"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// me shows somebody what is known of them, each part one tap from being changed.
func (h *House) me(ctx context.Context, v Visit) (dialog.Screen, error) {
	c, _, err := h.People.See(ctx, v.Actor, v.Actor.Person)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("about me: %w", err)
	}
	none := v.Texts.T("dialog.none")
	home, phone, year := none, none, none
	if c.Settled() {
		home = h.homeWords(ctx, v, c.Person, people.Household{})
	}
	if c.Phone != "" {
		phone = c.Phone
	}
	if c.BirthYear != 0 {
		year = v.Texts.T("people.year", "year", c.BirthYear)
	}
	lines := []string{v.Texts.T("me.title")}
	s := dialog.Screen{}
	for _, part := range []struct{ name, value string }{
		{partName, c.Name}, {partHome, home}, {partOwn, phone}, {partBorn, year},
	} {
		title := v.Texts.T("me.part." + part.name)
		lines = append(lines, v.Texts.T("dialog.line", "title", title, "value", part.value))
		s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("dialog.change", "title", title), Data: personData("edit", c.ID) + "." + part.name}})
	}
	lines = append(lines, v.namedLine("named.you", c.Kinds)...)
	s.Text = strings.Join(lines, "\n")
	return s, nil
}

// aboutMe answers the button "About me".
func (h *House) aboutMe(ctx context.Context, v Visit, _ string) (Reply, error) {
	if !v.Person.Known() {
		return h.welcome(ctx, v, "", "")
	}
	s, err := h.me(ctx, v)
	return show(s), err
}

// ownPhone thanks for the number; where it is that of one person on the
// register, it asks whether that is them.
func (h *House) ownPhone(ctx context.Context, v Visit) (dialog.Screen, error) {
	p, ok, err := h.People.SamePhone(ctx, v.Actor)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("own phone: %w", err)
	}
	if !ok {
		s := v.say("me.phone_kept")
		s.Menu = true
		return s, nil
	}
	s := v.say("me.same", "name", p.Name, "home", h.homeWords(ctx, v, p, people.Household{}))
	s.Rows = [][]dialog.Button{
		{{Label: v.Texts.T("me.same_yes"), Data: personData("iam", p.ID), Style: dialog.Primary}},
		{{Label: v.Texts.T("me.same_no"), Data: "m.me"}},
	}
	return s, nil
}

// isMe makes the person on the register and who taps one.
func (h *House) isMe(ctx context.Context, v Visit, id int64) (Reply, error) {
	p, err := h.People.IsMe(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("is me: %w", err)
	}
	return Reply{Screen: h.withMenu(v, "me.is_me", "name", p.Name), Fresh: true}, nil
}
