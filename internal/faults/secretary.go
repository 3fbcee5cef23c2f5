package faults

import (
	"context"
	"slices"
)

// secretary is who is asked to go, in a town that has nobody else: takes each
// case, sends a photo of what was done, and goes to the next.
type secretary struct {
	*person
	cards []screen // that ask for something
	busy  bool     // a conversation about one is going on
	lost  bool
	home  bool // the first contact is over
}

// live works until enough says so.
func (s *secretary) live(ctx context.Context, enough func() bool) {
	for ctx.Err() == nil && !enough() {
		screens := s.screens(ctx, patience)
		if ctx.Err() != nil || enough() {
			return
		}
		s.think(ctx)
		if len(screens) == 0 && s.busy {
			s.lost, s.busy = true, false
			s.start("")
			continue
		}
		for _, seen := range screens {
			if seen.kind == isCard {
				s.cards = append(s.cards, seen)
			}
		}
		if !s.answer(screens) {
			s.next()
		}
	}
}

// answer goes on with the conversation about a case; false where none is on.
func (s *secretary) answer(screens []screen) bool {
	for _, seen := range slices.Backward(screens) {
		switch seen.kind {
		case "welcome.name.ask", "proof.case.ask", "proof.as.ask", "proof.why.ask":
			s.press(seen, seen.values[0])
		case "proof.photo.ask":
			if s.rng.IntN(4) == 0 {
				s.press(seen, seen.verbs["skip"])
			} else if s.first(seen.session) {
				s.photo("")
			}
		case "proof.done_told", isMenu:
			s.busy, s.lost, s.home = false, false, true
			return false
		default:
			continue
		}
		s.busy = true
		return true
	}
	return s.busy
}

func (s *secretary) first(key string) bool {
	if s.acted[key] && !s.lost {
		return false
	}
	s.acted[key], s.lost = true, false
	return true
}

func (s *secretary) press(seen screen, data string) {
	if s.first(seen.session) {
		s.tap(seen.message, data)
	}
}

// next taps "I'll go" on one card, or "Done" on one that was taken.
func (s *secretary) next() {
	for len(s.cards) > 0 {
		card := s.cards[0]
		s.cards = s.cards[1:]
		for _, verb := range []string{"c.take", "c.done"} {
			data := card.verbs[verb]
			if data != "" && !s.acted[data] && s.tap(card.message, data) {
				s.acted[data] = true
				s.busy = verb == "c.done"
				return
			}
		}
	}
}
