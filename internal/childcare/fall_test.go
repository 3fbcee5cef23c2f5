package childcare_test

import (
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// roleOf is the row of a role that somebody has.
func (y *yard) roleOf(who people.Actor, role access.Role) int64 {
	y.Helper()
	return y.row(`SELECT id FROM person_roles WHERE person_id = $1 AND role = $2 AND ended_at IS NULL`, who.Person, role)
}

// TestNoChildIsWithWhoMindsNoneAnyMore: who goes of themselves hands the children over
// first; those of whom it turns out otherwise are the lead's, who is rung.
func TestNoChildIsWithWhoMindsNoneAnyMore(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		ends func(y *yard, by people.Actor) error
		own  bool // Ann could do so herself
	}{
		"away": {func(y *yard, by people.Actor) error {
			_, err := y.people.Away(y.ctx, by, y.ann.Person, nil)
			return err
		}, true},
		"hospital": {func(y *yard, by people.Actor) error {
			_, err := y.people.Hospital(y.ctx, by, y.ann.Person, nil)
			return err
		}, true},
		"moved": {func(y *yard, by people.Actor) error { _, err := y.people.Moved(y.ctx, by, y.ann.Person); return err }, false},
		"no carer": {func(y *yard, by people.Actor) error {
			return y.people.EndRole(y.ctx, by, y.roleOf(y.ann, access.Carer))
		}, true},
		"not cleared": {func(y *yard, by people.Actor) error { return y.care.Unclear(y.ctx, by, y.ann.Person) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			y := newYard(t)
			y.people.Follow(y.care)
			y.exec(`UPDATE person_roles SET cleared_at = since, cleared_by = $1 WHERE role = 'carer'`, y.lead.Person)
			tang, yu, wu, gone := y.child("Tang", childcare.After), y.child("Yu", childcare.After), y.child("Wu", childcare.After), y.child("Gone", childcare.After)
			y.inHall(tang, y.ann)
			require.NoError(t, y.care.Met(y.ctx, y.ann, yu.booking[childcare.After]))
			y.inHall(wu, y.bea)
			y.inHall(gone, y.ann)
			y.exec(`UPDATE care_custody SET day = day - 1 WHERE child_id = $1`, gone.id) // nobody wrote down how it left
			n, err := y.care.Holding(y.ctx, y.db, y.id, y.ann.Person, y.day)
			require.NoError(t, err)
			require.Equal(t, 2, n)
			if one.own {
				require.Equal(t, "care.holds", refusedAs(t, one.ends(y, y.ann)))
				require.Equal(t, []string{"hall Ann", "way Ann"}, []string{y.now(tang), y.now(yu)})
			}
			by, lead := y.secretary, "Lead"
			if name == "not cleared" {
				by = y.lead
			}
			require.NoError(t, one.ends(y, by))
			require.Equal(t, []string{"hall " + lead, "way " + lead, "hall Bea", "hall Ann"}, []string{y.now(tang), y.now(yu), y.now(wu), y.now(gone)})
			require.Equal(t, []string{lead}, y.told("care.fell"))
			var urgent bool
			require.NoError(t, y.db.Get(&urgent, `SELECT urgency = 0 FROM outbox WHERE topic = 'care.fell'`))
			require.True(t, urgent, "whatever the hour")
			delete(y.shifts, y.ann.Person)
			n, err = y.care.TookOver(y.ctx, y.bea, y.lead.Person)
			require.NoError(t, err)
			require.Equal(t, 2, n)
			require.Empty(t, apart(t, y.db, y.id))
		})
	}
}

// TestWhoMayMindStillKeepsTheChildren: who leads the hall is no carer any more, and who
// counsels keeps who talks.
func TestWhoMayMindStillKeepsTheChildren(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	y.people.Follow(y.care)
	tang, yu := y.child("Tang", childcare.After), y.child("Yu", childcare.Talk)
	for _, who := range []people.Actor{y.lead, y.kong} {
		y.exec(`INSERT INTO person_roles (community_id, person_id, role, since) VALUES ($1, $2, 'carer', $3)`, y.id, who.Person, y.clk.Now())
	}
	y.inHall(tang, y.lead)
	require.NoError(t, y.care.TalkBegins(y.ctx, y.kong, yu.booking[childcare.Talk]))
	for _, who := range []people.Actor{y.lead, y.kong} {
		require.NoError(t, y.people.EndRole(y.ctx, y.secretary, y.roleOf(who, access.Carer)))
	}
	require.Equal(t, []string{"hall Lead", "hall Kong"}, []string{y.now(tang), y.now(yu)})
	require.NoError(t, y.people.EndRole(y.ctx, y.secretary, y.roleOf(y.kong, access.Counsellor)))
	require.Equal(t, "hall Lead", y.now(yu))
	require.NoError(t, y.people.EndRole(y.ctx, y.secretary, y.roleOf(y.lead, access.Childcare)))
	require.Equal(t, []string{"hall Secretary", "hall Secretary"}, []string{y.now(tang), y.now(yu)}, "without a lead it is who is in charge")
}

