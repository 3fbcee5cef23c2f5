package today_test

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
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/roster"
	"github.com/linli-bot/linli/internal/today"
)

// morning is nine o'clock on a Monday in the town's zone.
var morning = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

// town is a community with a secretary, two members of one area, and a resident.
type town struct {
	*testing.T
	ctx    context.Context
	db     *sqlx.DB
	clk    *clock.Clock
	today  *today.Service
	people *people.Service
	roster *roster.Service
	zone   *time.Location
	id     int64
	area   int64

	secretary, li, wang, mei people.Actor

	keys int
}

func newTown(t *testing.T) *town {
	t.Helper()
	db, clk := pgtest.New(t), clock.Frozen(morning)
	w := &town{
		T: t, ctx: t.Context(), db: db, clk: clk, people: people.New(db, clk), today: today.New(db, clk, func() {}),
		roster: roster.New(db, clk, calendar.New(db, clk), func() {}),
	}
	w.roster.Follow(w.today)
	w.people.Follow(w.today)
	communities := community.New(db, clk)
	home, err := communities.Ensure(w.ctx, 7, "Haiyang")
	require.NoError(t, err)
	w.id, w.zone = home.ID, home.Location()
	areas, err := communities.Areas(w.ctx, w.id)
	require.NoError(t, err)
	w.area = areas[0].ID
	w.secretary = w.meet("Secretary")
	token, err := w.people.NewClaim(w.ctx, w.id, true)
	require.NoError(t, err)
	require.NoError(t, w.people.Redeem(w.ctx, w.id, w.secretary.Person, token))
	w.li, w.wang, w.mei = w.member("Li"), w.member("Wang"), w.meet("Mei")
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

func (w *town) member(name string) people.Actor {
	w.Helper()
	a := w.meet(name)
	require.NoError(w, w.people.Grant(w.ctx, w.secretary, a.Person, access.Member, w.area))
	return a
}

// shift is one of duty on that Monday, with somebody in its first place.
func (w *town) shift(from, until int, who people.Actor) roster.Shift {
	w.Helper()
	y, m, d := morning.Date()
	sh, err := w.roster.AddShift(w.ctx, w.secretary, roster.Once{
		Activity: roster.Duty, Area: w.area, Slot: roster.Day, Places: 1,
		From: time.Date(y, m, d, from, 0, 0, 0, w.zone), Until: time.Date(y, m, d, until, 0, 0, 0, w.zone),
	})
	require.NoError(w, err)
	_, err = w.db.Exec(`
		INSERT INTO assignments (community_id, shift_id, person_id, places, starts_at, ends_at, seat, how, since)
		SELECT community_id, id, $3, places, starts_at, ends_at, 1, 'given', $4 FROM shifts WHERE community_id = $1 AND id = $2`,
		w.id, sh.ID, who.Person, w.clk.Now())
	require.NoError(w, err)
	return sh
}

// pass lets the time go on, and does every job that falls due on the way.
func (w *town) pass(d time.Duration) {
	w.Helper()
	until := w.clk.Now().Add(d)
	for {
		var job struct {
			ID    int64
			Topic string
			Args  []byte
			Due   time.Time
		}
		err := w.db.Get(&job, `
			SELECT id, topic, args, due_at AS due FROM outbox
			WHERE state = 'waiting' AND person_id = 0 AND chat_id = 0 AND topic ~ '^(roster|today)\.' AND due_at <= $1
			ORDER BY due_at, id LIMIT 1`, until)
		if err != nil {
			break
		}
		w.clk.Advance(max(0, job.Due.Sub(w.clk.Now())))
		err = w.roster.Do(w.ctx, w.id, job.Topic, job.Args)
		if job.Topic == "today.morning" {
			err = w.today.Do(w.ctx, w.id, job.Topic)
		}
		require.NoError(w, err)
		_, err = w.db.Exec(`UPDATE outbox SET state = 'done', settled_at = $2 WHERE id = $1`, job.ID, job.Due)
		require.NoError(w, err)
	}
	w.clk.Advance(max(0, until.Sub(w.clk.Now())))
}

// told is what waits for people by now, "Li today.page" each, as it came.
func (w *town) told() []string {
	w.Helper()
	all := []string{}
	require.NoError(w, w.db.Select(&all, `
		SELECT p.name || ' ' || o.topic FROM outbox o JOIN persons p ON p.community_id = o.community_id AND p.id = o.person_id
		WHERE o.state = 'waiting' AND o.due_at <= $1 AND (o.topic LIKE 'today.%' OR o.topic LIKE 'morning.%') ORDER BY o.id`, w.clk.Now()))
	return all
}

// sent marks all that is due by now as delivered, so that told shows what is new.
func (w *town) sent() {
	w.Helper()
	_, err := w.db.Exec(`UPDATE outbox SET state = 'sent' WHERE state = 'waiting' AND person_id <> 0 AND due_at <= $1`, w.clk.Now())
	require.NoError(w, err)
}

func (w *town) changed(some ...people.Actor) {
	w.Helper()
	var ids []int64
	for _, a := range some {
		ids = append(ids, a.Person)
	}
	require.NoError(w, pg.InTx(w.ctx, w.db, func(tx *sqlx.Tx) error { return w.today.Changed(w.ctx, tx, w.id, ids...) }))
}

// edits is how many changes of pages wait, due or not.
func (w *town) edits() (n int) {
	w.Helper()
	require.NoError(w, w.db.Get(&n, `SELECT count(*) FROM outbox WHERE topic = 'today.edit' AND state = 'waiting'`))
	return n
}
