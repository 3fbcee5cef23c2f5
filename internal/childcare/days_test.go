package childcare_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestDaysAreMadeTwoWeeksAhead: each night one more, on weekdays, once.
func TestDaysAreMadeTwoWeeksAhead(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	days := func() (n int) {
		require.NoError(t, h.db.Get(&n, `SELECT count(*) FROM care_days`))
		return n
	}
	require.Equal(t, 10, days())
	require.NoError(t, h.care.Begin(h.ctx, h.id))
	require.Equal(t, 10, days())
	h.pass(h.at(25, 3, 0))
	require.Equal(t, 12, days())
	var once bool
	require.NoError(t, h.db.Get(&once, `SELECT count(*) = count(DISTINCT (day, pattern_id)) FROM care_sittings`))
	require.True(t, once)
}

// pattern is what there is of a kind in a part.
func (h *hall) pattern(part childcare.Part, what childcare.What) childcare.Pattern {
	h.Helper()
	all, err := h.care.Patterns(h.ctx, h.id)
	require.NoError(h, err)
	for _, p := range all {
		if p.Part == part && p.What == what {
			return p
		}
	}
	require.Fail(h, "no such pattern")
	return childcare.Pattern{}
}

// TestWhatChangesIsToldToThoseBooked: another time, another price, the end of a sitting,
// and the end of all.
func TestWhatChangesIsToldToThoseBooked(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	noon, after := h.book(h.mei, h.bao, childcare.Noon), h.book(h.mei, h.bao, childcare.After)
	p := h.pattern(childcare.After, childcare.Mind)
	p.Until, p.Price = calendar.ClockAt(17, 30), 1100
	require.NoError(t, h.care.ChangePattern(h.ctx, h.hua, p))
	o := h.offer(h.mei, h.bao, childcare.After)
	require.Equal(t, h.at(24, 17, 30).UTC(), o.Until.UTC())
	require.Equal(t, 1100, o.Price)
	require.Equal(t, after.ID, o.Booking.ID)
	require.Equal(t, 1, count(h.told(), "Mei care.changed"))

	require.NoError(t, h.care.EndPattern(h.ctx, h.hua, h.pattern(childcare.Noon, childcare.Nap).ID))
	require.Len(t, h.offer(h.mei, h.bao, childcare.Noon).Sittings, 4, "it is minded in the place of its nap")
	require.Equal(t, 2, count(h.told(), "Mei care.changed"))

	require.NoError(t, h.care.EndPattern(h.ctx, h.hua, h.pattern(childcare.Noon, childcare.Fetch).ID))
	require.Equal(t, childcare.Cancelled, h.status(noon.ID))
	require.Equal(t, childcare.Booked, h.status(after.ID))
	require.Equal(t, 1, count(h.told(), "Mei care.ended"))
	require.Equal(t, 1, count(h.told(), "Father care.ended"))
}

// TestWhereToMeetIsToldToThoseBooked, also when the day is booked no more; once, where the
// time is another too.
func TestWhereToMeetIsToldToThoseBooked(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.book(h.mei, h.bao, childcare.After)
	told := func() int { return count(h.told(), "Mei care.changed") }
	require.NoError(t, h.care.ChangeSchool(h.ctx, h.hua, childcare.School{ID: h.school, Name: "Xinyuan", Gate: "south gate"}))
	require.Equal(t, []any{1, "south gate"}, []any{told(), h.offer(h.mei, h.bao, childcare.After).Meets()})
	require.NoError(t, h.care.ChangeSchool(h.ctx, h.hua, childcare.School{ID: h.school, Name: "New Xinyuan", Gate: "south gate"}))
	require.Equal(t, 1, told(), "its name is nobody's way")

	p := h.pattern(childcare.After, childcare.Fetch)
	p.Point = "under the tree"
	for range 2 {
		require.NoError(t, h.care.ChangePattern(h.ctx, h.hua, p))
	}
	require.Equal(t, []any{2, "under the tree"}, []any{told(), h.offer(h.mei, h.bao, childcare.After).Meets()})
	require.NoError(t, h.care.ChangeSchool(h.ctx, h.hua, childcare.School{ID: h.school, Name: "New Xinyuan", Gate: "east gate"}))
	require.Equal(t, 2, told(), "they meet under the tree")

	p.Point, p.From = "by the shop", calendar.ClockAt(15, 50)
	require.NoError(t, h.care.ChangePattern(h.ctx, h.hua, p))
	require.Equal(t, 3, told())
	h.pass(h.at(24, 12, 0))
	p.Point, p.From = "at the bus stop", calendar.ClockAt(15, 55)
	require.NoError(t, h.care.ChangePattern(h.ctx, h.hua, p))
	require.Equal(t, 4, told(), "today's time stays, the place does not")
	h.pass(h.at(24, 20, 0))
	p.Point = "somewhere"
	require.NoError(t, h.care.ChangePattern(h.ctx, h.hua, p))
	require.Equal(t, 4, told(), "it is over")
}

