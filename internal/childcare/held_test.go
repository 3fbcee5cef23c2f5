package childcare_test

import (
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
)

// TestWhoMayIsReadOfAChildThatIsHeld: who may do something when they tap, and may no more
// once the child is theirs to hold, finds nothing, as one who taps after that.
func TestWhoMayIsReadOfAChildThatIsHeld(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	tang := y.child("Tang", childcare.After)
	gran, mother, booking := y.listed(tang, "Gran", 0), tang.mother, tang.booking[childcare.After]
	y.inHall(tang, y.ann)
	ask, err := y.care.Ask(y.ctx, y.ann, tang.id, "Mr Hu")
	require.NoError(t, err)
	delete(y.shifts, y.ann.Person) // she minds the child as she holds it

	bars := func(tx *sqlx.Tx) error {
		_, err := tx.Exec(`INSERT INTO care_collectors (community_id, child_id, person_id, name, barred, since, by_id)
			VALUES ($1, $2, $3, 'Mother', true, $4, $5)`, y.id, tang.id, mother.Person, y.clk.Now(), y.lead.Person)
		return err
	}
	unbars := func() {
		y.exec(`UPDATE care_collectors SET ended_at = $1 WHERE barred AND ended_at IS NULL`, y.clk.Now())
	}
	gives := func(tx *sqlx.Tx) error {
		return y.writes(tx, tang, row{Place: "hall", How: "staff", Holder: y.bea.Person, By: y.bea.Person})
	}
	for _, one := range []struct {
		what string
		do   func() error
	}{
		{"answered", func() error { _, err := y.care.Answered(y.ctx, mother, ask.ID, true); return err }},
		{"coming", func() error { return y.care.Coming(y.ctx, mother, tang.id, 10) }},
		{"code", func() error { _, err := y.care.Code(y.ctx, mother, tang.id, y.day); return err }},
		{"does not know", func() error { return y.care.DoesNotKnow(y.ctx, mother, booking) }},
		{"found", func() error { _, err := y.care.Found(y.ctx, mother, booking, ""); return err }},
		{"cancel", func() error { _, err := y.care.Cancel(y.ctx, mother, booking); return err }},
		{"absent", func() error {
			_, err := y.care.Absent(y.ctx, mother, tang.id, y.day, y.day, childcare.Ill)
			return err
		}},
		{"enrol", func() error {
			_, err := y.care.Enrol(y.ctx, mother, childcare.Child{ID: tang.id, School: y.school, Grade: 3})
			return err
		}},
		{"erase", func() error { return y.care.Erase(y.ctx, mother, tang.id) }},
	} {
		require.Equal(t, notFound, y.meanwhile(tang, bars, one.do), one.what)
		unbars()
	}
	for _, one := range []struct {
		what string
		do   func() error
	}{
		{"ask", func() error { _, err := y.care.Ask(y.ctx, y.ann, tang.id, "Auntie"); return err }},
		{"barred", func() error { return y.care.Barred(y.ctx, y.ann, tang.id, gran) }},
		{"door", func() error { _, err := y.care.Door(y.ctx, y.ann, tang.id); return err }},
		{"worry", func() error { _, err := y.care.Worry(y.ctx, y.ann, childcare.Concern{Child: tang.id}); return err }},
		{"came", func() error { return y.care.Came(y.ctx, y.ann, booking) }},
		{"leave", func() error {
			_, err := y.care.Leave(y.ctx, y.ann, childcare.Leaving{Child: tang.id, Collector: gran, Hand: "phone"})
			return err
		}},
	} {
		require.Equal(t, notFound, y.meanwhile(tang, gives, one.do), one.what)
		y.shifts[y.ann.Person] = y.day
		_, err := y.care.TookOver(y.ctx, y.ann, y.bea.Person)
		require.NoError(t, err)
		delete(y.shifts, y.ann.Person)
	}
}

// meanwhile is what is said of a verb that waits for a child while another changes
// something of it.
func (y *yard) meanwhile(k kid, change func(*sqlx.Tx) error, verb func() error) string {
	y.Helper()
	tx, err := y.db.Beginx()
	require.NoError(y, err)
	defer func() { _ = tx.Rollback() }()
	_, err = tx.Exec(`SELECT FROM care_children WHERE child_id = $1 FOR NO KEY UPDATE`, k.id)
	require.NoError(y, err)
	require.NoError(y, change(tx))
	came := make(chan string, 1)
	go func() { came <- said(verb()) }()
	y.waits()
	require.NoError(y, tx.Commit())
	return <-came
}

// waits goes on once somebody waits for another.
func (y *yard) waits() {
	y.Helper()
	require.Eventually(y, func() bool {
		var waits int
		err := y.db.Get(&waits, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)
		return err == nil && waits == 1
	}, time.Minute, 10*time.Millisecond)
}
