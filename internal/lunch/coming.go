package lunch

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/people"
)

// Offer is a day as somebody may eat on it.
type Offer struct {
	Day      Day
	Menu     Menu         // empty where it is not published
	Order    Order        // what they have; an empty Status: nothing yet
	Suits    int          // the choice that goes best with their diet; 0: there is none to make
	Clashes  []Clash      // of what they have with their diet, or of what suits best
	Left     map[Mode]int // portions that are free
	Position int          // on the waiting list, from 1; 0: they do not wait
}

// Coming reads the next n service days on which somebody may eat: planned ones, of
// which they can only say that they do not, published ones, and of those that are
// closed the ones that they have ordered. The person may be anybody for whom the
// actor may order.
func (s *Service) Coming(ctx context.Context, actor people.Actor, person int64, n int) ([]Offer, error) {
	d, err := s.readable(ctx, s.db, actor, person)
	if err != nil {
		return nil, fmt.Errorf("read the lunches of person %d: %w", person, err)
	}
	var days []Day
	err = s.db.SelectContext(ctx, &days, `
		SELECT `+dayColumns+` FROM lunch_days d
		WHERE community_id = $1 AND serves_at > $2 AND (state IN ('planned', 'published') OR state = 'closed' AND EXISTS (
			SELECT FROM lunch_orders o
			WHERE o.community_id = d.community_id AND o.day = d.day AND o.person_id = $3 AND o.state = 'ordered'))
		ORDER BY day LIMIT $4`, actor.Community, s.now(), d.Person, n)
	if err != nil {
		return nil, fmt.Errorf("read the days to come: %w", err)
	}
	all := make([]Offer, len(days))
	for i, day := range days {
		if all[i], err = s.offer(ctx, day, d); err != nil {
			return nil, fmt.Errorf("read the lunches of person %d: %w", person, err)
		}
	}
	return all, nil
}

// offer reads a day as a diner sees it.
func (s *Service) offer(ctx context.Context, day Day, d Diner) (Offer, error) {
	of := Offer{Day: day, Left: map[Mode]int{}}
	var err error
	if of.Order, err = readOrder(ctx, s.db, d.Community, day.Day, d.Person); err != nil {
		return of, err
	}
	var places []place
	err = s.db.SelectContext(ctx, &places, `
		SELECT mode, capacity, taken FROM lunch_places WHERE community_id = $1 AND day = $2`, d.Community, day.Day)
	if err != nil {
		return of, err
	}
	for _, p := range places {
		of.Left[p.Mode] = p.left()
	}
	if of.Order.Status == Waiting {
		if of.Position, err = s.position(ctx, of.Order); err != nil {
			return of, err
		}
	}
	if day.State == Planned {
		return of, nil
	}
	if of.Menu, err = readMenu(ctx, s.db, d.Community, day.Day); err != nil {
		return of, err
	}
	of.Suits, _ = of.Menu.Suits(d.Diet)
	choice := of.Suits
	if of.Order.Status != nothing && of.Order.Status != Cancelled {
		choice = of.Order.Choice
	}
	of.Clashes = Clashes(of.Menu.Of(choice), d.Diet)
	return of, nil
}

// position is where an order that waits stands on its list, from 1.
func (s *Service) position(ctx context.Context, of Order) (n int, err error) {
	err = s.db.GetContext(ctx, &n, `
		SELECT coalesce((SELECT l.n FROM (
			SELECT o.id, row_number() OVER (ORDER BY `+listOrder+`) AS n
			FROM lunch_orders o JOIN diners d ON d.community_id = o.community_id AND d.person_id = o.person_id
			WHERE o.community_id = $1 AND o.day = $2 AND o.mode = $3 AND o.state = 'waiting') l WHERE l.id = $4), 0)`,
		of.Community, of.Day, of.Mode, of.ID)
	if err != nil {
		return 0, fmt.Errorf("read the list of %s: %w", of.Mode, err)
	}
	return n, nil
}
