package ledger_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// written is an entry as the model knows it: what a notebook would have.
type written struct {
	ledger.Entry
	id        int64
	corrects  int // the place of another, -1: none
	corrected bool
}

// notebook is the ledger as its papers say it is, and the transaction in which the
// real one is beside it.
type notebook struct {
	*rapid.T
	w    *town
	tx   *sqlx.Tx
	all  []written
	into map[int64]int64 // who turned out to be whom
	gone map[int64]bool  // forgotten
	keys int
}

// Whatever is written, in whatever order: each person has what the notebook says,
// statements and the open account are what a recount gives, and all adds up to zero.
func TestTheLedgerIsWhatANotebookWouldSay(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	luck.Check(t, func(rt *rapid.T) {
		tx, err := w.db.BeginTxx(w.ctx, nil)
		require.NoError(rt, err)
		defer func() { _ = tx.Rollback() }() // the next begins with an empty ledger
		n := &notebook{T: rt, w: w, tx: tx, into: map[int64]int64{}, gone: map[int64]bool{}}
		steps := map[string]func(){"post": n.post, "again": n.again, "correct": n.correct, "forget": n.forget, "merge": n.merge}
		names := []string{"post", "post", "post", "post", "post", "post", "again", "correct", "correct", "merge", "forget"}
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 5, 30).Draw(rt, "steps") {
			steps[name]()
		}
		n.holds()
	})
}

func (n *notebook) diner() int64 {
	return rapid.SampledFrom([]int64{n.w.mei.Person, n.w.li.Person, n.w.daughter.Person, n.w.carer.Person}).Draw(n.T, "person")
}

// itself is who somebody is by now.
func (n *notebook) itself(person int64) int64 {
	if into, merged := n.into[person]; merged {
		return into
	}
	return person
}

var codes = slices.Sorted(maps.Keys(ledger.Ways))

func (n *notebook) post() {
	code := rapid.SampledFrom(codes).Draw(n.T, "code")
	var could []int64
	for _, person := range []int64{0, n.diner()} {
		if ledger.Ways[code].Takes(person) {
			could = append(could, person)
		}
	}
	n.keys++
	e := ledger.Entry{
		Book: ledger.Lunch, Key: fmt.Sprint(n.keys), Code: code, Amount: rapid.Int64Range(1, 3000).Draw(n.T, "amount"),
		Day:    calendar.DateOf(morning.AddDate(0, 0, -rapid.IntRange(0, 60).Draw(n.T, "days ago"))),
		Person: rapid.SampledFrom(could).Draw(n.T, "whose"), Reason: "so it is",
	}
	if code == ledger.Receipt || code == ledger.Subsidy || code == ledger.Gift || code == ledger.Charge {
		e.Name = rapid.SampledFrom([]string{"rice", "gas"}).Draw(n.T, "name")
	}
	has := n.balance(n.itself(e.Person))
	id, err := n.w.ledger.Post(n.w.ctx, n.tx, n.w.secretary, e)
	if (code == ledger.PayOut || code == ledger.Gift) && has < e.Amount {
		refused(n.T, refusal.Conflict, "ledger.not_so_much", err)
		return
	}
	require.NoError(n.T, err)
	e.Person = n.itself(e.Person)
	n.all = append(n.all, written{Entry: e, id: id, corrects: -1})
}

func (n *notebook) again() {
	if len(n.all) == 0 {
		return
	}
	a := rapid.SampledFrom(n.all).Draw(n.T, "again")
	if a.corrects >= 0 || a.Person < 0 {
		return
	}
	id, err := n.w.ledger.Post(n.w.ctx, n.tx, n.w.secretary, a.Entry)
	require.NoError(n.T, err)
	require.Equal(n.T, a.id, id)
}

func (n *notebook) correct() {
	if len(n.all) == 0 {
		return
	}
	i := rapid.IntRange(0, len(n.all)-1).Draw(n.T, "which")
	a := n.all[i]
	n.keys++
	id, err := n.w.ledger.Correct(n.w.ctx, n.tx, n.w.secretary, ledger.Mistake{Entry: a.id, Key: fmt.Sprint(n.keys), Reason: "it was wrong"})
	switch {
	case a.corrects >= 0:
		refused(n.T, refusal.Conflict, "ledger.is_correction", err)
		return
	case a.corrected:
		refused(n.T, refusal.Conflict, "ledger.is_corrected", err)
		return
	}
	require.NoError(n.T, err)
	n.all[i].corrected = true
	back := a
	back.id, back.corrects, back.Code = id, i, ledger.Correction
	back.Day = ledger.CorrectionDay(a.Day, calendar.DateOf(morning))
	n.all = append(n.all, back)
}

// forget makes somebody's entries nobody's: in the notebook, of person -1.
func (n *notebook) forget() {
	person := n.itself(n.diner())
	require.NoError(n.T, n.w.ledger.Forget(n.w.ctx, n.tx, n.w.id, person))
	for i := range n.all {
		if n.all[i].Person == person {
			n.all[i].Person = -1
		}
	}
}

