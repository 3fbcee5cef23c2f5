package childcare_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestAPartOfADayIsBookedWhole: a chain has a place in each of its sittings, or in none.
func TestAPartOfADayIsBookedWhole(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	o := h.offer(h.mei, h.bao, childcare.Noon)
	require.Len(t, o.Sittings, 4, "fetched, lunch, nap, back")
	require.True(t, o.Open)
	require.False(t, o.Told)
	require.Equal(t, 1000, o.Price)
	require.Equal(t, h.at(24, 11, 40).UTC(), o.From.UTC())
	require.Equal(t, h.at(24, 14, 0).UTC(), o.Until.UTC())

	w := h.book(h.mei, h.bao, childcare.Noon)
	require.Equal(t, childcare.Booked, w.Status)
	require.Equal(t, w, h.book(h.mei, h.bao, childcare.Noon), "a second tap changes nothing")
	require.Equal(t, childcare.Booked, h.book(h.mei, h.bao, childcare.After).Status, "the afternoon does not meet the noon")
	o = h.offer(h.mei, h.bao, childcare.Noon)
	require.Equal(t, 19, o.Left)
	require.True(t, o.Told)
	require.Equal(t, w.ID, o.Booking.ID)
	require.Equal(t, 2, count(h.told(), "Father care.booked"), "who decides too is told, of each once")

	w, err := h.care.Cancel(h.ctx, h.father, w.ID)
	require.NoError(t, err)
	require.Equal(t, childcare.Cancelled, w.Status)
	require.Equal(t, 20, h.offer(h.mei, h.bao, childcare.Noon).Left)
	require.Equal(t, 1, count(h.told(), "Mei care.booked"), "and Mei what the father did")
}

// TestAFullSittingLetsAChainWait: nothing is held where one has no place; what comes free
// goes to the first, held from eight to eight, and the next has it where nobody answers.
func TestAFullSittingLetsAChainWait(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.places(h.tuesday, 1)
	of, some := h.others(2)
	first := h.book(of[0], some[0], childcare.Noon)
	require.Equal(t, childcare.Booked, first.Status)
	bao, second := h.book(h.mei, h.bao, childcare.Noon), h.book(of[1], some[1], childcare.Noon)
	require.Equal(t, childcare.Waiting, bao.Status)
	require.Equal(t, childcare.Waiting, second.Status)
	require.Equal(t, 1, h.offer(h.mei, h.bao, childcare.Noon).Position)
	require.Equal(t, 2, h.offer(of[1], some[1], childcare.Noon).Position)
	second, err := h.care.TakeItself(h.ctx, of[1], second.ID, true)
	require.NoError(t, err)

	_, err = h.care.Cancel(h.ctx, of[0], first.ID)
	require.NoError(t, err)
	o := h.offer(h.mei, h.bao, childcare.Noon)
	require.Equal(t, childcare.Offered, o.Booking.Status)
	require.Equal(t, h.at(23, 10, 30).UTC(), o.Booking.HeldUntil.UTC())
	require.Equal(t, 1, count(h.told(), "Mei care.offered"))
	require.Equal(t, 1, count(h.told(), "Father care.offered"))

	h.pass(h.at(23, 10, 31))
	require.Equal(t, childcare.Cancelled, h.status(bao.ID))
	require.Equal(t, childcare.Booked, h.status(second.ID), "who lets it take a place by itself has it")
	_, err = h.care.Answer(h.ctx, h.mei, bao.ID, true)
	refused(t, refusal.Conflict, "care.hold_over", err)
	require.Equal(t, 1, count(h.told(), "Mei care.lapsed"))
	require.Equal(t, 0, count(h.told(), "Mei care.offered"), "the question is taken away")
}

// status is where a booking stands.
func (h *hall) status(id int64) (is childcare.Status) {
	h.Helper()
	require.NoError(h, h.db.Get(&is, `SELECT state FROM care_bookings WHERE community_id = $1 AND id = $2`, h.id, id))
	return is
}

