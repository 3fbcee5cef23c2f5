package flow

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/roster"
)

// monthOf is the first day of a month.
func monthOf(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, at.Location())
}

// month names a month.
func (v Visit) month(at time.Time) string {
	return v.Texts.T("shifts.month." + strconv.Itoa(int(at.Month())))
}

// hoursWords is a number of hours, to the half.
func hoursWords(long time.Duration) string {
	return strconv.FormatFloat(long.Round(30*time.Minute).Hours(), 'f', -1, 64)
}

const monthForm = "2006-01"

// hoursOf lists what everybody did in a month, for who plans: "[<month>[.<page>]]".
func (h *House) hoursOf(ctx context.Context, v Visit, value string) (Reply, error) {
	code, page, _ := strings.Cut(value, ".")
	month, err := time.ParseInLocation(monthForm, code, v.Zone)
	if err != nil {
		month = monthOf(v.Now.In(v.Zone))
	}
	all, err := h.Roster.Hours(ctx, v.Actor, month)
	if err != nil {
		return Reply{}, fmt.Errorf("hours: %w", err)
	}
	s := v.say("shifts.hours", "month", v.month(month))
	if len(all) == 0 {
		s = v.say("shifts.hours_none", "month", v.month(month))
	}
	var buttons []dialog.Button
	for _, m := range all {
		buttons = append(buttons, dialog.Button{
			Label: named(v.Texts, "shifts.hours_of", h.name(ctx, v, m.Person), "hours", hoursWords(m.Time)),
			Data:  fmt.Sprintf("m.worked.%d.%s", m.Person, month.Format(monthForm)),
		})
	}
	v.list(&s, "hours."+month.Format(monthForm), page, buttons)
	before := month.AddDate(0, -1, 0)
	row(&s, v.Texts.T("shifts.month_before", "month", v.month(before)), "hours", before.Format(monthForm))
	if month.Before(monthOf(v.Now.In(v.Zone))) {
		v.back(&s, "hours")
	} else {
		v.back(&s, "duty")
	}
	return show(s), nil
}

// personMonth reads "<person>.<month>".
func (v Visit) personMonth(value string) (person int64, month time.Time, ok bool) {
	person, code, ok := pair(value)
	month, err := time.ParseInLocation(monthForm, code, v.Zone)
	return person, month, ok && err == nil
}

// worked shows what somebody did in a month, to who plans.
func (h *House) worked(ctx context.Context, v Visit, value string) (Reply, error) {
	person, month, ok := v.personMonth(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	all, err := h.Roster.Hours(ctx, v.Actor, month)
	if err != nil {
		return Reply{}, fmt.Errorf("hours: %w", err)
	}
	m := roster.Month{Person: person}
	for _, of := range all {
		if of.Person == person {
			m = of
		}
	}
	return show(h.workedScreen(ctx, v, m, month)), nil
}

func (h *House) workedScreen(ctx context.Context, v Visit, m roster.Month, month time.Time) dialog.Screen {
	lines := []string{v.Texts.T("shifts.worked", "name", h.name(ctx, v, m.Person), "month", v.month(month), "hours", hoursWords(m.Time), "n", m.Shifts)}
	if m.Missed > 0 {
		lines = append(lines, v.Texts.T("shifts.worked_missed", "n", m.Missed))
	}
	if m.ThankedBy != 0 {
		lines = append(lines, v.Texts.T("shifts.worked_thanked", "name", h.name(ctx, v, m.ThankedBy)))
	}
	s := dialog.Screen{Text: strings.Join(lines, "\n")}
	if m.ThankedBy == 0 && m.Shifts > 0 && m.Person != v.Person.ID {
		row(&s, v.Texts.T("shifts.thank"), "thank", number(m.Person), month.Format(monthForm))
	}
	v.back(&s, "hours", month.Format(monthForm))
	return s
}

// thank thanks somebody for a month.
func (h *House) thank(ctx context.Context, v Visit, value string) (Reply, error) {
	person, month, ok := v.personMonth(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	m, err := h.Roster.Thank(ctx, v.Actor, person, month)
	if err != nil {
		return Reply{}, fmt.Errorf("thank: %w", err)
	}
	s := h.workedScreen(ctx, v, m, month)
	s.Toast = v.Texts.T("shifts.thank_told")
	return show(s), nil
}
