package childcare_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
)

// row is a hand-over that somebody writes past the program.
type row struct {
	Place, How, Name, Reason string
	Holder, Collector, Ask   int64
	By                       int64
	Gap                      time.Duration
}

// writes ends where a child is and inserts a row, as no verb does.
func (y *yard) writes(tx *sqlx.Tx, k kid, r row) error {
	now := y.clk.Now()
	if _, err := tx.Exec(`UPDATE care_custody SET until = $3 WHERE community_id = $1 AND child_id = $2 AND until IS NULL`, y.id, k.id, now); err != nil {
		return err
	}
	_, err := tx.Exec(`
		INSERT INTO care_custody (community_id, child_id, day, place, holder_id, holder_name, since, how, collector_id, ask_id, yes, reason, by_id)
		VALUES ($1, $2, $3, $4, nullif($5::bigint, 0), $6, $7, $8, nullif($9::bigint, 0), nullif($10::bigint, 0), CASE WHEN $10::bigint <> 0 THEN true END, $11,
			nullif($12::bigint, 0))`, y.id, k.id, y.day, r.Place, r.Holder, r.Name, now.Add(r.Gap), r.How, r.Collector, r.Ask, r.Reason, r.By)
	return err
}

// TestTheTablesLetNobodyHaveAChildWhoMayNot, whatever a program writes into them.
func TestTheTablesLetNobodyHaveAChildWhoMayNot(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang, yu := y.child("Tang", childcare.After), y.child("Yu", childcare.After)
	gran, uncle := y.meet("Gran"), y.meet("Uncle")
	good := y.listed(tang, "Gran", gran.Person)
	other := y.listed(yu, "Gran", gran.Person)
	ended := y.listed(tang, "Old", 0, "ended_at", y.clk.Now())
	tomorrow := y.listed(tang, "Tomorrow", 0, "from_day", y.day.AddDate(0, 0, 1))
	yesterday := y.listed(tang, "Yesterday", 0, "until_day", y.day.AddDate(0, 0, -1))
	barred := y.listed(tang, "Uncle", uncle.Person, "barred", true)
	alsoListed := y.listed(tang, "Uncle", uncle.Person)
	y.listed(tang, "Mr Hu", 0, "barred", true)
	hu := y.listed(tang, "mr hu", 0)
	namesake := y.meet("Uncle")
	another, unsaid := y.listed(tang, "Uncle", namesake.Person), y.listed(tang, "uncle", 0)
	father, late := y.guardian(tang, "Father"), y.guardian(tang, "Mr Hu")
	y.inHall(tang, y.ann)
	y.inHall(yu, y.ann)
	_, err := y.care.Code(y.ctx, tang.mother, tang.id, y.day)
	require.NoError(t, err)
	ask := func(k kid, name string, set string, more ...any) int64 {
		id := y.row(`INSERT INTO care_asks (community_id, child_id, day, name, asked_by, asked_at, answered_at, answered_by, yes)
			VALUES ($1, $2, $3, $4, $5, $6, $6, $7, true) RETURNING id`, y.id, k.id, y.day, name, y.ann.Person, y.clk.Now(), k.mother.Person)
		if set != "" {
			y.exec(`UPDATE care_asks SET `+set+` WHERE id = $1`, append([]any{id}, more...)...)
		}
		return id
	}
	now := y.clk.Now()
	fine := ask(tang, "Wang", "used_at = $2", now)
	for name, c := range map[string]struct {
		row
		also string // what else somebody writes
		want string // the rule; "": it may be
	}{
		"by hand, who is listed":                 {row: row{Place: "out", How: "hand", Holder: gran.Person, Collector: good, Reason: "card"}},
		"by hand, without how":                   {row: row{Place: "out", How: "hand", Holder: gran.Person, Collector: good}, want: "care_custody_check"},
		"by hand, who is listed for another":     {row: row{Place: "out", How: "hand", Holder: gran.Person, Collector: other, Reason: "card"}, want: "care_custody_may_leave"},
		"by hand, whose name ended":              {row: row{Place: "out", How: "hand", Name: "Old", Collector: ended, Reason: "card"}, want: "care_custody_may_leave"},
		"by hand, whose day is tomorrow":         {row: row{Place: "out", How: "hand", Name: "Tomorrow", Collector: tomorrow, Reason: "card"}, want: "care_custody_may_leave"},
		"by hand, whose day was yesterday":       {row: row{Place: "out", How: "hand", Name: "Yesterday", Collector: yesterday, Reason: "card"}, want: "care_custody_may_leave"},
		"by hand, who is barred":                 {row: row{Place: "out", How: "hand", Holder: uncle.Person, Collector: barred, Reason: "card"}, want: "care_custody_may_leave"},
		"by hand, who is barred and listed":      {row: row{Place: "out", How: "hand", Holder: uncle.Person, Collector: alsoListed, Reason: "card"}, want: "care_custody_may_leave"},
		"by hand, who is barred by name":         {row: row{Place: "out", How: "hand", Name: "mr hu", Collector: hu, Reason: "card"}, want: "care_custody_may_leave"},
		"by hand, called as who is barred":       {row: row{Place: "out", How: "hand", Name: "uncle", Collector: unsaid, Reason: "card"}, want: "care_custody_may_leave"},
		"by hand, another of the same name":      {row: row{Place: "out", How: "hand", Holder: namesake.Person, Collector: another, Reason: "card"}},
		"by hand, who decides, barred by name":   {row: row{Place: "out", How: "hand", Holder: late.Person, Reason: "card"}, want: "care_custody_may_leave"},
		"by hand, under another's name":          {row: row{Place: "out", How: "hand", Holder: father.Person, Collector: good, Reason: "card"}, want: "care_custody_may_leave"},
		"by hand, who decides":                   {row: row{Place: "out", How: "hand", Holder: father.Person, Reason: "card"}},
		"by hand, who decides for another":       {row: row{Place: "out", How: "hand", Holder: yu.mother.Person, Reason: "card"}, want: "care_custody_may_leave"},
		"by hand, who decides no more":           {row: row{Place: "out", How: "hand", Holder: father.Person, Reason: "card"}, also: fmt.Sprintf(`UPDATE ties SET ended_at = since, ended_by = person_id WHERE person_id = %d`, father.Person), want: "care_custody_may_leave"},
		"by hand, nobody":                        {row: row{Place: "out", How: "hand", Name: "Somebody", Reason: "card"}, want: "care_custody_may_leave"},
		"by hand, after three wrong codes":       {row: row{Place: "out", How: "hand", Holder: gran.Person, Collector: good, Reason: "card"}, also: `UPDATE care_codes SET tries = 3`, want: "care_custody_may_leave"},
		"known, whom nobody has seen":            {row: row{Place: "out", How: "known", Holder: gran.Person, Collector: good}, want: "care_custody_may_leave"},
		"by code, that was not shown":            {row: row{Place: "out", How: "code", Holder: gran.Person, Collector: good}, want: "care_custody_may_leave"},
		"by code, that was shown":                {row: row{Place: "out", How: "code", Holder: gran.Person, Collector: good}, also: `UPDATE care_codes SET right_at = '` + now.Format(time.RFC3339Nano) + `'`},
		"by a yes":                               {row: row{Place: "out", How: "asked", Name: "Wang", Ask: fine}},
		"by a yes for another name":              {row: row{Place: "out", How: "asked", Name: "Qin", Ask: fine}, want: "care_custody_may_leave"},
		"by a yes that was used":                 {row: row{Place: "out", How: "asked", Name: "Wang", Ask: ask(tang, "Wang", "used_at = $2", now.Add(-time.Minute))}, want: "care_custody_may_leave"},
		"by a yes for another child":             {row: row{Place: "out", How: "asked", Name: "Wang", Ask: ask(yu, "Wang", "used_at = $2", now)}, want: "care_custody_may_leave"},
		"by a yes of another day":                {row: row{Place: "out", How: "asked", Name: "Wang", Ask: ask(tang, "Wang", "used_at = $2, day = day - 1", now)}, want: "care_custody_may_leave"},
		"by a no":                                {row: row{Place: "out", How: "asked", Name: "Wang", Ask: ask(tang, "Wang", "yes = false")}, want: "care_custody_may_leave"},
		"by a yes of who does not decide":        {row: row{Place: "out", How: "asked", Name: "Wang", Ask: ask(tang, "Wang", "used_at = $2, answered_by = $3", now, gran.Person)}, want: "care_custody_may_leave"},
		"by a yes for who is barred by name":     {row: row{Place: "out", How: "asked", Name: "mr hu", Ask: ask(tang, "mr hu", "used_at = $2", now)}, want: "care_custody_may_leave"},
		"at the lead's word":                     {row: row{Place: "out", How: "override", Name: "Dr Wu", Reason: "hospital", By: y.lead.Person}},
		"at the lead's word, without a reason":   {row: row{Place: "out", How: "override", Name: "Dr Wu", By: y.lead.Person}, want: "care_custody_check"},
		"at the lead's word, for who is barred":  {row: row{Place: "out", How: "override", Holder: uncle.Person, Reason: "x", By: y.lead.Person}, want: "care_custody_may_leave"},
		"at the lead's word, barred by name":     {row: row{Place: "out", How: "override", Holder: late.Person, Reason: "x", By: y.lead.Person}, want: "care_custody_may_leave"},
		"at the word of a carer":                 {row: row{Place: "out", How: "override", Name: "Dr Wu", Reason: "hospital", By: y.ann.Person}, want: "care_custody_may_leave"},
		"out of the hall as if it began":         {row: row{Place: "out", How: "begin", Holder: tang.mother.Person, By: tang.mother.Person}, want: "care_custody_may_leave"},
		"to its school, though nobody brings it": {row: row{Place: "school", How: "staff", Name: "Fourth School"}, want: "care_custody_may_leave"},
		"from carer to carer":                    {row: row{Place: "hall", How: "staff", Holder: y.bea.Person}},
		"after a moment with nobody":             {row: row{Place: "hall", How: "staff", Holder: y.bea.Person, Gap: time.Second}, want: "care_custody_no_gap"},
		"to nobody":                              {row: row{Place: "hall", How: "staff"}, want: "care_custody_check"},
		"out, because staff say so":              {row: row{Place: "out", How: "staff", Holder: gran.Person}, want: "care_custody_may_leave"},
	} {
		t.Run(name, func(t *testing.T) {
			tx, err := y.db.Beginx()
			require.NoError(t, err)
			defer func() { require.NoError(t, tx.Rollback()) }()
			if c.also != "" {
				_, err = tx.Exec(c.also)
				require.NoError(t, err)
			}
			err = y.writes(tx, tang, c.row)
			if c.want == "" {
				require.NoError(t, err)
				var giver int64
				require.NoError(t, tx.Get(&giver, `SELECT giver_id FROM care_custody WHERE child_id = $1 AND until IS NULL`, tang.id))
				require.Equal(t, y.ann.Person, giver, "whoever held it")
				return
			}
			var e *pq.Error
			require.ErrorAs(t, err, &e)
			require.Contains(t, e.Constraint, c.want)
		})
	}
}
