package botapi

// Upgrade makes a basic group a supergroup, as its owner does it: the old
// chat says where it went, the new one where it came from. ID 0 is given out.
func (g *Group) Upgrade(by *Phone, id int64) *Group {
	g.bot.mu.Lock()
	defer g.bot.mu.Unlock()
	if g.movedTo != nil || g.kind != "group" {
		return g.movedTo
	}
	to := g.bot.group(GroupOptions{ID: id, Kind: "supergroup", Title: g.title})
	to.everybody, to.private, to.known = g.everybody, g.private, g.known
	for who, m := range g.members {
		to.members[who] = m
	}
	g.note(&by.account, serviceShape{MigrateTo: to.chat.id}, shownService{kind: "upgraded"})
	g.movedTo = to
	m := &message{at: g.bot.now(), from: &by.account, as: to, service: &serviceShape{MigrateFrom: g.chat.id}, serviceShown: shownService{kind: "upgraded"}}
	to.chat.add(m)
	g.bot.tell(to.chat, m, false)
	g.bot.changed()
	return to
}
