package flow

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/register"
	"github.com/linli-bot/linli/internal/setup"
)

// holidaysDraft is a year's list that somebody sent, and what loading it would
// come to.
type holidaysDraft struct {
	By   who             `json:"by"`
	File dialog.Document `json:"file,omitzero"`
	Year int             `json:"y,omitempty"`
	Off  int             `json:"off,omitempty"`
	Work int             `json:"work,omitempty"`
	Days string          `json:"days,omitempty"` // all of it, in words
	Load string          `json:"load,omitempty"`
}

// mostFaults is how many faults of a list one screen names.
const mostFaults = 5

// holidaysFlow asks for the list of a year, shows what it says, and loads it.
func holidaysFlow(h *House) *dialog.Flow[holidaysDraft] {
	return dialog.New("holidays", h.loadHolidays,
		dialog.File("file", func(d *holidaysDraft) *dialog.Document { return &d.File }, register.MaxBytes).
			Check(h.lookAtHolidays, "refused", "faults", "same").
			Beside(func(_ *holidaysDraft, t dialog.Turn) []dialog.Button {
				return []dialog.Button{{Label: t.Texts.T("holidays.example"), Data: "m.daysfile"}}
			}),
		dialog.Choice("load", func(d *holidaysDraft) *string { return &d.Load }, "yes").
			Fill(func(_ context.Context, d *holidaysDraft, _ dialog.Turn) ([]any, error) {
				return []any{"year", d.Year, "off", d.Off, "work", d.Work, "days", d.Days}, nil
			}),
	).NoSummary()
}

// holidaysIn reads the list that was sent, and what is wrong with it.
func (h *House) holidaysIn(ctx context.Context, d *holidaysDraft, t dialog.Turn) (Visit, calendar.Notice, []calendar.Fault, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return Visit{}, calendar.Notice{}, nil, err
	}
	data, err := h.Fetch(ctx, v.Community.ID, d.File.FileID, register.MaxBytes)
	if err != nil {
		return Visit{}, calendar.Notice{}, nil, fmt.Errorf("fetch the list of holidays: %w", err)
	}
	cells, err := register.Read(d.File.Name, data)
	if err != nil {
		return v, calendar.Notice{}, nil, err
	}
	n, faults := calendar.ParseNotice(cells)
	return v, n, faults, nil
}

// lookAtHolidays looks at the list, and keeps what it comes to for the question.
func (h *House) lookAtHolidays(ctx context.Context, d *holidaysDraft, t dialog.Turn) error {
	v, n, faults, err := h.holidaysIn(ctx, d, t)
	if text, ok := v.Refused(err); ok {
		return dialog.Reject("refused", "why", text)
	} else if err != nil {
		return err
	}
	if len(faults) > 0 {
		return dialog.Reject("faults", "n", len(faults), "lines", v.holidayFaults(faults))
	}
	known, err := h.Calendar.Notices(ctx, v.Community.ID)
	if err != nil {
		return fmt.Errorf("holidays: %w", err)
	}
	if known[n.Year].Same(n) && d.Load == "" {
		return dialog.Reject("same", "year", n.Year)
	}
	d.Year, d.Off, d.Work, d.Days = n.Year, n.Off(), len(n.Of(calendar.Work)), h.noticeWords(v, n)
	return nil
}

// holidayFaults tells the first faults of a list, each by its line.
func (v Visit) holidayFaults(faults []calendar.Fault) string {
	var lines []string
	for _, f := range faults[:min(mostFaults, len(faults))] {
		why, _ := v.Refused(f.Why) // it is one
		lines = append(lines, v.Texts.T("holidays.line", "line", f.Line, "why", why))
	}
	return strings.Join(append(lines, more(v.Texts, len(faults), mostFaults)...), "\n")
}

// loadHolidays makes the list that of its year; a second time nothing happens.
func (h *House) loadHolidays(ctx context.Context, d *holidaysDraft, t dialog.Turn) (dialog.Screen, error) {
	v, n, faults, err := h.holidaysIn(ctx, d, t)
	if err == nil && len(faults) == 0 {
		_, err = h.Setup.LoadHolidays(ctx, v.Actor, n)
	}
	if text, ok := v.Refused(err); ok {
		return dialog.Screen{Text: text}, nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("load holidays: %w", err)
	}
	s, err := h.page(ctx, v, "holidays")
	s.Text = v.Texts.T("settings.noted") + "\n" + s.Text
	return s, err
}

// afterHolidays: nothing was loaded, and the page from which it was asked is
// there again.
func (h *House) afterHolidays(ctx context.Context, v Visit, ended dialog.Session) (Reply, bool, error) {
	if ended.At == "" {
		return Reply{}, false, nil
	}
	s, err := h.page(ctx, v, "holidays")
	return show(s), err == nil, err
}

// daysTap asks for the list of a year.
func (h *House) daysTap(_ context.Context, v Visit, _ string) (Reply, error) {
	if !setup.May(v.Actor) {
		return show(v.say("refused.access.not_found")), nil
	}
	return Reply{Dialog: "holidays", Prefill: holidaysDraft{By: v.who()}}, nil
}

// daysExample gives a list to begin with, beside the question that waits.
func (h *House) daysExample(_ context.Context, v Visit, _ string) (Reply, error) {
	if !setup.May(v.Actor) {
		return show(v.say("refused.access.not_found")), nil
	}
	s := v.say("holidays.example_is")
	s.File = "holidays." + v.Texts.T("sheet.lang")
	return Reply{Screen: s, Where: Apart, Beside: true}, nil
}

// holidaysExample writes a list as any spreadsheet opens it.
func holidaysExample(t dialog.Texts) (name string, data []byte, err error) {
	n := calendar.Example()
	out := bytes.NewBufferString("\ufeff") // by which spreadsheets know the letters
	w := csv.NewWriter(out)
	rows := [][]string{strings.Split(t.T("holidays.headings"), ",")}
	for _, r := range n.Runs {
		what := t.T("holidays.mark.off")
		if r.Kind == calendar.Work {
			what = t.T("holidays.mark.work")
		}
		rows = append(rows, []string{r.From.Format(time.DateOnly), r.Until.Format(time.DateOnly), what, r.Name})
	}
	err = w.WriteAll(rows)
	return t.T("holidays.file_name") + strconv.Itoa(n.Year) + ".csv", out.Bytes(), err
}
