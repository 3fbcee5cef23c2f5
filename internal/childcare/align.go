package childcare

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// realign makes the sittings of the day what the patterns say, and gives everybody who is
// booked what they had, at its new time, as far as it is there: nobody else books
// meanwhile, so nobody loses a place to another. Who has something else then is told. was
// are the patterns that changed, as they were.
func (b *book) realign(ctx context.Context, want []Pattern, was map[int64]Pattern) error {
	next := b.next(want, was)
	if len(next) == 0 {
		return nil
	}
	had, err := b.lift(ctx)
	if err != nil {
		return err
	}
	for _, s := range next {
		if err := b.place(ctx, s); err != nil {
			return err
		}
	}
	if err := b.reread(ctx); err != nil {
		return err
	}
	for _, h := range had {
		if err := b.refit(ctx, h.Booking, h.links); err != nil {
			return err
		}
	}
	if err := b.restore(ctx); err != nil {
		return err
	}
	for _, s := range next {
		if s.ID == 0 {
			continue // made with its places
		}
		if err := b.size(ctx, s); err != nil {
			return err
		}
	}
	if err := b.reread(ctx); err != nil {
		return err
	}
	return b.moveOn(ctx)
}

// next are the sittings that are to be other than they are: new ones have no id.
func (b *book) next(want []Pattern, was map[int64]Pattern) (all []Sitting) {
	midnight := in(b.day.Day, b.zone)
	there := map[int64]bool{}
	for _, s := range b.sittings {
		there[s.Pattern.ID] = true
		at := slices.IndexFunc(want, func(p Pattern) bool { return p.ID == s.Pattern.ID })
		to := *s
		if at < 0 {
			to.CancelledAt = cmp.Or(s.CancelledAt, &b.now)
		} else {
			p := want[at]
			to.Pattern, to.CancelledAt, to.Price = p, nil, p.Price
			to.StartsAt, to.EndsAt = p.From.On(midnight), p.Until.On(midnight)
			if old, changed := was[p.ID]; changed && s.Places == old.Places {
				to.Places = p.Places
			}
		}
		_, changed := was[s.Pattern.ID] // whom it is for may be others
		if changed && at >= 0 || !to.same(*s) || to.Places != s.Places || (to.CancelledAt == nil) != (s.CancelledAt == nil) {
			all = append(all, to)
		}
	}
	for _, p := range want {
		if !there[p.ID] {
			all = append(all, Sitting{
				Community: b.day.Community, Day: b.day.Day, Pattern: p, StartsAt: p.From.On(midnight), EndsAt: p.Until.On(midnight),
				Places: p.Places, Price: p.Price,
			})
		}
	}
	return all
}

// same reports whether who has one has the other: at the same time, for the same price.
func (s Sitting) same(t Sitting) bool {
	return s.ID == t.ID && s.StartsAt.Equal(t.StartsAt) && s.EndsAt.Equal(t.EndsAt) && s.Price == t.Price
}

// lifted is a booking without its legs, and what it had.
type lifted struct {
	Booking
	links
}

// lift takes the legs of all that is booked, and of all that waits: those first who have a
// place, then as they came.
func (b *book) lift(ctx context.Context) ([]lifted, error) {
	all, err := readBookings(ctx, b.tx, `b.day = $2 AND b.state <> 'cancelled'`, b.day.Community, b.day.Day)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(x, y Booking) int {
		if n := later(!x.Holds(), !y.Holds()); n != 0 || x.Holds() {
			return cmp.Or(n, x.Since.Compare(y.Since), cmp.Compare(x.ID, y.ID))
		}
		return cmp.Or(x.WaitsSince.Compare(*y.WaitsSince), cmp.Compare(x.ID, y.ID))
	})
	had := make([]lifted, len(all))
	for i, w := range all {
		l, err := b.legs(ctx, w.ID)
		if err != nil {
			return nil, err
		}
		had[i] = lifted{w, l}
	}
	// No place is counted below what was taken until everybody has theirs again.
	_, err = b.tx.ExecContext(ctx, `
		UPDATE care_sittings SET places = greatest(places, taken) WHERE community_id = $1 AND day = $2`, b.day.Community, b.day.Day)
	if err != nil {
		return nil, err
	}
	for _, h := range had {
		if err := b.unleg(ctx, h.Booking); err != nil {
			return nil, err
		}
	}
	return had, nil
}

