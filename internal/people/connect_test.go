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
	m, err := w.people.OpenPerson(w.ctx, w.home.ID, phone.Person, token)
	require.NoError(t, err)
	require.True(t, m.Asks)
	require.Equal(t, wang.ID, m.Person.ID)
	again, err := w.people.OpenPerson(w.ctx, w.home.ID, phone.Person, token)
	require.NoError(t, err, "who opened it may do so again")
	require.Equal(t, m, again)
	require.Empty(t, d.heard, "nothing changes unasked")
	_, err = w.people.AnswerPerson(w.ctx, w.meet(6), m.Link, true)
	refused(t, refusal.NotFound, "access.not_found", err)
	p, err := w.people.AnswerPerson(w.ctx, phone, m.Link, true)
	require.NoError(t, err)
	require.Equal(t, wang.ID, p.ID)
	require.EqualValues(t, 5, p.Telegram)
	require.True(t, p.Reachable)
	require.Equal(t, "王秀兰", p.Name)
	require.True(t, p.Known(), "the yes is the consent")
	require.Equal(t, []people.Change{{Community: w.home.ID, Person: phone.Person, By: phone.Person, What: people.Merged, Into: wang.ID, At: morning}}, d.heard)

	for _, who := range []people.Actor{phone, {Community: w.home.ID, Person: wang.ID}} {
		p, err = w.people.AnswerPerson(w.ctx, who, m.Link, true)
		require.NoError(t, err, "said again, nothing happens")
		require.Equal(t, wang.ID, p.ID)
	}
	require.Len(t, d.heard, 1)
	again, err = w.people.OpenPerson(w.ctx, w.home.ID, wang.ID, token)
	require.NoError(t, err)
	require.False(t, again.Asks)
	_, err = w.people.AnswerPerson(w.ctx, phone, m.Link, false)
	refused(t, refusal.NotFound, "people.no_such_link", err)
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
			me := people.Actor{Community: w.home.ID, Person: id}
			m, err := w.people.OpenPerson(w.ctx, w.home.ID, id, token)
			for range 3 {
				if err == nil {
					_, err = w.people.AnswerPerson(w.ctx, me, m.Link, true)
				}
			}
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