// TestWhoIsAskedFirstAnswers: yes takes the place, no gives it to the next.
func TestWhoIsAskedFirstAnswers(t *testing.T) {
	t.Parallel()
	for _, yes := range []bool{true, false} {
		h := newHall(t)
		h.places(h.tuesday, 1)
		of, some := h.others(2)
		first := h.book(of[0], some[0], childcare.After)
		bao, next := h.book(h.mei, h.bao, childcare.After), h.book(of[1], some[1], childcare.After)
		_, err := h.care.Cancel(h.ctx, of[0], first.ID)
		require.NoError(t, err)
		if yes { // what is held stays held, also where there are fewer places by now
			h.exec(`UPDATE care_sittings SET places = 0 WHERE day = $1`, h.tuesday)
		}
		for range 2 {
			_, err = h.care.Answer(h.ctx, h.father, bao.ID, yes)
			require.NoError(t, err)
		}
		want := map[bool][2]childcare.Status{true: {childcare.Booked, childcare.Waiting}, false: {childcare.Cancelled, childcare.Offered}}[yes]
		require.Equal(t, want, [2]childcare.Status{h.status(bao.ID), h.status(next.ID)})
	}
}

// TestAfterTheDeadlineTheLeadAloneChanges, and who waits is told that there is no place.
func TestAfterTheDeadlineTheLeadAloneChanges(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.places(h.tuesday, 1)
	of, some := h.others(1)
	w := h.book(of[0], some[0], childcare.After)
	waits := h.book(h.mei, h.bao, childcare.After)
	h.pass(h.at(23, 20, 1))
	require.Equal(t, childcare.Cancelled, h.status(waits.ID))
	require.Equal(t, 1, count(h.told(), "Mei care.lapsed"))
	_, err := h.care.Cancel(h.ctx, of[0], w.ID)
	refused(t, refusal.Conflict, "care.closed", err)
	_, err = h.care.Book(h.ctx, h.mei, childcare.Wish{Child: h.bao, Day: h.tuesday, Part: childcare.Noon})
	refused(t, refusal.Conflict, "care.closed", err)

	_, err = h.care.Book(h.ctx, h.hua, childcare.Wish{Child: h.bao, Day: h.tuesday, Part: childcare.After})
	refused(t, refusal.Conflict, "care.full", err)
	_, err = h.care.Cancel(h.ctx, h.hua, w.ID)
	require.NoError(t, err)
	require.Equal(t, childcare.AtDesk, h.book(h.hua, h.bao, childcare.After).How)
	require.Equal(t, 1, count(h.told(), "Mei care.booked"))
}

// TestNobodyBooksForWhomTheyDoNotDecide: neither family, nor who fetches it, nor staff.
func TestNobodyBooksForWhomTheyDoNotDecide(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	aunt, collector, stranger := h.meet("Aunt"), h.meet("Collector"), h.meet("Stranger")
	h.tie(aunt.Person, h.bao, people.Family)
	h.tie(collector.Person, h.bao, people.Collector)
	h.hands.on[childcare.Minding] = []int64{h.carer.Person}
	h.book(h.mei, h.bao, childcare.After)
	for _, a := range []struct{ who, id int64 }{{aunt.Person, h.bao}, {collector.Person, h.bao}, {stranger.Person, h.bao}, {h.carer.Person, h.bao}, {h.secretary.Person, h.bao}, {h.father.Person, h.dou}} {
		actor := h.mei
		actor.Person = a.who
		_, err := h.care.Book(h.ctx, actor, childcare.Wish{Child: a.id, Day: h.tuesday, Part: childcare.Noon})
		require.True(t, refusal.Is(err, refusal.NotFound), "%v", err)
		_, err = h.care.Offers(h.ctx, actor, a.id, h.tuesday, 1)
		require.True(t, refusal.Is(err, refusal.NotFound), "%v", err)
	}
}

// TestSiblingsAndWeeksAreBookedInOne: all of it or nothing.
func TestSiblingsAndWeeksAreBookedInOne(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	var wishes []childcare.Wish
	for day := 24; day <= 27; day++ {
		for _, child := range []int64{h.dou, h.bao} {
			wishes = append(wishes, childcare.Wish{Child: child, Day: dayAt(day), Part: childcare.After})
		}
	}
	_, err := h.care.Book(h.ctx, h.mei, append(wishes, childcare.Wish{Child: h.bao, Day: dayAt(28), Part: childcare.After})...)
	require.True(t, refusal.Is(err, refusal.NotFound), "Saturday has nothing: %v", err)
	require.Empty(t, h.on(h.tuesday))
	all, err := h.care.Book(h.ctx, h.mei, wishes...)
	require.NoError(t, err)
	require.Len(t, all, 8)
	require.Equal(t, []string{"Bao after booked", "Dou after booked"}, h.on(h.tuesday))

	h.pass(h.at(30, 10, 0))
	week, err := h.care.LikeLastWeek(h.ctx, h.mei, h.bao)
	require.NoError(t, err)
	require.Len(t, week, 4)
	require.Equal(t, []string{"Bao after booked"}, h.on(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)))
}

