package notices_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/notices"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/refusal"
)

// monday is ten o'clock on a Monday in the town's zone.
var monday = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

// town has two areas with a building each: in 3 live Li, who is a member there, Mei and
// Old Wang, who has no Telegram; in 5 live Chen and Lao Sun, who has blocked the bot. The
// secretary and her deputy live nowhere.
type town struct {
	*testing.T
	ctx     context.Context
	db      *sqlx.DB
	clk     *clock.Clock
	notices *notices.Service
	people  *people.Service
	box     *outbox.Store
	zone    *time.Location
	id      int64
	groups  board

	three, five                                 int64
	areas                                       []int64
	secretary, deputy, li, mei, wang, chen, sun people.Actor

	accounts int64
	fate     map[string]fate // of messages, by whom they are for
	told     []string        // whom the post brought what, in its order
}

// fate is what becomes of a message at Telegram.
type fate func(w *town, c outbox.Claimed) error

// board is the groups that take notices.
type board struct{ all *[]notices.Group }

func (b board) NoticeGroups(context.Context, sqlx.QueryerContext, int64) ([]notices.Group, error) {
	return slices.Clone(*b.all), nil
}

func newTown(t *testing.T) *town {
	t.Helper()
	db, clk := pgtest.New(t), clock.Frozen(monday)
	w := &town{
		T: t, ctx: t.Context(), db: db, clk: clk, people: people.New(db, clk), box: outbox.New(db, clk),
		notices: notices.New(db, clk, func() {}), groups: board{&[]notices.Group{}}, fate: map[string]fate{},
	}
	w.people.Follow(w.notices)
	w.notices.Posts(w.groups)
	towns := community.New(db, clk)
	c, err := towns.Ensure(w.ctx, 7, "Haiyang")
	require.NoError(t, err)
	w.id, w.zone = c.ID, c.Location()
	w.areas = []int64{0, 0}
	all, err := towns.Areas(w.ctx, w.id)
	require.NoError(t, err)
	w.areas[0] = all[0].ID
	require.NoError(t, db.Get(&w.areas[1], `INSERT INTO areas (community_id, name) VALUES ($1, 'East') RETURNING id`, w.id))
	build := func(name string, area int64) int64 {
		b, err := towns.AddBuilding(w.ctx, w.id, 0, community.Building{Name: name, Entrances: 2, Area: area})
		require.NoError(t, err)
		return b.ID
	}
	w.three, w.five = build("3", w.areas[0]), build("5", w.areas[1])
	w.secretary, w.deputy = w.meet("Secretary", 0, 0, ""), w.meet("Deputy", 0, 0, "")
	token, err := w.people.NewClaim(w.ctx, w.id, true)
	require.NoError(t, err)
	require.NoError(t, w.people.Redeem(w.ctx, w.id, w.secretary.Person, token))
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, w.deputy.Person, access.Deputy, 0))
	w.li = w.meet("Li", w.three, 1, "101")
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, w.li.Person, access.Member, w.areas[0]))
	w.mei, w.wang = w.meet("Mei", w.three, 2, "201"), w.enter("Old Wang", w.three, 2, "202")
	w.chen, w.sun = w.meet("Chen", w.five, 1, "301"), w.meet("Lao Sun", w.five, 1, "302")
	require.NoError(t, w.people.Unreachable(w.ctx, w.id, w.sun.Person))
	w.exec(`UPDATE outbox SET state = 'done', settled_at = due_at WHERE community_id = $1 AND state = 'waiting'`, w.id)
	return w
}

func (w *town) exec(statement string, args ...any) {
	w.Helper()
	_, err := w.db.Exec(statement, args...)
	require.NoError(w, err)
}

// meet is somebody with Telegram who agreed.
func (w *town) meet(name string, building int64, entrance int, flat string) people.Actor {
	w.Helper()
	w.accounts++
	p, err := w.people.Meet(w.ctx, w.id, people.Telegram{ID: w.accounts, FirstName: name})
	require.NoError(w, err)
	a := people.Actor{Community: w.id, Person: p.ID, Name: name}
	_, err = w.people.Agree(w.ctx, a, name)
	require.NoError(w, err)
	if building != 0 {
		_, err = w.people.Settle(w.ctx, a, building, entrance, flat)
		require.NoError(w, err)
	}
	return a
}

// enter is somebody on the register alone.
func (w *town) enter(name string, building int64, entrance int, flat string) people.Actor {
	w.Helper()
	p, err := w.people.Register(w.ctx, w.secretary, people.Registration{Name: name, Building: building, Entrance: entrance, Flat: flat, Consent: true})
	require.NoError(w, err)
	return people.Actor{Community: w.id, Person: p.ID, Name: name}
}

// group is a group that takes notices; of no building it is of all.
func (w *town) group(chat int64, buildings ...int64) notices.Group {
	w.Helper()
	g := notices.Group{Chat: chat, Buildings: buildings}
	require.NoError(w, w.db.Get(&g.ID, `
		INSERT INTO groups (community_id, chat_id, added_at, leave_at) VALUES ($1, $2, $3, $3) RETURNING id`, w.id, chat, w.clk.Now()))
	*w.groups.all = append(*w.groups.all, g)
	return g
}

