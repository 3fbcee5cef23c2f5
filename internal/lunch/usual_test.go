package lunch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

var weekdays = lunch.Weekdays{1, 2, 3, 4, 5}

// stands gives somebody a standing order for every weekday.
func (h *hall) stands(a people.Actor) {
	h.Helper()
	_, err := h.lunch.Standing(h.ctx, a, a.Person, weekdays)
	require.NoError(h, err)
}

func TestAStandingOrderIsNoTap(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.exec(`UPDATE lunch_places SET capacity = 2`)
	h.state(h.tuesday, lunch.Planned)
	third, fourth, fifth := h.eater("Third"), h.eater("Fourth"), h.eater("Fifth")
	for _, a := range []people.Actor{h.mei, h.wang, third, fourth, fifth} {
		h.stands(a)
	}
	_, err := h.lunch.Standing(h.ctx, fourth, fourth.Person, lunch.Weekdays{1, 3})
	require.NoError(t, err)
	require.Equal(t, lunch.Cancelled, h.not(h.wang).Status, "before it is published")
	require.Equal(t, lunch.Planned, h.day(h.tuesday).State)
	h.state(h.tuesday, lunch.Published)
	for range 2 {
		require.NoError(t, h.lunch.Stand(h.ctx, h.id, h.tuesday))
	}
	require.Equal(t, []string{"Mei ordered 1 bring", "Wang cancelled 1 bring", "Third ordered 1 bring", "Fifth waiting 1 bring"}, h.tuesdays())
	require.Equal(t, 1, count(h.told(), "Fifth lunch.waits"))
	h.not(h.mei)
	require.Equal(t, lunch.Ordered, h.mine(fifth).Status, "it takes the place by itself")
	h.rulesHold()
}

// day reads a day as the chef would.
func (h *hall) day(day time.Time) lunch.Day {
	h.Helper()
	of, err := h.lunch.Coming(h.ctx, h.chef, h.mei.Person, 9)
	require.NoError(h, err)
	for _, o := range of {
		if o.Day.Day.Equal(day) {
			return o.Day
		}
	}
	return lunch.Day{}
}

func TestEveryDayFromNow(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.serve(dayAt(25), 1)
	h.stands(h.mei)
	h.stands(h.mei)
	require.Equal(t, []string{"Mei ordered 1 bring"}, h.tuesdays(), "also what can be ordered already")
	_, err := h.lunch.Standing(h.ctx, h.mei, h.mei.Person, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"Mei ordered 1 bring"}, h.tuesdays(), "what is ordered stays")
	_, err = h.lunch.Standing(h.ctx, h.mei, h.mei.Person, lunch.Weekdays{0, 8})
	refused(t, refusal.Invalid, "lunch.no_weekday", err)
}

// TestAStandingOrderAnswersTheQuestion: it is for the next day too, so the card says so.
func TestAStandingOrderAnswersTheQuestion(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	h.menu(h.tuesday, all("tofu")...)
	h.pass(h.at(23, 10, 0))
	require.Equal(t, 1, count(h.told(), "Mei lunch.asked"))
	h.exec(`UPDATE outbox SET state = 'sent', message_id = 7, settled_at = due_at WHERE topic = 'lunch.asked'`)
	_, err := h.lunch.Standing(h.ctx, h.mei, h.mei.Person, weekdays)
	require.NoError(t, err)
	require.Equal(t, []string{"Mei ordered 1 bring"}, h.tuesdays())
	require.Equal(t, 1, count(h.told(), "Mei lunch.asked_over"), "else it asks on for what is ordered")
}

func TestNothingThatThereIsGoesWithADiet(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.dish(h.tuesday, 1, 0, "pork", "pork")
	_, err := h.lunch.Likes(h.ctx, h.mei, h.mei.Person, lunch.Change{Diet: &[]lunch.Diet{lunch.NoNut, lunch.Halal, lunch.Halal}})
	require.NoError(t, err)
	d, err := h.lunch.Diner(h.ctx, h.mei, h.mei.Person)
	require.NoError(t, err)
	require.Equal(t, lunch.Codes[lunch.Diet]{lunch.Halal, lunch.NoNut}, d.Diet)
	h.stands(h.mei)
	require.Contains(t, h.told(), "Mei lunch.clash")
}

