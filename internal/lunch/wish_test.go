package lunch_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

func TestLunchAsUsualIsOneTap(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	o := h.order(h.mei, lunch.AskNow)
	require.Equal(t, lunch.Ordered, o.Status)
	require.Equal(t, []any{lunch.Bring, 1, lunch.ByTap, h.mei.Person}, []any{o.Mode, o.Portions, o.How, o.By})
	again := h.order(h.mei, lunch.AskNow)
	require.Equal(t, o, again, "a second tap changes nothing")
	var events int
	require.NoError(t, h.db.Get(&events, `SELECT count(*) FROM lunch_events WHERE day IS NOT NULL`))
	require.Equal(t, 1, events)
	require.Empty(t, h.told(), "the answer to her own tap says it")

	word := "a little softer"
	o = h.wish(h.mei, lunch.Wish{Day: h.tuesday, Person: h.mei.Person, Mode: lunch.Eat, Word: &word})
	require.Equal(t, lunch.Eat, o.Mode)
	o = h.wish(h.mei, lunch.Wish{Day: h.tuesday, Person: h.mei.Person})
	require.Equal(t, []any{lunch.Eat, word}, []any{o.Mode, o.Word}, "what is left out stays as it is")
	require.Equal(t, lunch.Cancelled, h.not(h.mei).Status)
	h.not(h.mei)
	require.Equal(t, lunch.Bring, h.order(h.mei, lunch.AskNow).Mode, "after a no it is as usual")
	h.rulesHold()
}

func TestWhatNoDayMakesPossible(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	long := strings.Repeat("软", 201)
	for key, w := range map[string]lunch.Wish{
		"lunch.too_many": {Portions: 5}, "lunch.no_mode": {Mode: "fly"}, "lunch.too_long": {Word: &long},
		"lunch.no_list": {List: "perhaps"}, "lunch.no_how": {How: lunch.TooLate},
	} {
		w.Day, w.Person = h.tuesday, h.mei.Person
		_, err := h.lunch.Order(h.ctx, h.mei, w)
		refused(t, refusal.Invalid, key, err)
	}
	require.Empty(t, h.tuesdays())
}

// TestADayTakesOrders: only while it is published, and until its cut-off.
func TestADayTakesOrders(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state lunch.State
		clock [3]int
		order string // the refusal; "": none
		not   string
	}{
		"the lead alone knows of it": {lunch.Planned, [3]int{23, 10, 0}, "lunch.not_yet", ""},
		"published":                  {lunch.Published, [3]int{23, 15, 59}, "", ""},
		"the minute of the cut-off":  {lunch.Published, [3]int{23, 16, 0}, "lunch.closed", "lunch.closed"},
		"never published":            {lunch.Planned, [3]int{23, 16, 0}, "lunch.closed", "lunch.closed"},
		"closed":                     {lunch.Closed, [3]int{23, 16, 5}, "lunch.closed", "lunch.closed"},
		"called off":                 {lunch.CalledOff, [3]int{23, 10, 0}, "lunch.called_off", "lunch.called_off"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHall(t)
			h.state(h.tuesday, c.state)
			h.pass(h.at(c.clock[0], c.clock[1], c.clock[2]))
			_, err := h.lunch.NotThen(h.ctx, h.wang, h.tuesday, h.wang.Person)
			expect(t, c.not, err)
			_, err = h.lunch.Order(h.ctx, h.mei, lunch.Wish{Day: h.tuesday, Person: h.mei.Person})
			expect(t, c.order, err)
		})
	}
}

// expect is a conflict of that name, or none.
func expect(t require.TestingT, key string, err error) {
	if key == "" {
		require.NoError(t, err)
		return
	}
	refused(t, refusal.Conflict, key, err)
}

