package lunch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// What somebody wants where no place is free.
const (
	AskNow     = ""     // to know it now
	TakeForMe  = "take" // to wait, and to have the place that comes free
	AskMeFirst = "ask"  // to wait, and to be asked then
)

// Wish is what somebody wants to eat on a day. What is left out is as they have it
// already, and as usual where they have nothing.
type Wish struct {
	Day      time.Time // at midnight UTC
	Person   int64     // who eats
	Portions int
	Mode     Mode
	Choice   int     // of the menu; 0: what goes with their diet
	Word     *string // for the kitchen, at most 200 characters
	List     string  // where no place is free
	How      How     // ByPhone or AtDesk where it is written down for them; "": ByTap
}

// maxWord is how long a word for the kitchen may be.
const maxWord = 200

// check refuses what no day can make possible.
func (w Wish) check(k Kitchen) error {
	switch {
	case w.Portions < 0 || w.Portions > k.Most:
		return invalid("lunch.too_many", "max", k.Most)
	case w.Mode != "" && !slices.Contains(Modes, w.Mode):
		return invalid("lunch.no_mode")
	case w.Word != nil && len([]rune(*w.Word)) > maxWord:
		return invalid("lunch.too_long", "max", maxWord)
	case w.List != AskNow && w.List != TakeForMe && w.List != AskMeFirst:
		return invalid("lunch.no_list")
	case w.How != "" && w.How != ByTap && w.How != ByPhone && w.How != AtDesk:
		return invalid("lunch.no_how")
	}
	return nil
}

// Order orders lunch for somebody on a day, or changes what they have: repeated, it
// changes nothing. Where no place is free it is lunch.full ("left", how many are), and
// what they had stays theirs; unless the wish says to wait, and then the order waits.
// Who has a place keeps it rather than wait for more of the same kind.
//
// It is lunch.no_diner for whom nobody let in, lunch.ended where their time is over by
// that day, lunch.away while they are, and lunch.not_yet, lunch.closed or
// lunch.called_off where the day takes no orders.
func (s *Service) Order(ctx context.Context, actor people.Actor, w Wish) (Order, error) {
	var o Order
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		g, err := s.on(ctx, tx, actor, w.Person)
		if err != nil {
			return err
		}
		k, err := readKitchen(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		if err := w.check(k); err != nil {
			return err
		}
		if err := s.glance(ctx, tx, actor.Community, w.Day); err != nil {
			return err
		}
		b, err := s.openOn(ctx, tx, actor.Community, w.Day, actor.Person)
		if err != nil {
			return err
		}
		if err := b.takes(g); err != nil {
			return err
		}
		was, err := readOrder(ctx, tx, actor.Community, w.Day, g.person.ID)
		if err != nil {
			return err
		}
		o, err = b.wish(ctx, g, was, w)
		return err
	})
	if err != nil {
		return Order{}, fmt.Errorf("order lunch for person %d: %w", w.Person, err)
	}
	return o, nil
}

// glance refuses where a day takes no orders, without holding it: of a rush at the
// cut-off nobody keeps the bot from closing the day.
func (s *Service) glance(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) error {
	d, err := readDay(ctx, q, community, day)
	if err != nil {
		return err
	}
	return (&book{day: d, now: s.now()}).takesOrders()
}

// takes refuses an order of somebody whom nobody would meet on that day.
func (b *book) takes(g guest) error {
	if err := b.takesOrders(); err != nil {
		return err
	}
	switch {
	case g.diner.Until != nil && b.day.Day.After(*g.diner.Until):
		return conflict("lunch.ended", "name", g.person.Name)
	case g.person.Gone():
		return conflict("people.is_gone", "name", g.person.Name)
	case !here(g.person, b.day.Day):
		return conflict("lunch.away", "name", g.person.Name)
	}
	return nil
}

// wish makes an order what was wished.
func (b *book) wish(ctx context.Context, g guest, was Order, w Wish) (Order, error) {
	to, err := b.wished(ctx, g.diner, was, w)
	if err != nil {
		return was, err
	}
	to.By, to.How = b.by, w.How
	if w.How == "" {
		to.How = ByTap
	}
	o, changed, err := b.put(ctx, was, to, w.List)
	if err != nil || !changed {
		return o, err
	}
	if err := b.tellOthers(ctx, was, o); err != nil {
		return was, err
	}
	return o, b.moveOn(ctx)
}

// wished is an order with the gaps of a wish filled: as it is, or as usual.
func (b *book) wished(ctx context.Context, d Diner, was Order, w Wish) (Order, error) {
	to := was
	if was.Status == nothing || was.Status == Cancelled {
		to.Mode, to.Portions, to.Choice, to.Word, to.Since = d.Mode, d.Portions, 0, "", b.now
	}
	if w.Mode != "" {
		to.Mode = w.Mode
	}
	if w.Portions > 0 {
		to.Portions = w.Portions
	}
	if w.Word != nil {
		to.Word = pg.Text(*w.Word)
	}
	menu, err := b.dishes(ctx)
	if err != nil {
		return was, err
	}
	switch {
	case !menu.Chosen():
		to.Choice = 0
	case w.Choice == 1 || w.Choice == 2:
		to.Choice = w.Choice
	case w.Choice != 0:
		return was, invalid("lunch.no_choice")
	case to.Choice == 0:
		to.Choice, _ = menu.Suits(d.Diet)
	}
	return to, nil
}

// put gives an order the places that it wants, or lets it wait; changed is false where
// it is so already.
func (b *book) put(ctx context.Context, was, to Order, list string) (o Order, changed bool, err error) {
	free := b.left(to.Mode)
	keeps := was.Holds() && was.Mode == to.Mode
	if keeps {
		free += was.Portions
	}
	switch {
	case to.Portions <= free && was.Status == Ordered && same(was, to):
		return was, false, nil
	case to.Portions <= free:
		o, err = b.seat(ctx, was, to, "")
	case keeps || list == AskNow && (was.Status != Waiting || was.Mode != to.Mode):
		return was, false, conflict("lunch.full", "left", free)
	default:
		if list != AskNow {
			to.TakesItself = list == TakeForMe
		}
		if was.Status == Waiting && was.TakesItself == to.TakesItself && same(was, to) {
			return was, false, nil
		}
		o, err = b.wait(ctx, was, to, "")
	}
	return o, err == nil, err
}

// same reports whether two are alike in all that the kitchen knows of them.
func same(a, b Order) bool {
	return a.Mode == b.Mode && a.Choice == b.Choice && a.Portions == b.Portions && a.Word == b.Word
}
