package dialog_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/dialog/dialogtest"
)

// poster is what a flow fills that is looked at before it goes to many.
type poster struct {
	Text string
	With dialog.Media
	Size string
	Till string
}

// wall is where posters go.
type wall struct {
	sent []poster
	full bool
	torn bool // big ones do not stand any more
}

func (w *wall) flow() *dialog.Flow[poster] {
	return dialog.New("poster", func(_ context.Context, d *poster, _ dialog.Turn) (dialog.Screen, error) {
		w.sent = append(w.sent, *d)
		return dialog.Screen{Text: "up"}, nil
	},
		dialog.Letter("text", func(d *poster) *string { return &d.Text }, func(d *poster) *dialog.Media { return &d.With }, 2, 20),
		dialog.Enclose("with", func(d *poster) *dialog.Media { return &d.With }).Optional().Unasked(),
		dialog.Choice("size", func(d *poster) *string { return &d.Size }, "small", "big").Unasked().
			Check(func(_ context.Context, d *poster, _ dialog.Turn) error {
				if w.torn && d.Size == "big" {
					return dialog.Reject("torn")
				}
				return nil
			}, "torn"),
		dialog.Text("till", func(d *poster) *string { return &d.Till }, 1, 9).
			When(func(d *poster) bool { return d.Size == "big" }),
	).Look(func(_ context.Context, d *poster, _ dialog.Turn) ([]dialog.Screen, []any, error) {
		if w.full {
			return nil, nil, dialog.Reject("full")
		}
		return []dialog.Screen{{Text: d.Text}}, []any{"n", 7}, nil
	}).Says("poster.send.full")
}

func (w *wall) chat(t *testing.T) *chat {
	return start(t, w.flow(), poster{Size: "small"})
}

func paper(caption string) dialog.Event {
	return dialog.Event{Document: &dialog.Document{FileID: "f", UniqueID: "u", Caption: caption}}
}

func TestWhatIsUnaskedStandsUntilItIsChanged(t *testing.T) {
	t.Parallel()
	c := (&wall{}).chat(t).say("come all")
	require.Empty(t, c.s.At, "nothing else is asked: %s", c.screen.Text)
	require.Equal(t, "poster.summary\ndialog.line title poster.text.title value come all\ndialog.line title poster.size.title value poster.size.opt.small", c.screen.Text)
	c.tap("dialog.change title poster.size.title")
	require.Equal(t, "size", c.s.At)
	c.tap("poster.size.opt.big")
	require.Equal(t, "till", c.s.At, "what follows from the change is asked")
	c.tap("dialog.back")
	require.Equal(t, "text", c.s.At, "back leads to what was asked before")
}

func TestWhatGoesToManyIsLookedAtFirst(t *testing.T) {
	t.Parallel()
	w := &wall{}
	c := w.chat(t).say("come all").tap("dialog.look")
	require.Equal(t, "poster.look n 7", c.screen.Text)
	require.Equal(t, []dialog.Screen{{Text: "come all"}}, c.screen.Above)
	require.Empty(t, w.sent)
	require.Equal(t, []string{"dialog.send", "dialog.mend", "dialog.cancel"}, c.labels())
	c.say("what?")
	require.True(t, strings.HasPrefix(c.screen.Text, "dialog.use_buttons"), c.screen.Text)
	c.tap("dialog.mend")
	require.Empty(t, c.s.At)
	require.Contains(t, c.labels(), "dialog.look")
	require.NotContains(t, c.labels(), "dialog.send", "nothing goes unseen")
	c.tap("dialog.look", "dialog.send")
	require.Equal(t, []poster{{Text: "come all", Size: "small"}}, w.sent)
}

func TestWhatCannotGoIsNotLookedAt(t *testing.T) {
	t.Parallel()
	w := &wall{full: true}
	c := w.chat(t).say("come all").tap("dialog.look")
	require.True(t, strings.HasPrefix(c.screen.Text, "poster.send.full\nposter.summary"), c.screen.Text)
	w.full = false
	c.tap("dialog.look")
	w.full = true
	_, screen, err := c.d.Redraw(t.Context(), c.s, dialog.Turn{Now: monday, Texts: en{}})
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(screen.Text, "poster.send.full\nposter.summary"), screen.Text)
}

