package dialog_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/dialog"
)

func TestStartWithAnswersFilledIn(t *testing.T) {
	t.Parallel()
	k := newDesk()
	for step, prefill := range beforeStep {
		start(t, k.flow(), prefill).asks(step)
		start(t, k.flow(), &prefill).asks(step)
	}
	c := start(t, k.flow(), filled()).asks("")
	require.NotContains(t, c.screen.Text, "box", "a hidden answer has no line")
	require.NotContains(t, c.labels(), "dialog.change title rep.box.title")
	start(t, k.flow(), draft{What: dialog.Words{Text: "It is stuck"}}).asks("box").tap("rep.box.opt.south", "rep.kind.opt.lift", "🏠 Lobby").asks("photos")
	start(t, k.flow(), (*draft)(nil)).asks("box")
}

func TestAHiddenQuestionThatWasTappedCanBeGoneBackTo(t *testing.T) {
	t.Parallel()
	start(t, newDesk().flow(), nil).tap("rep.box.opt.south").asks("kind").tap("dialog.back").asks("box")
}

func TestBackNeverLeadsToWhatWasFilledInFurtherOn(t *testing.T) {
	t.Parallel()
	c := start(t, newDesk().flow(), draft{What: dialog.Words{Text: "It is stuck"}}).asks("box")
	require.NotContains(t, c.labels(), "dialog.back", "nothing was answered yet")
	c.tap("rep.box.opt.south").asks("kind").tap("dialog.back").asks("box")
}

func TestFilledInAnswersThatCannotStandAreAsked(t *testing.T) {
	t.Parallel()
	k := newDesk()
	k.taken = "501"
	c := start(t, k.flow(), filled()).asks("flat", "rep.flat.taken flat 501")
	require.Empty(t, c.draft().Flat)
	c.say("502").asks("access")

	prefill := filled()
	prefill.Place = "the moon"
	c = start(t, k.flow(), prefill).asks("place", "rep.place.pick")
	require.Empty(t, c.draft().Flat, "an answer that does not apply is wiped at the start")
	prefill = filled()
	prefill.Kind = "fire"
	start(t, newDesk().flow(), prefill).asks("kind")
}

func TestStartRefusesWhatItCannotUse(t *testing.T) {
	t.Parallel()
	f := newDesk().flow()
	_, _, err := f.Start(t.Context(), "k1", struct{ Kind string }{"lift"}, dialog.Turn{Texts: en{}})
	require.ErrorContains(t, err, "want a dialog_test.draft")
	for _, id := range []string{"", "a.b", "a:b", "seventeen-letters", "空"} {
		_, _, err := f.Start(t.Context(), id, nil, dialog.Turn{Texts: en{}})
		require.ErrorIs(t, err, dialog.ErrBroken, "id %q", id)
	}
}

// short is a flow of one question behind a case that the start filled in.
func (k *desk) short() *dialog.Flow[draft] {
	open := func(_ context.Context, d *draft, _ dialog.Turn) error {
		if k.taken == d.Box {
			return dialog.Reject("closed")
		}
		return nil
	}
	return dialog.New("rep", k.send,
		dialog.Text("box", func(d *draft) *string { return &d.Box }, 1, 9).Hidden().Check(open, "closed"),
		dialog.Choice("kind", func(d *draft) *string { return &d.Kind }, "lift", "water"),
		dialog.Text("flat", func(d *draft) *string { return &d.Flat }, 1, 9).Check(k.free, "taken"),
	).NoSummary()
}

func TestWithoutASummaryTheLastAnswerSends(t *testing.T) {
	t.Parallel()
	k := newDesk()
	c := start(t, k.short(), draft{Box: "7"}).asks("kind").tap("rep.kind.opt.lift").asks("flat").say("501")
	require.True(t, c.s.Over)
	require.Equal(t, "case.opened no 7", c.screen.Text)
	require.Equal(t, draft{Box: "7", Kind: "lift", Flat: "501"}, k.sent["k1"])

	k = newDesk()
	require.True(t, start(t, k.short(), draft{Box: "7", Kind: "lift", Flat: "1"}).s.Over, "nothing to ask: sent at once")
	require.Len(t, k.sent, 1)
}

