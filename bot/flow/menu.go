package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/groups"
	"github.com/linli-bot/linli/internal/notices"
)

// The keys that not everybody has: lunch, of those who eat here or order for somebody who
// does; childcare, of who decides for a child with a file; and one that makes room where
// somebody has both, as there are never more than four beside the last.
const (
	menuLunch     = "menu.lunch"
	menuChildcare = "menu.childcare"
	menuMine      = "menu.mine"
)

// menuKeys are the keys of the persistent menu, in its order, each with the
// command that it stands for.
var menuKeys = []struct{ key, command string }{
	{"menu.report", "report"},
	{menuLunch, "lunch"},
	{menuChildcare, "childcare"},
	{menuMine, "mine"},
	{"menu.call", "call"},
	{"menu.more", "help"},
}

// MenuRows lays the persistent menu out: two keys a row, with those for lunch and for
// childcare where they are somebody's.
func MenuRows(t dialog.Texts, lunch, childcare bool) [][]dialog.Key {
	has := map[string]bool{menuLunch: lunch, menuChildcare: childcare, menuMine: !lunch || !childcare}
	var keys []dialog.Key
	for _, m := range menuKeys {
		if is, sometimes := has[m.key]; is || !sometimes {
			keys = append(keys, dialog.Key{Text: t.T(m.key)})
		}
	}
	return slices.Collect(slices.Chunk(keys, 2))
}

// HasKeys reports whether lunch, and childcare, is a key of the menu of whoever has a chat
// with the bot.
func (h *House) HasKeys(ctx context.Context, community, chat int64) (lunch, childcare bool, err error) {
	if lunch, err = h.Lunch.Concerns(ctx, community, chat); err != nil {
		return false, false, fmt.Errorf("menu: %w", err)
	}
	if childcare, err = h.Childcare.Concerns(ctx, community, chat); err != nil {
		return false, false, fmt.Errorf("menu: %w", err)
	}
	return lunch, childcare, nil
}

// CommandOf is the command that a typed word stands for: a key of the menu in
// any language, or none.
func (h *House) CommandOf(v Visit, text string) (command string, ok bool) {
	for _, lang := range h.Languages {
		words := h.Texts(lang, v.Now, v.Zone)
		for _, m := range menuKeys {
			if Same(text, words.T(m.key)) {
				return m.command, true
			}
		}
	}
	return "", false
}

// Same compares what was typed with a label: without case, spaces and a final stop.
func Same(text, label string) bool { return plain(text) == plain(label) }

func plain(s string) string {
	return strings.ToLower(strings.TrimRight(strings.Join(strings.Fields(s), ""), ".!。！"))
}

// Command answers a command. Unknown ones are answered with what there is; a
// question that waits goes on waiting.
func (h *House) Command(ctx context.Context, v Visit, name, payload string) (Reply, error) {
	r, err := h.command(ctx, v, name, payload)
	r.Beside = true
	return r, err
}

func (h *House) command(ctx context.Context, v Visit, name, payload string) (Reply, error) {
	switch name {
	case "start":
		return h.start(ctx, v, payload)
	case "language":
		return show(h.languageScreen(v)), nil
	case "call":
		return h.call(ctx, v)
	case "help":
		return h.more(ctx, v)
	case "leave":
		return h.leave(ctx, v)
	}
	if !v.Person.Known() {
		return h.welcome(ctx, v, name, "")
	}
	switch name {
	case "report":
		return h.startReport(ctx, v, dialog.Words{}, false), nil
	case "mine":
		return h.mine(ctx, v)
	case "family":
		return h.family(ctx, v)
	case "invite":
		return show(h.invite(v, "")), nil
	case "settings":
		return h.settings(v), nil
	case "people":
		return h.people(ctx, v, "")
	case "lunch":
		return h.lunches(ctx, v)
	case "kitchen":
		return h.kitchen(ctx, v, "")
	case "childcare":
		return h.childcare(ctx, v, "")
	case "care":
		return h.care(ctx, v, "")
	case "notice":
		return h.notice(ctx, v)
	case "notices":
		return h.noticesNow(ctx, v, "")
	case "duty":
		return h.duty(ctx, v)
	case "today":
		return h.today(ctx, v)
	case "overview":
		return h.overview(ctx, v)
	case "cancel":
		return show(h.withMenu(v, "cancel.nothing")), nil
	default:
		return show(h.withMenu(v, "command.unknown")), nil
	}
}

