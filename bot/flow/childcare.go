package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/childcare"
)

// careDays is how many days ahead a family sees.
const careDays = 7

// childcareVerbs are the buttons of a family, "m.cc<what>.<child or booking>…".
func (h *House) childcareVerbs() map[string]verb {
	return eachOnce(map[string]verb{
		"cchome": h.childcare, "cc": onID(h.careOf), "ccmore": onID(h.careMore),
		"ccdays": h.careDays, "ccday": h.onChildDay(h.careDay),
		"ccbook": h.booksCare, "ccweek": h.booksWeek, "cclike": onID(h.likeLastWeek), "ccall": h.booksAll(true), "ccany": h.booksAll(false),
		"ccdrop": onID(h.dropsCare), "ccself": h.takesItself, "ccyes": onID(h.answersCare(true)), "ccno": onID(h.answersCare(false)),
		"ccnot": h.doesNotCome, "ccaway": onID(h.awayFrom), "ccisaway": onID(h.saysAway(true)), "ccnotaway": onID(h.saysAway(false)), "cccomes": h.onChildDay(h.comesAfterAll), "cctrail": onID(h.careTrail),
		"ccstand": h.careStands, "ccpaid": h.carePaid,
	}, h.fileVerbs(), h.filedVerbs(), h.fetchVerbs(), h.talkCareVerbs())
}

// onChildDay answers a button about a child on a day: "<day>.<child>".
func (h *House) onChildDay(do func(ctx context.Context, v Visit, day time.Time, child int64) (Reply, error)) verb {
	return func(ctx context.Context, v Visit, value string) (Reply, error) {
		head, rest, _ := strings.Cut(value, ".")
		day, err := time.Parse("20060102", head)
		child, _, ok := pair(rest)
		if err != nil || !ok {
			return v.toast("tap.old"), nil
		}
		return do(ctx, v, day, child)
	}
}

// childcare answers /childcare: the child for whom somebody decides, or which of them.
func (h *House) childcare(ctx context.Context, v Visit, _ string) (Reply, error) {
	if _, err := h.Childcare.House(ctx, v.Community.ID); err != nil {
		if _, none := v.Refused(err); none {
			return show(h.withMenu(v, "care.home.no_house")), nil
		}
		return Reply{}, fmt.Errorf("childcare: %w", err)
	}
	children, err := h.Childcare.Children(ctx, v.Actor)
	if err != nil {
		return Reply{}, fmt.Errorf("childcare: %w", err)
	}
	switch len(children) {
	case 0:
		s := v.say("care.home.no_child")
		row(&s, v.Texts.T("family.add_child"), "addchild")
		return show(s), nil
	case 1:
		return h.careOf(ctx, v, children[0].ID)
	}
	return h.careOfWhom(ctx, v, children)
}

// careOfWhom shows several children, and books them together where there is something to
// book for all.
func (h *House) careOfWhom(ctx context.Context, v Visit, children []childcare.Child) (Reply, error) {
	s := v.say("care.home.whose")
	var next time.Time
	for _, c := range children {
		label := named(v.Texts, "care.home.child_new", c.Name)
		if c.ConsentAt != nil {
			d, err := h.nextCareDay(ctx, v, c.ID)
			if err != nil {
				return Reply{}, err
			}
			label = fit(c.Name, alone)
			if d.open() && !d.said() {
				next = d.day
			}
		}
		row(&s, label, "cc", number(c.ID))
	}
	err := h.togetherRow(ctx, v, &s, next)
	return show(s), err
}

// careChild reads a child as whoever decides for it, or runs the hall, may see it: that
// the latter looked is written down.
func (h *House) careChild(ctx context.Context, v Visit, child int64) (childcare.Child, error) {
	own, err := h.Childcare.Children(ctx, v.Actor)
	if err != nil {
		return childcare.Child{}, fmt.Errorf("children: %w", err)
	}
	if at := slices.IndexFunc(own, func(c childcare.Child) bool { return c.ID == child }); at >= 0 {
		return own[at], nil
	}
	c, err := h.Childcare.Child(ctx, v.Actor, child)
	if err != nil {
		return childcare.Child{}, fmt.Errorf("childcare of child %d: %w", child, err)
	}
	return c, nil
}

// careOf shows the next day of a child with what can be booked by one tap.
func (h *House) careOf(ctx context.Context, v Visit, child int64) (Reply, error) {
	c, err := h.careChild(ctx, v, child)
	if err != nil {
		return Reply{}, err
	}
	if c.ConsentAt == nil {
		s := v.say("care.home.no_file", "name", c.Name)
		row(&s, v.Texts.T("care.home.enrol"), "ccenrol", number(child))
		row(&s, v.Texts.T("care.home.not_now"), "cchome")
		return show(s), nil
	}
	d, err := h.nextCareDay(ctx, v, child)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("care.home.no_days", "name", c.Name)
	if len(d.offers) > 0 {
		s = v.careScreen(c, d)
	}
	v.weekRows(&s, c, d)
	if err := h.leadsTrail(ctx, v, &s, c); err != nil {
		return Reply{}, err
	}
	row(&s, v.Texts.T("care.home.other_day"), "ccdays", number(child))
	row(&s, v.Texts.T("dialog.more"), "ccmore", number(child))
	return show(s), nil
}

// careMore is what else there is about a child.
func (h *House) careMore(ctx context.Context, v Visit, child int64) (Reply, error) {
	c, err := h.careChild(ctx, v, child)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("care.home.more", "name", c.Name)
	for _, to := range []struct{ key, verb string }{
		{"care.home.to_fetch", "ccfetch"}, {"care.home.to_standing", "ccstand"}, {"care.home.to_away", "ccaway"},
		{"care.home.to_file", "ccfile"}, {"care.home.to_talk", "cctalk"}, {"account.button", "ccpaid"},
	} {
		row(&s, v.Texts.T(to.key), to.verb, strconv.FormatInt(child, 10))
	}
	v.back(&s, "cc", number(child))
	return show(s), nil
}
