package flow

import (
	"context"
	"fmt"
	"strings"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/ledger"
)

// carePaid shows what was paid for a child and what it had: "<child>[.<month>]".
func (h *House) carePaid(ctx context.Context, v Visit, value string) (Reply, error) {
	child, at, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	month := v.monthIn(at)
	a, err := h.Childcare.Account(ctx, v.Actor, child, ledgerMonth(month))
	if err != nil {
		return Reply{}, fmt.Errorf("account of child %d: %w", child, err)
	}
	lines := []string{v.Texts.T("care.home.paid", "name", h.name(ctx, v, child), "month", v.month(month))}
	lines = append(lines, v.careLines(a)...)
	s := dialog.Screen{Text: strings.Join(lines, "\n")}
	to := []string{"ccmore", number(child)}
	if v.keepsFor(child) {
		to = []string{"clmoney"}
		now := a.Closing
		if !month.Equal(monthOf(v.Now.In(v.Zone))) { // of what was owed then more may be paid since
			now = 0
		}
		v.careCashRows(&s, child, now)
	}
	before := month.AddDate(0, -1, 0)
	row(&s, v.Texts.T("shifts.month_before", "month", v.month(before)), "ccpaid", number(child), before.Format(monthForm))
	v.back(&s, to...)
	return show(s), nil
}

// careLines are the lines of a child's account, its days of a month as one.
func (v Visit) careLines(a ledger.Statement) (lines []string) {
	if a.Opening != 0 {
		lines = append(lines, v.Texts.T("account.before", "sum", v.sum(a.Opening)))
	}
	var days []int
	var sum int64
	for _, l := range a.Lines {
		if l.Code != ledger.Charge || l.Reversed != 0 {
			lines = append(lines, v.accountLine(l))
			continue
		}
		if d := v.onDate(l.Day).Day(); len(days) == 0 || days[len(days)-1] != d { // a day may have several parts
			days = append(days, d)
		}
		sum += l.Amount
	}
	if len(days) > 0 {
		lines = append(lines, v.Texts.T("care.home.paid_days", "days", listed(v.Texts, daysInRow(days)), "sum", v.change(-sum)))
	}
	if len(a.Lines) == 0 {
		lines = append(lines, v.Texts.T("account.nothing"))
	}
	return append(lines, v.careBalance(a.Closing))
}

// careBalance says what is there for a child, or to be paid.
func (v Visit) careBalance(sum int64) string {
	switch {
	case sum > 0:
		return v.Texts.T("care.home.ahead", "sum", v.sum(sum))
	case sum < 0:
		return v.Texts.T("account.owed", "sum", v.sum(-sum))
	}
	return v.Texts.T("account.even")
}
