package flow

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/ledger"
)

// moneyVerbs are the buttons about what lunch costs.
func (h *House) moneyVerbs() map[string]verb {
	return map[string]verb{
		"account": h.account, "openbook": h.openBook,
		"kmoney": h.kitchenMoney, "kwhose": h.startsWhose, "kcash": h.startsCash, "kspend": h.startsReceipt, "kgift": h.startsSupport,
		"klines": h.accountLines, "kentry": onID(h.entryPage), "kmend": onID(h.startsMend), "kagain": h.chargesAgain, "kpays": onID(h.startsPays), "kfull": onID(h.paysAll),
		"kunset": h.onKitchenDay(h.unsettled), "kate": h.ateOrNot, "kateall": h.onKitchenDay(h.allAte), "kbook": h.bringsBook,
	}
}

// sum is a sum of money as it is told; one below zero has its sign.
func (v Visit) sum(sum int64) string {
	if sum < 0 {
		return "−" + v.price(int(-sum))
	}
	return v.price(int(sum))
}

// change is what a line adds to an account or takes from it.
func (v Visit) change(sum int64) string {
	if sum > 0 {
		return "+" + v.sum(sum)
	}
	return v.sum(sum)
}

// balanceWords says what somebody has ahead, or is to pay.
func (v Visit) balanceWords(sum int64) string {
	switch {
	case sum > 0:
		return v.Texts.T("account.ahead", "sum", v.sum(sum))
	case sum < 0:
		return v.Texts.T("account.owed", "sum", v.sum(-sum))
	}
	return v.Texts.T("account.even")
}

// ledgerMonth is a month that begins at a moment.
func ledgerMonth(month time.Time) ledger.Span { return ledger.Month(month.Year(), month.Month()) }

// onDate is a day of the ledger.
func (v Visit) onDate(day calendar.Date) time.Time { return in(dateOf(string(day)), v.Zone) }

// costWords is what a receipt was for: one of ours, or the community's own words.
func (v Visit) costWords(name string) string {
	for _, what := range costs {
		if name == what {
			return v.Texts.T("bought.what.opt." + what)
		}
	}
	return name
}

// entryWords is what an entry is, in a word or two.
func (v Visit) entryWords(e ledger.Posted) string {
	words, of := v.Texts.T("account.line."+string(e.Code)), ""
	for _, side := range []ledger.Account{e.From, e.To} {
		if side.Kind == ledger.Cost || side.Kind == ledger.Supports { // what was bought, who gave
			of = v.costWords(side.Name)
		}
	}
	if of == "" {
		return words
	}
	return v.Texts.T("account.line_of", "what", words, "of", of)
}

// account shows what somebody paid and had in a month: "<person>[.<month>]".
func (h *House) account(ctx context.Context, v Visit, value string) (Reply, error) {
	text, at, _ := strings.Cut(value, ".")
	person, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return v.toast("tap.old"), nil
	}
	s, err := h.accountScreen(ctx, v, person, v.monthIn(at))
	if err != nil {
		return Reply{}, err
	}
	return show(s), nil
}

// accountScreen is somebody's account of a month, for them, their family, and whoever
// runs the kitchen.
func (h *House) accountScreen(ctx context.Context, v Visit, person int64, month time.Time) (dialog.Screen, error) {
	a, err := h.Lunch.Account(ctx, v.Actor, person, ledgerMonth(month))
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("account of person %d: %w", person, err)
	}
	lines := []string{v.Texts.T("account.title", "month", v.month(month))}
	if person != v.Person.ID {
		lines[0] = v.Texts.T("account.title_of", "month", v.month(month), "name", h.name(ctx, v, person))
	}
	if a.Opening != 0 {
		lines = append(lines, v.Texts.T("account.before", "sum", v.sum(a.Opening)))
	}
	lines = append(lines, v.accountLines(a.Lines)...)
	if len(a.Lines) == 0 {
		lines = append(lines, v.Texts.T("account.nothing"))
	}
	s := dialog.Screen{Text: strings.Join(append(lines, v.balanceWords(a.Closing)), "\n")}
	h.accountRows(v, &s, person, month)
	return s, nil
}

// accountLines are the lines of an account, with the lunches of a month as one: a line
// for each would hide the rest, and what nobody pays of them as one for each reason. A
// lunch that was corrected stands by itself.
func (v Visit) accountLines(all []ledger.Line) (lines []string) {
	var whys []string // of what nobody pays, "" is what is paid
	by := map[string]*lunches{}
	for _, l := range all {
		meal := l.Code == ledger.Charge || l.Code == ledger.Free
		if !meal || l.Reversed != 0 {
			lines = append(lines, v.accountLine(l))
			continue
		}
		some := by[l.Reason]
		if some == nil {
			some = &lunches{free: l.Code == ledger.Free}
			by[l.Reason], whys = some, append(whys, l.Reason)
		}
		some.days, some.sum = append(some.days, v.onDate(l.Day).Day()), some.sum+l.Amount
	}
	for _, why := range whys {
		some := by[why]
		days := listed(v.Texts, daysInRow(some.days))
		if some.free {
			lines = append(lines, v.Texts.T("account.lunches_free", "days", days, "sum", v.sum(some.sum), "why", why))
		} else {
			lines = append(lines, v.Texts.T("account.lunches", "days", days, "sum", v.change(-some.sum)))
		}
	}
	return lines
}

// lunches are those of a month of which the same is said.
type lunches struct {
	free bool // nobody pays for them
	days []int
	sum  int64
}

// daysInRow are days of a month, those that follow one another as one: "1–4", "7".
func daysInRow(days []int) (words []string) {
	for i := 0; i < len(days); {
		last := i
		for last+1 < len(days) && days[last+1] == days[last]+1 {
			last++
		}
		word := strconv.Itoa(days[i])
		if last > i {
			word += "–" + strconv.Itoa(days[last])
		}
		words, i = append(words, word), last+1
	}
	return words
}

// accountLine is one line of an account, with the reason where there is one.
func (v Visit) accountLine(l ledger.Line) string {
	sum := v.change(l.Change)
	if l.Change == 0 { // nobody pays for it
		sum = v.sum(l.Amount)
	}
	text := v.Texts.T("account.line_text", "d", v.onDate(l.Day).Day(), "what", v.entryWords(l.Posted), "sum", sum)
	if l.Reason != "" {
		text = v.Texts.T("account.line_why", "line", text, "why", l.Reason)
	}
	return text
}

// accountRows are what can be done at an account: whoever runs the kitchen writes to it.
func (h *House) accountRows(v Visit, s *dialog.Screen, person int64, month time.Time) {
	if v.runsKitchen() && person != v.Person.ID {
		row(s, v.Texts.T("account.took"), "kcash", number(person), cashIn)
		row(s, v.Texts.T("account.gave_back"), "kcash", number(person), cashOut)
		row(s, v.Texts.T("account.pays_less"), "kpays", number(person))
		row(s, v.Texts.T("account.mend"), "klines", number(person))
	}
	before := month.AddDate(0, -1, 0)
	row(s, v.Texts.T("shifts.month_before", "month", v.month(before)), "account", number(person), before.Format(monthForm))
	row(s, v.Texts.T("account.open"), "openbook", month.Format(monthForm))
	if v.runsKitchen() && person != v.Person.ID {
		v.back(s, "kmoney")
		return
	}
	v.back(s, "lunch", number(person))
}
