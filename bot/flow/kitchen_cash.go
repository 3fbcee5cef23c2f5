package flow

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/ledger"
)

// Which way cash goes.
const (
	cashIn  = "in"
	cashOut = "out"
)

// maxSum is how long a sum may be written.
const maxSum = 20

// sumStep asks for a sum of money.
func sumStep[D any](field func(*D) *string) dialog.Step[D] {
	return dialog.Text("sum", field, 1, maxSum).Check(func(_ context.Context, d *D, _ dialog.Turn) error {
		if _, err := ledger.ReadSum(*field(d)); err != nil {
			return dialog.Reject("no_sum")
		}
		return nil
	}, "no_sum")
}

// sumOf is a sum that its step has read.
func sumOf(text string) int64 {
	sum, _ := ledger.ReadSum(text) // its step refused what is none
	return sum
}

// cashDraft is cash that changes hands.
type cashDraft struct {
	By     who    `json:"by"`
	Person int64  `json:"p"`
	Way    string `json:"way"`
	Sum    string `json:"sum,omitempty"`
	Sure   string `json:"sure,omitempty"`
	Care   bool   `json:"care,omitempty"` // of a child's account, not of a diner's
}

// startsCash begins with whose it is, and which way it goes: "<person>.in".
func (h *House) startsCash(_ context.Context, v Visit, value string) (Reply, error) {
	person, way, ok := pair(value)
	if !ok || way != cashIn && way != cashOut {
		return v.toast("tap.old"), nil
	}
	return Reply{Dialog: "cash", Where: Spent, Prefill: cashDraft{By: v.who(), Person: person, Way: way}}, nil
}

func cashFlow(h *House) *dialog.Flow[cashDraft] {
	name := func(ctx context.Context, d *cashDraft, t dialog.Turn) ([]any, error) {
		v, err := h.visit(ctx, d.By, t)
		if err != nil {
			return nil, err
		}
		return []any{"name", h.name(ctx, v, d.Person), "sum", v.sum(sumOf(d.Sum)), "way", d.Way}, nil
	}
	is := func(way string) func(*cashDraft) bool { return func(d *cashDraft) bool { return d.Way == way } }
	sure := func(d *cashDraft) *string { return &d.Sure }
	return dialog.New("cash", h.pays,
		sumStep(func(d *cashDraft) *string { return &d.Sum }).Fill(name).
			Suggest(func(_ context.Context, _ *cashDraft, t dialog.Turn) ([]dialog.Option, error) {
				var some []dialog.Option
				for _, n := range []int{50, 100, 200} {
					some = append(some, dialog.Option{Value: strconv.Itoa(n), Label: t.Texts.T("lunch.money", "sum", strconv.Itoa(n))})
				}
				return some, nil
			}),
		dialog.Choice("sure", sure, "yes").When(is(cashIn)).Fill(name),
		dialog.Choice("sure_back", sure, "yes").When(is(cashOut)).Fill(name),
	).NoSummary()
}

// pays writes it down, and shows the account.
func (h *House) pays(ctx context.Context, d *cashDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	p := ledger.Payment{Person: d.Person, Sum: sumOf(d.Sum), Back: d.Way == cashOut, Key: t.Key}
	if d.Care {
		return h.careAfter(ctx, v, d.Person, h.Childcare.Pay(ctx, v.Actor, p))
	}
	return h.accountAfter(ctx, v, d.Person, h.Lunch.Pay(ctx, v.Actor, p))
}

// accountAfter shows an account as it is after something was written to it, or why it
// was not.
func (h *House) accountAfter(ctx context.Context, v Visit, person int64, err error) (dialog.Screen, error) {
	if text, ok := v.Refused(err); ok {
		s := dialog.Screen{Text: text}
		v.back(&s, "kmoney")
		return s, nil
	}
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("write to an account: %w", err)
	}
	if person == 0 {
		r, err := h.kitchenMoney(ctx, v, "")
		return r.Screen, err
	}
	return h.accountScreen(ctx, v, person, monthOf(v.Now.In(v.Zone)))
}

// whoseDraft is somebody whose account is looked for.
type whoseDraft struct {
	By   who    `json:"by"`
	Name string `json:"name,omitempty"`
	Who  string `json:"who,omitempty"`
}

func (h *House) startsWhose(_ context.Context, v Visit, _ string) (Reply, error) {
	return Reply{Dialog: "whose", Where: Spent, Prefill: whoseDraft{By: v.who()}}, nil
}

// whoseFlow finds a diner by a part of their name, or their flat.
func whoseFlow(h *House) *dialog.Flow[whoseDraft] {
	return dialog.New("whose",
		func(ctx context.Context, d *whoseDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			person, _ := strconv.ParseInt(d.Who, 10, 64) // the step offers ids only
			return h.accountAfter(ctx, v, person, nil)
		},
		dialog.Text("name", func(d *whoseDraft) *string { return &d.Name }, 1, maxName).
			Check(func(ctx context.Context, d *whoseDraft, t dialog.Turn) error {
				found, err := h.dinersLike(ctx, d, t)
				if err == nil && len(found) == 0 {
					return dialog.Reject("nobody")
				}
				return err
			}, "nobody"),
		dialog.Pick("who", func(d *whoseDraft) *string { return &d.Who }, h.dinersLike).Anew("name"),
	).NoSummary()
}

// dinersLike are those whose name or flat is like what was written.
func (h *House) dinersLike(ctx context.Context, d *whoseDraft, t dialog.Turn) ([]dialog.Option, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return nil, err
	}
	all, err := h.Lunch.Diners(ctx, v.Actor)
	if err != nil {
		return nil, fmt.Errorf("find a diner: %w", err)
	}
	like := strings.ToLower(strings.TrimSpace(d.Name))
	var options []dialog.Option
	for _, diner := range all {
		p, _, err := h.People.Reader(ctx, v.Community.ID, diner.Person)
		if err != nil {
			return nil, fmt.Errorf("find a diner: %w", err)
		}
		if strings.Contains(strings.ToLower(p.Name), like) || p.Flat != "" && p.Flat == like {
			options = append(options, dialog.Option{Value: number(p.ID), Label: named(t.Texts, "whose.found", p.Name, "flat", p.Flat)})
		}
	}
	return options, nil
}
