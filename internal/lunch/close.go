package lunch

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/outbox"
)

// closeAtTime closes the orders of a day at its cut-off, once: whoever waits still is
// told that there is no place, and whoever runs the kitchen gets the sheet. What was to
// be published and was not, because the bot came late, is so first. A day of which
// nobody wrote what there is has no lunch, and all who count on it are told.
func (b *book) closeAtTime(ctx context.Context) error {
	if b.now.Before(b.day.ClosesAt) { // it moved: another job comes
		return nil
	}
	if b.day.State == Planned {
		menu, err := b.dishes(ctx)
		if err != nil {
			return err
		}
		if len(menu) == 0 {
			return b.callOff(ctx, "")
		}
		if err := b.publish(ctx); err != nil {
			return err
		}
	}
	if b.day.State != Published {
		return nil
	}
	return b.close(ctx)
}

// close closes a published day: what has a place then is cooked.
func (b *book) close(ctx context.Context) error {
	if err := b.unlists(ctx); err != nil {
		return err
	}
	if err := b.unask(ctx); err != nil {
		return err
	}
	n, err := b.cooked(ctx)
	if err != nil {
		return err
	}
	if err := b.move(ctx, Closed, "closed_at", detail{"orders": n.Orders, "portions": n.Portions}); err != nil {
		return err
	}
	if err := b.awaitDoors(ctx); err != nil {
		return err
	}
	if err := b.countGuests(ctx); err != nil {
		return err
	}
	if err := b.sheet(ctx, topicSheet, nil); err != nil || n.Orders+len(b.day.Guests) == 0 {
		return err
	}
	return b.papers(ctx)
}

// unask takes back the questions of the day that were not sent yet.
func (b *book) unask(ctx context.Context) error {
	silent, err := b.silent(ctx)
	if err != nil {
		return err
	}
	keys := make([]string, len(silent))
	for i, person := range silent {
		keys[i] = b.eachKey(topicAsked, person)
	}
	return outbox.Withdraw(ctx, b.tx, b.day.Community, keys...)
}

// cooked counts what has a place.
func (b *book) cooked(ctx context.Context) (n struct{ Orders, Portions int }, err error) {
	err = b.tx.GetContext(ctx, &n, `
		SELECT count(*) AS orders, coalesce(sum(portions), 0) AS portions FROM lunch_orders
		WHERE community_id = $1 AND day = $2 AND state = 'ordered'`, b.day.Community, b.day.Day)
	if err != nil {
		return n, fmt.Errorf("count the orders of %s: %w", b.name(), err)
	}
	return n, nil
}

// sheet gives the kitchen its sheet, once more where something on it is different.
func (b *book) sheet(ctx context.Context, topic string, more detail) error {
	err := b.tx.GetContext(ctx, &b.day.Sheet, `
		UPDATE lunch_days SET sheet = sheet + 1 WHERE community_id = $1 AND day = $2 RETURNING sheet`, b.day.Community, b.day.Day)
	if err != nil {
		return fmt.Errorf("count the sheets of %s: %w", b.name(), err)
	}
	args := detail{"nth": b.day.Sheet}
	for key, value := range more {
		args[key] = value
	}
	return b.tellLeads(ctx, topic, args)
}

// corrected tells the kitchen that what is on its sheet is different now; before the
// cut-off it has none.
func (b *book) corrected(ctx context.Context, more detail) error {
	if b.day.State != Closed {
		return nil
	}
	return b.sheet(ctx, topicCorrected, more)
}

// overAtTime notes that a day has passed, and writes down what each meal costs.
func (b *book) overAtTime(ctx context.Context) error {
	if b.day.State != Closed {
		return nil
	}
	zone, err := b.where(ctx)
	if err != nil || b.now.Before(b.day.Ends(zone)) {
		return err
	}
	n, err := b.unexplained(ctx)
	if err != nil {
		return err
	}
	charged, err := b.charge(ctx)
	if err != nil {
		return err
	}
	return b.move(ctx, Over, "over_at", detail{"unexplained": n, "charged": charged})
}
