package lunch_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/refusal"
)

// newKitchen is a hall whose days the kitchen itself makes: it is nine o'clock on a
// Monday, and nobody wrote what there is.
func newKitchen(t *testing.T) *hall {
	t.Helper()
	h := newHall(t)
	h.exec(`DELETE FROM lunch_places`)
	h.exec(`DELETE FROM lunch_days`)
	h.clk.Advance(-time.Hour)
	require.NoError(t, h.lunch.Begin(h.ctx, h.id))
	return h
}

// menu writes what there is on a day: "a" is what comes with everything, "a/b" a choice.
func (h *hall) menu(day time.Time, lines ...lunch.Line) lunch.Made {
	h.Helper()
	m, err := h.lunch.WriteMenu(h.ctx, h.chef, day, lines)
	require.NoError(h, err)
	return m
}

// all are some dishes that come with everything.
func all(names ...string) (lines []lunch.Line) {
	for _, n := range names {
		lines = append(lines, lunch.Line{Name: n})
	}
	return lines
}

// days are the days that there are, "month-day state" each.
func (h *hall) days() (all []string) {
	h.Helper()
	require.NoError(h, h.db.Select(&all, `
		SELECT to_char(day, 'MM-DD') || ' ' || state FROM lunch_days WHERE community_id = $1 ORDER BY day`, h.id))
	return all
}

// sees reads one of them.
func (h *hall) sees(day time.Time) (d struct {
	State                    lunch.State
	Price, Sheet             int
	Asks, Calls, Closes, Out time.Time
}) {
	h.Helper()
	require.NoError(h, h.db.Get(&d, `
		SELECT state, price, sheet, asks_at AS asks, calls_at AS calls, closes_at AS closes, serves_at AS out
		FROM lunch_days WHERE community_id = $1 AND day = $2`, h.id, day))
	return d
}

// waits are the jobs that wait, by topic.
func (h *hall) waits(topic string) (n int) {
	h.Helper()
	require.NoError(h, h.db.Get(&n, `SELECT count(*) FROM outbox WHERE topic = $1 AND state = 'waiting'`, topic))
	return n
}

func TestDaysAreMadeTwoWeeksAhead(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	require.Len(t, h.days(), 10)
	require.Equal(t, []string{"11-24 planned", "12-07 planned"}, []string{h.days()[0], h.days()[9]})
	d := h.sees(dayAt(30))
	require.Equal(t, []time.Time{h.at(27, 10, 0), h.at(27, 15, 0), h.at(27, 16, 0), h.at(30, 11, 30)},
		[]time.Time{d.Asks.In(h.zone), d.Calls.In(h.zone), d.Closes.In(h.zone), d.Out.In(h.zone)}, "Monday's are on Friday")
	require.Equal(t, 120+40, h.number(`SELECT sum(capacity) FROM lunch_places WHERE day = '2026-11-30'`))
	require.NoError(t, h.lunch.Begin(h.ctx, h.id))
	require.Equal(t, []int{10, 1}, []int{h.waits("lunch.close"), h.waits("lunch.roll")}, "a second start makes nothing twice")
	h.pass(h.at(24, 4, 0))
	require.Equal(t, "12-08 planned", h.days()[10], "each night one more")
	require.Equal(t, 1, h.waits("lunch.roll"))
	require.NoError(t, h.lunch.CallOff(h.ctx, h.chef, dayAt(38), "no gas"))
	h.pass(h.at(25, 4, 0))
	require.Equal(t, h.at(37, 16, 0), h.sees(dayAt(39)).Closes.In(h.zone), "what closes before a day that is called off, closes before it")
}

// TestHolidaysMoveTheMomentsBefore: a list that is loaded late takes days away, and
// the day after them closes before them.
func TestHolidaysMoveTheMomentsBefore(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	h.exec(`INSERT INTO holidays (community_id, year, from_day, until_day, what, name) VALUES ($1, 2026, '2026-12-01', '2026-12-02', 'off', 'x')`, h.id)
	h.menu(h.tuesday, all("tofu")...)
	h.pass(h.at(24, 3, 0))
	require.Equal(t, []string{"12-01 cancelled", "12-02 cancelled", "12-03 planned"}, h.days()[5:8])
	require.Equal(t, h.at(30, 16, 0), h.sees(dayAt(33)).Closes.In(h.zone))
	require.Zero(t, count(h.told(), "Mei lunch.called_off"), "nobody had been told of them")
	h.exec(`DELETE FROM holidays`)
	h.pass(h.at(25, 3, 0))
	require.Equal(t, "12-01 planned", h.days()[5])
	require.Equal(t, h.at(32, 16, 0), h.sees(dayAt(33)).Closes.In(h.zone))

	h.menu(dayAt(30), all("tofu")...)
	h.pass(h.at(30, 16, 0))
	require.Equal(t, lunch.Planned, h.sees(dayAt(33)).State, "the job of a moment that is none any more does nothing")
}

