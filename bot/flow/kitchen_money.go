package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/lunch"
)

// kitchenMoney shows what this month came to so far, and what can be written down.
func (h *House) kitchenMoney(ctx context.Context, v Visit, _ string) (Reply, error) {
	if !v.runsKitchen() {
		return Reply{}, access.NotFound()
	}
	month := monthOf(v.Now.In(v.Zone))
	o, err := h.Lunch.Open(ctx, v.Community.ID, ledgerMonth(month))
	if err != nil {
		return Reply{}, fmt.Errorf("money of the kitchen: %w", err)
	}
	s := dialog.Screen{Text: strings.Join(append([]string{v.Texts.T("openbook.title", "month", v.month(month))}, append(v.openPart(o, openPrice), v.openMoney(o)...)...), "\n")}
	row(&s, v.Texts.T("money.diner"), "kwhose")
	row(&s, v.Texts.T("money.receipt"), "kspend")
	row(&s, v.Texts.T("money.support"), "kgift")
	row(&s, v.Texts.T("account.mend"), "klines", "0")
	row(&s, v.Texts.T("money.book"), "kbook", month.Format(monthForm))
	v.back(&s, "kitchen")
	return show(s), nil
}

// costOfDay says on a day's page what it cost, and takes its receipts.
func (h *House) costOfDay(ctx context.Context, v Visit, s *dialog.Screen, d lunch.Day) error {
	c, err := h.Lunch.Cost(ctx, v.Community.ID, d.Day)
	if err != nil {
		return fmt.Errorf("cost of a day: %w", err)
	}
	if c.Spent > 0 {
		s.Text += "\n" + v.costLine(c, d)
	}
	if d.State != lunch.CalledOff {
		last := len(s.Rows) - 1 // the way back stays the last
		s.Rows = append(s.Rows[:last:last],
			[]dialog.Button{{Label: v.Texts.T("money.receipt"), Data: "m.kspend." + ofDay(d.Day)}}, s.Rows[last])
	}
	return nil
}

// costLine is what a day cost, and a portion of it.
func (v Visit) costLine(c lunch.Cost, d lunch.Day) string {
	if c.Portions == 0 {
		return v.Texts.T("money.cost_none", "sum", v.sum(c.Spent))
	}
	return v.Texts.T("money.cost", "sum", v.sum(c.Spent), "n", c.Portions, "each", v.sum(c.Each), "price", v.price(d.Price))
}

// unsettled shows the meals of a day of which nobody said whether they were eaten.
func (h *House) unsettled(ctx context.Context, v Visit, day time.Time) (Reply, error) {
	all, err := h.Lunch.Unsettled(ctx, v.Actor, day)
	if err != nil {
		return Reply{}, err
	}
	if len(all) == 0 {
		s := v.say("money.all_said", "day", dayIn(day, v.Zone))
		row(&s, v.Texts.T("kitchen.money"), "kmoney")
		return show(s), nil
	}
	first := all[0]
	s := v.say("money.ate", "name", h.name(ctx, v, first.Person), "n", first.Portions, "day", dayIn(day, v.Zone), "left", len(all))
	row(&s, v.Texts.T("money.ate_yes"), "kate", number(first.Order), "1", ofDay(day))
	row(&s, v.Texts.T("money.ate_no"), "kate", number(first.Order), "0", ofDay(day))
	row(&s, v.Texts.T("money.all_ate"), "kateall", ofDay(day))
	return show(s), nil
}

// ateOrNot says whether a meal was eaten, and shows the next: "<order>.<1 or 0>.<day>".
func (h *House) ateOrNot(ctx context.Context, v Visit, value string) (Reply, error) {
	id, rest, ok := pair(value)
	yes, text, _ := strings.Cut(rest, ".")
	day, err := time.Parse("20060102", text)
	if !ok || err != nil {
		return v.toast("tap.old"), nil
	}
	if err := h.Lunch.Settle(ctx, v.Actor, id, yes == "1"); err != nil {
		return Reply{}, err
	}
	return h.unsettled(ctx, v, day)
}

