package childcare_test

import (
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/pg"
)

// TestTheWaysFindAChildThatWalkedOutPastTheTables: where the tables are asleep, and a
// program gives a child to whoever asks, the same comparison says so.
func TestTheWaysFindAChildThatWalkedOutPastTheTables(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	k := s.kids[0]
	for _, a := range []attempt{
		{do: "come", who: s.ann.Person, child: k.id},
		{do: "leave", who: s.ann.Person, child: k.id, guardian: s.kids[1].mother.Person},
	} {
		require.NoError(t, s.alone(a))
	}
	uncle := s.all[7]
	gives := func() error {
		return pg.InTx(s.ctx, s.db, func(tx *sqlx.Tx) error {
			return s.writes(tx, k, row{Place: "out", How: "hand", Holder: uncle, Reason: "he said so"})
		})
	}
	require.ErrorContains(t, gives(), "they may not have this child", "where they look they give it to nobody")
	require.NoError(t, s.alone(attempt{do: "leave", who: s.bea.Person, child: k.id}))

	s.exec(`ALTER TABLE care_custody DISABLE TRIGGER care_custody_may_leave`)
	require.NoError(t, gives())
	err := s.alone(attempt{do: "leave", who: s.ann.Person, child: k.id, guardian: k.mother.Person})
	require.Error(t, err)
	require.True(t, strings.Contains(err.Error(), `got "care.not_here"`), "%v", err)
	wrong := apart(t, s.db, s.id)
	require.Len(t, wrong, 1, "nor did anybody give it")
	require.Contains(t, wrong[0], "nobody gave it")
	_, err = s.care.Where(s.ctx, k.mother, k.id, s.day)
	require.NoError(t, err)
	require.Equal(t, childcare.Out, childcare.Place(strings.Fields(s.now(k))[0]))
}
