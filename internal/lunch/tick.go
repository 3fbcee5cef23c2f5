package lunch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

const dishColumns = `community_id AS community, id, name, ticks, since`

// Dishes reads all that was ever cooked, by name, for whoever runs the kitchen.
func (s *Service) Dishes(ctx context.Context, actor people.Actor) ([]Dish, error) {
	if err := s.lead(ctx, s.db, actor); err != nil {
		return nil, fmt.Errorf("read the dishes: %w", err)
	}
	all := []Dish{}
	err := s.db.SelectContext(ctx, &all, `SELECT `+dishColumns+` FROM dishes WHERE community_id = $1 ORDER BY name, id`, actor.Community)
	if err != nil {
		return nil, fmt.Errorf("read the dishes: %w", err)
	}
	return all, nil
}

// Tick says what is in a dish that matters to some diners, from now on: whoever has
// ordered it for a day to come and may not eat it has another choice or is told, as if
// the menu had changed. It is lunch.no_tick where a tick is none. Repeated, it changes
// nothing.
func (s *Service) Tick(ctx context.Context, actor people.Actor, dish int64, ticks []Tick) (Dish, error) {
	var d Dish
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.lead(ctx, tx, actor); err != nil {
			return err
		}
		if slices.ContainsFunc(ticks, func(t Tick) bool { return !slices.Contains(Ticks, t) }) {
			return invalid("lunch.no_tick")
		}
		books, err := s.serving(ctx, tx, actor, dish)
		if err != nil {
			return err
		}
		var changed bool
		if d, changed, err = s.tick(ctx, tx, Dish{Community: actor.Community, ID: dish, Ticks: ordered(ticks)}, actor.Person); err != nil || !changed {
			return err
		}
		for _, b := range books {
			if err := b.ticked(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Dish{}, fmt.Errorf("tick dish %d: %w", dish, err)
	}
	return d, nil
}

// ordered are ticks in the order in which they are offered, each once.
func ordered(ticks []Tick) (all Codes[Tick]) {
	for _, t := range Ticks {
		if slices.Contains(ticks, t) {
			all = append(all, t)
		}
	}
	return all
}

// tick writes the ticks of a dish where they are others.
func (s *Service) tick(ctx context.Context, tx *sqlx.Tx, to Dish, by int64) (d Dish, changed bool, err error) {
	err = tx.GetContext(ctx, &d, `
		SELECT `+dishColumns+` FROM dishes WHERE community_id = $1 AND id = $2 FOR NO KEY UPDATE`, to.Community, to.ID)
	if err = found(err, "dish", to.ID); err != nil || slices.Equal(d.Ticks, to.Ticks) {
		return d, false, err
	}
	d.Ticks = to.Ticks
	if _, err := tx.ExecContext(ctx, `UPDATE dishes SET ticks = $3 WHERE community_id = $1 AND id = $2`, d.Community, d.ID, d.Ticks); err != nil {
		return d, false, err
	}
	_, err = log(ctx, tx, happened{community: d.Community, by: by, code: "ticked", detail: detail{"dish": d.ID, "ticks": d.Ticks}, at: s.now()})
	return d, true, err
}

// serving holds the days to come on which a dish is served, with their menus read as
// they are; NotFound where there is no such dish.
func (s *Service) serving(ctx context.Context, tx *sqlx.Tx, actor people.Actor, dish int64) (books []*book, err error) {
	var there bool
	var days []time.Time
	err = tx.GetContext(ctx, &there, `SELECT EXISTS (SELECT FROM dishes WHERE community_id = $1 AND id = $2)`, actor.Community, dish)
	if err == nil && !there {
		return nil, access.NotFound()
	}
	if err == nil {
		err = tx.SelectContext(ctx, &days, `
			SELECT d.day FROM lunch_days d JOIN lunch_menus m ON m.community_id = d.community_id AND m.day = d.day
			WHERE d.community_id = $1 AND m.dish_id = $2 AND d.state IN ('published', 'closed') AND d.serves_at > $3
			ORDER BY d.day`, actor.Community, dish, s.now())
	}
	if err != nil {
		return nil, fmt.Errorf("read when dish %d is served: %w", dish, err)
	}
	for _, day := range days {
		b, err := s.hold(ctx, tx, actor.Community, day, actor.Person)
		if err == nil {
			_, err = b.dishes(ctx)
		}
		if err != nil {
			return nil, err
		}
		books = append(books, b)
	}
	return books, nil
}

// ticked makes the orders of a day fit what is known of its dishes by now. Nothing
// else is cooked: only who may not eat it hears of it.
func (b *book) ticked(ctx context.Context) error {
	was := b.menu
	b.menu = nil
	now, err := b.dishes(ctx)
	if err != nil {
		return err
	}
	if err := b.noted(ctx, "menu", detail{"dishes": ids(now)}); err != nil {
		return err
	}
	return b.menuBecame(ctx, was, now)
}
