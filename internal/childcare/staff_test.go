package childcare_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestWhoMayBeAloneWithChildren is said by who runs the hall, of themselves too; who counsels
// needs it for their hours, which end with it.
func TestWhoMayBeAloneWithChildren(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	for range 2 {
		require.NoError(t, h.care.Clear(h.ctx, h.hua, h.carer.Person))
	}
	staff, err := h.care.Staff(h.ctx, h.hua)
	require.NoError(t, err)
	require.Len(t, staff, 2)
	require.Equal(t, []any{"Carer", h.hua.Person, "Hua", int64(0)}, []any{staff[0].Name, staff[0].By, staff[1].Name, staff[1].By})
	require.NoError(t, h.care.Clear(h.ctx, h.secretary, h.hua.Person))
	require.NoError(t, h.care.Unclear(h.ctx, h.hua, h.hua.Person))
	require.NoError(t, h.care.Clear(h.ctx, h.hua, h.hua.Person))
	refused(t, refusal.Conflict, "care.no_carer", h.care.Clear(h.ctx, h.hua, h.mei.Person))
	require.True(t, refusal.Is(h.care.Clear(h.ctx, h.carer, h.mei.Person), refusal.NotFound))
	require.NoError(t, h.care.Unclear(h.ctx, h.hua, h.carer.Person))
	staff, err = h.care.Staff(h.ctx, h.hua)
	require.NoError(t, err)
	require.Nil(t, staff[0].At)
	require.Equal(t, h.hua.Person, staff[1].By, "that she said so herself is written down")

	counsellor := h.meet("Counsellor")
	h.talk(counsellor, 17, 0)
	require.Equal(t, childcare.Talk, h.offer(h.mei, h.bao, childcare.Talk).Part)
	require.NoError(t, h.care.Unclear(h.ctx, h.hua, counsellor.Person))
	for _, o := range h.offers(h.mei, h.bao) {
		require.NotEqual(t, childcare.Talk, o.Part)
	}
	_, err = h.care.AddPattern(h.ctx, h.hua, childcare.Pattern{
		Part: childcare.Talk, What: childcare.Counselled, Weekdays: childcare.Weekdays{2}, From: 1020, Until: 1050,
		Places: 1, Ratio: 1, AgeUntil: 18, GradeUntil: 12, Person: counsellor.Person,
	})
	refused(t, refusal.Conflict, "care.not_cleared", err)
}

// TestADayShortOfStaffIsTold to who runs the hall the day before, once.
func TestADayShortOfStaffIsTold(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	of, some := h.others(11)
	for i := range of {
		h.book(of[i], some[i], childcare.After, dayAt(25))
	}
	h.hands.on[childcare.Walk], h.hands.on[childcare.Minding] = []int64{h.carer.Person, h.hua.Person}, []int64{h.carer.Person}
	h.pass(h.at(24, 8, 59))
	require.Zero(t, count(h.told(), "Hua care.short"))
	h.pass(h.at(24, 9, 0))
	require.Equal(t, 1, count(h.told(), "Hua care.short"))
	all, err := h.care.Ahead(h.ctx, h.hua, 3)
	require.NoError(t, err)
	var short []childcare.What
	for _, d := range all {
		for _, s := range d.Sittings {
			if s.Short() {
				short = append(short, s.Pattern.What)
				require.Equal(t, []int{1, 2}, []int{s.Hands, s.Needs})
			}
		}
	}
	require.Equal(t, []childcare.What{childcare.Mind}, short, "eleven for one; two walk them")
}

// TestSittingsAtOneTimeShareTheirHands: what all of them need is there at every moment.
func TestSittingsAtOneTimeShareTheirHands(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	of, some := h.others(20)
	for i := range of {
		if i%2 == 0 { // helped with homework, five for one
			h.exec(`UPDATE care_children SET subject = 'all' WHERE child_id = $1`, some[i])
		}
		h.book(of[i], some[i], childcare.After, dayAt(25))
	}
	h.hands.on[childcare.Walk] = []int64{1, 2}
	h.hands.on[childcare.Minding] = []int64{1, 2}
	h.pass(h.at(24, 9, 0))
	require.Equal(t, 1, count(h.told(), "Hua care.short"), "two and one are three")
	require.Equal(t, []string{"mind 2 of 3", "tutor 2 of 3"}, h.short(25))

	h.hands.stints[childcare.Minding] = []childcare.Stint{{Person: 3, From: h.at(25, 16, 0), Until: h.at(25, 17, 0)}}
	h.pass(h.at(24, 20, 0))
	require.Equal(t, []string{"mind 2 of 3", "tutor 2 of 3"}, h.short(25), "from five on one is missing still")
	require.Equal(t, 1, count(h.told(), "Hua care.short"), "which she knows")
	h.hands.stints[childcare.Minding] = append(h.hands.stints[childcare.Minding],
		childcare.Stint{Person: 4, From: h.at(25, 17, 0), Until: h.at(25, 18, 0)}, childcare.Stint{Person: 2, From: h.at(25, 16, 0), Until: h.at(25, 18, 0)})
	h.handsChange(25)
	require.Empty(t, h.short(25), "one after the other, and nobody counts twice")
	h.hands.on[childcare.Minding] = []int64{1}
	h.hands.stints[childcare.Minding] = nil
	for range 2 {
		h.handsChange(25)
	}
	require.Equal(t, 2, count(h.told(), "Hua care.short"), "again, where it is worse")
	require.Equal(t, []string{"mind 1 of 3", "tutor 1 of 3"}, h.short(25))
}

// TestItIsLookedAgainWhenBookingCloses: families book until then.
func TestItIsLookedAgainWhenBookingCloses(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	of, some := h.others(15)
	h.hands.on[childcare.Walk], h.hands.on[childcare.Minding] = []int64{1, 2}, []int64{1}
	h.pass(h.at(24, 9, 0))
	for i := range of {
		h.book(of[i], some[i], childcare.After, dayAt(25))
	}
	require.Zero(t, count(h.told(), "Hua care.short"))
	h.pass(h.at(24, 20, 0))
	require.Equal(t, 1, count(h.told(), "Hua care.short"))
	require.Equal(t, []string{"mind 1 of 2"}, h.short(25))
}

// short are the sittings of a day that lack hands, as who runs the hall reads them.
func (h *hall) short(day int) (all []string) {
	h.Helper()
	ahead, err := h.care.Ahead(h.ctx, h.hua, 7)
	require.NoError(h, err)
	for _, d := range ahead {
		for _, s := range d.Sittings {
			if d.Day.Day.Equal(dayAt(day)) && s.Short() {
				all = append(all, fmt.Sprintf("%s %d of %d", s.Pattern.What, s.Hands, s.Needs))
			}
		}
	}
	slices.Sort(all)
	return all
}

// handsChange says that they did, and lets it be looked at.
func (h *hall) handsChange(day int) {
	h.Helper()
	h.clk.Advance(time.Second)
	require.NoError(h, pg.InTx(h.ctx, h.db, func(tx *sqlx.Tx) error { return h.care.HandsChanged(h.ctx, tx, h.id, dayAt(day)) }))
	h.pass(h.clk.Now())
}
