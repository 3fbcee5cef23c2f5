package street

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/botapi"
)

// elsewhere is a link to the bot that can be opened on any phone, as one that is
// shown on a screen is scanned with another phone; or a link that brings the
// bot into a group.
type elsewhere struct {
	Label   string // of a button; "" where the link stands in the text
	Payload string
	By      string   // for a group: who follows it
	On      []choice // phones, or groups
}

// isLink finds links to bots in what is written.
var isLink = regexp.MustCompile(`https://t\.me/[A-Za-z0-9_]+\?[A-Za-z0-9_=&-]+`)

// follow reads a link to this very bot: what it starts it with, in private or in
// a group.
func (s *street) follow(lang, address string) (payload string, group, ok bool) {
	u, err := url.Parse(address)
	if err != nil || u.Host != "t.me" || !strings.EqualFold(u.Path, "/"+s.Bots[lang].Username()) {
		return "", false, false
	}
	if u.Query().Has("startgroup") {
		return u.Query().Get("startgroup"), true, true
	}
	return u.Query().Get("start"), false, true
}

// linksOf are the links of a message that other phones can open.
func (s *street) linksOf(w words, m botapi.Message) []elsewhere {
	var links []elsewhere
	for _, address := range isLink.FindAllString(m.Text, -1) {
		if payload, group, ok := s.follow(w.Lang, address); ok && !group {
			links = append(links, elsewhere{Payload: payload, On: s.others(w, "")})
		}
	}
	return links
}

// others are the phones of a language but one.
func (s *street) others(w words, but string) []choice {
	var list []choice
	for _, p := range s.Personas {
		if p.Lang == w.Lang && p.Group == nil && p.Key != but {
			list = append(list, choice{Name: p.Key, Label: p.Name[w.Lang]})
		}
	}
	return list
}

// withoutBot are the groups that the bot is not in.
func (s *street) withoutBot(w words) []choice {
	var list []choice
	for _, p := range s.Personas {
		if p.Lang == w.Lang && p.Group != nil && !s.isThere(w.Lang, p.Group.View()) {
			list = append(list, choice{Name: p.Key, Label: p.Name[w.Lang]})
		}
	}
	return list
}

// isThere reports whether the bot is in a group.
func (s *street) isThere(lang string, chat botapi.View) bool {
	return slices.ContainsFunc(chat.Members, func(a botapi.Account) bool {
		return a.IsBot && a.Username == s.Bots[lang].Username()
	})
}

// apart takes those buttons from a message that lead from one phone to another:
// in a group to everybody's own chat with the bot, in private to a group.
func (s *street) apart(w words, p Persona, e *entry) {
	for i, row := range e.Buttons {
		var own []button
		for _, b := range row {
			payload, group, ok := s.follow(w.Lang, b.Link)
			switch {
			case ok && group:
				e.Links = append(e.Links, elsewhere{Label: b.Text, Payload: payload, By: p.Key, On: s.withoutBot(w)})
			case ok && p.Group != nil:
				e.Links = append(e.Links, elsewhere{Label: b.Text, Payload: payload, On: s.others(w, "")})
			default:
				own = append(own, b)
			}
		}
		e.Buttons[i] = own
	}
	e.Buttons = slices.DeleteFunc(e.Buttons, func(row []button) bool { return len(row) == 0 })
	for i := range e.Links {
		e.Links[i].On = slices.DeleteFunc(e.Links[i].On, func(c choice) bool { return c.Name == p.Key })
	}
}

// open follows a link on another phone than the one that shows it.
func (s *street) open(w http.ResponseWriter, r *http.Request) {
	l, ok := s.look(r)
	_, err := readForm(w, r)
	p, known := s.persona(r.PostForm.Get("on"), l.Words.Lang)
	if !ok || err != nil || !known {
		http.NotFound(w, r)
		return
	}
	do := (*street).start
	if p.Group != nil {
		do = (*street).addBot
	}
	s.perform(w, r, do, hand{p, s.inHand[p.Key], r.PostForm, nil, l})
}

// addBot brings the bot into a group, by hand or by a link of its own, which
// then says in the group what it was for.
func (s *street) addBot(_ context.Context, h hand) (done, error) {
	who := s.inHand[h.form.Get("as")]
	if h.persona.Group == nil || who == nil {
		return done{}, errGone
	}
	h.persona.Group.AddBot(who)
	if payload := h.form.Get("payload"); payload != "" {
		h.persona.Group.Say(who, "/start@"+s.Bots[h.persona.Lang].Username()+" "+payload)
	}
	return done{}, nil
}

// removeBot takes the bot out of a group.
func (s *street) removeBot(_ context.Context, h hand) (done, error) {
	who := s.inHand[h.form.Get("as")]
	if who == nil {
		return done{}, errGone
	}
	h.persona.Group.RemoveBot(who)
	return done{}, nil
}
