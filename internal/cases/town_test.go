package cases_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/refusal"
)

// morning is nine o'clock in the town's zone.
var morning = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

// town is a community with a resident who is known and lives in building 3,
// two members there, one elsewhere, and a secretary.
type town struct {
	*testing.T
	ctx       context.Context
	db        *sqlx.DB
	clk       *clock.Clock
	cases     *cases.Service
	people    *people.Service
	community *community.Service
	id        int64
	building  community.Building

	mei, neighbour, li, wang, far, secretary people.Actor

	keys int
}

func newTown(t *testing.T) *town {
	t.Helper()
	w := emptyTown(t)
	w.secretary = w.claimed(w.meet("Secretary"))
	east, err := w.community.AddArea(w.ctx, w.id, 0, "east")
	require.NoError(t, err)
	w.li, w.wang, w.far = w.member("Li", w.building.Area), w.member("Wang", w.building.Area), w.member("Far", east.ID)
	w.neighbour = w.settled(w.meet("Neighbour"))
	return w
}

// emptyTown has a resident and nobody who could go.
func emptyTown(t *testing.T) *town {
	t.Helper()
	db, clk := pgtest.New(t), clock.Frozen(morning)
	w := &town{
		T: t, ctx: t.Context(), db: db, clk: clk,
		people: people.New(db, clk), community: community.New(db, clk),
	}
	w.cases = cases.New(db, clk, w.community, func() {})
	w.cases.Works(calendar.New(db, clk))
	w.cases.Unlimited() // the clock stands while they bring
	home, err := w.community.Ensure(w.ctx, 7, "Haiyang")
	require.NoError(t, err)
	w.id = home.ID
	w.building, err = w.community.AddBuilding(w.ctx, w.id, 0, community.Building{Name: "3", Entrances: 4})
	require.NoError(t, err)
	w.mei = w.settled(w.meet("Mei"))
	return w
}

func (w *town) meet(name string) people.Actor {
	w.Helper()
	w.keys++
	p, err := w.people.Meet(w.ctx, w.id, people.Telegram{ID: int64(w.keys), FirstName: name})
	require.NoError(w, err)
	return people.Actor{Community: w.id, Person: p.ID, Name: name}
}

func (w *town) settled(a people.Actor) people.Actor {
	w.Helper()
	_, err := w.people.Agree(w.ctx, a, a.Name)
	require.NoError(w, err)
	_, err = w.people.Settle(w.ctx, a, w.building.ID, 2, "501")
	require.NoError(w, err)
	return a
}

func (w *town) claimed(a people.Actor) people.Actor {
	w.Helper()
	token, err := w.people.NewClaim(w.ctx, w.id, true)
	require.NoError(w, err)
	require.NoError(w, w.people.Redeem(w.ctx, w.id, a.Person, token))
	return a
}

func (w *town) member(name string, area int64) people.Actor {
	w.Helper()
	a := w.meet(name)
	require.NoError(w, w.people.Grant(w.ctx, w.secretary, a.Person, access.Member, area))
	return a
}

// key is a new key, as a dialog's session or a message would give one.
func (w *town) key() string {
	w.keys++
	return fmt.Sprintf("k%d", w.keys)
}

func (w *town) photo() []cases.Media {
	w.keys++
	return []cases.Media{{Kind: "photo", FileID: fmt.Sprintf("f%d", w.keys), UniqueID: fmt.Sprintf("u%d", w.keys)}}
}

// draft is a photo that the resident sent.
func (w *town) draft(a people.Actor) cases.Case {
	w.Helper()
	c, err := w.cases.Draft(w.ctx, a, cases.NewDraft{Key: w.key(), Media: w.photo(), Words: "dark", Own: true})
	require.NoError(w, err)
	return c
}

// opened is a whole report by the resident: Li is asked, who serves longest.
func (w *town) opened() cases.Case {
	w.Helper()
	c, err := w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), Kind: "lamp", Words: "it is dark", Media: w.photo()})
	require.NoError(w, err)
	return c
}

// taken is one that its holder goes to.
func (w *town) taken() cases.Case {
	w.Helper()
	return w.do(w.cases.Take(w.ctx, w.holder(w.opened()), w.last()))
}

// done is one that its holder reported done.
func (w *town) done() cases.Case {
	w.Helper()
	c := w.taken()
	return w.do(w.cases.ReportDone(w.ctx, w.holder(c), c.ID, cases.Note{Key: w.key(), Media: w.photo()}))
}

