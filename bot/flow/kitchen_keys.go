package flow

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/lunch"
)

// What the keys of a round say. Each names its door or its entrance, so that what was
// tapped without a network means the same when it arrives, and counts in its order.
const (
	keyAll   = "kitchen.key.all"   // of an entrance: all here delivered
	keyGo    = "kitchen.key.go"    // of an entrance: show it
	keyGave  = "kitchen.key.gave"  // of a door
	keyShut  = "kitchen.key.shut"  // of a door: nobody opened
	keyWorry = "kitchen.key.worry" // of a door
	keyRound = "kitchen.key.round" // shows the round
)

// stopKeys are the keys of an entrance: all of it, two for each door that is not
// explained, and the entrances at which other doors are left.
func (v Visit) stopKeys(stops []lunch.Stop, at int) [][]dialog.Key {
	s := stops[at]
	key := func(name, at string) dialog.Key { return dialog.Key{Text: v.Texts.T(name, "at", at)} }
	var rows [][]dialog.Key
	fresh := func(m lunch.Meal) bool { return m.Outcome == lunch.NoOutcome && m.Tries == 0 && !m.Worried }
	if slices.ContainsFunc(s.Meals, fresh) {
		rows = append(rows, []dialog.Key{key(keyAll, v.stopCode(s))})
	}
	for _, m := range s.Meals {
		at := v.doorCode(s, m)
		switch {
		case fresh(m):
			rows = append(rows, []dialog.Key{key(keyShut, at), key(keyWorry, at)})
		case m.Outcome == lunch.NoOutcome:
			rows = append(rows, []dialog.Key{key(keyGave, at), key(keyWorry, at)})
		}
	}
	return append(append(rows, v.nextKeys(slices.Concat(stops[at+1:], stops[:at]))...), []dialog.Key{{Text: v.Texts.T(keyRound)}})
}

// mostNext is how many entrances are offered to go to next.
const mostNext = 6

// nextKeys are the keys of the entrances at which doors are left.
func (v Visit) nextKeys(stops []lunch.Stop) (rows [][]dialog.Key) {
	for _, s := range stops {
		if s.Left() > 0 && len(rows) < mostNext {
			rows = append(rows, []dialog.Key{{Text: v.Texts.T(keyGo, "at", v.stopCode(s))}})
		}
	}
	return rows
}

// carries reports whether somebody may be one who carries: what they type may be a key.
func (v Visit) carries() bool { return v.Actor.Serves() || v.Actor.Has(access.Volunteer) }

// keyed finds what a text says of a round, in any language: the key, and of which door or
// entrance.
func (h *House) keyed(v Visit, text string) (key string, said bool) {
	const hole = "⁂"
	for _, lang := range h.Languages {
		words := h.Texts(lang, v.Now, v.Zone)
		if Same(text, words.T(keyRound)) {
			return keyRound, true
		}
		for _, key := range []string{keyAll, keyShut, keyWorry, keyGave, keyGo} {
			before, after, _ := strings.Cut(plain(words.T(key, "at", hole)), hole)
			if t := plain(text); strings.HasPrefix(t, before) && strings.HasSuffix(t, after) && len(t) >= len(before)+len(after) {
				return key, true
			}
		}
	}
	return "", false
}

// AtDoors answers the keys of a round, typed or tapped, whatever else is being asked; ok
// is false where a text is none of them.
func (h *House) AtDoors(ctx context.Context, v Visit, text string) (r Reply, ok bool, err error) {
	if text == "" {
		return Reply{}, false, nil
	}
	if r, ok, err = h.inHallKeys(ctx, v, text); ok || err != nil {
		return r, ok, err
	}
	if !v.carries() {
		return Reply{}, false, nil
	}
	if r, ok, err = h.atNoticeDoor(ctx, v, text); ok || err != nil {
		return r, ok, err
	}
	first, said := h.keyed(v, text)
	if !said {
		return Reply{}, false, nil
	}
	now := v.Now.In(v.Zone)
	day := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	stops, err := h.Lunch.Run(ctx, v.Actor, day)
	if _, no := v.Refused(err); no || err == nil && len(stops) == 0 {
		return Reply{}, false, nil
	}
	if err != nil {
		return Reply{}, false, err
	}
	if first == keyRound {
		r, err = h.round(ctx, v, day)
		return r, true, err
	}
	r, ok, err = h.doorKey(ctx, v, round{day, stops}, text)
	if why, no := v.Refused(err); no {
		return Reply{Screen: dialog.Screen{Text: why}, Beside: true}, true, nil
	}
	if ok && err == nil && first != keyGo {
		err = h.Roster.Seen(ctx, v.Actor)
	}
	return r, ok, err
}

// round is the round of a day.
type round struct {
	day   time.Time
	stops []lunch.Stop
}

// doorKey does what a key says, where it is one of this round.
func (h *House) doorKey(ctx context.Context, v Visit, of round, text string) (Reply, bool, error) {
	for i, s := range of.stops {
		for key, does := range map[string]func() (Reply, error){
			keyGo:  func() (Reply, error) { return Reply{Screen: v.stopScreen(of.stops, i), Beside: true}, nil },
			keyAll: func() (Reply, error) { return h.allHere(ctx, v, of.day, s) },
		} {
			if h.isKey(v, text, key, func(in Visit) string { return in.stopCode(s) }) {
				r, err := does()
				return r, true, err
			}
		}
		for _, m := range s.Meals {
			for key, does := range map[string]func(context.Context, Visit, int64) (Reply, error){
				keyShut: h.shutDoor, keyWorry: h.worries, keyGave: h.gaveIt,
			} {
				if h.isKey(v, text, key, func(in Visit) string { return in.doorCode(s, m) }) {
					r, err := does(ctx, v, m.Order)
					return r, true, err
				}
			}
		}
	}
	return Reply{}, false, nil
}

// isKey reports whether a text is a key of a place, in any language.
func (h *House) isKey(v Visit, text, key string, at func(Visit) string) bool {
	for _, lang := range h.Languages {
		in := v
		in.Texts = h.Texts(lang, v.Now, v.Zone)
		if Same(text, in.Texts.T(key, "at", at(in))) {
			return true
		}
	}
	return false
}

// allHere notes that all of an entrance is delivered but for what was said already, and
// shows where doors are left.
func (h *House) allHere(ctx context.Context, v Visit, day time.Time, s lunch.Stop) (Reply, error) {
	n, err := h.Lunch.AllDelivered(ctx, v.Actor, s, day, nil)
	if err != nil {
		return Reply{}, err
	}
	stops, err := h.Lunch.Run(ctx, v.Actor, day)
	if err != nil {
		return Reply{}, err
	}
	rest := v.nextKeys(stops)
	if len(rest) == 0 {
		return Reply{Screen: h.withMenu(v, "kitchen.run.finished", "at", v.stopCode(s), "n", n), Beside: true}, nil
	}
	r := Reply{Screen: v.say("kitchen.run.all", "at", v.stopCode(s), "n", n, "left", doorsLeft(stops)), Beside: true}
	r.Screen.Keyboard = append(rest, []dialog.Key{{Text: v.Texts.T(keyRound)}})
	return r, nil
}
