package ledger_test

import (
	"testing"

	"github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/ledger"
)

// Whatever the program did: these tables refuse it by themselves.
func TestTheTablesRefuseWhatDoesNotAddUp(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	id := w.posted(w.chef, w.entry(ledger.TopUp, w.mei.Person, 500))
	spent := w.posted(w.chef, w.entry(ledger.Receipt, 0, 300))
	fixed := w.posted(w.chef, w.entry(ledger.Receipt, 0, 200))
	_, err := w.correct(w.chef, fixed, "c", "twice")
	require.NoError(t, err)
	child := w.entry(ledger.TopUp, w.li.Person, 500)
	child.Book = ledger.Childcare
	other := w.posted(w.carer, child)
	// again writes an entry anew with something changed: columns of the first entry, or its whole reverse.
	const as = `INSERT INTO ledger_entries (community_id, book, key, code, day, at, from_id, from_kind, to_id, to_kind, amount, by_id, about_id, reason, reverses)
		SELECT community_id, book, 'new', `
	const back = as + `'correction', day, at, to_id, to_kind, from_id, from_kind, `
	for name, c := range map[string]struct{ sql, by string }{
		"one side alone":               {as + `code, day, at, from_id, from_kind, NULL, to_kind, amount, by_id, about_id, '', NULL FROM ledger_entries WHERE id = $1`, "to_id"},
		"nothing":                      {as + `code, day, at, from_id, from_kind, to_id, to_kind, 0, by_id, about_id, '', NULL FROM ledger_entries WHERE id = $1`, "ledger_entries_amount_check"},
		"less than nothing":            {as + `code, day, at, from_id, from_kind, to_id, to_kind, -5, by_id, about_id, '', NULL FROM ledger_entries WHERE id = $1`, "ledger_entries_amount_check"},
		"the wrong way":                {as + `code, day, at, to_id, to_kind, from_id, from_kind, amount, by_id, about_id, '', NULL FROM ledger_entries WHERE id = $1`, "ledger_entries_way"},
		"to itself":                    {as + `code, day, at, from_id, from_kind, from_id, from_kind, amount, by_id, about_id, '', NULL FROM ledger_entries WHERE id = $1`, "ledger_entries_way"},
		"an account of another kind":   {as + `'pay_out', day, at, from_id, 'cash', to_id, 'prepaid', amount, by_id, about_id, '', NULL FROM ledger_entries WHERE id = $1`, "ledger_entries_community_id_from_id_book_from_kind_fkey"},
		"an account of another book":   {as + `code, day, at, from_id, from_kind, (SELECT to_id FROM ledger_entries WHERE book = 'childcare'), to_kind, amount, by_id, about_id, '', NULL FROM ledger_entries WHERE id = $1`, "ledger_entries_community_id_to_id_book_to_kind_fkey"},
		"cash by nobody":               {as + `code, day, at, from_id, from_kind, to_id, to_kind, amount, NULL, about_id, '', NULL FROM ledger_entries WHERE id = $1`, "ledger_entries_by"},
		"a correction of nothing":      {back + `amount, by_id, about_id, 'x', NULL FROM ledger_entries WHERE id = $1`, "ledger_entries_reverses"},
		"a correction of a part":       {back + `amount - 1, by_id, about_id, 'x', id FROM ledger_entries WHERE id = $1`, "ledger_entries_reverse"},
		"a correction of another":      {back + `amount, by_id, about_id, 'x', $1 + 1 FROM ledger_entries WHERE id = $1`, "ledger_entries_reverse"},
		"a correction of a correction": {back + `amount, by_id, about_id, 'x', id FROM ledger_entries WHERE code = 'correction' AND $1 > 0`, "ledger_entries_reverse"},
		"a correction the same way":    {as + `'correction', day, at, from_id, from_kind, to_id, to_kind, amount, by_id, about_id, 'x', id FROM ledger_entries WHERE id = $1`, "ledger_entries_reverse"},
		"a correction without reason":  {back + `amount, by_id, about_id, '', id FROM ledger_entries WHERE id = $1`, "ledger_entries_reason"},
		"a correction of a month gone": {as + `'correction', day - 1, at, to_id, to_kind, from_id, from_kind, amount, by_id, about_id, 'x', id FROM ledger_entries WHERE id = $1`, "ledger_entries_reverse"},
		"the same key again":           {`INSERT INTO ledger_entries (community_id, book, key, code, day, at, from_id, from_kind, to_id, to_kind, amount, by_id) SELECT community_id, book, key, code, day, at, from_id, from_kind, to_id, to_kind, amount, by_id FROM ledger_entries WHERE id = $1`, "ledger_entries_community_id_book_key_key"},
	} {
		_, err := w.db.Exec(c.sql, id)
		var e *pq.Error
		require.ErrorAs(t, err, &e, name)
		require.Equal(t, c.by, e.Constraint+e.Column, name)
	}
	_, err = w.db.Exec(back+`amount, by_id, about_id, 'x', id FROM ledger_entries WHERE id = $1`, fixed)
	require.ErrorContains(t, err, "ledger_entries_once", "corrected twice")
	for _, sql := range []string{
		`UPDATE ledger_entries SET amount = amount + 1 WHERE id = $1`,
		`UPDATE ledger_entries SET day = day - 1 WHERE id = $1`,
		`UPDATE ledger_entries SET reason = 'another' WHERE id = $1`,
		`UPDATE ledger_entries SET reason = NULL WHERE id = $1`,
		`UPDATE ledger_entries SET photos = '{}', by_id = NULL WHERE id = $1`,
		`DELETE FROM ledger_entries WHERE id = $1`,
		`UPDATE ledger_accounts SET name = 'another' WHERE id > 0 OR id = $1`,
		`DELETE FROM ledger_accounts WHERE id > 0 OR id = $1`,
	} {
		for _, one := range []int64{id, spent, other} {
			_, err := w.db.Exec(sql, one)
			require.ErrorContains(t, err, "the ledger is not edited", sql)
		}
	}
	_, err = w.db.Exec(`TRUNCATE ledger_entries`)
	require.Error(t, err)
	w.forget(w.mei.Person)
	_, err = w.db.Exec(`UPDATE ledger_entries SET reason = NULL, amount = 1 WHERE id = $1`, id)
	require.ErrorContains(t, err, "the ledger is not edited", "also of somebody forgotten only the reason goes")
}

// Every way of the program's table is one of SQL's, and no other is.
func TestBothTablesOfWaysAreOne(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	want := map[string]bool{}
	for code, way := range ledger.Ways {
		for _, person := range []int64{0, 1} {
			if way.Takes(person) {
				from, to := way.Sides(person)
				want[string(code)+" "+string(from)+" "+string(to)] = true
			}
		}
	}
	// The check alone, on a table with nothing else.
	_, err := w.db.Exec(`CREATE TABLE ways (code text, from_kind text, to_kind text)`)
	require.NoError(t, err)
	var check string
	require.NoError(t, w.db.Get(&check, `SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'ledger_entries_way'`))
	_, err = w.db.Exec(`ALTER TABLE ways ADD CONSTRAINT way ` + check)
	require.NoError(t, err)
	for code := range ledger.Ways {
		for _, from := range ledger.Kinds {
			for _, to := range ledger.Kinds {
				_, err := w.db.Exec(`INSERT INTO ways VALUES ($1, $2, $3)`, code, from, to)
				way := string(code) + " " + string(from) + " " + string(to)
				require.Equal(t, want[way], err == nil, way)
			}
		}
	}
}
