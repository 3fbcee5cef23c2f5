package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/paper"
)

// ownLunch is how a paper of the kitchen is called, before "<what>.<day>.<person>": it
// is made for that person, who sees of it what they may.
const ownLunch = "lunch:"

// The papers there are.
const (
	asPicture = "picture"
	asPaper   = "paper"
	asLabels  = "labels"
	asRun     = "run"
)

// lunchPapers are they, in the order in which they are offered, each with its button.
var lunchPapers = []struct{ what, label string }{
	{asPicture, "kitchen.paper_picture"}, {asPaper, "kitchen.paper_print"}, {asRun, "kitchen.paper_run"}, {asLabels, "kitchen.paper_labels"},
}

// offerPapers offers a sheet on paper; the run and labels are for who sees the doors.
func (v Visit) offerPapers(s *dialog.Screen, sheet lunch.Sheet) {
	for _, p := range lunchPapers {
		if doors := p.what == asLabels || p.what == asRun; !doors || !sheet.Nameless {
			row(s, v.Texts.T(p.label), "kpaper", p.what, ofDay(sheet.Day.Day))
		}
	}
}

// bringsPaper brings a paper of a day: "labels.20261124".
func (h *House) bringsPaper(ctx context.Context, v Visit, value string) (Reply, error) {
	what, text, _ := strings.Cut(value, ".")
	day, err := time.Parse("20060102", text)
	if err != nil || !slices.ContainsFunc(lunchPapers, func(p struct{ what, label string }) bool { return p.what == what }) {
		return v.toast("tap.old"), nil
	}
	if _, err := h.Lunch.Sheet(ctx, v.Actor, day); err != nil {
		return Reply{}, err
	}
	return Reply{Screen: v.paperScreen(what, day), Where: Apart, Beside: true}, nil
}

func (v Visit) paperScreen(what string, day time.Time) dialog.Screen {
	s := v.say("kitchen.brought."+what, "day", dayIn(day, v.Zone))
	s.File = ownLunch + strings.Join([]string{what, ofDay(day), number(v.Person.ID)}, ".")
	return s
}

// tellPaper brings a paper when the orders are closed; of a day that was called off
// since there is none.
func (h *House) tellPaper(what string) lunchTopic {
	return func(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
		sheet, err := h.Lunch.Sheet(ctx, v.Actor, dateOf(a.Day))
		if _, no := v.Refused(err); no || err == nil && sheet.Day.State == lunch.CalledOff {
			return v.say("kitchen.told_paper_none", "day", dayIn(dateOf(a.Day), v.Zone)), nil
		}
		if err != nil {
			return dialog.Screen{}, err
		}
		s := v.paperScreen(what, sheet.Day.Day)
		s.Silent = true // it comes with the sheet, which was heard
		return s, nil
	}
}

// lunchFile draws a paper for somebody, as things stand.
func (h *House) lunchFile(ctx context.Context, in int64, of string) (name string, data []byte, err error) {
	parts := strings.Split(of, ".")
	if len(parts) != 3 {
		return "", nil, fmt.Errorf("no paper is called %q", of)
	}
	day, err := time.Parse("20060102", parts[1])
	if err != nil {
		return "", nil, fmt.Errorf("no paper is called %q: %w", of, err)
	}
	v, err := h.readerOf(ctx, in, parts[2])
	if err != nil {
		return "", nil, err
	}
	if parts[0] == asBook {
		return h.bookFile(ctx, v, day)
	}
	sheet, err := h.Lunch.Sheet(ctx, v.Actor, day)
	if err != nil {
		return "", nil, fmt.Errorf("draw a paper: %w", err)
	}
	switch parts[0] {
	case asRun:
		return h.runFile(ctx, v, sheet)
	case asPicture:
		data, err = v.sheetPaper(sheet.WithoutNames()).Picture()
		return asPicture + ".png", data, err
	case asPaper:
		p, err := h.printedWith(ctx, v, sheet)
		if err != nil {
			return "", nil, err
		}
		data, err := p.PDF()
		return v.Texts.T("kitchen.paper_file", "day", day.Format(time.DateOnly)) + ".pdf", data, err
	case asLabels:
		data, err = paper.Labels(v.sheetPaper(sheet), v.stickers(sheet))
		return v.Texts.T("kitchen.paper_labels_file", "day", day.Format(time.DateOnly)) + ".pdf", data, err
	}
	return "", nil, fmt.Errorf("no paper is called %q", of)
}

// readerOf is a visit of somebody for whom a file is made.
func (h *House) readerOf(ctx context.Context, in int64, person string) (Visit, error) {
	id, err := strconv.ParseInt(person, 10, 64)
	if err != nil {
		return Visit{}, fmt.Errorf("for whom a file is: %w", err)
	}
	c, err := h.Communities.ByID(ctx, in)
	if err != nil {
		return Visit{}, fmt.Errorf("for whom a file is: %w", err)
	}
	p, actor, err := h.People.Reader(ctx, in, id)
	if err != nil {
		return Visit{}, fmt.Errorf("for whom a file is: %w", err)
	}
	// no paper says when it is drawn: "tomorrow" would be wrong on the day itself
	return Visit{Community: c, Person: p, Actor: actor, Zone: c.Location(), Texts: h.Texts(p.Language, time.Time{}, c.Location())}, nil
}
