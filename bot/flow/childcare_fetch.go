package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// fetchVerbs are the buttons of who may have a child.
func (h *House) fetchVerbs() map[string]verb {
	return map[string]verb{
		"ccfetch": onID(h.mayFetch), "cccode": h.codeOfDay, "ccelse": h.somebodyElse, "ccwrite": h.onChildDay(h.writesAnother),
		"ccadd": h.addsCollector, "ccend": h.endsCollector,
	}
}

// others is how many beside oneself are offered, of those who may have a child.
const others = 2

// collectorRows asks who picks a child up: who may, and somebody else.
func (h *House) collectorRows(ctx context.Context, v Visit, s *dialog.Screen, child int64, day time.Time) error {
	all, err := h.Childcare.Collectors(ctx, v.Actor, child, day)
	if err != nil {
		return fmt.Errorf("who may have child %d: %w", child, err)
	}
	at := func(c childcare.Collector, label string) {
		row(s, label, "cccode", ofDay(day), number(child), number(c.Person), number(c.ID))
	}
	n := 0
	for _, c := range all {
		switch {
		case c.Barred:
		case c.Person == v.Person.ID:
			at(c, v.Texts.T("care.home.me"))
		case n < others:
			at(c, fit(c.Name, alone))
			n++
		}
	}
	row(s, v.Texts.T("care.home.somebody_else"), "ccelse", ofDay(day), number(child))
	return nil
}

// codeOfDay says what whoever picks a child up shows, where the carer does not know them:
// "<day>.<child>.<person>.<collector>".
func (h *House) codeOfDay(ctx context.Context, v Visit, value string) (Reply, error) {
	parts := append(strings.Split(value, "."), "", "", "", "")
	day, err := time.Parse("20060102", parts[0])
	child, _, ok := pair(parts[1])
	if err != nil || !ok {
		return v.toast("tap.old"), nil
	}
	all, err := h.Childcare.Collectors(ctx, v.Actor, child, day)
	if err != nil {
		return Reply{}, fmt.Errorf("who may have child %d: %w", child, err)
	}
	at := slices.IndexFunc(all, func(c childcare.Collector) bool {
		return !c.Barred && number(c.Person) == parts[2] && number(c.ID) == parts[3]
	})
	if at < 0 {
		return v.toast("tap.old"), nil
	}
	s, err := h.codeScreen(ctx, v, child, day, all[at])
	return show(s), err
}

// codeScreen is the code of a day, with whom it is for.
func (h *House) codeScreen(ctx context.Context, v Visit, child int64, day time.Time, of childcare.Collector) (dialog.Screen, error) {
	code, err := h.Childcare.Code(ctx, v.Actor, child, day)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("code of child %d: %w", child, err)
	}
	args := []any{"name", h.name(ctx, v, child), "who", of.Name, "day", dayIn(day, v.Zone), "code", code}
	s := v.say("care.home.code_them", args...)
	if of.Person == v.Person.ID {
		s = v.say("care.home.code_me", args...)
	}
	if of.ID != 0 && of.Until != nil && of.Until.Equal(day) {
		row(&s, v.Texts.T("care.home.end_today"), "ccend", number(of.ID), number(child))
	}
	row(&s, v.Texts.T("care.home.see_days"), "ccdays", number(child))
	return s, nil
}

// somebodyElse asks who has a child on one day beside those on its list, and lets them:
// "<day>.<child>[.<person>]".
func (h *House) somebodyElse(ctx context.Context, v Visit, value string) (Reply, error) {
	parts := append(strings.Split(value, "."), "", "")
	day, err := time.Parse("20060102", parts[0])
	child, _, ok := pair(parts[1])
	if err != nil || !ok {
		return v.toast("tap.old"), nil
	}
	near, err := h.nearChild(ctx, v, child, day)
	if err != nil {
		return Reply{}, err
	}
	if person, _, picked := pair(parts[2]); picked {
		at := slices.IndexFunc(near, func(c childcare.Collector) bool { return c.Person == person })
		if at < 0 {
			return v.toast("tap.old"), nil
		}
		s, err := h.letsAnother(ctx, v, child, day, near[at])
		return show(s), err
	}
	if len(near) == 0 {
		return h.writesAnother(ctx, v, day, child)
	}
	s := v.say("care.home.else_ask", "name", h.name(ctx, v, child), "day", dayIn(day, v.Zone))
	for _, c := range near[:min(len(near), perPage)] {
		row(&s, fit(c.Name, alone), "ccelse", ofDay(day), number(child), number(c.Person))
	}
	row(&s, v.Texts.T("care.home.else_write"), "ccwrite", ofDay(day), number(child))
	v.back(&s, "ccday", ofDay(day), number(child))
	return show(s), nil
}

