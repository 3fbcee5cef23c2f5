package dialog_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/dialog/dialogtest"
)

// shelf offers a few things at once, and more behind two of its buttons.
func shelf(k *desk) *dialog.Flow[draft] {
	opts := []dialog.Option{
		{Value: "lamp", Label: "Lamp"}, {Value: "else", Label: "Something else"}, {Value: "people", Label: "Between people"},
		{Value: "quarrel", Label: "Quarrel", Under: "people"},
		{Value: "none", Label: "None of these", Under: "else", Said: "something else"},
	}
	for _, v := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		opts = append(opts, dialog.Option{Value: v, Label: "Thing " + v, Under: "else"})
	}
	return dialog.New("rep", k.send,
		dialog.Pick("kind", func(d *draft) *string { return &d.Kind }, func(context.Context, *draft, dialog.Turn) ([]dialog.Option, error) { return opts, nil }),
		dialog.Pick("place", func(d *draft) *string { return &d.Place }, k.load),
	)
}

func TestMoreStandsBehindAnOption(t *testing.T) {
	t.Parallel()
	f := shelf(newDesk())
	c := start(t, f, nil)
	require.Equal(t, []string{"Lamp", "Something else", "Between people", "dialog.cancel"}, c.labels())
	c.tap("Something else")
	require.Len(t, c.labels(), 8+3)
	require.Contains(t, c.labels(), "dialog.more")
	c.tap("dialog.more")
	require.Equal(t, []string{"Thing h", "dialog.earlier", "dialog.back", "dialog.cancel"}, c.labels())
	c.tap("dialog.back")
	require.Equal(t, []string{"Lamp", "Something else", "Between people", "dialog.cancel"}, c.labels(), "back to the list, not out of it")
	c.tap("Between people")
	require.Equal(t, []string{"Quarrel", "dialog.back", "dialog.cancel"}, c.labels())
	c.say("thing h")
	require.Equal(t, "h", c.draft().Kind, "what stands behind another can be typed")
	require.Equal(t, "place", c.s.At)
	c.tap("dialog.back")
	require.Equal(t, []string{"Lamp", "Something else", "Between people", "dialog.cancel"}, c.labels(), "asked again it begins with its own list")
	c.tap("Something else")
	c.tap("None of these")
	c.tap("🏠 Lobby")
	require.Contains(t, c.screen.Text, "something else", "the summary says it in its own words")
	require.NotContains(t, c.screen.Text, "None of these")
}

func TestAWayToOthersIsNoAnswer(t *testing.T) {
	t.Parallel()
	_, screen, err := shelf(newDesk()).Start(t.Context(), "s1", draft{Kind: "else"}, dialog.Turn{Now: monday, Texts: en{}})
	require.NoError(t, err)
	require.Contains(t, screen.Text, "rep.kind.pick")
	dialogtest.Walk(t, shelf(newDesk()), nil, en{}, func(s dialog.Session, _ dialog.Screen) {
		d := (&chat{t: t, s: s}).draft()
		require.NotContains(t, []string{"else", "people"}, d.Kind)
	})
}
