package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/roster"
)

// kitchenIn opens the kitchen of a town: who eats there, who helps, what there is this
// week. Whoever has the phone of its lead runs it, and the resident eats there. One
// that was kept from an earlier day is left as it is.
func (t town) kitchenIn(ctx context.Context, a *app) error {
	k, err := t.cooking(ctx, a)
	if err != nil {
		return fmt.Errorf("kitchen of town %s: %w", t.lang, err)
	}
	if _, err := a.lunch.Kitchen(ctx, k.lead.Community); !refusal.Is(err, refusal.NotFound) {
		return err
	}
	for _, step := range []func() error{k.opens, k.helpersIn, k.dinersIn, k.writesWeek, k.plansWork, k.restsUntilThen, k.supported} {
		if err := step(); err != nil {
			return fmt.Errorf("kitchen of town %s: %w", t.lang, err)
		}
	}
	return nil
}

// cooking is the kitchen of a town at one moment, and who runs it.
type cooking struct {
	town
	ctx    context.Context
	a      *app
	lead   people.Actor // who runs it: the secretary, and day by day the cook
	today  time.Time    // at midnight UTC
	played []int64      // who has a phone on the page: nobody else acts for them
	houses []int64
}

func (t town) cooking(ctx context.Context, a *app) (*cooking, error) {
	secretary, _, err := t.office(ctx, a)
	if err != nil {
		return nil, err
	}
	now := a.clk.Now().In(t.zone())
	k := &cooking{
		town: t, ctx: ctx, a: a, lead: secretary,
		today: time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC),
	}
	for _, n := range t.neighbours {
		p, err := a.people.ByTelegram(ctx, secretary.Community, n.account.ID)
		if err == nil {
			k.played = append(k.played, p.ID)
		} else if !refusal.Is(err, refusal.NotFound) { // else: they have not met the bot
			return nil, err
		}
	}
	buildings, err := a.communities.Buildings(ctx, secretary.Community)
	for _, b := range buildings {
		k.houses = append(k.houses, b.ID)
	}
	return k, err
}

// on is somebody of the town who has a phone on the page.
func (k *cooking) on(key string) (people.Actor, error) {
	p, err := k.a.people.ByTelegram(k.ctx, k.lead.Community, k.neighbour(key).account.ID)
	return k.as(p.ID), err
}

func (k *cooking) as(person int64) people.Actor {
	return people.Actor{Community: k.lead.Community, Person: person}
}

// opens opens the kitchen, which the neighbour with that phone leads.
func (k *cooking) opens() error {
	if err := k.a.lunch.OpenKitchen(k.ctx, k.lead, lunch.UsualKitchen()); err != nil {
		return err
	}
	chief, err := k.on("kitchen")
	if err != nil {
		return err
	}
	return k.a.people.Grant(k.ctx, k.lead, chief.Person, access.Kitchen, 0)
}

// helpersIn puts those who help on the register.
func (k *cooking) helpersIn() error {
	for i, name := range cooks[k.lang] {
		id, err := k.register(people.Registration{Name: name, BirthYear: 1955 + i}, k.houses[i%2], 9*i)
		if err != nil {
			return err
		}
		role := access.Volunteer
		if i == 0 {
			role = access.Kitchen
		}
		if err := k.a.people.Grant(k.ctx, k.lead, id, role, 0); err != nil {
			return err
		}
	}
	return nil
}

// register puts somebody on the register, in the nth flat of a house, six on a floor.
func (k *cooking) register(r people.Registration, house int64, nth int) (int64, error) {
	r.Building, r.Consent = house, true
	r.Entrance, r.Flat = nth%6/2+1, fmt.Sprintf("%d%02d", nth/6%6+1, nth%2+1)
	p, err := k.a.people.Register(k.ctx, k.lead, r)
	return p.ID, err
}

// dinersIn lets everybody eat who does, each as they like it.
func (k *cooking) dinersIn() error {
	resident, err := k.on("resident")
	if err != nil {
		return err
	}
	if _, err := k.a.lunch.LetIn(k.ctx, resident, lunch.Entry{Person: resident.Person}); err != nil {
		return err
	}
	for i, d := range eaters {
		r := people.Registration{Name: d.name[k.lang], BirthYear: 1936 + i%17, Phone: fmt.Sprintf(phones[k.lang], 40+i)}
		id, err := k.register(r, k.houses[i%len(k.houses)], 2*i+1)
		if err != nil {
			return err
		}
		self := k.as(id)
		if _, err := k.a.lunch.LetIn(k.ctx, self, lunch.Entry{Person: id}); err != nil {
			return err
		}
		if err := k.likes(self, d); err != nil {
			return err
		}
	}
	return nil
}

