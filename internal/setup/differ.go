package setup

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
)

// differences is what must change for a town to be as the file says, removals
// aside.
func (f File) differences(t community.Town) []community.Change {
	d := &differ{town: t}
	d.line(community.NameIs, t.Name, f.Name)
	d.line(community.LanguageIs, t.Language, f.Language)
	d.line(community.ZoneIs, t.Zone, f.Zone)
	d.line(community.PhoneIs, t.OfficePhone, f.OfficePhone)
	d.line(community.OutsideIs, t.OutsideBody, f.OutsideBody)
	d.line(community.DutyAre, t.DutyHours(), f.DutyHours)
	d.line(community.QuietAre, t.QuietHours(), f.QuietHours)
	if f.Emergency != nil {
		for _, danger := range community.DangerKinds {
			is := f.Emergency[danger]
			if is == "" {
				is = community.UsualNumber(danger)
			}
			d.add(community.Change{What: community.NumberIs, Of: danger, Was: t.Number(danger), Is: is})
		}
	}
	d.places(f.Areas)
	d.kinds(f.Kinds)
	if f.Roles != nil {
		for _, role := range access.Roles {
			d.names(community.RoleNamed, string(role), t.RoleNames[string(role)], f.Roles[string(role)])
		}
	}
	if f.Danger != nil {
		for _, danger := range community.DangerKinds {
			was, is := t.DangerWords[danger], f.Danger[danger]
			d.words(danger, community.Rings, was.Rings, is.Rings)
			d.words(danger, community.Asks, was.Asks, is.Asks)
		}
	}
	return d.changes
}

// differ collects what differs.
type differ struct {
	town    community.Town
	changes []community.Change
}

// add keeps a change that makes a difference.
func (d *differ) add(c community.Change) {
	if c.Was != c.Is {
		d.changes = append(d.changes, c)
	}
}

func (d *differ) line(what community.What, was string, is *string) {
	if is != nil {
		d.add(community.Change{What: what, Was: was, Is: *is})
	}
}

func (d *differ) names(what community.What, of string, was, is community.Names) {
	var langs []string
	for lang := range was {
		langs = append(langs, lang)
	}
	for lang := range is {
		langs = append(langs, lang)
	}
	slices.Sort(langs)
	for _, lang := range slices.Compact(langs) {
		d.add(community.Change{What: what, Of: of, Lang: lang, Was: was[lang], Is: is[lang]})
	}
}

func (d *differ) words(danger, how string, was, is []string) {
	d.add(community.Change{
		What: community.DangerSaid, Of: danger, Lang: how, Was: strings.Join(was, ", "), Is: strings.Join(is, ", "),
	})
}

// places adds areas and buildings, and changes those that are there. The area
// without a name becomes the first that has one.
func (d *differ) places(areas []AreaPart) {
	known := map[int64]string{}
	for _, a := range d.town.Areas {
		known[a.ID] = a.Name
	}
	unnamed := len(d.town.Areas) == 1 && d.town.Areas[0].Name == ""
	for i, a := range areas {
		there := slices.ContainsFunc(d.town.Areas, func(o community.Area) bool { return o.Name == a.Name })
		switch {
		case there || a.Name == "":
		case unnamed && i == 0:
			d.changes = append(d.changes, community.Change{What: community.AreaRenamed, Is: a.Name})
			known[d.town.Areas[0].ID] = a.Name
		default:
			d.changes = append(d.changes, community.Change{What: community.AreaAdded, Of: a.Name})
		}
		in := a.Name
		if in == "" && len(d.town.Areas) > 0 { // not divided: whatever the only area is called
			in = onlyArea(d.town.Areas)
		}
		for _, b := range a.Buildings {
			d.building(b, in, known)
		}
	}
}

// onlyArea is where buildings are that the file puts into no area: the one
// without a name, or else the oldest.
func onlyArea(areas []community.Area) string {
	if slices.ContainsFunc(areas, func(a community.Area) bool { return a.Name == "" }) {
		return ""
	}
	return areas[0].Name
}

func (d *differ) building(b HousePart, area string, known map[int64]string) {
	i := slices.IndexFunc(d.town.Buildings, func(o community.Building) bool { return o.Name == b.Name })
	entrances := strconv.Itoa(b.Entrances)
	if i < 0 {
		d.changes = append(d.changes, community.Change{What: community.BuildingAdded, Of: b.Name, In: area, Is: entrances})
		return
	}
	was := d.town.Buildings[i]
	if known[was.Area] != area {
		d.changes = append(d.changes, community.Change{What: community.BuildingMoved, Of: b.Name, In: area})
	}
	d.add(community.Change{What: community.EntrancesAre, Of: b.Name, Was: strconv.Itoa(was.Entrances), Is: entrances})
}

