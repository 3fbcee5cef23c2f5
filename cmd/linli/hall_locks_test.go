package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/luck"
)

// TestWhoCounselsNoMoreHoldsNoShiftWhileTheHallIsHeld: the hall is held first and its
// shifts after it, as by who plans its days, so that neither waits for the other.
func TestWhoCounselsNoMoreHoldsNoShiftWhileTheHallIsHeld(t *testing.T) {
	t.Parallel()
	w := newHallWeeks(t, luck.Seed(t), hallSize{children: 1, days: 1})
	ctx, db, who := t.Context(), w.app.db, w.carers[0]
	secretary, _, err := w.towns[0].office(ctx, w.app)
	require.NoError(t, err)
	require.NoError(t, w.app.people.Grant(ctx, secretary, who.Person, access.Counsellor, 0))
	require.NoError(t, w.app.childcare.Clear(ctx, w.lead, who.Person))
	_, err = w.app.childcare.AddPattern(ctx, w.lead, childcare.Pattern{
		Part: childcare.Talk, What: childcare.Counselled, Weekdays: childcare.Weekdays{2}, From: 17 * 60, Until: 18 * 60,
		Places: 1, Ratio: 1, AgeUntil: 18, GradeUntil: 12, Person: who.Person,
	})
	require.NoError(t, err)
	w.settleDown()
	var role int64
	require.NoError(t, db.Get(&role, `SELECT id FROM person_roles WHERE person_id = $1 AND role = 'counsellor' AND ended_at IS NULL`, who.Person))
	plans, err := db.Beginx()
	require.NoError(t, err)
	defer func() { _ = plans.Rollback() }()
	_, err = plans.Exec(`SELECT FROM care_houses WHERE community_id = $1 FOR NO KEY UPDATE`, secretary.Community)
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- w.app.people.EndRole(ctx, secretary, role) }()
	require.Eventually(t, func() bool {
		var waits int
		err := db.Get(&waits, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)
		return err == nil && waits == 1
	}, 20*time.Second, 10*time.Millisecond)
	_, err = plans.Exec(`SELECT FROM shifts WHERE community_id = $1 FOR NO KEY UPDATE NOWAIT`, secretary.Community)
	require.NoError(t, err)
	require.NoError(t, plans.Commit())
	require.NoError(t, <-ended)
}
