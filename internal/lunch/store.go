package lunch

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
)

const kitchenColumns = `community_id AS community, since, closed_at AS closedat, weekdays, age, asks_at AS asksat, calls_at AS callsat,
	closes_at AS closesat, serves_at AS servesat, price, most, eat, take, bring`

const dayColumns = `community_id AS community, day, state, price, asks_at AS asksat, calls_at AS callsat, closes_at AS closesat,
	serves_at AS servesat, published_at AS publishedat, closed_at AS closedat, over_at AS overat, cancelled_at AS cancelledat,
	why, brings_all AS bringsall, sheet, guests, coalesce(first_guests, '{}') AS firstguests`

const dinerColumns = `community_id AS community, person_id AS person, why AS by, reason, coalesce(let_in_by, 0) AS letinby, since, until,
	diet, dislikes, mode, portions, weekdays AS standing, paused_from AS pausedfrom, paused_until AS pauseduntil, tells, ended_at AS endedat,
	pays, pays_why AS payswhy`

const orderColumns = `community_id AS community, id, day, person_id AS person, coalesce(by_id, 0) AS by, how, state AS status, mode, choice,
	portions, word, since, waits_since AS waitssince, takes_itself AS takesitself, held_until AS helduntil, outcome, tries,
	outcome_at AS outcomeat, coalesce(outcome_by, 0) AS outcomeby,
	worried_at AS worriedat, coalesce(case_id, 0) AS case`

// readKitchen is NotFound where a community has none, or has it no more.
func readKitchen(ctx context.Context, q sqlx.QueryerContext, community int64) (Kitchen, error) {
	var k Kitchen
	err := sqlx.GetContext(ctx, q, &k, `
		SELECT `+kitchenColumns+` FROM kitchens WHERE community_id = $1 AND closed_at IS NULL`, community)
	return k, found(err, "kitchen of", community)
}

func readDay(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) (Day, error) {
	var d Day
	err := sqlx.GetContext(ctx, q, &d, `
		SELECT `+dayColumns+` FROM lunch_days WHERE community_id = $1 AND day = $2`, community, day)
	return d, found(err, "lunch of", day.Format(time.DateOnly))
}

// lockDay holds a day as it is: shared by those who order, alone for who changes it.
func lockDay(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time, alone bool) (Day, error) {
	how := `FOR SHARE`
	if alone {
		how = `FOR NO KEY UPDATE`
	}
	var d Day
	err := tx.GetContext(ctx, &d, `
		SELECT `+dayColumns+` FROM lunch_days WHERE community_id = $1 AND day = $2 `+how, community, day)
	return d, found(err, "lunch of", day.Format(time.DateOnly))
}

func readDiner(ctx context.Context, q sqlx.QueryerContext, community, person int64) (Diner, error) {
	var d Diner
	err := sqlx.GetContext(ctx, q, &d, `
		SELECT `+dinerColumns+` FROM diners WHERE community_id = $1 AND person_id = $2`, community, person)
	return d, found(err, "diner", person)
}

// lockDiner holds one as they are: of any number who order for somebody at once, one
// goes after the other.
func lockDiner(ctx context.Context, tx *sqlx.Tx, community, person int64) (Diner, error) {
	var d Diner
	err := tx.GetContext(ctx, &d, `
		SELECT `+dinerColumns+` FROM diners WHERE community_id = $1 AND person_id = $2 FOR NO KEY UPDATE`, community, person)
	return d, found(err, "diner", person)
}

// readOrder reads what somebody has of a day; an order of nothing where they never
// said anything of it.
func readOrder(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time, person int64) (Order, error) {
	var o Order
	err := sqlx.GetContext(ctx, q, &o, `
		SELECT `+orderColumns+` FROM lunch_orders WHERE community_id = $1 AND day = $2 AND person_id = $3`, community, day, person)
	if errors.Is(err, sql.ErrNoRows) {
		return Order{Community: community, Day: day, Person: person}, nil
	}
	return o, found(err, "order of", person)
}

// readOrderByID reads an order, whosever it is.
func readOrderByID(ctx context.Context, q sqlx.QueryerContext, community, id int64) (Order, error) {
	var o Order
	err := sqlx.GetContext(ctx, q, &o, `
		SELECT `+orderColumns+` FROM lunch_orders WHERE community_id = $1 AND id = $2`, community, id)
	return o, found(err, "order", id)
}

// readMenu reads what there is on a day, in its order.
func readMenu(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) (Menu, error) {
	var m Menu
	err := sqlx.SelectContext(ctx, q, &m, `
		SELECT d.community_id AS community, d.id, d.name, d.ticks, d.since, m.nth, m.choice
		FROM lunch_menus m JOIN dishes d ON d.community_id = m.community_id AND d.id = m.dish_id
		WHERE m.community_id = $1 AND m.day = $2 ORDER BY m.nth`, community, day)
	if err != nil {
		return nil, fmt.Errorf("read the menu of %s: %w", day.Format(time.DateOnly), err)
	}
	return m, nil
}

func found(err error, what string, of any) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return access.NotFound()
	}
	return fmt.Errorf("read %s %v: %w", what, of, err)
}

// detail is what an event and an outbox row say beside their codes: ids, codes and
// counts, never people's words.
type detail map[string]any

// happened is one step of the kitchen's history; by 0 is the bot itself.
type happened struct {
	community  int64
	day        time.Time // zero: it is about no day
	person, by int64
	code       string
	detail     detail
	at         time.Time
}

// log writes an event and returns its id, which keys what is told of it.
func log(ctx context.Context, tx *sqlx.Tx, h happened) (id int64, err error) {
	raw := []byte("{}")
	if h.detail != nil {
		if raw, err = json.Marshal(h.detail); err != nil {
			return 0, err
		}
	}
	day := sql.NullTime{Time: h.day, Valid: !h.day.IsZero()}
	err = tx.GetContext(ctx, &id, `
		INSERT INTO lunch_events (community_id, day, person_id, code, actor_id, detail, at)
		VALUES ($1, $2, nullif($3::bigint, 0), $4, nullif($5::bigint, 0), $6, $7) RETURNING id`,
		h.community, day, h.person, h.code, h.by, string(raw), h.at)
	return id, err
}
