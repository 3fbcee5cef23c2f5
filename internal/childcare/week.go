package childcare

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// Ahead is a day as who runs the hall looks at it.
type Ahead struct {
	Day      Day
	Sittings []Seats
	Waiting  int
}

// Seats are a sitting, who waits for it, and whose hands it has.
type Seats struct {
	Sitting
	Waiting int
	Hands   int // who are there at the worst of its moments
	Needs   int // by the ratios of all that go on then, for whom they have now
}

// Short reports whether there are too few hands.
func (s Seats) Short() bool { return s.Hands < s.Needs }

// Ahead reads the next days of whoever runs the hall, today included.
func (s *Service) Ahead(ctx context.Context, actor people.Actor, n int) ([]Ahead, error) {
	all, err := s.ahead(ctx, s.db, actor, n)
	if err != nil {
		return nil, fmt.Errorf("read the days ahead: %w", err)
	}
	return all, nil
}

func (s *Service) ahead(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, n int) ([]Ahead, error) {
	if err := s.lead(ctx, q, actor); err != nil {
		return nil, err
	}
	today, err := s.today(ctx, q, actor.Community)
	if err != nil {
		return nil, err
	}
	var days []struct {
		Day
		Waiting int
	}
	err = sqlx.SelectContext(ctx, q, &days, `
		SELECT `+dayColumns+`, (SELECT count(*) FROM care_bookings b
			WHERE b.community_id = d.community_id AND b.day = d.day AND b.state = 'waiting') AS waiting
		FROM care_days d WHERE community_id = $1 AND day >= $2 ORDER BY day LIMIT $3`, actor.Community, today, n)
	if err != nil {
		return nil, err
	}
	all := make([]Ahead, len(days))
	for i, d := range days {
		all[i] = Ahead{Day: d.Day, Waiting: d.Waiting}
		if all[i].Sittings, err = s.seats(ctx, q, d.Day); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// seats reads the sittings of a day with who waits for them and whose hands they have.
func (s *Service) seats(ctx context.Context, q sqlx.QueryerContext, d Day) ([]Seats, error) {
	some, err := readSittings(ctx, q, `s.community_id = $1 AND s.day = $2 AND s.cancelled_at IS NULL`, d.Community, d.Day)
	if err != nil {
		return nil, err
	}
	var waits []struct {
		Sitting int64
		N       int
	}
	err = sqlx.SelectContext(ctx, q, &waits, `
		SELECT l.sitting_id AS sitting, count(*) AS n FROM care_bookings b
		JOIN care_legs l ON l.community_id = b.community_id AND l.booking_id = b.id
		WHERE b.community_id = $1 AND b.day = $2 AND b.state = 'waiting' GROUP BY l.sitting_id`, d.Community, d.Day)
	if err != nil {
		return nil, err
	}
	all, err := s.manned(ctx, q, d.Community, some)
	if err != nil {
		return nil, err
	}
	for i, sit := range some {
		for _, w := range waits {
			if w.Sitting == sit.ID {
				all[i].Waiting = w.N
			}
		}
	}
	return all, nil
}

// SetPlaces changes how many there are at one sitting: nobody loses theirs, and what there
// is more goes to who waits.
func (s *Service) SetPlaces(ctx context.Context, actor people.Actor, sitting int64, places int) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.lead(ctx, tx, actor); err != nil {
			return err
		}
		if places < 0 || places > maxSeats {
			return invalid("care.bad_count", "max", maxSeats)
		}
		some, err := readSittings(ctx, tx, `s.community_id = $1 AND s.id = $2`, actor.Community, sitting)
		if err != nil {
			return err
		}
		if len(some) == 0 {
			return access.NotFound()
		}
		b, err := s.hold(ctx, tx, actor.Community, some[0].Day, actor.Person)
		if err != nil {
			return err
		}
		switch {
		case some[0].Pattern.Part == Talk:
			return invalid("care.bad_count", "max", 1)
		case b.day.State == Over || b.day.State == CalledOff:
			return conflict("care.over")
		case some[0].Places == places:
			return nil
		}
		return b.setPlaces(ctx, some[0], places)
	})
	if err != nil {
		return fmt.Errorf("places of sitting %d: %w", sitting, err)
	}
	return nil
}

func (b *book) setPlaces(ctx context.Context, s Sitting, places int) error {
	s.Places = places
	if err := b.size(ctx, s); err != nil {
		return err
	}
	if err := b.noted(ctx, "places", detail{"sitting": s.ID, "places": places}); err != nil {
		return err
	}
	if err := b.reread(ctx); err != nil {
		return err
	}
	return b.moveOn(ctx)
}
