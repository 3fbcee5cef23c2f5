package childcare

import (
	"context"
	"fmt"
)

// A key that is tapped where there is no network arrives hours later, and an old one may be
// tapped at any time. What it says of a part of the day that is behind the child changes
// nothing.

// past reports whether what is booked is behind the child: it came, and was given back to
// its school since, or it has come for a later part of the day.
func (w *ward) past(ctx context.Context, b Booking) (is bool, err error) {
	if b.Outcome == Came && w.place() == AtSchool {
		last, err := w.moved(ctx)
		if err != nil || last == "back" {
			return last == "back", err
		}
	}
	err = w.tx.GetContext(ctx, &is, `
		SELECT EXISTS (SELECT FROM care_bookings o
			WHERE o.community_id = $1 AND o.child_id = $2 AND o.day = $3 AND o.id <> $4 AND o.state = 'booked' AND o.outcome = 'came' AND o.part <> 'talk'
				AND (SELECT min(starts_at) FROM care_legs l WHERE l.community_id = o.community_id AND l.booking_id = o.id)
					> (SELECT min(starts_at) FROM care_legs l WHERE l.community_id = o.community_id AND l.booking_id = $4))`,
		b.Community, b.Child, b.Day, b.ID)
	if err != nil {
		return false, fmt.Errorf("whether booking %d is past: %w", b.ID, err)
	}
	return is, nil
}

// notPast is care.known_later where what is booked is behind the child.
func (w *ward) notPast(ctx context.Context, b Booking) error {
	past, err := w.past(ctx, b)
	if err == nil && past {
		return conflict("care.known_later")
	}
	return err
}

// toSchool reports whether a child goes back to its school, and is not on its way to the
// hall.
func (w *ward) toSchool(ctx context.Context) (bool, error) {
	if w.place() != OnTheWay {
		return false, nil
	}
	last, err := w.moved(ctx)
	return last == "leads", err
}

// moved is how the child came last to where it is, "" where nothing is written of today.
func (w *ward) moved(ctx context.Context) (code string, err error) {
	err = w.tx.GetContext(ctx, &code, `
		SELECT coalesce((SELECT code FROM care_events
			WHERE community_id = $1 AND child_id = $2 AND day = $3 AND code IN ('met', 'arrived', 'leads', 'back', 'found') ORDER BY id DESC LIMIT 1), '')`,
		w.by.Community, w.child.ID, w.day)
	if err != nil {
		return "", fmt.Errorf("how child %d came to where it is: %w", w.child.ID, err)
	}
	return code, nil
}
