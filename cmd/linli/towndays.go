package main

import (
	"slices"
	"strconv"
	"time"

	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/lunch"
)

// throw is chance that is the same whenever it is asked: one of n for a person, a day
// and what it is about.
func throw(n int, day time.Time, person int64, about int) int {
	x := uint64(day.Unix()/86400)*2654435761 + uint64(person)*40503 + uint64(about)*97
	x ^= x >> 13
	x *= 0x9E3779B97F4A7C15
	return int((x >> 33) % uint64(n))
}

// tomorrow is the next day of which orders close; false where that is none.
func (k *cooking) tomorrow() (lunch.Ahead, bool, error) {
	days, err := k.a.lunch.Ahead(k.ctx, k.lead, 4)
	for _, d := range days {
		if d.Day.ClosesAt.After(k.a.clk.Now()) && d.Day.State != lunch.CalledOff {
			return d, true, err
		}
	}
	return lunch.Ahead{}, false, err
}

// each does something for every diner who has no phone on the page.
func (k *cooking) each(do func(i int, d lunch.Diner) error) error {
	all, err := k.a.lunch.Diners(k.ctx, k.lead)
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b lunch.Diner) int { return int(a.Person - b.Person) })
	i := 0
	for _, d := range all {
		if slices.Contains(k.played, d.Person) {
			continue
		}
		if err := unlessRefused(do(i, d)); err != nil {
			return err
		}
		i++
	}
	return nil
}

// order lets one in n of those answer who order by themselves: who has answered already
// leaves it so.
func (k *cooking) order(n int) error {
	day, ok, err := k.tomorrow()
	if err != nil || !ok {
		return err
	}
	return k.each(func(i int, d lunch.Diner) error {
		if i >= len(eaters) || eaters[i].habit != says || throw(n, day.Day.Day, d.Person, n) != 0 {
			return nil
		}
		if said, err := k.said(d.Person, day.Day.Day); err != nil || said {
			return err
		}
		if throw(7, day.Day.Day, d.Person, 0) == 0 {
			_, err := k.a.lunch.NotThen(k.ctx, k.as(d.Person), day.Day.Day, d.Person)
			return err
		}
		w := lunch.Wish{Person: d.Person, Day: day.Day.Day, List: lunch.TakeForMe}
		if len(d.Diet) == 0 && day.Menu.Chosen() {
			w.Choice = 1 + throw(2, day.Day.Day, d.Person, 9)
		}
		_, err = k.a.lunch.Order(k.ctx, k.as(d.Person), w)
		return err
	})
}

// said reports whether somebody said something of a day, or may not.
func (k *cooking) said(person int64, day time.Time) (bool, error) {
	offers, err := k.a.lunch.Coming(k.ctx, k.as(person), person, 3)
	for _, o := range offers {
		if o.Day.Day.Equal(day) {
			return o.Order.Status != "", err
		}
	}
	return true, err
}

// calls is the call round, as far as nobody called yet: who has a phone on the page
// answers there.
func (k *cooking) calls() error {
	day, ok, err := k.tomorrow()
	if err != nil || !ok {
		return err
	}
	list, err := k.a.lunch.CallList(k.ctx, k.lead, day.Day.Day)
	for _, c := range list {
		if slices.Contains(k.played, c.Person) || c.Voice != 0 {
			continue
		}
		outcome := lunch.SaysYes
		if throw(6, day.Day.Day, c.Person, 1) == 0 {
			outcome = lunch.SaysNo
		}
		if _, err := k.a.lunch.Called(k.ctx, k.lead, day.Day.Day, c.Person, outcome); unlessRefused(err) != nil {
			return err
		}
	}
	return unlessRefused(err)
}

// writesTomorrow writes the menus of a week on the morning before its first day, where
// nobody wrote what there is.
func (k *cooking) writesTomorrow() error {
	day, ok, err := k.tomorrow()
	if err != nil || !ok || len(day.Menu) > 0 {
		return err
	}
	return unlessRefused(k.writesWeek())
}

