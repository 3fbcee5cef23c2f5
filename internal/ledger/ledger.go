package ledger

import (
	"time"

	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/clock"
)

// Book is the accounts of one service. Codes are stored.
type Book string

// The books.
const (
	Lunch     Book = "lunch"
	Childcare Book = "childcare"
)

// leads are the books, and who keeps each beside those who are in charge.
var leads = map[Book]access.Role{Lunch: access.Kitchen, Childcare: access.Childcare}

// Kind is what an account is of. Codes are stored.
type Kind string

// The kinds.
const (
	Cash     Kind = "cash"    // the box
	Prepaid  Kind = "prepaid" // a person's, one each
	Supports Kind = "subsidy" // one for each who gives
	Sold     Kind = "sold"    // meals, hours of care
	Given    Kind = "free"    // what was sold to nobody
	Cost     Kind = "cost"    // one for each thing that is bought
)

// Kinds are all kinds, in the order in which an account is read.
var Kinds = []Kind{Cash, Prepaid, Supports, Sold, Given, Cost}

// Entry is what is to be written.
type Entry struct {
	Book   Book
	Key    string // at most 100 characters; the same again is the same entry
	Code   Code
	Day    calendar.Date // of the service
	Amount int64         // in the smallest unit of money, 1 to MaxAmount
	Person int64         // whose account, or whom it is about; of a receipt who paid it; 0: nobody's
	Name   string        // of a cost, of who gives, of what is sold: a code, or the community's own words; everybody reads it
	Reason string
	Ref    string   // the service's row
	Photos []string // Telegram's file ids: a receipt, the slip of a subsidy
}

// The most that is kept.
const (
	MaxAmount = 100_000_000
	maxName   = 60
	maxReason = 300
	maxPhotos = 5
)

// Account is one side of an entry.
type Account struct {
	Kind   Kind
	Name   string
	Person int64 // whose; 0: nobody's, or somebody forgotten
}

// Posted is an entry that stands in the ledger.
type Posted struct {
	Community, ID int64
	Book          Book
	Key           string
	Code          Code
	Day           calendar.Date
	At            time.Time // when it was written
	From, To      Account
	Amount        int64
	By            int64 // 0: the bot itself, or somebody forgotten
	About         int64 // 0: nobody, or somebody forgotten
	Reason        string
	Ref           string
	Photos        pq.StringArray
	Reverses      int64 // the entry that it corrects; 0: none
	Reversed      int64 // the one that corrects it; 0: none
}

// Ledger writes and reads the books, inside the transactions of others.
type Ledger struct{ clk *clock.Clock }

// New returns the ledger.
func New(clk *clock.Clock) *Ledger { return &Ledger{clk: clk} }

// now is the time as Postgres keeps it.
func (l *Ledger) now() time.Time { return l.clk.Now().Truncate(time.Microsecond) }
