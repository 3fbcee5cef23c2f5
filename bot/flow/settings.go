package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/setup"
)

// settings is what everybody can set for themselves, and below it what those
// who run the community can set for all.
func (h *House) settings(v Visit) Reply {
	s := v.say("settings.ask")
	offered := []string{"me", "quiet", "language"}
	if setup.May(v.Actor) {
		offered = append(offered, "town", "roles", "groups")
	}
	for _, verb := range offered {
		s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("settings." + verb), Data: "m." + verb}})
	}
	return show(s)
}

// page is one screen of the community's settings; of says which area, building,
// kind or role it is about.
type page func(ctx context.Context, v Visit, of string) (dialog.Screen, error)

// pages are the screens of the community's settings, "m.town.<page>.<of>".
func (h *House) pages() map[string]page {
	return map[string]page{
		"": h.townPage, "basics": h.basicsPage, "language": h.townLanguagePage, "zone": h.zonePage,
		"numbers": h.numbersPage, "houses": h.housesPage, "house": h.housePage, "entrances": h.entrancesPage,
		"move": h.movePage, "areas": h.areasPage, "area": h.areaPage, "kinds": h.kindsPage, "kind": h.kindPage,
		"hours": h.hoursPage, "take": h.takePage, "do": h.doPage, "times": h.timesPage, "duty": h.dutyPage, "quiet": h.quietPage, "holidays": h.holidaysPage, "names": h.rolesPage, "role": h.rolePage, "dangers": h.dangersPage, "danger": h.dangerPage,
	}
}

// townTap shows a page of the community's settings to whoever may change them.
func (h *House) townTap(ctx context.Context, v Visit, value string) (Reply, error) {
	s, err := h.page(ctx, v, value)
	return show(s), err
}

// page draws a page as things stand at this moment. To whoever may not change
// the settings there is none.
func (h *House) page(ctx context.Context, v Visit, path string) (dialog.Screen, error) {
	name, of, _ := strings.Cut(path, ".")
	draw := h.pages()[name]
	if draw == nil || !setup.May(v.Actor) {
		return v.say("refused.access.not_found"), nil
	}
	c, err := h.Communities.ByID(ctx, v.Community.ID)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("settings: %w", err)
	}
	v.Community = c
	s, err := draw(ctx, v, of)
	if text, ok := v.Refused(err); ok {
		return dialog.Screen{Text: text}, nil
	}
	return s, err
}

func (h *House) townPage(ctx context.Context, v Visit, _ string) (dialog.Screen, error) {
	buildings, err := h.Communities.Buildings(ctx, v.Community.ID)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("settings: %w", err)
	}
	s := v.say("settings.town_is", "name", v.Community.Name, "n", len(buildings))
	if len(buildings) == 0 {
		s = v.say("settings.town_new", "name", v.Community.Name)
		row(&s, v.Texts.T("settings.setup"), "setup")
	}
	row(&s, v.Texts.T("settings.basics"), "town", "basics")
	row(&s, v.Texts.T("settings.times"), "town", "times")
	row(&s, v.Texts.T("settings.houses"), "town", "houses")
	row(&s, v.Texts.T("settings.kinds"), "town", "kinds")
	row(&s, v.Texts.T("settings.numbers"), "town", "numbers")
	row(&s, v.Texts.T("settings.names"), "town", "names")
	row(&s, v.Texts.T("settings.dangers"), "town", "dangers")
	v.back(&s, "settings")
	return s, nil
}

func (h *House) basicsPage(_ context.Context, v Visit, _ string) (dialog.Screen, error) {
	c := v.Community
	s := v.say("settings.basics_are", "name", c.Name, "phone", phoneWords(v), "zone", v.zoneWords(c.Zone),
		"language", h.Texts(c.Language, v.Now, v.Zone).T("lang.own"))
	row(&s, v.Texts.T("settings.name"), "ask", string(community.NameIs))
	row(&s, v.Texts.T("settings.phone"), "ask", string(community.PhoneIs))
	if c.OfficePhone != "" {
		row(&s, v.Texts.T("settings.no_phone"), "set", string(community.PhoneIs), "", "", "")
	}
	row(&s, v.Texts.T("settings.outside"), "ask", string(community.OutsideIs))
	row(&s, v.Texts.T("settings.town_language"), "town", "language")
	row(&s, v.Texts.T("settings.zone"), "town", "zone")
	v.back(&s, "town")
	return s, nil
}

func (h *House) townLanguagePage(_ context.Context, v Visit, _ string) (dialog.Screen, error) {
	s := v.say("settings.town_language_ask")
	for _, code := range h.ownFirst(v.Person.Language) {
		row(&s, h.Texts(code, v.Now, v.Zone).T("lang.own"), "set", string(community.LanguageIs), "", "", code)
	}
	v.back(&s, "town", "basics")
	return s, nil
}

// zones are those that are likely, the likeliest first; any other is written.
var zones = []struct{ zone, key string }{
	{"Asia/Shanghai", "zone.shanghai"},
	{"Asia/Urumqi", "zone.urumqi"},
	{"Asia/Hong_Kong", "zone.hong_kong"},
	{"Asia/Singapore", "zone.singapore"},
	{"Europe/Berlin", "zone.berlin"},
	{"Europe/London", "zone.london"},
	{"America/New_York", "zone.new_york"},
	{"America/Los_Angeles", "zone.los_angeles"},
}

