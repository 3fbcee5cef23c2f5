package people_test

import (
	"context"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/refusal"
)

var morning = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

type town struct {
	*testing.T
	ctx       context.Context
	db        *sqlx.DB
	clk       *clock.Clock
	people    *people.Service
	community *community.Service
	home      community.Community
	building  community.Building
}

func newTown(t *testing.T) *town {
	t.Helper()
	db, clk := pgtest.New(t), clock.Frozen(morning)
	w := &town{T: t, ctx: t.Context(), db: db, clk: clk, people: people.New(db, clk), community: community.New(db, clk)}
	var err error
	w.home, err = w.community.Ensure(w.ctx, 7, "Haiyang")
	require.NoError(t, err)
	w.building, err = w.community.AddBuilding(w.ctx, w.home.ID, 0, community.Building{Name: "3", Entrances: 4})
	require.NoError(t, err)
	return w
}

func (w *town) meet(telegram int64) people.Actor {
	w.Helper()
	p, err := w.people.Meet(w.ctx, w.home.ID, people.Telegram{ID: telegram, FirstName: "N", Language: "zh-hans"})
	require.NoError(w, err)
	return people.Actor{Community: w.home.ID, Person: p.ID}
}

func (w *town) secretary() people.Actor {
	w.Helper()
	a := w.meet(1)
	token, err := w.people.NewClaim(w.ctx, w.home.ID, false)
	require.NoError(w, err)
	require.NoError(w, w.people.Redeem(w.ctx, w.home.ID, a.Person, token))
	return a
}

func refused(t *testing.T, kind refusal.Kind, key string, err error) {
	t.Helper()
	r, ok := refusal.As(err)
	require.True(t, ok, "want the refusal %s, got %v", key, err)
	require.Equal(t, kind, r.Kind)
	require.Equal(t, key, r.Key)
}

func TestMeetKnowsSomebodyAgain(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	p, err := w.people.Meet(w.ctx, w.home.ID, people.Telegram{ID: 5, FirstName: "Mei\x00\xff", Language: "en-GB"})
	require.NoError(t, err)
	require.Equal(t, people.Person{ID: p.ID, Telegram: 5, Name: "Mei", Initials: "m", Language: "en", Reachable: true, Presence: people.Here}, p)
	require.False(t, p.Known())
	require.False(t, p.Settled())

	me := people.Actor{Community: w.home.ID, Person: p.ID}
	_, err = w.people.Agree(w.ctx, me, "Mrs Mei")
	require.NoError(t, err)
	require.NoError(t, w.people.Unreachable(w.ctx, w.home.ID, p.ID))
	gone, err := w.people.Person(w.ctx, w.home.ID, p.ID)
	require.NoError(t, err)
	require.False(t, gone.Reachable)

	back, err := w.people.Meet(w.ctx, w.home.ID, people.Telegram{ID: 5, FirstName: "Renamed", Language: "zh"})
	require.NoError(t, err)
	require.True(t, back.Reachable, "who writes is reached")
	require.Equal(t, "Mrs Mei", back.Name)
	require.Equal(t, "en", back.Language)
	require.True(t, back.Known())
}

func TestLanguagesOfFirstContact(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for i, row := range []struct{ telegram, want string }{
		{"zh-hans", "zh"}, {"ZH", "zh"}, {"en", "en"}, {"", "zh"}, {"fr", "en"},
	} {
		p, err := w.people.Meet(w.ctx, w.home.ID, people.Telegram{ID: int64(100 + i), Language: row.telegram})
		require.NoError(t, err)
		require.Equal(t, row.want, p.Language, row.telegram)
	}
}

func TestWhatSomebodySaysOfThemselves(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	me := w.meet(5)
	_, err := w.people.Agree(w.ctx, me, " ")
	refused(t, refusal.Invalid, "people.bad_name", err)
	_, err = w.people.Settle(w.ctx, me, w.building.ID, 5, "")
	refused(t, refusal.Invalid, "people.no_entrance", err)
	_, err = w.people.Settle(w.ctx, me, w.building.ID+9, 1, "")
	refused(t, refusal.NotFound, "community.no_building", err)
	_, err = w.people.SetFlat(w.ctx, me, "1234567890123")
	refused(t, refusal.Invalid, "people.bad_flat", err)
	_, err = w.people.Settle(w.ctx, people.Actor{Community: w.home.ID, Person: 999}, w.building.ID, 1, "")
	refused(t, refusal.NotFound, "access.not_found", err)

	for range 2 { // what is repeated leaves no second event
		_, err = w.people.Settle(w.ctx, me, w.building.ID, 2, "501")
		require.NoError(t, err)
	}
	p, err := w.people.SetLanguage(w.ctx, me, "en")
	require.NoError(t, err)
	require.True(t, p.Settled())
	require.Equal(t, people.Person{
		ID: p.ID, Telegram: 5, Name: "N", Initials: "n", Language: "en", Building: w.building.ID, Entrance: 2, Flat: "501",
		Household: p.Household, Reachable: true, Presence: people.Here,
	}, p)
	require.NotZero(t, p.Household)
	var codes []string
	require.NoError(t, w.db.Select(&codes, `SELECT code FROM person_events WHERE person_id = $1 ORDER BY id`, p.ID))
	require.Equal(t, []string{"met", "settled", "language_chosen"}, codes)
}

