package flow

import (
	"context"
	"fmt"
	"time"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/lunch"
)

// costs are what a kitchen buys most; otherCost is asked for in words.
var costs = []string{"vegetables", "meat", "rice", "oil", "gas"}

const otherCost = "else"

// maxWhat is how long what something was for may be, maxReceipts how many photos it has.
const (
	maxWhat     = 60
	maxReceipts = 5
)

// receiptDraft is what was bought for a day.
type receiptDraft struct {
	By    who            `json:"by"`
	Photo []dialog.Media `json:"photo,omitempty"`
	Why   string         `json:"why,omitempty"`
	Sum   string         `json:"sum,omitempty"`
	What  string         `json:"what,omitempty"`
	Other string         `json:"other,omitempty"`
	Day   string         `json:"day,omitempty"`
	Paid  string         `json:"paid,omitempty"`
}

// startsReceipt begins with the day, where its page was open.
func (h *House) startsReceipt(_ context.Context, v Visit, value string) (Reply, error) {
	d := receiptDraft{By: v.who()}
	if _, err := time.Parse("20060102", value); err == nil {
		d.Day = value
	}
	return Reply{Dialog: "bought", Where: Spent, Prefill: d}, nil
}

// receiptFlow asks for the photo, the sum and what it was for; without a photo for the
// reason why there is none.
func receiptFlow(h *House) *dialog.Flow[receiptDraft] {
	return dialog.New("bought", h.spends,
		dialog.Photos("photo", func(d *receiptDraft) *[]dialog.Media { return &d.Photo }, maxReceipts).Optional(),
		dialog.Text("why", func(d *receiptDraft) *string { return &d.Why }, 1, 200).
			When(func(d *receiptDraft) bool { return len(d.Photo) == 0 }),
		sumStep(func(d *receiptDraft) *string { return &d.Sum }),
		dialog.Choice("what", func(d *receiptDraft) *string { return &d.What }, append(append([]string{}, costs...), otherCost)...),
		dialog.Text("namely", func(d *receiptDraft) *string { return &d.Other }, 1, maxWhat).
			When(func(d *receiptDraft) bool { return d.What == otherCost }),
		dialog.Pick("day", func(d *receiptDraft) *string { return &d.Day }, h.receiptDays),
		dialog.Choice("paid", func(d *receiptDraft) *string { return &d.Paid }, "box", "own"),
	)
}

// receiptDays are today, the days just past, those to come, and the one that was chosen
// before.
func (h *House) receiptDays(ctx context.Context, d *receiptDraft, t dialog.Turn) ([]dialog.Option, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return nil, err
	}
	now := t.Now.In(t.Zone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	var options []dialog.Option
	for _, n := range []int{0, -1, 1, -2, -3, -4, 2, 3} {
		if day := today.AddDate(0, 0, n); v.cooksOn(ctx, h, day) {
			options = append(options, v.dayOption(day))
		}
	}
	if day, err := time.Parse("20060102", d.Day); err == nil && !has(options, d.Day) {
		options = append(options, v.dayOption(day))
	}
	return options, nil
}

// cooksOn reports whether there is, or was, lunch on a day.
func (v Visit) cooksOn(ctx context.Context, h *House, day time.Time) bool {
	d, _, err := h.Lunch.DayOn(ctx, v.Community.ID, day)
	return err == nil && d.State != lunch.CalledOff
}

func (v Visit) dayOption(day time.Time) dialog.Option {
	at := in(day, v.Zone)
	return dialog.Option{Value: ofDay(day), Label: v.Texts.T("bought.on_day", "weekday", v.shortDay(at), "d", at.Day())}
}

// has reports whether a value is offered.
func has(options []dialog.Option, value string) bool {
	for _, o := range options {
		if o.Value == value {
			return true
		}
	}
	return false
}

// spends writes a receipt down, and says what the day cost by now.
func (h *House) spends(ctx context.Context, d *receiptDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	day, err := time.Parse("20060102", d.Day)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("day of a receipt: %w", err)
	}
	r := lunch.Receipt{Day: day, Sum: sumOf(d.Sum), What: d.What, Why: d.Why, Own: d.Paid == "own", Key: t.Key}
	if d.What == otherCost {
		r.What = d.Other
	}
	for _, m := range d.Photo {
		r.Photos = append(r.Photos, m.FileID)
	}
	err = h.Lunch.Spend(ctx, v.Actor, r)
	if err != nil {
		return h.accountAfter(ctx, v, 0, err)
	}
	c, err := h.Lunch.Cost(ctx, v.Community.ID, day)
	if err != nil {
		return dialog.Screen{}, err
	}
	of, _, err := h.Lunch.DayOn(ctx, v.Community.ID, day)
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("bought.done", "sum", v.sum(r.Sum), "what", v.costWords(r.What), "day", dayIn(day, v.Zone))
	s.Text += "\n" + v.costLine(c, of)
	row(&s, v.Texts.T("bought.more"), "kspend", d.Day)
	row(&s, v.Texts.T("kitchen.money"), "kmoney")
	return s, nil
}
