package main

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

// groupCast are the groups of a town: that of the building, which is set up,
// one that the bot is not in yet, and what that becomes as a supergroup.
var groupCast = []string{"group", "newgroup", "biggroup"}

// messages are what a phone or a group shows.
func (p *transcript) messages(who string) []botapi.Message {
	if g := p.groups[who]; g != nil {
		return g.View().Messages
	}
	if slices.Contains(groupCast, who) {
		return nil
	}
	return p.phone(who).Chat().Messages
}

// inGroup is what somebody does in a group:
//
//	{group say /setup}       they write; {group anonymous /setup} in the group's name
//	{newgroup add}           they bring the bot in; {newgroup choose} by the bot's own link
//	{group tap [I'll go]}    they tap a button there
//	{group remove}           they throw it out
//	{group promote}, {group silence}, {group demote}   what the bot may do there
//	{newgroup upgrade}       the group becomes biggroup
//	{newgroup admin other}   they make somebody an administrator
func (p *transcript) inGroup(phone *botapi.Phone, name, what string) {
	p.t.Helper()
	g := p.groups[name]
	verb, rest, _ := strings.Cut(what, " ")
	switch verb {
	case "say":
		require.NotZero(p.t, g.Say(phone, rest).ID, "the group does not take it")
	case "tap":
		p.answers(p.tapInGroup(g, phone, strings.Trim(rest, "[]")))
	case "anonymous":
		g.SayAnonymously(phone, rest)
	case "add":
		g.AddBot(phone)
	case "choose": // Telegram says it in the name of whoever chose the group
		g.AddBot(phone)
		g.Say(phone, "/start@"+p.towns[0].bot.Username()+" setup")
	case "remove":
		g.RemoveBot(phone)
	case "promote":
		g.PromoteBot(phone, botapi.Rights{"can_manage_chat"})
	case "silence":
		g.RestrictBot(phone, nil)
	case "demote":
		g.DemoteBot(phone)
	case "upgrade":
		p.groups["biggroup"] = g.Upgrade(phone, 0)
	case "admin":
		g.Promote(phone, p.phone(rest), botapi.Rights{"can_manage_chat"})
	default:
		p.t.Fatalf("nobody can {%s %s}", name, what)
	}
}

// tapInGroup taps the newest button with a label.
func (p *transcript) tapInGroup(g *botapi.Group, phone *botapi.Phone, label string) *botapi.Tap {
	p.t.Helper()
	for _, m := range slices.Backward(g.View().Messages) {
		if data := dataOf(m, label); data != "" {
			tap, err := g.By(phone).Tap(m.ID, data)
			require.NoError(p.t, err)
			return tap
		}
	}
	p.t.Fatalf("no message of the group shows %q:\n%s", label, p.script.String())
	return nil
}

var isLink = regexp.MustCompile(`https://t\.me/\S+`)

// linkOf is what the newest link to the bot that somebody's phone, or a group,
// shows starts it with; "claim" is the one from the terminal.
func (p *transcript) linkOf(who string) string {
	p.t.Helper()
	if who == "claim" {
		return p.claim
	}
	for _, m := range slices.Backward(p.messages(who)) {
		links := isLink.FindAllString(m.Text, -1)
		for _, row := range m.Buttons {
			for _, b := range row {
				links = append(links, b.URL)
			}
		}
		for _, link := range links {
			if u, err := url.Parse(link); err == nil && u.Query().Has("start") {
				return u.Query().Get("start")
			}
		}
	}
	p.t.Fatalf("%s shows no link:\n%s", who, p.script.String())
	return ""
}

// namesNobody holds what the bot says in a group to the first rule of groups:
// no name and no flat of anybody.
func (p *transcript) namesNobody(m botapi.Message) {
	p.t.Helper()
	if !m.FromBot {
		return
	}
	for _, n := range p.towns[0].neighbours {
		for _, told := range []string{n.called, n.account.FirstName, n.account.LastName, n.phone, n.flat} {
			if told != "" {
				assert.NotContains(p.t, m.Text, told, "a group reads it")
			}
		}
	}
	for _, row := range m.Buttons {
		for _, b := range row {
			took := strings.HasPrefix(b.Data, "g.take.") // the first tap wins, and is answered in private
			assert.True(p.t, b.URL != "" || took, "there are no dialogs in groups: [%s]", b.Text)
		}
	}
}