// waiting is one that waits for parts for a week.
func (w *town) waiting() cases.Case {
	w.Helper()
	c := w.taken()
	return w.do(w.cases.Wait(w.ctx, w.holder(c), c.ID, cases.Pending{For: cases.ForParts, Until: w.clk.Now().Add(7 * 24 * time.Hour)}))
}

// proposed is one whose holder says that it ends otherwise.
func (w *town) proposed(p cases.Proposal) cases.Case {
	w.Helper()
	c := w.taken()
	return w.do(w.cases.Propose(w.ctx, w.holder(c), c.ID, p))
}

// ended is one to whose end the secretary agreed.
func (w *town) ended(p cases.Proposal) cases.Case {
	w.Helper()
	return w.do(w.cases.Agree(w.ctx, w.secretary, w.proposed(p).ID))
}

// toProperty passes a case to the property company, to be asked again in a week.
func (w *town) toProperty() cases.Proposal {
	return cases.Proposal{As: cases.Referred, Why: "theirs", To: "property", AskOn: w.clk.Now().Add(7 * 24 * time.Hour)}
}

func (w *town) holder(c cases.Case) people.Actor {
	return people.Actor{Community: w.id, Person: c.Holder}
}

// last is the id of the newest case.
func (w *town) last() (id int64) {
	w.Helper()
	require.NoError(w, w.db.Get(&id, `SELECT max(id) FROM cases WHERE community_id = $1`, w.id))
	return id
}

func (w *town) do(c cases.Case, err error) cases.Case {
	w.Helper()
	require.NoError(w, err)
	return c
}

func (w *town) read(id int64) cases.Case {
	w.Helper()
	return w.do(w.cases.Read(w.ctx, w.id, id))
}

// told lists what waits to be told of a case: "Li case.ping", jobs as "- case.unsent";
// that its clocks are looked at, and that somebody looks days later, goes without
// saying.
func (w *town) told(id int64) (all []string) {
	w.Helper()
	require.NoError(w, w.db.Select(&all, `
		SELECT coalesce(p.name, '-') || ' ' || o.topic FROM outbox o
		LEFT JOIN persons p ON p.community_id = o.community_id AND p.id = o.person_id
		WHERE o.community_id = $1 AND (o.args->>'case')::bigint = $2 AND o.state = 'waiting'
			AND o.topic NOT IN ('case.clock', 'case.silence', 'case.visit_due')
		ORDER BY o.id`, w.id, id))
	return all
}

// sent marks all that waits as delivered, so that told shows what is new.
func (w *town) sent() {
	w.Helper()
	_, err := w.db.Exec(`UPDATE outbox SET state = 'sent' WHERE state = 'waiting' AND person_id <> 0`)
	require.NoError(w, err)
}

// due is when a job of that key runs.
func (w *town) due(key string) (at time.Time) {
	w.Helper()
	require.NoError(w, w.db.Get(&at, `SELECT due_at FROM outbox WHERE community_id = $1 AND key = $2`, w.id, key))
	return at
}

// arg is an argument of the newest row of a topic.
func (w *town) arg(topic, name string) any {
	w.Helper()
	var raw []byte
	require.NoError(w, w.db.Get(&raw, `SELECT args FROM outbox WHERE topic = $1 ORDER BY id DESC LIMIT 1`, topic))
	var args map[string]any
	require.NoError(w, json.Unmarshal(raw, &args))
	return args[name]
}

// events lists the codes of what happened to a case.
func (w *town) events(id int64) (codes []string) {
	w.Helper()
	all, err := w.cases.Events(w.ctx, w.secretaryOr(id), id)
	require.NoError(w, err)
	for _, e := range all {
		codes = append(codes, string(e.Code))
	}
	return codes
}

func (w *town) secretaryOr(id int64) people.Actor {
	if w.secretary.Person != 0 {
		return w.secretary
	}
	return people.Actor{Community: w.id, Person: w.read(id).Reporter}
}

func refused(t testing.TB, kind refusal.Kind, key string, err error) {
	t.Helper()
	r, ok := refusal.As(err)
	require.True(t, ok, "want the refusal %s, got %v", key, err)
	require.Equal(t, key, r.Key)
	require.Equal(t, kind, r.Kind)
}