func TestAnAnswerThatFellIsAskedBeforeTheLook(t *testing.T) {
	t.Parallel()
	w := &wall{}
	c := start(t, w.flow(), poster{Text: "come all", Size: "big", Till: "noon"})
	w.torn = true
	c.tap("dialog.look")
	require.Equal(t, "size", c.s.At)
	require.True(t, strings.HasPrefix(c.screen.Text, "poster.size.torn"), c.screen.Text)
}

func TestALetterIsTypedOrWrittenUnderAPicture(t *testing.T) {
	t.Parallel()
	w := &wall{}
	c := w.chat(t).show(photo("p").with("see this"))
	require.Contains(t, c.screen.Text, "see this")
	require.Contains(t, c.screen.Text, "dialog.photo n 1")
	c = w.chat(t).show(photo("p"))
	require.True(t, strings.HasPrefix(c.screen.Text, "poster.text.short"), c.screen.Text)
	c = w.chat(t).show(shot{Kind: dialog.Voice, FileID: "v"})
	require.True(t, strings.HasPrefix(c.screen.Text, "dialog.wrong_kind"), c.screen.Text)
	c = w.chat(t).do(paper("read this"))
	require.Contains(t, c.screen.Text, "dialog.file n 1")
	c.tap("dialog.change title poster.with.title", "dialog.skip")
	require.NotContains(t, c.screen.Text, "dialog.file")
	c.tap("dialog.change title poster.with.title").do(paper("")).tap("dialog.look", "dialog.send")
	require.Equal(t, dialog.Media{Kind: dialog.Paper, FileID: "f", UniqueID: "u"}, w.sent[0].With)
}

func TestWhatHungOnAMarkGoesWithIt(t *testing.T) {
	t.Parallel()
	d := dialog.New("rooms", func(context.Context, *rooms, dialog.Turn) (dialog.Screen, error) {
		return dialog.Screen{Text: "sent"}, nil
	},
		dialog.Several("houses", func(d *rooms) *[]string { return &d.Houses }, func(context.Context, *rooms, dialog.Turn) ([]dialog.Option, error) {
			return []dialog.Option{{Value: "one", Label: "ONE"}, {Value: "two", Label: "TWO"}}, nil
		}),
		dialog.Text("name", func(d *rooms) *string { return &d.Name }, 1, 9).When(func(d *rooms) bool { return len(d.Houses) == 1 }).Optional().Unasked(),
	)
	c := start(t, d, rooms{Houses: []string{"one"}, Name: "x"})
	c.tap("dialog.change title rooms.houses.title", "✓ ONE")
	require.NoError(t, d.Audit(c.s))
}

func TestALongSummaryIsPaged(t *testing.T) {
	t.Parallel()
	var steps []dialog.Step[map[string]string]
	for _, name := range strings.Split("abcdefghij", "") {
		steps = append(steps, dialog.Choice(name, func(*map[string]string) *string { s := "x"; return &s }, "x"))
	}
	c := start(t, dialog.New("ten", func(context.Context, *map[string]string, dialog.Turn) (dialog.Screen, error) {
		return dialog.Screen{Text: "sent"}, nil
	}, steps...), nil)
	require.Contains(t, c.labels(), "dialog.more")
	require.NotContains(t, c.labels(), "dialog.change title ten.i.title")
	c.tap("dialog.more")
	require.Equal(t, []string{"dialog.send", "dialog.change title ten.i.title", "dialog.change title ten.j.title", "dialog.earlier", "dialog.cancel"}, c.labels())
	c.tap("dialog.earlier")
	require.True(t, slices.Contains(c.labels(), "dialog.change title ten.a.title"))
}

func TestRandomWalksToALook(t *testing.T) {
	t.Parallel()
	w := &wall{}
	dialogtest.Walk(t, w.flow(), poster{Size: "small"}, en{}, nil)
	require.NotEmpty(t, w.sent)
}