// TestOutOfTheHallAChildIsCalledToTalk, whichever was booked first: within the time in which
// it is minded, not on the way, nor beyond it, nor to two at once; and not under or over the
// ages that the hour is for.
func TestOutOfTheHallAChildIsCalledToTalk(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		hour, minute int
		may          bool
	}{
		"in the middle": {17, 0, true}, "at its beginning": {16, 20, true}, "until its end": {17, 30, true},
		"on the way": {16, 10, false}, "beyond its end": {17, 40, false}, "before all": {15, 0, true}, "after all": {18, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHall(t)
			talk := childcare.Wish{Child: h.bao, Day: h.tuesday, Part: childcare.Talk, Sitting: h.talk(h.meet("Counsellor"), c.hour, c.minute)}
			offered := func() bool {
				return slices.ContainsFunc(h.offers(h.mei, h.bao), func(o childcare.Offer) bool { return o.Part == childcare.Talk })
			}
			after := childcare.Wish{Child: h.bao, Day: h.tuesday, Part: childcare.After}
			for _, order := range [][2]childcare.Wish{{after, talk}, {talk, after}} {
				first, err := h.care.Book(h.ctx, h.mei, order[0])
				require.NoError(t, err)
				if order[1].Part == childcare.Talk {
					require.Equal(t, c.may, offered(), "what is offered can be had")
				}
				second, err := h.care.Book(h.ctx, h.mei, order[1])
				if !c.may {
					refused(t, refusal.Conflict, "care.busy", err)
				} else {
					require.NoError(t, err)
					require.Equal(t, childcare.Booked, second[0].Status)
				}
				for _, w := range append(second, first...) {
					_, err = h.care.Cancel(h.ctx, h.mei, w.ID)
					require.NoError(t, err)
				}
			}
		})
	}
	h := newHall(t)
	of := h.meet("Counsellor")
	one, other := h.talk(of, 17, 0), h.talk(h.meet("Another"), 17, 20)
	wish := childcare.Wish{Child: h.bao, Day: h.tuesday, Part: childcare.Talk, Sitting: one}
	h.exec(`UPDATE care_patterns SET age_from = 12 WHERE id = (SELECT pattern_id FROM care_sittings WHERE id = $1)`, one)
	_, err := h.care.Book(h.ctx, h.mei, wish)
	refused(t, refusal.Conflict, "care.nothing", err)
	h.exec(`UPDATE care_patterns SET age_from = 0`)
	_, err = h.care.Book(h.ctx, h.mei, wish)
	require.NoError(t, err)
	wish.Sitting = other
	_, err = h.care.Book(h.ctx, h.mei, wish)
	refused(t, refusal.Conflict, "care.busy", err)
}

// TestAChildIsNotAtTwoPlacesAtOneTime: a talk on the way from school goes with no
// homework.
func TestAChildIsNotAtTwoPlacesAtOneTime(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	talk := h.talk(h.meet("Counsellor"), 16, 10)
	h.book(h.mei, h.bao, childcare.After)
	_, err := h.care.Book(h.ctx, h.mei, childcare.Wish{Child: h.bao, Day: h.tuesday, Part: childcare.Talk, Sitting: talk})
	refused(t, refusal.Conflict, "care.busy", err)
	for _, o := range h.offers(h.mei, h.bao) {
		require.NotEqual(t, childcare.Talk, o.Part, "nor is it offered")
	}
	_, err = h.db.Exec(`
		WITH b AS (INSERT INTO care_bookings (community_id, day, child_id, part, nth, how, state, since)
			VALUES ($1, $2, $3, 'talk', 1, 'tap', 'booked', now()) RETURNING *)
		INSERT INTO care_legs SELECT b.community_id, b.id, s.id, b.child_id, b.day, b.part, s.what, b.holds, s.starts_at, s.ends_at
		FROM b, care_sittings s WHERE s.id = $4`, h.id, h.tuesday, h.bao, talk)
	require.ErrorContains(t, err, "care_legs_no_talk_between", "nor do the tables let it be")
}

