package flow

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/lunch"
)

// workerKitchen shows who works for meals what is theirs in the days to come.
func (h *House) workerKitchen(ctx context.Context, v Visit) (Reply, error) {
	var s dialog.Screen
	lines := []string{v.Texts.T("kitchen.work.mine")}
	now := v.Now.In(v.Zone)
	for n := range lunchDays {
		day := time.Date(now.Year(), now.Month(), now.Day()+n, 0, 0, 0, 0, time.UTC)
		works, err := h.Lunch.WorksOn(ctx, v.Actor, day)
		if err != nil {
			return Reply{}, err
		}
		if len(works) == 0 {
			continue
		}
		var words []string
		for _, w := range works {
			words = append(words, v.slot(string(w)))
		}
		lines = append(lines, v.Texts.T("kitchen.work.on", "day", dayIn(day, v.Zone), "works", listed(v.Texts, words)))
		if err := h.workRows(ctx, v, &s, day); err != nil {
			return Reply{}, err
		}
	}
	if len(lines) == 1 {
		lines = []string{v.Texts.T("kitchen.work.mine_none")}
	}
	if v.joins() {
		row(&s, v.Texts.T("shifts.to_mine"), "shifts")
		row(&s, v.Texts.T("shifts.to_free"), "places")
	}
	s.Text = strings.Join(lines, "\n")
	return Reply{Screen: s, Beside: true}, nil
}

// workWays lead who works for a meal to what they need, while its day is in a state.
var workWays = []struct {
	state       lunch.State
	work        lunch.Work
	label, verb string
}{
	{lunch.Closed, lunch.Carry, "kitchen.work.to_run", "krun"},
	{lunch.Closed, lunch.Cook, "kitchen.work.to_sheet", "ksheet"},
	{lunch.Closed, lunch.Help, "kitchen.work.to_sheet", "ksheet"},
	{lunch.Published, lunch.Help, "kitchen.work.to_calls", "kcall"},
}

// workRows are the ways of a day for who works for it: as far as it has come.
func (h *House) workRows(ctx context.Context, v Visit, s *dialog.Screen, day time.Time) error {
	d, _, err := h.Lunch.DayOn(ctx, v.Community.ID, day)
	if _, none := v.Refused(err); none {
		return nil
	}
	if err != nil {
		return err
	}
	works, err := h.Lunch.WorksOn(ctx, v.Actor, day)
	if err != nil {
		return err
	}
	for _, w := range workWays {
		data := "m." + w.verb + "." + ofDay(day)
		shown := slices.ContainsFunc(s.Rows, func(r []dialog.Button) bool { return r[0].Data == data })
		if !shown && d.State == w.state && slices.Contains(works, w.work) {
			row(s, v.Texts.T(w.label, "weekday", v.shortDay(in(day, v.Zone))), w.verb, ofDay(day))
		}
	}
	return nil
}
