package dialog_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/dialog"
)

// beforeStep are drafts with which the flow asks the step first.
var beforeStep = map[string]draft{
	"kind":   {Box: "north"},
	"place":  {Box: "north", Kind: "lift"},
	"flat":   {Box: "north", Kind: "lift", Place: "flat"},
	"what":   {Box: "north", Kind: "lift", Place: "lobby"},
	"photos": {Box: "north", Kind: "lift", Place: "lobby", What: dialog.Words{Text: "stuck"}},
	"spot": {Box: "north", Kind: "water", Place: "lobby", What: dialog.Words{Text: "wet"},
		Photos: []dialog.Media{photo("p").m()}},
}

func TestWrongAnswersLeaveTheSessionAlone(t *testing.T) {
	t.Parallel()
	pic, voice := photo("p1").m(), dialog.Media{Kind: dialog.Voice, FileID: "v"}
	long := shot{Kind: dialog.Photo, FileID: "p"}.with(strings.Repeat("x", 101)).m()
	for name, c := range map[string]struct {
		step string
		ev   dialog.Event
		note string
	}{
		"words at a choice":            {"kind", dialog.Event{Text: "a lift"}, "rep.kind.pick"},
		"words at a long list":         {"place", dialog.Event{Text: "somewhere"}, "rep.place.pick"},
		"a photo at a choice":          {"kind", dialog.Event{Media: &pic}, "dialog.wrong_kind"},
		"a sticker at a choice":        {"kind", dialog.Event{Other: true}, "dialog.wrong_kind"},
		"an option there never was":    {"kind", dialog.Event{Tap: "k1.1:=fire"}, "rep.kind.pick"},
		"a photo at a text":            {"flat", dialog.Event{Media: &pic}, "dialog.wrong_kind"},
		"a location at a text":         {"flat", dialog.Event{Location: &dialog.Point{Lat: 1}}, "dialog.wrong_kind"},
		"too long a text":              {"flat", dialog.Event{Text: "123456789"}, "rep.flat.long max 8 n 9"},
		"only spaces":                  {"flat", dialog.Event{Text: "   "}, "rep.flat.short min 1"},
		"too few words":                {"what", dialog.Event{Text: "水"}, "rep.what.short min 3"},
		"too many words":               {"what", dialog.Event{Text: strings.Repeat("水", 101)}, "rep.what.long max 100 n 101"},
		"too long a caption":           {"what", dialog.Event{Media: &long}, "rep.what.long max 100 n 101"},
		"a contact for words":          {"what", dialog.Event{Contact: &dialog.Contact{Phone: "1"}}, "dialog.wrong_kind"},
		"a voice message for photos":   {"photos", dialog.Event{Media: &voice}, "dialog.wrong_kind"},
		"words for photos":             {"photos", dialog.Event{Text: "later"}, "dialog.wrong_kind"},
		"done before the first photo":  {"photos", dialog.Event{Tap: "k1.1:done"}, "dialog.stale"},
		"skip where nothing is to be":  {"what", dialog.Event{Tap: "k1.1:skip"}, "dialog.stale"},
		"words for a place on the map": {"spot", dialog.Event{Text: "here"}, "dialog.wrong_kind"},
		"nothing at all":               {"what", dialog.Event{}, "dialog.wrong_kind"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chat := start(t, newDesk().flow(), beforeStep[c.step]).asks(c.step)
			before, labels := chat.s, chat.labels()
			chat.do(c.ev).asks(c.step, c.note)
			require.Equal(t, before, chat.s)
			require.Equal(t, labels, chat.labels(), "the question comes with its buttons")
		})
	}
}

