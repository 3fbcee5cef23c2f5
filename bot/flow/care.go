package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// careVerbs are the buttons of who runs the hall, "m.cl<what>…".
func (h *House) careVerbs() map[string]verb {
	return eachOnce(map[string]verb{
		"care": h.care, "clopen": h.opensHall, "clday": h.onKitchenDay(h.hallAhead), "cloff": h.onKitchenDay(h.startsHallOff),
		"clsit": h.sittingPlaces,
	}, h.hallRuleVerbs(), h.schoolVerbs(), h.patternVerbs(), h.breakVerbs(), h.clearVerbs(), h.careMoneyVerbs())
}

// thisDay is today where the reader lives, at midnight UTC.
func (v Visit) thisDay() time.Time { return v.tomorrow().AddDate(0, 0, -1) }

// runsCare reports whether somebody leads the hall.
func (v Visit) runsCare() bool { return v.Actor.May(access.RunCare, access.SameCommunity) }

// careAhead is how many days ahead who runs the hall sees.
const careAhead = 7

// care answers /care: the days ahead for who runs the hall, today for who minds children
// on it. Where there is no hall, one is opened.
func (h *House) care(ctx context.Context, v Visit, _ string) (Reply, error) {
	if _, err := h.Childcare.House(ctx, v.Community.ID); err != nil {
		if _, none := v.Refused(err); !none {
			return Reply{}, fmt.Errorf("the hall: %w", err)
		}
		if !v.Actor.May(access.Settings, access.SameCommunity) {
			return show(h.withMenu(v, "care.home.no_house")), nil
		}
		s := v.say("care.lead.none")
		row(&s, v.Texts.T("care.lead.open"), "clopen")
		return show(s), nil
	}
	if !v.runsCare() {
		return h.hall(ctx, v, "")
	}
	days, err := h.Childcare.Ahead(ctx, v.Actor, careAhead)
	if err != nil {
		return Reply{}, fmt.Errorf("the hall: %w", err)
	}
	s := v.say("care.lead.days")
	if len(days) == 0 {
		s = v.say("care.lead.no_days")
	}
	if err := h.unsaidRows(ctx, v, &s); err != nil {
		return Reply{}, err
	}
	for _, a := range days {
		row(&s, v.hallLabel(a), "clday", ofDay(a.Day.Day))
	}
	for _, to := range []string{"clweek", "clschools", "clbreaks", "clstaff", "cwork", "clfiles", "clmoney", "clrules"} {
		row(&s, v.Texts.T("care.lead.to."+to), to)
	}
	return show(s), nil
}

// opensHall opens a hall as it usually is.
func (h *House) opensHall(ctx context.Context, v Visit, _ string) (Reply, error) {
	if err := h.Childcare.OpenHouse(ctx, v.Actor, childcare.UsualHouse()); err != nil {
		return Reply{}, fmt.Errorf("open the hall: %w", err)
	}
	return h.care(ctx, v, "")
}

// hallLabel is a day on a button: which, and how many come.
func (v Visit) hallLabel(a childcare.Ahead) string {
	what := v.Texts.T("care.lead.comes", "n", comesThen(a))
	switch {
	case a.Day.State == childcare.CalledOff:
		what = v.Texts.T("kitchen.off_label")
	case slices.ContainsFunc(a.Sittings, childcare.Seats.Short):
		what = v.Texts.T("care.lead.comes_short", "n", comesThen(a))
	}
	at := in(a.Day.Day, v.Zone)
	return v.Texts.T("lunch.label", "weekday", v.shortDay(at), "d", at.Day(), "what", what)
}

// comesThen is how many children come to the fullest sitting of a day.
func comesThen(a childcare.Ahead) (n int) {
	for _, s := range a.Sittings {
		n = max(n, s.Taken)
	}
	return n
}

// aheadOn reads a day of whoever runs the hall.
func (h *House) aheadOn(ctx context.Context, v Visit, day time.Time) (childcare.Ahead, error) {
	all, err := h.Childcare.Ahead(ctx, v.Actor, 31)
	if err != nil {
		return childcare.Ahead{}, fmt.Errorf("the hall: %w", err)
	}
	at := slices.IndexFunc(all, func(a childcare.Ahead) bool { return ofDay(a.Day.Day) == ofDay(day) })
	if at < 0 {
		return childcare.Ahead{}, access.NotFound()
	}
	return all[at], nil
}

