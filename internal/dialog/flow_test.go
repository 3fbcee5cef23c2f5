package dialog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/dialog/dialogtest"
)

func TestRandomWalks(t *testing.T) {
	t.Parallel()
	for name, prefill := range map[string]any{"from the start": nil, "from a place": beforeStep["flat"]} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newDesk()
			k.taken = "7"
			dialogtest.Walk(t, k.flow(), prefill, en{}, func(s dialog.Session, _ dialog.Screen) {
				d := (&chat{t: t, s: s}).draft()
				if s.Over {
					return
				}
				require.False(t, d.Place != "flat" && (d.Flat != "" || d.Access != ""), "a hidden answer survives: %+v", d)
				hole := d.Box == "" || d.Kind == "" || d.Place == "" || d.What.Text == "" && d.What.Media == nil || d.Place == "flat" && d.Flat == ""
				require.False(t, s.At == "" && hole, "a summary with holes: %+v", d)
			})
			for id, d := range k.sent {
				require.False(t, d.Kind == "" || d.Place == "" || d.Place == "flat" != (d.Flat != ""), "%s sent %+v", id, d)
			}
		})
	}
	t.Run("without a summary", func(t *testing.T) {
		t.Parallel()
		k := newDesk()
		k.taken = "7"
		dialogtest.Walk(t, k.short(), draft{Box: "9"}, en{}, nil)
	})
}

func TestKeysAreThoseThatTheFlowCanAskFor(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{
		"case.opened",
		"dialog.back", "dialog.cancel", "dialog.cancelled", "dialog.change", "dialog.done", "dialog.earlier", "dialog.got",
		"dialog.line", "dialog.more", "dialog.none", "dialog.on_map", "dialog.photo", "dialog.send", "dialog.share_location",
		"dialog.skip", "dialog.stale", "dialog.use_buttons", "dialog.video", "dialog.voice", "dialog.wrong_kind",
		"rep.access.ask", "rep.access.opt.any", "rep.access.opt.morning", "rep.access.pick", "rep.access.title",
		"rep.box.ask", "rep.box.opt.north", "rep.box.opt.south", "rep.box.pick",
		"rep.flat.ask", "rep.flat.long", "rep.flat.short", "rep.flat.taken", "rep.flat.title",
		"rep.kind.ask", "rep.kind.opt.lift", "rep.kind.opt.other", "rep.kind.opt.water", "rep.kind.pick", "rep.kind.title",
		"rep.photos.ask", "rep.photos.full", "rep.photos.title",
		"rep.place.ask", "rep.place.pick", "rep.place.title",
		"rep.send.full", "rep.spot.ask", "rep.spot.title", "rep.summary",
		"rep.what.ask", "rep.what.full", "rep.what.long", "rep.what.short", "rep.what.title",
	}, newDesk().flow().Keys())
	require.NotContains(t, newDesk().short().Keys(), "rep.summary")
	require.NotContains(t, newDesk().short().Keys(), "rep.kind.title")
}

func TestRegistry(t *testing.T) {
	t.Parallel()
	f := newDesk().flow()
	r := dialog.NewRegistry(f)
	got, err := r.Get("rep")
	require.NoError(t, err)
	require.Same(t, f, got)
	_, err = r.Get("lunch")
	require.ErrorIs(t, err, dialog.ErrUnknown)
	require.ErrorContains(t, err, `"lunch"`)
	require.Panics(t, func() { dialog.NewRegistry(f, f) })
}

func TestAFlowCannotHaveTwoStepsOfOneName(t *testing.T) {
	t.Parallel()
	field := func(d *draft) *string { return &d.Flat }
	for _, name := range []string{"", "send", "summary", "flat", "a name that would not fit in a button"} {
		require.Panics(t, func() {
			dialog.New("rep", newDesk().send, dialog.Text("flat", field, 1, 2), dialog.Text(name, field, 1, 2))
		}, name)
	}
}
