package childcare_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// pays has the yard's homework cost something, and what is paid written down.
func (y *yard) pays(price int) {
	y.Helper()
	y.care.Keeps(ledger.New(y.clk))
	y.exec(`UPDATE care_sittings SET price = $3 WHERE community_id = $1 AND id = $2`, y.id, y.sitting["after.mind"], price)
}

// owes is what a child's account is short of.
func (y *yard) owes(k kid) int64 {
	y.Helper()
	a, err := y.care.Account(y.ctx, k.mother, k.id, ledger.Ever())
	require.NoError(y, err)
	return -a.Closing
}

// over has the night after the day pass.
func (y *yard) over() {
	y.Helper()
	require.NoError(y, y.care.Do(y.ctx, y.id, "care.over", []byte(`{"day":"`+y.day.Format(time.DateOnly)+`"}`)))
}

// unsaid are of whom somebody is asked, by name.
func (y *yard) unsaid(a people.Actor) (names []string) {
	y.Helper()
	all, err := y.care.Unsaid(y.ctx, a, y.day)
	require.NoError(y, err)
	for _, u := range all {
		names = append(names, u.Name)
	}
	return names
}

// TestOfWhomNobodySaidAnythingIsAskedAfterClosing: once in the evening who had them, in the
// morning who leads; and only what is said then is charged.
func TestOfWhomNobodySaidAnythingIsAskedAfterClosing(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	y.pays(1200)
	tang, yu, wu, li := y.child("Tang", childcare.After), y.child("Yu", childcare.After), y.child("Wu", childcare.After), y.child("Li", childcare.After)
	delete(y.shifts, y.bea.Person)
	y.awaits()
	y.pass(15, 0)
	_, err := y.care.Absent(y.ctx, li.mother, li.id, y.day, y.day, childcare.Ill)
	require.NoError(t, err)
	y.pass(16, 1)
	require.NoError(t, y.care.Met(y.ctx, y.ann, wu.booking[childcare.After]))
	for _, k := range []kid{tang, yu} { // somebody said that they are there, and nothing of what became of them
		y.exec(`UPDATE care_bookings SET missing_at = since, found_at = since WHERE id = $1`, k.booking[childcare.After])
	}
	y.pass(18, 29)
	require.Empty(t, y.told("care.unsaid"), "they may leave still")
	y.pass(18, 30)
	require.Equal(t, []string{"Ann"}, y.told("care.unsaid"), "who had them")
	require.Equal(t, []string{"Tang", "Yu"}, y.unsaid(y.ann))
	y.pass(23, 0)
	require.Len(t, y.told("care.unsaid"), 1, "once")
	require.NoError(t, y.care.Settle(y.ctx, y.ann, tang.booking[childcare.After], true))
	y.pass(24, 0)
	y.over()
	require.Equal(t, []int64{1200, 0, 1200, 0}, []int64{y.owes(tang), y.owes(yu), y.owes(wu), y.owes(li)}, "of what is not said nobody pays")
	require.Len(t, y.told("care.unsaid"), 1, "in the night nobody is asked")
	y.pass(24+8, 0)
	require.Equal(t, []string{"Ann", "Lead"}, y.told("care.unsaid"))
	days, err := y.care.UnsaidDays(y.ctx, y.lead)
	require.NoError(t, err)
	require.Equal(t, []childcare.UnsaidDay{{Day: y.day, N: 1}}, days)
	y.sent()
	for range 2 {
		require.NoError(t, y.care.Settle(y.ctx, y.lead, yu.booking[childcare.After], true))
		require.Equal(t, int64(1200), y.owes(yu), "at once, as the day is over")
	}
	require.Equal(t, []string{"Ann", "Lead"}, y.told("care.unsaid_over"), "nobody is asked any more")
	days, err = y.care.UnsaidDays(y.ctx, y.lead)
	require.NoError(t, err)
	require.Empty(t, days)
	require.Equal(t, "care.settled", refusedAs(t, y.care.Settle(y.ctx, y.lead, yu.booking[childcare.After], false)))
	require.Empty(t, apart(t, y.db, y.id))
}

