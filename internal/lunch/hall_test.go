package lunch_test

import (
	"context"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/refusal"
)

// monday is ten o'clock on a Monday in the hall's zone: Tuesday's lunch can be ordered.
var monday = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

// hall is a community that cooks: a secretary, Chef who runs the kitchen, Li who is a
// member where all live, Mei and Old Wang who eat there, and Mei's daughter. There is
// one portion for each way on Tuesday.
type hall struct {
	*testing.T
	ctx     context.Context
	db      *sqlx.DB
	clk     *clock.Clock
	lunch   *lunch.Service
	people  *people.Service
	zone    *time.Location
	id      int64
	home    int64
	tuesday time.Time

	secretary, chef, li, mei, wang, daughter people.Actor

	keys int
}

func newHall(t *testing.T) *hall {
	t.Helper()
	db, clk := pgtest.New(t), clock.Frozen(monday)
	h := &hall{
		T: t, ctx: t.Context(), db: db, clk: clk, people: people.New(db, clk), tuesday: dayAt(24),
		lunch: lunch.New(db, clk, calendar.New(db, clk), func() {}),
	}
	h.people.Follow(h.lunch)
	towns := community.New(db, clk)
	town, err := towns.Ensure(h.ctx, 7, "Haiyang")
	require.NoError(t, err)
	h.id, h.zone = town.ID, town.Location()
	areas, err := towns.Areas(h.ctx, h.id)
	require.NoError(t, err)
	house, err := towns.AddBuilding(h.ctx, h.id, 0, community.Building{Name: "3", Entrances: 2, Area: areas[0].ID})
	require.NoError(t, err)
	h.home = house.ID
	h.secretary = h.meet("Secretary")
	token, err := h.people.NewClaim(h.ctx, h.id, true)
	require.NoError(t, err)
	require.NoError(t, h.people.Redeem(h.ctx, h.id, h.secretary.Person, token))
	h.chef, h.li = h.meet("Chef"), h.meet("Li")
	require.NoError(t, h.people.Grant(h.ctx, h.secretary, h.chef.Person, access.Kitchen, 0))
	require.NoError(t, h.people.Grant(h.ctx, h.secretary, h.li.Person, access.Member, areas[0].ID))
	h.exec(`INSERT INTO kitchens (community_id, since) VALUES ($1, $2)`, h.id, clk.Now())
	h.serve(h.tuesday, 1)
	h.mei, h.wang, h.daughter = h.eater("Mei"), h.eater("Wang"), h.meet("Daughter")
	h.acts(h.daughter, h.mei)
	return h
}

// dayAt is a day of November 2026.
func dayAt(day int) time.Time { return time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC) }

func (h *hall) exec(statement string, args ...any) {
	h.Helper()
	_, err := h.db.Exec(statement, args...)
	require.NoError(h, err)
}

// serve makes a published day with so many portions for each way; it closes at four
// o'clock on the day before.
func (h *hall) serve(day time.Time, each int) {
	h.Helper()
	at := func(days, hour, minute int) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day()+days, hour, minute, 0, 0, h.zone)
	}
	h.exec(`INSERT INTO lunch_days (community_id, day, state, price, asks_at, calls_at, closes_at, serves_at, published_at)
		VALUES ($1, $2, 'published', 800, $3, $4, $5, $6, $3)`, h.id, day, at(-1, 10, 0), at(-1, 15, 0), at(-1, 16, 0), at(0, 11, 30))
	for _, m := range lunch.Modes {
		h.exec(`INSERT INTO lunch_places (community_id, day, mode, capacity) VALUES ($1, $2, $3, $4)`, h.id, day, m, each)
	}
}

// state makes a day what it is to be.
func (h *hall) state(day time.Time, is lunch.State) {
	h.Helper()
	h.exec(`UPDATE lunch_days SET state = $3::text, published_at = CASE WHEN $3 = 'planned' THEN NULL ELSE asks_at END,
		closed_at = CASE WHEN $3 IN ('closed', 'over') THEN closes_at END, cancelled_at = CASE WHEN $3 = 'cancelled' THEN asks_at END
		WHERE community_id = $1 AND day = $2`, h.id, day, is)
}

// dish puts a dish on the menu of a day.
func (h *hall) dish(day time.Time, nth, choice int, name, ticks string) {
	h.Helper()
	var id int64
	require.NoError(h, h.db.Get(&id, `
		INSERT INTO dishes (community_id, name, ticks, since) VALUES ($1, $2, $3::text[], $4) RETURNING id`, h.id, name, "{"+ticks+"}", h.clk.Now()))
	h.exec(`INSERT INTO lunch_menus (community_id, day, nth, dish_id, choice) VALUES ($1, $2, $3, $4, $5)`, h.id, day, nth, id, choice)
}

func (h *hall) meet(name string) people.Actor {
	h.Helper()
	h.keys++
	p, err := h.people.Meet(h.ctx, h.id, people.Telegram{ID: int64(h.keys), FirstName: name})
	require.NoError(h, err)
	a := people.Actor{Community: h.id, Person: p.ID, Name: name}
	_, err = h.people.Agree(h.ctx, a, name)
	require.NoError(h, err)
	if h.home != 0 {
		_, err = h.people.Settle(h.ctx, a, h.home, 1, "101")
		require.NoError(h, err)
	}
	return a
}

// eater is somebody of 76 who eats here.
func (h *hall) eater(name string) people.Actor {
	h.Helper()
	a := h.meet(name)
	h.exec(`UPDATE persons SET birth_year = 1950 WHERE id = $1`, a.Person)
	_, err := h.lunch.LetIn(h.ctx, a, lunch.Entry{Person: a.Person})
	require.NoError(h, err)
	return a
}

