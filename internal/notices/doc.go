// Package notices is what the community tells its people: each notice reaches
// everybody whom it concerns, once, at a decent hour and in their language, and it is
// known whom it did not reach.
//
// What nobody has confirmed is a dialog's, and in no table. A notice begins when it is
// confirmed; the key of that dialog is its own, so confirmed twice it is one.
//
//	confirm            its hour, after two minutes          the last row has its end
//	───────▶ set ──────────────────────────▶ going ──────────────────────────▶ out
//	          │  stop                        │ ▲ │ stop, withdraw               │
//	          ▼                        pause ▼ │ └────────────▶ stopped ──▶     │ withdraw
//	       stopped                        paused ────────────▶  withdrawn ◀─────┘
//
// When it starts, its audience is frozen: a row for each person and each group, and a
// row of the outbox beside it, written in one transaction. From then on the outbox
// sends, and what becomes of its rows is gathered while it goes (sweep.go):
//
//	a recipient:  waiting ──▶ sent | failed, with the reason | uncertain | withdrawn
//
// Thousands of rows fall due at one moment, so they are the least of what is due; those
// of an urgent notice pass the others, and its manner takes it through quiet hours
// (internal/calm). Nobody is sent a notice more than twice.
//
// Who has no Telegram failed at once: the door list is for them. Beside that each
// recipient is reached or not: they tapped that they have seen it, asked for help, were
// visited or phoned. A household is reached when one of it is (doors.go). So of
// everybody it is known: seen, visited, phoned, or named as open.
//
// A question is a notice that wants an answer: one voice for each person or household,
// until it closes; then its result is told (voice.go). What is on is a notice that tells
// of something to come to: that no event has one too many is a rule of the table
// (event.go).
//
// Groups read the notice without anybody's name. Its words are looked through for names
// and flats before it is confirmed (named.go); the writer decides.
//
// Every verb is one transaction: permission in it, the notice held before its rows, an
// event, and rows of the outbox for whoever must hear of it. A verb that is repeated
// changes nothing and tells nobody.
package notices
