package ledger

import "github.com/linli-bot/linli/internal/calendar"

// Payment is cash that changes hands between a person and the box.
type Payment struct {
	Person int64
	Sum    int64 // in the smallest unit of money
	Back   bool  // it goes back to the person, who has it ahead
	Key    string
}

// Entry is a payment as a book keeps it; the same key again is the same payment.
func (p Payment) Entry(in Book, day calendar.Date) Entry {
	e := Entry{Book: in, Code: TopUp, Key: "cash:" + p.Key, Day: day, Amount: p.Sum, Person: p.Person}
	if p.Back {
		e.Code = PayOut
	}
	return e
}