func TestAPauseEndsByItself(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	for day := 25; day <= 27; day++ {
		h.serve(dayAt(day), 1)
	}
	h.stands(h.mei)
	h.order(h.wang, lunch.TakeForMe)
	from, until := dayAt(24), dayAt(26)
	pause := func(from, until *time.Time) lunch.Diner {
		d, err := h.lunch.PauseLunch(h.ctx, h.mei, h.mei.Person, from, until)
		require.NoError(t, err)
		return d
	}
	d := pause(&from, &until)
	require.False(t, d.Eats(dayAt(25)))
	require.True(t, d.Eats(dayAt(26)))
	pause(&from, &until)
	require.Equal(t, []string{"Mei cancelled 1 bring", "Wang ordered 1 bring"}, h.tuesdays(), "the next gets it")
	require.Equal(t, []lunch.Status{lunch.Cancelled, lunch.Cancelled, lunch.Ordered, lunch.Ordered}, h.coming(h.mei))
	o := h.wish(h.mei, lunch.Wish{Day: dayAt(25), Person: h.mei.Person})
	require.Equal(t, lunch.Ordered, o.Status, "what she says of a day holds for it")
	h.stands(h.mei)
	pause(nil, nil)
	require.Equal(t, []lunch.Status{lunch.Waiting, lunch.Ordered, lunch.Ordered, lunch.Ordered}, h.coming(h.mei), "as far as there is room")
	_, err := h.lunch.PauseLunch(h.ctx, h.mei, h.mei.Person, &until, &from)
	refused(t, refusal.Invalid, "lunch.bad_day", err)
	h.rulesHold()
}

// coming are the states of what somebody has of the days to come.
func (h *hall) coming(a people.Actor) (all []lunch.Status) {
	h.Helper()
	of, err := h.lunch.Coming(h.ctx, h.chef, a.Person, 9)
	require.NoError(h, err)
	for _, o := range of {
		all = append(all, o.Order.Status)
	}
	return all
}

// TestNothingComesAgainTooEarly: what rests does so until nothing keeps it, whatever
// else becomes different.
func TestNothingComesAgainTooEarly(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.stands(h.mei)
	from := dayAt(24)
	_, err := h.lunch.PauseLunch(h.ctx, h.mei, h.mei.Person, &from, nil)
	require.NoError(t, err)
	_, err = h.lunch.Standing(h.ctx, h.mei, h.mei.Person, lunch.Weekdays{2})
	require.NoError(t, err)
	require.Equal(t, lunch.Cancelled, h.mine(h.mei).Status, "she pauses")
	_, err = h.people.Away(h.ctx, h.secretary, h.mei.Person, nil)
	require.NoError(t, err)
	_, err = h.lunch.PauseLunch(h.ctx, h.mei, h.mei.Person, nil, nil)
	require.NoError(t, err)
	require.Equal(t, lunch.Cancelled, h.mine(h.mei).Status, "she is away")
	_, err = h.people.Back(h.ctx, h.secretary, h.mei.Person)
	require.NoError(t, err)
	require.Equal(t, lunch.Ordered, h.mine(h.mei).Status)
}

func TestWhoSaidNoDuringAPauseIsNotGivenItBack(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.order(h.mei, "")
	from := dayAt(24)
	_, err := h.lunch.PauseLunch(h.ctx, h.mei, h.mei.Person, &from, nil)
	require.NoError(t, err)
	h.not(h.mei)
	_, err = h.lunch.PauseLunch(h.ctx, h.mei, h.mei.Person, nil, nil)
	require.NoError(t, err)
	require.Equal(t, lunch.Cancelled, h.mine(h.mei).Status)
}

func TestWhoEatsHereNoMore(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.stands(h.mei)
	h.order(h.wang, lunch.TakeForMe)
	d, err := h.lunch.EndDiner(h.ctx, h.daughter, h.mei.Person)
	require.NoError(t, err)
	require.NotNil(t, d.EndedAt)
	require.Equal(t, []string{"Mei cancelled 1 bring", "Wang ordered 1 bring"}, h.tuesdays())
	_, err = h.lunch.Order(h.ctx, h.mei, lunch.Wish{Day: h.tuesday, Person: h.mei.Person})
	refused(t, refusal.Conflict, "lunch.no_diner", err)
	d, err = h.lunch.LetIn(h.ctx, h.mei, lunch.Entry{Person: h.mei.Person})
	require.NoError(t, err)
	require.Nil(t, d.EndedAt)
	require.Equal(t, lunch.Cancelled, h.mine(h.mei).Status, "what she gave back stays given back")
}

func TestWhatIsUsualHasLimits(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	mode, none, five := lunch.Mode("fly"), 0, 5
	for key, all := range map[string][]lunch.Change{
		"lunch.no_mode":  {{Mode: &mode}},
		"lunch.too_many": {{Portions: &none}, {Portions: &five}},
		"lunch.no_diet":  {{Diet: &[]lunch.Diet{"air"}}},
	} {
		for _, c := range all {
			_, err := h.lunch.Likes(h.ctx, h.mei, h.mei.Person, c)
			refused(t, refusal.Invalid, key, err)
		}
	}
	two, eat, cabbage := 2, lunch.Eat, "cabbage"
	d, err := h.lunch.Likes(h.ctx, h.mei, h.mei.Person, lunch.Change{Mode: &eat, Portions: &two, Dislikes: &cabbage})
	require.NoError(t, err)
	again, err := h.lunch.Diner(h.ctx, h.mei, h.mei.Person)
	require.NoError(t, err)
	require.Equal(t, again, d)
	h.exec(`UPDATE lunch_places SET capacity = 2`)
	o := h.order(h.mei, "")
	require.Equal(t, []any{lunch.Eat, 2}, []any{o.Mode, o.Portions})
}
