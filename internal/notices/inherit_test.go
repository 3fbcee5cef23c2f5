package notices_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/notices"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"

	"github.com/jmoiron/sqlx"
)

// changed tells the notices that something of somebody changed.
func (s *stairs) changed(c people.Change) {
	s.Helper()
	c.Community, c.At = s.id, s.clk.Now()
	require.NoError(s, pg.InTx(s.ctx, s.db, func(tx *sqlx.Tx) error { return s.notices.PersonChanged(s.ctx, tx, c) }))
}

// TestWhoIsNotHereLeavesTheirDoorsAndPlaces to others.
func TestWhoIsNotHereLeavesTheirDoorsAndPlaces(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	id, sings := s.out(nil), s.sings(1)
	for _, who := range []people.Actor{s.li, s.zhou} {
		_, err := s.notices.SignUp(s.ctx, who, sings, 0)
		require.NoError(t, err)
	}
	s.due("notice.list", id, s.at(23, 17, 0))
	mine, err := s.notices.Mine(s.ctx, s.li)
	require.NoError(t, err)
	require.NotEmpty(t, mine)
	s.changed(people.Change{Person: s.li.Person, What: people.Paused})
	mine, err = s.notices.Mine(s.ctx, s.li)
	require.NoError(t, err)
	require.Empty(t, mine)
	require.Contains(t, s.list(s.secretary, id), "Zhou door→-", "the sheet has them still")
	s.changed(people.Change{Person: s.li.Person, What: people.Gone})
	require.Equal(t, []string{"Zhou coming 0", "Li not 0"}, s.guests(sings))
}

// TestWhatSomebodySaidIsTheirsOnTheRegister: one voice, one place, one door.
func TestWhatSomebodySaidIsTheirsOnTheRegister(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	id, sings, asks := s.out(nil), s.sings(2), s.asks(notices.OfPerson, nil)
	for _, who := range []people.Actor{s.mei, s.wang} {
		_, err := s.notices.SignUp(s.ctx, who, sings, 0)
		require.NoError(t, err)
		require.NoError(t, s.notices.Say(s.ctx, who, asks, 0, 0, notices.ByTap))
	}
	_, err := s.notices.SignUp(s.ctx, s.zhou, sings, 0)
	require.NoError(t, err)
	s.due("notice.list", id, s.at(23, 17, 0))
	s.changed(people.Change{Person: s.mei.Person, What: people.Merged, Into: s.wang.Person})
	require.Equal(t, []string{"Wang coming 0", "Zhou coming 0"}, s.guests(sings))
	require.Equal(t, []int{1, 0, 0}, s.result(asks).Options)
	require.Contains(t, s.list(s.secretary, id), "Wang door→Li")
}
