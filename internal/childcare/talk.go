package childcare

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// TalkOf is a child's hour with who counsels it.
type TalkOf struct {
	Booking    Booking
	Sitting    Sitting
	Name       string
	Place      Place
	Holder     int64
	HolderName string
}

// counsels lets the actor do what who counsels does.
func (s *Service) counsels(ctx context.Context, q sqlx.QueryerContext, actor people.Actor) error {
	now, err := people.ReadActor(ctx, q, actor.Community, actor.Person)
	if err != nil {
		return err
	}
	return access.Allow(access.Counsel, now.Roles, access.Assigned)
}

// Talks reads who comes to the actor on a day, who counsels: their own hours, and nobody
// else's. That they looked is written down.
func (s *Service) Talks(ctx context.Context, actor people.Actor, day time.Time) ([]TalkOf, error) {
	all := []TalkOf{}
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		all = []TalkOf{}
		if err := s.counsels(ctx, tx, actor); err != nil {
			return err
		}
		sittings, err := readSittings(ctx, tx, `s.community_id = $1 AND s.day = $2 AND s.what = 'talk' AND p.person_id = $3 AND s.cancelled_at IS NULL`,
			actor.Community, day, actor.Person)
		if err != nil {
			return err
		}
		var seen []int64
		for _, sit := range sittings {
			some, err := comesTo(ctx, tx, actor.Community, sit.ID)
			if err != nil {
				return err
			}
			for _, b := range some {
				t := TalkOf{Booking: b, Sitting: sit, Place: Out}
				if err := t.who(ctx, tx); err != nil {
					return err
				}
				all, seen = append(all, t), append(seen, b.Child)
			}
		}
		return seenBy(ctx, tx, actor, seen, "talk", s.now())
	})
	if err != nil {
		return nil, fmt.Errorf("read who comes to talk: %w", err)
	}
	return all, nil
}

// who reads whose hour it is, and where the child is.
func (t *TalkOf) who(ctx context.Context, q sqlx.QueryerContext) error {
	var is struct {
		Name, Place, HolderName string
		Holder                  int64
	}
	err := sqlx.GetContext(ctx, q, &is, `
		SELECT p.name, coalesce(k.place, 'out') AS place, coalesce(k.holder_id, 0) AS holder, coalesce(h.name, k.holder_name, '') AS holdername
		FROM persons p
		LEFT JOIN care_custody k ON k.community_id = p.community_id AND k.child_id = p.id AND k.until IS NULL
		LEFT JOIN persons h ON h.community_id = k.community_id AND h.id = k.holder_id
		WHERE p.community_id = $1 AND p.id = $2`, t.Booking.Community, t.Booking.Child)
	t.Name, t.Place, t.Holder, t.HolderName = is.Name, Place(is.Place), is.Holder, is.HolderName
	return err
}

// talk holds the child of a talk of today with the actor.
func (s *Service) talk(ctx context.Context, tx *sqlx.Tx, actor people.Actor, booking int64) (*ward, Booking, error) {
	if err := s.counsels(ctx, tx, actor); err != nil {
		return nil, Booking{}, err
	}
	b, err := readBooking(ctx, tx, actor.Community, booking)
	if err != nil {
		return nil, b, err
	}
	var mine bool
	err = tx.GetContext(ctx, &mine, `
		SELECT EXISTS (SELECT FROM care_legs l
			JOIN care_sittings s ON s.community_id = l.community_id AND s.id = l.sitting_id
			JOIN care_patterns p ON p.community_id = s.community_id AND p.id = s.pattern_id
			WHERE l.community_id = $1 AND l.booking_id = $2 AND p.what = 'talk' AND p.person_id = $3)`, actor.Community, booking, actor.Person)
	if err == nil && !mine {
		err = access.NotFound()
	}
	if err != nil {
		return nil, b, err
	}
	today, err := s.today(ctx, tx, actor.Community)
	if err != nil {
		return nil, b, err
	}
	w, err := s.ward(ctx, tx, actor, b.Child, today, s.now())
	if err != nil {
		return nil, b, err
	}
	b, err = w.expects(ctx, booking)
	return w, b, err
}

// TalkBegins notes that a child is with the actor, who counsels it: from the hall, or
// brought by its family, of whom who booked it alone is told. Repeated, it changes nothing.
func (s *Service) TalkBegins(ctx context.Context, actor people.Actor, booking int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		w, b, err := s.talk(ctx, tx, actor, booking)
		if err != nil || w.is.Reason == ofTalk && w.is.Holder == actor.Person && w.place() == InHall {
			return err
		}
		how, was := Brought, w.place()
		switch {
		case b.Status != Booked:
			return conflict("care.not_booked")
		case was == OnTheWay || was == Lost:
			return conflict("care.not_here")
		case was == InHall:
			how = ByStaff
		}
		if err := w.pass(ctx, Custody{Place: InHall, Holder: actor.Person, How: how, Reason: ofTalk}); err != nil {
			return err
		}
		if err := w.logged(ctx, "talk", nil); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE care_bookings SET outcome = 'came' WHERE community_id = $1 AND id = $2 AND state = 'booked'`, b.Community, b.ID)
		if err != nil || was == InHall {
			return err
		}
		return w.tellArrived(ctx)
	})
	if err != nil {
		return fmt.Errorf("a talk begins: %w", err)
	}
	return nil
}

// TalkEnds gives a child back to who held it in the hall; where they have gone since, to
// who minds children now, or to whoever runs the hall, and these are rung. One that was
// brought leaves by the door, with the actor: care.by_the_door. Repeated, it changes
// nothing.
func (s *Service) TalkEnds(ctx context.Context, actor people.Actor, booking int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		w, _, err := s.talk(ctx, tx, actor, booking)
		if err != nil || w.is.Holder != actor.Person || w.is.Reason != ofTalk {
			return err
		}
		if w.is.How == Brought {
			return conflict("care.by_the_door")
		}
		var was int64
		err = tx.GetContext(ctx, &was, `
			SELECT holder_id FROM care_custody
			WHERE community_id = $1 AND child_id = $2 AND id < $3 AND day = $4 AND place IN ('way', 'hall') AND reason <> 'talk' AND holder_id IS NOT NULL
			ORDER BY id DESC LIMIT 1`, actor.Community, w.child.ID, w.is.ID, w.day)
		if errors.Is(err, sql.ErrNoRows) {
			return conflict("care.by_the_door")
		}
		if err != nil {
			return err
		}
		to, err := w.minder(ctx, was)
		if err != nil {
			return err
		}
		if err := w.pass(ctx, Custody{Place: InHall, Holder: to, How: ByStaff}); err != nil {
			return err
		}
		if err := w.logged(ctx, "talked", nil); err != nil || to == was {
			return err
		}
		return w.tellFell(ctx, to, was, 1)
	})
	if err != nil {
		return fmt.Errorf("a talk ends: %w", err)
	}
	return nil
}
