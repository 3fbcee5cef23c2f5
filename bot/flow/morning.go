package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/today"
)

// morningPart is a service's part of the page of the morning: numbers that
// matter, each with its list. A number of 0 is not told.
type morningPart interface {
	// counts are its numbers.
	counts(ctx context.Context, v Visit) ([]figure, error)
	// list draws the list of one of them; ok is false for those of others.
	list(ctx context.Context, v Visit, name, at string) (s dialog.Screen, ok bool, err error)
}

// figure is one number: its words are "morning.line.<name>", those of its button
// "morning.button.<name>".
type figure struct {
	name  string
	n     int
	loud  bool    // it should be 0
	whose []int64 // with whom it lies, where that is told beside the number
	data  string  // where its button leads; "": to its list
}

// morningParts are the services in the order in which their numbers are told;
// what is loud goes before everything.
func (h *House) morningParts() []morningPart {
	return []morningPart{caseMatters{h}, deskMatters{h}, rosterMatters{h}, calendarMatters{h}, doorMatters{h}}
}

// renderMorning draws the page of the morning. Where there is nothing to look
// after it says so without a sound.
func (h *House) renderMorning(ctx context.Context, v Visit, topic string, _ []byte) (dialog.Screen, error) {
	if topic != "morning.page" {
		return dialog.Screen{}, fmt.Errorf("render %s: unknown topic", topic)
	}
	s, err := h.morningScreen(ctx, v)
	if text, refused := v.Refused(err); refused { // they are in charge no more
		return dialog.Screen{Text: text, Silent: true}, nil
	}
	return s, err
}

// morningScreen is the few numbers that matter, each a button to its list.
func (h *House) morningScreen(ctx context.Context, v Visit) (dialog.Screen, error) {
	var all []figure
	for _, part := range h.morningParts() {
		some, err := part.counts(ctx, v)
		if err != nil {
			return dialog.Screen{}, fmt.Errorf("morning: %w", err)
		}
		all = append(all, some...)
	}
	all = slices.DeleteFunc(all, func(c figure) bool { return c.n == 0 })
	if len(all) == 0 {
		s := v.say("morning.calm", "name", v.Person.Name)
		s.Silent = true
		return s, nil
	}
	slices.SortStableFunc(all, func(a, b figure) int {
		if a.loud == b.loud {
			return 0
		}
		if a.loud {
			return -1
		}
		return 1
	})
	s := v.say("morning.head", "name", v.Person.Name)
	lines := []string{s.Text}
	for _, c := range all {
		lines = append(lines, h.countLine(ctx, v, c))
		data := c.data
		if data == "" {
			data = "m.morning." + c.name
		}
		s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("morning.button."+c.name, "n", c.n), Data: data}})
	}
	s.Text = strings.Join(lines, "\n")
	return s, nil
}

// countLine tells a number, and with whom it lies.
func (h *House) countLine(ctx context.Context, v Visit, c figure) string {
	line := v.Texts.T("morning.line."+c.name, "n", c.n)
	if len(c.whose) == 0 {
		return line
	}
	names := make([]string, len(c.whose))
	for i, person := range c.whose {
		names[i] = h.name(ctx, v, person)
	}
	return v.Texts.T("morning.with", "line", line, "names", listed(v.Texts, names))
}

// morningPage, as a value, shows the numbers again in the place of a list.
const morningPage = "page"

// morning shows the page of the morning at any time, or one of its lists:
// "<name>.<page>".
func (h *House) morning(ctx context.Context, v Visit, value string) (Reply, error) {
	if !v.Actor.May(access.SeeDay, access.SameCommunity) {
		return Reply{}, access.NotFound()
	}
	name, at, _ := strings.Cut(value, ".")
	if name == "" || name == morningPage {
		s, err := h.morningScreen(ctx, v)
		r := Reply{Screen: s, Beside: true}
		if name == "" {
			r.Where = Apart
		} else {
			row(&r.Screen, v.Texts.T("morning.overview"), "overview")
		}
		return r, err
	}
	for _, part := range h.morningParts() {
		s, ok, err := part.list(ctx, v, name, at)
		if ok || err != nil {
			v.back(&s, "morning", morningPage)
			return Reply{Screen: s, Beside: true}, err
		}
	}
	return v.toast("tap.old"), nil
}

// caseMatters are the lists of cases.
type caseMatters struct{ h *House }

var matterLists = []cases.Which{
	cases.Ownerless, cases.Late, cases.ToAgree, cases.Disputed, cases.NotTaken, cases.Fresh, cases.Unsaid, cases.Asked, cases.VisitsDue,
}

