package cases_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/community"
)

// TestTheWeekShowsNoPictureOfAFollower: who brought a case agrees to show their own.
func TestTheWeekShowsNoPictureOfAFollower(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Open(w.ctx, w.mei, cases.Report{Key: w.key(), Kind: "lamp", Place: community.Place{Building: w.building.ID, Entrance: 2}}))
	draft := w.do(w.cases.Keep(w.ctx, w.neighbour, w.at(3, "lamp")))
	w.do(w.cases.Follow(w.ctx, w.neighbour, draft.ID, c.ID))
	w.do(w.cases.Take(w.ctx, w.holder(c), c.ID))
	w.do(w.cases.ReportDone(w.ctx, w.holder(c), c.ID, cases.Note{Key: w.key(), Media: w.photo()}))
	c = w.do(w.cases.Confirm(w.ctx, w.mei, c.ID, cases.Held))
	w.do(w.cases.Share(w.ctx, w.mei, c.ID))
	require.NoError(t, w.cases.ChooseShown(w.ctx, w.id, "2026-11-29"))
	shown, err := w.cases.ShownIn(w.ctx, w.id, "2026-11-29")
	require.NoError(t, err)
	require.Empty(t, shown)
	media, err := w.cases.Media(w.ctx, w.id, c.ID)
	require.NoError(t, err)
	require.Len(t, media, 2)
	require.Empty(t, c.Own(media[:1]))
}

// TestPicturesGoWhenTheyAreNotSoAnyMore: when it breaks again, is sealed after that, or
// whose it is want it so, what the groups were shown is taken away, once; what they never
// saw is merely shown no more.
func TestPicturesGoWhenTheyAreNotSoAnyMore(t *testing.T) {
	t.Parallel()
	const week = "2026-11-29"
	for _, row := range []struct {
		name  string
		shown bool
		then  func(w *town, c cases.Case)
		goes  bool
	}{
		{"nothing happens", true, func(*town, cases.Case) {}, false},
		{"they want it so", true, func(w *town, c cases.Case) { w.do(w.cases.Unshare(w.ctx, w.mei, c.ID)) }, true},
		{"it broke again", true, func(w *town, c cases.Case) { w.do(w.cases.Again(w.ctx, w.mei, c.ID)) }, true},
		{"it broke, and is private", true, func(w *town, c cases.Case) {
			w.do(w.cases.Again(w.ctx, w.mei, c.ID))
			w.do(w.cases.Seal(w.ctx, w.secretary, c.ID, cases.Case{Private: cases.Family}))
		}, true},
		{"it broke before anybody saw them", false, func(w *town, c cases.Case) { w.do(w.cases.Again(w.ctx, w.mei, c.ID)) }, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.mediator("Peace")
			c := w.do(w.cases.Confirm(w.ctx, w.mei, w.done().ID, cases.Held))
			w.do(w.cases.Share(w.ctx, w.mei, c.ID))
			if row.shown {
				require.NoError(t, w.cases.ChooseShown(w.ctx, w.id, week))
			}
			w.sent()
			row.then(w, c)
			jobs := slices.DeleteFunc(w.told(c.ID), func(told string) bool { return told != "- case.unshow" })
			require.Equal(t, row.goes, len(jobs) == 1, "%v", jobs)
			was, err := w.cases.Withdrawn(w.ctx, w.id, c.ID)
			require.NoError(t, err)
			require.Equal(t, row.shown, was.Week == week)
			require.Equal(t, row.name == "nothing happens", was.Until == nil)

			require.NoError(t, w.cases.StillShown(w.ctx, w.id, c.ID))
			require.NoError(t, w.cases.StillShown(w.ctx, w.id, c.ID), "a job that comes twice")
			told := slices.DeleteFunc(w.told(c.ID), func(told string) bool { return told != "Secretary case.still_shown" })
			require.Equal(t, was.Until != nil, len(told) == 1, "who is in charge is told once, where it is to be seen no more: %v", told)
		})
	}
}