// come lets those have their lunch who eat it in the kitchen, or fetch it.
func (k *cooking) come() error {
	sheet, err := k.a.lunch.Sheet(k.ctx, k.lead, k.today)
	for _, l := range sheet.Labels {
		if sheet.Day.Way(l.Mode) == lunch.Bring {
			continue
		}
		is := lunch.Came
		if throw(25, k.today, l.Person, 2) == 0 {
			is = lunch.Missed
		}
		if _, err := k.a.lunch.Deliver(k.ctx, k.lead, l.Order, is); unlessRefused(err) != nil {
			return err
		}
	}
	return unlessRefused(err)
}

// carry brings lunch to every entrance but the resident's: that one is left for whoever
// has a phone on the page.
func (k *cooking) carry() error {
	home := k.neighbour("resident").entrance
	return k.walk(func(s lunch.Stop) bool { return s.Building == k.houses[2] && s.Entrance == home })
}

// carryAll brings what nobody brought.
func (k *cooking) carryAll() error { return k.walk(func(lunch.Stop) bool { return false }) }

func (k *cooking) walk(but func(s lunch.Stop) bool) error {
	round, err := k.a.lunch.Run(k.ctx, k.lead, k.today)
	if err != nil {
		return unlessRefused(err)
	}
	for _, s := range round {
		if but(s) {
			continue
		}
		if _, err := k.a.lunch.AllDelivered(k.ctx, k.lead, s, k.today, nil); unlessRefused(err) != nil {
			return err
		}
	}
	return nil
}

// settles says of what is left of the last days that it was eaten.
func (k *cooking) settles() error {
	for n := 1; n <= 5; n++ {
		if _, err := k.a.lunch.SettleAll(k.ctx, k.lead, k.today.AddDate(0, 0, -n)); unlessRefused(err) != nil {
			return err
		}
	}
	return nil
}

// pay lets one diner in five bring cash for a week: 8 yuan a portion.
func (k *cooking) pay() error {
	return k.each(func(i int, d lunch.Diner) error {
		if i%5+1 != lunch.Weekday(k.today) {
			return nil
		}
		return k.a.lunch.Pay(k.ctx, k.lead, ledger.Payment{
			Person: d.Person, Sum: 4_000 * int64(d.Portions), Key: "town:" + k.today.Format(time.DateOnly) + ":" + strconv.FormatInt(d.Person, 10),
		})
	})
}

// buys writes down what was bought for the day, where nobody did.
func (k *cooking) buys() error {
	cost, err := k.a.lunch.Cost(k.ctx, k.lead.Community, k.today)
	if err != nil || cost.Portions == 0 || cost.Spent > 0 {
		return unlessRefused(err)
	}
	for i, what := range []string{"vegetables", "meat"} {
		err := k.a.lunch.Spend(k.ctx, k.lead, lunch.Receipt{
			Day: k.today, Sum: int64(cost.Portions) * int64(330+90*i+throw(60, k.today, 0, i)), What: what, Why: noPaper[k.lang],
			Key: "town:" + what + k.today.Format(time.DateOnly),
		})
		if unlessRefused(err) != nil {
			return err
		}
	}
	return nil
}

// wishes lets somebody ask for one portion more after the cut-off.
func (k *cooking) wishes() error {
	days, err := k.a.lunch.Ahead(k.ctx, k.lead, 3)
	if err != nil {
		return unlessRefused(err)
	}
	return k.each(func(i int, d lunch.Diner) error {
		for _, day := range days {
			if i == throw(len(eaters), k.today, 0, 3) && day.Day.State == lunch.Closed && day.Day.Day.After(k.today) {
				_, err := k.a.lunch.Wish(k.ctx, k.as(d.Person), day.Day.Day, d.Person, d.Portions+1)
				return err
			}
		}
		return nil
	})
}

// answers grants what the lead left open over night.
func (k *cooking) answers() error {
	open, err := k.a.lunch.Wishes(k.ctx, k.lead)
	for _, w := range open {
		if w.Voice != "" || slices.Contains(k.played, w.Person) {
			continue
		}
		if _, err := k.a.lunch.Answer(k.ctx, k.lead, w.ID, w.Portions); unlessRefused(err) != nil {
			return err
		}
	}
	return unlessRefused(err)
}