func TestAKitchenIsOpenedChangedAndClosed(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	k, err := h.lunch.Kitchen(h.ctx, h.id)
	require.NoError(t, err)
	require.Equal(t, lunch.UsualKitchen().Weekdays, k.Weekdays)
	for key, bad := range map[string]func(*lunch.Kitchen){
		"lunch.no_weekday": func(k *lunch.Kitchen) { k.Weekdays = lunch.Weekdays{0} },
		"lunch.bad_clocks": func(k *lunch.Kitchen) { k.CallsAt = k.ClosesAt },
		"lunch.bad_count":  func(k *lunch.Kitchen) { k.Bring = 2001 },
	} {
		x := k
		bad(&x)
		refused(t, refusal.Invalid, key, h.lunch.ChangeKitchen(h.ctx, h.chef, x))
	}
	require.True(t, refusal.Is(h.lunch.ChangeKitchen(h.ctx, h.mei, k), refusal.NotFound))
	require.True(t, refusal.Is(h.lunch.OpenKitchen(h.ctx, h.chef, k), refusal.NotFound), "the secretary does")
	require.NoError(t, h.lunch.Price(h.ctx, h.chef, dayAt(25), 900))
	k.Price, k.Bring, k.Weekdays, k.ClosesAt = 700, 90, lunch.Weekdays{1, 2, 3, 4, 5, 6}, 17*60
	require.NoError(t, h.lunch.ChangeKitchen(h.ctx, h.chef, k))
	require.Equal(t, []int{700, 900}, []int{h.sees(dayAt(24)).Price, h.sees(dayAt(25)).Price}, "what the lead said of a day stays")
	require.Equal(t, h.at(23, 17, 0), h.sees(dayAt(24)).Closes.In(h.zone))
	require.Equal(t, h.at(28, 10, 0), h.sees(dayAt(30)).Asks.In(h.zone), "Saturday is a service day now")
	require.Equal(t, 90, h.number(`SELECT capacity FROM lunch_places WHERE day = '2026-11-28' AND mode = 'bring'`))
	changes := h.number(`SELECT count(*) FROM lunch_events WHERE code = 'kitchen_changed'`)
	require.NoError(t, h.lunch.ChangeKitchen(h.ctx, h.chef, k))
	require.Equal(t, changes, h.number(`SELECT count(*) FROM lunch_events WHERE code = 'kitchen_changed'`))

	h.menu(dayAt(24), all("tofu")...)
	h.pass(h.at(23, 11, 0))
	require.NoError(t, h.lunch.CloseKitchen(h.ctx, h.secretary, "the roof leaks"))
	require.NoError(t, h.lunch.CloseKitchen(h.ctx, h.secretary, "the roof leaks"))
	require.Zero(t, h.number(`SELECT count(*) FROM lunch_days WHERE state <> 'cancelled'`))
	require.Equal(t, [3]int{1, 1, 0}, [3]int{
		count(h.told(), "Mei lunch.closed_down"), count(h.told(), "Chef lunch.closed_down"), count(h.told(), "Mei lunch.called_off"),
	}, "each is told once, however many days it was")
	_, err = h.lunch.Kitchen(h.ctx, h.id)
	require.True(t, refusal.Is(err, refusal.NotFound))
	h.pass(h.at(26, 12, 0))
	require.NoError(t, h.lunch.Begin(h.ctx, h.id), "where nobody cooks there is nothing to begin")
	require.NoError(t, h.lunch.OpenKitchen(h.ctx, h.secretary, lunch.UsualKitchen()))
	require.Equal(t, "12-10 planned", h.days()[len(h.days())-1])
}