// TestFewerPlacesTakeNobodysAway, and none is given until enough came free; more go to who
// waits.
func TestFewerPlacesTakeNobodysAway(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	of, some := h.others(3)
	first := h.book(of[0], some[0], childcare.After)
	second := h.book(of[1], some[1], childcare.After)
	p := h.pattern(childcare.After, childcare.Mind)
	p.Places, p.From = 1, calendar.ClockAt(16, 30)
	require.NoError(t, h.care.ChangePattern(h.ctx, h.hua, p))
	require.Equal(t, childcare.Booked, h.status(first.ID))
	require.Equal(t, childcare.Booked, h.status(second.ID))
	waits := h.book(of[2], some[2], childcare.After)
	require.Equal(t, childcare.Waiting, waits.Status)
	_, err := h.care.Cancel(h.ctx, of[0], first.ID)
	require.NoError(t, err)
	require.Equal(t, childcare.Waiting, h.status(waits.ID), "one of one is taken")
	o := h.offer(of[1], some[1], childcare.After)
	require.NoError(t, h.care.SetPlaces(h.ctx, h.hua, o.Sittings[1].ID, 2))
	require.Equal(t, childcare.Offered, h.status(waits.ID))
	p.Places = 5
	require.NoError(t, h.care.ChangePattern(h.ctx, h.hua, p))
	require.Equal(t, 2, h.offer(of[1], some[1], childcare.After).Sittings[1].Places, "what was said of one day stays")
}

// TestABreakEndsWhatIsBooked, tells why there is something else, and gives it back where it
// was written by mistake.
func TestABreakEndsWhatIsBooked(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	w := h.book(h.mei, h.bao, childcare.After)
	require.NoError(t, h.care.SetBreak(h.ctx, h.hua, childcare.Break{From: dayAt(24), Until: dayAt(25), Kind: childcare.Free, Name: "sports"}))
	require.Equal(t, childcare.Cancelled, h.status(w.ID))
	require.Equal(t, 1, count(h.told(), "Mei care.ended"))
	require.NotEmpty(t, h.offer(h.mei, h.bao, childcare.Whole).Sittings, "there is a whole day instead")
	require.Empty(t, h.offer(h.mei, h.bao, childcare.After).Sittings)
	require.NoError(t, h.care.DropBreak(h.ctx, h.hua, dayAt(24)))
	require.Equal(t, childcare.Booked, h.status(w.ID))
	require.Empty(t, h.offer(h.mei, h.bao, childcare.Whole).Sittings)
	require.Equal(t, 1, count(h.told(), "Mei care.got"))
}

// TestWhoComesInTheHolidays is asked once, when the break comes into sight.
func TestWhoComesInTheHolidays(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	dec := func(day int) time.Time { return time.Date(2026, 12, day, 0, 0, 0, 0, time.UTC) }
	require.NoError(t, h.care.SetBreak(h.ctx, h.hua, childcare.Break{From: dec(10), Until: dec(12), Kind: childcare.Free, Name: "break"}))
	h.pass(h.at(25, 23, 0))
	require.Zero(t, count(h.told(), "Mei care.holiday"))
	h.pass(h.at(26, 18, 0))
	for _, who := range []string{"Mei", "Father"} {
		require.Equal(t, 1, count(h.told(), who+" care.holiday"))
	}
	h.pass(h.at(28, 18, 0))
	require.Equal(t, 1, count(h.told(), "Mei care.holiday"))
}

// TestALongBreakIsAskedWeekByWeek: who comes in its last week nobody knows at its beginning.
func TestALongBreakIsAskedWeekByWeek(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	day := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC) }
	require.NoError(t, h.care.SetBreak(h.ctx, h.hua, childcare.Break{From: day(12, 5), Until: day(12, 23), Kind: childcare.Free, Name: "break"}))
	asked := func() (all []string) {
		require.NoError(t, h.db.Select(&all, `SELECT (args->>'from') || ' ' || (args->>'until') FROM outbox o
			JOIN persons p ON p.id = o.person_id AND p.name = 'Mei' WHERE topic = 'care.holiday' ORDER BY o.id`))
		return all
	}
	require.Equal(t, []string{"2026-12-05 2026-12-13"}, asked(), "a Saturday, and the week after it")
	h.pass(h.at(24, 12, 0).AddDate(0, 0, 6))
	require.Len(t, asked(), 2)
	h.pass(h.at(24, 12, 0).AddDate(0, 0, 12))
	require.Len(t, asked(), 2)
	h.pass(h.at(24, 12, 0).AddDate(0, 0, 28))
	require.Equal(t, []string{"2026-12-05 2026-12-13", "2026-12-14 2026-12-20", "2026-12-21 2026-12-23"}, asked())
}

