package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/roster"
	"github.com/linli-bot/linli/internal/today"
)

// dayPart is a service's part of somebody's page of today.
type dayPart interface {
	// errands lists what is theirs to do, in no order.
	errands(ctx context.Context, v Visit) ([]errand, error)
}

// errand is one thing to do: its place in the order, its line, and the button
// that opens it.
type errand struct {
	at     today.Errand
	line   string
	button dialog.Button
}

// dayParts are the services that have something to do for people.
func (h *House) dayParts() []dayPart {
	return []dayPart{caseErrands{h}, tendedErrands{h}, lookErrands{h}, visitErrands{h}, doorErrands{h}}
}

// today puts the page of the day before who asks for it. It comes as a message of
// the outbox: later ones change it, and the one before goes.
func (h *House) today(ctx context.Context, v Visit) (Reply, error) {
	err := h.Today.Open(ctx, v.Actor, v.Key)
	if _, refused := v.Refused(err); refused {
		return show(h.withMenu(v, "command.unknown")), nil
	}
	return Reply{}, err
}

// todayVerbs are the buttons of the page of the day, and of a hand-over.
func (h *House) todayVerbs() map[string]verb {
	return map[string]verb{
		"today":    h.turnToday,
		"ofday":    h.showOfDay,
		"there":    onID(h.isThere),
		"over":     h.seeHand,
		"overtake": h.takeHand,
		"overcase": h.seeHanded,
	}
}

// turnToday shows another page of one's day, in the same place.
func (h *House) turnToday(ctx context.Context, v Visit, at string) (Reply, error) {
	if !today.MayHave(v.Actor) {
		return Reply{}, access.NotFound()
	}
	s, err := h.dayScreen(ctx, v, at)
	return Reply{Screen: s, Beside: true}, err
}

// fromDay is a button of the page that opens a case: the way back leads to that page.
func fromDay(b dialog.Button, at string) dialog.Button {
	if verb, id, ok := readCaseData(b.Data); ok && verb == "show" {
		b.Data = fmt.Sprintf("m.ofday.%d.%s", id, at)
	}
	return b
}

// showOfDay shows a case of the page of the day, with the way back to it: "<case>.<page>".
func (h *House) showOfDay(ctx context.Context, v Visit, value string) (Reply, error) {
	id, at, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	r, err := h.showCase(ctx, v, id)
	v.toList(&r.Screen, "today", at)
	return r, err
}

// isThere notes that somebody is there, and shows them their day again. Whose
// place has ended is told so beside it: it may be free.
func (h *House) isThere(ctx context.Context, v Visit, place int64) (Reply, error) {
	a, err := h.Roster.Arrive(ctx, v.Actor, place)
	if err != nil {
		return Reply{}, fmt.Errorf("arrive: %w", err)
	}
	if a.EndedAt != nil {
		r, err := h.isHere(ctx, v, place)
		r.Where = Apart
		return r, err
	}
	r, err := h.turnToday(ctx, v, "")
	r.Screen.Toast = v.Texts.T("today.there")
	return r, err
}

// renderToday draws the page of the day, and what becomes of it.
func (h *House) renderToday(ctx context.Context, v Visit, topic string, args []byte) (dialog.Screen, error) {
	var a today.Told
	if err := json.Unmarshal(args, &a); err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
	}
	switch topic {
	case "today.page":
		s, err := h.dayScreen(ctx, v, "")
		s.Pin, s.Silent = true, true
		return s, err
	case "today.edit":
		live, err := h.Today.Live(ctx, v.Community.ID, v.Person.ID, a.Key)
		if err != nil {
			return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
		}
		if live {
			return h.dayScreen(ctx, v, "")
		}
		return dialog.Screen{Gone: true, Unpin: true}, nil
	case "today.gone":
		return dialog.Screen{Gone: true, Unpin: true}, nil
	case "today.over":
		s := v.say("today.over")
		if a.Shift != 0 {
			s = v.say("today.shift_over")
		}
		s.Unpin = true
		return s, nil
	}
	return dialog.Screen{}, fmt.Errorf("render %s: unknown topic", topic)
}