// TestOneOfManyLinksMakesSomebodyThatPerson: many links for one person are good,
// each opened on a phone of its own, and all say yes at once.
func TestOneOfManyLinksMakesSomebodyThatPerson(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec := w.secretary()
	wang := w.enter(sec, people.Registration{Name: "王秀兰", Flat: "501"})
	var wg sync.WaitGroup
	var won, lost atomic.Int32
	phones := make([]people.Actor, 20)
	links := make([]int64, len(phones))
	for i := range phones {
		phones[i] = w.meet(100 + int64(i))
		links[i] = w.asked(sec, phones[i], wang.ID).Link
	}
	for i, me := range phones {
		wg.Go(func() {
			switch _, err := w.people.AnswerPerson(w.ctx, me, links[i], true); {
			case err == nil:
				won.Add(1)
			case refusal.Is(err, refusal.NotFound):
				lost.Add(1)
			default:
				t.Errorf("answer: %v", err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, won.Load())
	require.EqualValues(t, 19, lost.Load())
}

// asked makes a link for somebody on the register and opens it.
func (w *town) asked(by, opener people.Actor, person int64) people.Meant {
	w.Helper()
	token, err := w.people.LinkPerson(w.ctx, by, person)
	require.NoError(w, err)
	m, err := w.people.OpenPerson(w.ctx, w.home.ID, opener.Person, token)
	require.NoError(w, err)
	require.True(w, m.Asks)
	return m
}

// TestTheWrongPhoneSaysNo: both stay as they were, with all that is theirs, and a
// yes by an old button comes too late.
func TestTheWrongPhoneSaysNo(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, wrong, mum := w.secretary(), w.meet(5), w.meet(6)
	wang := w.enter(sec, people.Registration{Name: "王秀兰", Flat: "501"})
	w.tied(mum, wrong, mum.Person, people.Family)
	before, err := w.people.Person(w.ctx, w.home.ID, wrong.Person)
	require.NoError(t, err)
	d := w.follow()
	token, err := w.people.LinkPerson(w.ctx, sec, wang.ID)
	require.NoError(t, err)
	m, err := w.people.OpenPerson(w.ctx, w.home.ID, wrong.Person, token)
	require.NoError(t, err)
	for range 2 {
		_, err = w.people.AnswerPerson(w.ctx, wrong, m.Link, false)
		require.NoError(t, err)
	}
	_, err = w.people.AnswerPerson(w.ctx, wrong, m.Link, true)
	refused(t, refusal.NotFound, "people.no_such_link", err)
	_, err = w.people.OpenPerson(w.ctx, w.home.ID, wrong.Person, token)
	refused(t, refusal.NotFound, "people.no_such_link", err)
	require.Empty(t, d.heard)
	entry, err := w.people.Person(w.ctx, w.home.ID, wang.ID)
	require.NoError(t, err)
	require.Equal(t, wang, entry)
	after, err := w.people.Person(w.ctx, w.home.ID, wrong.Person)
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.Equal(t, []int64{mum.Person}, w.actsFor(wrong))
	w.asked(sec, w.meet(7), wang.ID) // another link goes to the right phone
}

// TestTheYesIsLookedAtOnceMore: what was right when the link was opened may be so
// no more when the yes comes.
func TestTheYesIsLookedAtOnceMore(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		changes func(w *town, sec, maker, opener people.Actor, entry int64)
		kind    refusal.Kind
		key     string
	}{
		"its maker may connect nobody": {func(w *town, sec, maker, _ people.Actor, _ int64) {
			require.NoError(w, w.people.EndRole(w.ctx, sec, w.held(maker, access.Member)))
		}, refusal.NotFound, "people.no_such_link"},
		"the person has a duty": {func(w *town, sec, _, _ people.Actor, entry int64) {
			require.NoError(w, w.people.MakeDeputy(w.ctx, sec, entry))
		}, refusal.NotFound, "people.no_such_link"},
		"the person is gone": {func(w *town, sec, _, _ people.Actor, entry int64) {
			_, err := w.people.Moved(w.ctx, sec, entry)
			require.NoError(w, err)
		}, refusal.NotFound, "people.no_such_link"},
		"the person has a Telegram": {func(w *town, sec, _, _ people.Actor, entry int64) {
			other := w.meet(70)
			_, err := w.people.AnswerPerson(w.ctx, other, w.asked(sec, other, entry).Link, true)
			require.NoError(w, err)
		}, refusal.NotFound, "people.no_such_link"},
		"who opened it works here": {func(w *town, sec, _, opener people.Actor, _ int64) {
			w.grant(sec, opener, access.Volunteer)
		}, refusal.Conflict, "people.not_you"},
		"who opened it lives elsewhere": {func(w *town, _, _, opener people.Actor, _ int64) {
			_, err := w.people.Agree(w.ctx, opener, "老张")
			require.NoError(w, err)
			_, err = w.people.Settle(w.ctx, opener, w.building.ID, 1, "101")
			require.NoError(w, err)
		}, refusal.Conflict, "people.not_you"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			sec, maker, opener := w.secretary(), w.meet(5), w.meet(6)
			w.grant(sec, maker, access.Member)
			wang := w.enter(sec, people.Registration{Name: "王秀兰", Flat: "501"})
			m := w.asked(maker, opener, wang.ID)
			c.changes(w, sec, maker, opener, wang.ID)
			_, err := w.people.AnswerPerson(w.ctx, opener, m.Link, true)
			refused(t, c.kind, c.key, err)
			me, err := w.people.Person(w.ctx, w.home.ID, opener.Person)
			require.NoError(t, err)
			require.Zero(t, me.Merged)
		})
	}
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
