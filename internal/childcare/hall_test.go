package childcare_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/refusal"
)

// monday is ten o'clock on a Monday in the hall's zone: Tuesday can be booked.
var monday = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

// hall is a community that minds children: a secretary, Hua who runs the hall, Carer who
// is cleared, Mei with her children Bao (9, of the school) and Dou (7), and Bao's father.
// There is the usual week for their school.
type hall struct {
	*testing.T
	ctx     context.Context
	db      *sqlx.DB
	clk     *clock.Clock
	care    *childcare.Service
	people  *people.Service
	zone    *time.Location
	id      int64
	home    int64
	school  int64
	tuesday time.Time
	hands   *rota

	secretary, hua, carer, mei, father people.Actor

	bao, dou int64
	keys     int
}

// rota is who has a place for the children, as the roster would say.
type rota struct {
	on     map[childcare.Work][]int64 // all day
	stints map[childcare.Work][]childcare.Stint
}

func (r *rota) Stints(_ context.Context, _ sqlx.QueryerContext, _ int64, w childcare.Work, from, until time.Time) ([]childcare.Stint, error) {
	all := slices.Clone(r.stints[w])
	for _, person := range r.on[w] {
		all = append(all, childcare.Stint{Person: person, From: from, Until: until})
	}
	return all, nil
}

func (r *rota) Works(_ context.Context, _ sqlx.QueryerContext, _, person int64, _ time.Time) (all []childcare.Work, err error) {
	for _, w := range []childcare.Work{childcare.Walk, childcare.Minding} {
		if slices.Contains(r.on[w], person) {
			all = append(all, w)
		}
	}
	return all, nil
}

func (r *rota) Doing(_ context.Context, _ sqlx.QueryerContext, _ int64, w childcare.Work, _, _ time.Time) ([]int64, error) {
	return slices.Clone(r.on[w]), nil
}

func newHall(t *testing.T) *hall {
	t.Helper()
	db, clk := pgtest.New(t), clock.Frozen(monday)
	h := &hall{
		T: t, ctx: t.Context(), db: db, clk: clk, people: people.New(db, clk), tuesday: dayAt(24), hands: &rota{on: map[childcare.Work][]int64{}, stints: map[childcare.Work][]childcare.Stint{}},
		care: childcare.New(db, clk, calendar.New(db, clk), func() {}),
	}
	h.people.Follow(h.care)
	h.care.Helped(h.hands)
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
	h.hua, h.carer, h.mei, h.father = h.meet("Hua"), h.meet("Carer"), h.meet("Mei"), h.meet("Father")
	require.NoError(t, h.people.Grant(h.ctx, h.secretary, h.hua.Person, access.Childcare, 0))
	require.NoError(t, h.people.Grant(h.ctx, h.secretary, h.carer.Person, access.Carer, 0))
	require.NoError(t, h.care.OpenHouse(h.ctx, h.secretary, childcare.UsualHouse()))
	sc, err := h.care.AddSchool(h.ctx, h.hua, childcare.School{Name: "Xinyuan", Gate: "east gate"})
	require.NoError(t, err)
	h.school = sc.ID
	_, err = h.care.UsualWeek(h.ctx, h.hua, h.school)
	require.NoError(t, err)
	h.bao, h.dou = h.child(h.mei, "Bao", 2017, 3), h.child(h.mei, "Dou", 2019, 1)
	h.decides(h.father, h.bao)
	return h
}

// dayAt is a day of November 2026, or of December where it is over thirty.
func dayAt(day int) time.Time { return time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC) }

func (h *hall) exec(statement string, args ...any) {
	h.Helper()
	_, err := h.db.Exec(statement, args...)
	require.NoError(h, err)
}

func (h *hall) meet(name string) people.Actor {
	h.Helper()
	h.keys++
	p, err := h.people.Meet(h.ctx, h.id, people.Telegram{ID: int64(h.keys), FirstName: name})
	require.NoError(h, err)
	a := people.Actor{Community: h.id, Person: p.ID, Name: name}
	_, err = h.people.Agree(h.ctx, a, name)
	require.NoError(h, err)
	_, err = h.people.Settle(h.ctx, a, h.home, 1, "101")
	if h.home != 0 {
		require.NoError(h, err)
	}
	return a
}

