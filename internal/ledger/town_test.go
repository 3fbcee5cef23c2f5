package ledger_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/refusal"
)

// morning is nine o'clock in the town's zone.
var morning = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

// november is the month of that morning.
var november = ledger.Month(2026, time.November)

// town is a community with a secretary, the leads of the kitchen and of the
// children, and two diners; a daughter acts for one of them.
type town struct {
	*testing.T
	ctx    context.Context
	db     *sqlx.DB
	clk    *clock.Clock
	people *people.Service
	ledger *ledger.Ledger
	id     int64

	secretary, chef, carer, mei, li, daughter people.Actor

	keys int
}

func newTown(t *testing.T) *town {
	t.Helper()
	db, clk := pgtest.New(t), clock.Frozen(morning)
	w := &town{T: t, ctx: t.Context(), db: db, clk: clk, people: people.New(db, clk), ledger: ledger.New(clk)}
	w.people.Follow(w.ledger)
	home, err := community.New(db, clk).Ensure(w.ctx, 7, "Haiyang")
	require.NoError(t, err)
	w.id = home.ID
	w.secretary = w.meet("Secretary")
	token, err := w.people.NewClaim(w.ctx, w.id, true)
	require.NoError(t, err)
	require.NoError(t, w.people.Redeem(w.ctx, w.id, w.secretary.Person, token))
	w.chef, w.carer = w.lead("Chef", access.Kitchen), w.lead("Carer", access.Childcare)
	w.mei, w.li, w.daughter = w.meet("Mei"), w.meet("Li"), w.meet("Daughter")
	w.acts(w.daughter, w.mei)
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

func (w *town) lead(name string, of access.Role) people.Actor {
	w.Helper()
	a := w.meet(name)
	require.NoError(w, w.people.Grant(w.ctx, w.secretary, a.Person, of, 0))
	return a
}

func (w *town) acts(who, whom people.Actor) {
	w.Helper()
	token, err := w.people.OfferFamily(w.ctx, whom, whom.Person, people.Family)
	require.NoError(w, err)
	l, err := w.people.OpenFamily(w.ctx, w.id, who.Person, token)
	require.NoError(w, err)
	_, err = w.people.AgreeFamily(w.ctx, whom, l.ID, true)
	require.NoError(w, err)
}

// bot is nobody: what a service does by itself.
func (w *town) bot() people.Actor { return people.Actor{Community: w.id} }

// entry is one of lunch on that morning, with a key of its own.
func (w *town) entry(code ledger.Code, person, amount int64) ledger.Entry {
	w.keys++
	e := ledger.Entry{
		Book: ledger.Lunch, Key: fmt.Sprintf("k%d", w.keys), Code: code, Day: "2026-11-23", Amount: amount, Person: person, Reason: "so it is",
	}
	if code == ledger.Receipt || code == ledger.Subsidy || code == ledger.Gift {
		e.Name = "rice"
	}
	return e
}

func (w *town) post(by people.Actor, e ledger.Entry) (id int64, err error) {
	err = pg.InTx(w.ctx, w.db, func(tx *sqlx.Tx) error {
		id, err = w.ledger.Post(w.ctx, tx, by, e)
		return err
	})
	return id, err
}

// posted is an entry that is in order.
func (w *town) posted(by people.Actor, e ledger.Entry) int64 {
	w.Helper()
	id, err := w.post(by, e)
	require.NoError(w, err)
	return id
}

func (w *town) correct(by people.Actor, entry int64, key, reason string) (id int64, err error) {
	err = pg.InTx(w.ctx, w.db, func(tx *sqlx.Tx) error {
		id, err = w.ledger.Correct(w.ctx, tx, by, ledger.Mistake{Entry: entry, Key: key, Reason: reason})
		return err
	})
	return id, err
}

func (w *town) forget(person int64) {
	w.Helper()
	require.NoError(w, pg.InTx(w.ctx, w.db, func(tx *sqlx.Tx) error { return w.ledger.Forget(w.ctx, tx, w.id, person) }))
}

func (w *town) balance(person int64) int64 {
	w.Helper()
	sum, err := w.ledger.Balance(w.ctx, w.db, w.id, ledger.Lunch, person)
	require.NoError(w, err)
	return sum
}

func (w *town) statement(by people.Actor, person int64, span ledger.Span) ledger.Statement {
	w.Helper()
	s, err := w.ledger.Statement(w.ctx, w.db, by, ledger.Page{Book: ledger.Lunch, Person: person, Span: span})
	require.NoError(w, err)
	return s
}

// open is the open account of some days, a line each: "cost rice +5 -3".
func (w *town) open(span ledger.Span) (all []string) {
	w.Helper()
	totals, err := w.ledger.Open(w.ctx, w.db, w.id, ledger.Lunch, span)
	require.NoError(w, err)
	for _, t := range totals {
		all = append(all, fmt.Sprintf("%s %s +%d -%d", t.Kind, t.Name, t.Got, t.Gave))
	}
	return all
}

// days are from one day until before another.
func days(from, until calendar.Date) ledger.Span { return ledger.Span{From: from, Until: until} }

func refused(t require.TestingT, kind refusal.Kind, key string, err error) {
	r, ok := refusal.As(err)
	require.True(t, ok, "want the refusal %s, got %v", key, err)
	require.Equal(t, key, r.Key)
	require.Equal(t, kind, r.Kind)
}
