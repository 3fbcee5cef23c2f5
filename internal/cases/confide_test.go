package cases_test

import (
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/pg"
)

// TestAWorryIsConfidedToOnePerson: to whom the secretary named, whatever they are, and
// never to whom it is about, or to the child's own family.
func TestAWorryIsConfidedToOnePerson(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.people.Follow(w.cases)
	ear := w.meet("Ear")
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, ear.Person, access.Counsellor, 0))
	carer := w.neighbour
	confide := func(key string, about, to int64) cases.Case {
		var id int64
		require.NoError(t, pg.InTx(w.ctx, w.db, func(tx *sqlx.Tx) (err error) {
			id, _, err = w.cases.Confide(w.ctx, tx, carer, cases.Confidence{Child: w.mei.Person, About: about, To: to, Words: "bruises again", Key: key})
			return err
		}))
		return w.read(id)
	}
	c := confide("care:1", 0, ear.Person)
	require.Equal(t, c.ID, confide("care:1", 0, ear.Person).ID, "twice is once")
	require.Equal(t, []any{ear.Person, carer.Person, carer.Person, cases.Complaint, "Mei: bruises again"}, []any{c.Holder, c.For, c.Reporter, c.Private, c.Words})
	require.Contains(t, w.told(c.ID), "Ear case.ping")
	for _, told := range w.told(c.ID) {
		require.NotContains(t, told, "Mei ")
	}
	w.blind(w.li, c)
	w.blind(w.secretary, c)
	_, err := w.cases.Find(w.ctx, ear, c.ID)
	require.NoError(t, err)

	lead := w.meet("Lead")
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, lead.Person, access.Childcare, 0))
	c = confide("care:lead", 0, lead.Person)
	require.Equal(t, lead.Person, c.Holder, "whoever runs the hall may be named")
	_, err = w.cases.Take(w.ctx, lead, c.ID)
	require.NoError(t, err)
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, lead.Person, access.Volunteer, 0))
	require.NoError(t, w.people.EndRole(w.ctx, w.secretary, w.role(lead, access.Volunteer)))
	require.Equal(t, lead.Person, w.read(c.ID).Holder, "another role of theirs has nothing to do with it")
	require.NoError(t, w.people.EndRole(w.ctx, w.secretary, w.role(lead, access.Childcare)))
	require.Equal(t, w.secretary.Person, w.read(c.ID).Holder)

	c = confide("care:2", ear.Person, ear.Person)
	require.Equal(t, w.secretary.Person, c.Holder, "not to whom it is about")
	_, err = w.cases.Find(w.ctx, ear, c.ID)
	require.Error(t, err)
	c = confide("care:3", 0, w.mei.Person)
	require.Equal(t, w.secretary.Person, c.Holder, "nor to the child")
}

// TestNobodyWhoDecidesForTheChildHearsAWorry: neither named, nor because they are in
// charge, nor because whoever heard it first was silent.
func TestNobodyWhoDecidesForTheChildHearsAWorry(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	deputy := w.deputy()
	_, err := w.db.Exec(`
		INSERT INTO ties (community_id, person_id, for_id, kind, agreed_by, since)
		SELECT community_id, $1, id, 'guardian', $1, created_at FROM persons WHERE id = $2`, w.secretary.Person, w.mei.Person)
	require.NoError(t, err)
	for name, c := range map[string]cases.Confidence{
		"named":             {Child: w.mei.Person, To: w.secretary.Person},
		"in charge":         {Child: w.mei.Person},
		"about another too": {Child: w.mei.Person, About: w.li.Person, To: w.secretary.Person},
	} {
		c.Words, c.Key = "bruises again", "care:"+name
		var id int64
		require.NoError(t, pg.InTx(w.ctx, w.db, func(tx *sqlx.Tx) (err error) {
			id, _, err = w.cases.Confide(w.ctx, tx, w.neighbour, c)
			return err
		}), name)
		require.Equal(t, deputy.Person, w.read(id).Holder, name)
		for range 4 {
			require.NotEqual(t, w.secretary.Person, w.tick(id, 48*time.Hour).Holder, name)
		}
		w.blind(w.secretary, w.read(id))
	}
}
