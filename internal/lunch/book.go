package lunch

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// place is how many portions there are for one way of eating on a day.
type place struct {
	Mode            Mode
	Capacity, Taken int
}

// left is how many are free; fewer than none is none.
func (p place) left() int { return max(0, p.Capacity-p.Taken) }

// book is a day in the hands of one transaction, and its places: nobody else changes
// its orders meanwhile, so what is read of them holds.
type book struct {
	s      *Service
	tx     *sqlx.Tx
	day    Day
	places map[Mode]*place
	now    time.Time
	zone   *time.Location // once it is asked for
	menu   Menu           // once it is asked for
	by     int64          // who acts; 0: the bot itself
	event  int64          // the last that was written: it keys what is told of it
}

// open takes a day, which is locked, into the hands of the transaction. Every change
// of an order comes after it: the day, then its places, then orders, so that no two
// wait for each other.
func (s *Service) open(ctx context.Context, tx *sqlx.Tx, d Day, by int64) (*book, error) {
	var all []*place
	err := tx.SelectContext(ctx, &all, `
		SELECT mode, capacity, taken FROM lunch_places
		WHERE community_id = $1 AND day = $2 ORDER BY mode FOR NO KEY UPDATE`, d.Community, d.Day)
	if err != nil {
		return nil, fmt.Errorf("lock the places of %s: %w", d.Day.Format(time.DateOnly), err)
	}
	b := &book{s: s, tx: tx, day: d, places: map[Mode]*place{}, now: s.now(), by: by}
	for _, p := range all {
		b.places[p.Mode] = p
	}
	return b, nil
}

// openOn is open of a day that is not locked yet.
func (s *Service) openOn(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time, by int64) (*book, error) {
	d, err := lockDay(ctx, tx, community, day, false)
	if err != nil {
		return nil, err
	}
	return s.open(ctx, tx, d, by)
}

// takesOrders refuses where nothing can be ordered or changed any more, or not yet.
func (b *book) takesOrders() error {
	switch {
	case b.day.State == CalledOff:
		return conflict("lunch.called_off", "why", b.day.Why)
	case b.day.State == Planned && b.now.Before(b.day.ClosesAt):
		return conflict("lunch.not_yet")
	case !b.day.Open(b.now):
		return conflict("lunch.closed")
	}
	return nil
}

// left is how many portions of a way are free.
func (b *book) left(m Mode) int {
	if p := b.places[m]; p != nil {
		return p.left()
	}
	return 0
}

// suits is what somebody with some diets best gets of the day.
func (b *book) suits(ctx context.Context, d Diner) (choice int, ok bool, err error) {
	menu, err := b.dishes(ctx)
	if err != nil {
		return 0, false, err
	}
	choice, ok = menu.Suits(d.Diet)
	return choice, ok, nil
}

// dishes reads the menu once.
func (b *book) dishes(ctx context.Context) (Menu, error) {
	if b.menu != nil {
		return b.menu, nil
	}
	var err error
	b.menu, err = readMenu(ctx, b.tx, b.day.Community, b.day.Day)
	return b.menu, err
}
