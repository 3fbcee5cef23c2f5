package childcare_test

import (
	"context"
	"fmt"
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
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/refusal"
)

// yard is a Tuesday in November on which children are minded: a secretary, Lead who runs
// the hall, Ann and Bea who fetch and mind, Kong who counsels, and whoever a test adds. From
// school they are fetched at noon and at four; from half past four to six they do their
// homework.
type yard struct {
	*testing.T
	ctx    context.Context
	db     *sqlx.DB
	clk    *clock.Clock
	care   *childcare.Service
	people *people.Service
	zone   *time.Location
	id     int64
	day    time.Time
	school int64
	desk   *desk
	shifts shifts

	secretary, lead, ann, bea, kong people.Actor

	sitting map[string]int64 // noon.fetch, noon.lunch, noon.nap, noon.back, after.fetch, after.mind, day.mind, talk
	keys    int
}

// kid is a child, its mother, and its bookings by part.
type kid struct {
	id      int64
	mother  people.Actor
	booking map[childcare.Part]int64
}

// chains are what the parts of the day are made of: when each sitting begins and ends.
var chains = map[childcare.Part][]struct {
	what        string
	from, until int // minutes
}{

	childcare.Noon:  {{"fetch", 700, 720}, {"lunch", 720, 760}, {"nap", 760, 820}, {"back", 820, 840}},
	childcare.After: {{"fetch", 960, 980}, {"mind", 980, 1080}},
	childcare.Whole: {{"mind", 480, 690}},
	childcare.Talk:  {{"talk", 1110, 1150}},
}

func newYard(t *testing.T) *yard {
	t.Helper()
	db, clk := pgtest.New(t), clock.Frozen(time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)) // eleven o'clock
	y := &yard{
		T: t, ctx: t.Context(), db: db, clk: clk, people: people.New(db, clk), day: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC),
		care: childcare.New(db, clk, calendar.New(db, clk), func() {}), sitting: map[string]int64{}, desk: &desk{}, shifts: shifts{},
	}
	y.care.Helped(y.shifts)
	y.care.Worries(y.desk)
	y.people.Heeds(y.care)
	towns := community.New(db, clk)
	town, err := towns.Ensure(y.ctx, 7, "Haiyang")
	require.NoError(t, err)
	y.id, y.zone = town.ID, town.Location()
	y.secretary = y.meet("Secretary")
	token, err := y.people.NewClaim(y.ctx, y.id, true)
	require.NoError(t, err)
	require.NoError(t, y.people.Redeem(y.ctx, y.id, y.secretary.Person, token))
	y.lead, y.kong = y.is("Lead", access.Childcare), y.is("Kong", access.Counsellor)
	y.ann, y.bea = y.carer("Ann"), y.carer("Bea")
	y.exec(`INSERT INTO care_houses (community_id, since) VALUES ($1, $2)`, y.id, clk.Now())
	y.school = y.row(`INSERT INTO care_schools (community_id, name, gate) VALUES ($1, 'Fourth School', 'east gate') RETURNING id`, y.id)
	y.exec(`INSERT INTO care_days (community_id, day, weekday, school, state, asks_at, closes_at)
		VALUES ($1, $2, 2, true, 'closed', $3, $4)`, y.id, y.day, clk.Now().Add(-17*time.Hour), clk.Now().Add(-15*time.Hour))
	for part, chain := range chains {
		for _, c := range chain {
			y.sits(part, c.what, c.from, c.until)
		}
	}
	return y
}

// sits makes a sitting of the day.
func (y *yard) sits(part childcare.Part, what string, from, until int) {
	y.Helper()
	school, person := int64(0), int64(0)
	if what == "fetch" || what == "back" {
		school = y.school
	}
	if what == "talk" {
		person = y.kong.Person
	}
	pattern := y.row(`
		INSERT INTO care_patterns (community_id, part, what, weekdays, from_minute, until_minute, places, ratio, school_id, person_id, since)
		VALUES ($1, $2, $3, '{2}', $4, $5, CASE WHEN $3 = 'talk' THEN 1 ELSE 200 END, 10, nullif($6::bigint, 0), nullif($7::bigint, 0), $8)
		RETURNING id`, y.id, part, what, from, until, school, person, y.clk.Now())
	y.sitting[string(part)+"."+what] = y.row(`
		INSERT INTO care_sittings (community_id, day, pattern_id, part, what, starts_at, ends_at, places, price)
		VALUES ($1, $2, $3, $4, $5, $6, $7, CASE WHEN $5 = 'talk' THEN 1 ELSE 200 END, 0) RETURNING id`,
		y.id, y.day, pattern, part, what, y.at(from/60, from%60), y.at(until/60, until%60))
}

