package lunch

import (
	"context"
	"fmt"
	"time"

	"github.com/linli-bot/linli/internal/people"
)

// DayOn reads a service day with what there is, for what is told of it: nothing in it
// names anybody. It is NotFound where there is no lunch on that day.
func (s *Service) DayOn(ctx context.Context, community int64, day time.Time) (Day, Menu, error) {
	d, err := readDay(ctx, s.db, community, day)
	if err != nil {
		return Day{}, nil, fmt.Errorf("read %s: %w", day.Format(time.DateOnly), err)
	}
	m, err := readMenu(ctx, s.db, community, day)
	if err != nil {
		return Day{}, nil, err
	}
	return d, m, nil
}

// Concerns reports whether lunch is somebody's, by their Telegram: they eat here, or act
// for somebody who does.
func (s *Service) Concerns(ctx context.Context, community, telegram int64) (is bool, err error) {
	err = s.db.GetContext(ctx, &is, `
		SELECT EXISTS (SELECT FROM persons p JOIN diners d ON d.community_id = p.community_id AND d.ended_at IS NULL
			WHERE p.community_id = $1 AND p.telegram = $2 AND (d.person_id = p.id OR EXISTS (
				SELECT FROM ties t WHERE t.community_id = p.community_id AND t.person_id = p.id AND t.for_id = d.person_id AND t.ended_at IS NULL)))`,
		community, telegram)
	if err != nil {
		return false, fmt.Errorf("whether lunch concerns somebody: %w", err)
	}
	return is, nil
}

// OrderByID reads an order, for who was told of it.
func (s *Service) OrderByID(ctx context.Context, community, order int64) (Order, error) {
	o, err := readOrderByID(ctx, s.db, community, order)
	if err != nil {
		return Order{}, fmt.Errorf("read order %d: %w", order, err)
	}
	return o, nil
}

// RequestByID reads a request, for who was told of it.
func (s *Service) RequestByID(ctx context.Context, community, wish int64) (Request, error) {
	r, err := readRequest(ctx, s.db, community, wish)
	if err != nil {
		return Request{}, fmt.Errorf("read request %d: %w", wish, err)
	}
	return r, nil
}

// Ahead is a day to come as whoever runs the kitchen sees it.
type Ahead struct {
	Day      Day
	Menu     Menu
	Portions int // that have a place
	Waiting  int // people on the list
	Places   map[Mode]Places
}

// Places are how many portions there are for a way of eating, and how many are taken.
type Places struct{ Capacity, Taken int }

// Ahead reads the days that have not passed, from the first on, at most n, for whoever
// runs the kitchen; those that are called off too.
func (s *Service) Ahead(ctx context.Context, actor people.Actor, n int) ([]Ahead, error) {
	if err := s.lead(ctx, s.db, actor); err != nil {
		return nil, fmt.Errorf("read the days ahead: %w", err)
	}
	var days []Day
	err := s.db.SelectContext(ctx, &days, `
		SELECT `+dayColumns+` FROM lunch_days WHERE community_id = $1 AND state <> 'over' AND serves_at > $2
		ORDER BY day LIMIT $3`, actor.Community, s.now().Add(-12*time.Hour), n)
	if err != nil {
		return nil, fmt.Errorf("read the days ahead: %w", err)
	}
	all := make([]Ahead, len(days))
	for i, d := range days {
		if all[i], err = s.ahead(ctx, d); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// ahead reads what is known of a day.
func (s *Service) ahead(ctx context.Context, d Day) (a Ahead, err error) {
	a = Ahead{Day: d, Places: map[Mode]Places{}}
	if a.Menu, err = readMenu(ctx, s.db, d.Community, d.Day); err != nil {
		return a, err
	}
	var places []place
	err = s.db.SelectContext(ctx, &places, `
		SELECT mode, capacity, taken FROM lunch_places WHERE community_id = $1 AND day = $2`, d.Community, d.Day)
	if err != nil {
		return a, fmt.Errorf("read the places of %s: %w", d.Day.Format(time.DateOnly), err)
	}
	for _, p := range places {
		a.Places[p.Mode] = Places{p.Capacity, p.Taken}
	}
	var n struct{ Portions, Waiting int }
	err = s.db.GetContext(ctx, &n, `
		SELECT coalesce(sum(portions) FILTER (WHERE state = 'ordered'), 0) AS portions, count(*) FILTER (WHERE state = 'waiting') AS waiting
		FROM lunch_orders WHERE community_id = $1 AND day = $2`, d.Community, d.Day)
	if err != nil {
		return a, fmt.Errorf("count the orders of %s: %w", d.Day.Format(time.DateOnly), err)
	}
	a.Portions, a.Waiting = n.Portions, n.Waiting
	return a, nil
}
