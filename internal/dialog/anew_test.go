package dialog_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/dialog"
)

// search is a flow that finds what a name begins with, among two.
func search(k *desk) *dialog.Flow[draft] {
	found := func(_ context.Context, d *draft, _ dialog.Turn) ([]dialog.Option, error) {
		var some []dialog.Option
		for _, name := range []string{"anna", "bert"} {
			if strings.HasPrefix(name, d.Flat) {
				some = append(some, dialog.Option{Value: name, Label: name})
			}
		}
		return some, nil
	}
	return dialog.New("rep", k.send,
		dialog.Text("query", func(d *draft) *string { return &d.Flat }, 1, 8).Check(
			func(ctx context.Context, d *draft, t dialog.Turn) error {
				if some, _ := found(ctx, d, t); len(some) == 0 {
					return dialog.Reject("nobody")
				}
				return nil
			}, "nobody"),
		dialog.Pick("who", func(d *draft) *string { return &d.Place }, found).Anew("query"),
	).NoSummary()
}

func TestWhatIsTypedInsteadOfTappedSearchesAnew(t *testing.T) {
	t.Parallel()
	k := newDesk()
	c := start(t, search(k), nil).say("a").asks("who")
	require.Contains(t, c.labels(), "anna")
	c.say("b").asks("who")
	require.Contains(t, c.labels(), "bert")
	require.NotContains(t, c.labels(), "anna")
	c.say("x").asks("who", "rep.query.nobody")
	require.Contains(t, c.labels(), "bert", "what was found last stays")
	c.tap("dialog.back").asks("query").say("a").tap("anna")
	require.Equal(t, "anna", k.sent["k1"].Place)
}

func TestAnewNeedsAnEarlierStep(t *testing.T) {
	t.Parallel()
	pick := dialog.Choice("who", func(d *draft) *string { return &d.Place }, "anna").Anew("query")
	require.Panics(t, func() { dialog.New("rep", newDesk().send, pick) })
}
