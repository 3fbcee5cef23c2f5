package flow

import (
	"context"
	"fmt"
	"time"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/refusal"
)

// together is what one tap books for all children of somebody on a day, of which nothing
// is said for them yet: the part of it that is booked most.
type together struct {
	wishes []childcare.Wish
	offers []childcare.Offer
}

// togetherOn reads what one tap would book.
func (h *House) togetherOn(ctx context.Context, v Visit, day time.Time) (t together, err error) {
	children, err := h.Childcare.Children(ctx, v.Actor)
	if err != nil {
		return t, fmt.Errorf("book for all: %w", err)
	}
	for _, c := range children {
		if c.ConsentAt == nil {
			continue
		}
		days, err := h.careDaysOf(ctx, v, c.ID, day, 1)
		if err != nil {
			return t, err
		}
		if len(days) == 0 || days[0].said() {
			continue
		}
		o := days[0].offers[0]
		t.wishes = append(t.wishes, childcare.Wish{Day: day, Child: c.ID, Part: o.Part})
		t.offers = append(t.offers, o)
	}
	return t, nil
}

// togetherRow offers to book a day for all children by one tap where each has a place. It
// says otherwise how many have one: that one child stays outside is never a surprise.
func (h *House) togetherRow(ctx context.Context, v Visit, s *dialog.Screen, day time.Time) error {
	if day.IsZero() {
		return nil
	}
	t, err := h.togetherOn(ctx, v, day)
	if err != nil || len(t.wishes) < 2 {
		return err
	}
	n := childcare.Fit(t.offers)
	if n == len(t.wishes) {
		row(s, v.dayLabel("care.home.book_all", day), "ccall", ofDay(day))
		return nil
	}
	few, rest := "care.home.few", "care.home.book_any"
	if n == 0 {
		few, rest = "care.home.few_none", "care.home.all_wait"
	}
	s.Text += "\n" + v.Texts.T(few, "n", n, "day", v.dayLabel("care.home.on_day", day), "part", v.Texts.T("care.home.part_name."+string(t.wishes[0].Part)))
	row(s, v.Texts.T(rest), "ccany", ofDay(day))
	return nil
}

// booksAll books the same day for all children of somebody: all or none, or else as many
// as have a place while the others wait.
func (h *House) booksAll(orNone bool) verb {
	return func(ctx context.Context, v Visit, value string) (Reply, error) {
		day, err := time.Parse("20060102", value)
		if err != nil {
			return v.toast("tap.old"), nil
		}
		t, err := h.togetherOn(ctx, v, day)
		if err != nil {
			return Reply{}, err
		}
		if len(t.wishes) == 0 {
			return h.childcare(ctx, v, "")
		}
		book := h.Childcare.Book
		if orNone {
			book = h.Childcare.BookTogether
		}
		booked, err := book(ctx, v.Actor, t.wishes...)
		if r, no := refusal.As(err); no && r.Key == "care.not_together" {
			to, again := h.childcare(ctx, v, "") // where each is booked by itself, or all wait
			to.Screen.Text = v.Texts.T("refused.care.not_together") + "\n" + to.Screen.Text
			return to, again
		}
		if err != nil {
			return Reply{}, fmt.Errorf("book for all: %w", err)
		}
		return show(h.manyReceipt(ctx, v, booked)), nil
	}
}