// child is one with a file, for whom somebody decides.
func (h *hall) child(of people.Actor, name string, year, grade int) int64 {
	h.Helper()
	p, err := h.people.AddChild(h.ctx, of, name, year)
	require.NoError(h, err)
	_, err = h.care.Enrol(h.ctx, of, childcare.Child{ID: p.ID, School: h.school, Grade: grade, Naps: true})
	require.NoError(h, err)
	return p.ID
}

// decides lets somebody decide for a child too.
func (h *hall) decides(who people.Actor, child int64) {
	h.Helper()
	h.tie(who.Person, child, people.Guardian)
}

func (h *hall) tie(who, child int64, kind people.TieKind) {
	h.Helper()
	h.exec(`INSERT INTO ties (community_id, person_id, for_id, kind, agreed_by, since) VALUES ($1, $2, $3, $4, $2, $5)`,
		h.id, who, child, kind, h.clk.Now())
}

// book books a part of Tuesday, or of another day.
func (h *hall) book(a people.Actor, child int64, part childcare.Part, day ...time.Time) childcare.Booking {
	h.Helper()
	w := childcare.Wish{Child: child, Day: h.tuesday, Part: part}
	if len(day) > 0 {
		w.Day = day[0]
	}
	all, err := h.care.Book(h.ctx, a, w)
	require.NoError(h, err)
	require.Len(h, all, 1)
	return all[0]
}

// offers are all parts of Tuesday as its family reads them.
func (h *hall) offers(a people.Actor, child int64) []childcare.Offer {
	h.Helper()
	all, err := h.care.Offers(h.ctx, a, child, h.tuesday, 1)
	require.NoError(h, err)
	return all
}

// offer is a part of a day as its family reads it.
func (h *hall) offer(a people.Actor, child int64, part childcare.Part, day ...time.Time) childcare.Offer {
	h.Helper()
	on := append(day, h.tuesday)[0]
	all, err := h.care.Offers(h.ctx, a, child, on, 1)
	require.NoError(h, err)
	for _, o := range all {
		if o.Part == part {
			return o
		}
	}
	return childcare.Offer{}
}

// others are n more children, each with somebody who decides, made at once.
func (h *hall) others(n int) (of []people.Actor, children []int64) {
	h.Helper()
	add := func(name string, year any) (ids []int64) {
		require.NoError(h, h.db.Select(&ids, `
			INSERT INTO persons (community_id, name, language, birth_year, reachable, created_at)
			SELECT $1, $2 || g, 'en', $3, false, $4 FROM generate_series(1, $5) g RETURNING id`, h.id, name, year, h.clk.Now(), n))
		return ids
	}
	parents, children := add("P", nil), add("C", 2017)
	for i, p := range parents {
		h.tie(p, children[i], people.Guardian)
		h.exec(`INSERT INTO care_children (community_id, child_id, school_id, grade, since, consent_at, consent_by) VALUES ($1, $2, $3, 3, $4, $4, $5)`,
			h.id, children[i], h.school, h.clk.Now(), p)
		of = append(of, people.Actor{Community: h.id, Person: p})
	}
	return of, children
}

// places gives every sitting of a day so many.
func (h *hall) places(day time.Time, n int) {
	h.Helper()
	h.exec(`UPDATE care_sittings SET places = $3 WHERE community_id = $1 AND day = $2`, h.id, day, n)
}

// on is what everybody has of a day, "name part state" each.
func (h *hall) on(day time.Time) (all []string) {
	h.Helper()
	require.NoError(h, h.db.Select(&all, `
		SELECT p.name || ' ' || b.part || ' ' || b.state FROM care_bookings b
		JOIN persons p ON p.community_id = b.community_id AND p.id = b.child_id
		WHERE b.community_id = $1 AND b.day = $2 ORDER BY b.child_id, b.part, b.nth`, h.id, day))
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
			WHERE state = 'waiting' AND person_id = 0 AND chat_id = 0 AND topic LIKE 'care.%' AND due_at <= $1
			ORDER BY due_at, id LIMIT 1`, until)
		if err != nil {
			break
		}
		h.clk.Advance(max(0, job.Due.Sub(h.clk.Now())))
		require.NoError(h, h.care.Do(h.ctx, h.id, job.Topic, job.Args))
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
		WHERE o.state IN ('waiting', 'sent') AND o.due_at <= $1 AND o.topic LIKE 'care.%' ORDER BY o.id`, h.clk.Now()))
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

// jsonOf are ids as they are stored.
func jsonOf(ids ...int64) string {
	raw, err := json.Marshal(ids)
	if err != nil {
		panic(err)
	}
	return string(raw)
}
