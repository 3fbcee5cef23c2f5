package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/people"
)

type ctxArg = context.Context

// out is that a child is with somebody on the register, and hand that who minds it has it.
func out(person int64) string { return fmt.Sprint("out ", person) }

func hand(place string, by people.Actor) string { return fmt.Sprint(place, " ", by.Person) }

// number4 is a code as a number.
func number4(code string) int {
	n, _ := strconv.Atoi(code) // four digits
	return n
}

func (w *hallWeeks) kidOf(id int64) *kid {
	w.t.Helper()
	at := slices.IndexFunc(w.kids, func(k *kid) bool { return k.id == id })
	require.GreaterOrEqual(w.t, at, 0)
	return w.kids[at]
}

// lists are the sittings of today of a kind, of a part of the day, as a carer reads them.
func (w *hallWeeks) lists(part childcare.Part, what childcare.What) (some []childcare.List) {
	w.t.Helper()
	all, err := w.app.childcare.Lists(w.t.Context(), w.carers[0], w.day)
	require.NoError(w.t, err)
	for _, l := range all {
		if l.Sitting.Pattern.Part == part && l.Sitting.Pattern.What == what {
			some = append(some, l)
		}
	}
	require.NotEmpty(w.t, some)
	return some
}

// look holds where each child is, and who answers for it, against those who were there.
func (w *hallWeeks) look(when string) {
	w.t.Helper()
	var now []struct {
		Child int64
		Is    string
	}
	require.NoError(w.t, w.app.db.Select(&now, `
		SELECT child_id AS child, place || ' ' || coalesce(holder_id::text, holder_name) AS is FROM care_custody WHERE until IS NULL`))
	is := map[int64]string{}
	for _, n := range now {
		require.Empty(w.t, is[n.Child], "%s: a child is at two places", when)
		is[n.Child] = n.Is
	}
	for _, k := range w.kids {
		if k.is != "" {
			require.Equal(w.t, k.is, is[k.id], "%s, %s, %s", k.name, w.day.Format(time.DateOnly), when)
		}
	}
	w.seen["looks"]++
}

// count holds that something happened to a child today.
func (w *hallWeeks) count(what, code string, child int64) {
	w.t.Helper()
	var n int
	require.NoError(w.t, w.app.db.Get(&n, `SELECT count(*) FROM care_events WHERE child_id = $1 AND code = $2 AND day = $3`, child, code, w.day))
	require.Positive(w.t, n, what)
	w.seen[what]++
}

// looksBack looks at everywhere that children were.
func (w *hallWeeks) looksBack() {
	w.t.Helper()
	for what, query := range map[string]string{
		"moments at which nobody answers for a child": `SELECT count(*) FROM (SELECT until, lead(since) OVER (PARTITION BY child_id ORDER BY id) AS next FROM care_custody) c
			WHERE until IS DISTINCT FROM next`,
		"messages that failed":       `SELECT count(*) FROM outbox WHERE state IN ('failed', 'uncertain')`,
		"children in nobody's hands": `SELECT count(*) FROM care_custody WHERE holder_id IS NULL AND holder_name = ''`,
		"children who left with nobody that may have them": `SELECT count(*) FROM care_custody c WHERE place = 'out' AND how IN ('known', 'code', 'hand')
			AND NOT EXISTS (SELECT FROM ties t WHERE t.for_id = c.child_id AND t.person_id = c.holder_id AND t.kind = 'guardian')
			AND NOT EXISTS (SELECT FROM care_collectors o WHERE o.id = c.collector_id AND o.child_id = c.child_id AND NOT o.barred)`,
		"sittings with a child too many":             `SELECT count(*) FROM care_sittings WHERE taken > places`,
		"bookings of which nobody knows what became": `SELECT count(*) FROM care_bookings WHERE day <= '` + w.day.Format(time.DateOnly) + `' AND state = 'booked' AND outcome = ''`,
		"who is barred and had a child":              `SELECT count(*) FROM care_custody c JOIN care_collectors o ON o.id = c.collector_id WHERE o.barred AND c.place = 'out'`,
	} {
		var n int
		require.NoError(w.t, w.app.db.Get(&n, query), what)
		require.Zero(w.t, n, what)
	}
	w.t.Logf("%v", w.seen)
	for _, what := range []string{"looks", "late", "another's aunt", "rung for who is missing"} {
		require.Positive(w.t, w.seen[what], what)
	}
	if w.size == wholeHall {
		for _, what := range []string{"ill", "known", "code", "hand", "asked", "overrides", "wrong codes", "a stranger after a no", "the alarm is raised"} {
			require.Positive(w.t, w.seen[what], what)
		}
	}
}
