package childcare_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestWhoIsAbsentIsNotExpected: what it has is cancelled, also on the day and for many, and
// comes back where it comes after all.
func TestWhoIsAbsentIsNotExpected(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.hands.on[childcare.Minding] = []int64{h.carer.Person}
	tue, wed := h.book(h.mei, h.bao, childcare.After), h.book(h.mei, h.bao, childcare.After, dayAt(25))
	h.pass(h.at(24, 7, 0))
	var g childcare.Gone
	for range 2 {
		var err error
		g, err = h.care.Absent(h.ctx, h.father, h.bao, dayAt(24), dayAt(26), childcare.Ill)
		require.NoError(t, err)
	}
	for _, w := range []childcare.Booking{tue, wed} {
		is, err := h.care.Booking(h.ctx, h.mei, w.ID)
		require.NoError(t, err)
		require.Equal(t, childcare.Cancelled, is.Status)
		require.Equal(t, childcare.Ill, is.Absent)
	}
	require.Equal(t, 1, count(h.told(), "Carer care.list"), "who has the list already is told")
	require.Equal(t, 1, count(h.told(), "Hua care.list"))
	_, err := h.care.Book(h.ctx, h.mei, childcare.Wish{Child: h.bao, Day: dayAt(26), Part: childcare.After})
	refused(t, refusal.Conflict, "care.absent", err)
	require.Equal(t, childcare.Ill, h.offer(h.mei, h.bao, childcare.After, dayAt(26)).Absent)

	for range 2 {
		require.NoError(t, h.care.Comes(h.ctx, h.mei, g.ID))
	}
	require.Equal(t, childcare.Booked, h.status(wed.ID))
	require.Equal(t, childcare.Cancelled, h.status(tue.ID), "the day is closed: the lead alone books")
	_, err = h.care.Absent(h.ctx, h.mei, h.bao, dayAt(20), dayAt(22), childcare.Ill)
	refused(t, refusal.Invalid, "care.bad_day", err)
}

// TestAnAbsenceIsSaidMoreClosely: what begins on the same day takes the place of what was
// said, and on the days that are none of it any more the child comes.
func TestAnAbsenceIsSaidMoreClosely(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	wed := h.book(h.mei, h.bao, childcare.After, dayAt(25))
	for _, row := range []struct {
		until time.Time
		why   childcare.Absence
		is    childcare.Status
	}{
		{dayAt(24), childcare.Other, childcare.Booked},
		{dayAt(26), childcare.Ill, childcare.Cancelled},
		{dayAt(24), childcare.Ill, childcare.Booked},
	} {
		g, err := h.care.Absent(h.ctx, h.mei, h.bao, dayAt(24), row.until, row.why)
		require.NoError(t, err)
		all, err := h.care.Absences(h.ctx, h.mei, h.bao)
		require.NoError(t, err)
		require.Len(t, all, 1)
		require.Equal(t, g.ID, all[0].ID)
		require.Equal(t, row.is, h.status(wed.ID), "%s until %s", row.why, row.until)
	}
}

// TestOnlyOfWhomNothingIsSaidItIsAsked, once, in the evening; who answers for all takes the
// question from both.
func TestOnlyOfWhomNothingIsSaidItIsAsked(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.book(h.mei, h.bao, childcare.After)
	h.book(h.mei, h.dou, childcare.After)
	h.pass(h.at(23, 18, 0))
	require.Zero(t, count(h.told(), "Mei care.asked"), "both are booked")
	h.pass(h.at(24, 17, 0))
	_, err := h.care.Absent(h.ctx, h.mei, h.dou, dayAt(25), dayAt(25), childcare.Other)
	require.NoError(t, err)
	h.pass(h.at(24, 18, 0))
	require.Equal(t, 1, count(h.told(), "Mei care.asked"))
	require.Equal(t, 1, count(h.told(), "Father care.asked"))
	var children string
	require.NoError(t, h.db.Get(&children, `SELECT args->>'children' FROM outbox WHERE topic = 'care.asked' AND person_id = $1`, h.mei.Person))
	require.JSONEq(t, jsonOf(h.bao), children, "Dou is absent, and that is said")

	h.book(h.mei, h.bao, childcare.Noon, dayAt(25))
	require.Zero(t, count(h.told(), "Mei care.asked"))
	require.Zero(t, count(h.told(), "Father care.asked"), "nor does he need to say it")

	h.pass(h.at(25, 18, 0))
	require.Equal(t, 1, count(h.told(), "Father care.asked"), "each evening anew")
	h.exec(`UPDATE care_bookings SET outcome = 'missed' WHERE state = 'booked'`)
	h.pass(h.at(26, 18, 0))
	require.Zero(t, count(h.told(), "Mei care.asked"), "not of who booked and did not come")
}

// TestTheChildsPresenceIsFollowed: away it does not come, gone it has nothing.
func TestTheChildsPresenceIsFollowed(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	tue, thu := h.book(h.mei, h.bao, childcare.After), h.book(h.mei, h.bao, childcare.After, dayAt(26))
	until := dayAt(26)
	_, err := h.people.Away(h.ctx, h.mei, h.bao, &until)
	require.NoError(t, err)
	require.Equal(t, childcare.Cancelled, h.status(tue.ID))
	require.Equal(t, childcare.Booked, h.status(thu.ID))
	_, err = h.people.Back(h.ctx, h.mei, h.bao)
	require.NoError(t, err)
	require.Equal(t, childcare.Booked, h.status(tue.ID))
	require.NoError(t, h.care.SetStanding(h.ctx, h.mei, h.bao, childcare.Noon, childcare.Weekdays{4}))
	_, err = h.people.Moved(h.ctx, h.secretary, h.bao)
	require.NoError(t, err)
	require.Equal(t, childcare.Cancelled, h.status(thu.ID))
	require.Equal(t, []string{"Bao after cancelled", "Bao noon cancelled"}, h.on(dayAt(26)))
}