// TestTheMorningBefore: who has a standing order is reminded, silently, and all others
// are asked; the day of which nobody wrote what there is alarms the lead.
func TestTheMorningBefore(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	_, err := h.lunch.Standing(h.ctx, h.mei, h.mei.Person, lunch.Weekdays{2})
	require.NoError(t, err)
	h.menu(h.tuesday, all("tofu", "rice")...)
	_, err = h.lunch.Order(h.ctx, h.wang, lunch.Wish{Day: h.tuesday, Person: h.wang.Person})
	refused(t, refusal.Conflict, "lunch.not_yet", err)
	h.pass(h.at(23, 10, 0))
	require.Equal(t, []string{"Mei ordered 1 bring"}, h.tuesdays())
	require.ElementsMatch(t, []string{"Mei lunch.reminded", "Wang lunch.asked"}, h.told())
	require.Equal(t, outbox.Notice, h.urgency("lunch.reminded"))
	h.order(h.wang, "")
	h.exec(`UPDATE outbox SET state = 'waiting' WHERE topic = 'lunch.ask'`)
	h.pass(h.at(23, 10, 1))
	require.Equal(t, []int{1, 1}, []int{h.number(`SELECT count(*) FROM outbox WHERE topic = 'lunch.reminded'`),
		h.number(`SELECT count(*) FROM outbox WHERE topic = 'lunch.asked'`)}, "a job that comes twice asks once")
	require.Equal(t, 1, h.number(`SELECT count(*) FROM lunch_events WHERE code = 'asked'`))

	h.pass(h.at(24, 10, 0))
	require.Equal(t, 1, count(h.told(), "Chef lunch.no_menu"))
	h.pass(h.at(24, 15, 0))
	require.Equal(t, 2, count(h.told(), "Chef lunch.no_menu"), "and once more in the afternoon")
	require.Zero(t, count(h.told(), "Mei lunch.called_off"))
	refused(t, refusal.Invalid, "lunch.no_menu", h.lunch.Publish(h.ctx, h.chef, dayAt(25)))
	h.menu(dayAt(25), all("noodles")...)
	require.NoError(t, h.lunch.Publish(h.ctx, h.chef, dayAt(25)))
	require.NoError(t, h.lunch.Publish(h.ctx, h.chef, dayAt(25)))
	require.Equal(t, 2, count(h.told(), "Wang lunch.asked")+count(h.told(), "Mei lunch.asked"), "late, but at once")
}

// TestAnAnswerTakesTheQuestionAway: where another gives it, the card says so.
func TestAnAnswerTakesTheQuestionAway(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	h.menu(h.tuesday, all("tofu")...)
	h.pass(h.at(23, 10, 0))
	require.Equal(t, 1, count(h.told(), "Mei lunch.asked"))
	h.wish(h.daughter, lunch.Wish{Day: h.tuesday, Person: h.mei.Person})
	h.order(h.wang, "")
	require.Zero(t, count(h.told(), "Mei lunch.asked")+count(h.told(), "Wang lunch.asked"), "what was not sent yet never is")
	require.Equal(t, 1, count(h.told(), "Mei lunch.asked_over"))
	require.Zero(t, count(h.told(), "Wang lunch.asked_over"), "he sees the answer to his own tap")
}

// TestTheBotComesLate: after a night in which it was down, standing orders have their
// places, nobody is asked any more, and the kitchen gets its sheet, in whatever order
// its jobs come.
func TestTheBotComesLate(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"lunch.ask", "lunch.close"} {
		t.Run(first, func(t *testing.T) {
			t.Parallel()
			h := newKitchen(t)
			_, err := h.lunch.Standing(h.ctx, h.mei, h.mei.Person, lunch.Weekdays{2})
			require.NoError(t, err)
			h.menu(h.tuesday, all("tofu")...)
			h.clk.Advance(8 * time.Hour)
			args := []byte(`{"day":"2026-11-24"}`)
			require.NoError(t, h.lunch.Do(h.ctx, h.id, first, args))
			if first == "lunch.close" {
				require.Equal(t, lunch.Closed, h.sees(h.tuesday).State)
			}
			for _, topic := range []string{"lunch.ask", "lunch.call", "lunch.close", "lunch.over"} {
				require.NoError(t, h.lunch.Do(h.ctx, h.id, topic, args))
			}
			require.Equal(t, []string{"Mei ordered 1 bring"}, h.tuesdays())
			require.Equal(t, []string{"Chef lunch.sheet", "Chef lunch.picture", "Chef lunch.paper", "Chef lunch.labels"}, h.told())
			require.Equal(t, lunch.Closed, h.sees(h.tuesday).State)
		})
	}
}

// TestADayWithoutAMenu has no lunch at its cut-off, and who counts on it is told.
func TestADayWithoutAMenu(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	_, err := h.lunch.Standing(h.ctx, h.mei, h.mei.Person, lunch.Weekdays{2})
	require.NoError(t, err)
	h.pass(h.at(23, 16, 0))
	require.Equal(t, "11-24 cancelled", h.days()[0])
	require.Equal(t, 1, count(h.told(), "Mei lunch.called_off"))
	require.Equal(t, 1, count(h.told(), "Chef lunch.off_to_call"))
}