// dayScreen is somebody's day: what they have in hand, in the order in which they
// do it, and their own hours. Who holds no cases sees their hours alone.
func (h *House) dayScreen(ctx context.Context, v Visit, at string) (dialog.Screen, error) {
	mine, err := h.todaysShifts(ctx, v)
	if err != nil {
		return dialog.Screen{}, err
	}
	var hours []string
	for _, p := range mine {
		hours = append(hours, v.shiftLine(p.In))
	}
	if !v.Actor.Holds() {
		if len(hours) == 0 {
			s := v.say("today.no_shift")
			return s, h.mindsToday(ctx, v, &s)
		}
		s := dialog.Screen{Text: strings.Join(hours, "\n")}
		v.thereRow(&s, mine)
		return s, h.mindsToday(ctx, v, &s)
	}
	all, err := h.errands(ctx, v)
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("today.none")
	if len(all) > 0 {
		s = v.say("today.head", "n", len(all))
	}
	lines := append([]string{s.Text}, hours...)
	var buttons []dialog.Button
	from, until := pageOf(at, len(all))
	for i, e := range all {
		buttons = append(buttons, fromDay(e.button, at))
		if i >= from && i < until {
			lines = append(lines, e.line)
		}
	}
	s.Text = strings.Join(lines, "\n")
	v.thereRow(&s, mine)
	v.list(&s, "today", at, buttons)
	if v.Actor.May(access.SeeDay, access.SameCommunity) {
		row(&s, v.Texts.T("today.morning"), "morning")
	}
	return s, h.mindsToday(ctx, v, &s)
}

// errands are what somebody has to do, in the order in which they do it.
func (h *House) errands(ctx context.Context, v Visit) ([]errand, error) {
	var all []errand
	for _, part := range h.dayParts() {
		some, err := part.errands(ctx, v)
		if err != nil {
			return nil, fmt.Errorf("errands: %w", err)
		}
		all = append(all, some...)
	}
	at := make([]today.Errand, len(all))
	for i, e := range all {
		at[i] = e.at
	}
	ordered := make([]errand, len(all))
	for i, n := range today.Order(at, v.Now.In(v.Zone)) {
		ordered[i] = all[n]
	}
	return ordered, nil
}

// todaysShifts are the reader's places in shifts of today that are not over.
func (h *House) todaysShifts(ctx context.Context, v Visit) ([]roster.Held, error) {
	all, err := h.Roster.Mine(ctx, v.Actor)
	if err != nil {
		return nil, fmt.Errorf("shifts of today: %w", err)
	}
	y, m, d := v.Now.In(v.Zone).Date()
	tomorrow := time.Date(y, m, d+1, 0, 0, 0, 0, v.Zone)
	return slices.DeleteFunc(all, func(p roster.Held) bool { return !p.StartsAt.Before(tomorrow) }), nil
}

// thereRow lets somebody whose shift goes on say that they are there, until they
// have.
func (v Visit) thereRow(s *dialog.Screen, mine []roster.Held) {
	for _, p := range mine {
		if p.ArrivedAt == nil && p.In.Runs(v.Now) {
			row(s, v.Texts.T("shifts.here"), "there", number(p.ID))
		}
	}
}

// shiftLine tells the hours of a shift, without the day where it begins today.
func (v Visit) shiftLine(sh roster.Shift) string {
	from, until := sh.StartsAt.In(v.Zone), sh.EndsAt.In(v.Zone)
	if from.Format(time.DateOnly) == v.Now.In(v.Zone).Format(time.DateOnly) {
		return v.Texts.T("today.shift", "from", clockOf(from), "until", clockOf(until))
	}
	return v.Texts.T("today.shift_long", "hours", v.hours(from, until))
}

// caseErrands are the cases that somebody holds.
type caseErrands struct{ h *House }

