package notices_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/notices"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// sings is an event on Thursday at three, for so many.
func (s *stairs) sings(places int) int64 {
	s.Helper()
	return s.out(func(n *notices.Draft) {
		n.Weight, n.Answer, n.Until = notices.Ordinary, notices.Event, s.at(26, 17, 0)
		n.Happens = &notices.Happens{Starts: s.at(26, 15, 0), Ends: s.at(26, 17, 0), Place: "Hall", Places: places}
	})
}

// guests are who comes, waits and does not, "name state turn" each.
func (s *stairs) guests(id int64) (all []string) {
	s.Helper()
	some, err := s.notices.Guests(s.ctx, s.secretary, id)
	require.NoError(s, err)
	for _, g := range some {
		all = append(all, fmt.Sprintf("%s %s %d", g.Name, g.State, g.Turn))
	}
	return all
}

// TestWhoWaitsLongestHasThePlaceThatComesFree.
func TestWhoWaitsLongestHasThePlaceThatComesFree(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	id := s.sings(1)
	comes := func(a people.Actor, person int64) notices.Signup {
		s.clk.Advance(time.Second)
		g, err := s.notices.SignUp(s.ctx, a, id, person)
		require.NoError(t, err)
		return g
	}
	require.Equal(t, notices.Comes, comes(s.daughter, s.mei.Person).State)
	require.Equal(t, []string{"Mei notice.for_you"}, s.told())
	require.Equal(t, 1, comes(s.zhou, 0).Turn)
	require.Equal(t, 2, comes(s.wang, 0).Turn)
	require.Equal(t, 1, comes(s.zhou, 0).Turn, "twice is once")
	_, err := s.notices.NotComing(s.ctx, s.mei, id, 0)
	require.NoError(t, err)
	require.Equal(t, []string{"Zhou coming 0", "Wang waiting 1", "Mei not 0"}, s.guests(id))
	require.Contains(t, s.told(), "Zhou notice.place")
	_, err = s.notices.NotComing(s.ctx, s.wang, id, 0)
	require.NoError(t, err)
	require.Equal(t, []string{"Zhou coming 0", "Mei not 0", "Wang not 0"}, s.guests(id), "who waits and goes takes nobody's place")
	_, err = s.notices.Guests(s.ctx, s.mei, id)
	refused(t, refusal.NotFound, "access.not_found", err)
}

// TestOfAllWhoRushForTheLastPlaceOneHasIt, and nobody is lost.
func TestOfAllWhoRushForTheLastPlaceOneHasIt(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	id := s.sings(2)
	folk := []people.Actor{s.secretary, s.li, s.hua, s.mei, s.wang, s.zhou, s.daughter}
	var all sync.WaitGroup
	failed := make(chan error, len(folk)*3)
	for _, a := range folk {
		for range 2 {
			all.Go(func() {
				_, err := s.notices.SignUp(s.ctx, a, id, 0)
				failed <- err
			})
		}
	}
	all.Wait()
	for range 2 {
		all.Go(func() {
			_, err := s.notices.NotComing(s.ctx, s.mei, id, 0)
			failed <- err
		})
	}
	all.Wait()
	close(failed)
	for err := range failed {
		require.NoError(t, err)
	}
	var coming, waiting, taken int
	for _, g := range s.guests(id) {
		coming += strings.Count(g, " coming ")
		waiting += strings.Count(g, " waiting ")
	}
	require.NoError(t, s.db.Get(&taken, `SELECT taken FROM notice_events WHERE notice_id = $1`, id))
	require.Equal(t, []int{2, len(folk) - 3, 2}, []int{coming, waiting, taken})
}

