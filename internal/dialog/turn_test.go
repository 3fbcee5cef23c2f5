package dialog_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/dialog"
)

func TestAWholeConversationByTaps(t *testing.T) {
	t.Parallel()
	k := newDesk()
	c := start(t, k.flow(), nil).asks("box")
	require.Equal(t, []string{"rep.box.opt.north", "rep.box.opt.south", "dialog.cancel"}, c.labels(), "nothing to go back to yet")
	c.tap("rep.box.opt.north").asks("kind")
	require.Equal(t, []string{"rep.kind.opt.lift", "rep.kind.opt.water", "rep.kind.opt.other", "dialog.back", "dialog.cancel"}, c.labels())
	c.tap("rep.kind.opt.lift").asks("place").tap("My flat").asks("flat").say(" 501 ").asks("what").say("It is stuck")
	c.asks("photos")
	require.Equal(t, []string{"dialog.skip", "dialog.back", "dialog.cancel"}, c.labels())
	c.show(photo("p1")).asks("photos")
	require.Contains(t, c.screen.Text, "dialog.got n 1")
	require.Equal(t, []string{"dialog.done", "dialog.back", "dialog.cancel"}, c.labels())
	c.tap("dialog.done").asks("access").tap("dialog.skip").asks("")
	require.Equal(t, strings.Join([]string{
		"rep.summary",
		"dialog.line title rep.kind.title value rep.kind.opt.lift",
		"dialog.line title rep.place.title value My flat",
		"dialog.line title rep.flat.title value 501",
		"dialog.line title rep.what.title value It is stuck",
		"dialog.line title rep.photos.title value dialog.photo n 1",
		"dialog.line title rep.access.title value dialog.none",
	}, "\n"), c.screen.Text)
	require.Equal(t, []string{
		"dialog.send", "dialog.change title rep.kind.title", "dialog.change title rep.place.title",
		"dialog.change title rep.flat.title", "dialog.change title rep.what.title",
		"dialog.change title rep.photos.title", "dialog.change title rep.access.title", "dialog.cancel",
	}, c.labels())
	for _, row := range c.screen.Rows {
		require.Len(t, row, 1)
	}
	c.tap("dialog.send")
	require.True(t, c.s.Over)
	require.Equal(t, dialog.Screen{Text: "case.opened no 7", Menu: true}, c.screen)
	require.Equal(t, "501", k.sent["k1"].Flat)
	require.Equal(t, []dialog.Turn{{Key: "k1", Now: monday, Zone: monday.Location(), Texts: en{}}}, k.seen)
}

func TestTypedLabelsCountAsTaps(t *testing.T) {
	t.Parallel()
	for name, typed := range map[string]string{
		"as written": "🏠 Lobby", "without the emoji": "Lobby", "another case": "lOBBY", "with spaces": "  lob by ",
		"with a stop": "Lobby.", "another emoji": "👍🏽 lobby", "from another page": "building17", "an id too long for a button": "LONG",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start(t, newDesk().flow(), draft{Box: "north", Kind: "lift"}).asks("place").say(typed).asks("what")
		})
	}
	t.Run("the whole navigation", func(t *testing.T) {
		t.Parallel()
		k := newDesk()
		c := start(t, k.flow(), draft{Box: "north"}).asks("kind").say("REP.kind.opt.water").asks("place")
		c.say("dialog.more").asks("place")
		require.Equal(t, 1, c.s.Page)
		c.say("dialog.back").asks("kind").say("rep.kind.opt.lift").say("lobby").say("It is stuck").say("dialog.skip").asks("")
		c.say("dialog.change title rep.what.title").asks("what").say("Dialog.Back").asks("").say("dialog.send")
		require.Len(t, k.sent, 1)
	})
	t.Run("a forwarded word is nobody's tap", func(t *testing.T) {
		t.Parallel()
		k := newDesk()
		toSummary(t, k).do(dialog.Event{Text: "dialog.send", Forwarded: true}).asks("", "dialog.use_buttons")
		require.Empty(t, k.sent)
	})
}

