package flow

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/groups"
	"github.com/linli-bot/linli/internal/refusal"
)

// Chats is what the conversations ask Telegram about a chat.
type Chats interface {
	// Admin reports whether a Telegram account administers a chat.
	Admin(ctx context.Context, community, chat, account int64) (bool, error)
}

// Link is a link that opens the private chat with what begins there.
func (v Visit) Link(start string) string { return "https://t.me/" + v.Bot + "?start=" + start }

// groupsLink begins the list of groups, for those who may see it; everybody
// else is greeted.
const groupsLink = "go_group"

// setUpWord is what a link that adds the bot to a group lets it hear there.
const setUpWord = "setup"

// GroupSaid is a command to the bot in a group.
type GroupSaid struct {
	groups.Said
	Account   int64 // at Telegram, of whoever said it
	Nameless  bool  // it was said in the name of the group, or of a channel
	WantsTied bool  // it asks to set the group up
}

// InGroup answers a command in a group: whoever may set it up and administers
// it gets the question in private, everybody else the same one sentence.
func (h *House) InGroup(ctx context.Context, said GroupSaid) error {
	done, err := h.setUp(ctx, said)
	if done || err != nil {
		return err
	}
	return h.Groups.Greet(ctx, said.Said)
}

func (h *House) setUp(ctx context.Context, said GroupSaid) (done bool, err error) {
	if said.Nameless || !said.WantsTied {
		return false, nil
	}
	p, err := h.People.ByTelegram(ctx, said.Community, said.Account)
	if refusal.Is(err, refusal.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("set up a group: %w", err)
	}
	_, actor, err := h.People.Reader(ctx, said.Community, p.ID)
	if err != nil {
		return false, fmt.Errorf("set up a group: %w", err)
	}
	if !groups.MayTie(actor) {
		return false, nil
	}
	if admin, err := h.Chats.Admin(ctx, said.Community, said.Chat, said.Account); err != nil || !admin {
		return false, err
	}
	err = h.Groups.SetUp(ctx, actor, said.Said)
	if _, refused := refusal.As(err); refused {
		return false, nil
	}
	return err == nil, err
}

// Adder is who brought the bot into a group, 0 where nobody knows them: being
// in a group with the bot puts nobody on the register.
func (h *House) Adder(ctx context.Context, community, account int64) (int64, error) {
	p, err := h.People.ByTelegram(ctx, community, account)
	if refusal.Is(err, refusal.NotFound) {
		return 0, nil
	}
	return p.ID, err
}

// groupList shows a page of the groups in which the bot is.
func (h *House) groupList(ctx context.Context, v Visit, at string) (Reply, error) {
	all, err := h.Groups.List(ctx, v.Actor)
	if text, ok := v.Refused(err); ok {
		return Reply{Screen: dialog.Screen{Text: text}}, nil
	} else if err != nil {
		return Reply{}, err
	}
	s := v.say("groups.none")
	if len(all) > 0 {
		s = v.say("groups.some")
		if !all[0].Tied() {
			s.Text += "\n" + v.Texts.T("groups.unclaimed")
		}
	}
	var buttons []dialog.Button
	for _, g := range all {
		buttons = append(buttons, dialog.Button{Label: groupLabel(v, g), Data: "m.group." + groupID(g)})
	}
	v.list(&s, "groups", at, buttons)
	if v.Bot != "" {
		s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("groups.add"), URL: "https://t.me/" + v.Bot + "?startgroup=" + setUpWord}})
	}
	return show(s), nil
}

// groupLabel is a group on a button; one that nobody has tied says so.
func groupLabel(v Visit, g groups.Group) string {
	title := cmp.Or(g.Title, "?")
	if g.Tied() {
		return fit(title, alone)
	}
	return fit(title, func(title string) string { return v.Texts.T("groups.new", "title", title) })
}

func groupID(g groups.Group) string { return strconv.FormatInt(g.ID, 10) }

