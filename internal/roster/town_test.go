package roster_test

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
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/roster"
)

// morning is nine o'clock on a Monday in the town's zone.
var morning = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

// town is a community with a secretary, three members of one area, one of
// another, and a resident.
type town struct {
	*testing.T
	ctx       context.Context
	db        *sqlx.DB
	clk       *clock.Clock
	roster    *roster.Service
	people    *people.Service
	community *community.Service
	outbox    *outbox.Store
	zone      *time.Location
	id        int64
	area      int64
	east      int64

	secretary, li, wang, zhao, far, mei people.Actor

	keys int
}

func newTown(t *testing.T) *town {
	t.Helper()
	db, clk := pgtest.New(t), clock.Frozen(morning)
	w := &town{
		T: t, ctx: t.Context(), db: db, clk: clk, outbox: outbox.New(db, clk),
		people: people.New(db, clk), community: community.New(db, clk),
		roster: roster.New(db, clk, calendar.New(db, clk), func() {}),
	}
	home, err := w.community.Ensure(w.ctx, 7, "Haiyang")
	require.NoError(t, err)
	w.id, w.zone = home.ID, home.Location()
	areas, err := w.community.Areas(w.ctx, w.id)
	require.NoError(t, err)
	w.area = areas[0].ID
	east, err := w.community.AddArea(w.ctx, w.id, 0, "east")
	require.NoError(t, err)
	w.east = east.ID
	w.secretary = w.meet("Secretary")
	token, err := w.people.NewClaim(w.ctx, w.id, true)
	require.NoError(t, err)
	require.NoError(t, w.people.Redeem(w.ctx, w.id, w.secretary.Person, token))
	w.li, w.wang, w.zhao = w.member("Li", w.area), w.member("Wang", w.area), w.member("Zhao", w.area)
	w.far, w.mei = w.member("Far", w.east), w.meet("Mei")
	return w
}

func (w *town) meet(name string) people.Actor {
	w.Helper()
	w.keys++
	p, err := w.people.Meet(w.ctx, w.id, people.Telegram{ID: int64(w.keys), FirstName: name})
	require.NoError(w, err)
	a := people.Actor{Community: w.id, Person: p.ID, Name: name}
	_, err = w.people.Agree(w.ctx, a, name)
	require.NoError(w, err)
	return a
}

func (w *town) member(name string, area int64) people.Actor {
	w.Helper()
	a := w.meet(name)
	require.NoError(w, w.people.Grant(w.ctx, w.secretary, a.Person, access.Member, area))
	return a
}

// at is a moment of the town: so many days from that Monday, at a clock.
func (w *town) at(days int, c calendar.Clock) time.Time {
	return c.On(morning.In(w.zone).AddDate(0, 0, days))
}

// shift is one of duty in the members' area that comes once.
func (w *town) shift(from, until time.Time, places int) roster.Shift {
	w.Helper()
	sh, err := w.roster.AddShift(w.ctx, w.secretary, roster.Once{
		Activity: roster.Duty, Area: w.area, Slot: roster.Day, From: from, Until: until, Places: places,
	})
	require.NoError(w, err)
	return sh
}

// pass lets the time go on to a moment, and does every job that falls due on the way.
func (w *town) pass(until time.Time) {
	w.Helper()
	for {
		var job struct {
			ID    int64
			Topic string
			Args  []byte
			Due   time.Time
		}
		err := w.db.Get(&job, `
			SELECT id, topic, args, due_at AS due FROM outbox
			WHERE state = 'waiting' AND person_id = 0 AND chat_id = 0 AND topic LIKE 'roster.%' AND due_at <= $1
			ORDER BY due_at, id LIMIT 1`, until)
		if err != nil {
			break
		}
		w.clk.Advance(max(0, job.Due.Sub(w.clk.Now())))
		require.NoError(w, w.roster.Do(w.ctx, w.id, job.Topic, job.Args))
		_, err = w.db.Exec(`UPDATE outbox SET state = 'done', settled_at = $2 WHERE id = $1`, job.ID, job.Due)
		require.NoError(w, err)
	}
	w.clk.Advance(max(0, until.Sub(w.clk.Now())))
}

// told is what waits for people or was told them by now, "name topic" each.
func (w *town) told() []string {
	w.Helper()
	all := []string{}
	require.NoError(w, w.db.Select(&all, `
		SELECT p.name || ' ' || o.topic FROM outbox o JOIN persons p ON p.community_id = o.community_id AND p.id = o.person_id
		WHERE o.state IN ('waiting', 'sent') AND o.due_at <= $1 AND o.topic LIKE 'shift.%' ORDER BY o.id`, w.clk.Now()))
	return all
}

func refused(t require.TestingT, kind refusal.Kind, key string, err error) {
	r, ok := refusal.As(err)
	require.True(t, ok, "%v", err)
	require.Equal(t, kind, r.Kind)
	require.Equal(t, key, r.Key)
}