// everybody is a notice to all, which the key tells from others.
func everybody(key string) notices.Draft {
	return notices.Draft{
		Key: key, Weight: notices.Important, Language: "en", Texts: notices.Words{"en": "Water off tomorrow from 9 to 12."},
		For: notices.Audience{People: true}, Answer: notices.Seen,
	}
}

func (w *town) confirm(d notices.Draft) notices.Notice {
	w.Helper()
	n, err := w.notices.Confirm(w.ctx, w.secretary, d)
	require.NoError(w, err)
	return n
}

// going is a notice that is on its way: the two minutes are over, and nobody has
// it yet.
func (w *town) going(d notices.Draft) notices.Notice {
	w.Helper()
	n := w.confirm(d)
	if d.Weight != notices.Urgent {
		w.clk.Advance(notices.Grace)
		w.jobs()
	}
	w.work(0, 1) // how far it is, to its author
	return w.read(n)
}

func (w *town) read(n notices.Notice) notices.Notice {
	w.Helper()
	n, err := w.notices.Read(w.ctx, w.id, n.ID)
	require.NoError(w, err)
	return n
}

// jobs does what is due of itself.
func (w *town) jobs() { w.Helper(); w.work(64, 0) }

// post brings some messages, the oldest first; 0 is all that are due.
func (w *town) post(most int64) {
	w.Helper()
	if most > 0 {
		w.work(0, most)
		return
	}
	for w.work(0, 64) > 0 {
	}
}

// until lets time pass in steps, and everything happen that falls due meanwhile.
func (w *town) until(at time.Time) {
	w.Helper()
	for w.clk.Now().Before(at) {
		for w.work(64, 64) > 0 {
		}
		next, ok, err := w.box.NextDue(w.ctx, w.clk.Now())
		require.NoError(w, err)
		if !ok || next.After(at) {
			next = at
		}
		w.clk.Advance(next.Sub(w.clk.Now()))
	}
	for w.work(64, 64) > 0 {
	}
}

func (w *town) pass(d time.Duration) { w.Helper(); w.until(w.clk.Now().Add(d)) }

// work claims so much once, and does it.
func (w *town) work(jobs, messages int64) int {
	w.Helper()
	rows, err := w.box.Claim(w.ctx, "test", 64, outbox.Want{Community: w.id, Jobs: jobs, Messages: messages})
	require.NoError(w, err)
	for _, c := range rows {
		if !c.Job() {
			w.bring(c)
			continue
		}
		if strings.HasPrefix(c.Topic, "notice.") {
			require.NoError(w, w.notices.Do(w.ctx, w.id, c.Topic, c.Args))
		}
		require.NoError(w, w.box.Done(w.ctx, c))
	}
	return len(rows)
}

func (w *town) bring(c outbox.Claimed) {
	w.Helper()
	whom := fmt.Sprint("group ", c.Chat)
	if c.Person != 0 {
		require.NoError(w, w.db.Get(&whom, `SELECT name FROM persons WHERE community_id = $1 AND id = $2`, w.id, c.Person))
	}
	if f := w.fate[whom]; f != nil && c.Edits == "" && c.Topic != "notice.progress" {
		require.NoError(w, f(w, c))
		return
	}
	if c.Edits != "" && c.Message == 0 {
		require.NoError(w, w.box.Skipped(w.ctx, c, "nothing to edit"))
		return
	}
	require.NoError(w, w.box.Attempting(w.ctx, c))
	require.NoError(w, w.box.Sent(w.ctx, c, c.ID, "text"))
	w.told = append(w.told, whom+" "+c.Topic)
}

func failed(reason string) fate {
	return func(w *town, c outbox.Claimed) error { return w.box.Failed(w.ctx, c, reason) }
}

func uncertain(w *town, c outbox.Claimed) error { return w.box.Uncertain(w.ctx, c) }

// heard is who was told what since it was asked last, but for what authors read of how
// far it is.
func (w *town) heard() []string {
	all := slices.DeleteFunc(w.told, func(s string) bool { return strings.HasSuffix(s, "notice.progress") })
	w.told = nil
	slices.Sort(all)
	return append([]string{}, all...)
}

// stands is how each recipient stands: "name state reason".
func (w *town) stands(n notices.Notice) []string {
	w.Helper()
	all := []string{}
	require.NoError(w, w.db.Select(&all, `
		SELECT trim(p.name || ' ' || r.state || ' ' || r.reason)
		FROM notice_recipients r JOIN persons p ON p.community_id = r.community_id AND p.id = r.person_id
		WHERE r.community_id = $1 AND r.notice_id = $2 ORDER BY p.id`, w.id, n.ID))
	return all
}

func (w *town) refused(kind refusal.Kind, key string, err error) {
	w.Helper()
	r, ok := refusal.As(err)
	require.True(w, ok, "want the refusal %s, got %v", key, err)
	require.Equal(w, kind, r.Kind)
	require.Equal(w, key, r.Key)
}

// at is a time of a day of November in the town's zone.
func (w *town) at(day, hour, minute int) time.Time {
	return time.Date(2026, 11, day, hour, minute, 0, 0, w.zone)
}

// booked are people who have something booked for Tuesday.
type booked []int64

func (b booked) Booked(_ context.Context, _ sqlx.QueryerContext, _ int64, day time.Time) ([]int64, error) {
	if day != time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC) {
		return nil, nil
	}
	return b, nil
}
