package notices_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/notices"
)

func TestItComesAgainUntilItIsStopped(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	d := everybody("a")
	d.Weight, d.Repeats, d.Until = notices.Ordinary, notices.Weekly, w.at(24, 10, 0)
	w.confirm(d)
	w.pass(time.Hour)
	require.Contains(t, w.heard(), "Secretary notice.repeats")
	w.until(w.at(30, 12, 0))
	require.Len(t, w.heard(), 6, "five people, and the author hears of the next one")
	all, err := w.notices.List(w.ctx, w.secretary)
	require.NoError(t, err)
	require.Len(t, all, 3)
	require.Equal(t, notices.Set, all[0].State)
	require.Equal(t, all[1].ID, all[0].Of)
	require.True(t, all[0].At.Equal(all[1].At.AddDate(0, 0, 7)), "a week after %s: %s", all[1].At, all[0].At)
	_, err = w.notices.Stop(w.ctx, w.secretary, all[0].ID)
	require.NoError(t, err)
	w.pass(20 * 24 * time.Hour)
	require.Empty(t, w.heard())
}

func TestWhoeverMayWriteNoMoreHasNothingComeAgain(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	d := everybody("a")
	d.Weight, d.Repeats, d.For.Homes = notices.Ordinary, notices.Weekly, []notices.Home{{Building: w.three}}
	_, err := w.notices.Confirm(w.ctx, w.li, d)
	require.NoError(t, err)
	w.exec(`UPDATE person_roles SET ended_at = $2 WHERE person_id = $1`, w.li.Person, w.clk.Now())
	w.pass(time.Hour)
	require.NotContains(t, w.heard(), "Li notice.repeats")
	all, err := w.notices.List(w.ctx, w.secretary)
	require.NoError(t, err)
	require.Len(t, all, 1)
}

func TestWhenItComesAgain(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ repeats, at, want string }{
		"a week on":                         {notices.Weekly, "2026-11-23 10:00", "2026-11-30 10:00"},
		"a week on, over a year":            {notices.Weekly, "2026-12-28 10:00", "2027-01-04 10:00"},
		"a month on":                        {notices.Monthly, "2026-11-23 10:00", "2026-12-23 10:00"},
		"a month on, from the last day":     {notices.Monthly, "2027-01-31 10:00", "2027-02-28 10:00"},
		"a month on, to a shorter one":      {notices.Monthly, "2026-10-31 18:30", "2026-11-30 18:30"},
		"a month on, over a year":           {notices.Monthly, "2026-12-31 10:00", "2027-01-31 10:00"},
		"a month on, to the last of a leap": {notices.Monthly, "2028-01-30 10:00", "2028-02-29 10:00"},
	} {
		at, err := time.Parse("2006-01-02 15:04", row.at)
		require.NoError(t, err)
		require.Equal(t, row.want, notices.Later(row.repeats, at).Format("2006-01-02 15:04"), name)
	}
}