func TestBack(t *testing.T) {
	t.Parallel()
	k := newDesk()
	c := start(t, k.flow(), draft{Box: "north", Kind: "lift"}).asks("place").tap("My flat").asks("flat")
	c.tap("dialog.back").asks("place").tap("dialog.back").asks("kind")
	require.NotContains(t, c.labels(), "dialog.back", "what the start filled in and hides cannot be gone back to")
	c.say("dialog.back").asks("kind", "rep.kind.pick")
	c.tap("rep.kind.opt.water").asks("place").tap("My flat").say("501").asks("what")
}

func TestADoubledBackGoesBackOnce(t *testing.T) {
	t.Parallel()
	c := start(t, newDesk().flow(), beforeStep["kind"]).tap("rep.kind.opt.lift", "My flat").asks("flat")
	back := c.data("dialog.back")
	c.do(dialog.Event{Tap: back}).asks("place").do(dialog.Event{Tap: back}).asks("place", "dialog.stale")
}

func TestAnAnswerThatIsWipedClosesWhatHungOnIt(t *testing.T) {
	t.Parallel()
	k := newDesk()
	f := dialog.New("rep", k.send,
		dialog.Text("access", func(d *draft) *string { return &d.Access }, 1, 9).When(func(d *draft) bool { return d.Flat != "" }),
		dialog.Text("flat", func(d *draft) *string { return &d.Flat }, 1, 9).When(atFlat),
		dialog.Choice("place", func(d *draft) *string { return &d.Place }, "flat", "lobby"),
	)
	c := start(t, f, draft{Place: "flat", Flat: "1", Access: "any"}).asks("")
	c.tap("dialog.change title rep.place.title", "rep.place.opt.lobby").asks("")
	require.Equal(t, draft{Place: "lobby"}, c.draft(), "an earlier step may hang on a later one")
}

func TestBackFromAStepThatAChangeOpenedGoesToThatChange(t *testing.T) {
	t.Parallel()
	c := toSummary(t, newDesk()).tap("dialog.change title rep.place.title", "My flat").asks("flat")
	c.tap("dialog.back").asks("place").tap("🏠 Lobby").asks("")
}

func TestChangeOneAnswer(t *testing.T) {
	t.Parallel()
	k := newDesk()
	c := start(t, k.flow(), filled()).asks("")
	c.tap("dialog.change title rep.kind.title").asks("kind").tap("rep.kind.opt.other").asks("")
	require.Equal(t, "other", c.draft().Kind)
	c.tap("dialog.change title rep.what.title").asks("what").tap("dialog.back").asks("")
	require.Equal(t, "It is stuck", c.draft().What.Text, "leaving a change keeps the answer")
	c.tap("dialog.change title rep.place.title", "🏠 Lobby").asks("")
	require.Empty(t, c.draft().Flat, "the branch that closed is wiped")
	require.Empty(t, c.draft().Access, "and what hung on it")
	c.tap("dialog.change title rep.photos.title").asks("photos")
	require.Equal(t, []string{"dialog.done", "dialog.skip", "dialog.back", "dialog.cancel"}, c.labels())
	c.show(photo("p2")).tap("dialog.done").asks("")
	require.Len(t, c.draft().Photos, 2)
	c.tap("dialog.change title rep.photos.title", "dialog.skip").asks("")
	require.Empty(t, c.draft().Photos)
}

func TestCancelEverywhere(t *testing.T) {
	t.Parallel()
	for name, prefill := range map[string]draft{
		"first question": {}, "long list": {Box: "north", Kind: "lift"}, "text": {Box: "north", Kind: "lift", Place: "flat"},
		"summary": filled(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newDesk()
			tapped, typed := start(t, k.flow(), prefill), start(t, k.flow(), prefill)
			if name == "summary" {
				require.Empty(t, tapped.s.At)
			}
			for _, c := range []*chat{tapped.tap("dialog.cancel"), typed.say("dialog.cancel")} {
				require.True(t, c.s.Over)
				require.Equal(t, dialog.Screen{Text: "dialog.cancelled", Menu: true}, c.screen)
			}
			require.Empty(t, k.sent)
		})
	}
}