// place writes a sitting as it is to be, with room for all who had it.
func (b *book) place(ctx context.Context, s Sitting) error {
	var err error
	if s.ID == 0 {
		_, err = b.tx.ExecContext(ctx, `
			INSERT INTO care_sittings (community_id, day, pattern_id, part, what, starts_at, ends_at, places, price)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			s.Community, s.Day, s.Pattern.ID, s.Pattern.Part, s.Pattern.What, s.StartsAt, s.EndsAt, s.Places, s.Price)
	} else {
		_, err = b.tx.ExecContext(ctx, `
			UPDATE care_sittings SET starts_at = $3, ends_at = $4, price = $5, cancelled_at = $6, places = greatest(places, $7)
			WHERE community_id = $1 AND id = $2`, s.Community, s.ID, s.StartsAt, s.EndsAt, s.Price, s.CancelledAt, s.Places)
	}
	if err != nil {
		return fmt.Errorf("make a sitting of %s: %w", b.name(), err)
	}
	return nil
}

// size gives a sitting the places that it is to have: nobody loses theirs.
func (b *book) size(ctx context.Context, s Sitting) error {
	_, err := b.tx.ExecContext(ctx, `
		UPDATE care_sittings SET places = $3 WHERE community_id = $1 AND id = $2`, s.Community, s.ID, s.Places)
	if err != nil {
		return fmt.Errorf("places of pattern %d on %s: %w", s.Pattern.ID, b.name(), err)
	}
	return nil
}

// refit gives a booking without legs what there is of its chain: what it had, where that
// is there.
func (b *book) refit(ctx context.Context, w Booking, had links) error {
	c, err := readChild(ctx, b.tx, w.Community, w.Child)
	if err != nil {
		return err
	}
	l := b.chainOf(c, w, had.ids()...)
	other, err := b.elsewhere(ctx, w)
	switch {
	case err != nil:
		return err
	case l == nil, w.Holds() && l.bars(other):
		ended, err := b.end(ctx, w, w, "no_more")
		if err != nil {
			return err
		}
		return b.tellOf(ctx, ended, topicEnded)
	case w.Holds() && l.left() == 0:
		waits, err := b.wait(ctx, w, w, l, "no_more")
		if err != nil {
			return err
		}
		return b.tellOf(ctx, waits, topicWaits)
	}
	if err := b.leg(ctx, w, l); err != nil || !w.Holds() || slices.EqualFunc(l, had, Sitting.same) {
		return err
	}
	b.event, err = log(ctx, b.tx, happened{
		community: w.Community, day: w.Day, child: w.Child, by: b.by, code: "changed", at: b.now,
		detail: detail{"booking": w.ID, "part": w.Part, "sittings": l.ids()},
	})
	if err != nil {
		return err
	}
	return b.tellOf(ctx, w, topicChanged)
}

// restore books again what ended only because there was nothing of the kind, where there
// is again.
func (b *book) restore(ctx context.Context) error {
	all, err := readBookings(ctx, b.tx, `b.day = $2 AND b.state = 'cancelled' AND b.absent = '' AND (
		SELECT e.detail->>'why' FROM care_events e
		WHERE e.community_id = b.community_id AND e.child_id = b.child_id AND (e.detail->>'booking')::bigint = b.id
		ORDER BY e.id DESC LIMIT 1) = 'no_more'`, b.day.Community, b.day.Day)
	if err != nil {
		return err
	}
	for _, was := range all {
		c, err := readChild(ctx, b.tx, was.Community, was.Child)
		if err != nil {
			return err
		}
		l, err := b.free(ctx, c, was)
		if isConflict(err) {
			continue
		}
		if err != nil {
			return err
		}
		w, err := b.put(ctx, was, was, l, "again")
		if err != nil {
			return err
		}
		if err := b.tellOf(ctx, w, map[bool]string{true: topicGot, false: topicWaits}[w.Status == Booked]); err != nil {
			return err
		}
	}
	return nil
}

// refitChild makes what a child has on days that can be booked what its file says now.
func (b *book) refitChild(ctx context.Context, c Child) error {
	all, err := b.of(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, w := range all {
		had, err := b.legs(ctx, w.ID)
		if err != nil {
			return err
		}
		if w.Status == Cancelled || slices.Equal(b.chainOf(c, w, had.ids()...).ids(), had.ids()) {
			continue
		}
		if err := b.unleg(ctx, w); err != nil {
			return err
		}
		if err := b.refit(ctx, w, had); err != nil {
			return err
		}
	}
	return b.moveOn(ctx)
}

// openDays holds the days that can be booked, one after the other, and does something.
func (s *Service) openDays(ctx context.Context, tx *sqlx.Tx, actor people.Actor, do func(b *book) error) error {
	var days []time.Time
	err := tx.SelectContext(ctx, &days, `
		SELECT day FROM care_days WHERE community_id = $1 AND state = 'open' AND closes_at > $2 ORDER BY day`, actor.Community, s.now())
	if err != nil {
		return fmt.Errorf("read the days that can be booked: %w", err)
	}
	return s.holdEach(ctx, tx, actor, days, do)
}

// holdEach holds some days, one after the other, and does something to each.
func (s *Service) holdEach(ctx context.Context, tx *sqlx.Tx, actor people.Actor, days []time.Time, do func(b *book) error) error {
	for _, day := range days {
		b, err := s.hold(ctx, tx, actor.Community, date(day, time.UTC), actor.Person)
		if err != nil {
			return err
		}
		if err := do(b); err != nil {
			return err
		}
	}
	return nil
}
