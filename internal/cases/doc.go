// Package cases is the troubles that people bring, from the first photo to
// the resident's word that it held.
//
// Only the resident closes a case: what a member calls done is reported done,
// and comes back to the same member where it did not hold.
//
//	        drop
//	draft ────────▶ dropped
//	  │ send, send itself, alarm
//	  ├─────────────────────────────────┐ nobody is there
//	  ▼                                 ▼
//	assigned ◀─┐ pass, escalate,       open ◀─┐ escalate
//	  │  └─────┘ unreached, give        │ └───┘
//	  │ take                            │ take
//	  ├─────────────────────────────────┘
//	  ▼      wait           propose                agree
//	taken ◀────────▶ waiting ───────▶ proposed ─────────────▶ referred, cannot,
//	  │ ▲    wake       │   (or taken)   │ refuse              wish, spam
//	  │ │               │                ▼                        │ disagree, once
//	  │ │               │              taken                      ▼
//	  │ │               ▼                                      assigned: to another
//	  │ │          reported done
//	  ├─┼───────────────────────▶ done ──────▶ held
//	  │ │                          │ │ seen on the spot by a second person
//	  │ │                          │ ├──────▶ seen         ──┐
//	  │ │                          │ │ nobody was met twice  ├─▶ held: a late word
//	  │ │  half, not fixed         │ └──────▶ unconfirmed  ──┘
//	  │ └──────────────────────────┴── also from seen and unconfirmed; and from
//	  │                                held, when it broke again
//	  │ duplicate
//	  └──────────▶ duplicate ──▶ assigned, open: it was none after all
//	               (also from open, assigned, waiting)
//
// All that is to be done (open, assigned, taken, waiting, proposed) can be taken
// back for half an hour by who reported it, and is handed over when its holder's
// role ends, or they are away or gone: it is assigned again, or open where nobody
// is left. What somebody takes by their own hand while they are away stays theirs
// (anyway.go). What is done is handed over as it stands. At the end of a shift it is
// taken over by the tap of who takes over (handover.go); what nobody takes stays
// where it is. The secretary or a deputy can give it to somebody. Sealed, it goes to
// a mediator, and is seen by nobody else than whom it concerns. Whoever took the
// last step can undo it for some minutes: done, waiting, proposed ──▶ taken ──▶
// assigned.
//
// What is private is proposed to whose trouble it is, and to nobody else: that talks end
// without an agreement, or that a complaint was heard and not found so.
//
//	proposed ──▶ referred, cannot: they see it
//	  │ │ refuse
//	  │ ├──────▶ taken: the talks go on
//	  │ │ disagree, with what was found of a complaint
//	  │ └──────▶ assigned: to another who may hear it; or referred: to a body outside
//	  │ silence for weeks
//	  └────────▶ unconfirmed ──▶ all of these, by a late word
//
// Who is asked is chosen by area, duty and kind: of those on duty there whoever is
// named for the kind (named.go), then who holds fewest. Nobody is left out for good.
//
// A neighbour whose new report is like an open case follows that one instead, and hears
// of every step without anything of a home. Staff find that two are one: whoever
// brought the double hears under their own number, is asked whether it held, and
// brings back what held for the other alone. Nobody brings too many at once, and who
// is blocked brings nothing but danger.
//
// Silence closes nothing: the resident is asked once more, and then somebody goes
// there who did not do the work (visits.go). What matters is looked at again weeks
// after it held, and a case that another body has is asked about there. Whom no
// message reaches is told by phone (calls.go).
//
// An end that is not "held" has a reason that the resident reads. Those that
// somebody could hide behind (referred, cannot, wish, spam) are proposed by one and
// decided by another. The ends are counted apart: an honest refusal is no failure.
//
// Clocks run beside it (deadline.go): until somebody takes it, when the next is asked
// (ladder.go); until it is to be done; and for as long as nobody has named its kind.
// Every change of a case sets them anew, and one job of the outbox looks when the
// next of them runs out. They stand while it waits for the resident. What they say
// comes in the place of the card before it: of each case there is one to tap.
//
// Whoever brought a case and whoever sees to it talk through the bot (talk.go):
// what is said reaches the other end in the order in which it was said, also after
// the end, and neither learns how the other is reached. What staff remark they alone
// read. A message that is changed changes what it said.
// Every verb is one transaction: the actor is read again in it, the row is
// locked, the status changes only from the one that was seen (moves.go), an
// event row says so, and whoever must hear of it gets a row of the outbox. A
// verb that is repeated by the same person changes nothing and tells nobody.
package cases
