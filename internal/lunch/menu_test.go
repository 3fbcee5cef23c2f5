package lunch_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/refusal"
)

// ticks says what is in a dish.
func (h *hall) ticks(name string, ticks ...lunch.Tick) {
	h.Helper()
	dishes, err := h.lunch.Dishes(h.ctx, h.chef)
	require.NoError(h, err)
	for _, d := range dishes {
		if d.Name == name {
			_, err := h.lunch.Tick(h.ctx, h.chef, d.ID, ticks)
			require.NoError(h, err)
		}
	}
}

// names are what a menu says.
func names(m lunch.Menu) (all []string) {
	for _, s := range m {
		all = append(all, s.Name)
	}
	return all
}

func (h *hall) diet(who int64, diet ...lunch.Diet) {
	h.Helper()
	_, err := h.lunch.Likes(h.ctx, h.chef, who, lunch.Change{Diet: &diet})
	require.NoError(h, err)
}

func TestWhatNoMenuIs(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	for name, c := range map[string]struct {
		key   string
		lines []lunch.Line
	}{
		"nothing":         {"lunch.no_menu", nil},
		"nine dishes":     {"lunch.too_many_dishes", all(strings.Split("abcdefghi", "")...)},
		"no name":         {"lunch.no_dish", all(" ")},
		"a long name":     {"lunch.too_long", all(strings.Repeat("鱼", 41))},
		"the same twice":  {"lunch.dish_twice", all("tofu", " tofu")},
		"a third choice":  {"lunch.no_choice", []lunch.Line{{"a", 3}}},
		"a choice of one": {"lunch.one_choice", []lunch.Line{{"a", 1}, {"b", 0}}},
	} {
		_, err := h.lunch.WriteMenu(h.ctx, h.chef, h.tuesday, c.lines)
		require.True(t, refusal.Is(err, refusal.Invalid), name)
		refused(t, refusal.Invalid, c.key, err)
	}
	_, err := h.lunch.WriteMenu(h.ctx, h.wang, h.tuesday, all("tofu"))
	require.True(t, refusal.Is(err, refusal.NotFound))
	_, err = h.lunch.WriteMenu(h.ctx, h.chef, dayAt(28), all("tofu"))
	require.True(t, refusal.Is(err, refusal.NotFound), "Saturday is no service day")
}

// TestADishRemembersItsTicks: what is new is to be ticked, and whom nothing suits is
// named to the lead when the menu is written.
func TestADishRemembersItsTicks(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	h.diet(h.mei.Person, lunch.Halal)
	made := h.menu(h.tuesday, all("pork  ribs", "rice")...)
	require.Equal(t, []string{"pork ribs", "rice"}, names(made.Menu))
	require.Len(t, made.Fresh, 2)
	require.Empty(t, made.Against, "nobody knows yet what is in it")
	h.ticks("pork ribs", lunch.Pork)
	h.ticks("rice")
	made = h.menu(h.tuesday, all("pork ribs", "rice")...)
	require.Len(t, made.Fresh, 1, "that nothing is in the rice nobody said")
	require.Equal(t, h.mei.Person, made.Against[0].Person)
	require.True(t, made.Against[0].Clashes[0].Serious())
	made = h.menu(dayAt(25), lunch.Line{Name: "pork ribs", Choice: 1}, lunch.Line{Name: "fish", Choice: 2})
	require.Equal(t, []string{"fish"}, []string{made.Fresh[0].Name}, "pork is known from Tuesday")
	require.Empty(t, made.Against, "there is something else for her")
	_, err := h.lunch.Tick(h.ctx, h.chef, made.Fresh[0].ID, []lunch.Tick{"magic"})
	refused(t, refusal.Invalid, "lunch.no_tick", err)
	_, err = h.lunch.Tick(h.ctx, h.chef, 999999, nil)
	require.True(t, refusal.Is(err, refusal.NotFound))
	require.Equal(t, 3, h.number(`SELECT count(*) FROM dishes`))
}