// hallAhead shows a day: each sitting with how full it is and whose hands it has.
func (h *House) hallAhead(ctx context.Context, v Visit, day time.Time) (Reply, error) {
	a, err := h.aheadOn(ctx, v, day)
	if err != nil {
		return Reply{}, err
	}
	schools, err := h.schoolNames(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	lines := []string{v.Texts.T("care.lead.day", "day", dayIn(day, v.Zone), "state", v.Texts.T("care.lead.state."+string(a.Day.State)))}
	var s dialog.Screen
	for _, one := range a.Sittings {
		words := v.Texts.T("care.lead.sitting", "at", v.clockOf(one.StartsAt), "what", v.whatWords(one.Pattern, schools), "taken", one.Taken, "places", one.Places)
		if one.Waiting > 0 {
			words += v.Texts.T("care.lead.sitting_waiting", "n", one.Waiting)
		}
		if one.Short() {
			words += v.Texts.T("care.lead.sitting_short", "hands", one.Hands, "needs", one.Needs)
		}
		lines = append(lines, words)
		if a.Day.State == childcare.Open || a.Day.State == childcare.Closed {
			row(&s, v.whatLabel(v.clockOf(one.StartsAt), one.Pattern, schools), "clsit", ofDay(day), number(one.ID))
		}
	}
	s.Text = strings.Join(lines, "\n")
	if err := h.unsaidRows(ctx, v, &s, day); err != nil {
		return Reply{}, err
	}
	if a.Day.State == childcare.Open || a.Day.State == childcare.Closed {
		row(&s, v.Texts.T("care.lead.call_off"), "cloff", ofDay(day))
	}
	v.back(&s, "care")
	return show(s), nil
}

// schoolNames are what the schools are called, by id.
func (h *House) schoolNames(ctx context.Context, v Visit) (map[int64]string, error) {
	all, err := h.Childcare.Schools(ctx, v.Community.ID)
	if err != nil {
		return nil, fmt.Errorf("schools: %w", err)
	}
	names := map[int64]string{}
	for _, s := range all {
		names[s.ID] = s.Name
	}
	return names, nil
}

// offeredSeats are the numbers of places that are offered.
var offeredSeats = []int{0, 1, 5, 8, 10, 12, 15, 20, 25, 30, 40, 50}

// sittingPlaces asks how many places a sitting of a day has, or changes it:
// "<day>.<sitting>[.<places>]". Nobody loses theirs.
func (h *House) sittingPlaces(ctx context.Context, v Visit, value string) (Reply, error) {
	parts := append(strings.Split(value, "."), "", "", "")
	day, err := time.Parse("20060102", parts[0])
	id, _, ok := pair(parts[1])
	if err != nil || !ok {
		return v.toast("tap.old"), nil
	}
	if n, err := strconv.Atoi(parts[2]); err == nil {
		if err := h.Childcare.SetPlaces(ctx, v.Actor, id, n); err != nil {
			return Reply{}, fmt.Errorf("places of sitting %d: %w", id, err)
		}
		return h.hallAhead(ctx, v, day)
	}
	a, err := h.aheadOn(ctx, v, day)
	if err != nil {
		return Reply{}, err
	}
	at := slices.IndexFunc(a.Sittings, func(s childcare.Seats) bool { return s.ID == id })
	if at < 0 {
		return v.toast("tap.old"), nil
	}
	schools, err := h.schoolNames(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	one := a.Sittings[at]
	s := v.say("care.lead.places_ask", "day", dayIn(day, v.Zone), "what", v.whatWords(one.Pattern, schools), "taken", one.Taken)
	for _, n := range offeredSeats {
		row(&s, v.Texts.T("care.lead.places_n", "n", n), "clsit", ofDay(day), number(id), strconv.Itoa(n))
	}
	v.back(&s, "clday", ofDay(day))
	return show(s), nil
}

// hallOffDraft is why a day is called off, or the hall closes.
type hallOffDraft struct {
	By  who    `json:"by"`
	Day string `json:"day,omitempty"` // "": for good
	Why string `json:"why,omitempty"`
}

func (h *House) startsHallOff(_ context.Context, v Visit, day time.Time) (Reply, error) {
	return Reply{Dialog: "nocare", Where: Spent, Prefill: hallOffDraft{By: v.who(), Day: day.Format(time.DateOnly)}}, nil
}

func (h *House) startsHallEnd(_ context.Context, v Visit, _ string) (Reply, error) {
	return Reply{Dialog: "endcare", Where: Spent, Prefill: hallOffDraft{By: v.who()}}, nil
}

// hallOffFlow calls a day off, hallEndFlow closes the hall, once everybody can read why.
func hallOffFlow(h *House) *dialog.Flow[hallOffDraft] {
	return dialog.New("nocare", h.hallOff, dialog.Text("why", func(d *hallOffDraft) *string { return &d.Why }, 1, 200))
}

func hallEndFlow(h *House) *dialog.Flow[hallOffDraft] {
	return dialog.New("endcare", h.hallOff, dialog.Text("why", func(d *hallOffDraft) *string { return &d.Why }, 1, 200))
}

func (h *House) hallOff(ctx context.Context, d *hallOffDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("care.lead.closed")
	if d.Day == "" {
		s.Menu = true
		err = h.Childcare.CloseHouse(ctx, v.Actor, d.Why)
	} else {
		s = v.say("care.lead.called_off", "day", dayIn(dateOf(d.Day), v.Zone))
		v.back(&s, "care")
		err = h.Childcare.CallOff(ctx, v.Actor, dateOf(d.Day), d.Why)
	}
	if text, no := v.Refused(err); no {
		return dialog.Screen{Text: text}, nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("call off: %w", err)
	}
	return s, nil
}
