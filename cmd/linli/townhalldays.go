package main

import (
	"errors"
	"slices"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/roster"
)

// cares makes something that happens in a hall a chore: who minds the children and has no
// phone on the page does it.
func cares(does func(c *caring) error) func(k *cooking) error {
	return func(k *cooking) error {
		c := &caring{cooking: k}
		some, err := c.carers()
		if err != nil || len(some) == 0 {
			return err
		}
		k.lead = k.as(some[0])
		return does(c)
	}
}

// carers are who mind children today and have no phone on the page.
func (c *caring) carers() ([]int64, error) {
	some, err := roster.DoingBetween(c.ctx, c.a.db, c.lead.Community, roster.Mind, c.today, c.today.AddDate(0, 0, 1))
	return slices.DeleteFunc(some, func(id int64) bool { return slices.Contains(c.played, id) }), err
}

// comeToMind lets those be there whose shift with children begins soon.
func (c *caring) comeToMind() error {
	some, err := c.carers()
	if err != nil {
		return err
	}
	for _, id := range some {
		held, err := c.a.roster.Mine(c.ctx, c.as(id))
		if err != nil {
			return err
		}
		for _, h := range held {
			if h.ArrivedAt != nil || h.In.ArriveAt.Sub(c.a.clk.Now()) > soon {
				continue
			}
			if _, err := c.a.roster.Arrive(c.ctx, c.as(id), h.ID); unlessRefused(err) != nil {
				return err
			}
		}
	}
	return nil
}

// sittings does something with each sitting of today of a kind that is now.
func (c *caring) sittings(what childcare.What, do func(l childcare.List) error) error {
	lists, err := c.a.childcare.Lists(c.ctx, c.lead, c.today)
	if err != nil {
		return unlessRefused(err)
	}
	now := c.a.clk.Now()
	for _, l := range lists {
		if l.Sitting.Pattern.What != what || !sameHour(l.Sitting.StartsAt, now) {
			continue
		}
		if err := unlessRefused(do(l)); err != nil {
			return err
		}
	}
	return nil
}

// fetch has those children come along who stand at the gate: all of whom nobody said
// otherwise.
func (c *caring) fetch() error {
	return c.sittings(childcare.Fetch, func(l childcare.List) error {
		_, err := c.a.childcare.Fetched(c.ctx, c.lead, l.Sitting.ID)
		return err
	})
}

// bring brings them to the hall.
func (c *caring) bring() error {
	return c.sittings(childcare.Fetch, func(l childcare.List) error {
		_, err := c.a.childcare.Arrived(c.ctx, c.lead, l.Sitting.ID)
		return err
	})
}

// sleep says who lay down.
func (c *caring) sleep() error {
	return c.sittings(childcare.Nap, func(l childcare.List) error {
		_, err := c.a.childcare.Napped(c.ctx, c.lead, l.Sitting.ID)
		return err
	})
}

// leadBack goes to the school with them, and giveBack leaves them there.
func (c *caring) leadBack() error {
	return c.sittings(childcare.Back, func(l childcare.List) error {
		_, err := c.a.childcare.Leads(c.ctx, c.lead, l.Sitting.ID)
		return err
	})
}

func (c *caring) giveBack() error {
	return c.sittings(childcare.Back, func(l childcare.List) error {
		_, err := c.a.childcare.Back(c.ctx, c.lead, l.Sitting.ID, "")
		return err
	})
}

// here are the children of the parts of today that are in the hall still, each once.
func (c *caring) here() ([]childcare.OnList, error) {
	lists, err := c.a.childcare.Lists(c.ctx, c.lead, c.today)
	var some []childcare.OnList
	for _, l := range lists {
		for _, ch := range l.Children {
			known := slices.ContainsFunc(some, func(o childcare.OnList) bool { return o.Child == ch.Child })
			if ch.Part != childcare.Noon && ch.Place == childcare.InHall && !known {
				some = append(some, ch)
			}
		}
	}
	return some, unlessRefused(err)
}

// homework says how far it came.
func (c *caring) homework() error {
	some, err := c.here()
	if err != nil {
		return err
	}
	for _, ch := range some {
		code := []childcare.NoteCode{"all_done", "maths_done", "reading_left"}[throw(3, c.today, ch.Child, 5)]
		n := childcare.Note{Booking: ch.Booking, On: childcare.Homework, Codes: childcare.Codes[childcare.NoteCode]{code}}
		if err := unlessRefused(c.a.childcare.Note(c.ctx, c.lead, n)); err != nil {
			return err
		}
	}
	return nil
}

