package ledger_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// read is a statement, a line each: "day code change balance".
func read(s ledger.Statement) []string {
	all := []string{fmt.Sprint(s.Opening)}
	for _, l := range s.Lines {
		all = append(all, fmt.Sprintf("%s %s %+d %d", l.Day, l.Code, l.Change, l.Balance))
	}
	return append(all, fmt.Sprint(s.Closing))
}

func TestAStatementBeginsAndEndsWithWhatIsThere(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for _, p := range []struct {
		day    calendar.Date
		code   ledger.Code
		amount int64
	}{
		{"2026-10-30", ledger.TopUp, 3000}, {"2026-11-02", ledger.Charge, 800}, {"2026-12-01", ledger.Charge, 800},
		{"2026-11-30", ledger.Charge, 900}, {"2026-10-31", ledger.Charge, 700}, {"2026-11-02", ledger.Charge, 100},
	} {
		e := w.entry(p.code, w.mei.Person, p.amount)
		e.Day = p.day
		w.posted(w.chef, e)
	}
	require.Equal(t, []string{"2300", "2026-11-02 charge -800 1500", "2026-11-02 charge -100 1400", "2026-11-30 charge -900 500", "500"},
		read(w.statement(w.mei, w.mei.Person, november)))
	require.Equal(t, []string{"500", "2026-12-01 charge -800 -300", "-300"}, read(w.statement(w.mei, w.mei.Person, ledger.Month(2026, 12))))
	require.Equal(t, []string{"-300", "-300"}, read(w.statement(w.mei, w.mei.Person, ledger.Month(2027, 1))))
	require.Equal(t, []string{"0", "0"}, read(w.statement(w.mei, w.mei.Person, ledger.Month(2026, 9))))
}

func TestWhoSeesAnAccount(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	id := w.posted(w.chef, w.entry(ledger.TopUp, w.mei.Person, 3000))
	bought := w.posted(w.chef, w.entry(ledger.Receipt, 0, 300))
	for name, c := range map[string]struct {
		by                    people.Actor
		account, bought, rows bool
	}{
		"herself":          {w.mei, true, false, false},
		"her daughter":     {w.daughter, true, false, false},
		"a neighbour":      {w.li, false, false, false},
		"the kitchen":      {w.chef, true, true, true},
		"the children's":   {w.carer, false, false, false},
		"the secretary":    {w.secretary, true, true, true},
		"somebody unknown": {people.Actor{Community: w.id, Person: 999}, false, false, false},
	} {
		sees := func(what string, want bool, err error) {
			if want {
				require.NoError(t, err, "%s, %s", name, what)
			} else {
				require.True(t, refusal.Is(err, refusal.NotFound), "%s, %s: %v", name, what, err)
			}
		}
		_, err := w.ledger.Statement(w.ctx, w.db, c.by, ledger.Page{Book: ledger.Lunch, Person: w.mei.Person, Span: november})
		sees("the statement", c.account, err)
		_, err = w.ledger.Read(w.ctx, w.db, c.by, id)
		sees("the entry", c.account, err)
		_, err = w.ledger.Read(w.ctx, w.db, c.by, bought)
		sees("the receipt", c.bought, err)
		_, err = w.ledger.Export(w.ctx, w.db, c.by, ledger.Lunch, november)
		sees("the rows", c.rows, err)
	}
	_, err := w.ledger.Read(w.ctx, w.db, people.Actor{Community: w.id + 1, Person: w.secretary.Person}, id)
	refused(t, refusal.NotFound, "access.not_found", err)
}

func TestAnEntryIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	e := ledger.Entry{
		Book: ledger.Lunch, Key: "r1", Code: ledger.Receipt, Day: "2026-11-20", Amount: 2400, Person: w.li.Person,
		Name: "vegetables", Reason: "the market", Ref: "day:20", Photos: []string{"f1", "f2"},
	}
	id := w.posted(w.chef, e)
	p, err := w.ledger.Read(w.ctx, w.db, w.chef, id)
	require.NoError(t, err)
	require.Equal(t, ledger.Posted{
		Community: w.id, ID: id, Book: ledger.Lunch, Key: "r1", Code: ledger.Receipt, Day: "2026-11-20", At: p.At,
		From: ledger.Account{Kind: ledger.Prepaid, Person: w.li.Person}, To: ledger.Account{Kind: ledger.Cost, Name: "vegetables"},
		Amount: 2400, By: w.chef.Person, Reason: "the market", Ref: "day:20", Photos: []string{"f1", "f2"},
	}, p)
	require.True(t, morning.Equal(p.At))
	rows, err := w.ledger.Export(w.ctx, w.db, w.chef, ledger.Lunch, days("2026-11-20", "2026-11-21"))
	require.NoError(t, err)
	require.Equal(t, []ledger.Posted{p}, rows)
	for _, none := range []ledger.Span{days("2026-11-19", "2026-11-20"), days("2026-11-21", "2026-11-22")} {
		rows, err := w.ledger.Export(w.ctx, w.db, w.chef, ledger.Lunch, none)
		require.NoError(t, err)
		require.Empty(t, rows)
	}
}

