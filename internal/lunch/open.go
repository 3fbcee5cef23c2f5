package lunch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/people"
)

// UsualKitchen is how a community cooks that says nothing else.
func UsualKitchen() Kitchen {
	return Kitchen{
		Weekdays: Weekdays{1, 2, 3, 4, 5}, Age: 70, Price: 800, Most: 4, Eat: 40, Take: 40, Bring: 80,
		AsksAt: int(calendar.ClockAt(10, 0)), CallsAt: int(calendar.ClockAt(15, 0)),
		ClosesAt: int(calendar.ClockAt(16, 0)), ServesAt: int(calendar.ClockAt(11, 30)),
	}
}

// Limits of a kitchen.
const (
	maxAge   = 110
	maxPrice = 1_000_000
	maxMost  = 9
	minutes  = 24 * 60
)

// check refuses a kitchen that no day could be like.
func (k Kitchen) check() error {
	clocks := []int{k.AsksAt, k.CallsAt, k.ClosesAt, k.ServesAt}
	wrong := func(low, high int) func(int) bool { return func(n int) bool { return n < low || n > high } }
	switch {
	case len(k.Weekdays) == 0 || slices.ContainsFunc(k.Weekdays, wrong(1, 7)) || !slices.IsSorted(k.Weekdays):
		return invalid("lunch.no_weekday")
	case slices.ContainsFunc(clocks, wrong(0, minutes-1)) || k.AsksAt >= k.CallsAt || k.CallsAt >= k.ClosesAt:
		return invalid("lunch.bad_clocks")
	case wrong(0, maxAge)(k.Age):
		return invalid("lunch.bad_count", "max", maxAge)
	case wrong(0, maxPrice)(k.Price):
		return invalid("lunch.bad_count", "max", maxPrice)
	case wrong(1, maxMost)(k.Most):
		return invalid("lunch.bad_count", "max", maxMost)
	case slices.ContainsFunc([]int{k.Eat, k.Take, k.Bring}, wrong(0, maxCapacity)):
		return invalid("lunch.bad_count", "max", maxCapacity)
	}
	return nil
}

// Kitchen reads how a community cooks. It is NotFound where it does not.
func (s *Service) Kitchen(ctx context.Context, community int64) (Kitchen, error) {
	k, err := readKitchen(ctx, s.db, community)
	if err != nil {
		return Kitchen{}, fmt.Errorf("read the kitchen of community %d: %w", community, err)
	}
	return k, nil
}

// OpenKitchen begins to cook in a community, again where it had ceased: the secretary
// or a deputy does. Its days are made at once; what was called off stays so. A kitchen
// that cooks already is changed.
func (s *Service) OpenKitchen(ctx context.Context, actor people.Actor, k Kitchen) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.inCharge(ctx, tx, actor); err != nil {
			return err
		}
		return s.becomesKitchen(ctx, tx, actor, k)
	})
	if err != nil {
		return fmt.Errorf("open the kitchen: %w", err)
	}
	return nil
}

// ChangeKitchen changes how a community cooks; whoever runs the kitchen does. Days
// that the lead alone knows of change with it, as far as nobody said otherwise of
// them; what is published stays. It is NotFound where nobody cooks.
func (s *Service) ChangeKitchen(ctx context.Context, actor people.Actor, k Kitchen) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.lead(ctx, tx, actor); err != nil {
			return err
		}
		if _, err := readKitchen(ctx, tx, actor.Community); err != nil {
			return err
		}
		return s.becomesKitchen(ctx, tx, actor, k)
	})
	if err != nil {
		return fmt.Errorf("change the kitchen: %w", err)
	}
	return nil
}

