package botapi

import (
	"maps"
	"slices"
)

// member is what a group knows of somebody, also after they have gone.
type member struct {
	who       *Account
	status    string // creator, administrator, member, restricted, left, kicked
	rights    Rights // of an administrator, or what is left to a restricted member
	anonymous bool
	title     string // of an administrator
}

func (m member) present() bool { return m.status != "left" && m.status != "kicked" }

func (m member) administers() bool { return m.status == "creator" || m.status == "administrator" }

// may tells whether a member has a right, given what everybody has.
func (m member) may(right string, everybody Rights) bool {
	switch m.status {
	case "creator":
		return true
	case "administrator":
		return m.rights.has(right) || permissionNames[:12].has(right) || everybody.has(right)
	case "restricted":
		return m.rights.has(right) && everybody.has(right)
	}
	return everybody.has(right)
}

// shape is the ChatMember of the status.
func (m member) shape(kind string) map[string]any {
	out := map[string]any{}
	switch m.status {
	case "administrator":
		out = m.rights.administrator(kind)
		out["is_anonymous"] = m.anonymous
	case "creator":
		out["is_anonymous"] = m.anonymous
	case "restricted":
		out = m.rights.permissions()
		out["is_member"], out["until_date"] = true, 0
	case "kicked":
		out["until_date"] = 0
	}
	if m.title != "" && m.administers() {
		out["custom_title"] = m.title
	}
	out["user"], out["status"] = m.who.user(), m.status
	return out
}

// member gives what the group knows of a person; somebody unknown has left.
func (g *Group) member(who *Account) member {
	if m, known := g.members[who.ID]; known {
		return m
	}
	return member{who: who, status: "left"}
}

func (g *Group) self() member { return g.member(&g.bot.account) }

// present are those who are in the group now, by their ids.
func (g *Group) present() []member {
	var list []member
	for _, id := range slices.Sorted(maps.Keys(g.members)) {
		if m := g.members[id]; m.present() {
			list = append(list, m)
		}
	}
	return list
}

// change sets somebody's place in the group and tells the bot: of itself
// always, of others only where it is an administrator.
func (g *Group) change(by *Account, after member) {
	before := g.member(after.who)
	hears := g.self().administers()
	g.members[after.who.ID] = after
	kind := "chat_member"
	if after.who.ID == g.bot.self.ID {
		kind = "my_chat_member"
	} else if !hears {
		return
	}
	g.bot.push(kind, memberUpdateShape{
		Chat: g.chat.shape(), From: by.user(), Date: g.bot.now().Unix(),
		Old: before.shape(g.kind), New: after.shape(g.kind),
	}, messageLifetime)
}

// Join lets somebody in by a link.
func (g *Group) Join(p *Phone) { g.Add(p, p) }

// Add lets a member bring somebody in.
func (g *Group) Add(by, p *Phone) {
	g.bot.mu.Lock()
	defer g.bot.mu.Unlock()
	g.enter(&by.account, &p.account)
}

func (g *Group) enter(by, who *Account) {
	if g.member(who).present() {
		return
	}
	g.change(by, member{who: who, status: "member"})
	u := who.user()
	if g.kind != "channel" {
		g.note(by, serviceShape{NewMember: &u, NewParticipant: &u, NewMembers: []user{u}}, shownService{"joined", []string{who.name()}})
	}
	g.bot.changed()
}

// Leave is when a member goes.
func (g *Group) Leave(p *Phone) {
	g.bot.mu.Lock()
	defer g.bot.mu.Unlock()
	g.exit(&p.account, &p.account)
}

// Remove throws a member out; out of a supergroup it bans them.
func (g *Group) Remove(by, p *Phone) {
	g.bot.mu.Lock()
	defer g.bot.mu.Unlock()
	g.exit(&by.account, &p.account)
}

func (g *Group) exit(by, who *Account) {
	if !g.member(who).present() {
		return
	}
	status := "left"
	if by.ID != who.ID && g.kind != "group" {
		status = "kicked"
	}
	g.change(by, member{who: who, status: status})
	u := who.user()
	if g.kind != "channel" {
		m := g.note(by, serviceShape{LeftMember: &u, LeftParticipant: &u}, shownService{"left", []string{who.name()}})
		if who.ID == g.bot.self.ID { // which hears of its own end and of nothing after it
			g.bot.push("message", g.bot.shape(g.chat, m), messageLifetime)
		}
	}
	g.bot.changed()
}

// Promote makes a member an administrator with these rights.
func (g *Group) Promote(by, p *Phone, rights Rights) { g.set(by, &p.account, "administrator", rights) }

// Demote makes an administrator, or a restricted member, a member like others.
func (g *Group) Demote(by, p *Phone) { g.set(by, &p.account, "member", nil) }

// Restrict leaves a member only these rights; supergroups alone can.
func (g *Group) Restrict(by, p *Phone, left Rights) { g.set(by, &p.account, "restricted", left) }

func (g *Group) set(by *Phone, who *Account, status string, rights Rights) {
	g.bot.mu.Lock()
	defer g.bot.mu.Unlock()
	after := g.member(who)
	switch {
	case !after.present() && g.kind != "channel", status == "restricted" && g.kind != "supergroup":
		return
	}
	after.who, after.status, after.rights = who, status, slices.Clone(rights)
	g.change(&by.account, after)
	g.bot.changed()
}

// AddBot brings the bot in. From now on it hears what its privacy lets it
// hear. Into a channel it comes as an administrator who may post.
func (g *Group) AddBot(by *Phone) {
	g.bot.mu.Lock()
	defer g.bot.mu.Unlock()
	g.known, g.removed = true, false
	g.private = g.bot.privacy
	if g.kind == "channel" {
		g.change(&by.account, member{who: &g.bot.account, status: "administrator", rights: Rights{"can_manage_chat", "can_post_messages", "can_edit_messages"}})
		g.bot.changed()
		return
	}
	g.enter(&by.account, &g.bot.account)
}

// RemoveBot throws the bot out.
func (g *Group) RemoveBot(by *Phone) {
	g.bot.mu.Lock()
	defer g.bot.mu.Unlock()
	g.removed = true
	g.exit(&by.account, &g.bot.account)
}

// PromoteBot makes the bot an administrator with these rights; it hears
// everything then.
func (g *Group) PromoteBot(by *Phone, rights Rights) {
	g.set(by, &g.bot.account, "administrator", rights)
}

// DemoteBot makes the bot a member like others.
func (g *Group) DemoteBot(by *Phone) { g.set(by, &g.bot.account, "member", nil) }

// RestrictBot leaves the bot only these rights; supergroups alone can.
func (g *Group) RestrictBot(by *Phone, left Rights) {
	g.set(by, &g.bot.account, "restricted", left)
}

// Permit sets what everybody may do who is no administrator.
func (g *Group) Permit(everybody Rights) {
	g.bot.mu.Lock()
	defer g.bot.mu.Unlock()
	g.everybody = slices.Clone(everybody)
	g.bot.changed()
}