func TestWordsInAnyForm(t *testing.T) {
	t.Parallel()
	voice := shot{Kind: dialog.Voice, FileID: "v1"}
	video := shot{Kind: dialog.Video, FileID: "m1"}.with(" see here ")
	for name, c := range map[string]struct {
		ev    dialog.Event
		want  dialog.Words
		shown string
	}{
		"typed":  {dialog.Event{Text: " It drips "}, dialog.Words{Text: "It drips"}, "It drips"},
		"spoken": {dialog.Event{Media: ptr(voice.m())}, dialog.Words{Media: []dialog.Media{voice.m()}}, "dialog.voice n 1"},
		"shown with a caption": {dialog.Event{Media: ptr(video.m())},
			dialog.Words{Text: "see here", Media: []dialog.Media{video.m()}}, "see here, dialog.video n 1"},
		"a short caption is enough beside a picture": {dialog.Event{Media: ptr(photo("p").with("!").m())},
			dialog.Words{Text: "!", Media: []dialog.Media{photo("p").with("!").m()}}, "!, dialog.photo n 1"},
		"a long story is cut in the summary": {dialog.Event{Text: strings.Repeat("水", 50)},
			dialog.Words{Text: strings.Repeat("水", 50)}, strings.Repeat("水", 39) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chat := start(t, newDesk().flow(), beforeStep["what"]).do(c.ev).asks("photos").tap("dialog.skip").asks("")
			require.Equal(t, c.want, chat.draft().What)
			require.Contains(t, chat.screen.Text+"\n", "rep.what.title value "+c.shown+"\n")
		})
	}
}

func TestTheLastPhotoThatFitsGoesOn(t *testing.T) {
	t.Parallel()
	c := start(t, newDesk().flow(), beforeStep["photos"]).show(photo("1")).show(photo("2")).asks("photos").show(photo("3")).asks("")
	require.Len(t, c.draft().Photos, 3)
	c.tap("dialog.change title rep.photos.title").show(photo("4")).asks("photos", "rep.photos.full max 3")
	require.Len(t, c.draft().Photos, 3)
}

func TestAPlaceOnTheMapIsAskedByTheReplyKeyboard(t *testing.T) {
	t.Parallel()
	c := start(t, newDesk().flow(), beforeStep["spot"]).asks("spot")
	require.Empty(t, c.screen.Rows, "one message cannot have both kinds of buttons")
	require.Equal(t, [][]dialog.Key{
		{{Text: "dialog.share_location", Location: true}}, {{Text: "dialog.skip"}}, {{Text: "dialog.back"}}, {{Text: "dialog.cancel"}},
	}, c.screen.Keyboard)
	c.say("dialog.back").asks("photos").tap("dialog.done").asks("spot")
	c.do(dialog.Event{Location: &dialog.Point{Lat: 37.5, Lon: 121.4}}).asks("")
	require.Equal(t, dialog.Point{Lat: 37.5, Lon: 121.4}, c.draft().Spot)
	require.Contains(t, c.screen.Text, "rep.spot.title value dialog.on_map")
}

func TestOnesOwnNumberIsAskedByTheReplyKeyboard(t *testing.T) {
	t.Parallel()
	k := newDesk()
	f := dialog.New("tel", k.send, dialog.Phone("phone", func(d *draft) *string { return &d.Flat })).NoSummary()
	c := start(t, f, nil)
	require.Equal(t, dialog.Key{Text: "dialog.share_phone", Contact: true}, c.screen.Keyboard[0][0])
	c.do(dialog.Event{Contact: &dialog.Contact{Phone: "+86"}})
	require.Equal(t, "tel.phone.own\ntel.phone.ask", c.screen.Text)
	c.do(dialog.Event{Contact: &dialog.Contact{Phone: "+86", Own: true}, Forwarded: true})
	require.Equal(t, "tel.phone.own\ntel.phone.ask", c.screen.Text)
	c.do(dialog.Event{Contact: &dialog.Contact{Phone: "+86", Own: true}})
	require.Equal(t, "+86", k.sent["k1"].Flat)
}

