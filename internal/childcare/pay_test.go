package childcare_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestAFamilyPaysCash: it is on the child's account, who decides is told, and what was written
// wrongly is corrected; the same key again is the same payment.
func TestAFamilyPaysCash(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	y.pays(1200)
	tang := y.child("Tang", childcare.After)
	yu := y.child("Yu", childcare.After)
	y.guardian(tang, "Father")
	y.pass(20, 0)
	_, err := y.care.SettleAll(y.ctx, y.lead, y.day)
	require.NoError(t, err)
	y.pass(24, 0)
	y.over()
	owed := func() (names []string, sum int64) {
		t.Helper()
		all, err := y.care.Owed(y.ctx, y.lead)
		require.NoError(t, err)
		for _, o := range all {
			names, sum = append(names, o.Name), sum+o.Sum
		}
		return names, sum
	}
	names, sum := owed()
	require.Equal(t, []string{"Tang", "Yu"}, names)
	require.Equal(t, int64(2400), sum)
	for range 2 {
		require.NoError(t, y.care.Pay(y.ctx, y.lead, ledger.Payment{Person: tang.id, Sum: 1000, Key: "a"}))
	}
	require.Equal(t, []int64{200, 1200}, []int64{y.owes(tang), y.owes(yu)})
	require.Equal(t, []string{"Tang's mother", "Father"}, y.told("care.paid"))
	names, _ = owed()
	require.Equal(t, []string{"Yu", "Tang"}, names, "the most first")

	a, err := y.care.Account(y.ctx, tang.mother, tang.id, ledger.Ever())
	require.NoError(t, err)
	var cash, charge int64
	for _, l := range a.Lines {
		switch l.Code {
		case ledger.TopUp:
			cash = l.ID
		case ledger.Charge:
			charge = l.ID
		}
	}
	err = y.care.Mend(y.ctx, y.lead, ledger.Mistake{Entry: charge, Reason: "x", Key: "b"})
	require.True(t, refusal.Is(err, refusal.NotFound), "that is no cash")
	for range 2 {
		require.NoError(t, y.care.Mend(y.ctx, y.lead, ledger.Mistake{Entry: cash, Reason: "it was Yu's", Key: "c"}))
	}
	require.Equal(t, int64(1200), y.owes(tang))
	require.Equal(t, []string{"Tang's mother", "Father"}, y.told("care.mended"))

	require.NoError(t, y.care.Pay(y.ctx, y.lead, ledger.Payment{Person: yu.id, Sum: 5000, Key: "d"}))
	err = y.care.Pay(y.ctx, y.lead, ledger.Payment{Person: yu.id, Sum: 3801, Back: true, Key: "e"})
	require.Error(t, err, "no more than is theirs")
	require.NoError(t, y.care.Pay(y.ctx, y.lead, ledger.Payment{Person: yu.id, Sum: 3800, Back: true, Key: "f"}))
	require.Zero(t, y.owes(yu))
}

// TestWhoTakesMoneyForChildren is a table of who may write what is paid, and read who owes.
func TestWhoTakesMoneyForChildren(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	y.pays(1200)
	tang := y.child("Tang", childcare.After)
	own, err := y.people.AddChild(y.ctx, y.lead, "Own", 2018)
	require.NoError(t, err)
	y.exec(`INSERT INTO care_children (community_id, child_id, school_id, grade, since, consent_at, consent_by) VALUES ($1, $2, $3, 2, $4, $4, $5)`,
		y.id, own.ID, y.school, y.clk.Now(), y.lead.Person)
	for name, c := range map[string]struct {
		by    people.Actor
		child int64
		may   bool
		reads bool
	}{
		"who leads":                     {y.lead, tang.id, true, true},
		"the secretary":                 {y.secretary, tang.id, true, true},
		"who leads, for their own":      {y.lead, own.ID, false, true},
		"the secretary, for the lead's": {y.secretary, own.ID, true, true},
		"a carer":                       {y.ann, tang.id, false, false},
		"who counsels":                  {y.kong, tang.id, false, false},
		"the family":                    {tang.mother, tang.id, false, false},
		"for who has no file":           {y.lead, y.ann.Person, false, true},
	} {
		err := y.care.Pay(y.ctx, c.by, ledger.Payment{Person: c.child, Sum: 100, Key: name})
		require.Equal(t, c.may, err == nil, "%s: %v", name, err)
		require.True(t, err == nil || refusal.Is(err, refusal.NotFound), "%s: %v", name, err)
		_, err = y.care.Owed(y.ctx, c.by)
		require.Equal(t, c.reads, err == nil, name)
	}
}
