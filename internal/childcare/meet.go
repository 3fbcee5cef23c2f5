package childcare

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
)

// firstOf is the sitting with which a booking begins: at it the child is met, at its school
// or where its family brings it.
func firstOf(ctx context.Context, q sqlx.QueryerContext, community, booking int64) (one Sitting, err error) {
	err = sqlx.GetContext(ctx, q, &one, `
		SELECT `+sittingColumns+` FROM `+sittingTables+`
		JOIN care_legs l ON l.community_id = s.community_id AND l.sitting_id = s.id
		WHERE s.community_id = $1 AND l.booking_id = $2 ORDER BY s.starts_at LIMIT 1`, community, booking)
	return one, found(err, "first sitting of booking", booking)
}

// beginsSQL is whether a booking b begins at the sitting of its leg l.
const beginsSQL = `NOT EXISTS (SELECT FROM care_legs e
	WHERE e.community_id = l.community_id AND e.booking_id = l.booking_id AND e.starts_at < l.starts_at)`

// isBrought reports whether the child of a booking is to be in the hall without being
// fetched, and is not: its family brings it, or it comes by itself.
func (w *ward) isBrought(ctx context.Context, b Booking) (bool, error) {
	if w.place() != Out && w.place() != AtSchool {
		return false, nil
	}
	first, err := firstOf(ctx, w.tx, b.Community, b.ID)
	return first.Pattern.What != Fetch, err
}

// broughtNot reports whether a missing child was to be brought, and never came.
func (w *ward) broughtNot(ctx context.Context, b Booking) (bool, error) {
	if b.Outcome == Came {
		return false, nil
	}
	first, err := firstOf(ctx, w.tx, b.Community, b.ID)
	return first.Pattern.What != Fetch, err
}

// meeting are who meets the children of a sitting at a moment, and then who runs the hall.
func (s *Service) meeting(ctx context.Context, q sqlx.QueryerContext, sit Sitting, at time.Time) ([]int64, error) {
	some, err := leads(ctx, q, sit.Community)
	if err != nil || s.hands == nil {
		return some, err
	}
	on, err := s.hands.Doing(ctx, q, sit.Community, sit.Pattern.What.Work(), at.Add(-missingAfter), at)
	return without(append(on, some...), 0), err
}

// misses is who answers for a child that is missing; where nobody said a word of it, it is
// who meets it, or runs the hall. 0 is nobody.
func (w *ward) misses(ctx context.Context, b Booking) (person int64, err error) {
	if w.by.Person != 0 {
		return w.by.Person, nil
	}
	err = w.tx.GetContext(ctx, &person, `
		SELECT actor_id FROM care_events
		WHERE community_id = $1 AND child_id = $2 AND day = $3 AND code = 'not_yet' AND (detail->>'booking')::bigint = $4 AND actor_id IS NOT NULL
		ORDER BY id DESC LIMIT 1`, w.by.Community, w.child.ID, w.day, b.ID)
	none, err := noRow(err)
	if err != nil || !none {
		return person, err
	}
	first, err := firstOf(ctx, w.tx, b.Community, b.ID)
	if err != nil {
		return 0, err
	}
	some, err := w.s.meeting(ctx, w.tx, first, w.now)
	if err != nil || len(some) == 0 {
		return 0, err
	}
	return some[0], nil
}