// merge lets one diner turn out to be another, once.
func (n *notebook) merge() {
	from, into := n.diner(), n.itself(n.diner())
	if n.itself(from) == into || n.itself(from) != from || slices.Contains(slices.Collect(maps.Values(n.into)), from) {
		return
	}
	n.into[from] = into
	_, err := n.tx.ExecContext(n.w.ctx, `UPDATE persons SET telegram = NULL, reachable = false, merged_into = $2 WHERE id = $1`, from, into)
	require.NoError(n.T, err)
	require.NoError(n.T, n.w.ledger.PersonChanged(n.w.ctx, n.tx, people.Change{Community: n.w.id, Person: from, Into: into, What: people.Merged}))
	for i := range n.all {
		if n.all[i].Person == from {
			n.all[i].Person = into
		}
	}
}

// sides are an entry's two accounts, in words, and its person's change by it.
func (n *notebook) sides(a written) (from, to string, change int64) {
	e, person := a.Entry, a.Person
	if a.corrects >= 0 {
		e = n.all[a.corrects].Entry
	}
	f, t := ledger.Ways[e.Code].Sides(person)
	if f == ledger.Prepaid {
		change = e.Amount
	} else if t == ledger.Prepaid {
		change = -e.Amount
	}
	name := func(k ledger.Kind) string {
		if k == ledger.Cost || k == ledger.Supports || k == ledger.Sold {
			return string(k) + " " + e.Name
		}
		return string(k) + " "
	}
	if a.corrects >= 0 {
		return name(t), name(f), -change
	}
	return name(f), name(t), change
}

func (n *notebook) balance(person int64) (sum int64) {
	for _, a := range n.all {
		if a.Person == person {
			_, _, change := n.sides(a)
			sum += change
		}
	}
	return sum
}

func (n *notebook) holds() {
	months := []ledger.Span{ledger.Month(2026, time.September), ledger.Month(2026, time.October), november, ledger.Month(2026, time.December)}
	for _, person := range []int64{n.w.mei.Person, n.w.li.Person, n.w.daughter.Person, n.w.carer.Person} {
		if n.itself(person) != person {
			continue
		}
		got, err := n.w.ledger.Balance(n.w.ctx, n.tx, n.w.id, ledger.Lunch, person)
		require.NoError(n.T, err)
		require.Equal(n.T, n.balance(person), got)
		closing := int64(0)
		for _, m := range months {
			closing = n.statement(person, m, closing)
		}
		require.Equal(n.T, got, closing, "months follow one another")
	}
	for _, m := range months {
		n.open(m)
	}
}

// statement holds one against a recount, and returns its closing.
func (n *notebook) statement(person int64, m ledger.Span, opening int64) int64 {
	s, err := n.w.ledger.Statement(n.w.ctx, n.tx, n.w.secretary, ledger.Page{Book: ledger.Lunch, Person: person, Span: m})
	require.NoError(n.T, err)
	require.Equal(n.T, opening, s.Opening)
	var want []string
	balance := opening
	of := slices.Clone(n.all)
	slices.SortStableFunc(of, func(a, b written) int { return compare(a.Day, b.Day) })
	for _, a := range of {
		from, to, change := n.sides(a)
		free := from == "free " || to == "free "
		if a.Person == person && (change != 0 || free) && a.Day >= m.From && a.Day < m.Until {
			balance += change
			want = append(want, fmt.Sprintf("%d %s %s>%s %+d %d", a.id, a.Day, from, to, change, balance))
		}
	}
	var got []string
	for _, l := range s.Lines {
		got = append(got, fmt.Sprintf("%d %s %s %s>%s %s %+d %d", l.ID, l.Day, l.From.Kind, l.From.Name, l.To.Kind, l.To.Name, l.Change, l.Balance))
	}
	require.Equal(n.T, want, got)
	require.Equal(n.T, balance, s.Closing)
	return s.Closing
}

func compare(a, b calendar.Date) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// open holds the open account of a month, and the box after it, against a recount.
func (n *notebook) open(m ledger.Span) {
	totals, err := n.w.ledger.Open(n.w.ctx, n.tx, n.w.id, ledger.Lunch, m)
	require.NoError(n.T, err)
	want, got, box := map[string]ledger.Total{}, map[string]ledger.Total{}, map[string]int64{}
	for _, a := range n.all {
		from, to, _ := n.sides(a)
		if a.Day < m.Until {
			box[from] -= a.Amount
			box[to] += a.Amount
		}
		if a.Day >= m.From && a.Day < m.Until {
			f, t := want[from], want[to]
			f.Gave += a.Amount
			t.Got += a.Amount
			want[from], want[to] = f, t
		}
	}
	var sum, spent int64
	for _, t := range totals {
		got[string(t.Kind)+" "+t.Name] = ledger.Total{Got: t.Got, Gave: t.Gave}
		sum += t.Is()
		if t.Kind == ledger.Cost {
			spent += t.Is()
		}
	}
	require.Equal(n.T, want, got)
	require.Zero(n.T, sum)
	cost, err := n.w.ledger.Spent(n.w.ctx, n.tx, n.w.id, ledger.Lunch, m)
	require.NoError(n.T, err)
	require.Equal(n.T, spent, cost)
	has, err := n.w.ledger.Box(n.w.ctx, n.tx, n.w.id, ledger.Lunch, m.Until)
	require.NoError(n.T, err)
	require.Equal(n.T, box["cash "], has)
}
