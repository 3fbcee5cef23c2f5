package people_test

import (
	"context"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// realNow is for measuring.
func realNow() time.Time { return clock.New().Now() }

// diary is a service that hears of changes.
type diary struct{ heard []people.Change }

func (d *diary) PersonChanged(_ context.Context, _ *sqlx.Tx, c people.Change) error {
	d.heard = append(d.heard, c)
	return nil
}

func (d *diary) whats() (all []people.What) {
	for _, c := range d.heard {
		all = append(all, c.What)
	}
	return all
}

func (w *town) follow() *diary {
	d := &diary{}
	w.people.Follow(d)
	return d
}

func TestAwayAndBack(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, stranger := w.secretary(), w.meet(9)
	wang := w.enter(sec, people.Registration{Name: "王秀兰", Flat: "501"})
	d := w.follow()
	tomorrow := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	today := tomorrow.AddDate(0, 0, -1)
	_, err := w.people.Away(w.ctx, stranger, wang.ID, nil)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = w.people.Away(w.ctx, sec, wang.ID, &today)
	refused(t, refusal.Invalid, "people.bad_day", err)
	for range 2 { // a repeat does nothing
		p, err := w.people.Away(w.ctx, sec, wang.ID, &tomorrow)
		require.NoError(t, err)
		require.Equal(t, people.Away, p.Presence)
		require.True(t, p.Until.Equal(tomorrow))
	}
	require.Equal(t, []people.What{people.Paused}, d.whats())
	require.NoError(t, w.people.ReturnIfDue(w.ctx, w.home.ID, wang.ID))
	require.Len(t, d.heard, 1, "it is not tomorrow yet")
	w.clk.Advance(15 * time.Hour) // midnight in Shanghai
	for range 2 {
		require.NoError(t, w.people.ReturnIfDue(w.ctx, w.home.ID, wang.ID))
	}
	require.Equal(t, []people.What{people.Paused, people.Back}, d.whats())

	_, err = w.people.Hospital(w.ctx, sec, wang.ID, nil)
	require.NoError(t, err)
	require.NoError(t, w.people.ReturnIfDue(w.ctx, w.home.ID, wang.ID), "nobody knows until when")
	for range 2 {
		p, err := w.people.Back(w.ctx, sec, wang.ID)
		require.NoError(t, err)
		require.True(t, p.Here())
	}
	require.Len(t, d.heard, 4)
}

func TestWhoDiedIsToldNothingAndAllIsUndone(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, wang := w.secretary(), w.meet(5)
	_, err := w.people.Agree(w.ctx, wang, "王秀兰")
	require.NoError(t, err)
	require.NoError(t, w.people.Grant(w.ctx, sec, wang.Person, access.Member, 0))
	require.NoError(t, pg.InTx(w.ctx, w.db, func(tx *sqlx.Tx) error {
		return outbox.Enqueue(w.ctx, tx, w.home.ID, outbox.Row{Key: "k", Person: wang.Person, Topic: "case.receipt", Due: morning})
	}))
	d := w.follow()
	for range 2 {
		p, err := w.people.Died(w.ctx, sec, wang.Person)
		require.NoError(t, err)
		require.True(t, p.Gone())
		require.False(t, p.Reachable)
	}
	require.Equal(t, []people.What{people.RoleEnded, people.Gone}, d.whats())
	var state string
	require.NoError(t, w.db.Get(&state, `SELECT state FROM outbox WHERE key = 'k'`))
	require.Equal(t, "withdrawn", state)

	p, _, err := w.people.Visit(w.ctx, w.home.ID, people.Telegram{ID: 5})
	require.NoError(t, err)
	require.Equal(t, wang.Person, p.ID)
	require.False(t, p.Reachable, "whoever has the phone is answered, and not written to")
	require.True(t, p.Known())

	_, err = w.people.Moved(w.ctx, sec, wang.Person) // said wrongly how
	require.NoError(t, err)
	for range 2 {
		p, err = w.people.NotGone(w.ctx, sec, wang.Person)
		require.NoError(t, err)
		require.True(t, p.Here() && p.Reachable && p.Known())
	}
	a, err := w.people.Actor(w.ctx, w.home.ID, wang.Person)
	require.NoError(t, err)
	require.True(t, a.Has(access.Member), "what ended by it is theirs again")
}

func TestWhoMovedAndWritesIsAskedAgain(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, wang := w.secretary(), w.meet(5)
	_, err := w.people.Agree(w.ctx, wang, "王秀兰")
	require.NoError(t, err)
	_, err = w.people.Moved(w.ctx, sec, wang.Person)
	require.NoError(t, err)
	p, _, err := w.people.Visit(w.ctx, w.home.ID, people.Telegram{ID: 5})
	require.NoError(t, err)
	require.True(t, p.Reachable)
	require.False(t, p.Known() || p.Here(), "a stray tap is no coming back")
	p, err = w.people.Agree(w.ctx, wang, "王秀兰")
	require.NoError(t, err)
	require.True(t, p.Known() && p.Here())
}

func TestNobodyEndsWhatIsNotTheirsToEnd(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, li, zhang := w.secretary(), w.meet(2), w.meet(3)
	require.NoError(t, w.people.Grant(w.ctx, sec, li.Person, access.Member, 0))
	require.NoError(t, w.people.Grant(w.ctx, sec, zhang.Person, access.Member, 0))
	_, err := w.people.Moved(w.ctx, li, zhang.Person)
	refused(t, refusal.Conflict, "people.on_duty", err)
	_, err = w.people.Moved(w.ctx, sec, sec.Person)
	refused(t, refusal.Conflict, "people.last_in_charge", err)
	_, err = w.people.Moved(w.ctx, sec, zhang.Person)
	require.NoError(t, err)
}