// TestWhoHoldsChildrenReadsTheirListToTheEnd: a shift is over, or they have none any more.
func TestWhoHoldsChildrenReadsTheirListToTheEnd(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang, talks, wu := y.child("Tang", childcare.After), y.child("Yu", childcare.Talk), y.child("Wu", childcare.After)
	y.pass(17, 55)
	y.inHall(tang, y.ann)
	require.NoError(t, y.care.Met(y.ctx, y.bea, wu.booking[childcare.After]))
	delete(y.shifts, y.ann.Person)
	y.pass(18, 20)
	lists, err := y.care.Lists(y.ctx, y.ann, y.day)
	require.NoError(t, err)
	require.NotEmpty(t, lists)
	c, err := y.care.Child(y.ctx, y.ann, tang.id)
	require.NoError(t, err)
	require.Equal(t, "Tang", c.Name)
	n, err := y.care.Arrived(y.ctx, y.ann, y.sitting["after.mind"])
	require.NoError(t, err)
	require.Zero(t, n, "she takes no others")
	_, err = y.care.TookOver(y.ctx, y.ann, y.bea.Person)
	require.Equal(t, notFound, said(err))
	require.Equal(t, "way Bea", y.now(wu))
	require.Equal(t, "hand", y.goes(y.ann, childcare.Leaving{Child: tang.id, Guardian: tang.mother.Person, Hand: "identity_card"}))
	_, err = y.care.Lists(y.ctx, y.ann, y.day)
	require.Equal(t, notFound, said(err), "the last has left")

	require.NoError(t, y.care.TalkBegins(y.ctx, y.kong, talks.booking[childcare.Talk]))
	_, err = y.care.Lists(y.ctx, y.kong, y.day)
	require.Equal(t, notFound, said(err), "who counsels minds none of the others")
}

// TestWhoIsMergedIsNamedOnceTheChildrenAreHeld: the children come before what is theirs,
// as everywhere, so that nobody waits for the other.
func TestWhoIsMergedIsNamedOnceTheChildrenAreHeld(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang, other := y.child("Tang", childcare.After), y.meet("Mother")
	tx, err := y.db.Beginx()
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	_, err = tx.Exec(`SELECT FROM care_children WHERE child_id = $1 FOR NO KEY UPDATE`, tang.id)
	require.NoError(t, err)
	came := make(chan error, 1)
	go func() {
		came <- pg.InTx(y.ctx, y.db, func(tx *sqlx.Tx) error {
			return y.care.PersonChanged(y.ctx, tx, people.Change{
				Community: y.id, Person: tang.mother.Person, By: y.secretary.Person, What: people.Merged, Into: other.Person, At: y.clk.Now(),
			})
		})
	}()
	y.waits()
	_, err = tx.Exec(`SET LOCAL lock_timeout = '300ms'`)
	require.NoError(t, err)
	_, err = tx.Exec(`UPDATE care_bookings SET since = $2 WHERE child_id = $1`, tang.id, y.clk.Now().Add(-time.Minute))
	require.NoError(t, err, "it holds nothing of the child yet")
	require.NoError(t, tx.Commit())
	require.NoError(t, <-came)
	var by int64
	require.NoError(t, y.db.Get(&by, `SELECT by_id FROM care_bookings WHERE child_id = $1`, tang.id))
	require.Equal(t, other.Person, by)
}

// TestATalkGivesBackToWhoIsThere: she who had the child has gone home meanwhile.
func TestATalkGivesBackToWhoIsThere(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		what  string
		gone  func(y *yard, other kid)
		to    string
		rings []string
	}{
		{"nobody went", func(*yard, kid) {}, "Ann", []string{}},
		{"she went", func(y *yard, _ kid) { delete(y.shifts, y.ann.Person) }, "Bea", []string{"Bea"}},
		{"all went", func(y *yard, _ kid) { delete(y.shifts, y.ann.Person); delete(y.shifts, y.bea.Person) }, "Lead", []string{"Lead"}},
		{"she has another still", func(y *yard, other kid) {
			y.inHall(other, y.ann)
			delete(y.shifts, y.ann.Person)
		}, "Ann", []string{}},
	} {
		y := newYard(t)
		tang, other := y.child("Tang", childcare.After, childcare.Talk), y.child("Yu", childcare.After)
		require.NoError(t, y.care.Came(y.ctx, y.ann, tang.booking[childcare.After]))
		require.NoError(t, y.care.TalkBegins(y.ctx, y.kong, tang.booking[childcare.Talk]))
		one.gone(y, other)
		require.NoError(t, y.care.TalkEnds(y.ctx, y.kong, tang.booking[childcare.Talk]))
		require.Equal(t, "hall "+one.to, y.now(tang), one.what)
		require.Equal(t, one.rings, y.told("care.fell"), one.what)
	}
}
