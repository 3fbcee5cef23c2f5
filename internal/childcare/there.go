package childcare

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// came notes that a child is there for what is booked, and is missing no more. Where
// somebody said that it does not come, it is booked again.
func (w *ward) came(ctx context.Context, b Booking) error {
	if b.Status != Booked {
		if err := w.afterAll(ctx, b); err != nil {
			return err
		}
	}
	_, err := w.tx.ExecContext(ctx, `
		UPDATE care_bookings SET outcome = 'came' WHERE community_id = $1 AND id = $2 AND state = 'booked' AND outcome <> 'came'`, b.Community, b.ID)
	if err != nil {
		return err
	}
	if err := w.heard(ctx); err != nil {
		return err
	}
	return w.unmiss(ctx)
}

// afterAll books again what was cancelled because the child would not come: it is there, also
// where its place is gone by now, and who decides is told.
func (w *ward) afterAll(ctx context.Context, b Booking) error {
	w.unexpected = true
	d, err := w.s.hold(ctx, w.tx, b.Community, b.Day, w.by.Person)
	if err != nil {
		return err
	}
	l, err := d.legs(ctx, b.ID)
	if err != nil {
		return err
	}
	other, err := d.elsewhere(ctx, b)
	if err != nil {
		return err
	}
	l = slices.DeleteFunc(l, func(s Sitting) bool { return s.CancelledAt != nil || slices.ContainsFunc(other, s.meets) })
	to := b
	to.Outcome = Came
	if _, err := d.seat(ctx, b, to, l, "there"); err != nil || w.mute || w.place() == InHall { // its arrival is told
		return err
	}
	some, err := w.hearers(ctx)
	if err != nil {
		return err
	}
	return w.tell(ctx, news{to: some, topic: topicAfterAll, subject: w.lane(), of: w.is.ID, args: detail{"custody": w.is.ID}})
}

// InHand are the children for whom staff answer now, by name, for who minds children on the
// day: whatever their bookings say. Who is there for a talk alone is on no list.
func (s *Service) InHand(ctx context.Context, actor people.Actor, day time.Time) ([]OnList, error) {
	var all []OnList
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.minds(ctx, tx, actor, 0, day); err != nil {
			return err
		}
		all = []OnList{}
		err := tx.SelectContext(ctx, &all, `
			SELECT k.child_id AS child, p.name, c.grade, c.class, k.place, k.since, t.busy,
				CASE WHEN t.busy THEN 0 ELSE coalesce(k.holder_id, 0) END AS holder,
				CASE WHEN t.busy THEN '' ELSE coalesce(h.name, k.holder_name) END AS holdername
			FROM care_custody k
			JOIN care_children c ON c.community_id = k.community_id AND c.child_id = k.child_id
			JOIN persons p ON p.community_id = k.community_id AND p.id = k.child_id
			LEFT JOIN persons h ON h.community_id = k.community_id AND h.id = k.holder_id
			CROSS JOIN LATERAL (SELECT k.reason = 'talk' AND k.holder_id <> $3 AS busy) t
			WHERE k.community_id = $1 AND k.day = $2 AND k.until IS NULL AND k.place IN ('way', 'hall')
				AND (k.reason <> 'talk' OR EXISTS (SELECT FROM care_bookings b
					WHERE b.community_id = k.community_id AND b.child_id = k.child_id AND b.day = k.day AND b.part <> 'talk' AND b.state = 'booked'))
			ORDER BY p.name, k.child_id`, actor.Community, day, actor.Person)
		if err != nil {
			return err
		}
		seen := make([]int64, len(all))
		for i, c := range all {
			seen[i] = c.Child
		}
		return seenBy(ctx, tx, actor, seen, "list", s.now())
	})
	if err != nil {
		return nil, fmt.Errorf("read whom staff hold on %s: %w", day.Format(time.DateOnly), err)
	}
	return all, nil
}
