package flow

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// unsaidVerbs are the buttons about children of whom nobody said whether they came:
// "m.hcame.<booking>.<1 or 0>.<day>".
func (h *House) unsaidVerbs() map[string]verb {
	return map[string]verb{"hunsaid": h.onKitchenDay(h.unsaid), "hcame": h.cameOrNot, "hallcame": h.onKitchenDay(h.allCame)}
}

// mostUnsaid is for how many children one screen has buttons: the others follow as these are
// answered.
const mostUnsaid = 4

// unsaid asks of which children of a day nobody said whether they came.
func (h *House) unsaid(ctx context.Context, v Visit, day time.Time) (Reply, error) {
	s, err := h.unsaidScreen(ctx, v, day)
	return show(s), err
}

func (h *House) unsaidScreen(ctx context.Context, v Visit, day time.Time) (dialog.Screen, error) {
	all, err := h.Childcare.Unsaid(ctx, v.Actor, day)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("who came on a day: %w", err)
	}
	if len(all) == 0 {
		s := v.say("care.hall.unsaid_done", "day", dayIn(day, v.Zone))
		if v.runsCare() {
			v.back(&s, "care")
		}
		return s, nil
	}
	lines := []string{v.Texts.T("care.hall.unsaid", "day", dayIn(day, v.Zone), "n", len(all))}
	var s dialog.Screen
	row(&s, v.Texts.T("care.hall.all_came"), "hallcame", ofDay(day))
	for i, u := range all {
		lines = append(lines, v.Texts.T("care.hall.line", "name", u.Name, "words", v.Texts.T("care.home.part_name."+string(u.Part))))
		if i >= mostUnsaid {
			continue
		}
		name := v.unsaidName(all, u)
		row(&s, named(v.Texts, "care.hall.came", name), "hcame", number(u.Booking), "1", ofDay(day))
		row(&s, named(v.Texts, "care.hall.came_not", name), "hcame", number(u.Booking), "0", ofDay(day))
	}
	row(&s, v.Texts.T("care.hall.was_paper"), "htyped", ofDay(day))
	s.Text = strings.Join(lines, "\n")
	return s, nil
}

// unsaidName is what a child is called on its buttons, with the part of the day where
// another booking has the same name.
func (v Visit) unsaidName(all []childcare.Unsaid, u childcare.Unsaid) string {
	for _, o := range all {
		if o.Booking != u.Booking && o.Name == u.Name {
			return v.Texts.T("care.hall.line", "name", u.Name, "words", v.Texts.T("care.home.part_name."+string(u.Part)))
		}
	}
	return u.Name
}

// cameOrNot says whether one child came, and shows who is left.
func (h *House) cameOrNot(ctx context.Context, v Visit, value string) (Reply, error) {
	id, rest, ok := pair(value)
	came, text, _ := strings.Cut(rest, ".")
	day, err := time.Parse("20060102", text)
	if !ok || err != nil {
		return v.toast("tap.old"), nil
	}
	if err := h.Childcare.Settle(ctx, v.Actor, id, came == "1"); err != nil {
		return Reply{}, err
	}
	return h.unsaid(ctx, v, day)
}

// allCame says of all that are left that they came.
func (h *House) allCame(ctx context.Context, v Visit, day time.Time) (Reply, error) {
	if _, err := h.Childcare.SettleAll(ctx, v.Actor, day); err != nil {
		return Reply{}, err
	}
	return h.unsaid(ctx, v, day)
}

// tellNotSaid asks who had those children, and the morning after who leads, as things stand.
func (h *House) tellNotSaid(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	s, err := h.unsaidScreen(ctx, v, dateOf(a.Day))
	if _, no := v.Refused(err); no { // whoever had them minds children no more
		return dialog.Screen{Gone: true}, nil
	}
	return s, err
}

// unsaidRows open, for who leads, the days of which something is not said; or one of some
// days alone.
func (h *House) unsaidRows(ctx context.Context, v Visit, s *dialog.Screen, only ...time.Time) error {
	days, err := h.Childcare.UnsaidDays(ctx, v.Actor)
	if err != nil {
		return fmt.Errorf("what nobody said: %w", err)
	}
	for _, d := range days {
		if len(only) > 0 && ofDay(only[0]) != ofDay(d.Day) {
			continue
		}
		at := in(d.Day, v.Zone)
		row(s, v.Texts.T("lunch.label", "weekday", v.shortDay(at), "d", at.Day(), "what", v.Texts.T("care.lead.unsaid", "n", d.N)), "hunsaid", ofDay(d.Day))
	}
	return nil
}