// start answers /start and the links that begin with it.
func (h *House) start(ctx context.Context, v Visit, payload string) (Reply, error) {
	kind, rest, _ := strings.Cut(payload, "_")
	switch {
	case kind == "claim":
		return h.claim(ctx, v, rest)
	case kind == "fam":
		return h.openFamily(ctx, v, rest)
	case kind == "inv":
		return h.openInvitation(ctx, v, rest)
	case kind == "side":
		return h.openSide(ctx, v, rest)
	case kind == "at":
		return h.fromPoster(ctx, v, rest)
	case payload == "go_report":
		return h.Command(ctx, v, "report", "")
	case payload == groupsLink && groups.MayTie(v.Actor):
		return h.groupList(ctx, v, "")
	case strings.HasPrefix(payload, noticeLink):
		return h.noticeFromLink(ctx, v, rest)
	case kind == "case" && v.Person.Known():
		return h.byNumber(ctx, v, rest)
	default:
		return h.greet(ctx, v)
	}
}

// greet is what a person sees who comes without a wish.
func (h *House) greet(ctx context.Context, v Visit) (Reply, error) {
	if !v.Person.Known() {
		return h.welcome(ctx, v, "", "")
	}
	return show(h.menuScreen(v)), nil
}

func (h *House) menuScreen(v Visit) dialog.Screen {
	s := v.say("menu.greeting", "name", v.Person.Name)
	s.Menu = true
	return s
}

// Keys brings somebody new the menu where what they came for is asked right away:
// a message with buttons cannot bring it.
func (h *House) Keys(v Visit) dialog.Screen {
	return h.withMenu(v, "welcome.keys", "name", v.Person.Name)
}

func (h *House) withMenu(v Visit, key string, args ...any) dialog.Screen {
	s := v.say(key, args...)
	s.Menu = true
	return s
}

// claim makes the person who opened the one-time link the secretary.
func (h *House) claim(ctx context.Context, v Visit, token string) (Reply, error) {
	err := h.People.Redeem(ctx, v.Community.ID, v.Person.ID, token)
	if text, ok := v.Refused(err); ok {
		return show(dialog.Screen{Text: text}), nil
	} else if err != nil {
		return Reply{}, fmt.Errorf("claim: %w", err)
	}
	if !v.Person.Known() {
		return h.welcome(ctx, v, "setup", v.Texts.T("claim.done"))
	}
	if _, v.Actor, err = h.People.Reader(ctx, v.Community.ID, v.Person.ID); err != nil {
		return Reply{}, fmt.Errorf("claim: %w", err)
	}
	if r, ok, err := h.found(ctx, v, v.Texts.T("claim.done")); ok || err != nil {
		return r, err
	}
	return show(h.withMenu(v, "claim.done")), nil
}

// more is help and the rest of the menu in one: what the bot is good for, who
// to call, and the settings there are.
func (h *House) more(ctx context.Context, v Visit) (Reply, error) {
	s := v.say("help.text", "phone", phoneWords(v))
	if v.Person.Known() { // names and numbers of people are for neighbours
		now, _, err := h.onDutyToday(ctx, v)
		if err != nil {
			return Reply{}, err
		}
		s.Text = strings.Join(append([]string{s.Text}, now[:min(1, len(now))]...), "\n")
	}
	add := func(key, data string) {
		s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T(key), Data: data}})
	}
	if v.Actor.May(access.SeePerson, access.SameArea) {
		add("help.people", "m.people")
	}
	add("help.report", "m.report")
	if _, err := h.Lunch.Kitchen(ctx, v.Community.ID); err == nil && v.Person.Known() { // where nobody cooks there is nothing to show
		add("help.lunch", "m.lunch")
		if v.runsKitchen() {
			add("help.kitchen", "m.kitchen")
		}
	}
	if _, err := h.Childcare.House(ctx, v.Community.ID); err == nil && v.Person.Known() {
		add("help.childcare", "m.cchome")
		if v.runsCare() {
			add("help.care", "m.care")
		}
	}
	if notices.May(v.Actor) {
		add("help.notice", "m.nlist")
	}
	add("help.notices", "m.notices")
	add("help.mine", "m.mine")
	add("help.family", "m.family")
	add("help.settings", "m.settings")
	add("help.language", "m.language")
	return show(s), nil
}