func TestAnyOtherErrorChangesNothing(t *testing.T) {
	t.Parallel()
	k := newDesk()
	c := start(t, k.flow(), beforeStep["kind"])
	k.fail = errors.New("no connection")
	s, screen, err := k.flow().Turn(t.Context(), c.s, dialog.Event{Tap: c.data("rep.kind.opt.lift")}, en{})
	require.ErrorIs(t, err, k.fail)
	require.ErrorContains(t, err, `turn of rep at "kind"`)
	require.Equal(t, c.s, s)
	require.Empty(t, screen)
	_, _, err = k.flow().Start(t.Context(), "k1", beforeStep["place"], dialog.Turn{Texts: en{}})
	require.ErrorIs(t, err, k.fail)

	k = newDesk()
	c = toSummary(t, k)
	k.fail = errors.New("no connection")
	_, _, err = k.flow().Redraw(t.Context(), c.s, dialog.Turn{Texts: en{}})
	require.ErrorIs(t, err, k.fail)
	s, _, err = k.flow().Turn(t.Context(), c.s, dialog.Event{Tap: c.data("dialog.send")}, en{})
	require.ErrorIs(t, err, k.fail)
	require.Equal(t, c.s, s)
	k.fail = nil
	c.tap("dialog.send")
	require.Len(t, k.sent, 1, "the same Send works once the trouble is over")
}

func TestAnOptionWithoutAValueIsAnError(t *testing.T) {
	t.Parallel()
	k := newDesk()
	k.places = append(k.places, dialog.Option{Label: "None"})
	_, _, err := k.flow().Start(t.Context(), "k1", beforeStep["place"], dialog.Turn{Texts: en{}})
	require.ErrorContains(t, err, "option 21 of rep.place has no value")
}

func TestAQuestionWithWordsFilledIn(t *testing.T) {
	t.Parallel()
	k := newDesk()
	step := dialog.Text("flat", func(d *draft) *string { return &d.Flat }, 1, 8).
		Fill(func(_ context.Context, d *draft, _ dialog.Turn) ([]any, error) { return []any{"place", d.Place}, nil })
	c := start(t, dialog.New("rep", k.send, step), draft{Place: "lobby"})
	require.Equal(t, "rep.flat.ask place lobby", c.screen.Text)
}

func TestASuggestionIsTappedOrAnythingIsTyped(t *testing.T) {
	t.Parallel()
	for name, ev := range map[string]dialog.Event{
		"tapped": {Tap: "k1.2:=12"}, "typed as suggested": {Text: "12"}, "typed otherwise": {Text: "99"},
	} {
		k := newDesk()
		step := dialog.Text("flat", func(d *draft) *string { return &d.Flat }, 1, 8).
			Suggest(func(context.Context, *draft, dialog.Turn) ([]dialog.Option, error) {
				return []dialog.Option{{Value: "12", Label: "12"}}, nil
			}).
			Beside(func(*draft, dialog.Turn) []dialog.Button {
				return []dialog.Button{{Label: "中文", Data: "m.lang.zh"}}
			})
		flow := dialog.New("rep", k.send, step).NoSummary()
		s, screen, err := flow.Start(t.Context(), "k1", nil, dialog.Turn{Texts: en{}})
		require.NoError(t, err)
		require.Equal(t, "12", screen.Rows[0][0].Label)
		require.Equal(t, "m.lang.zh", screen.Rows[1][0].Data, "foreign buttons stand between the options and the way out")
		require.Equal(t, "dialog.cancel", screen.Rows[2][0].Label)
		if ev.Tap != "" {
			ev.Tap = screen.Rows[0][0].Data
		}
		s, _, err = flow.Turn(t.Context(), s, ev, en{})
		require.NoError(t, err, name)
		require.True(t, s.Over, name)
		want := "12"
		if ev.Text == "99" {
			want = "99"
		}
		require.Equal(t, want, k.sent["k1"].Flat, name)
	}
}

func ptr[T any](v T) *T { return &v }
