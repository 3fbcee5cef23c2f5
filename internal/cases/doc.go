// Package cases is the troubles that people bring, from the first photo to
// the resident's word that it held.
//
// Only the resident closes a case: what a member calls done is reported done,
// and comes back to the same member where it did not hold.
//
//	        drop
//	draft ────────▶ dropped
//	  │ send, send itself, alarm
//	  ├───────────────────────────────┐ nobody is there
//	  ▼                               ▼
//	assigned ◀─┐ pass: to the next   open
//	  │  └─────┘ unreached: likewise  │ (or open, where nobody is left)
//	  │ take                          │ take
//	  ├───────────────────────────────┘
//	  ▼        reported done          held
//	taken ──────────────────▶ done ─────────▶ held
//	  ▲                        │
//	  └────────────────────────┘ half, not fixed: the same member again
//
//	assigned, open, taken ──▶ taken_back, by who reported it, for half an hour
//	assigned, taken ──▶ assigned, done ──▶ done: handed over to another, when its
//	holder's role ends, or they are away or gone (or open, where nobody is left)
//
// Every verb is one transaction: the actor is read again in it, the row is
// locked, the status changes only from the one that was seen (moves.go), an
// event row says so, and whoever must hear of it gets a row of the outbox. A
// verb that is repeated by the same person changes nothing and tells nobody.
package cases