func (d caseMatters) counts(ctx context.Context, v Visit) ([]figure, error) {
	counts, err := d.h.Cases.CountMatters(ctx, v.Actor, today.Since(v.Now.In(v.Zone)))
	if err != nil {
		return nil, fmt.Errorf("cases: %w", err)
	}
	all := make([]figure, len(matterLists))
	for i, which := range matterLists {
		all[i] = figure{name: string(which), n: counts[which], loud: which == cases.Ownerless}
		if which == cases.Late && counts[which] > 0 {
			if all[i].whose, err = d.holders(ctx, v, which); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// mostNamed is how many people are named beside a number.
const mostNamed = 3

// holders are with whom the cases of a list lie, who holds the most pressing first.
func (d caseMatters) holders(ctx context.Context, v Visit, which cases.Which) ([]int64, error) {
	all, err := d.h.Cases.Matters(ctx, v.Actor, which, today.Since(v.Now.In(v.Zone)))
	if err != nil {
		return nil, fmt.Errorf("cases: %w", err)
	}
	var some []int64
	for _, m := range all {
		if m.Holder != 0 && !slices.Contains(some, m.Holder) && len(some) < mostNamed {
			some = append(some, m.Holder)
		}
	}
	return some, nil
}

func (d caseMatters) list(ctx context.Context, v Visit, name, at string) (dialog.Screen, bool, error) {
	if !slices.Contains(matterLists, cases.Which(name)) {
		return dialog.Screen{}, false, nil
	}
	all, err := d.h.Cases.Matters(ctx, v.Actor, cases.Which(name), today.Since(v.Now.In(v.Zone)))
	if err != nil {
		return dialog.Screen{}, true, fmt.Errorf("cases: %w", err)
	}
	s := v.say("morning.line."+name, "n", len(all))
	lines := []string{s.Text}
	var buttons []dialog.Button
	from, until := pageOf(at, len(all))
	for i, m := range all {
		buttons = append(buttons, numbered(v, m.Case, fmt.Sprintf("m.matter.%d.%s.%s", m.ID, name, at)))
		if i >= from && i < until {
			lines = append(lines, v.Texts.T("morning.case."+name, "case", d.h.caseLine(ctx, v, m.Case), "name", d.h.name(ctx, v, m.Holder), "since", dated(m.Since)))
		}
	}
	s.Text = strings.Join(lines, "\n")
	v.list(&s, "morning."+name, at, buttons)
	return s, true, nil
}

// deskMatters are who is to be phoned.
type deskMatters struct{ h *House }

func (d deskMatters) counts(ctx context.Context, v Visit) ([]figure, error) {
	n := 0
	for _, of := range d.h.callers() {
		waiting, err := of.waiting(ctx, v)
		if err != nil {
			return nil, fmt.Errorf("desk: %w", err)
		}
		n += len(waiting)
	}
	return []figure{{name: "phone", n: n, data: "m.desk"}}, nil
}

func (d deskMatters) list(context.Context, Visit, string, string) (dialog.Screen, bool, error) {
	return dialog.Screen{}, false, nil // the desk is its list
}

// rosterMatters are the places that nobody has.
type rosterMatters struct{ h *House }

// lookAhead is how far ahead free places are figure.
const lookAhead = 48 * time.Hour

func (d rosterMatters) counts(ctx context.Context, v Visit) ([]figure, error) {
	holes, err := d.h.Roster.Holes(ctx, v.Community.ID, v.Now, v.Now.Add(lookAhead))
	if err != nil {
		return nil, fmt.Errorf("roster: %w", err)
	}
	n := 0
	for _, sh := range holes {
		n += sh.Free()
	}
	return []figure{{name: "free", n: n}}, nil
}

func (d rosterMatters) list(ctx context.Context, v Visit, name, at string) (dialog.Screen, bool, error) {
	if name != "free" {
		return dialog.Screen{}, false, nil
	}
	holes, err := d.h.Roster.Holes(ctx, v.Community.ID, v.Now, v.Now.Add(lookAhead))
	if err != nil {
		return dialog.Screen{}, true, fmt.Errorf("roster: %w", err)
	}
	n := 0
	var buttons []dialog.Button
	for _, sh := range holes {
		n += sh.Free()
		buttons = append(buttons, dialog.Button{Label: v.shiftLabel(sh), Data: "m.gap." + number(sh.ID)})
	}
	s := v.say("morning.line.free", "n", n)
	v.list(&s, "morning."+name, at, buttons)
	return s, true, nil
}

// calendarMatters is the list of holidays that somebody must send.
type calendarMatters struct{ h *House }

func (d calendarMatters) counts(ctx context.Context, v Visit) ([]figure, error) {
	_, missing, err := d.h.Calendar.Missing(ctx, v.Community.ID, v.Now.In(v.Zone))
	if err != nil {
		return nil, fmt.Errorf("holidays: %w", err)
	}
	if !missing {
		return nil, nil
	}
	return []figure{{name: "holidays", n: 1}}, nil
}

// list is the page of the settings; its way back leads to the morning's.
func (d calendarMatters) list(ctx context.Context, v Visit, name, _ string) (dialog.Screen, bool, error) {
	if name != "holidays" {
		return dialog.Screen{}, false, nil
	}
	s, err := d.h.page(ctx, v, name)
	s.Rows = s.Rows[:max(0, len(s.Rows)-1)]
	return s, true, err
}