// CloseKitchen ends it: the days to come are called off, and all are told why. A day
// of which the kitchen has its sheet is cooked still. Repeated, it changes nothing.
func (s *Service) CloseKitchen(ctx context.Context, actor people.Actor, why string) error {
	why, err := reason(why)
	if err != nil {
		return err
	}
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.inCharge(ctx, tx, actor); err != nil {
			return err
		}
		if _, err := lockKitchen(ctx, tx, actor.Community); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE kitchens SET closed_at = $2 WHERE community_id = $1`, actor.Community, s.now())
		if err != nil {
			return err
		}
		event, err := log(ctx, tx, happened{community: actor.Community, by: actor.Person, code: "kitchen_closed", at: s.now()})
		if err != nil {
			return err
		}
		if err := s.showsCommands(ctx, tx, actor.Community, event); err != nil {
			return err
		}
		return s.callOffAll(ctx, tx, actor, why, event)
	})
	if isNotFound(err) { // nobody cooks: nor does it
		_, known := readKitchen(ctx, s.db, actor.Community)
		if isNotFound(known) && s.inCharge(ctx, s.db, actor) == nil {
			return nil
		}
	}
	if err != nil {
		return fmt.Errorf("close the kitchen: %w", err)
	}
	return nil
}

// inCharge lets the actor do what the secretary and the deputy do.
func (s *Service) inCharge(ctx context.Context, q sqlx.QueryerContext, actor people.Actor) error {
	now, err := people.ReadActor(ctx, q, actor.Community, actor.Person)
	if err != nil {
		return err
	}
	return access.Allow(access.Settings, now.Roles, access.SameCommunity)
}

// becomesKitchen writes a kitchen, and makes the days that the lead alone knows of
// like it.
func (s *Service) becomesKitchen(ctx context.Context, tx *sqlx.Tx, actor people.Actor, k Kitchen) error {
	if err := k.check(); err != nil {
		return err
	}
	was, err := lockKitchen(ctx, tx, actor.Community)
	if err != nil && !isNotFound(err) {
		return err
	}
	cooked := err == nil
	k.Community, k.Since = actor.Community, s.now()
	if err := writeKitchen(ctx, tx, k); err != nil {
		return err
	}
	code := "kitchen_opened"
	if cooked {
		code = "kitchen_changed"
	}
	if !cooked || !likeKitchen(was, k) {
		event, err := log(ctx, tx, happened{community: k.Community, by: actor.Person, code: code, detail: k.detail(), at: s.now()})
		if err != nil {
			return err
		}
		if !cooked {
			if err := s.showsCommands(ctx, tx, k.Community, event); err != nil {
				return err
			}
		}
	}
	if !cooked {
		was = k
	}
	return s.plan(ctx, tx, k, was)
}

// showsCommands lets Telegram's menu learn that there is a kitchen, or none any more.
func (s *Service) showsCommands(ctx context.Context, tx *sqlx.Tx, community, event int64) error {
	return people.CommandsOfAll(ctx, tx, community, fmt.Sprintf("kitchen:%d", event), s.now())
}

// likeKitchen reports whether two are alike in all that can be said of one.
func likeKitchen(a, b Kitchen) bool {
	return slices.Equal(a.Weekdays, b.Weekdays) && a.Age == b.Age && a.Price == b.Price && a.Most == b.Most &&
		[3]int{a.Eat, a.Take, a.Bring} == [3]int{b.Eat, b.Take, b.Bring} &&
		[4]int{a.AsksAt, a.CallsAt, a.ClosesAt, a.ServesAt} == [4]int{b.AsksAt, b.CallsAt, b.ClosesAt, b.ServesAt}
}

func (k Kitchen) detail() detail {
	return detail{
		"weekdays": k.Weekdays, "age": k.Age, "price": k.Price, "most": k.Most, "eat": k.Eat, "take": k.Take, "bring": k.Bring,
		"asks": k.AsksAt, "calls": k.CallsAt, "closes": k.ClosesAt, "serves": k.ServesAt,
	}
}

// lockKitchen holds a kitchen alone: it is NotFound where a community has none, or has
// it no more.
func lockKitchen(ctx context.Context, tx *sqlx.Tx, community int64) (Kitchen, error) {
	var k Kitchen
	err := tx.GetContext(ctx, &k, `
		SELECT `+kitchenColumns+` FROM kitchens WHERE community_id = $1 AND closed_at IS NULL FOR NO KEY UPDATE`, community)
	return k, found(err, "kitchen of", community)
}

// writeKitchen writes one; how long there has been one stays.
func writeKitchen(ctx context.Context, tx *sqlx.Tx, k Kitchen) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO kitchens (community_id, since, weekdays, age, asks_at, calls_at, closes_at, serves_at, price, most, eat, take, bring)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (community_id) DO UPDATE SET closed_at = NULL, weekdays = excluded.weekdays, age = excluded.age,
			asks_at = excluded.asks_at, calls_at = excluded.calls_at, closes_at = excluded.closes_at, serves_at = excluded.serves_at,
			price = excluded.price, most = excluded.most, eat = excluded.eat, take = excluded.take, bring = excluded.bring`,
		k.Community, k.Since, k.Weekdays, k.Age, k.AsksAt, k.CallsAt, k.ClosesAt, k.ServesAt, k.Price, k.Most, k.Eat, k.Take, k.Bring)
	if err != nil {
		return fmt.Errorf("write the kitchen: %w", err)
	}
	return nil
}

// callOffAll calls off every day to come of which the kitchen has no sheet, and tells each
// who would eat on some of them once; event is the closing.
func (s *Service) callOffAll(ctx context.Context, tx *sqlx.Tx, actor people.Actor, why string, event int64) error {
	var days []time.Time
	err := tx.SelectContext(ctx, &days, `
		SELECT day FROM lunch_days WHERE community_id = $1 AND state IN ('planned', 'published') ORDER BY day`, actor.Community)
	if err != nil {
		return fmt.Errorf("read the days to come: %w", err)
	}
	var all []int64
	for _, day := range days {
		b, err := s.hold(ctx, tx, actor.Community, day, actor.Person)
		if err != nil {
			return err
		}
		to, err := b.closes(ctx, why)
		if err != nil {
			return err
		}
		all = append(all, to...)
	}
	if len(days) == 0 {
		return nil
	}
	heads, err := leads(ctx, tx, actor.Community)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(append(all, heads...), func(id int64) bool { return id == actor.Person })
	slices.Sort(all)
	return s.tell(ctx, tx, actor.Community, news{
		to: slices.Compact(all), topic: topicClosedDown, subject: "lunch:kitchen", of: event, args: detail{"day": days[0].Format(time.DateOnly)},
	})
}