func TestTheDaysOfASpan(t *testing.T) {
	t.Parallel()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	require.Equal(t, days("2026-12-01", "2027-01-01"), ledger.Month(2026, time.December))
	require.Equal(t, days("2024-02-01", "2024-03-01"), ledger.Month(2024, time.February))
	require.Equal(t, days("2026-12-31", "2027-01-01"), ledger.Day(time.Date(2026, 12, 30, 17, 0, 0, 0, time.UTC).In(shanghai)))
}

// A person is erased: the sums stay, and nothing leads to them.
func TestWhoIsForgottenLeavesTheSums(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.posted(w.chef, w.entry(ledger.TopUp, w.mei.Person, 3000))
	free := w.posted(w.chef, w.entry(ledger.Free, w.mei.Person, 800))
	w.posted(w.chef, w.entry(ledger.Receipt, w.mei.Person, 300))
	_, err := w.correct(w.secretary, free, "c", "Mei paid after all")
	require.NoError(t, err)
	other := w.posted(w.chef, w.entry(ledger.Free, w.li.Person, 800))
	sums := w.open(november)
	w.forget(w.mei.Person)
	w.forget(w.mei.Person)
	w.forget(w.chef.Person) // who wrote it down goes too
	require.Equal(t, sums, w.open(november))
	require.Zero(t, w.balance(w.mei.Person))
	require.Empty(t, w.statement(w.mei, w.mei.Person, november).Lines)
	rows, err := w.ledger.Export(w.ctx, w.db, w.secretary, ledger.Lunch, november)
	require.NoError(t, err)
	require.Len(t, rows, 5)
	for _, r := range rows {
		require.NotContains(t, []int64{r.From.Person, r.To.Person, r.About, r.By}, w.mei.Person)
		require.NotContains(t, []int64{r.From.Person, r.To.Person, r.About, r.By}, w.chef.Person)
		about := r.ID != other && r.Code != ledger.Receipt
		require.Equal(t, about, r.Reason == "", "%s: what is about others, and about money, keeps its reason", r.Code)
	}
	_, err = w.correct(w.secretary, rows[0].ID, "late", "it was 300")
	require.NoError(t, err, "what is wrong can be put right all the same")
	id := w.posted(w.secretary, w.entry(ledger.TopUp, w.mei.Person, 100))
	require.NotZero(t, id)
	require.EqualValues(t, 100, w.balance(w.mei.Person), "who comes back begins anew")
}

// Two rows of the register turn out to be one person.
func TestWhatSomebodyPaidFollowsThem(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	merge := func(from, into int64) {
		_, err := w.db.Exec(`UPDATE persons SET telegram = NULL, reachable = false, merged_into = $3 WHERE community_id = $1 AND id = $2`, w.id, from, into)
		require.NoError(t, err)
		require.NoError(t, pg.InTx(w.ctx, w.db, func(tx *sqlx.Tx) error {
			return w.ledger.PersonChanged(w.ctx, tx, people.Change{Community: w.id, Person: from, Into: into, What: people.Merged})
		}))
	}
	fresh, third := w.meet("Fresh"), w.meet("Third")
	w.posted(w.chef, w.entry(ledger.TopUp, w.mei.Person, 1000))
	w.posted(w.chef, w.entry(ledger.TopUp, fresh.Person, 500))
	w.posted(w.chef, w.entry(ledger.TopUp, third.Person, 70))
	sums := w.open(november)
	merge(fresh.Person, w.mei.Person) // both paid
	require.Equal(t, sums, w.open(november), "no money moves")
	require.EqualValues(t, 1500, w.balance(w.mei.Person))
	require.Len(t, w.statement(w.mei, w.mei.Person, november).Lines, 2)
	require.Equal(t, w.statement(w.mei, w.mei.Person, november), w.statement(w.chef, fresh.Person, november), "by either number")
	w.posted(w.chef, w.entry(ledger.PayOut, fresh.Person, 1400))
	back := w.posted(fresh, w.entry(ledger.Refund, 0, 1)) // who acts by their old number
	p, err := w.ledger.Read(w.ctx, w.db, w.chef, back)
	require.NoError(t, err)
	require.Equal(t, w.mei.Person, p.By)
	require.EqualValues(t, 100, w.balance(w.mei.Person))
	last := w.meet("Last")
	merge(third.Person, last.Person) // one has paid nothing
	require.EqualValues(t, 70, w.balance(last.Person))
	w.posted(w.chef, w.entry(ledger.TopUp, last.Person, 7))
	require.EqualValues(t, 77, w.balance(last.Person))
	merge(last.Person, w.mei.Person)
	require.EqualValues(t, 177, w.balance(w.mei.Person))
	_, err = w.post(people.Actor{Community: w.id, Person: 999}, w.entry(ledger.Charge, last.Person, 7))
	refused(t, refusal.NotFound, "access.not_found", err)
	w.forget(w.mei.Person)
	var known int
	require.NoError(t, w.db.Get(&known, `SELECT count(*) FROM ledger_people WHERE person_id <> ALL (ARRAY[$1, $2]::bigint[])`, w.chef.Person, w.secretary.Person))
	require.Zero(t, known, "all that was theirs is forgotten")
}