// at is a moment of the Tuesday.
func (y *yard) at(hour, minute int) time.Time {
	return time.Date(y.day.Year(), y.day.Month(), y.day.Day(), hour, minute, 0, 0, y.zone)
}

func (y *yard) exec(statement string, args ...any) {
	y.Helper()
	_, err := y.db.Exec(statement, args...)
	require.NoError(y, err)
}

// row inserts one and returns its id.
func (y *yard) row(statement string, args ...any) (id int64) {
	y.Helper()
	require.NoError(y, y.db.Get(&id, statement, args...))
	return id
}

func (y *yard) meet(name string) people.Actor {
	y.Helper()
	y.keys++
	p, err := y.people.Meet(y.ctx, y.id, people.Telegram{ID: int64(y.keys), FirstName: name})
	require.NoError(y, err)
	a := people.Actor{Community: y.id, Person: p.ID, Name: name}
	_, err = y.people.Agree(y.ctx, a, name)
	require.NoError(y, err)
	return a
}

// is somebody who has a role, and is cleared where it is one with children.
func (y *yard) is(name string, role access.Role) people.Actor {
	y.Helper()
	a := y.meet(name)
	y.exec(`INSERT INTO person_roles (community_id, person_id, role, since) VALUES ($1, $2, $3, $4)`, y.id, a.Person, role, y.clk.Now())
	y.exec(`UPDATE person_roles SET cleared_at = since, cleared_by = person_id WHERE person_id = $1 AND role IN ('carer', 'counsellor', 'childcare')`, a.Person)
	return a
}

// carer is one who has a shift on the Tuesday.
func (y *yard) carer(name string) people.Actor {
	y.Helper()
	a := y.is(name, access.Carer)
	y.shifts[a.Person] = y.day
	return a
}

// child is one of eight with its mother, who has booked some parts of the day.
func (y *yard) child(name string, parts ...childcare.Part) kid {
	y.Helper()
	k := kid{mother: y.meet(name + "'s mother"), booking: map[childcare.Part]int64{}}
	p, err := y.people.AddChild(y.ctx, k.mother, name, 2018)
	require.NoError(y, err)
	k.id = p.ID
	y.exec(`INSERT INTO care_children (community_id, child_id, school_id, grade, since, consent_at, consent_by) VALUES ($1, $2, $3, 2, $4, $4, $5)`,
		y.id, k.id, y.school, y.clk.Now(), k.mother.Person)
	for _, part := range parts {
		y.books(k, part)
	}
	return k
}

// books books a part of the day for a child.
func (y *yard) books(k kid, part childcare.Part) {
	y.Helper()
	k.booking[part] = y.row(`
		INSERT INTO care_bookings (community_id, day, child_id, part, by_id, how, state, since) VALUES ($1, $2, $3, $4, $5, 'tap', 'booked', $6)
		RETURNING id`, y.id, y.day, k.id, part, k.mother.Person, y.clk.Now())
	y.exec(`
		INSERT INTO care_legs (community_id, booking_id, sitting_id, child_id, day, part, what, holds, starts_at, ends_at)
		SELECT community_id, $3, id, $4, day, part, what, true, starts_at, ends_at FROM care_sittings
		WHERE community_id = $1 AND day = $2 AND part = $5 AND (part <> 'talk' OR id = (SELECT min(id) FROM care_sittings WHERE part = 'talk' AND taken < places))`,
		y.id, y.day, k.booking[part], k.id, part)
}

// guardian lets one more decide for a child.
func (y *yard) guardian(k kid, name string) people.Actor {
	y.Helper()
	a := y.meet(name)
	y.guardianIs(k, a)
	return a
}

// guardianIs lets somebody decide for a child too.
func (y *yard) guardianIs(k kid, a people.Actor) {
	y.Helper()
	y.exec(`INSERT INTO ties (community_id, person_id, for_id, kind, agreed_by, since) VALUES ($1, $2, $3, 'guardian', $4, $5)`,
		y.id, a.Person, k.id, k.mother.Person, y.clk.Now())
}

