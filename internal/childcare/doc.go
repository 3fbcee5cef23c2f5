// Package childcare is the small dining hall: children are fetched from school, have
// lunch, a nap, help with their homework and somebody to talk to, and are given back to
// nobody who may not have them.
//
// What there is every week the lead writes as patterns; of them each night the sittings
// of a day two weeks ahead are made (roll.go), as the calendar and the breaks say: on a
// day with school, without, or one that makes up for another (schoolday.go).
//
// What a family books is a part of a day: a chain of sittings that one follows the other
// (chain.go), which holds all its places or none.
//
//	noon:   fetched ──▶ lunch ──▶ nap ──▶ back at school
//	after:  fetched ──▶ homework, tutoring ──▶ collected
//	day:    brought ──▶ … ──▶ collected            (no school)
//	talk:   an hour with a counsellor              (nobody else knows)
//
// A child has at most one booking for a part of a day, whatever becomes of it:
//
//	            every sitting has a place             cancel, absent
//	(nothing) ───────────────────────────▶ booked ────────────────────▶ cancelled
//	    │                                   ▲   ▲                         ▲  │ book again
//	    │ one has none     take it for me   │   │ yes, within the hold    │  └─▶ booked, waiting
//	    ▼                                   │   │                         │
//	 waiting ───────────────────────────────┘   │       no, nor an answer │
//	    │            ask me first               │       within the hold   │
//	    └─────────────────────────────────▶ offered ─────────────────────┘
//
// That no sitting has a child too many, and no child is at two places at one time, are
// rules of the tables (migration 60). What comes free goes to the first of those who
// wait for whom all of their chain has room. A child of whom its family has said nothing
// for tomorrow is "not told yet", which is no row at all: only those are asked in the
// evening.
//
// Where a child is, and who answers for it, is a chain without a gap: each hand-over ends
// one row and begins the next (custody.go).
//
//	              "all here" at the gate          at the hall           return
//	out ──▶ [school] ──────────────────▶ way ──────────────────▶ hall ──────────▶ way ──▶ school
//	 ▲            │                        brought ▲               │  ▲
//	 │            └─ not there, ten minutes after ─┴─▶ missing ────┘  └ from carer to carer
//	 └──────────────── known, by code, by hand, asked, override ────┘
//
// Nobody who has children in their hands leaves their shift (Holding), nor loses their
// list; of whom it turns out that they mind none any more, whoever runs the hall has them
// (fall.go). There are shifts on days on which a child needs them, as on the weekday as
// which the day runs (Needs).
//
// A child leaves the hall for one of five reasons, and no other (leave.go): somebody on
// its list whom this carer has seen before; somebody on it who shows the code of the day,
// or whom the carer has checked by hand and says how; somebody for whom one who decides
// has said yes; or at the word of the lead, with a reason that the family reads. Who is
// barred never has it, and does not learn that the alarm was raised.
//
// What is known of a child is known by consent, to those who mind it that day, and each
// look is written down. It is erased thirty days after the last booking (erase.go). A
// child's name never appears in a group. Who never may have it stays written down.
//
// Every verb is one transaction: the child held before the day, the day before its
// sittings, permission read of a child that is held, an event, and rows of the outbox for
// whoever must hear of it. A verb that is repeated changes nothing and tells nobody.
package childcare
