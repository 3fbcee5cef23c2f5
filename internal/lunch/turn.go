package lunch

import (
	"context"
	"fmt"
	"time"

	"github.com/linli-bot/linli/internal/outbox"
)

// turn makes an order what it is to be: every change of every order is one. The row
// decides whether there is a place; an event says what the order is from then on, and
// by it a day can be counted once more. What was held is held no more.
func (b *book) turn(ctx context.Context, was, to Order, why string) (Order, error) {
	if !can(was.Status, to.Status) {
		return was, fmt.Errorf("order %d: from %q to %q is no move", was.ID, was.Status, to.Status)
	}
	to, err := b.write(ctx, was, to)
	if err != nil {
		return was, err
	}
	b.counted(was, -1)
	b.counted(to, 1)
	if err := b.logged(ctx, to, codeOf(was, to), why); err != nil {
		return was, err
	}
	if was.Status == nothing && b.by != 0 { // a standing order comes before the question
		if err := b.answered(ctx, to); err != nil {
			return was, err
		}
	}
	if was.Status == Offered {
		if err := b.unhold(ctx, was); err != nil {
			return was, err
		}
	}
	if to.Status == Offered {
		return to, b.hold(ctx, to)
	}
	return to, nil
}

// logged writes what an order is from now on, and why.
func (b *book) logged(ctx context.Context, o Order, code, why string) error {
	var err error
	b.event, err = log(ctx, b.tx, happened{
		community: o.Community, day: o.Day, person: o.Person, by: b.by, code: code, at: b.now,
		detail: detail{
			"order": o.ID, "state": o.Status, "mode": o.Mode, "choice": o.Choice, "portions": o.Portions, "how": o.How, "why": why,
		},
	})
	return err
}

// note writes that an order stays what it is, for another reason.
func (b *book) note(ctx context.Context, o Order, why string) error {
	return b.logged(ctx, o, string(o.Status), why)
}

// codeOf names what happened to an order.
func codeOf(was, to Order) string {
	if was.Status == Ordered && to.Status == Ordered {
		return "changed"
	}
	return string(to.Status)
}

// counted keeps the count of the transaction as the tables keep theirs.
func (b *book) counted(o Order, n int) {
	if p := b.places[o.Mode]; p != nil && o.Holds() {
		p.Taken += n * o.Portions
	}
}

// write inserts an order or changes it where it is still what it was.
func (b *book) write(ctx context.Context, was, to Order) (Order, error) {
	var err error
	if was.Status == nothing {
		err = b.tx.GetContext(ctx, &to, `
			INSERT INTO lunch_orders (community_id, day, person_id, by_id, how, state, mode, choice, portions, word, since,
				waits_since, takes_itself, held_until)
			VALUES ($1, $2, $3, nullif($4::bigint, 0), $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
			RETURNING `+orderColumns, to.Community, to.Day, to.Person, to.By, to.How, to.Status, to.Mode, to.Choice, to.Portions, to.Word,
			to.Since, to.WaitsSince, to.TakesItself, to.HeldUntil)
	} else {
		err = b.tx.GetContext(ctx, &to, `
			UPDATE lunch_orders SET by_id = nullif($4::bigint, 0), how = $5, state = $6, mode = $7, choice = $8, portions = $9,
				word = $10, since = $11, waits_since = $12, takes_itself = $13, held_until = $14
			WHERE community_id = $1 AND id = $2 AND state = $3
			RETURNING `+orderColumns, was.Community, was.ID, was.Status, to.By, to.How, to.Status, to.Mode, to.Choice, to.Portions,
			to.Word, to.Since, to.WaitsSince, to.TakesItself, to.HeldUntil)
	}
	if err != nil {
		return was, fmt.Errorf("order of person %d for %s: %w", to.Person, to.Day.Format(time.DateOnly), err)
	}
	return to, nil
}

// end cancels an order, and says why in its event.
func (b *book) end(ctx context.Context, was Order, why string) (Order, error) {
	return b.endAs(ctx, was, was, why)
}

// endAs is end for somebody who says so. An order that never was anything becomes one
// that is cancelled: the standing order does not come after it.
func (b *book) endAs(ctx context.Context, was, to Order, why string) (Order, error) {
	to.Status, to.WaitsSince, to.HeldUntil, to.TakesItself = Cancelled, nil, nil, false
	return b.turn(ctx, was, to, why)
}

// wait puts an order on the list: behind all who wait, or where it has its turn
// already.
func (b *book) wait(ctx context.Context, was, to Order, why string) (Order, error) {
	to.Status, to.HeldUntil = Waiting, nil
	if was.Status == Waiting && was.Mode == to.Mode {
		to.WaitsSince = was.WaitsSince
		return b.turn(ctx, was, to, why)
	}
	var last *time.Time
	err := b.tx.GetContext(ctx, &last, `
		SELECT max(waits_since) FROM lunch_orders WHERE community_id = $1 AND day = $2 AND mode = $3`, to.Community, to.Day, to.Mode)
	if err != nil {
		return was, err
	}
	turn := b.now
	if last != nil && !turn.After(*last) { // clocks of two machines, or a clock that stands
		turn = last.Add(time.Microsecond)
	}
	to.WaitsSince = &turn
	return b.turn(ctx, was, to, why)
}

// seat makes an order one that has its places.
func (b *book) seat(ctx context.Context, was, to Order, why string) (Order, error) {
	to.Status, to.WaitsSince, to.HeldUntil, to.TakesItself = Ordered, nil, nil, false
	return b.turn(ctx, was, to, why)
}

// holdKey keys the job that ends a hold.
func holdKey(o Order) string { return fmt.Sprintf("lunch:hold:%d:%d", o.ID, o.HeldUntil.UnixMicro()) }

// unhold withdraws the end of a hold, and takes the buttons from who has the offer.
func (b *book) unhold(ctx context.Context, o Order) error {
	if err := outbox.Withdraw(ctx, b.tx, o.Community, holdKey(o)); err != nil {
		return err
	}
	return b.over(ctx, subject(o), topicOffered, detail{"order": o.ID})
}
