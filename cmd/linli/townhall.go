package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/roster"
)

// withHall gives the towns those who mind children there, each a phone on the page.
func withHall(all []town) []town {
	for i, t := range all {
		all[i].neighbours = append(slices.Clone(t.neighbours), minderPhones[t.lang]...)
	}
	return all
}

// childrenIn opens the small dining hall of a town: which children come there, who fetches
// and minds them. Whoever has the phone of its lead runs it, the daughter has a child, and
// the resident, its grandmother, may collect it. One that was kept from an earlier day is
// left as it is.
func (t town) childrenIn(ctx context.Context, a *app) error {
	k, err := t.cooking(ctx, a)
	if err != nil {
		return fmt.Errorf("hall of town %s: %w", t.lang, err)
	}
	if _, err := a.childcare.House(ctx, k.lead.Community); !refusal.Is(err, refusal.NotFound) {
		return err
	}
	c := &caring{cooking: k}
	for _, step := range []func() error{c.enters, c.opens, c.carersIn, c.familiesIn, c.plansMinding} {
		if err := step(); err != nil {
			return fmt.Errorf("hall of town %s: %w", t.lang, err)
		}
	}
	return nil
}

// caring is the small dining hall of a town at one moment; lead is the secretary, and day
// by day who minds the children and has no phone on the page.
type caring struct {
	*cooking
	school int64
}

// enters puts those on the register who come with the hall and have a phone on the page.
func (c *caring) enters() error {
	buildings, err := c.a.communities.Buildings(c.ctx, c.lead.Community)
	if err != nil {
		return err
	}
	for _, n := range minderPhones[c.lang] {
		if err := c.enter(c.ctx, c.a, c.lead, n, buildings[2]); err != nil {
			return err
		}
		on, err := c.on(n.key)
		if err != nil {
			return err
		}
		c.played = append(c.played, on.Person)
	}
	return nil
}

// opens opens the hall, with a school and its usual week.
func (c *caring) opens() error {
	h := childcare.UsualHouse()
	h.Place = hallPlace[c.lang]
	if err := c.a.childcare.OpenHouse(c.ctx, c.lead, h); err != nil {
		return err
	}
	sc, err := c.a.childcare.AddSchool(c.ctx, c.lead, schools[c.lang])
	if err != nil {
		return err
	}
	c.school = sc.ID
	if _, err := c.a.childcare.UsualWeek(c.ctx, c.lead, sc.ID); err != nil {
		return err
	}
	return c.restsUntilThen()
}

// restsUntilThen has nobody minded on the days before the first for which a place can be
// booked: they have no shifts.
func (c *caring) restsUntilThen() error {
	days, err := c.a.childcare.Ahead(c.ctx, c.lead, 1)
	if err != nil || len(days) == 0 {
		return err
	}
	return c.a.childcare.SetBreak(c.ctx, c.lead, childcare.Break{
		From: c.today, Until: days[0].Day.Day.AddDate(0, 0, -1), Kind: childcare.Shut,
	})
}

// carersIn puts who minds children on the register; the secretary has looked whether each
// may be alone with them.
func (c *caring) carersIn() error {
	carer, err := c.on("carer")
	if err != nil {
		return err
	}
	lead, err := c.on("hall")
	if err != nil {
		return err
	}
	ids := []int64{carer.Person, lead.Person}
	for i, name := range carers[c.lang] {
		id, err := c.register(people.Registration{Name: name, BirthYear: 1974 + 5*i, Phone: fmt.Sprintf(phones[c.lang], 70+i)}, c.houses[0], 5*i+1)
		if err != nil {
			return err
		}
		if err := c.a.people.Grant(c.ctx, c.lead, id, access.Carer, 0); err != nil {
			return err
		}
		ids = append(ids, id)
	}
	for _, id := range ids {
		if err := c.a.childcare.Clear(c.ctx, c.lead, id); err != nil {
			return err
		}
	}
	return nil
}

