// Package lunch is the community's kitchen: lunch at cost price, cooked and carried
// by volunteers, for those who are old enough and for whom there is a reason.
//
// A service day is a day on which there is lunch: a weekday of the kitchen's that is
// no holiday and that nobody cancelled. What concerns one is decided on the service
// day before (kitchen.go): in the morning the diners are asked, in the afternoon
// those without an answer are phoned, and at the cut-off orders close by themselves.
// Two weeks of days are made ahead each night (roll.go); each has a job of the outbox
// for each of its moments, which finds its own traces: however often it comes, and
// however late, it does its part once (ask.go, call.go, close.go).
//
//	a day:  planned ──▶ published ──▶ closed ──▶ over
//	           │   the menu   │  cut-off   │  the day has passed
//	           └──────────────┴────────────┴──▶ cancelled, with a reason that all read
//
// A diner has at most one order for a day, whatever becomes of it:
//
//	            a place is free                     cancel
//	(nothing) ──────────────────▶ ordered ────────────────────▶ cancelled
//	    │                          ▲   ▲                         ▲  │ order again
//	    │ none is                  │   │ yes, within the hold    │  └─▶ ordered, waiting
//	    ▼       "take it for me"   │   │                         │
//	 waiting ──────────────────────┘   │       no, nor an answer │
//	    │       "ask me first"         │       within the hold   │
//	    └─────────────────────────▶ offered ─────────────────────┘
//
// That no way of eating has an order too many, and nobody two, are rules of the tables
// (migration 41): a place is taken by the row that says so. What comes free goes to
// the first of those who wait for whom it is enough, as they came, and to guests when
// nobody else is left; so nobody waits for whom there is room, and of two who want as
// much nobody passes the other. A hold runs only while people are awake.
//
// What there is on a day the lead writes, dish by dish or as one text (read.go). A dish
// remembers what is in it, so whoever may not eat it is given the other choice, or told.
//
// After the cut-off an order changes by the lead alone, whom everybody may ask
// (late.go): what changes then is a correction of the sheet that the kitchen has, and
// both can be counted once more from the events (recount.go). On the day each
// meal has an outcome: delivered, with a neighbour, fetched, or a door at which
// somebody is worried about (carry.go).
//
// When a day is over each meal that reached who eats it is charged once, by the key of
// its order (charge.go); of what nobody said anything the lead is asked, and nobody pays
// until then (settle.go); one whose line was corrected can be charged again (again.go). Cash, receipts and corrections go to the same books
// (internal/ledger), written by whoever runs the kitchen, never for themselves or their
// family. What all of it comes to is open to everybody, without a name (account.go).
//
// Every verb is one transaction: permission in it, the kitchen held before a diner, a
// diner before the days, and those from the first to the last, each before its orders,
// an event, and rows of the outbox for whoever must hear of it. A verb that is
// repeated changes nothing and tells nobody.
package lunch