// groupScreen shows what a group is for, or asks it.
func (h *House) groupScreen(ctx context.Context, v Visit, g groups.Group) dialog.Screen {
	if !g.Tied() {
		s := v.say("group.purpose.ask", "title", g.Title)
		for _, p := range groups.Purposes {
			s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("group.purpose.opt." + string(p)), Data: "m.group_is." + groupID(g) + "_" + string(p)}})
		}
		v.back(&s, "groups")
		return s
	}
	s := v.say("groups.is", "title", g.Title, "purpose", v.Texts.T("group.purpose.opt."+string(g.Purpose)),
		"buildings", h.houseNames(ctx, v, g), "posts", postNames(v, g))
	if g.Silent {
		s.Text += "\n" + v.Texts.T("groups.silent")
	}
	s.Rows = [][]dialog.Button{
		{{Label: v.Texts.T("groups.change"), Data: "m.group_set." + groupID(g)}},
		{{Label: v.Texts.T("groups.untie"), Data: "m.group_untie." + groupID(g)}},
	}
	v.back(&s, "groups")
	return s
}

// onGroup is a tap about one group, by somebody who may tie it.
func (h *House) onGroup(act func(context.Context, Visit, groups.Group) (Reply, error)) verb {
	return func(ctx context.Context, v Visit, value string) (Reply, error) {
		id, _ := strconv.ParseInt(value, 10, 64) // what is no number is no group
		g, err := h.Groups.Find(ctx, v.Actor, id)
		if err != nil {
			return Reply{}, fmt.Errorf("group %d: %w", id, err)
		}
		return act(ctx, v, g)
	}
}

func (h *House) showGroup(ctx context.Context, v Visit, g groups.Group) (Reply, error) {
	return show(h.groupScreen(ctx, v, g)), nil
}

func (h *House) setGroup(_ context.Context, v Visit, g groups.Group) (Reply, error) {
	return Reply{Dialog: "group", Prefill: groupDraftOf(v, g)}, nil
}

// groupIs is a purpose tapped where it is asked outside the dialog: the rest is
// asked in it.
func (h *House) groupIs(ctx context.Context, v Visit, value string) (Reply, error) {
	id, purpose, _ := strings.Cut(value, "_")
	return h.onGroup(func(_ context.Context, v Visit, g groups.Group) (Reply, error) {
		d := groupDraftOf(v, g)
		d.Purpose = purpose
		return Reply{Dialog: "group", Prefill: d}, nil
	})(ctx, v, id)
}

func (h *House) untieGroup(ctx context.Context, v Visit, g groups.Group) (Reply, error) {
	if err := h.Groups.Untie(ctx, v.Actor, g.ID); err != nil {
		return Reply{}, fmt.Errorf("untie: %w", err)
	}
	s := v.say("groups.untied", "title", g.Title)
	s.Rows = [][]dialog.Button{{{Label: v.Texts.T("groups.again"), Data: "m.group." + groupID(g)}}}
	v.back(&s, "groups")
	return show(s), nil
}

// houseNames are the buildings of a group.
func (h *House) houseNames(ctx context.Context, v Visit, g groups.Group) string {
	var names []string
	all, err := h.Communities.Buildings(ctx, v.Community.ID)
	if err != nil || len(g.Buildings) == 0 {
		return v.Texts.T("group.buildings.opt.all")
	}
	for _, b := range all {
		if g.Has(b.ID) {
			names = append(names, buildingWords(v.Texts, b.Name))
		}
	}
	return listed(v.Texts, names)
}

// postNames are what is posted to a group, within a sentence.
func postNames(v Visit, g groups.Group) string {
	var names []string
	for _, p := range groups.Posts {
		if g.Takes(p) {
			names = append(names, v.Texts.T("groups.post."+string(p)))
		}
	}
	return listed(v.Texts, names)
}

// groupVerbs are the buttons of the groups.
func (h *House) groupVerbs() map[string]verb {
	return map[string]verb{
		"groups":      h.groupList,
		"group":       h.onGroup(h.showGroup),
		"group_set":   h.onGroup(h.setGroup),
		"group_is":    h.groupIs,
		"group_untie": h.onGroup(h.untieGroup),
	}
}