func TestWithoutASummaryARejectedSendAsksTheLastQuestion(t *testing.T) {
	t.Parallel()
	k := newDesk()
	k.full = true
	c := start(t, k.short(), draft{Box: "7", Kind: "lift"}).asks("flat")
	before := c.s
	c.say("501").asks("flat", "rep.send.full n 3")
	require.Equal(t, before, c.s)
	start(t, k.short(), draft{Box: "7", Kind: "lift", Flat: "1"}).asks("flat", "rep.send.full n 3")
	k.full = false
	c.say("501")
	require.Len(t, k.sent, 1)
}

func TestWithoutASummaryAnAnswerThatNoLongerStandsIsAPlainQuestion(t *testing.T) {
	t.Parallel()
	k := newDesk()
	c := start(t, k.short(), draft{Box: "7", Flat: "501"}).asks("kind")
	k.taken = "501"
	c.tap("rep.kind.opt.lift").asks("flat", "rep.flat.taken flat 501").tap("dialog.back").asks("kind")
	c.tap("rep.kind.opt.water").asks("flat").say("502")
	require.Equal(t, draft{Box: "7", Kind: "water", Flat: "502"}, k.sent["k1"])
}

func TestWhatTheStartFilledInAndNobodyCanAnswerEndsTheConversation(t *testing.T) {
	t.Parallel()
	k := newDesk()
	c := start(t, k.short(), draft{Box: "7", Kind: "lift"})
	k.taken = "7"
	c.say("501")
	require.True(t, c.s.Over)
	require.Equal(t, dialog.Screen{Text: "rep.box.closed", Menu: true}, c.screen)
	c = start(t, k.short(), draft{Box: "7"})
	require.True(t, c.s.Over)
	require.Equal(t, "rep.box.closed", c.screen.Text)
	require.Empty(t, k.sent)
}

func TestChecksRunAtTheAnswerAndAgainAtSend(t *testing.T) {
	t.Parallel()
	k := newDesk()
	k.taken = "501"
	c := start(t, k.flow(), beforeStep["flat"]).say("501").asks("flat", "rep.flat.taken flat 501")
	require.Empty(t, c.draft().Flat)
	c.say("502").asks("what").say("It is stuck").tap("dialog.skip", "dialog.skip").asks("")
	k.taken = "502"
	send := c.data("dialog.send")
	c.tap("dialog.send").asks("flat", "rep.flat.taken flat 502")
	require.Empty(t, k.sent)
	c.do(dialog.Event{Tap: send}).asks("flat", "dialog.stale").tap("dialog.back").asks("")
	c.tap("dialog.send").asks("flat", "rep.flat.taken flat 502").say("503").asks("").tap("dialog.send")
	require.Equal(t, "503", k.sent["k1"].Flat)
}

func TestASkippedStepIsNotChecked(t *testing.T) {
	t.Parallel()
	k := newDesk()
	never := func(context.Context, *draft, dialog.Turn) error { return dialog.Reject("no") }
	f := dialog.New("rep", k.send, dialog.Text("flat", func(d *draft) *string { return &d.Flat }, 1, 9).Optional().Check(never, "no"))
	start(t, f, nil).say("1").asks("flat", "rep.flat.no").tap("dialog.skip").asks("").tap("dialog.send")
	require.Len(t, k.sent, 1)
}

func TestAnOptionThatIsGoneByTheTimeOfSendIsAskedAgain(t *testing.T) {
	t.Parallel()
	k := newDesk()
	c := toSummary(t, k)
	k.places = k.places[1:]
	c.tap("dialog.send").asks("place", "rep.place.pick").tap("Building 3").asks("").tap("dialog.send")
	require.Equal(t, "b03", k.sent["k1"].Place)
}

func TestARejectedSendIsSaidOverTheSummary(t *testing.T) {
	t.Parallel()
	k := newDesk()
	k.full = true
	c := toSummary(t, k)
	before := c.s
	c.tap("dialog.send").asks("", "rep.send.full n 3")
	require.Equal(t, before, c.s)
}