func (h *House) allAte(ctx context.Context, v Visit, day time.Time) (Reply, error) {
	n, err := h.Lunch.SettleAll(ctx, v.Actor, day)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("money.charged", "n", n, "day", dayIn(day, v.Zone))
	row(&s, v.Texts.T("kitchen.money"), "kmoney")
	return show(s), nil
}

// accountLines are this month's entries that can be corrected, the newest first: those of
// a diner, or, of nobody ("0"), what was bought and given: "<person>[.<page>]".
func (h *House) accountLines(ctx context.Context, v Visit, value string) (Reply, error) {
	person, page, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	all, err := h.Lunch.Entries(ctx, v.Actor, ledgerMonth(monthOf(v.Now.In(v.Zone))))
	if err != nil {
		return Reply{}, fmt.Errorf("entries: %w", err)
	}
	slices.Reverse(all)
	var buttons []dialog.Button
	for _, e := range all {
		if e.About != person || e.Reverses != 0 {
			continue
		}
		key := "account.line_label"
		if e.Reversed != 0 {
			again, err := h.Lunch.Rechargeable(ctx, v.Actor, e)
			if err != nil {
				return Reply{}, fmt.Errorf("entries: %w", err)
			}
			if again == 0 {
				continue
			}
			key = "account.line_again"
		}
		label := named(v.Texts, key, v.entryWords(e), "d", v.onDate(e.Day).Day(), "sum", v.sum(e.Amount))
		buttons = append(buttons, dialog.Button{Label: label, Data: "m.kentry." + number(e.ID)})
	}
	s := v.say("account.which")
	if len(buttons) == 0 {
		s = v.say("account.nothing")
	}
	v.list(&s, "klines."+number(person), page, buttons)
	if person == 0 {
		v.back(&s, "kmoney")
	} else {
		v.back(&s, "account", number(person))
	}
	return show(s), nil
}

// entryPage shows one entry whole, with its photos, and offers to correct it.
func (h *House) entryPage(ctx context.Context, v Visit, id int64) (Reply, error) {
	e, err := h.Lunch.Entry(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("account.entry", "what", v.entryWords(e), "sum", v.sum(e.Amount), "day", dayIn(dateOf(string(e.Day)), v.Zone), "by", h.writer(ctx, v, e))
	if e.Reason != "" {
		s.Text += "\n" + e.Reason
	}
	for _, photo := range e.Photos {
		s.Media = append(s.Media, dialog.Media{Kind: dialog.Photo, FileID: photo})
	}
	if e.Reverses == 0 && e.Reversed == 0 {
		row(&s, v.Texts.T("account.wrong"), "kmend", number(id))
	}
	again, err := h.Lunch.Rechargeable(ctx, v.Actor, e)
	if err != nil {
		return Reply{}, fmt.Errorf("entry %d: %w", id, err)
	}
	for n := 1; n <= again; n++ {
		row(&s, v.Texts.T("account.again", "n", n), "kagain", number(id), strconv.Itoa(n))
	}
	v.back(&s, "klines", number(e.About))
	return Reply{Screen: s, Where: Apart, Beside: true}, nil
}

// chargesAgain charges a corrected lunch once more, for some portions: "12.2".
func (h *House) chargesAgain(ctx context.Context, v Visit, value string) (Reply, error) {
	id, rest, ok := pair(value)
	n, err := strconv.Atoi(rest)
	if !ok || err != nil {
		return v.toast("tap.old"), nil
	}
	e, err := h.Lunch.Entry(ctx, v.Actor, id)
	if err == nil {
		err = h.Lunch.ChargeAgain(ctx, v.Actor, id, n)
	}
	s, err := h.accountAfter(ctx, v, e.About, err)
	return show(s), err
}

// writer is who wrote an entry; the bot itself charges meals.
func (h *House) writer(ctx context.Context, v Visit, e ledger.Posted) string {
	if e.By == 0 {
		return v.Texts.T("account.by_itself")
	}
	return h.name(ctx, v, e.By)
}