func TestRegister(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, stranger := w.secretary(), w.meet(9)
	entry := people.Registration{Name: "Old Zhao", BirthYear: 1946, Phone: "0535", Building: w.building.ID, Entrance: 1, Flat: "101", Consent: true}
	_, err := w.people.Register(w.ctx, stranger, entry)
	refused(t, refusal.NotFound, "access.not_found", err)

	p, err := w.people.Register(w.ctx, sec, entry)
	require.NoError(t, err)
	require.True(t, p.Known() && p.Settled())
	require.False(t, p.Reachable, "no Telegram")
	require.Equal(t, "zh", p.Language)

	entry.Telegram, entry.Phone = 9, ""
	known, err := w.people.Register(w.ctx, sec, entry)
	require.NoError(t, err)
	require.Equal(t, stranger.Person, known.ID, "somebody who wrote already is completed")
	require.Equal(t, "Old Zhao", known.Name)
	require.True(t, known.Reachable)
}

func TestRolesAreReadAtTheMomentTheyCount(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, li, wang := w.secretary(), w.meet(2), w.meet(3)
	refused(t, refusal.NotFound, "access.not_found", w.people.Grant(w.ctx, li, li.Person, access.Member, 0))
	for range 2 {
		require.NoError(t, w.people.Grant(w.ctx, sec, li.Person, access.Member, 0))
	}
	refused(t, refusal.Conflict, "people.secretary_exists", w.people.Grant(w.ctx, sec, li.Person, access.Secretary, 0))
	refused(t, refusal.Invalid, "people.unknown_role", w.people.Grant(w.ctx, sec, li.Person, "king", 0))
	refused(t, refusal.NotFound, "access.not_found", w.people.Grant(w.ctx, sec, 999, access.Member, 0))

	a, err := w.people.Actor(w.ctx, w.home.ID, li.Person)
	require.NoError(t, err)
	require.Equal(t, people.Actor{
		Community: w.home.ID, Person: li.Person, Name: "N",
		Roles: []access.Role{access.Resident, access.Member}, Areas: []int64{w.building.Area},
	}, a)
	duty, err := w.people.OnDuty(w.ctx, w.home.ID, w.building.Area)
	require.NoError(t, err)
	require.Equal(t, []int64{li.Person, sec.Person}, []int64{duty[0].ID, duty[1].ID})

	token, err := w.people.NewClaim(w.ctx, w.home.ID, true)
	require.NoError(t, err)
	require.NoError(t, w.people.Redeem(w.ctx, w.home.ID, wang.Person, token))
	sec.Roles = access.Roles // what an actor says of itself is not believed
	refused(t, refusal.NotFound, "access.not_found", w.people.Grant(w.ctx, sec, wang.Person, access.Member, 0))
	now, err := w.people.Secretary(w.ctx, w.home.ID)
	require.NoError(t, err)
	require.Equal(t, wang.Person, now.ID)
}

func TestMembersAreThoseOfTheArea(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, li, wang, gone := w.secretary(), w.meet(2), w.meet(3), w.meet(4)
	east, err := w.community.AddArea(w.ctx, w.home.ID, 0, "east")
	require.NoError(t, err)
	refused(t, refusal.Invalid, "community.which_area", w.people.Grant(w.ctx, sec, li.Person, access.Member, 0))
	require.NoError(t, w.people.Grant(w.ctx, sec, li.Person, access.Member, east.ID))
	require.NoError(t, w.people.Grant(w.ctx, sec, wang.Person, access.Member, w.building.Area))
	require.NoError(t, w.people.Grant(w.ctx, sec, gone.Person, access.Member, east.ID))
	require.NoError(t, w.people.Unreachable(w.ctx, w.home.ID, gone.Person))

	ids := func(area int64) []int64 {
		members, _, err := people.Staff(w.ctx, w.db, w.home.ID, area)
		require.NoError(t, err)
		return members
	}
	require.Equal(t, []int64{li.Person}, ids(east.ID))
	require.Equal(t, []int64{li.Person, wang.Person}, ids(0))
}

func TestWhoMayBeGivenCases(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, resident := w.secretary(), w.meet(5)
	for who, want := range map[int64]bool{sec.Person: true, resident.Person: false} {
		a, err := w.people.Actor(w.ctx, w.home.ID, who)
		require.NoError(t, err)
		require.Equal(t, want, a.Staff())
	}
}