// acts lets somebody act for another.
func (h *hall) acts(who, whom people.Actor) {
	h.Helper()
	token, err := h.people.OfferFamily(h.ctx, whom, whom.Person, people.Family)
	require.NoError(h, err)
	l, err := h.people.OpenFamily(h.ctx, h.id, who.Person, token)
	require.NoError(h, err)
	_, err = h.people.AgreeFamily(h.ctx, whom, l.ID, true)
	require.NoError(h, err)
}

// order orders Tuesday as usual for the actor; list says what where there is none.
func (h *hall) order(a people.Actor, list string) lunch.Order {
	h.Helper()
	return h.wish(a, lunch.Wish{Day: h.tuesday, Person: a.Person, List: list})
}

func (h *hall) wish(a people.Actor, w lunch.Wish) lunch.Order {
	h.Helper()
	o, err := h.lunch.Order(h.ctx, a, w)
	require.NoError(h, err)
	return o
}

// not cancels Tuesday.
func (h *hall) not(a people.Actor) lunch.Order {
	h.Helper()
	o, err := h.lunch.NotThen(h.ctx, a, h.tuesday, a.Person)
	require.NoError(h, err)
	return o
}

// tuesdays is what everybody has of Tuesday, "name state portions mode" each.
func (h *hall) tuesdays() (all []string) {
	h.Helper()
	require.NoError(h, h.db.Select(&all, `
		SELECT p.name || ' ' || o.state || ' ' || o.portions || ' ' || o.mode
		FROM lunch_orders o JOIN persons p ON p.community_id = o.community_id AND p.id = o.person_id
		WHERE o.community_id = $1 AND o.day = $2 ORDER BY p.id`, h.id, h.tuesday))
	return all
}

// at is a moment of the hall: a day of November, at a clock.
func (h *hall) at(day, hour, minute int) time.Time {
	return time.Date(2026, 11, day, hour, minute, 0, 0, h.zone)
}

// pass lets the time go on to a moment, and does every job that falls due on the way.
func (h *hall) pass(until time.Time) {
	h.Helper()
	for {
		var job struct {
			ID    int64
			Topic string
			Args  []byte
			Due   time.Time
		}
		err := h.db.Get(&job, `
			SELECT id, topic, args, due_at AS due FROM outbox
			WHERE state = 'waiting' AND person_id = 0 AND chat_id = 0 AND topic LIKE 'lunch.%' AND due_at <= $1
			ORDER BY due_at, id LIMIT 1`, until)
		if err != nil {
			break
		}
		h.clk.Advance(max(0, job.Due.Sub(h.clk.Now())))
		require.NoError(h, h.lunch.Do(h.ctx, h.id, job.Topic, job.Args))
		h.exec(`UPDATE outbox SET state = 'done', settled_at = $2 WHERE id = $1`, job.ID, job.Due)
	}
	h.clk.Advance(max(0, until.Sub(h.clk.Now())))
}

// told is what waits for people or was told them by now, "name topic" each.
func (h *hall) told() []string {
	h.Helper()
	all := []string{}
	require.NoError(h, h.db.Select(&all, `
		SELECT p.name || ' ' || o.topic FROM outbox o JOIN persons p ON p.community_id = o.community_id AND p.id = o.person_id
		WHERE o.state IN ('waiting', 'sent') AND o.due_at <= $1 AND o.topic LIKE 'lunch.%' ORDER BY o.id`, h.clk.Now()))
	return all
}

// rulesHold checks that no way has too many, nobody two, and that the count is right.
func (h *hall) rulesHold() {
	h.Helper()
	require.Empty(h, wrongs(h.T, h.db, h.id))
}

// wrongs are the days and ways of which more is taken than there is, or is counted
// otherwise than the orders say, and the people who have two orders for a day.
func wrongs(t require.TestingT, db *sqlx.DB, community int64) []string {
	var all []string
	require.NoError(t, db.Select(&all, `
		WITH real AS (
			SELECT p.day, p.mode, p.capacity, p.taken, coalesce(sum(o.portions) FILTER (WHERE o.state IN ('ordered', 'offered')), 0) AS n
			FROM lunch_places p
			LEFT JOIN lunch_orders o ON o.community_id = p.community_id AND o.day = p.day AND o.mode = p.mode
			WHERE p.community_id = $1 GROUP BY p.day, p.mode, p.capacity, p.taken)
		SELECT format('%s %s: %s of %s', day, mode, n, capacity) FROM real WHERE n > capacity
		UNION ALL SELECT format('%s %s: %s counted, %s taken', day, mode, taken, n) FROM real WHERE n <> taken
		UNION ALL SELECT format('%s: %s orders of %s', day, count(*), person_id) FROM lunch_orders
			WHERE community_id = $1 GROUP BY day, person_id HAVING count(*) > 1`, community))
	return all
}

func refused(t require.TestingT, kind refusal.Kind, key string, err error) {
	r, ok := refusal.As(err)
	require.True(t, ok, "%v", err)
	require.Equal(t, kind, r.Kind)
	require.Equal(t, key, r.Key)
}

// count is how often something is among some.
func count(all []string, one string) (n int) {
	for _, x := range all {
		if x == one {
			n++
		}
	}
	return n
}

// urgency is the urgency of what somebody is told.
func (h *hall) urgency(topic string) (u outbox.Urgency) {
	h.Helper()
	require.NoError(h, h.db.Get(&u, `SELECT urgency FROM outbox WHERE topic = $1 ORDER BY id DESC LIMIT 1`, topic))
	return u
}
