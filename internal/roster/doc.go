// Package roster is who is there, from when until when, and who takes over.
//
// A shift is some hours of an activity (Activities), in an area or in the whole
// community, with some places. A pattern makes one every week, two weeks ahead;
// another comes once. Whoever stands in a pattern has a place in each of its
// shifts as it is made; others take one, are asked to, or swap.
//
//	a place:  free ──▶ had ──────▶ confirmed ──▶ arrived ──▶ over: hours are counted
//	           ▲   sign, asked,     "I come",      "I'm here"
//	           │   swap, standing   a day and
//	           │        │           an hour before
//	           │        ▼                              not arrived: the lead is told,
//	           └── ended: cannot, swapped, removed,    and may write down a no-show
//	               absent, missed, cancelled
//
//	a shift:  made ──▶ begun ──▶ over
//	             a hole in it: those who fit are asked, the likeliest first, and the
//	             lead is alarmed while it stays; at the beginning whoever is in
//	             charge stands in
//
// Of the works for children there are shifts on days with children alone, as on the weekday
// as which a day runs (need.go), and nobody leaves one with children in their hands
// (hands.go).
//
// That nobody has two places at one time, and no shift too many, are rules of the
// tables (migration 14): of any number who take the last place at once one has
// it, and the others are told. Every verb is one transaction: the actor is read
// again in it, the shift is locked, an event says what happened, and who must
// hear of it gets a row of the outbox.
package roster
