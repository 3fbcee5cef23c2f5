// Package ledger is what people pay and what a service costs: accounts that add
// up to zero at any moment, for every service that takes money.
//
// Each service keeps a book. In a book an entry is one sum that leaves one
// account and reaches another, so that its two lines cannot differ. Whoever
// gives stands on the left; what an account is worth is what it got less what it
// gave:
//
//	             gives                gets
//	top_up       a person ──────────▶ the cash box
//	pay_out      the cash box ──────▶ a person          (no more than is theirs)
//	charge       what is sold ──────▶ a person          (or the cash box, paid at once)
//	refund       a person ──────────▶ what is sold      (or the cash box)
//	free         what is sold ──────▶ what is free      (with a reason; a line on whose account it is about)
//	receipt      the cash box ──────▶ a cost            (or a person, who paid it first)
//	subsidy      who gives ─────────▶ the cash box
//	gift         who gives ─────────▶ a person          (who leaves what is theirs: no more than that)
//	correction   an entry the other way round, once, with a reason
//
// So the cash box is worth what must be in it, a cost what was spent; a person's
// balance is the other way round, what they gave less what they got: 20 is 20
// ahead, and below zero is owed. A service that gives nothing on credit looks at
// Balance first.
//
// Sums are whole numbers of the smallest unit of money: 800 is 8 yuan. Nothing is
// edited: tables and triggers refuse it (migration 40), so what was written
// wrongly is corrected by an entry more. It has the day of what it corrects while
// that month goes on, and the day on which it is made afterwards: what was told of
// a month stays.
//
// Whatever a service writes has a key, and the same key twice is one entry. Keys
// and refs are ids of the service's rows and never people's words.
//
// A person stands in one row only (ledger_people), to which accounts and entries
// point. Forget takes the person out of it, and the reasons of what was about
// them: no name leads to those lines any more, and every sum stays.
package ledger