func TestStaleTapsChangeNothing(t *testing.T) {
	t.Parallel()
	k := newDesk()
	c := start(t, k.flow(), draft{Box: "north", Kind: "lift"})
	old := c.data("🏠 Lobby")
	c.tap("🏠 Lobby").asks("what")
	for name, data := range map[string]string{
		"a doubled tap": old, "another conversation": "k2.2:cancel", "an old cancel": "k1.1:cancel",
		"nonsense": "x", "only a tag": "k1.2:", "an offer of another question": "k1.2:send", "another's change": "k1.2:change:kind",
	} {
		before := c.s
		c.do(dialog.Event{Tap: data})
		c.asks("what", "dialog.stale")
		require.Equal(t, before, c.s, name)
	}
	c.say("It is stuck").tap("dialog.skip").asks("").do(dialog.Event{Tap: old}).asks("", "dialog.stale")
}

func TestADoubledSendSendsOnce(t *testing.T) {
	t.Parallel()
	k := newDesk()
	c := toSummary(t, k)
	send := c.data("dialog.send")
	c.tap("dialog.send")
	before := c.s
	c.do(dialog.Event{Tap: send})
	require.Equal(t, dialog.Screen{Toast: "dialog.stale"}, c.screen, "the receipt stays on the screen")
	require.Equal(t, before, c.s)
	require.Len(t, k.seen, 1)
	_, _, err := k.flow().Turn(t.Context(), c.s, dialog.Event{Text: "hello"}, en{})
	require.ErrorIs(t, err, dialog.ErrOver)
	_, _, err = k.flow().Redraw(t.Context(), c.s, dialog.Turn{Texts: en{}})
	require.ErrorIs(t, err, dialog.ErrOver)
}

func TestPages(t *testing.T) {
	t.Parallel()
	c := start(t, newDesk().flow(), draft{Box: "north", Kind: "lift"}).asks("place")
	require.Len(t, c.labels(), 8+len([]string{"more", "back", "cancel"}))
	require.Equal(t, []string{"dialog.more", "dialog.back", "dialog.cancel"}, c.labels()[8:])
	first := c.data("dialog.more")
	c.tap("dialog.more")
	require.Equal(t, []string{"dialog.more", "dialog.earlier", "dialog.back", "dialog.cancel"}, c.labels()[8:])
	c.do(dialog.Event{Tap: first})
	require.Equal(t, 1, c.s.Page, "a doubled more turns one page")
	c.tap("dialog.more")
	require.Equal(t, []string{"Building 14", "Building 15", "Building 16", "Building 17", "Long", "dialog.earlier", "dialog.back", "dialog.cancel"}, c.labels())
	require.LessOrEqual(t, len(c.data("Long")), 64)
	c.tap("Long").asks("what")
	require.Equal(t, strings.Repeat("long", 15), c.draft().Place)
	require.Zero(t, c.s.Page)
}

func TestAListThatShrinksWhileItIsShown(t *testing.T) {
	t.Parallel()
	k := newDesk()
	c := start(t, k.flow(), draft{Box: "north", Kind: "lift"}).tap("dialog.more", "dialog.more")
	gone := c.data("Long")
	k.places = k.places[:3]
	c.do(dialog.Event{Tap: gone}).asks("place", "rep.place.pick")
	require.Equal(t, []string{"🏠 Lobby", "My flat", "Building 0", "dialog.back", "dialog.cancel"}, c.labels())
}

func TestRedrawIsNoTurn(t *testing.T) {
	t.Parallel()
	c := toSummary(t, newDesk())
	s, screen, err := c.d.Redraw(t.Context(), c.s, dialog.Turn{Now: monday, Texts: en{}})
	require.NoError(t, err)
	require.Equal(t, c.s, s)
	require.Equal(t, c.screen, screen)
}
