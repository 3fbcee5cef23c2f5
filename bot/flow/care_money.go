package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/ledger"
)

// careMoneyVerbs are the buttons of what families pay: "m.clcash.<child>.<in or out>[.<sum>]".
func (h *House) careMoneyVerbs() map[string]verb {
	return map[string]verb{"clmoney": h.careMoney, "clcash": h.startsCareCash, "cllines": h.careCashLines, "clmend": onID(h.startsCareMend)}
}

// careMoney shows who runs the hall for whom something is still to be paid, the most first.
func (h *House) careMoney(ctx context.Context, v Visit, at string) (Reply, error) {
	all, err := h.Childcare.Owed(ctx, v.Actor)
	if err != nil {
		return Reply{}, fmt.Errorf("money of the hall: %w", err)
	}
	var sum int64
	var buttons []dialog.Button
	for _, o := range all {
		sum += o.Sum
		buttons = append(buttons, dialog.Button{Label: named(v.Texts, "care.lead.owes", o.Name, "sum", v.sum(o.Sum)), Data: "m.ccpaid." + number(o.Child)})
	}
	s := v.say("care.lead.owed", "n", len(all), "sum", v.sum(sum))
	if len(all) == 0 {
		s = v.say("care.lead.nothing_owed")
	}
	v.list(&s, "clmoney", at, buttons)
	row(&s, v.Texts.T("care.lead.other_child"), "clfiles")
	v.back(&s, "care")
	return show(s), nil
}

// keepsFor reports whether the reader writes what is paid for a child: nobody does for one of
// their own.
func (v Visit) keepsFor(child int64) bool {
	return v.runsCare() && !slices.Contains(v.Actor.For, child)
}

// careCashRows are what who runs the hall writes to a child's account: what is owed is paid
// with two taps.
func (v Visit) careCashRows(s *dialog.Screen, child, balance int64) {
	if balance < 0 {
		row(s, v.Texts.T("care.lead.paid_all", "sum", v.sum(-balance)), "clcash", number(child), cashIn, number(-balance))
	}
	row(s, v.Texts.T("account.took"), "clcash", number(child), cashIn)
	if balance > 0 {
		row(s, v.Texts.T("account.gave_back"), "clcash", number(child), cashOut)
	}
	row(s, v.Texts.T("account.mend"), "cllines", number(child))
}

// startsCareCash begins with whose it is, which way it goes, and how much it is where that is
// known.
func (h *House) startsCareCash(_ context.Context, v Visit, value string) (Reply, error) {
	child, rest, ok := pair(value)
	way, owed, known := strings.Cut(rest, ".")
	sum, err := strconv.Atoi(owed)
	if !ok || way != cashIn && way != cashOut || known && err != nil {
		return v.toast("tap.old"), nil
	}
	d := cashDraft{By: v.who(), Person: child, Way: way, Care: true}
	if known {
		d.Sum = digitsOf(sum)
	}
	return Reply{Dialog: "cash", Where: Spent, Prefill: d}, nil
}

// careAfter shows a child's account as it is after something was written to it, or why it was
// not.
func (h *House) careAfter(ctx context.Context, v Visit, child int64, err error) (dialog.Screen, error) {
	if text, no := v.Refused(err); no {
		s := dialog.Screen{Text: text}
		v.back(&s, "clmoney")
		return s, nil
	}
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("write to the account of child %d: %w", child, err)
	}
	r, err := h.carePaid(ctx, v, number(child))
	return r.Screen, err
}

// careCashLines are this month's lines of cash of a child that can be corrected, the newest
// first.
func (h *House) careCashLines(ctx context.Context, v Visit, value string) (Reply, error) {
	child, page, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	a, err := h.Childcare.Account(ctx, v.Actor, child, ledgerMonth(monthOf(v.Now.In(v.Zone))))
	if err != nil {
		return Reply{}, fmt.Errorf("lines of child %d: %w", child, err)
	}
	var buttons []dialog.Button
	for _, l := range slices.Backward(a.Lines) {
		if l.Code != ledger.TopUp && l.Code != ledger.PayOut || l.Reversed != 0 {
			continue
		}
		label := named(v.Texts, "account.line_label", v.entryWords(l.Posted), "d", v.onDate(l.Day).Day(), "sum", v.sum(l.Amount))
		buttons = append(buttons, dialog.Button{Label: label, Data: "m.clmend." + number(l.ID)})
	}
	s := v.say("account.which")
	if len(buttons) == 0 {
		s = v.say("account.nothing")
	}
	v.list(&s, "cllines."+number(child), page, buttons)
	v.back(&s, "ccpaid", number(child))
	return show(s), nil
}

func (h *House) startsCareMend(_ context.Context, v Visit, entry int64) (Reply, error) {
	return Reply{Dialog: "mend", Where: Spent, Prefill: mendDraft{By: v.who(), Entry: entry, Care: true}}, nil
}

// careMends corrects a line of a child's account.
func (h *House) careMends(ctx context.Context, v Visit, m ledger.Mistake) (dialog.Screen, error) {
	e, err := h.Childcare.Entry(ctx, v.Actor, m.Entry)
	if err == nil {
		err = h.Childcare.Mend(ctx, v.Actor, m)
	}
	return h.careAfter(ctx, v, e.About, err)
}

// tellCarePaid tells at once what was paid for a child, who took it, and what is there now.
func (h *House) tellCarePaid(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	return h.careMoneyTold(ctx, v, a, func(e ledger.Posted) dialog.Screen {
		key := "care.home.told_paid"
		if e.Code == ledger.PayOut {
			key = "care.home.told_paid_back"
		}
		return v.say(key, "by", h.name(ctx, v, e.By), "sum", v.sum(e.Amount), "name", h.name(ctx, v, a.Child))
	})
}

// tellCareMended tells that something was written wrongly, and why.
func (h *House) tellCareMended(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	return h.careMoneyTold(ctx, v, a, func(e ledger.Posted) dialog.Screen {
		change := e.Amount
		if e.To.Kind == ledger.Prepaid {
			change = -change
		}
		return v.say("care.home.told_mended", "by", h.name(ctx, v, e.By), "sum", v.change(change), "name", h.name(ctx, v, a.Child), "why", e.Reason)
	})
}

// careMoneyTold is what is told of an entry, with what is there by it; nothing for who decides
// for the child no more.
func (h *House) careMoneyTold(ctx context.Context, v Visit, a toldCare, say func(ledger.Posted) dialog.Screen) (dialog.Screen, error) {
	account, err := h.Childcare.Account(ctx, v.Actor, a.Child, ledgerMonth(monthOf(v.Now.In(v.Zone))))
	var e ledger.Posted
	if err == nil {
		e, err = h.Childcare.Entry(ctx, v.Actor, a.Entry)
	}
	if _, no := v.Refused(err); no {
		return dialog.Screen{Gone: true}, nil
	}
	if err != nil {
		return dialog.Screen{}, err
	}
	s := say(e)
	s.Text += "\n" + v.careBalance(account.Closing)
	row(&s, v.Texts.T("account.button"), "ccpaid", number(a.Child))
	return s, nil
}