// collect lets one in n of those be collected who are there still by who decides for them
// and has no phone on the page; whom nobody of theirs has met is checked by hand.
func (c *caring) collect(n int) error {
	some, err := c.here()
	if err != nil {
		return err
	}
	for _, ch := range some {
		if throw(n, c.today, ch.Child, 6) != 0 {
			continue
		}
		d, err := c.a.childcare.Door(c.ctx, c.lead, ch.Child)
		if err != nil {
			return unlessRefused(err)
		}
		at := slices.IndexFunc(d.Collectors, func(o childcare.Collector) bool { return o.Guardian && !slices.Contains(c.played, o.Person) })
		if at < 0 {
			continue
		}
		if err := unlessRefused(c.gives(childcare.Leaving{Child: ch.Child, Guardian: d.Collectors[at].Person})); err != nil {
			return err
		}
	}
	return nil
}

// gives gives a child to somebody; whom nobody has met is checked by hand.
func (c *caring) gives(l childcare.Leaving) error {
	_, err := c.a.childcare.Leave(c.ctx, c.lead, l)
	var r *refusal.Refusal
	if errors.As(err, &r) && r.Key == "care.needs_proof" {
		l.Hand = checked[c.lang]
		_, err = c.a.childcare.Leave(c.ctx, c.lead, l)
	}
	return err
}

// checked is how somebody is checked by hand in the towns.
var checked = both("看了身份证", "looked at their identity card")

// falls lets one child in the town be ill today, as its parent says before breakfast.
func (c *caring) falls() error {
	children, err := c.children()
	for i, id := range children {
		if i != throw(2*len(children), c.today, 0, 7) {
			continue
		}
		parent, err := c.decides(id)
		if err != nil || slices.Contains(c.played, parent) {
			return err
		}
		_, err = c.a.childcare.Absent(c.ctx, c.as(parent), id, c.today, c.today, childcare.Ill)
		return unlessRefused(err)
	}
	return err
}

// book lets those book tomorrow after school who do not come every day.
func (c *caring) book() error {
	children, err := c.children()
	if err != nil {
		return err
	}
	for i, id := range children {
		if i >= len(townsChildren) || townsChildren[i].parts != nil || throw(2, c.today, id, 8) != 0 {
			continue
		}
		parent, err := c.decides(id)
		if err != nil {
			return err
		}
		w := childcare.Wish{Child: id, Day: c.today.AddDate(0, 0, 1), Part: childcare.After}
		if _, err := c.a.childcare.Book(c.ctx, c.as(parent), w); unlessRefused(err) != nil {
			return err
		}
	}
	return nil
}

// children are those with a file, as they were entered.
func (c *caring) children() (ids []int64, err error) {
	err = c.a.db.SelectContext(c.ctx, &ids, `
		SELECT child_id FROM care_children WHERE community_id = $1 AND erased_at IS NULL ORDER BY child_id`, c.lead.Community)
	return ids, err
}

// decides is who decides for a child.
func (c *caring) decides(child int64) (id int64, err error) {
	err = c.a.db.GetContext(c.ctx, &id, `
		SELECT person_id FROM ties WHERE community_id = $1 AND for_id = $2 AND kind = 'guardian' AND ended_at IS NULL ORDER BY id LIMIT 1`,
		c.lead.Community, child)
	return id, err
}

// homeAgain lets everybody be collected who is there when the hall closes: a played family
// by whom it lets, once it is late.
func (c *caring) homeAgain() error {
	some, err := c.here()
	if err != nil {
		return err
	}
	for _, ch := range some {
		d, err := c.a.childcare.Door(c.ctx, c.lead, ch.Child)
		if err != nil {
			return unlessRefused(err)
		}
		for _, o := range d.Collectors {
			l := childcare.Leaving{Child: ch.Child, Collector: o.ID}
			if o.Guardian {
				l = childcare.Leaving{Child: ch.Child, Guardian: o.Person}
			}
			err := c.gives(l)
			if err == nil {
				break
			}
			if unlessRefused(err) != nil {
				return err
			}
		}
	}
	return nil
}
