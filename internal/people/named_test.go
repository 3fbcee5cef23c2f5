package people_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// kinds are those for which somebody is asked first.
func (w *town) kinds(a people.Actor) []string {
	w.Helper()
	some, err := people.KindsOf(w.ctx, w.db, w.home.ID, a.Person)
	require.NoError(w, err)
	return some
}

func TestAMemberIsNamedForKinds(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, li, mei := w.secretary(), w.meet(2), w.meet(3)
	name := func(by, whom people.Actor, kind string, is bool) error {
		return w.people.NameFor(w.ctx, by, whom.Person, kind, is)
	}
	refused(t, refusal.NotFound, "access.not_found", name(sec, li, "lamp", true)) // no member yet
	w.grant(sec, li, access.Member)
	refused(t, refusal.NotFound, "access.not_found", name(li, li, "lamp", true))
	refused(t, refusal.NotFound, "access.not_found", name(mei, li, "lamp", true))
	for _, kind := range []string{"unheard", "family", "neighbours", "complaint", "other"} {
		refused(t, refusal.Invalid, "community.no_kind", name(sec, li, kind, true))
	}
	require.NoError(t, name(sec, li, "power", true))
	require.NoError(t, name(sec, li, "lamp", true))
	require.NoError(t, name(sec, li, "lamp", true), "a second tap")
	require.Equal(t, []string{"lamp", "power"}, w.kinds(li))
	east, err := w.community.AddArea(w.ctx, w.home.ID, 0, "east")
	require.NoError(t, err)
	require.NoError(t, w.people.Grant(w.ctx, sec, li.Person, access.Member, east.ID))
	require.Equal(t, []string{"lamp", "power"}, w.kinds(li), "wherever they are a member")
	require.NoError(t, name(sec, li, "power", false))
	require.NoError(t, name(sec, li, "power", false))
	require.Equal(t, []string{"lamp"}, w.kinds(li))

	card, _, err := w.people.See(w.ctx, li, li.Person)
	require.NoError(t, err)
	require.Equal(t, []string{"lamp"}, card.Kinds)
	named, err := people.Named(w.ctx, w.db, w.home.ID, []int64{sec.Person, li.Person, mei.Person}, "lamp")
	require.NoError(t, err)
	require.Equal(t, []int64{li.Person}, named)

	require.NoError(t, w.people.Leave(w.ctx, li))
	require.Empty(t, w.kinds(li))
	var left int
	require.NoError(t, w.db.Get(&left, `SELECT count(*) FROM person_roles WHERE kinds <> '{}'`))
	require.Zero(t, left, "nothing of it stays behind who left")
}

func TestWhatSomebodyWasNamedForEndsAndComesBackWithThem(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, li := w.secretary(), w.meet(2)
	_, err := w.people.Agree(w.ctx, li, "Li")
	require.NoError(t, err)
	w.grant(sec, li, access.Member)
	require.NoError(t, w.people.NameFor(w.ctx, sec, li.Person, "lamp", true))
	_, err = w.people.Moved(w.ctx, sec, li.Person)
	require.NoError(t, err)
	require.Empty(t, w.kinds(li))
	_, err = w.people.NotGone(w.ctx, sec, li.Person)
	require.NoError(t, err)
	require.Equal(t, []string{"lamp"}, w.kinds(li), "it was wrong that they had moved")
	require.NoError(t, w.people.EndRole(w.ctx, sec, w.held(li, access.Member)))
	w.grant(sec, li, access.Member)
	require.Empty(t, w.kinds(li), "a new role begins for everything")
}
