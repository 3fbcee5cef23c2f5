package childcare_test

import (
	"fmt"
	"strings"
	"time"
)

func (d *door) coded(p *pupil, a attempt) string {
	switch {
	case !d.deciding(p, a.who):
		return notFound
	case p.tries > 2:
		return "care.too_many_tries"
	case p.code == "" || p.used:
		p.code, p.used = a.code, false
	}
	return ""
}

func (d *door) overrides(p *pupil, a attempt) string {
	switch {
	case !d.runs[a.who]:
		return notFound
	case a.reason == "":
		return "care.no_reason"
	case a.other == 0 && a.name == "":
		return "care.who"
	}
	name := a.name
	if a.other != 0 {
		name = ""
	}
	l := p.last
	switch {
	case p.place == "out" && l.how == "override" && l.person == a.other && l.name == name && d.again(l, a.who):
		return "override"
	case !p.ours():
		return "care.not_here"
	case d.barredAs(p, 0, a.other, name):
		return "care.barred"
	}
	d.gone(p, tap{person: a.other, name: name, how: "override", by: a.who})
	return "override"
}

func (d *door) again(l tap, who int64) bool { return l.by == who && d.now.Sub(l.at) < 10*time.Minute }

// gone gives the child away.
func (d *door) gone(p *pupil, t tap) {
	t.at = d.now
	p.place, p.holder, p.name, p.last = "out", t.person, t.name, t
	d.moot(p, d.question(t.ask))
	d.gave++
	if t.how != "code" && t.how != "hand" {
		return
	}
	if d.seen[t.by] == nil {
		d.seen[t.by] = map[string]bool{}
	}
	if t.collector != 0 {
		d.seen[t.by][fmt.Sprint("on ", t.collector)] = true
	}
	if t.person != 0 {
		d.seen[t.by][fmt.Sprint("person ", t.person)] = true
	}
}

// leaves is the door itself.
func (d *door) leaves(p *pupil, a attempt) string {
	if !d.minding(p, a.who) && (p.place != "out" || p.last.by != a.who) {
		return notFound
	}
	named := 0
	for _, id := range []int64{a.collector, a.guardian, a.ask} {
		if id != 0 {
			named++
		}
	}
	if named != 1 {
		return "care.who"
	}
	switch {
	case a.ask != 0:
		return d.asksFor(p, a)
	case a.guardian != 0:
		if !p.decides[a.guardian] {
			return notFound
		}
		return d.wants(p, a, tap{person: a.guardian}, true, d.called[a.guardian])
	}
	o := d.list[a.collector]
	if o == nil || o.child != p.id {
		return notFound
	}
	t := tap{collector: o.id, person: o.person}
	if o.person == 0 {
		t.name = o.name
	}
	holds := !o.ended && !o.barred && !o.from.After(d.day) && (o.until.IsZero() || !o.until.Before(d.day))
	return d.wants(p, a, t, holds, o.name)
}

// wants is somebody on the list, or who decides, with what they show.
func (d *door) wants(p *pupil, a attempt, t tap, listed bool, called string) string {
	barred := d.barredAs(p, t.collector, t.person, t.name)
	l := p.last
	if !barred && p.place == "out" && l.how != "" && l.collector == t.collector && l.ask == 0 && l.person == t.person && d.again(l, a.who) {
		return l.how
	}
	if !p.ours() {
		return "care.not_here"
	}
	if barred || !listed {
		return "care.must_ask"
	}
	seen := d.seen[a.who][fmt.Sprint("on ", t.collector)] || t.person != 0 && d.seen[a.who][fmt.Sprint("person ", t.person)]
	switch {
	case a.code != "" && p.tries > 2:
		return "care.must_ask"
	case a.code != "" && (p.code == "" || p.used):
		return "care.no_code"
	case a.code != "" && a.code != p.code:
		p.tries++
		if p.tries < 3 {
			return "care.wrong_code"
		}
		d.asks_(p, called)
		return "care.must_ask"
	case a.code != "":
		p.used, t.how = true, "code"
	case seen:
		t.how = "known"
	case p.tries > 2:
		return "care.must_ask"
	case a.hand != "":
		t.how = "hand"
	default:
		return "care.needs_proof"
	}
	t.by = a.who
	d.gone(p, t)
	return t.how
}

// asksFor is somebody for whom who decides was asked.
func (d *door) asksFor(p *pupil, a attempt) string {
	q := d.question(a.ask)
	if q == nil || q.child != p.id {
		return notFound
	}
	t := tap{ask: q.id, name: q.name, how: "asked", by: a.who}
	barred := d.barredAs(p, 0, t.person, t.name)
	if !barred && p.place == "out" && p.last.ask == q.id && d.again(p.last, a.who) {
		return p.last.how
	}
	switch {
	case !p.ours():
		return "care.not_here"
	case barred, q.used, !q.today, q.over && q.by == 0:
		return "care.must_ask"
	case !q.over:
		return "care.unanswered"
	case !q.yes:
		return "care.said_no"
	case !d.deciding(p, q.by):
		return "care.must_ask"
	}
	q.used = true
	d.gone(p, t)
	return "asked"
}

// stands is how a child and its questions stand, as the tables are read too.
func (d *door) stands(child int64) string {
	p := d.pupils[child]
	var asks []string
	for _, q := range d.asks {
		if q.child == child {
			asks = append(asks, fmt.Sprintf("%q %v %d %v %v", q.name, q.over, q.by, q.yes, q.used))
		}
	}
	return fmt.Sprintf("%s %d %q, %d wrong, used %v; %s", p.place, p.holder, p.name, p.tries, p.used, strings.Join(asks, ", "))
}