// TestAMenuThatChanges: who gets something else is told, others are not; and nobody
// keeps what they may not eat while there is something else.
func TestAMenuThatChanges(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	h.diet(h.mei.Person, lunch.Halal)
	h.menu(h.tuesday, lunch.Line{Name: "beef", Choice: 1}, lunch.Line{Name: "tofu", Choice: 2}, lunch.Line{Name: "rice"})
	h.pass(h.at(23, 10, 0))
	h.order(h.mei, "")
	h.wish(h.wang, lunch.Wish{Day: h.tuesday, Person: h.wang.Person, Choice: 2})
	h.menu(h.tuesday, lunch.Line{Name: "ribs", Choice: 1}, lunch.Line{Name: "tofu", Choice: 2}, lunch.Line{Name: "rice"})
	h.menu(h.tuesday, lunch.Line{Name: "ribs", Choice: 1}, lunch.Line{Name: "tofu", Choice: 2}, lunch.Line{Name: "rice"})
	require.Equal(t, []int{1, 0}, []int{count(h.told(), "Mei lunch.menu"), count(h.told(), "Wang lunch.menu")})
	h.ticks("ribs", lunch.Pork)
	require.Equal(t, []int{2, 2}, h.choices(), "Mei has tofu")
	require.Equal(t, 2, count(h.told(), "Mei lunch.menu"))
	require.Zero(t, count(h.told(), "Wang lunch.menu"))

	h.wish(h.mei, lunch.Wish{Day: h.tuesday, Person: h.mei.Person, Choice: 1})
	h.menu(h.tuesday, lunch.Line{Name: "ribs", Choice: 1}, lunch.Line{Name: "tofu", Choice: 2}, lunch.Line{Name: "noodles"})
	require.Equal(t, []int{1, 2}, h.choices(), "what she chose knowing it she keeps")
	h.menu(h.tuesday, all("ribs soup", "noodles")...)
	require.Equal(t, []int{0, 0}, h.choices())
	h.ticks("ribs soup", lunch.Pork)
	require.Equal(t, 1, count(h.told(), "Mei lunch.clash"), "nothing is left that suits her")
	h.pass(h.at(23, 16, 0))
	h.menu(h.tuesday, all("tofu", "noodles")...)
	require.Equal(t, 2, h.sees(h.tuesday).Sheet, "after the cut-off it is a correction")
}

// choices are those of Tuesday's orders, by who eats.
func (h *hall) choices() (all []int) {
	h.Helper()
	require.NoError(h, h.db.Select(&all, `SELECT choice FROM lunch_orders WHERE day = $1 AND state <> 'cancelled' ORDER BY person_id`, h.tuesday))
	return all
}

func TestAWeekIsCopied(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	h.menu(dayAt(24), all("a", "b")...)
	h.menu(dayAt(26), lunch.Line{Name: "c", Choice: 1}, lunch.Line{Name: "d", Choice: 2})
	h.menu(dayAt(27), all("e")...)
	h.menu(dayAt(31), all("mine")...)
	_, err := h.lunch.CopyWeek(h.ctx, h.wang, dayAt(25), dayAt(33))
	require.True(t, refusal.Is(err, refusal.NotFound))
	days, err := h.lunch.CopyWeek(h.ctx, h.chef, dayAt(25), dayAt(33))
	require.NoError(t, err)
	require.Equal(t, []time.Time{dayAt(33), dayAt(34)}, days, "Tuesday has one already")
	days, err = h.lunch.CopyWeek(h.ctx, h.chef, dayAt(25), dayAt(33))
	require.NoError(t, err)
	require.Empty(t, days)
	require.Equal(t, 2, h.number(`SELECT count(*) FROM lunch_menus WHERE day = '2026-12-03' AND choice > 0`))
	_, err = h.lunch.CopyWeek(h.ctx, h.chef, dayAt(1), dayAt(33))
	refused(t, refusal.Invalid, "lunch.nothing_to_copy", err)
}

// TestAPastedWeekIsWritten: what is read of a text is what there is.
func TestAPastedWeekIsWritten(t *testing.T) {
	t.Parallel()
	h := newKitchen(t)
	written, faults := lunch.ReadMenus("下周菜单\n周一：红烧带鱼/肉末豆腐、小米粥\n周二：面条", dayAt(23))
	require.Empty(t, faults)
	for _, w := range written {
		h.menu(w.Day, w.Lines...)
	}
	require.Equal(t, 4, h.number(`SELECT count(*) FROM lunch_menus WHERE day BETWEEN '2026-11-30' AND '2026-12-01'`))
}