// familiesIn enters the children with who decides for them, and on which days they come.
func (c *caring) familiesIn() error {
	for i, ch := range townsChildren {
		parent, err := c.parentOf(i, ch)
		if err != nil {
			return err
		}
		p, err := c.a.people.AddChild(c.ctx, parent, ch.name[c.lang], c.a.clk.Now().Year()-6-ch.grade)
		if err != nil {
			return err
		}
		file := childcare.Child{ID: p.ID, School: c.school, Grade: ch.grade, Class: fmt.Sprint(1 + i%3), Naps: i%4 != 0}
		if ch.diet != "" {
			file.Diet = childcare.Codes[childcare.Diet]{ch.diet}
		}
		if _, err := c.a.childcare.Enrol(c.ctx, parent, file); err != nil {
			return err
		}
		for _, part := range ch.parts {
			if err := c.a.childcare.SetStanding(c.ctx, parent, p.ID, part, childcare.Weekdays{1, 2, 3, 4, 5}); err != nil {
				return err
			}
		}
		if i > 0 {
			continue
		}
		grandmother, err := c.on("resident")
		if err != nil {
			return err
		}
		_, err = c.a.childcare.AddCollector(c.ctx, parent, childcare.Collector{
			Child: p.ID, Person: grandmother.Person, Name: c.neighbour("resident").called, Phone: c.neighbour("resident").phone,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// parentOf is who decides for the nth child: for the first it is the daughter, who has a
// phone on the page.
func (c *caring) parentOf(nth int, ch townsChild) (people.Actor, error) {
	if nth == 0 {
		return c.on("daughter")
	}
	r := people.Registration{Name: ch.parent[c.lang], BirthYear: 1981 + nth%9, Phone: fmt.Sprintf(phones[c.lang], 80+nth)}
	id, err := c.register(r, c.houses[nth%len(c.houses)], 3*nth+2)
	return c.as(id), err
}

// plansMinding plans who fetches and minds on workdays. They have known it for long:
// nobody is told.
func (c *caring) plansMinding() error {
	can, err := c.a.roster.CanMind(c.ctx, c.lead)
	if err != nil {
		return err
	}
	carer, err := c.on("carer")
	if err != nil {
		return err
	}
	if err := c.a.roster.UsualMinding(c.ctx, c.lead, roster.WorkWeek...); err != nil {
		return err
	}
	who := []int64{carer.Person}
	for _, p := range can {
		if !slices.Contains(c.played, p.ID) {
			who = append(who, p.ID)
		}
	}
	for _, slot := range roster.Minding {
		st := roster.SlotOf(slot, roster.WorkWeek...)
		if err := c.a.roster.SetPlaces(c.ctx, c.lead, st, len(who)); err != nil {
			return err
		}
		if err := c.a.roster.Stand(c.ctx, c.lead, st, who...); err != nil {
			return err
		}
	}
	return nil
}

// townsChild is one who comes to the halls of the towns, the same in each but for the
// names.
type townsChild struct {
	name, parent map[string]string // the parent of the first is the daughter
	grade        int
	parts        []childcare.Part // every workday
	diet         childcare.Diet
}

var (
	noonOnly  = []childcare.Part{childcare.Noon}
	afterOnly = []childcare.Part{childcare.After}
	bothParts = []childcare.Part{childcare.Noon, childcare.After}
)

// townsChildren are they.
var townsChildren = []townsChild{
	{name: both("乐乐", "Lily"), grade: 3, parts: noonOnly},
	{name: both("浩浩", "Oscar"), parent: both("孙丽", "Emma"), grade: 2, parts: bothParts},
	{name: both("朵朵", "Daisy"), parent: both("周强", "Paul"), grade: 1, parts: bothParts},
	{name: both("子轩", "Leo"), parent: both("吴敏", "Karen"), grade: 4, parts: afterOnly},
	{name: both("欣怡", "Ruby"), parent: both("郑伟", "Mark"), grade: 2, parts: bothParts, diet: childcare.Diet("no_nut")},
	{name: both("天天", "Toby"), parent: both("冯静", "Laura"), grade: 5, parts: afterOnly},
	{name: both("小雨", "Poppy"), parent: both("陈涛", "Simon"), grade: 1, parts: noonOnly},
	{name: both("铭铭", "Archie"), parent: both("褚艳", "Nadia"), grade: 3, parts: bothParts},
	{name: both("可欣", "Isla"), parent: both("马磊", "Farid"), grade: 2, parts: bothParts, diet: childcare.Diet("halal")},
	{name: both("博文", "Alfie"), parent: both("蒋芳", "Gail"), grade: 6, parts: afterOnly},
	{name: both("思思", "Freya"), parent: both("沈军", "Colin"), grade: 1, parts: noonOnly},
	{name: both("宇航", "Theo"), parent: both("韩雪", "Wendy"), grade: 4, parts: bothParts},
	{name: both("梦瑶", "Maisie"), parent: both("杨洋", "Adam"), grade: 3, parts: nil},
	{name: both("俊杰", "Reuben"), parent: both("朱莉", "Chloe"), grade: 2, parts: nil},
}

// carers are who mind the children and have no phone on the page.
var carers = map[string][]string{"zh": {"秦老师", "尤阿姨"}, "en": {"Miss Carter", "Mrs Doyle"}}

// schools are those from which they are fetched, and hallPlace is where they are minded.
var (
	schools = map[string]childcare.School{
		"zh": {Name: "海阳小学", Gate: "东门，大槐树下"},
		"en": {Name: "Haiyang school", Gate: "the east gate, under the big tree"},
	}
	hallPlace = both("1号楼一层", "building 1, ground floor")
)

// hallPhones are the keys of those who are on the register once the hall is.
var hallPhones = []string{"carer", "hall"}

// minderPhones are those with a phone on the page who come with the hall.
var minderPhones = map[string][]neighbour{
	"zh": {
		{
			key: "carer", called: "吴燕", roleZh: "接孩子、带孩子", roleEn: "fetches and minds children", role: access.Carer, born: 1990,
			account: botapi.Account{ID: 1008, FirstName: "吴燕", LanguageCode: "zh-hans"}, phone: "0535-555-0108", entrance: 2, flat: "301",
		},
		{
			key: "hall", called: "孟凡", roleZh: "小饭桌负责人", roleEn: "leads the small dining hall", role: access.Childcare, born: 1976,
			account: botapi.Account{ID: 1009, FirstName: "孟凡", LanguageCode: "zh-hans"}, phone: "0535-555-0109", entrance: 1, flat: "201",
		},
	},
	"en": {
		{
			key: "carer", called: "Hannah", roleZh: "接孩子、带孩子", roleEn: "fetches and minds children", role: access.Carer, born: 1990,
			account: botapi.Account{ID: 2008, FirstName: "Hannah", LanguageCode: "en"}, phone: "555-0108", entrance: 2, flat: "301",
		},
		{
			key: "hall", called: "Judith", roleZh: "小饭桌负责人", roleEn: "leads the small dining hall", role: access.Childcare, born: 1976,
			account: botapi.Account{ID: 2009, FirstName: "Judith", LanguageCode: "en"}, phone: "555-0109", entrance: 1, flat: "201",
		},
	},
}

// sameHour reports whether a sitting begins within an hour of now.
func sameHour(at, now time.Time) bool { return at.Sub(now).Abs() <= time.Hour }