// TestADayMoves walks every state of a day against every state.
func TestADayMoves(t *testing.T) {
	t.Parallel()
	legal := map[string]bool{
		"planned published": true, "planned cancelled": true, "published closed": true, "published cancelled": true,
		"closed over": true, "closed cancelled": true,
	}
	states := []lunch.State{lunch.Planned, lunch.Published, lunch.Closed, lunch.Over, lunch.CalledOff}
	for _, from := range states {
		for _, to := range states {
			require.Equal(t, legal[fmt.Sprintf("%s %s", from, to)], lunch.CanDay(from, to), "%s %s", from, to)
		}
	}
}

// TestCalledOff: whoever has ordered is told, with the reason, and so are all others,
// silently; those without Telegram are on the list of who is to be phoned.
func TestCalledOff(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	h.menu(h.tuesday, all("tofu")...)
	h.pass(h.at(23, 10, 0))
	h.order(h.wang, "")
	h.wish(h.daughter, lunch.Wish{Day: h.tuesday, Person: h.mei.Person})
	deaf := h.eaters(1)[0]
	h.call(deaf, lunch.SaysYes)
	silent := h.eater("Silent")
	refused(t, refusal.Invalid, "lunch.no_reason", h.lunch.CallOff(h.ctx, h.chef, h.tuesday, "  "))
	require.True(t, refusal.Is(h.lunch.CallOff(h.ctx, h.wang, h.tuesday, "no gas"), refusal.NotFound))
	for range 2 {
		require.NoError(t, h.lunch.CallOff(h.ctx, h.chef, h.tuesday, "no gas"))
	}
	for _, who := range []string{"Wang", "Mei", "Daughter", "Silent"} {
		require.Equal(t, 1, count(h.told(), who+" lunch.called_off"), who)
	}
	var urgencies []int
	require.NoError(t, h.db.Select(&urgencies, `SELECT urgency FROM outbox WHERE topic = 'lunch.called_off' AND person_id IN ($1, $2) ORDER BY person_id = $2`,
		h.wang.Person, silent.Person))
	require.Equal(t, []int{int(outbox.Task), int(outbox.Notice)}, urgencies)
	_, err := h.lunch.Order(h.ctx, h.wang, lunch.Wish{Day: h.tuesday, Person: h.wang.Person})
	refused(t, refusal.Conflict, "lunch.called_off", err)
	list, err := h.lunch.CallList(h.ctx, h.chef, h.tuesday)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, deaf.Person, list[0].Person)
	_, err = h.lunch.Called(h.ctx, h.chef, h.tuesday, deaf.Person, lunch.SaysNo)
	require.NoError(t, err)
	list, err = h.lunch.CallList(h.ctx, h.chef, h.tuesday)
	require.NoError(t, err)
	require.Empty(t, list, "who knows is phoned no more")
	require.NoError(t, h.lunch.CallOff(h.ctx, h.chef, dayAt(26), "no gas"))
	require.Equal(t, h.at(25, 16, 0), h.sees(dayAt(27)).Closes.In(h.zone), "nobody cooks on Thursday: Friday closes on Wednesday")
	require.Equal(t, h.at(24, 16, 0), h.sees(dayAt(25)).Closes.In(h.zone), "but for Wednesday the morning to ask has passed")
	h.rulesHold()
}

func TestRainAndPrice(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	h.menu(h.tuesday, all("tofu")...)
	h.pass(h.at(23, 10, 0))
	h.order(h.wang, "")
	h.wish(h.mei, lunch.Wish{Day: h.tuesday, Person: h.mei.Person, Mode: lunch.Eat})
	for range 2 {
		require.NoError(t, h.lunch.Rain(h.ctx, h.chef, h.tuesday, true))
		require.NoError(t, h.lunch.Price(h.ctx, h.chef, h.tuesday, 850))
	}
	require.Equal(t, []int{1, 0}, []int{count(h.told(), "Mei lunch.rain"), count(h.told(), "Wang lunch.rain")}, "who would come")
	require.Equal(t, []int{1, 1}, []int{count(h.told(), "Mei lunch.price"), count(h.told(), "Wang lunch.price")})
	h.pass(h.at(23, 16, 0))
	refused(t, refusal.Conflict, "lunch.closed", h.lunch.Price(h.ctx, h.chef, h.tuesday, 900))
	require.NoError(t, h.lunch.Rain(h.ctx, h.chef, h.tuesday, false))
	require.Equal(t, 2, h.sees(h.tuesday).Sheet, "the kitchen has another sheet then")
	h.pass(h.at(25, 0, 0))
	require.Equal(t, lunch.Over, h.sees(h.tuesday).State)
	refused(t, refusal.Conflict, "lunch.over", h.lunch.Rain(h.ctx, h.chef, h.tuesday, true))
	refused(t, refusal.Conflict, "lunch.over", h.lunch.CallOff(h.ctx, h.chef, h.tuesday, "late"))
}
