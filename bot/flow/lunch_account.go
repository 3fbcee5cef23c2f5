package flow

import (
	"context"
	"fmt"
	"strings"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/lunch"
)

// toAccount adds what somebody has ahead, and the way to their account, for who may see
// it.
func (h *House) toAccount(ctx context.Context, v Visit, s *dialog.Screen, person int64) error {
	a, err := h.Lunch.Account(ctx, v.Actor, person, ledgerMonth(monthOf(v.Now.In(v.Zone))))
	if _, no := v.Refused(err); no {
		return nil
	}
	if err != nil {
		return fmt.Errorf("account of person %d: %w", person, err)
	}
	if a.Closing != 0 || len(a.Lines) > 0 {
		s.Text += "\n" + v.balanceWords(a.Closing)
	}
	row(s, v.Texts.T("account.button"), "account", number(person))
	return nil
}

// The parts of the open account, each short enough for who sees badly.
const (
	openPrice = "" // what a portion costs
	openCosts = "costs"
	openBox   = "box"
)

// openBook shows a part of the kitchen's account of a month to everybody:
// "[<month>[.<part>]]".
func (h *House) openBook(ctx context.Context, v Visit, value string) (Reply, error) {
	at, part, _ := strings.Cut(value, ".")
	month := v.monthIn(at)
	o, err := h.Lunch.Open(ctx, v.Community.ID, ledgerMonth(month))
	if err != nil {
		return Reply{}, fmt.Errorf("the open account: %w", err)
	}
	code := month.Format(monthForm)
	s := dialog.Screen{Text: strings.Join(append([]string{v.Texts.T("openbook.title", "month", v.month(month))}, v.openPart(o, part)...), "\n")}
	if part != openPrice {
		v.back(&s, "openbook", code)
		return show(s), nil
	}
	row(&s, v.Texts.T("openbook.to_costs"), "openbook", code, openCosts)
	row(&s, v.Texts.T("openbook.to_box"), "openbook", code, openBox)
	before := month.AddDate(0, -1, 0)
	row(&s, v.Texts.T("shifts.month_before", "month", v.month(before)), "openbook", before.Format(monthForm))
	v.back(&s, "lunch")
	return show(s), nil
}

// openPart is one part of what a month came to.
func (v Visit) openPart(o lunch.OpenBooks, part string) (lines []string) {
	switch part {
	case openCosts:
		return v.openCosts(o)
	case openBox:
		return v.openMoney(o)
	}
	lines = []string{v.Texts.T("openbook.spent", "sum", v.sum(o.Spent)), v.Texts.T("openbook.portions", "n", o.Portions)}
	if o.Each != 0 {
		lines = append(lines, v.Texts.T("openbook.each", "sum", v.sum(o.Each)))
	}
	return lines
}

// openCosts are what was bought.
func (v Visit) openCosts(o lunch.OpenBooks) []string {
	lines := []string{v.Texts.T("openbook.spent", "sum", v.sum(o.Spent))}
	for _, c := range o.Costs {
		lines = append(lines, v.Texts.T("openbook.cost", "what", v.costWords(c.Name), "sum", v.sum(c.Is())))
	}
	return lines
}

// openMoney is who pays for it, without a name, and what is in the box.
func (v Visit) openMoney(o lunch.OpenBooks) []string {
	lines := []string{v.Texts.T("openbook.eaten", "sum", v.sum(o.Eaten))}
	if o.Free != 0 {
		lines = append(lines, v.Texts.T("openbook.free", "sum", v.sum(o.Free)))
	}
	if o.Given != 0 {
		lines = append(lines, v.Texts.T("openbook.given", "sum", v.sum(o.Given)))
	}
	return append(lines, v.Texts.T("openbook.box", "before", v.sum(o.Before), "got", v.sum(o.In), "gave", v.sum(o.Out), "after", v.sum(o.After)))
}