func (d caseErrands) errands(ctx context.Context, v Visit) ([]errand, error) {
	held, err := d.h.Cases.Holding(ctx, v.Actor)
	if err != nil {
		return nil, fmt.Errorf("cases: %w", err)
	}
	at, err := d.h.doors(ctx, v, held)
	if err != nil {
		return nil, err
	}
	now := v.Now.In(v.Zone)
	all := make([]errand, len(held))
	for i, c := range held {
		all[i] = errand{at: at[i], line: d.h.errandLine(ctx, v, c, at[i], now), button: numbered(v, c, CaseData("show", c.ID))}
	}
	return all, nil
}

// doors say of cases how they press, and at which door they are.
func (h *House) doors(ctx context.Context, v Visit, all []cases.Case) ([]today.Errand, error) {
	buildings, err := h.Communities.Buildings(ctx, v.Community.ID)
	if err != nil {
		return nil, fmt.Errorf("doors of cases: %w", err)
	}
	places := map[int64]int{}
	for i, b := range buildings {
		places[b.ID] = i + 1
	}
	at := make([]today.Errand, len(all))
	for i, c := range all {
		at[i] = today.Errand{Urgent: c.Urgent, Waits: c.Status == cases.Waiting, Due: presses(c), Building: places[c.Place.Building], Entrance: c.Place.Entrance, Flat: c.Place.Flat}
	}
	return at, nil
}

// inOrder puts cases into the order in which somebody goes to them, as on the
// page of the day.
func (h *House) inOrder(ctx context.Context, v Visit, all []cases.Case) []cases.Case {
	at, err := h.doors(ctx, v, all)
	if err != nil { // in another order is better than not at all
		return all
	}
	ordered := make([]cases.Case, len(all))
	for i, n := range today.Order(at, v.Now.In(v.Zone)) {
		ordered[i] = all[n]
	}
	return ordered
}

// errandLine is a case as it stands on the page: what, where, and what presses.
func (h *House) errandLine(ctx context.Context, v Visit, c cases.Case, at today.Errand, now time.Time) string {
	line := h.caseLine(ctx, v, c)
	switch {
	case c.Urgent:
		line += v.Texts.T("today.urgent")
	case c.Paused():
		line += v.Texts.T("clocks.day_paused")
	case at.Late(now):
		line += v.Texts.T("today.late")
	case c.Status == cases.Waiting:
		line += v.Texts.T("clocks.day_waits", "until", h.until(v, c))
	case at.Today(now):
		line += v.Texts.T(dayKey(c), "at", clockOf(at.Due.In(v.Zone)))
	}
	if c.Status == cases.Assigned {
		line += v.Texts.T("today.untaken")
	}
	return line
}

// dayKey words what has to happen today.
func dayKey(c cases.Case) string {
	switch {
	case c.Status == cases.Assigned:
		return "today.due"
	case c.Status == cases.Taken && c.ComingAt != nil && (c.DoneBy == nil || c.ComingAt.Before(*c.DoneBy)):
		return "clocks.day_comes"
	}
	return "clocks.day_done"
}

// caseLine is a case in a list of those who go there: number, what, where, with
// the flat.
func (h *House) caseLine(ctx context.Context, v Visit, c cases.Case) string {
	line := v.Texts.T("card.head", "no", c.Number, "kind", kindWords(v, c), "place", h.placeWords(ctx, v, c.Place))
	if c.Place.Flat != "" {
		line += v.Texts.T("card.flat", "flat", c.Place.Flat)
	}
	return line
}

// numbered is the button of a case in a list.
func numbered(v Visit, c cases.Case, data string) dialog.Button {
	label := fit(kindWords(v, c), func(kind string) string { return v.Texts.T("today.button", "no", c.Number, "kind", kind) })
	return dialog.Button{Label: label, Data: data}
}

// byID is the case of some with an id.
func byID(all []cases.Case, id int64) (cases.Case, bool) {
	i := slices.IndexFunc(all, func(c cases.Case) bool { return c.ID == id })
	if i < 0 {
		return cases.Case{}, false
	}
	return all[i], true
}
