package lunch

import (
	"cmp"
	"context"
	"slices"

	"github.com/linli-bot/linli/internal/outbox"
)

// menuBecame makes the orders of a day fit what there is now, and tells whoever gets
// something else than they had ordered.
func (b *book) menuBecame(ctx context.Context, was, now Menu) error {
	all, err := b.alive(ctx)
	if err != nil {
		return err
	}
	about, touched := b.event, 0
	for _, o := range all {
		different, err := b.fits(ctx, o, was, now, about)
		if err != nil {
			return err
		}
		if different {
			touched++
		}
	}
	if b.event = about; touched == 0 {
		return nil
	}
	return b.corrected(ctx, detail{"orders": touched})
}

// fits gives an order a choice that there is now, and that goes with the diet of who
// eats where theirs did and does no more. about is the event of the menu.
func (b *book) fits(ctx context.Context, o eating, was, now Menu, about int64) (different bool, err error) {
	choice, had := o.fit(was, now), byID(was.Of(o.Choice))
	if choice != o.Choice {
		if o.Order, err = b.chooses(ctx, o.Order, choice); err != nil {
			return false, err
		}
	}
	gets := byID(now.Of(choice))
	b.event = about
	switch {
	case serious(Clashes(gets, o.Diet)) > serious(Clashes(had, o.Diet)): // nothing that there is suits them any more
		return true, b.tellOf(ctx, o.Order, topicClash, outbox.Task)
	case slices.EqualFunc(had, gets, func(a, b Dish) bool { return a.ID == b.ID }): // whatever is known of it by now
		return false, nil
	}
	return true, b.tellNear(ctx, o.Order, topicMenu, detail{"choice": choice})
}

// fit is the choice that an order has of a menu that was another.
func (o eating) fit(was, now Menu) int {
	suits, ok := now.Suits(o.Diet)
	switch {
	case !now.Chosen():
		return 0
	case o.Choice == 0:
		return suits
	}
	clashed, clash := serious(Clashes(was.Of(o.Choice), o.Diet)), serious(Clashes(now.Of(o.Choice), o.Diet))
	if clash > clashed && ok {
		return suits
	}
	return o.Choice
}

// serious counts the clashes of a dish that must not be served.
func serious(all []Clash) (n int) {
	for _, c := range all {
		if c.Serious() {
			n++
		}
	}
	return n
}

// byID are some dishes whatever their order on the menu.
func byID(some []Dish) []Dish {
	return slices.SortedFunc(slices.Values(some), func(a, b Dish) int { return cmp.Compare(a.ID, b.ID) })
}

// chooses changes nothing of an order but what is chosen: one that is offered stays so.
func (b *book) chooses(ctx context.Context, was Order, choice int) (Order, error) {
	to := was
	to.Choice = choice
	to, err := b.write(ctx, was, to)
	if err != nil {
		return was, err
	}
	return to, b.logged(ctx, to, "changed", "menu")
}
