package dialog_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/dialog"
)

var monday = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// draft is what the test's own flow fills.
type draft struct {
	Box    string // hidden
	Kind   string
	Place  string
	Flat   string
	What   dialog.Words
	Photos []dialog.Media
	Spot   dialog.Point
	Access string
}

// desk is what the flow needs of the world.
type desk struct {
	places []dialog.Option
	taken  string // a flat that is refused
	fail   error
	full   bool // send is rejected
	sent   map[string]draft
	seen   []dialog.Turn
}

func newDesk() *desk {
	d := &desk{sent: map[string]draft{}, places: []dialog.Option{{Value: "lobby", Label: "🏠 Lobby"}, {Value: "flat", Label: "My flat"}}}
	for i := range 18 {
		d.places = append(d.places, dialog.Option{Value: fmt.Sprintf("b%02d", i), Label: fmt.Sprintf("Building %d", i)})
	}
	d.places = append(d.places, dialog.Option{Value: strings.Repeat("long", 15), Label: "Long"})
	return d
}

func (k *desk) send(_ context.Context, d *draft, t dialog.Turn) (dialog.Screen, error) {
	switch {
	case k.fail != nil:
		return dialog.Screen{}, k.fail
	case k.full:
		return dialog.Screen{}, dialog.Reject("full", "n", 3)
	}
	k.sent[t.Key] = *d
	k.seen = append(k.seen, t)
	return dialog.Screen{Text: t.Texts.T("case.opened", "no", 7), Menu: true}, nil
}

func (k *desk) load(_ context.Context, _ *draft, t dialog.Turn) ([]dialog.Option, error) {
	if t.Texts == nil {
		return nil, fmt.Errorf("load has no texts")
	}
	return k.places, k.fail
}

func (k *desk) free(_ context.Context, d *draft, _ dialog.Turn) error {
	if k.taken != "" && d.Flat == k.taken {
		return dialog.Reject("taken", "flat", d.Flat)
	}
	return nil
}

func atFlat(d *draft) bool { return d.Place == "flat" }

func (k *desk) steps() []dialog.Step[draft] {
	return []dialog.Step[draft]{
		dialog.Choice("box", func(d *draft) *string { return &d.Box }, "north", "south").Hidden(),
		dialog.Choice("kind", func(d *draft) *string { return &d.Kind }, "lift", "water", "other"),
		dialog.Pick("place", func(d *draft) *string { return &d.Place }, k.load),
		dialog.Text("flat", func(d *draft) *string { return &d.Flat }, 1, 8).When(atFlat).Check(k.free, "taken"),
		dialog.Tell("what", func(d *draft) *dialog.Words { return &d.What }, 3, 100),
		dialog.Photos("photos", func(d *draft) *[]dialog.Media { return &d.Photos }, 3).Optional(),
		dialog.Location("spot", func(d *draft) *dialog.Point { return &d.Spot }).
			When(func(d *draft) bool { return d.Kind == "water" }).Optional(),
		dialog.Choice("access", func(d *draft) *string { return &d.Access }, "any", "morning").
			When(func(d *draft) bool { return d.Flat != "" }).Optional(),
	}
}

func (k *desk) flow() *dialog.Flow[draft] {
	return dialog.New("rep", k.send, k.steps()...).Says("case.opened", "rep.send.full")
}

// en says every key with its arguments.
type en struct{}

func (en) T(key string, args ...any) string {
	return strings.TrimSpace(fmt.Sprintln(append([]any{key}, args...)...))
}

// filled is a draft that lacks nothing.
func filled() draft {
	return draft{Box: "north", Kind: "lift", Place: "flat", Flat: "501", What: dialog.Words{Text: "It is stuck"},
		Photos: []dialog.Media{photo("p0").m()}, Access: "any"}
}

type shot dialog.Media

func photo(id string) shot          { return shot{Kind: dialog.Photo, FileID: id, UniqueID: id} }
func (s shot) m() dialog.Media      { return dialog.Media(s) }
func (s shot) in(album string) shot { s.Album = album; return s }
func (s shot) with(text string) shot {
	s.Caption = text
	return s
}

// chat plays a person. The session goes through JSON before every turn.
type chat struct {
	t      *testing.T
	d      dialog.Dialog
	s      dialog.Session
	screen dialog.Screen
}

func start(t *testing.T, d dialog.Dialog, prefill any) *chat {
	t.Helper()
	s, screen, err := d.Start(t.Context(), "k1", prefill, dialog.Turn{Now: monday, Zone: time.UTC, Texts: en{}})
	require.NoError(t, err)
	return &chat{t, d, s, screen}
}

func (c *chat) do(ev dialog.Event) *chat {
	c.t.Helper()
	raw, err := json.Marshal(c.s)
	require.NoError(c.t, err)
	var s dialog.Session
	require.NoError(c.t, json.Unmarshal(raw, &s))
	ev.Now, ev.Zone = monday, time.UTC
	c.s, c.screen, err = c.d.Turn(c.t.Context(), s, ev, en{})
	require.NoError(c.t, err)
	return c
}

func (c *chat) say(text string) *chat {
	c.t.Helper()
	return c.do(dialog.Event{Text: text})
}

func (c *chat) show(s shot) *chat {
	c.t.Helper()
	m := s.m()
	return c.do(dialog.Event{Media: &m})
}

func (c *chat) data(label string) string {
	c.t.Helper()
	for _, b := range slices.Concat(c.screen.Rows...) {
		if b.Label == label {
			return b.Data
		}
	}
	require.Failf(c.t, "no such button", "%q is not among %q", label, c.labels())
	return ""
}

func (c *chat) tap(labels ...string) *chat {
	c.t.Helper()
	for _, l := range labels {
		c.do(dialog.Event{Tap: c.data(l)})
	}
	return c
}

func (c *chat) labels() []string {
	var list []string
	for _, b := range slices.Concat(c.screen.Rows...) {
		list = append(list, b.Label)
	}
	for _, k := range slices.Concat(c.screen.Keyboard...) {
		list = append(list, k.Text)
	}
	return list
}

func (c *chat) draft() draft {
	c.t.Helper()
	var d draft
	require.NoError(c.t, json.Unmarshal(c.s.Draft, &d))
	return d
}

// asks requires the step to be asked, under a note where one is given.
func (c *chat) asks(step string, notes ...string) *chat {
	c.t.Helper()
	require.Equal(c.t, step, c.s.At, "screen: %s", c.screen.Text)
	want := "rep.summary"
	if step != "" {
		want = "rep." + step + ".ask"
	}
	head := strings.Join(append(notes, want), "\n")
	require.True(c.t, c.screen.Text == head || strings.HasPrefix(c.screen.Text, head+"\n"), "got %q, want %q", c.screen.Text, head)
	return c
}

// toSummary answers everything that a lobby needs.
func toSummary(t *testing.T, k *desk) *chat {
	t.Helper()
	return start(t, k.flow(), draft{Box: "north", Kind: "lift", Place: "lobby", What: dialog.Words{Text: "It is stuck"}}).
		tap("dialog.skip").asks("")
}
