package botapi

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// The accounts that stand for senders who are no persons.
var (
	anonymousAdmin  = Account{ID: 1087968824, IsBot: true, FirstName: "Group", Username: "GroupAnonymousBot"}
	channelSender   = Account{ID: 136817688, IsBot: true, FirstName: "Channel", Username: "Channel_Bot"}
	telegramService = Account{ID: 777000, FirstName: "Telegram"}
)

// firstSupergroup is where the ids of supergroups and channels begin,
// downwards; basic groups lie above.
const firstSupergroup = -1_000_000_000_000

// GroupOptions is a group as it is before the bot has come in.
type GroupOptions struct {
	ID       int64  // 0: one is given; below -1000000000000 a supergroup or channel, above a basic group
	Kind     string // group, supergroup or channel; without it what the id says
	Title    string
	Username string // of a public one, without the @
	Forum    bool   // has topics, and is a supergroup
	Owner    *Phone
	Members  []*Phone // in it from the start, without any notice
}

// Group is a group or channel with its members. The bot does not know of it
// before AddBot.
type Group struct {
	bot             *Bot
	chat            *chat
	kind            string
	title, username string
	forum           bool
	members         map[int64]member
	everybody       Rights
	topics          map[int64]*topic
	generalClosed   bool
	private         bool // the bot's privacy mode as it was when it came in
	known           bool // the bot has been here
	removed         bool // and was thrown out
	deleted         bool
	movedTo         *Group
	slow            time.Duration
	lastOut         time.Time // of the bot
	lastBot         int64     // which wrote last
}

// Group gives a group; the same id gives the same group, as it was first made.
func (b *Bot) Group(o GroupOptions) *Group {
	b.mu.Lock()
	defer b.mu.Unlock()
	if c := b.chats[o.ID]; c != nil && c.group != nil {
		return c.group
	}
	return b.group(o)
}

func (b *Bot) group(o GroupOptions) *Group {
	switch {
	case o.Kind == "" && (o.Forum || o.ID < firstSupergroup):
		o.Kind = "supergroup"
	case o.Kind == "":
		o.Kind = "group"
	}
	if o.ID == 0 {
		o.ID = -int64(4_000_001 + len(b.chats))
		if o.Kind != "group" {
			o.ID += firstSupergroup
		}
	}
	g := &Group{
		bot: b, kind: o.Kind, title: o.Title, username: o.Username, forum: o.Forum && o.Kind == "supergroup",
		members: map[int64]member{}, topics: map[int64]*topic{}, everybody: slices.Clone(memberRights),
	}
	g.chat = &chat{id: o.ID, group: g, byID: map[int64]*message{}}
	if g.forum {
		g.chat.lastID = generalTopic
	}
	b.chats[o.ID] = g.chat
	for _, p := range o.Members {
		g.members[p.account.ID] = member{who: &p.account, status: "member"}
	}
	if o.Owner != nil {
		g.members[o.Owner.account.ID] = member{who: &o.Owner.account, status: "creator"}
	}
	b.changed()
	return g
}

// Groups are all groups and channels, by their ids.
func (b *Bot) Groups() []*Group {
	b.mu.Lock()
	defer b.mu.Unlock()
	var groups []*Group
	for _, id := range slices.Sorted(maps.Keys(b.chats)) {
		if g := b.chats[id].group; g != nil {
			groups = append(groups, g)
		}
	}
	return groups
}

// ID is the chat id.
func (g *Group) ID() int64 { return g.chat.id }

// Title is what stands above the chat.
func (g *Group) Title() string { return g.title }

// View shows the group as a member sees it who is not spoken to in
// particular.
func (g *Group) View() View {
	g.bot.mu.Lock()
	defer g.bot.mu.Unlock()
	return g.bot.view(g.chat, Account{})
}

// GroupView is View of the group with this id; an error where there is none.
func (b *Bot) GroupView(id int64) (View, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.chats[id]
	if c == nil || c.group == nil {
		return View{}, fmt.Errorf("no group %d", id)
	}
	return b.view(c, Account{}), nil
}

// Slow lets everybody but administrators write only once in so long.
func (g *Group) Slow(between time.Duration) {
	g.bot.mu.Lock()
	defer g.bot.mu.Unlock()
	g.slow = between
}

// Delete is the end of the group.
func (g *Group) Delete() {
	g.bot.mu.Lock()
	defer g.bot.mu.Unlock()
	g.deleted, g.removed = true, true
	if g.kind != "group" { // an inaccessible supergroup cannot be told from one that has banned the bot
		self := g.self()
		self.status = "kicked"
		g.members[g.bot.self.ID] = self
	}
	g.bot.changed()
}

// note puts a service message into the group.
func (g *Group) note(by *Account, s serviceShape, shown shownService) *message {
	m := &message{at: g.bot.now(), from: by, service: &s, serviceShown: shown}
	if by.ID == g.bot.self.ID {
		m.from, m.out = nil, true
	}
	g.chat.add(m)
	g.bot.tell(g.chat, m, false)
	return m
}

func (g *Group) shape() chatShape {
	return chatShape{ID: g.chat.id, Title: g.title, Username: g.username, Type: g.kind, Forum: g.forum, AllAdmins: g.allAdmins()}
}

// allAdmins is told of basic groups only: everybody may do everything.
func (g *Group) allAdmins() *bool {
	if g.kind != "group" {
		return nil
	}
	all := true
	for _, name := range permissionNames[:len(permissionNames)-1] {
		all = all && g.everybody.has(name)
	}
	return &all
}
