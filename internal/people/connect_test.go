package people_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

func TestAPersonLinkMakesTheTelegramTheirs(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, phone := w.secretary(), w.meet(5)
	wang := w.enter(sec, people.Registration{Name: "王秀兰", Flat: "501", BirthYear: 1951})
	d := w.follow()
	token, err := w.people.LinkPerson(w.ctx, sec, wang.ID)
	require.NoError(t, err)
	_, err = w.people.OpenPerson(w.ctx, w.home.ID, phone.Person, token+"x")
	refused(t, refusal.NotFound, "people.no_such_link", err)
	p, err := w.people.OpenPerson(w.ctx, w.home.ID, phone.Person, token)
	require.NoError(t, err)
	require.Equal(t, wang.ID, p.ID)
	require.EqualValues(t, 5, p.Telegram)
	require.True(t, p.Reachable)
	require.Equal(t, "王秀兰", p.Name)
	require.False(t, p.Known(), "nobody agreed for them")
	require.Equal(t, []people.Change{{Community: w.home.ID, Person: phone.Person, By: phone.Person, What: people.Merged, Into: wang.ID, At: morning}}, d.heard)

	again, err := w.people.OpenPerson(w.ctx, w.home.ID, wang.ID, token)
	require.NoError(t, err, "who opened it may do so again")
	require.Equal(t, wang.ID, again.ID)
	me, _, err := w.people.Visit(w.ctx, w.home.ID, people.Telegram{ID: 5})
	require.NoError(t, err)
	require.Equal(t, wang.ID, me.ID)
	card, _, err := w.people.See(w.ctx, sec, phone.Person)
	require.NoError(t, err)
	require.Equal(t, wang.ID, card.ID, "the card of the fresh row shows who they are")
	_, err = w.people.LinkPerson(w.ctx, sec, wang.ID)
	refused(t, refusal.Conflict, "people.connected", err)
}

func TestWhoCannotBeThatPerson(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, neighbour, phone := w.secretary(), w.meet(5), w.meet(6)
	wang := w.enter(sec, people.Registration{Name: "王秀兰", Flat: "501"})
	_, err := w.people.Agree(w.ctx, neighbour, "老张")
	require.NoError(t, err)
	_, err = w.people.Settle(w.ctx, neighbour, w.building.ID, 1, "101")
	require.NoError(t, err)
	token, err := w.people.LinkPerson(w.ctx, sec, wang.ID)
	require.NoError(t, err)
	for _, who := range []people.Actor{sec, neighbour} {
		_, err = w.people.OpenPerson(w.ctx, w.home.ID, who.Person, token)
		refused(t, refusal.Conflict, "people.somebody_else", err)
	}
	_, err = w.people.OpenPerson(w.ctx, w.home.ID, phone.Person, token)
	require.NoError(t, err, "the link is still good")
}

func TestOneOfAHundredOpensThePersonLink(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec := w.secretary()
	wang := w.enter(sec, people.Registration{Name: "王秀兰", Flat: "501"})
	token, err := w.people.LinkPerson(w.ctx, sec, wang.ID)
	require.NoError(t, err)
	ids := make([]int64, 100)
	for i := range ids {
		ids[i] = w.meet(int64(100 + i)).Person
	}
	var wg sync.WaitGroup
	var won, lost atomic.Int32
	for _, id := range ids {
		wg.Go(func() {
			_, err := w.people.OpenPerson(w.ctx, w.home.ID, id, token)
			switch r, ok := refusal.As(err); {
			case err == nil:
				won.Add(1)
			case ok && r.Key == "people.no_such_link":
				lost.Add(1)
			default:
				t.Errorf("open: %v", err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, won.Load())
	require.EqualValues(t, 99, lost.Load())
	var with int
	require.NoError(t, w.db.Get(&with, `SELECT count(*) FROM persons WHERE merged_into IS NOT NULL`))
	require.Equal(t, 1, with)
}

func TestTheOwnNumberFindsOneself(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, me := w.secretary(), w.meet(5)
	wang := w.enter(sec, people.Registration{Name: "王秀兰", Flat: "501", Phone: "138 0000 0501"})
	_, ok, err := w.people.SamePhone(w.ctx, me)
	require.NoError(t, err)
	require.False(t, ok)
	_, err = w.people.IsMe(w.ctx, me, wang.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = w.people.OwnPhone(w.ctx, me, "+8613800000501")
	require.NoError(t, err)
	p, ok, err := w.people.SamePhone(w.ctx, me)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, wang.ID, p.ID)
	w.enter(sec, people.Registration{Name: "张大爷", Flat: "501", Phone: "13800000501"})
	_, ok, err = w.people.SamePhone(w.ctx, me)
	require.NoError(t, err)
	require.False(t, ok, "the number of two is nobody's alone")
	_, err = w.people.IsMe(w.ctx, me, wang.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
}

// TestWhatIsTheirsGoesAlong: roles, ties and open links name the one person.
func TestWhatIsTheirsGoesAlong(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, me, mother := w.secretary(), w.meet(5), w.meet(6)
	wang := w.enter(sec, people.Registration{Name: "王秀兰", Flat: "501", Phone: "13800000501"})
	require.NoError(t, w.people.Grant(w.ctx, sec, me.Person, access.Member, 0))
	_, err := w.db.Exec(`INSERT INTO ties (community_id, person_id, for_id, kind, agreed_by, since) VALUES
		($1, $2, $3, 'family', $3, now()), ($1, $2, $4, 'family', $4, now()), ($1, $4, $3, 'family', $3, now())`,
		w.home.ID, me.Person, mother.Person, wang.ID)
	require.NoError(t, err)
	_, err = w.people.OwnPhone(w.ctx, me, "8613800000501")
	require.NoError(t, err)
	_, err = w.people.IsMe(w.ctx, me, wang.ID)
	require.NoError(t, err)
	a, err := w.people.Actor(w.ctx, w.home.ID, wang.ID)
	require.NoError(t, err)
	require.True(t, a.Has(access.Member))
	require.Equal(t, []int64{mother.Person}, a.For, "once, and not for oneself")
}
