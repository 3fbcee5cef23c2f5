package notices_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/notices"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// list is the open doors that somebody reads, "name way→to" each.
func (s *stairs) list(as people.Actor, id int64) (all []string) {
	s.Helper()
	doors, err := s.notices.Doors(s.ctx, as, id)
	require.NoError(s, err)
	for _, d := range doors {
		all = append(all, fmt.Sprintf("%s %s→%s", d.Name, d.Way, s.nameOf(d.To)))
	}
	return all
}

func (s *stairs) nameOf(id int64) string {
	s.Helper()
	if id == 0 {
		return "-"
	}
	p, err := s.people.Person(s.ctx, s.id, id)
	require.NoError(s, err)
	return p.Name
}

// door is the door of somebody, whatever became of it.
func (s *stairs) door(id int64, of people.Actor) (door int64) {
	s.Helper()
	require.NoError(s, s.db.Get(&door, `SELECT id FROM notice_doors WHERE community_id = $1 AND notice_id = $2 AND person_id = $3`, s.id, id, of.Person))
	return door
}

// TestTheDoorListIsWhomNobodyReached: one answer counts for the household, the old and
// alone come first, the job comes twice and lists once, and who answers meanwhile leaves
// the list.
func TestTheDoorListIsWhomNobodyReached(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	id := s.out(nil)
	require.NoError(t, s.notices.Saw(s.ctx, s.wang, id, 0))
	require.NoError(t, s.notices.Saw(s.ctx, s.secretary, id, 0))
	s.exec(`UPDATE persons SET phone = '1' WHERE id = $1`, s.daughter.Person)
	s.due("notice.list", id, s.at(23, 17, 0))
	s.due("notice.list", id, s.at(23, 17, 0))
	require.Equal(t, []string{"Zhou door→Li", "Hua door→Li", "Daughter phone→Li", "Li door→-"}, s.list(s.secretary, id))
	require.Equal(t, []string{"Li notice.doors", "Secretary notice.listed"}, s.told())
	require.Equal(t, []string{"Zhou door→Li", "Hua door→Li"}, s.list(s.hua, id), "a helper reads their own entrance")
	require.Empty(t, s.list(s.daughter, id))

	require.NoError(t, s.notices.Saw(s.ctx, s.zhou, id, 0))
	mine, err := s.notices.Mine(s.ctx, s.li)
	require.NoError(t, err)
	require.Len(t, mine, 2, "who answers meanwhile leaves it")
}

// TestWhatIsTickedCountsAsReached, and the last word counts: a slip is taken back.
func TestWhatIsTickedCountsAsReached(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	id := s.out(nil)
	s.exec(`UPDATE persons SET phone = '1' WHERE id = $1`, s.daughter.Person)
	s.due("notice.list", id, s.at(23, 17, 0))
	zhou, daughter := s.door(id, s.zhou), s.door(id, s.daughter)
	tick := func(door int64, is notices.Outcome) notices.Door {
		d, err := s.notices.Tick(s.ctx, s.li, door, is)
		require.NoError(t, err)
		return d
	}
	require.Equal(t, 1, tick(zhou, notices.Nobody).Tries)
	require.Equal(t, 1, tick(zhou, notices.Nobody).Tries, "a second tap is the first")
	s.clk.Advance(20 * time.Minute)
	require.Equal(t, 2, tick(zhou, notices.Nobody).Tries)
	require.Contains(t, strings.Join(s.list(s.li, id), ", "), "Zhou", "it stays open")

	tick(zhou, notices.Reached)
	tick(daughter, notices.Nobody)
	s.clk.Advance(time.Hour)
	require.Equal(t, notices.AtDoor, tick(daughter, notices.Nobody).Way, "who does not answer the telephone is knocked at")
	tick(daughter, notices.Told)
	require.Equal(t, []string{"Zhou visited Li", "Daughter told Li"}, s.known(id))
	tick(zhou, notices.Nobody)
	require.Equal(t, []string{"Daughter told Li"}, s.known(id))

	_, err := s.notices.Tick(s.ctx, s.hua, zhou, notices.Reached)
	require.NoError(t, err, "a helper of the entrance may")
	_, err = s.notices.Tick(s.ctx, s.hua, daughter, notices.Reached)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = s.notices.Tick(s.ctx, s.mei, zhou, notices.Reached)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = s.notices.Tick(s.ctx, s.li, zhou, "eaten")
	refused(t, refusal.Invalid, "notices.no_outcome", err)
	of, number, err := s.notices.HelpAt(s.ctx, s.li, zhou, "help")
	require.NoError(t, err)
	require.Equal(t, []int64{1, 101}, []int64{of, number})
	require.Contains(t, s.known(id), "Zhou help Li")
}

// TestOfWhatWasTakenBackNobodyIsTold: no list, and no door of it any more.
func TestOfWhatWasTakenBackNobodyIsTold(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	before, after := s.out(nil), s.out(nil)
	s.exec(`UPDATE notices SET state = 'withdrawn' WHERE id = $1`, before)
	s.due("notice.list", before, s.at(23, 17, 0))
	s.due("notice.list", after, s.at(23, 17, 0))
	require.Empty(t, s.list(s.secretary, before))
	require.NotEmpty(t, s.list(s.secretary, after))
	s.exec(`UPDATE notices SET state = 'withdrawn' WHERE id = $1`, after)
	require.Empty(t, s.list(s.secretary, after))
	_, err := s.notices.Tick(s.ctx, s.li, s.door(after, s.zhou), notices.Reached)
	refused(t, refusal.Conflict, "notices.withdrawn", err)
	refused(t, refusal.Conflict, "notices.withdrawn", s.notices.Saw(s.ctx, s.mei, after, 0))
}

// TestASheetIsOneEntranceAsSomebodyWalks.
func TestASheetIsOneEntranceAsSomebodyWalks(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	id := s.out(nil)
	s.due("notice.list", id, s.at(23, 17, 0))
	doors, err := s.notices.Sheet(s.ctx, s.hua, id, notices.Home{Building: s.three, Entrance: 1})
	require.NoError(t, err)
	var flats []string
	for _, d := range doors {
		flats = append(flats, d.Flat+" "+d.Name)
	}
	require.Equal(t, []string{"101 Hua", "301 Mei", "501 Zhou"}, flats)
	doors, err = s.notices.Sheet(s.ctx, s.hua, id, notices.Home{Building: s.five})
	require.NoError(t, err)
	require.Empty(t, doors)
}
