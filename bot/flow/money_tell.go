package flow

import (
	"context"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/ledger"
)

// moneyTopics are what those hear whose account it is, and who keeps the accounts.
func (h *House) moneyTopics() map[string]lunchTopic {
	return map[string]lunchTopic{
		"lunch.unsettled": h.tellUnsettled,
		"lunch.paid":      h.tellPaid,
		"lunch.mended":    h.tellMended,
		"lunch.charged":   h.tellCharged,
		"lunch.pays":      h.tellPays,
		"lunch.statement": h.tellStatement,
	}
}

// tellUnsettled asks the lead whether what nobody said anything of was eaten.
func (h *House) tellUnsettled(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	day := dateOf(a.Day)
	all, err := h.Lunch.Unsettled(ctx, v.Actor, day)
	if err != nil || len(all) == 0 {
		return v.say("money.all_said", "day", dayIn(day, v.Zone)), err
	}
	s := v.say("money.told_unsettled", "day", dayIn(day, v.Zone), "n", len(all))
	row(&s, v.Texts.T("money.all_ate"), "kateall", ofDay(day))
	row(&s, v.Texts.T("money.one_by_one"), "kunset", ofDay(day))
	return s, nil
}

// tellPaid tells at once what was paid, who took it, and what is there now.
func (h *House) tellPaid(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	e, err := h.Lunch.Entry(ctx, v.Actor, a.Entry)
	if err != nil {
		return dialog.Screen{}, err
	}
	key := "account.told_paid"
	if e.Code == ledger.PayOut {
		key = "account.told_back"
	}
	return h.withBalance(ctx, v, v.say(key, "name", h.writer(ctx, v, e), "sum", v.sum(e.Amount)), a.Person)
}

// tellMended tells that something was written wrongly, and why.
func (h *House) tellMended(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	e, err := h.Lunch.Entry(ctx, v.Actor, a.Entry)
	if err != nil {
		return dialog.Screen{}, err
	}
	change := e.Amount
	if e.To.Kind == ledger.Prepaid {
		change = -change
	}
	return h.withBalance(ctx, v, v.say("account.told_mended", "name", h.writer(ctx, v, e), "sum", v.change(change), "why", e.Reason), a.Person)
}

// tellCharged tells that a lunch is on the account again whose line was corrected.
func (h *House) tellCharged(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	e, err := h.Lunch.Entry(ctx, v.Actor, a.Entry)
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("account.told_charged", "name", h.writer(ctx, v, e), "what", v.entryWords(e), "day", dayIn(dateOf(string(e.Day)), v.Zone), "sum", v.sum(e.Amount))
	return h.withBalance(ctx, v, s, a.Person)
}

// withBalance adds what somebody has ahead now.
func (h *House) withBalance(ctx context.Context, v Visit, s dialog.Screen, person int64) (dialog.Screen, error) {
	if err := h.toAccount(ctx, v, &s, person); err != nil {
		return dialog.Screen{}, err
	}
	return h.ofWhom(ctx, v, s, person), nil
}

// tellPays tells what a portion costs somebody from now on.
func (h *House) tellPays(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	d, err := h.Lunch.Diner(ctx, v.Actor, a.Person)
	if _, no := v.Refused(err); no {
		return dialog.Screen{Gone: true}, nil
	}
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("account.told_full")
	switch {
	case d.Pays != nil && *d.Pays == 0:
		s = v.say("account.told_free")
	case d.Pays != nil:
		s = v.say("account.told_part", "sum", v.price(*d.Pays))
	}
	return h.ofWhom(ctx, v, s, a.Person), nil
}

// tellStatement is somebody's account of a month that is over.
func (h *House) tellStatement(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	return h.accountScreen(ctx, v, a.Person, in(dateOf(a.Day), v.Zone))
}
