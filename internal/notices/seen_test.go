package notices_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/notices"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// TestSomebodyAnswersForThemselvesAndForWhomTheyActFor, once, and nobody for a neighbour.
func TestSomebodyAnswersForThemselvesAndForWhomTheyActFor(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	id := s.out(nil)
	require.NoError(t, s.notices.Saw(s.ctx, s.daughter, id, s.mei.Person))
	require.NoError(t, s.notices.Saw(s.ctx, s.mei, id, 0))
	require.NoError(t, s.notices.Saw(s.ctx, s.daughter, id, 0))
	require.Equal(t, []string{"Mei seen Daughter", "Daughter seen Daughter"}, s.known(id))
	refused(t, refusal.NotFound, "access.not_found", s.notices.Saw(s.ctx, s.zhou, id, s.mei.Person))

	of, number, err := s.notices.Help(s.ctx, s.daughter, id, s.mei.Person, "help")
	require.NoError(t, err)
	again, _, err := s.notices.Help(s.ctx, s.mei, id, 0, "help")
	require.NoError(t, err)
	require.Equal(t, []int64{1, 101, 1}, []int64{of, number, again}, "twice is one case")
	require.Contains(t, s.known(id), "Mei help Daughter")
	require.NoError(t, s.notices.Saw(s.ctx, s.mei, id, 0))
	require.Contains(t, s.known(id), "Mei help Daughter", "a call for help stays one")
	_, _, err = s.notices.Help(s.ctx, s.zhou, id, s.mei.Person, "help")
	refused(t, refusal.NotFound, "access.not_found", err)
}

// TestTheAccountAddsUpToEverybody, whatever anybody answered and whatever was ticked.
func TestTheAccountAddsUpToEverybody(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	folk := []people.Actor{s.secretary, s.li, s.hua, s.mei, s.wang, s.zhou, s.daughter}
	luck.Check(t, func(t *rapid.T) {
		id := s.out(nil)
		for range rapid.IntRange(0, 5).Draw(t, "before") {
			who := rapid.SampledFrom(folk).Draw(t, "who")
			if rapid.Bool().Draw(t, "help") {
				_, _, err := s.notices.Help(s.ctx, who, id, 0, "help")
				require.NoError(t, err)
			} else {
				require.NoError(t, s.notices.Saw(s.ctx, who, id, 0))
			}
		}
		require.NoError(t, s.notices.Do(s.ctx, s.id, "notice.list", job(id)))
		doors, err := s.notices.Doors(s.ctx, s.secretary, id)
		require.NoError(t, err)
		open := map[int64]bool{}
		for _, d := range doors {
			open[d.ID] = true
			if is := rapid.SampledFrom([]notices.Outcome{"", notices.Reached, notices.Nobody, notices.Told}).Draw(t, "is"); is != "" {
				_, err := s.notices.Tick(s.ctx, s.secretary, d.ID, is)
				require.NoError(t, err)
				open[d.ID] = is == notices.Nobody
			}
		}
		all, err := s.notices.Account(s.ctx, s.secretary, id)
		require.NoError(t, err)
		people, unknown := 0, 0
		for _, h := range all {
			require.Equal(t, h.People, h.Seen+h.Help+h.Visited+h.Phoned+h.Told+h.Open, "%+v", h)
			people, unknown = people+h.People, unknown+h.Open
		}
		require.Equal(t, len(folk), people)
		left, err := s.notices.Doors(s.ctx, s.secretary, id)
		require.NoError(t, err)
		for _, d := range left {
			require.True(t, open[d.ID])
		}
		require.Equal(t, unknown > 0, len(left) > 0, "who is not known to know is named at a door")
	})
	_, err := s.notices.Account(s.ctx, s.mei, s.out(nil))
	refused(t, refusal.NotFound, "access.not_found", err)
}

// TestWhoHasItOfAGroupAnswersToo, and is counted among nobody whom it was sent.
func TestWhoHasItOfAGroupAnswersToo(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	id := s.out(func(n *notices.Draft) { n.For.Groups = true })
	s.exec(`DELETE FROM notice_recipients WHERE notice_id = $1 AND person_id = $2`, id, s.zhou.Person)
	said := func() notices.Said {
		n, err := s.notices.Read(s.ctx, s.id, id)
		require.NoError(t, err)
		all, err := s.notices.Said(s.ctx, s.zhou, n)
		require.NoError(t, err)
		require.Len(t, all, 1)
		return all[0]
	}
	require.Equal(t, notices.Unknown, said().Knows)
	for range 2 {
		require.NoError(t, s.notices.Saw(s.ctx, s.zhou, id, 0))
	}
	require.Equal(t, notices.BySeen, said().Knows)
	of, _, err := s.notices.Help(s.ctx, s.zhou, id, 0, "help")
	require.NoError(t, err)
	require.Equal(t, []any{notices.ByHelp, of}, []any{said().Knows, said().Case})
	all, err := s.notices.Account(s.ctx, s.secretary, id)
	require.NoError(t, err)
	people := 0
	for _, h := range all {
		people += h.People
	}
	require.Equal(t, 6, people)
}