// listed puts somebody on a child's list; person 0 is not on the register.
func (y *yard) listed(k kid, name string, person int64, more ...any) int64 {
	y.Helper()
	id := y.row(`INSERT INTO care_collectors (community_id, child_id, person_id, name, since, by_id)
		VALUES ($1, $2, nullif($3::bigint, 0), $4, $5, $6) RETURNING id`, y.id, k.id, person, name, y.clk.Now(), k.mother.Person)
	for i := 0; i+1 < len(more); i += 2 {
		y.exec(fmt.Sprintf(`UPDATE care_collectors SET %s = $3 WHERE community_id = $1 AND id = $2`, more[i]), y.id, id, more[i+1])
	}
	return id
}

// inHall has a child be in the hall, held by a carer.
func (y *yard) inHall(k kid, by people.Actor) {
	y.Helper()
	for part := range k.booking {
		require.NoError(y, y.care.Came(y.ctx, by, k.booking[part]))
		return
	}
	y.Fatal("it comes to nothing")
}

// now is where a child is: its place, and who answers for it.
func (y *yard) now(k kid) string {
	y.Helper()
	var is string
	require.NoError(y, y.db.Get(&is, `
		SELECT c.place || ' ' || coalesce(p.name, c.holder_name) FROM care_custody c
		LEFT JOIN persons p ON p.community_id = c.community_id AND p.id = c.holder_id
		WHERE c.community_id = $1 AND c.child_id = $2 AND c.until IS NULL`, y.id, k.id))
	return is
}

// told is what waits for people or was told them by now, "name topic" each, but for what
// they have seen taken away.
func (y *yard) told(topic string) []string {
	y.Helper()
	all := []string{}
	require.NoError(y, y.db.Select(&all, `
		SELECT p.name FROM outbox o JOIN persons p ON p.community_id = o.community_id AND p.id = o.person_id
		WHERE o.state IN ('waiting', 'sent') AND o.due_at <= $1 AND o.topic = $2 ORDER BY o.id`, y.clk.Now(), topic))
	return all
}

// sent has the outbox have told everything.
func (y *yard) sent() {
	y.Helper()
	y.exec(`UPDATE outbox SET state = 'sent', settled_at = $2, message_id = id WHERE community_id = $1 AND state = 'waiting' AND person_id <> 0`, y.id, y.clk.Now())
}

// awaits has what falls due on the day be enqueued, as its closing does.
func (y *yard) awaits() {
	y.Helper()
	require.NoError(y, pg.InTx(y.ctx, y.db, func(tx *sqlx.Tx) error { return y.care.AwaitDay(y.ctx, tx, y.id, y.day) }))
}

// pass lets the time go on to a moment, and does every job that falls due on the way.
func (y *yard) pass(hour, minute int) {
	y.Helper()
	until := y.at(hour, minute)
	for {
		var jobs []struct {
			ID    int64
			Topic string
			Args  []byte
			Due   time.Time
		}
		require.NoError(y, y.db.Select(&jobs, `
			SELECT id, topic, args, due_at AS due FROM outbox
			WHERE state = 'waiting' AND person_id = 0 AND chat_id = 0 AND topic LIKE 'care.%' AND due_at <= $1 ORDER BY due_at, id LIMIT 1`, until))
		if len(jobs) == 0 {
			break
		}
		job := jobs[0]
		y.clk.Advance(max(0, job.Due.Sub(y.clk.Now())))
		require.NoError(y, y.care.Do(y.ctx, y.id, job.Topic, job.Args))
		y.exec(`UPDATE outbox SET state = 'done', settled_at = $2 WHERE id = $1`, job.ID, job.Due)
	}
	y.clk.Advance(max(0, until.Sub(y.clk.Now())))
}

// goes is how a child leaves, or the key of what is refused.
func (y *yard) goes(by people.Actor, l childcare.Leaving) string {
	y.Helper()
	c, err := y.care.Leave(y.ctx, by, l)
	return how(y, c, err)
}

func how(t require.TestingT, c childcare.Custody, err error) string {
	if err == nil {
		return string(c.How)
	}
	r, ok := refusal.As(err)
	require.True(t, ok, "%v", err)
	return r.Key
}

// refusedAs is the key of what is refused, "" where nothing is.
func refusedAs(t require.TestingT, err error) string {
	if err == nil {
		return ""
	}
	return how(t, childcare.Custody{}, err)
}