// nearChild are those of one's own family who are not on a child's list that day.
func (h *House) nearChild(ctx context.Context, v Visit, child int64, day time.Time) (near []childcare.Collector, err error) {
	on, err := h.Childcare.Collectors(ctx, v.Actor, child, day)
	if err != nil {
		return nil, fmt.Errorf("who may have child %d: %w", child, err)
	}
	ties, err := h.People.TiesOf(ctx, v.Actor, v.Person.ID)
	if err != nil {
		return nil, fmt.Errorf("family: %w", err)
	}
	for _, t := range ties {
		if t.Kind != people.Family {
			continue
		}
		c := childcare.Collector{Person: t.Person, Name: t.Name}
		if t.Person == v.Person.ID {
			c = childcare.Collector{Person: t.For, Name: t.ForName}
		}
		same := func(o childcare.Collector) bool { return o.Person == c.Person }
		if !slices.ContainsFunc(on, same) && !slices.ContainsFunc(near, same) {
			near = append(near, c)
		}
	}
	return near, nil
}

// letsAnother lets somebody have a child on one day, and gives the code to pass on.
func (h *House) letsAnother(ctx context.Context, v Visit, child int64, day time.Time, c childcare.Collector) (dialog.Screen, error) {
	c, err := h.Childcare.Another(ctx, v.Actor, child, day, c)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("somebody else for child %d: %w", child, err)
	}
	return h.codeScreen(ctx, v, child, day, c)
}

// collectorDraft is somebody who is written on a child's list.
type collectorDraft struct {
	By    who    `json:"by"`
	Child int64  `json:"child"`
	Kid   string `json:"kid"`
	Day   string `json:"day,omitempty"` // the only one; "": it is asked until when
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
	Until string `json:"until,omitempty"`
}

func (h *House) writesAnother(ctx context.Context, v Visit, day time.Time, child int64) (Reply, error) {
	return h.startsCollector(ctx, v, collectorDraft{Child: child, Day: day.Format(time.DateOnly)})
}

// addsCollector begins to put somebody on a child's list, or to bar them:
// "<child>[.never]".
func (h *House) addsCollector(ctx context.Context, v Visit, value string) (Reply, error) {
	child, never, ok := pair(value)
	switch {
	case !ok:
		return v.toast("tap.old"), nil
	case never == "never":
		return h.startsBarring(ctx, v, child)
	}
	return h.startsCollector(ctx, v, collectorDraft{Child: child})
}

func (h *House) startsCollector(ctx context.Context, v Visit, d collectorDraft) (Reply, error) {
	may, err := h.writesOf(ctx, v, d.Child)
	if err != nil || !may {
		return v.toast("tap.old"), err
	}
	d.By, d.Kid = v.who(), h.name(ctx, v, d.Child)
	return Reply{Dialog: "collector", Where: Spent, Prefill: d}, nil
}

// writesOf reports whether somebody says who may have a child, and who never may: who
// decides for it, and who runs the hall.
func (h *House) writesOf(ctx context.Context, v Visit, child int64) (bool, error) {
	if v.runsCare() {
		return true, nil
	}
	return h.decides(ctx, v, child)
}

// collectFor is for how many months somebody is put on the list; what is not here has no
// end.
var collectFor = map[string]int{"month": 1, "half": 6}