func (h *House) languageScreen(v Visit) dialog.Screen {
	s := v.say("lang.ask")
	for _, code := range h.Languages {
		label := h.Texts(code, v.Now, v.Zone).T("lang." + code)
		s.Rows = append(s.Rows, []dialog.Button{{Label: label, Data: "m.lang." + code}})
	}
	return s
}

// menuVerbs are the buttons that are not about a case, "m.<verb>.<value>".
func (h *House) menuVerbs() map[string]verb {
	return eachOnce(
		map[string]verb{
			"lang":     h.setLanguage,
			"language": func(_ context.Context, v Visit, _ string) (Reply, error) { return show(h.languageScreen(v)), nil },
			"mine":     h.apart("mine"),
			"mineat":   h.turnMine,
			"report":   h.apart("report"),
			"leave":    h.leaveTap,
		},
		h.settingVerbs(), h.familyVerbs(), h.groupVerbs(), h.roleVerbs(), h.namedVerbs(), h.registerVerbs(), h.nightVerbs(),
		h.planVerbs(), h.shiftVerbs(), h.todayVerbs(), h.morningVerbs(),
		h.endVerbs(), h.clockVerbs(), h.nearVerbs(), h.talkVerbs(), h.visitVerbs(), h.sealedVerbs(), h.overviewVerbs(), h.lunchVerbs(), h.usualVerbs(), h.kitchenVerbs(), h.runVerbs(), h.workVerbs(), h.mindingVerbs(), h.rulesVerbs(), h.moneyVerbs(), h.announceVerbs(), h.knownVerbs(), h.hallVerbs(),
		h.childcareVerbs(), h.careVerbs(),
	)
}

// eachOnce joins what several conversations have: buttons, messages, what falls due.
// It panics on a name that two of them give: they are joined once, at start.
func eachOnce[V any](all ...map[string]V) map[string]V {
	joined := map[string]V{}
	for _, some := range all {
		for name, one := range some {
			if _, twice := joined[name]; twice {
				panic("flow: two conversations have " + name)
			}
			joined[name] = one
		}
	}
	return joined
}

// verb is what a tap outside a dialog does; value is what its button carries.
type verb func(ctx context.Context, v Visit, value string) (Reply, error)

// apart carries out a command below what was tapped: a receipt stays, with what
// can be done about it.
func (h *House) apart(command string) verb {
	return func(ctx context.Context, v Visit, _ string) (Reply, error) {
		r, err := h.Command(ctx, v, command, "")
		r.Where = Apart
		return r, err
	}
}

// menuTap answers the buttons that are not about a case.
func (h *House) menuTap(ctx context.Context, v Visit, data string) (Reply, error) {
	name, value, _ := strings.Cut(strings.TrimPrefix(data, "m."), ".")
	act := h.verbs[name]
	if act == nil {
		return v.toast("tap.old"), nil
	}
	r, err := act(ctx, v, value)
	if s, ok := v.Refusal(err); ok { // what is not allowed looks like what is not there
		s.Toast = s.Text
		return show(s), nil
	}
	return r, err
}

// setLanguage changes the person's language; what is on the screen is shown
// again in it.
func (h *House) setLanguage(ctx context.Context, v Visit, lang string) (Reply, error) {
	if !slices.Contains(h.Languages, lang) {
		return v.toast("tap.old"), nil
	}
	p, err := h.People.SetLanguage(ctx, v.Actor, lang)
	if err != nil {
		return Reply{}, fmt.Errorf("set language: %w", err)
	}
	v.Person, v.Texts = p, h.Texts(lang, v.Now, v.Zone)
	if !p.Known() {
		return Reply{Redraw: true}, nil
	}
	return Reply{Screen: h.withMenu(v, "lang.done"), Fresh: true, Beside: true}, nil
}