// TestWhoSettlesAndWhat is a table of bookings and of who says something of them.
func TestWhoSettlesAndWhat(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	y.pays(900)
	own := kid{mother: y.lead, booking: map[childcare.Part]int64{}}
	p, err := y.people.AddChild(y.ctx, y.lead, "Own", 2018)
	require.NoError(t, err)
	own.id = p.ID
	y.exec(`INSERT INTO care_children (community_id, child_id, school_id, grade, since, consent_at, consent_by) VALUES ($1, $2, $3, 2, $4, $4, $5)`,
		y.id, own.id, y.school, y.clk.Now(), y.lead.Person)
	y.books(own, childcare.After)
	names := []string{"early", "parent", "talks", "missing", "absent", "came", "missed", "was"}
	kids := map[string]kid{"own": own}
	for _, name := range names {
		kids[name] = y.child(name, childcare.After)
	}
	y.books(kids["talks"], childcare.Talk)
	y.pass(15, 0)
	_, err = y.care.Absent(y.ctx, kids["absent"].mother, kids["absent"].id, y.day, y.day, childcare.Away)
	require.NoError(t, err)
	require.Equal(t, "care.not_ended", refusedAs(t, y.care.Settle(y.ctx, y.lead, kids["early"].booking[childcare.After], true)))
	y.pass(16, 1)
	y.inHall(kids["was"], y.ann)
	y.pass(16, 15)
	_, err = y.care.NotHere(y.ctx, y.ann, kids["missing"].booking[childcare.After])
	require.NoError(t, err)
	y.pass(20, 0)
	talk := childcare.Talk
	for name, c := range map[string]struct {
		by   people.Actor
		came bool
		part childcare.Part
		want string // what is refused; "": it is said
		owes int64
	}{
		"came":    {by: y.ann, came: true, owes: 900},
		"missed":  {by: y.lead},
		"own":     {by: y.lead, came: true, want: "care.own_child"},
		"missing": {by: y.lead, came: true, want: "care.is_missing"},
		"absent":  {by: y.lead, came: true, want: "care.not_booked"},
		"was":     {by: y.lead, want: "care.settled", owes: 900},
		"parent":  {by: kids["parent"].mother, want: "gone"},
		"talks":   {by: y.lead, came: true, part: talk, want: "gone"},
	} {
		part := c.part
		if part == "" {
			part = childcare.After
		}
		got := ""
		if err := y.care.Settle(y.ctx, c.by, kids[name].booking[part], c.came); refusal.Is(err, refusal.NotFound) {
			got = "gone"
		} else {
			got = refusedAs(t, err)
		}
		require.Equal(t, c.want, got, name)
	}
	n, err := y.care.SettleAll(y.ctx, y.lead, y.day)
	require.NoError(t, err)
	require.Equal(t, 3, n, "early, parent and talks: not her own")
	require.Equal(t, []string{"Own"}, y.unsaid(y.ann))
	_, err = y.care.Unsaid(y.ctx, kids["parent"].mother, y.day)
	require.True(t, refusal.Is(err, refusal.NotFound))
	y.pass(24, 0)
	y.over()
	for name, owes := range map[string]int64{"came": 900, "missed": 0, "own": 0, "absent": 0, "was": 900, "parent": 900, "talks": 900, "missing": 0} {
		require.Equal(t, owes, y.owes(kids[name]), name)
	}
}

// TestAPaperSettles: who was on it came, who is marked was not there, and nobody is asked in
// the evening what is written on it.
func TestAPaperSettles(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	y.pays(900)
	tang, yu, wu := y.child("Tang", childcare.After), y.child("Yu", childcare.After), y.child("Wu", childcare.After)
	y.awaits()
	require.NoError(t, y.care.OnPaper(y.ctx, y.ann, y.day))
	y.pass(24, 0)
	require.Empty(t, y.told("care.unsaid"), "it is on paper")
	y.over()
	y.pass(24+8, 0)
	require.Equal(t, []string{"Lead"}, y.told("care.unsaid"))
	require.NoError(t, y.care.Settle(y.ctx, y.lead, wu.booking[childcare.After], true))
	lines := []childcare.Typed{
		{At: y.at(16, 0), Did: childcare.DidMeet, Booking: tang.booking[childcare.After]},
		{At: y.at(16, 0), Did: childcare.DidMiss, Booking: yu.booking[childcare.After]},
		{At: y.at(16, 0), Did: childcare.DidMeet, Booking: wu.booking[childcare.After]}, // somebody said already that he came
	}
	for range 2 {
		_, err := y.care.TypedIn(y.ctx, y.ann, y.day, lines)
		require.NoError(t, err)
		require.Equal(t, []int64{900, 0, 900}, []int64{y.owes(tang), y.owes(yu), y.owes(wu)})
	}
	require.Empty(t, y.unsaid(y.lead))
	require.Empty(t, y.told("care.unsaid"), "and the question is taken back")
	require.Empty(t, apart(t, y.db, y.id))
}