// TestWhoComesIsRemindedTheDayBefore, and who signed them up; not when it is called off.
func TestWhoComesIsRemindedTheDayBefore(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	id, off := s.sings(2), s.sings(0)
	for _, of := range []int64{id, off} {
		for _, a := range []people.Actor{s.zhou, s.wang, s.li} {
			_, err := s.notices.SignUp(s.ctx, a, of, 0)
			require.NoError(t, err)
		}
		_, err := s.notices.SignUp(s.ctx, s.daughter, of, s.mei.Person)
		require.NoError(t, err)
	}
	refused(t, refusal.NotFound, "access.not_found", s.notices.CallOff(s.ctx, s.zhou, off, "rain"))
	refused(t, refusal.Invalid, "notices.no_why", s.notices.CallOff(s.ctx, s.secretary, off, ""))
	require.NoError(t, s.notices.CallOff(s.ctx, s.secretary, off, "rain"))
	require.NoError(t, s.notices.CallOff(s.ctx, s.secretary, off, "rain"))
	require.Equal(t, 5, strings.Count(strings.Join(s.told(), " "), "notice.off"), "four and the one who signed Mei up")
	_, err := s.notices.SignUp(s.ctx, s.hua, off, 0)
	refused(t, refusal.Conflict, "notices.off", err)
	for range 2 {
		s.due("notice.reminds", id, s.at(25, 17, 0))
		s.due("notice.reminds", off, s.at(25, 17, 0))
	}
	told := strings.Join(s.told(), ", ")
	require.Equal(t, 2, strings.Count(told, "notice.remind"))
	require.Contains(t, told, "Zhou notice.remind")
	s.clk.Advance(s.at(26, 15, 0).Sub(s.clk.Now()))
	_, err = s.notices.SignUp(s.ctx, s.hua, id, 0)
	refused(t, refusal.Conflict, "notices.over", err)
}

// TestACalendarFileKeepsItsName, and says when it does not take place.
func TestACalendarFileKeepsItsName(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	id := s.sings(0)
	file, err := s.notices.Calendar(s.ctx, s.id, id, "Singing")
	require.NoError(t, err)
	for _, line := range []string{
		fmt.Sprintf("UID:notice-%d-%d@linli\r\n", s.id, id), "DTSTART:20261126T070000Z\r\n", "DTEND:20261126T090000Z\r\n", "SUMMARY:Singing\r\n", "LOCATION:Hall\r\n",
	} {
		require.Contains(t, string(file), line)
	}
	require.NotContains(t, string(file), "CANCELLED")
	require.NoError(t, s.notices.CallOff(s.ctx, s.secretary, id, "rain"))
	file, err = s.notices.Calendar(s.ctx, s.id, id, "Singing")
	require.NoError(t, err)
	require.Contains(t, string(file), "STATUS:CANCELLED")
	_, err = s.notices.Calendar(s.ctx, s.id, s.out(nil), "Water")
	refused(t, refusal.NotFound, "access.not_found", err)
}

// TestWhatIsCurrentForMe is what I or whom I act for was sent, what went to groups of
// where I live, and what I have signed up for; until it is over.
func TestWhatIsCurrentForMe(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	all := s.out(nil)
	meis := s.out(nil)
	s.exec(`DELETE FROM notice_recipients WHERE notice_id = $1 AND person_id <> $2`, meis, s.mei.Person)
	posted := s.out(func(n *notices.Draft) {
		n.For = notices.Audience{Groups: true, Homes: []notices.Home{{Building: s.five}}}
	})
	s.exec(`UPDATE notices SET state = 'withdrawn' WHERE id = $1`, s.out(nil))
	current := func(a people.Actor) (ids []int64) {
		some, err := s.notices.Current(s.ctx, a)
		require.NoError(t, err)
		for _, n := range some {
			ids = append(ids, n.ID)
		}
		return ids
	}
	require.Equal(t, []int64{meis, all}, current(s.mei))
	require.Equal(t, []int64{posted, meis, all}, current(s.daughter))
	require.Equal(t, []int64{all}, current(s.zhou))
	s.clk.Advance(7 * 24 * time.Hour)
	require.Empty(t, current(s.daughter))
}