// zoneWords is a time zone as people call it, or by its name.
func (v Visit) zoneWords(zone string) string {
	i := slices.IndexFunc(zones, func(z struct{ zone, key string }) bool { return z.zone == zone })
	if i < 0 {
		return zone
	}
	return v.Texts.T(zones[i].key)
}

func (h *House) zonePage(_ context.Context, v Visit, _ string) (dialog.Screen, error) {
	s := v.say("settings.zone_ask")
	for _, z := range zones {
		row(&s, v.Texts.T(z.key), "set", string(community.ZoneIs), "", "", z.zone)
	}
	row(&s, v.Texts.T("settings.write"), "ask", string(community.ZoneIs))
	v.back(&s, "town", "basics")
	return s, nil
}

func (h *House) numbersPage(_ context.Context, v Visit, _ string) (dialog.Screen, error) {
	s := v.say("settings.numbers_ask")
	if len(v.Community.Emergency) > 0 {
		row(&s, v.Texts.T("settings.usual"), "usual", "numbers")
	}
	for _, danger := range community.DangerKinds {
		label := v.Texts.T("settings.number", "danger", v.Texts.T("danger.kind."+danger), "number", v.Community.Number(danger))
		row(&s, label, "ask", string(community.NumberIs), danger)
	}
	v.back(&s, "town")
	return s, nil
}

func (h *House) rolesPage(_ context.Context, v Visit, at string) (dialog.Screen, error) {
	s := v.say("settings.names_ask")
	var buttons []dialog.Button
	for _, code := range setup.Roles() {
		buttons = append(buttons, dialog.Button{Label: roleWords(v, access.Role(code)), Data: "m.town.role." + code})
	}
	v.list(&s, "town.names", at, buttons)
	v.back(&s, "town")
	return s, nil
}

func (h *House) rolePage(_ context.Context, v Visit, code string) (dialog.Screen, error) {
	if !slices.Contains(setup.Roles(), code) {
		return v.say("refused.access.not_found"), nil
	}
	s := v.say("settings.role_is", "role", roleWords(v, access.Role(code)))
	for _, lang := range h.ownFirst(v.Person.Language) {
		row(&s, h.nameIn(v, lang), "ask", string(community.RoleNamed), code, lang)
	}
	if len(v.Community.RoleNames[code]) > 0 {
		row(&s, v.Texts.T("settings.reset"), "usual", "role", code)
	}
	v.back(&s, "town", "names")
	return s, nil
}

// ownFirst are the languages, with that of whoever reads first.
func (h *House) ownFirst(own string) []string {
	langs := slices.Clone(h.Languages)
	slices.SortStableFunc(langs, func(a, b string) int {
		switch {
		case a == own && b != own:
			return -1
		case b == own && a != own:
			return 1
		}
		return 0
	})
	return langs
}

// nameIn labels the name in one language.
func (h *House) nameIn(v Visit, lang string) string {
	return v.Texts.T("settings.name_in", "language", h.Texts(lang, v.Now, v.Zone).T("lang.own"))
}

func (h *House) dangersPage(_ context.Context, v Visit, _ string) (dialog.Screen, error) {
	s := v.say("settings.dangers_ask")
	for _, danger := range community.DangerKinds {
		row(&s, v.Texts.T("danger.kind."+danger), "town", "danger", danger)
	}
	v.back(&s, "town")
	return s, nil
}

func (h *House) dangerPage(_ context.Context, v Visit, danger string) (dialog.Screen, error) {
	if !community.IsDanger(danger) {
		return v.say("refused.access.not_found"), nil
	}
	own := v.Community.DangerWords[danger]
	s := v.say("settings.danger_is", "danger", v.Texts.T("danger.kind."+danger),
		"rings", v.wordsOf(own.Rings), "asks", v.wordsOf(own.Asks))
	row(&s, v.Texts.T("settings.rings"), "ask", string(community.DangerSaid), danger, community.Rings)
	row(&s, v.Texts.T("settings.asks"), "ask", string(community.DangerSaid), danger, community.Asks)
	if len(own.Rings) > 0 {
		row(&s, v.Texts.T("settings.no_rings"), "set", string(community.DangerSaid), danger, community.Rings, "")
	}
	if len(own.Asks) > 0 {
		row(&s, v.Texts.T("settings.no_asks"), "set", string(community.DangerSaid), danger, community.Asks, "")
	}
	v.back(&s, "town", "dangers")
	return s, nil
}

// settingVerbs are the buttons of the settings and of the set-up.
func (h *House) settingVerbs() map[string]verb {
	return map[string]verb{
		"settings": func(_ context.Context, v Visit, _ string) (Reply, error) { return h.settings(v), nil },
		"town":     h.townTap,
		"set":      h.setTap,
		"up":       h.upTap,
		"usual":    h.usualTap,
		"ask":      h.askTap,
		"setup":    h.setupTap,
		"houses":   h.housesTap,
		"quiet":    h.quietTap,
		"days":     h.daysTap,
		"daysfile": h.daysExample,
	}
}
