package flow

import (
	"context"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/notices"
)

// What the keys of a door say. Each names its door: what was tapped on stairs without a
// network means the same when it arrives.
var doorKeys = map[string]notices.Outcome{
	"doors.key.told": notices.Reached, "doors.key.nobody": notices.Nobody,
}

// mostDoorKeys is for how many doors one keyboard has keys.
const mostDoorKeys = 12

// givesDoorKeys gives the reader keys for their doors, for where there is no network.
func (h *House) givesDoorKeys(ctx context.Context, v Visit, _ string) (Reply, error) {
	s, err := h.doorKeyboard(ctx, v, "doors.keys_given")
	return Reply{Screen: s, Where: Apart, Beside: true}, err
}

// doorKeyboard says something with the keys of the doors that are left; without any it
// brings the menu back.
func (h *House) doorKeyboard(ctx context.Context, v Visit, key string, args ...any) (dialog.Screen, error) {
	all, err := h.doorsBy(ctx, v, notices.AtDoor)
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say(key, args...)
	if len(all) == 0 {
		s.Text, s.Menu = s.Text+"\n"+v.Texts.T("doors.none"), true
		return s, nil
	}
	homes := oneOfEach(all)
	for _, d := range homes[:min(len(homes), mostDoorKeys)] {
		at := v.doorAt(d)
		s.Keyboard = append(s.Keyboard, []dialog.Key{
			{Text: v.Texts.T("doors.key.told", "at", at)}, {Text: v.Texts.T("doors.key.nobody", "at", at)},
		})
	}
	return s, nil
}

// doorKeyed finds what a text says of a door, in any language: "" where it says nothing.
func (h *House) doorKeyed(v Visit, text string) (is notices.Outcome, at string) {
	const hole = "⁂"
	for _, lang := range h.Languages {
		words := h.Texts(lang, v.Now, v.Zone)
		for key, outcome := range doorKeys {
			before, after, _ := strings.Cut(plain(words.T(key, "at", hole)), hole)
			t, begins := strings.CutPrefix(plain(text), before)
			t, ends := strings.CutSuffix(t, after)
			if begins && ends && t != "" {
				return outcome, t
			}
		}
	}
	return notices.NoOutcome, ""
}

// atNoticeDoor answers such a key; ok is false where a text is none, or of no door of the
// reader's.
func (h *House) atNoticeDoor(ctx context.Context, v Visit, text string) (r Reply, ok bool, err error) {
	is, at := h.doorKeyed(v, text)
	if is == notices.NoOutcome {
		return Reply{}, false, nil
	}
	all, err := h.doorsBy(ctx, v, notices.AtDoor)
	if err != nil {
		return Reply{}, false, err
	}
	n := slices.IndexFunc(all, func(d notices.Door) bool { return plain(v.doorAt(d)) == at })
	if n < 0 {
		return Reply{}, false, nil
	}
	home := all[n]
	for _, d := range all { // of every notice that they were to be told
		if !d.SameHome(home) {
			continue
		}
		if _, err := h.Notices.Tick(ctx, v.Actor, d.ID, is); err != nil {
			return Reply{}, false, err
		}
	}
	s, err := h.doorKeyboard(ctx, v, "doors.noted."+string(is), "at", v.doorAt(home), "name", home.Name)
	return Reply{Screen: s, Beside: true}, true, err
}