// talk lets somebody counsel for half an hour each Tuesday, and returns that of this one.
func (h *hall) talk(who people.Actor, hour, minute int) (sitting int64) {
	h.Helper()
	require.NoError(h, h.people.Grant(h.ctx, h.secretary, who.Person, "counsellor", 0))
	require.NoError(h, h.care.Clear(h.ctx, h.hua, who.Person))
	from := hour*60 + minute
	_, err := h.care.AddPattern(h.ctx, h.hua, childcare.Pattern{
		Part: childcare.Talk, What: childcare.Counselled, Weekdays: childcare.Weekdays{2}, From: calendar.Clock(from), Until: calendar.Clock(from + 30),
		Places: 1, Ratio: 1, AgeUntil: 18, GradeUntil: 12, Person: who.Person,
	})
	require.NoError(h, err)
	require.NoError(h, h.db.Get(&sitting, `SELECT id FROM care_sittings WHERE day = $1 AND what = 'talk' ORDER BY id DESC LIMIT 1`, h.tuesday))
	return sitting
}

// TestATalkIsTheirsAloneWhoHaveIt: nobody else learns whose it is.
func TestATalkIsTheirsAloneWhoHaveIt(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	counsellor := h.meet("Counsellor")
	sitting := h.talk(counsellor, 15, 0)
	wish := childcare.Wish{Child: h.bao, Day: h.tuesday, Part: childcare.Talk, Sitting: sitting}
	all, err := h.care.Book(h.ctx, h.mei, wish)
	require.NoError(t, err)
	w := all[0]
	require.Empty(t, h.told(), "the father is not told")
	require.Equal(t, w.ID, h.offer(h.mei, h.bao, childcare.Talk).Booking.ID)
	o := h.offer(h.father, h.bao, childcare.Talk)
	require.Nil(t, o.Booking)
	require.Zero(t, o.Left)
	require.False(t, o.Told)
	_, err = h.care.Book(h.ctx, h.father, wish)
	refused(t, refusal.Conflict, "care.busy", err)
	for _, who := range []people.Actor{h.father, h.hua, h.carer, h.secretary} {
		_, err = h.care.Booking(h.ctx, who, w.ID)
		require.True(t, refusal.Is(err, refusal.NotFound))
		_, err = h.care.Cancel(h.ctx, who, w.ID)
		require.True(t, refusal.Is(err, refusal.NotFound))
	}
	h.hands.on[childcare.Minding] = []int64{h.carer.Person}
	h.pass(h.at(24, 9, 0))
	_, err = h.care.Child(h.ctx, h.carer, h.bao)
	require.True(t, refusal.Is(err, refusal.NotFound), "nor does it come to who minds children that day")
	for _, who := range []people.Actor{h.mei, counsellor} {
		_, err = h.care.Booking(h.ctx, who, w.ID)
		require.NoError(t, err)
	}
	_, err = h.care.Book(h.ctx, h.hua, childcare.Wish{Child: h.dou, Day: h.tuesday, Part: childcare.Talk, Sitting: sitting})
	require.True(t, refusal.Is(err, refusal.NotFound), "nor does who runs the hall book one")
	_, err = h.care.Absent(h.ctx, h.father, h.bao, h.tuesday, h.tuesday, childcare.Ill)
	require.NoError(t, err)
	require.Equal(t, []string{"Mei care.ended", "Counsellor care.list"}, h.told())
	next := childcare.Wish{Child: h.bao, Day: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), Part: childcare.Talk}
	require.NoError(t, h.db.Get(&next.Sitting, `SELECT id FROM care_sittings WHERE day = $1 AND what = 'talk'`, next.Day))
	var role int64
	require.NoError(t, h.db.Get(&role, `SELECT id FROM person_roles WHERE person_id = $1 AND role = 'counsellor'`, counsellor.Person))
	all, err = h.care.Book(h.ctx, h.mei, next)
	require.NoError(t, err)
	require.NoError(t, h.people.EndRole(h.ctx, h.secretary, role))
	require.Equal(t, childcare.Cancelled, h.status(all[0].ID))
	require.Equal(t, 2, count(h.told(), "Mei care.ended"))
}
