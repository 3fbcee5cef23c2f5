package dialog_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/dialog"
)

// resumed is a chat whose session an older build saved.
func resumed(t *testing.T, f dialog.Dialog, s dialog.Session) *chat {
	t.Helper()
	s.ID, s.Flow, s.Rev = "k1", "rep", 5
	s, screen, err := f.Redraw(t.Context(), s, dialog.Turn{Texts: en{}})
	require.NoError(t, err)
	return &chat{t, f, s, screen}
}

func TestADeployHealsASession(t *testing.T) {
	t.Parallel()
	lobby := `{"Box":"north","Kind":"lift","Place":"lobby","What":{"t":"stuck"}}`
	for name, c := range map[string]struct {
		s    dialog.Session
		want string
	}{
		"the step that is asked is gone": {dialog.Session{At: "floor", Done: []string{"box", "kind"}, Draft: []byte(lobby)}, "place"},
		"an answered step is gone":       {dialog.Session{At: "place", Done: []string{"box", "kind", "floor"}, Draft: []byte(lobby)}, "place"},
		"a step is new at the summary":   {dialog.Session{Done: []string{"box", "kind", "place", "what"}, Draft: []byte(lobby)}, "photos"},
		"a step is gone at the summary":  {dialog.Session{Done: []string{"box", "kind", "floor", "place", "what", "photos"}, Draft: []byte(lobby)}, ""},
		"the step asked applies no more": {dialog.Session{At: "flat", Done: []string{"box", "kind", "place"}, Draft: []byte(lobby)}, "what"},
		"an answer lost its field":       {dialog.Session{Done: []string{"box", "kind", "place", "what", "photos"}, Draft: []byte(`{"Box":"north","Kind":"lift","Place":"lobby"}`)}, "what"},
		"an option is gone":              {dialog.Session{Done: []string{"box", "kind", "place", "what", "photos"}, Draft: []byte(`{"Box":"north","Kind":"fire","Place":"lobby","What":{"t":"stuck"}}`)}, "kind"},
		"an answer stands twice":         {dialog.Session{Done: []string{"box", "kind", "kind", "place", "what", "photos"}, Draft: []byte(lobby)}, ""},
		"nothing is known":               {dialog.Session{Draft: []byte(`{}`)}, "box"},
		"the draft is null":              {dialog.Session{Draft: []byte(`null`)}, "box"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newDesk()
			drawn := resumed(t, k.flow(), c.s).asks(c.want)
			require.NoError(t, k.flow().Audit(drawn.s))
			require.Len(t, slices.Compact(slices.Sorted(slices.Values(drawn.s.Done))), len(drawn.s.Done), "each answer once")
			old := c.s
			old.ID, old.Flow, old.Rev = "k1", "rep", 5
			turned := (&chat{t, k.flow(), old, dialog.Screen{}}).do(dialog.Event{Tap: "k1.4:back"}).asks(c.want, "dialog.stale")
			require.Equal(t, drawn.s, turned.s)
		})
	}
}

func TestAnAnswerToAQuestionThatADeployRemovedIsNotTakenForAnother(t *testing.T) {
	t.Parallel()
	k := newDesk()
	s := dialog.Session{ID: "k1", Flow: "rep", Rev: 5, At: "floor", Done: []string{"box", "kind", "place"},
		Draft: []byte(`{"Box":"north","Kind":"lift","Place":"flat"}`)}
	for name, ev := range map[string]dialog.Event{
		"typed": {Text: "3"}, "tapped": {Tap: "k1.5:=3"}, "an option of the new question": {Tap: "k1.5:back"},
	} {
		c := (&chat{t, k.flow(), s, dialog.Screen{}}).do(ev).asks("flat", "dialog.stale")
		require.Equal(t, 6, c.s.Rev, name)
		require.Empty(t, c.draft().Flat)
	}
	require.True(t, (&chat{t, k.flow(), s, dialog.Screen{}}).do(dialog.Event{Tap: "k1.5:cancel"}).s.Over)
	c := (&chat{t, k.flow(), s, dialog.Screen{}}).say("dialog.cancel")
	require.True(t, c.s.Over, "cancel is cancel at any question")
}

func TestBackOverAStepThatADeployRemoved(t *testing.T) {
	t.Parallel()
	s := dialog.Session{At: "place", Done: []string{"box", "kind", "floor"}, Draft: []byte(`{"Box":"north","Kind":"lift"}`)}
	resumed(t, newDesk().flow(), s).asks("place").tap("dialog.back").asks("kind")
}

func TestWithoutASummaryADeployNeverSendsByItself(t *testing.T) {
	t.Parallel()
	k := newDesk()
	s := dialog.Session{At: "floor", Done: []string{"box", "kind", "flat"}, Fixed: []string{"box"}, Draft: []byte(`{"Box":"7","Kind":"lift","Flat":"1"}`)}
	resumed(t, k.short(), s).asks("flat")
	require.Empty(t, k.sent)
	only := dialog.New("rep", k.send, dialog.Text("box", func(d *draft) *string { return &d.Box }, 1, 9).Hidden()).NoSummary()
	s.ID, s.Flow = "k1", "rep"
	_, _, err := only.Redraw(t.Context(), s, dialog.Turn{Texts: en{}})
	require.ErrorIs(t, err, dialog.ErrBroken)
}

func TestACorruptSessionIsAnErrorToBeginAfresh(t *testing.T) {
	t.Parallel()
	good := dialog.Session{ID: "k1", Flow: "rep", Rev: 1, At: "kind", Draft: []byte(`{}`)}
	for name, spoil := range map[string]func(*dialog.Session){
		"no draft":        func(s *dialog.Session) { s.Draft = nil },
		"half a draft":    func(s *dialog.Session) { s.Draft = []byte(`{"Kind":`) },
		"another draft":   func(s *dialog.Session) { s.Draft = []byte(`[1]`) },
		"another flow":    func(s *dialog.Session) { s.Flow = "lunch" },
		"no id":           func(s *dialog.Session) { s.ID = "" },
		"too long an id":  func(s *dialog.Session) { s.ID = "0123456789abcdefg" },
		"a bad revision":  func(s *dialog.Session) { s.Rev = -1 },
		"an empty object": func(s *dialog.Session) { *s = dialog.Session{} },
	} {
		s := good
		spoil(&s)
		got, _, err := newDesk().flow().Turn(t.Context(), s, dialog.Event{Tap: "k1.1:cancel"}, en{})
		require.ErrorIs(t, err, dialog.ErrBroken, name)
		require.Equal(t, s, got)
	}
	bad := good
	bad.Page, bad.At, bad.Done = 99, "place", []string{"box", "kind"}
	bad.Draft = []byte(`{"Box":"north","Kind":"lift"}`)
	_, screen, err := newDesk().flow().Turn(t.Context(), bad, dialog.Event{Text: "x"}, en{})
	require.NoError(t, err)
	require.NotEmpty(t, screen.Rows)
	bad.Page = -99
	_, _, err = newDesk().flow().Turn(t.Context(), bad, dialog.Event{Text: "x"}, en{})
	require.NoError(t, err)
}

func TestASessionIsAFewHundredBytes(t *testing.T) {
	t.Parallel()
	raw, err := json.Marshal(toSummary(t, newDesk()).s)
	require.NoError(t, err)
	require.Less(t, len(raw), 300, "%s", raw)
}