// collectorFlow asks who may have a child, and until when.
func collectorFlow(h *House) *dialog.Flow[collectorDraft] {
	kid := func(_ context.Context, d *collectorDraft, _ dialog.Turn) ([]any, error) {
		return []any{"name", d.Kid}, nil
	}
	return dialog.New("collector", h.keepsCollector,
		dialog.Text("name", func(d *collectorDraft) *string { return &d.Name }, 1, maxName).Fill(kid),
		dialog.Text("phone", func(d *collectorDraft) *string { return &d.Phone }, 5, 30).Optional(),
		dialog.Choice("until", func(d *collectorDraft) *string { return &d.Until }, "open", "half", "month").
			When(func(d *collectorDraft) bool { return d.Day == "" }),
	).NoSummary().Says("dialog.and")
}

func (h *House) keepsCollector(ctx context.Context, d *collectorDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	c := childcare.Collector{Child: d.Child, Name: d.Name, Phone: d.Phone}
	var s dialog.Screen
	if day := dateOf(d.Day); d.Day != "" {
		s, err = h.letsAnother(ctx, v, d.Child, day, c)
	} else {
		if months, ends := collectFor[d.Until]; ends {
			now := v.thisDay()
			until := now.AddDate(0, months, 0)
			c.Until = &until
		}
		if _, err = h.Childcare.AddCollector(ctx, v.Actor, c); err == nil {
			var r Reply
			r, err = h.mayFetch(ctx, v, d.Child)
			s = r.Screen
		}
	}
	if text, no := v.Refused(err); no {
		return dialog.Screen{Text: text}, nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("list of child %d: %w", d.Child, err)
	}
	return s, nil
}

// mayFetch shows who may have a child, and who never may.
func (h *House) mayFetch(ctx context.Context, v Visit, child int64) (Reply, error) {
	all, err := h.Childcare.Collectors(ctx, v.Actor, child, v.thisDay())
	if err != nil {
		return Reply{}, fmt.Errorf("who may have child %d: %w", child, err)
	}
	var may, never []string
	var s dialog.Screen
	for _, c := range all {
		words := c.Name
		switch {
		case c.Guardian:
			words = v.Texts.T("care.home.decides", "name", c.Name)
		case c.Until != nil:
			words = v.Texts.T("care.home.collects_until", "name", c.Name, "until", dayIn(*c.Until, v.Zone))
		}
		if c.Barred {
			never = append(never, v.neverWords(c))
		} else {
			may = append(may, words)
		}
		if c.ID != 0 && len(s.Rows) < tiesShown {
			row(&s, named(v.Texts, "care.home.end_collector", c.Name), "ccend", number(c.ID), number(child))
		}
	}
	s.Text = v.Texts.T("care.home.may_fetch", "name", h.name(ctx, v, child), "names", listed(v.Texts, may))
	if len(never) > 0 {
		s.Text += "\n" + v.Texts.T("care.home.never_fetch", "names", listed(v.Texts, never))
	}
	row(&s, v.Texts.T("care.home.add_collector"), "ccadd", number(child))
	row(&s, v.Texts.T("care.home.else_today"), "ccelse", ofDay(v.thisDay()), number(child))
	row(&s, v.Texts.T("care.home.bar"), "ccadd", number(child), "never")
	v.back(&s, "ccmore", number(child))
	return show(s), nil
}

// whyShown is how much of a reason one list shows: it may have many.
const whyShown = 100 // characters

// neverWords are one who never may have a child, with the reason where the reader may know
// it.
func (v Visit) neverWords(c childcare.Collector) string {
	if c.Why == "" {
		return c.Name
	}
	why := shorten(c.Why, whyShown)
	if why != c.Why {
		why += "…"
	}
	return v.Texts.T("care.home.never_why", "name", c.Name, "why", why)
}

// endsCollector takes somebody off a child's list: "<collector>.<child>".
func (h *House) endsCollector(ctx context.Context, v Visit, value string) (Reply, error) {
	id, rest, ok := pair(value)
	child, _, of := pair(rest)
	if !ok || !of {
		return v.toast("tap.old"), nil
	}
	if err := h.Childcare.EndCollector(ctx, v.Actor, id); err != nil {
		return Reply{}, fmt.Errorf("list of child %d: %w", child, err)
	}
	return h.mayFetch(ctx, v, child)
}
