package childcare_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// This is the door as somebody would tell it who has never seen the program: who may have
// which child, why, and what is said otherwise.

const notFound = "access.not_found"

// on is somebody on a child's list.
type on struct {
	id, child, person int64
	name              string
	barred, ended     bool
	from, until       time.Time // zero: always
}

// question is one that was put to who decides.
type question struct {
	id, child   int64
	name        string
	by          int64 // who answered; 0: nobody
	over, yes   bool
	used, today bool
}

// tap is how a child left last.
type tap struct {
	collector, ask, person int64
	name, how              string
	by                     int64
	at                     time.Time
}

// pupil is a child.
type pupil struct {
	id      int64
	booking int64
	decides map[int64]bool
	came    bool // for what is booked
	place   string
	holder  int64
	name    string // of a holder who is not on the register
	code    string
	used    bool
	tries   int
	last    tap
}

func (p *pupil) ours() bool { return p.place == "hall" || p.place == "way" }

// door is the whole of it.
type door struct {
	now    time.Time
	day    time.Time
	shift  map[int64]bool // they mind children today, as who runs the hall does always
	runs   map[int64]bool // the lead and the secretary
	leads  map[int64]bool // the lead
	minds  map[int64]bool // carers, and who counsels
	pupils map[int64]*pupil
	list   map[int64]*on
	asks   []*question
	seen   map[int64]map[string]bool // by whom who was seen
	called map[int64]string
	gave   int // children
}

func (d *door) clone() *door {
	c := *d
	c.shift, c.pupils, c.list, c.seen = maps.Clone(d.shift), map[int64]*pupil{}, map[int64]*on{}, map[int64]map[string]bool{}
	for id, p := range d.pupils {
		one := *p
		one.decides = maps.Clone(p.decides)
		c.pupils[id] = &one
	}
	for id, o := range d.list {
		one := *o
		c.list[id] = &one
	}
	for id, s := range d.seen {
		c.seen[id] = maps.Clone(s)
	}
	c.asks = nil
	for _, q := range d.asks {
		one := *q
		c.asks = append(c.asks, &one)
	}
	return &c
}

// attempt is what somebody tries.
type attempt struct {
	do                       string
	who, child               int64
	collector, guardian, ask int64
	code, hand, name, reason string
	yes                      bool
	other                    int64 // whom it is about: from whom children are taken, to whom one is given
	id                       int64 // of who is put on the list by it
}

func (a attempt) String() string { return fmt.Sprintf("%+v", struct{ attempt }{a}.attempt.plain()) }

func (a attempt) plain() string {
	return fmt.Sprintf("%s by %d of %d: collector %d, guardian %d, ask %d, code %q, hand %q, name %q, yes %v, other %d",
		a.do, a.who, a.child, a.collector, a.guardian, a.ask, a.code, a.hand, a.name, a.yes, a.other)
}

// tried is what comes of an attempt: "", how a child left, or what is said.
func (d *door) tried(a attempt) string {
	p := d.pupils[a.child]
	switch a.do {
	case "come":
		return d.comes(p, a)
	case "leave":
		return d.leaves(p, a)
	case "ask":
		return d.asked(p, a)
	case "answer":
		return d.answered(a)
	case "override":
		return d.overrides(p, a)
	case "code":
		return d.coded(p, a)
	case "lose":
		return d.loses(p, a)
	case "find":
		return d.finds(p, a)
	case "take":
		return d.takes(a)
	case "bar":
		return d.bars(p, a)
	}
	return ""
}

func (d *door) minding(p *pupil, who int64) bool {
	return d.shift[who] || p != nil && p.ours() && p.holder == who && d.minds[who]
}

// deciding is who decides and is not barred.
func (d *door) deciding(p *pupil, who int64) bool {
	return p.decides[who] && !d.barredAs(p, 0, who, "")
}

// anybodyDecides reports whether anybody is left who decides: the father may do no more, and the
// mother be barred.
func (d *door) anybodyDecides(p *pupil) bool {
	for who, does := range p.decides {
		if does && d.deciding(p, who) {
			return true
		}
	}
	return false
}

// barredAs looks for somebody among the barred: that row, that person, or whoever is called
// so and is not known to be another. All that they are called counts.
func (d *door) barredAs(p *pupil, collector, person int64, name string) bool {
	called := []string{name, d.called[person]}
	if o := d.list[collector]; o != nil {
		called = append(called, o.name)
	}
	for _, o := range d.list {
		if o.child != p.id || !o.barred || o.ended {
			continue
		}
		two := person != 0 && o.person != 0 && person != o.person
		so := slices.ContainsFunc(called, func(name string) bool { return name != "" && strings.EqualFold(o.name, name) })
		if o.id == collector || person != 0 && o.person == person || so && !two {
			return true
		}
	}
	return false
}

