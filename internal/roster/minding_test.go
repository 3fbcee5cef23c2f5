package roster_test

import (
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/roster"
)

// TestOnlyWhoIsClearedMindsChildren: whoever runs the hall plans it, of the carers those
// who are cleared stand in it and are asked, and whoever is cleared no more loses it.
func TestOnlyWhoIsClearedMindsChildren(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	lead, ann, bo, volunteer := w.meet("Lead"), w.meet("Ann"), w.meet("Bo"), w.meet("Volunteer")
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, lead.Person, access.Childcare, 0))
	for who, role := range map[int64]access.Role{ann.Person: access.Carer, bo.Person: access.Carer, volunteer.Person: access.Volunteer} {
		_, err := w.db.Exec(`INSERT INTO person_roles (community_id, person_id, role, since) VALUES ($1, $2, $3, $4)`, w.id, who, role, w.clk.Now())
		require.NoError(t, err)
	}
	cleared := func(who people.Actor, at any) {
		_, err := w.db.Exec(`UPDATE person_roles SET cleared_at = $2::timestamptz, cleared_by = CASE WHEN $2::timestamptz IS NULL THEN NULL ELSE $3::bigint END WHERE person_id = $1`,
			who.Person, at, lead.Person)
		require.NoError(t, err)
	}
	cleared(ann, w.clk.Now())

	require.NoError(t, w.roster.UsualMinding(w.ctx, lead, 2))
	require.NoError(t, w.roster.UsualMinding(w.ctx, lead, 2), "twice is once")
	week, err := w.roster.MindingPlan(w.ctx, lead)
	require.NoError(t, err)
	var slots []string
	for _, m := range week {
		slots = append(slots, m.Slot)
	}
	require.Equal(t, roster.Minding, slots)
	can, err := w.roster.CanMind(w.ctx, lead)
	require.NoError(t, err)
	require.Len(t, can, 1, "Ann")
	refused(t, refusal.Conflict, "roster.not_theirs", w.roster.StandToo(w.ctx, lead, roster.SlotOf("mind_noon", 2), lead.Person))
	cleared(lead, w.clk.Now())
	can, err = w.roster.CanMind(w.ctx, lead)
	require.NoError(t, err)
	require.Len(t, can, 2, "and the lead herself, once she is cleared")
	for _, slot := range roster.Minding {
		require.NoError(t, w.roster.Stand(w.ctx, lead, roster.SlotOf(slot, 2), ann.Person), "no two of them meet: %s", slot)
	}
	for _, who := range []people.Actor{bo, volunteer, w.mei} {
		refused(t, refusal.Conflict, "roster.not_theirs", w.roster.StandToo(w.ctx, lead, roster.SlotOf("mind_noon", 2), who.Person))
	}
	require.True(t, refusal.Is(w.roster.UsualWork(w.ctx, lead, 2), refusal.NotFound), "the kitchen is not hers")
	require.True(t, refusal.Is(w.roster.UsualMinding(w.ctx, ann, 3), refusal.NotFound))
	require.Error(t, w.roster.AddStint(w.ctx, lead, roster.Stint{Activity: roster.Walk, Slot: "mind_noon", Days: []int{2}}))

	held, err := roster.HeldOn(w.ctx, w.db, w.id, ann.Person, day(1), roster.Walk, roster.Mind)
	require.NoError(t, err)
	require.Equal(t, []roster.Activity{roster.Mind, roster.Walk}, held)
	at := func(hour, minute int) []int64 {
		from := w.at(1, calendar.ClockAt(hour, minute))
		ids, err := roster.DoingBetween(w.ctx, w.db, w.id, roster.Mind, from, from.Add(20*60e9))
		require.NoError(t, err)
		return ids
	}
	require.Equal(t, []int64{ann.Person}, at(12, 0))
	require.Empty(t, at(14, 10), "between noon and after school nobody does")

	shifts, err := w.roster.ToCome(w.ctx, w.id, ann.Person)
	require.NoError(t, err)
	_, err = w.roster.Assign(w.ctx, lead, shifts[0].ID, bo.Person)
	require.Error(t, err, "not for one day either")
	cleared(ann, nil)
	require.NoError(t, pg.InTx(w.ctx, w.db, func(tx *sqlx.Tx) error {
		return w.roster.Uncleared(w.ctx, tx, people.Change{Community: w.id, Person: ann.Person, By: lead.Person, What: people.RoleEnded, At: w.clk.Now()})
	}))
	shifts, err = w.roster.ToCome(w.ctx, w.id, ann.Person)
	require.NoError(t, err)
	require.Empty(t, shifts)
}