// kinds adds, names, times, offers and orders the kinds of problems.
func (d *differ) kinds(parts []KindPart) {
	if parts == nil {
		return
	}
	kinds := slices.Clone(d.town.Kinds)
	var order []string
	for _, p := range parts {
		k, fresh := p.find(kinds)
		if fresh {
			d.changes = append(d.changes, community.Change{What: community.KindAdded, Of: k.Code, Is: strconv.Itoa(k.Hours)})
			kinds = append(kinds, k)
		}
		order = append(order, k.Code)
		d.names(community.KindNamed, k.Code, k.Names, p.Names)
		d.add(community.Change{What: community.KindDue, Of: k.Code, Was: strconv.Itoa(k.Hours), Is: strconv.Itoa(p.hours())})
		d.clocks(k, p)
		d.add(community.Change{What: community.KindOffered, Of: k.Code, Was: strconv.FormatBool(k.Offered), Is: "true"})
	}
	for _, k := range d.town.Kinds {
		if k.Offered && k.Code != community.KindOther && !slices.Contains(order, k.Code) {
			d.changes = append(d.changes, community.Change{What: community.KindOffered, Of: k.Code, Was: "true", Is: "false"})
		}
	}
	d.add(community.Change{What: community.KindsOrdered, Was: strings.Join(inOrder(kinds, nil), ","), Is: strings.Join(inOrder(kinds, order), ",")})
}

// clocks are how soon those of a kind are taken and done.
func (d *differ) clocks(k community.Kind, p KindPart) {
	usual := community.DefaultKinds.Of(p.Code) // one of its own is as other things are
	take, do, clock := cmp.Or(p.Take, usual.Take), cmp.Or(p.Do, usual.Do), cmp.Or(p.Clock, usual.KindClock())
	d.add(community.Change{What: community.KindTake, Of: k.Code, Was: strconv.Itoa(k.Take), Is: strconv.Itoa(take)})
	d.add(community.Change{What: community.KindDo, Of: k.Code, Was: strconv.Itoa(k.Do), Is: strconv.Itoa(do)})
	d.add(community.Change{What: community.KindClock, Of: k.Code, Was: k.KindClock(), Is: clock})
}

// find is the kind that a part of the file means; fresh tells that it is not
// there yet.
func (p KindPart) find(kinds community.Kinds) (k community.Kind, fresh bool) {
	if p.Code != "" {
		if k, there := kinds.Find(p.Code); there {
			return k, false
		}
		return p.fresh(p.Code), true
	}
	if k, there := kindCalled(kinds, p.Names); there {
		return k, false
	}
	return p.fresh(freeCode(kinds)), true
}

// fresh is a kind as it is when it is added.
func (p KindPart) fresh(code string) community.Kind {
	return community.Kind{Code: code, Hours: p.hours(), Offered: true, Take: community.TakeUsual, Do: community.DoUsual}
}

// hours is by when people hear: what the file says, or what is usual.
func (p KindPart) hours() int {
	if p.Hours != 0 {
		return p.Hours
	}
	if k, usual := community.DefaultKinds.Find(p.Code); usual {
		return k.Hours
	}
	return firstHours
}

// inOrder is the codes of the kinds, those of an order first and "other" last.
func inOrder(kinds community.Kinds, order []string) []string {
	var codes []string
	for _, code := range order {
		if code != community.KindOther {
			codes = append(codes, code)
		}
	}
	for _, k := range kinds {
		if k.Code != community.KindOther && !slices.Contains(codes, k.Code) {
			codes = append(codes, k.Code)
		}
	}
	return append(codes, community.KindOther)
}

// removals are the buildings and areas that are not in the file: each goes
// where nobody lives there and nothing points to it.
func (f File) removals(t community.Town) []community.Change {
	if f.Areas == nil {
		return nil
	}
	var buildings, areas []string
	for _, a := range f.Areas {
		areas = append(areas, a.Name)
		for _, b := range a.Buildings {
			buildings = append(buildings, b.Name)
		}
	}
	var gone []community.Change
	for _, b := range t.Buildings {
		if !slices.Contains(buildings, b.Name) {
			gone = append(gone, community.Change{What: community.BuildingRemoved, Of: b.Name})
		}
	}
	for _, a := range t.Areas {
		renamed := a.Name == "" && len(t.Areas) == 1               // into the file's first
		undivided := areas[0] == "" && a.Name == onlyArea(t.Areas) // what the file leaves without a name
		if !renamed && !undivided && !slices.Contains(areas, a.Name) {
			gone = append(gone, community.Change{What: community.AreaRemoved, Of: a.Name})
		}
	}
	return gone
}