// bars writes that somebody never may have the child: who decides, at the word of the lead
// alone, and with a reason. They are on no list any more.
func (d *door) bars(p *pupil, a attempt) string {
	lead := d.leads[a.who]
	person, name := a.other, a.name
	if person != 0 {
		name = d.called[person]
	}
	switch {
	case !lead && !d.deciding(p, a.who):
		return notFound
	case name == "":
		return "care.no_name"
	}
	for who := range p.decides {
		if !d.deciding(p, who) || person != 0 && who != person || person == 0 && !strings.EqualFold(d.called[who], name) {
			continue
		}
		if !lead {
			return "care.decides"
		}
		if a.reason == "" {
			return "care.no_reason"
		}
		person, name = who, d.called[who]
	}
	n := 0
	for _, o := range d.list {
		if o.child != p.id || !o.barred || o.ended {
			continue
		}
		if person != 0 && o.person == person || person == 0 && strings.EqualFold(o.name, name) {
			return ""
		}
		n++
	}
	if n >= 20 {
		return "care.too_many"
	}
	d.list[a.id] = &on{id: a.id, child: a.child, person: person, name: name, barred: true}
	for _, o := range d.list {
		if o.child == p.id && !o.barred && d.barredAs(p, o.id, o.person, o.name) {
			o.ended = true
		}
	}
	return ""
}

func (d *door) comes(p *pupil, a attempt) string {
	if !d.minding(p, a.who) {
		return notFound
	}
	if p.place != "hall" {
		p.place, p.holder, p.name, p.came = "hall", a.who, "", true
	}
	return ""
}

func (d *door) loses(p *pupil, a attempt) string {
	if !d.minding(p, a.who) {
		return notFound
	}
	if p.came && !p.ours() && p.place != "missing" {
		return "care.known_later"
	}
	if p.place != "missing" {
		p.place, p.holder, p.name = "missing", a.who, ""
	}
	return ""
}

func (d *door) finds(p *pupil, a attempt) string {
	switch {
	case d.deciding(p, a.who):
		if p.place == "missing" {
			p.place, p.holder, p.last = "out", a.who, tap{}
		}
	case !d.minding(nil, a.who):
		return notFound
	case p.place == "missing" && a.name != "":
		p.place, p.holder, p.name = "school", 0, a.name
	case p.place == "missing":
		p.place, p.holder, p.came = "way", a.who, true
	}
	return ""
}

func (d *door) takes(a attempt) string {
	if !d.minding(nil, a.who) {
		return notFound
	}
	for _, p := range d.pupils {
		if p.ours() && p.holder == a.other {
			p.holder = a.who
		}
	}
	return ""
}

// asked puts a question, in the place of any other.
func (d *door) asked(p *pupil, a attempt) string {
	switch {
	case !d.minding(p, a.who):
		return notFound
	case !p.ours():
		return "care.not_here"
	case a.name == "":
		return "care.no_name"
	case !d.barredAs(p, 0, 0, a.name) && !d.anybodyDecides(p):
		return "care.nobody_reads"
	}
	d.asks_(p, a.name)
	return ""
}

func (d *door) asks_(p *pupil, name string) {
	for _, q := range d.asks {
		if q.child == p.id && !q.over && q.name == name && q.today {
			return
		}
	}
	d.moot(p, nil)
	d.asks = append(d.asks, &question{child: p.id, name: name, today: true})
}

// moot ends what nobody needs answered.
func (d *door) moot(p *pupil, but *question) {
	for _, q := range d.asks {
		if q.child == p.id && !q.over && q != but {
			q.over = true
		}
	}
}

func (d *door) question(id int64) *question {
	i := slices.IndexFunc(d.asks, func(q *question) bool { return q.id == id && id != 0 })
	if i < 0 {
		return nil
	}
	return d.asks[i]
}

func (d *door) answered(a attempt) string {
	q := d.question(a.ask)
	switch {
	case q == nil || !d.deciding(d.pupils[q.child], a.who):
		return notFound
	case q.by != 0 && q.yes == a.yes:
		return ""
	case q.used || q.over && q.by == 0 || !q.today:
		return "care.too_late"
	case q.by != 0 && !q.yes:
		return "care.answered"
	}
	q.over, q.by, q.yes = true, a.who, a.yes
	return ""
}
