package ledger

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// Code is what an entry is. Codes are stored.
type Code string

// The codes.
const (
	TopUp      Code = "top_up"
	PayOut     Code = "pay_out"
	Charge     Code = "charge"
	Refund     Code = "refund"
	Free       Code = "free"
	Receipt    Code = "receipt"
	Subsidy    Code = "subsidy"
	Gift       Code = "gift"
	Correction Code = "correction" // by Correct alone
)

// need is whether an entry has something.
type need int

const (
	never need = iota
	may
	must
)

// way is from where to where the sum of a code goes, and what it needs. The table
// of migration 40 allows the same ways.
type way struct {
	from, to   Kind
	orFrom     Kind // instead of from, where a person is named; "": never
	orTo       Kind // instead of to, where nobody is
	person     need
	name       need
	reason     need
	photos     need
	byService  bool // the verb of a service that posts it has asked for permission; other codes ask here
	byBot      bool // also where the bot itself posts it, as a service's rule says
	ownAllowed bool // a lead may write what they paid themselves: it has its proof
	covered    bool // no more than the person has
}

var ways = map[Code]way{
	TopUp:   {from: Prepaid, to: Cash, person: must, reason: may},
	PayOut:  {from: Cash, to: Prepaid, person: must, reason: may, covered: true},
	Charge:  {from: Sold, to: Prepaid, orTo: Cash, person: may, name: may, reason: may, byService: true},
	Refund:  {from: Cash, orFrom: Prepaid, to: Sold, person: may, name: may, reason: may, byService: true},
	Free:    {from: Sold, to: Given, person: may, name: may, reason: must, byBot: true},
	Receipt: {from: Cash, orFrom: Prepaid, to: Cost, person: may, name: must, reason: may, photos: may, ownAllowed: true},
	Subsidy: {from: Supports, to: Cash, name: must, reason: may, photos: may, ownAllowed: true},
	Gift:    {from: Supports, to: Prepaid, person: must, name: must, reason: may, covered: true},
}

// sides are the kinds of the accounts between which an entry goes.
func (w way) sides(person int64) (from, to Kind) {
	from, to = w.from, w.to
	if w.orFrom != "" && person != 0 {
		from = w.orFrom
	}
	if w.orTo != "" && person == 0 {
		to = w.orTo
	}
	return from, to
}

// about is whom an entry is about: a receipt is about the money alone, so that its
// words and photos outlive who paid it.
func (w way) about(person int64) int64 {
	if w.photos != never {
		return 0
	}
	return person
}

// checked is an entry as it is kept, or the refusal of one that cannot be.
func (w way) checked(e Entry) (Entry, error) {
	e.Name, e.Reason = pg.Cut(pg.Text(e.Name), maxName), pg.Cut(pg.Text(e.Reason), maxReason)
	_, noDay := time.Parse(time.DateOnly, string(e.Day))
	for _, rule := range []struct {
		broken bool
		key    string
	}{
		{e.Amount < 1 || e.Amount > MaxAmount, "ledger.bad_amount"},
		{noDay != nil, "ledger.bad_day"},
		{w.person == must && e.Person == 0 || w.person == never && e.Person != 0, "ledger.no_person"},
		{w.name == must && e.Name == "" || w.name == never && e.Name != "", "ledger.no_name"},
		{w.reason == must && e.Reason == "", "ledger.no_reason"},
		{w.photos == never && len(e.Photos) > 0 || len(e.Photos) > maxPhotos, "ledger.bad_photos"},
		{e.Code == Receipt && e.Reason == "" && len(e.Photos) == 0, "ledger.no_proof"},
		{badText(e.Key, 1) || badText(e.Ref, 0), "ledger.bad_key"},
	} {
		if rule.broken {
			return Entry{}, refusal.New(refusal.Invalid, rule.key)
		}
	}
	return e, nil
}

// badText reports whether a key is shorter or longer than one may be, or not text.
func badText(s string, least int) bool {
	n := utf8.RuneCountInString(s)
	return n < least || n > 100 || !utf8.ValidString(s) || strings.ContainsRune(s, 0)
}