// TestWhoComesByItself is booked on each day in term, also on days that are there, and
// waits where there is no place.
func TestWhoComesByItself(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	require.NoError(t, h.care.SetStanding(h.ctx, h.mei, h.bao, childcare.After, childcare.Weekdays{2, 4}))
	for day, want := range map[int][]string{24: {"Bao after booked"}, 25: nil, 26: {"Bao after booked"}} {
		require.Equal(t, want, h.on(dayAt(day)))
	}
	on, err := h.care.Standing(h.ctx, h.father, h.bao)
	require.NoError(t, err)
	require.Equal(t, map[childcare.Part]childcare.Weekdays{childcare.After: {2, 4}}, on)

	w := *h.offer(h.mei, h.bao, childcare.After).Booking
	_, err = h.care.Cancel(h.ctx, h.mei, w.ID)
	require.NoError(t, err)
	require.NoError(t, h.care.SetStanding(h.ctx, h.mei, h.bao, childcare.After, childcare.Weekdays{2, 3}))
	for day, want := range map[int][]string{24: {"Bao after cancelled"}, 25: {"Bao after booked"}, 26: {"Bao after cancelled"}} {
		require.Equal(t, want, h.on(dayAt(day)), "day %d", day)
	}
	h.pass(h.at(25, 3, 1))
	require.Equal(t, []string{"Bao after booked"}, h.on(time.Date(2026, 12, 9, 0, 0, 0, 0, time.UTC)), "and on the days that are made later")

	h.places(dayAt(27), 0)
	require.NoError(t, h.care.SetStanding(h.ctx, h.mei, h.dou, childcare.After, childcare.Weekdays{5}))
	require.Equal(t, []string{"Dou after waiting"}, h.on(dayAt(27)))
	require.Equal(t, 1, count(h.told(), "Mei care.waits"))
}

// TestADayIsCalledOff: all are told once, with the reason, and it takes nothing any more.
func TestADayIsCalledOff(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	w := h.book(h.mei, h.bao, childcare.After)
	h.book(h.mei, h.bao, childcare.Noon)
	h.book(h.mei, h.dou, childcare.Noon)
	for range 2 {
		require.NoError(t, h.care.CallOff(h.ctx, h.hua, h.tuesday, "snow"))
	}
	require.Equal(t, childcare.Cancelled, h.status(w.ID))
	require.Equal(t, 1, count(h.told(), "Mei care.off"))
	require.Equal(t, 1, count(h.told(), "Father care.off"))
	_, err := h.care.Book(h.ctx, h.mei, childcare.Wish{Child: h.bao, Day: h.tuesday, Part: childcare.After})
	refused(t, refusal.Conflict, "care.called_off", err)
	require.NoError(t, h.care.Begin(h.ctx, h.id))
	require.Empty(t, h.offer(h.mei, h.bao, childcare.After).Sittings)
	require.NoError(t, h.care.CloseHouse(h.ctx, h.secretary, "for good"))
	_, err = h.care.House(h.ctx, h.id)
	require.True(t, refusal.Is(err, refusal.NotFound))
	require.NoError(t, h.care.OpenHouse(h.ctx, h.secretary, childcare.UsualHouse()))
}

// TestWhatComesFreeGoesToWhoWaits, however it comes free.
func TestWhatComesFreeGoesToWhoWaits(t *testing.T) {
	t.Parallel()
	for name, frees := range map[string]func(h *hall) error{
		"a pattern has more places": func(h *hall) error {
			p := h.pattern(childcare.After, childcare.Mind)
			p.Places = 2
			return h.care.ChangePattern(h.ctx, h.hua, p)
		},
		"it comes by itself no more": func(h *hall) error {
			return h.care.SetStanding(h.ctx, h.mei, h.bao, childcare.After, nil)
		},
		"it is absent": func(h *hall) error {
			_, err := h.care.Absent(h.ctx, h.mei, h.bao, h.tuesday, h.tuesday, childcare.Away)
			return err
		},
		"it is forgotten": func(h *hall) error { return h.care.Erase(h.ctx, h.mei, h.bao) },
		"it has help in its place": func(h *hall) error {
			_, err := h.care.Enrol(h.ctx, h.mei, childcare.Child{ID: h.bao, School: h.school, Grade: 3, Subject: childcare.Maths})
			return err
		},
		"it is gone": func(h *hall) error {
			_, err := h.people.Moved(h.ctx, h.secretary, h.bao)
			return err
		},
	} {
		h := newHall(t)
		p := h.pattern(childcare.After, childcare.Mind)
		p.Places = 1
		require.NoError(t, h.care.ChangePattern(h.ctx, h.hua, p))
		require.NoError(t, h.care.SetStanding(h.ctx, h.mei, h.bao, childcare.After, childcare.Weekdays{2}))
		w := h.book(h.mei, h.dou, childcare.After)
		require.Equal(t, childcare.Waiting, w.Status)
		require.NoError(t, frees(h), name)
		require.Equal(t, childcare.Offered, h.status(w.ID), name)
	}
}