// TestWhoMayOrderForWhom: family, and who serves; nobody learns more by trying.
func TestWhoMayOrderForWhom(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.exec(`UPDATE lunch_places SET capacity = 9`)
	stranger := h.meet("Stranger")
	for _, a := range []people.Actor{stranger, h.wang} {
		_, err := h.lunch.Order(h.ctx, a, lunch.Wish{Day: h.tuesday, Person: h.mei.Person})
		require.True(t, refusal.Is(err, refusal.NotFound), "%v", err)
		_, err = h.lunch.Diner(h.ctx, a, h.mei.Person)
		require.True(t, refusal.Is(err, refusal.NotFound), "%v", err)
		_, err = h.lunch.Likes(h.ctx, a, h.mei.Person, lunch.Change{})
		require.True(t, refusal.Is(err, refusal.NotFound), "%v", err)
		_, err = h.lunch.Coming(h.ctx, a, h.mei.Person, 3)
		require.True(t, refusal.Is(err, refusal.NotFound), "%v", err)
		_, err = h.lunch.Diners(h.ctx, a)
		require.True(t, refusal.Is(err, refusal.NotFound), "%v", err)
		_, err = h.lunch.Capacity(h.ctx, a, h.tuesday, lunch.Bring, 7)
		require.True(t, refusal.Is(err, refusal.NotFound), "%v", err)
	}
	_, err := h.lunch.Order(h.ctx, stranger, lunch.Wish{Day: h.tuesday, Person: stranger.Person})
	refused(t, refusal.Conflict, "lunch.no_diner", err)

	o := h.wish(h.daughter, lunch.Wish{Day: h.tuesday, Person: h.mei.Person})
	require.Equal(t, h.daughter.Person, o.By)
	require.Equal(t, []string{"Mei lunch.for_you"}, h.told(), "both sides see it")
	require.Equal(t, outbox.Notice, h.urgency("lunch.for_you"), "silently")
	h.not(h.mei)
	require.Equal(t, 1, count(h.told(), "Daughter lunch.changed"))
	h.wish(h.chef, lunch.Wish{Day: h.tuesday, Person: h.mei.Person, How: lunch.ByPhone})
	before := len(h.told())
	h.not(h.mei)
	require.Len(t, h.told(), before, "who wrote it down at the telephone need not hear each change")
	all, err := h.lunch.Diners(h.ctx, h.chef)
	require.NoError(t, err)
	require.Equal(t, []int64{h.mei.Person, h.wang.Person}, []int64{all[0].Person, all[1].Person})
}

func TestTheChoiceThatGoesWithADiet(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.exec(`UPDATE lunch_places SET capacity = 9`)
	h.dish(h.tuesday, 1, 1, "pork", "pork")
	h.dish(h.tuesday, 2, 2, "tofu", "")
	h.dish(h.tuesday, 3, 0, "nuts", "nut")
	_, err := h.lunch.Likes(h.ctx, h.mei, h.mei.Person, lunch.Change{Diet: &[]lunch.Diet{lunch.Halal}})
	require.NoError(t, err)
	require.Equal(t, 2, h.order(h.mei, "").Choice)
	require.Equal(t, 1, h.order(h.wang, "").Choice)
	require.Equal(t, 1, h.wish(h.mei, lunch.Wish{Day: h.tuesday, Person: h.mei.Person, Choice: 1}).Choice, "she knows best")
	of, err := h.lunch.Coming(h.ctx, h.mei, h.mei.Person, 1)
	require.NoError(t, err)
	require.Equal(t, 2, of[0].Suits)
	require.Equal(t, []any{"pork", lunch.Halal}, []any{of[0].Clashes[0].Dish.Name, of[0].Clashes[0].Diet})
	_, err = h.lunch.Order(h.ctx, h.wang, lunch.Wish{Day: h.tuesday, Person: h.wang.Person, Choice: 3})
	refused(t, refusal.Invalid, "lunch.no_choice", err)
}

// TestEachChangeIsTold: also of two at one moment.
func TestEachChangeIsTold(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.wish(h.daughter, lunch.Wish{Day: h.tuesday, Person: h.mei.Person})
	_, err := h.lunch.NotThen(h.ctx, h.daughter, h.tuesday, h.mei.Person)
	require.NoError(t, err)
	require.Equal(t, 2, count(h.told(), "Mei lunch.for_you"))
}
