package cases_test

import (
	"testing"

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

	c = confide("care:2", ear.Person, ear.Person)
	require.Equal(t, w.secretary.Person, c.Holder, "not to whom it is about")
	_, err = w.cases.Find(w.ctx, ear, c.ID)
	require.Error(t, err)
	c = confide("care:3", 0, w.mei.Person)
	require.Equal(t, w.secretary.Person, c.Holder, "nor to the child")
}
