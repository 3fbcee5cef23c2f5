package ledger

// What tests look at from outside.
var (
	Ways          = ways
	CorrectionDay = correctionDay
)

// Sides are the kinds between which an entry of a code goes, with a person and without.
func (w way) Sides(person int64) (from, to Kind) { return w.sides(person) }

// Takes reports whether an entry of the code can be with a person, and without one.
func (w way) Takes(person int64) bool { return w.person == may || (w.person == must) == (person != 0) }

// Queries are what reads the books.
const (
	BalanceQuery = balanceQuery
	LinesQuery   = linesQuery
	OpenQuery    = openQuery
	SpentQuery   = spentQuery
)
