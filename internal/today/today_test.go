package today_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

func TestAPageComesWithTheShiftAndGoesWithIt(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.shift(10, 12, w.li)
	w.pass(time.Hour)
	require.Equal(t, []string{"Li today.page"}, w.told())
	w.sent()
	w.pass(2 * time.Hour)
	require.Equal(t, []string{"Li today.over"}, w.told())
	w.sent()
	w.changed(w.li)
	require.Zero(t, w.edits(), "nothing changes after the end")
}

func TestWhoGoesOnHasOnePage(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.shift(10, 12, w.li)
	w.shift(12, 14, w.li)
	w.pass(time.Hour)
	w.sent()
	w.pass(2 * time.Hour)
	require.Equal(t, []string{"Li today.gone", "Li today.page"}, w.told(), "the new one takes the place of the old")
	w.sent()
	w.pass(2 * time.Hour)
	require.Equal(t, []string{"Li today.over"}, w.told())
}

func TestANewPageTakesThePlaceOfTheOld(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	require.NoError(t, w.today.Open(w.ctx, w.li, "a"))
	w.sent()
	w.changed(w.li)
	require.Equal(t, 1, w.edits())
	require.NoError(t, w.today.Open(w.ctx, w.li, "b"))
	require.NoError(t, w.today.Open(w.ctx, w.li, "b"), "a repeat")
	require.Equal(t, []string{"Li today.gone", "Li today.page"}, w.told())
	require.Zero(t, w.edits(), "what would have changed the old one stays away")
	w.sent()
	w.pass(20 * time.Hour)
	require.Equal(t, []string{"Li today.over"}, w.told(), "next morning, once")
	w.sent()
	w.changed(w.li)
	require.Zero(t, w.edits())
}

func TestAPageThatWasNotSentYetIsNotSent(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	require.NoError(t, w.today.Open(w.ctx, w.li, "a"))
	require.NoError(t, w.today.Open(w.ctx, w.li, "b"))
	require.Equal(t, []string{"Li today.gone", "Li today.page"}, w.told(), "of which the first finds nothing to delete")
}

func TestABusyMinuteIsOneEditInFiveSeconds(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.changed(w.li, w.wang)
	require.Zero(t, w.edits(), "nobody has a page")
	require.NoError(t, w.today.Open(w.ctx, w.li, "a"))
	w.sent()
	for range 60 { // a minute, a change a second
		w.changed(w.li, w.wang)
		w.clk.Advance(time.Second)
	}
	require.Equal(t, 12, w.edits())
	var late int
	require.NoError(t, w.db.Get(&late, `
		SELECT count(*) FROM outbox WHERE topic = 'today.edit' AND due_at > $1`, w.clk.Now().Add(5*time.Second)))
	require.Zero(t, late, "and none comes later than five seconds after what changed")
}

func TestOfManyAskingsOnePageLives(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			if err := w.today.Open(w.ctx, w.li, fmt.Sprint(i)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var alive int
	require.NoError(t, w.db.Get(&alive, `
		SELECT count(*) FROM outbox p WHERE p.topic = 'today.page' AND p.state = 'waiting'
			AND NOT EXISTS (SELECT FROM outbox g WHERE g.topic = 'today.gone' AND g.edits = p.key)`))
	require.Equal(t, 1, alive)
}

func TestWhoHasAPage(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for role, may := range map[access.Role]bool{
		access.Volunteer: true, access.Carer: true, access.Kitchen: true,
	} {
		a := w.meet(string(role))
		require.NoError(t, w.people.Grant(w.ctx, w.secretary, a.Person, role, 0))
		require.Equal(t, may, w.today.Open(w.ctx, a, "a") == nil, role)
	}
	require.NoError(t, w.today.Open(w.ctx, w.secretary, "a"))
	r, refused := refusal.As(w.today.Open(w.ctx, w.mei, "a"))
	require.True(t, refused)
	require.Equal(t, refusal.NotFound, r.Kind, "a resident")
}

func TestWhoWorksNoMoreHasNone(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	require.NoError(t, w.today.Open(w.ctx, w.li, "a"))
	w.sent()
	require.NoError(t, w.people.Resign(w.ctx, people.Actor{Community: w.id, Person: w.li.Person}))
	require.Equal(t, []string{"Li today.over"}, w.told())
	w.sent()
	w.changed(w.li)
	require.Zero(t, w.edits())
}
