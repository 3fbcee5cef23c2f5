package main

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTroublesAreListedTriedAgainAndGivenUp(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, "en")
	env := map[string]string{"DATABASE_URL": s.dbURL}
	status, out, _ := command(t.Context(), env, "troubles")
	require.Zero(t, status)
	require.Contains(t, out, "Nothing")

	_, err := s.app.db.Exec(`
		CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
		CREATE TRIGGER fails BEFORE INSERT ON cases FOR EACH ROW EXECUTE FUNCTION fails()`)
	require.NoError(t, err)
	phone := s.phone("resident")
	phone.Photo(picture(1), "the lamp of Margaret is dark")
	s.settleDown()
	_, err = s.app.db.Exec(`DROP TRIGGER fails ON cases`)
	require.NoError(t, err)
	_, err = s.app.db.Exec(`
		INSERT INTO outbox (community_id, key, person_id, subject, topic, args, urgency, due_at, edits, state, reason, settled_at)
		SELECT id, 'lost', 1, '', 'case.held', '{}', 2, now(), '', 'uncertain', '', now() FROM communities`)
	require.NoError(t, err)
	var parked, lost int64
	require.NoError(t, s.app.db.Get(&parked, `SELECT id FROM inbox WHERE parked_at IS NOT NULL`))
	require.NoError(t, s.app.db.Get(&lost, `SELECT id FROM outbox WHERE key = 'lost'`))

	status, out, _ = command(t.Context(), env, "troubles")
	require.Zero(t, status)
	require.Contains(t, out, fmt.Sprintf("in-%d ", parked))
	require.Contains(t, out, fmt.Sprintf("out-%d ", lost))
	require.Contains(t, out, "case.held uncertain")
	require.NotContains(t, out, "Margaret", "nothing of what anybody said")

	status, out, said := command(t.Context(), env, "troubles", "--again", fmt.Sprintf("in-%d", parked), "--drop", fmt.Sprintf("out-%d", lost))
	require.Zero(t, status, said)
	require.Contains(t, out, "once more")
	s.app.look()
	s.settleDown()
	require.Contains(t, phone.Chat().Last().Text, "Is it at building 3")
	_, out, _ = command(t.Context(), env, "troubles")
	require.Contains(t, out, "Nothing")

	for _, wrong := range []string{fmt.Sprintf("in-%d", parked), "out-999999", "7", "up-7", "in-x"} {
		status, _, said = command(t.Context(), env, "troubles", "--again", wrong)
		require.Equal(t, exitFailed, status)
		require.Contains(t, said, wrong)
	}
}
