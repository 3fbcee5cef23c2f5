package dialog_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/dialog/dialogtest"
)

// rooms is what a flow fills that asks for several things.
type rooms struct {
	Name   string
	Houses []string
	Posts  []string
}

func roomsFlow(sent *rooms) *dialog.Flow[rooms] {
	list := func(values ...string) func(context.Context, *rooms, dialog.Turn) ([]dialog.Option, error) {
		return func(context.Context, *rooms, dialog.Turn) ([]dialog.Option, error) {
			var options []dialog.Option
			for _, v := range values {
				options = append(options, dialog.Option{Value: v, Label: strings.ToUpper(v)})
			}
			return options, nil
		}
	}
	return dialog.New("rooms", func(_ context.Context, d *rooms, _ dialog.Turn) (dialog.Screen, error) {
		*sent = *d
		return dialog.Screen{Text: "sent"}, nil
	},
		dialog.Several("houses", func(d *rooms) *[]string { return &d.Houses }, list("all", "one", "two", "three")).Alone("all"),
		dialog.Several("posts", func(d *rooms) *[]string { return &d.Posts }, list("notes", "news")),
		dialog.Choice("name", func(d *rooms) *string { return &d.Name }, "x", "y"),
	)
}

// tapping taps labels one after the other, and returns the last screen.
func tapping(t *testing.T, d dialog.Dialog, prefill any, labels ...string) dialog.Screen {
	t.Helper()
	turn := dialog.Turn{Now: monday, Zone: time.UTC, Texts: en{}}
	s, screen, err := d.Start(t.Context(), "id", prefill, turn)
	require.NoError(t, err)
	for _, label := range labels {
		data := ""
		for _, row := range screen.Rows {
			if row[0].Label == label {
				data = row[0].Data
			}
		}
		require.NotEmpty(t, data, "%s is not offered: %v", label, screen.Rows)
		s, screen, err = d.Turn(t.Context(), s, dialog.Event{Now: monday, Zone: time.UTC, Tap: data}, en{})
		require.NoError(t, err)
	}
	return screen
}

func TestSeveralThingsCanBeChosen(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		prefill any
		taps    []string
		want    rooms
	}{
		"two of them, each with a tap":       {nil, []string{"ONE", "THREE", "dialog.done", "NEWS", "dialog.done", "rooms.name.opt.x", "dialog.send"}, rooms{"x", []string{"one", "three"}, []string{"news"}}},
		"all, which answers at once":         {nil, []string{"ALL", "NEWS", "dialog.done", "rooms.name.opt.x", "dialog.send"}, rooms{"x", []string{"all"}, []string{"news"}}},
		"all takes the place of some":        {nil, []string{"ONE", "ALL", "NEWS", "dialog.done", "rooms.name.opt.x", "dialog.send"}, rooms{"x", []string{"all"}, []string{"news"}}},
		"one takes the place of all":         {rooms{Houses: []string{"all"}, Posts: []string{"news"}, Name: "x"}, []string{"dialog.change title rooms.houses.title", "TWO", "dialog.done", "dialog.send"}, rooms{"x", []string{"two"}, []string{"news"}}},
		"a second tap takes it away":         {nil, []string{"ONE", "TWO", "✓ ONE", "dialog.done", "NEWS", "dialog.done", "rooms.name.opt.x", "dialog.send"}, rooms{"x", []string{"two"}, []string{"news"}}},
		"none is no answer, also afterwards": {rooms{Houses: []string{"one"}, Posts: []string{"news"}, Name: "x"}, []string{"dialog.change title rooms.houses.title", "✓ ONE", "TWO", "dialog.done", "dialog.send"}, rooms{"x", []string{"two"}, []string{"news"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sent rooms
			tapping(t, roomsFlow(&sent), row.prefill, row.taps...)
			require.Equal(t, row.want, sent)
		})
	}
}

func TestTheSummaryNamesSeveralThings(t *testing.T) {
	t.Parallel()
	var sent rooms
	screen := tapping(t, roomsFlow(&sent), rooms{Houses: []string{"three", "one"}, Posts: []string{"news"}, Name: "x"})
	require.Contains(t, screen.Text, "ONEdialog.andTHREE", "in the order of the list")
}

func TestSeveralWalks(t *testing.T) {
	t.Parallel()
	var sent rooms
	dialogtest.Walk(t, roomsFlow(&sent), nil, en{}, nil)
	dialogtest.Walk(t, roomsFlow(&sent), rooms{Houses: []string{"all"}, Posts: []string{"news"}, Name: "x"}, en{}, nil)
}
