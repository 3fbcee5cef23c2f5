package flow

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// whenRow lets whoever took a case say when they come, for as long as they have not. It is
// no question that has to be answered.
func whenRow(v Visit, c cases.Case) [][]dialog.Button {
	if c.Status != cases.Taken || c.Holder != v.Person.ID || c.ComingAt != nil {
		return nil
	}
	return caseRows(v, c, "clocks.when", "when")
}

// askWhen offers some times from which somebody picks when they come.
func (h *House) askWhen(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("when to come to case %d: %w", id, err)
	}
	if c.Status != cases.Taken || c.Holder != v.Person.ID {
		return show(h.caseScreen(ctx, v, c)), nil
	}
	s, err := h.whenScreen(ctx, v, c)
	return show(s), err
}

func (h *House) whenScreen(ctx context.Context, v Visit, c cases.Case) (dialog.Screen, error) {
	s := v.say("clocks.when_ask", "no", c.Number, "kind", kindWords(v, c))
	return s, h.timeRows(ctx, v, c, &s)
}

// timeRows adds the times, and the way back to the card.
func (h *House) timeRows(ctx context.Context, v Visit, c cases.Case, s *dialog.Screen) error {
	times, err := h.Cases.Times(ctx, c)
	if err != nil {
		return fmt.Errorf("when to come to case %d: %w", c.ID, err)
	}
	for _, at := range times {
		row(s, v.timeLabel(at), "coming", number(c.ID), number(at.Unix()/60))
	}
	s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("dialog.back"), Data: CaseData("card", c.ID)}})
	return nil
}

// timeLabel is a time on a button.
func (v Visit) timeLabel(at time.Time) string {
	at = at.In(v.Zone)
	y, m, d := v.Now.In(v.Zone).Date()
	switch day := time.Date(y, m, d, 0, 0, 0, 0, v.Zone); {
	case at.Before(day.AddDate(0, 0, 1)):
		return v.Texts.T("clocks.today", "at", clockOf(at))
	case at.Before(day.AddDate(0, 0, 2)):
		return v.Texts.T("clocks.tomorrow", "at", clockOf(at))
	}
	return v.Texts.T("clocks.on_day", "day", v.shortDay(at), "at", clockOf(at))
}

// comes notes when somebody comes, and shows them their card again.
func (h *House) comes(ctx context.Context, v Visit, value string) (Reply, error) {
	id, rest, ok := pair(value)
	minutes, err := strconv.ParseInt(rest, 10, 64)
	if !ok || err != nil {
		return v.toast("tap.old"), nil //nolint:nilerr // the data of a button that is none of ours
	}
	at := time.Unix(60*minutes, 0)
	c, err := h.Cases.Plan(ctx, v.Actor, id, at)
	if err != nil {
		return Reply{}, fmt.Errorf("come to case %d: %w", id, err)
	}
	s := h.memberCard(ctx, v, c)
	s.Toast = v.Texts.T("clocks.coming_noted")
	return show(s), nil
}

// tellNotCome asks whoever announced themselves for another time.
func (h *House) tellNotCome(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	if c.Holder != v.Person.ID {
		return h.tellNotYours(ctx, v, c, a)
	}
	s := h.memberCard(ctx, v, c)
	if c.Status != cases.Taken || c.ComingAt != nil {
		return s
	}
	s.Text = v.Texts.T("clocks.not_come", "no", c.Number) + "\n" + s.Text
	return s
}