// likes says how somebody usually eats.
func (k *cooking) likes(self people.Actor, d eater) error {
	var c lunch.Change
	if d.mode != "" {
		c.Mode = &d.mode
	}
	if d.portions > 1 {
		c.Portions = &d.portions
	}
	if d.diet != "" {
		c.Diet = &[]lunch.Diet{d.diet}
	}
	if c != (lunch.Change{}) {
		if _, err := k.a.lunch.Likes(k.ctx, self, self.Person, c); err != nil {
			return err
		}
	}
	if d.habit != stands {
		return nil
	}
	_, err := k.a.lunch.Standing(k.ctx, self, self.Person, lunch.Weekdays{1, 2, 3, 4, 5})
	return err
}

// writesWeek writes what there is on the next days of one week that nobody wrote yet.
func (k *cooking) writesWeek() error {
	days, err := k.a.lunch.Ahead(k.ctx, k.lead, 12)
	if err != nil || len(days) == 0 {
		return err
	}
	days = slices.DeleteFunc(days, func(d lunch.Ahead) bool { return d.Day.State != lunch.Planned || !d.Day.Day.After(k.today) })
	for _, d := range days {
		if len(d.Menu) > 0 || !lunch.Monday(d.Day.Day).Equal(lunch.Monday(days[0].Day.Day)) {
			continue
		}
		some := dayMenus[k.lang]
		if err := k.write(d.Day.Day, some[int(d.Day.Day.Unix()/86400)%len(some)]); err != nil {
			return err
		}
	}
	return nil
}

// write writes one menu, and ticks what is in dishes that are new.
func (k *cooking) write(day time.Time, menu []dish) error {
	lines := make([]lunch.Line, len(menu))
	in := map[string][]lunch.Tick{}
	for i, d := range menu {
		lines[i], in[d.name] = lunch.Line{Name: d.name, Choice: d.choice}, d.ticks
	}
	made, err := k.a.lunch.WriteMenu(k.ctx, k.lead, day, lines)
	if err != nil {
		return err
	}
	for _, fresh := range made.Fresh {
		if len(in[fresh.Name]) == 0 {
			continue
		}
		if _, err := k.a.lunch.Tick(k.ctx, k.lead, fresh.ID, in[fresh.Name]); err != nil {
			return err
		}
	}
	return nil
}

// plansWork plans who cooks, helps, carries and washes up on workdays. They have known
// it for long: nobody is told.
func (k *cooking) plansWork() error {
	can, err := k.volunteers()
	if err != nil {
		return err
	}
	carrier, err := k.on("member2") // by day the other member is on duty
	if err != nil {
		return err
	}
	days := []int{1, 2, 3, 4, 5}
	if err := k.a.roster.UsualWork(k.ctx, k.lead, days...); err != nil {
		return err
	}
	for of, who := range map[roster.Activity][]int64{
		roster.Cook: can[:3], roster.Help: can[3:5], roster.Carry: {can[5], can[6], carrier.Person}, roster.Wash: {can[1], can[7]},
	} {
		st := roster.StintOf(of, days...)
		if err := k.a.roster.SetPlaces(k.ctx, k.lead, st, len(who)); err != nil {
			return err
		}
		if err := k.a.roster.Stand(k.ctx, k.lead, st, who...); err != nil {
			return err
		}
	}
	return nil
}

// restsUntilThen takes those off the roster who would work before there is the first
// lunch.
func (k *cooking) restsUntilThen() error {
	days, err := k.a.lunch.Ahead(k.ctx, k.lead, 1)
	if err != nil || len(days) == 0 {
		return err
	}
	for day := k.today; day.Before(days[0].Day.Day); day = day.AddDate(0, 0, 1) {
		err := pg.InTx(k.ctx, k.a.db, func(tx *sqlx.Tx) error {
			return k.a.roster.MealOff(k.ctx, tx, k.lead.Community, day, k.lead.Person)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// volunteers are who helps and has no phone on the page, the cook first; the last one
// is there for whoever cannot come.
func (k *cooking) volunteers() ([]int64, error) {
	can, err := k.a.roster.CanWork(k.ctx, k.lead, roster.Wash)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, p := range can {
		if !slices.Contains(k.played, p.ID) {
			ids = append(ids, p.ID)
		}
	}
	slices.Sort(ids) // as they were registered
	return ids, nil
}

// supported is what the kitchen begins with: somebody gave it money.
func (k *cooking) supported() error {
	return k.a.lunch.Supported(k.ctx, k.lead, lunch.Support{Sum: 300_000, Who: gives[k.lang], Key: "town"})
}
