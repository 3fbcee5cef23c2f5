package notices_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/notices"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// asks is a question to everybody with three answers, open for two days.
func (s *stairs) asks(voice notices.Voice, change func(n *notices.Draft)) int64 {
	s.Helper()
	return s.out(func(n *notices.Draft) {
		n.Answer, n.Voice, n.Until = notices.Question, voice, s.clk.Now().Add(48*time.Hour)
		n.Options = []notices.Words{{"en": "Bench"}, {"en": "Lamp"}, {"en": "Neither"}}
		if change != nil {
			change(n)
		}
	})
}

func (s *stairs) result(id int64) notices.Result {
	s.Helper()
	r, err := s.notices.Result(s.ctx, s.id, id)
	require.NoError(s, err)
	return r
}

// TestAHouseholdHasOneVoice: the last word of it before it closes counts.
func TestAHouseholdHasOneVoice(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	id := s.asks(notices.OfHousehold, nil)
	say := func(a people.Actor, person int64, choice int) {
		require.NoError(t, s.notices.Say(s.ctx, a, id, person, choice, notices.ByTap))
	}
	say(s.mei, 0, 0)
	say(s.wang, 0, 1)
	require.Equal(t, []int{0, 1, 0}, s.result(id).Options)
	say(s.daughter, s.mei.Person, 2)
	say(s.daughter, s.mei.Person, 2)
	say(s.daughter, 0, 0)
	r := s.result(id)
	require.Equal(t, []int{1, 0, 1}, r.Options)
	require.Equal(t, []notices.Turnout{{Building: s.three, House: "3", Voices: 1, Of: 3}, {Building: s.five, House: "5", Voices: 1, Of: 3}}, r.Homes)
	require.Equal(t, []int{2, 6}, []int{r.Voices, r.Of})
	require.Contains(t, s.known(id), "Wang seen Wang", "who answers knows of it")

	refused(t, refusal.Invalid, "notices.no_outcome", s.notices.Say(s.ctx, s.mei, id, 0, 3, notices.ByTap))
	refused(t, refusal.NotFound, "access.not_found", s.notices.Say(s.ctx, s.zhou, id, s.mei.Person, 0, notices.ByTap))
	s.clk.Advance(48 * time.Hour)
	refused(t, refusal.Conflict, "notices.closed", s.notices.Say(s.ctx, s.mei, id, 0, 0, notices.ByTap))
	require.Equal(t, []int{1, 0, 1}, s.result(id).Options)
}

// TestEachPersonHasAVoice where it is asked so.
func TestEachPersonHasAVoice(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	id := s.asks(notices.OfPerson, nil)
	for i, a := range []people.Actor{s.mei, s.wang, s.zhou} {
		require.NoError(t, s.notices.Say(s.ctx, a, id, 0, i%2, notices.ByTap))
	}
	r := s.result(id)
	require.Equal(t, []int{2, 1, 0}, r.Options)
	require.Equal(t, []int{3, 7}, []int{r.Voices, r.Of})
}

// TestSomebodyAnswersAtTheDoor on behalf, who may knock there, and it counts as a visit.
func TestSomebodyAnswersAtTheDoor(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	id := s.asks(notices.OfHousehold, nil)
	require.NoError(t, s.notices.Say(s.ctx, s.hua, id, s.zhou.Person, 1, notices.WordDoor))
	require.NoError(t, s.notices.Say(s.ctx, s.li, id, s.mei.Person, 1, notices.WordCall))
	require.Equal(t, []string{"Mei phoned Li", "Zhou visited Hua"}, s.known(id))
	require.Equal(t, []int{0, 2, 0}, s.result(id).Options)
	refused(t, refusal.NotFound, "access.not_found", s.notices.Say(s.ctx, s.hua, id, s.daughter.Person, 1, notices.WordDoor))
	refused(t, refusal.NotFound, "access.not_found", s.notices.Say(s.ctx, s.mei, id, s.zhou.Person, 1, notices.WordDoor))
	refused(t, refusal.Invalid, "notices.no_outcome", s.notices.Say(s.ctx, s.hua, id, s.zhou.Person, 1, "dream"))
}

// TestOnlyThoseAskedHaveAVoice: of a question to groups alone it is who lives there.
func TestOnlyThoseAskedHaveAVoice(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	some := s.asks(notices.OfPerson, nil)
	s.exec(`DELETE FROM notice_recipients WHERE notice_id = $1 AND person_id = $2`, some, s.zhou.Person)
	refused(t, refusal.Conflict, "notices.not_asked", s.notices.Say(s.ctx, s.zhou, some, 0, 0, notices.ByTap))
	groups := s.asks(notices.OfPerson, func(n *notices.Draft) {
		n.For = notices.Audience{Groups: true, Homes: []notices.Home{{Building: s.three, Entrance: 1}}}
	})
	require.NoError(t, s.notices.Say(s.ctx, s.zhou, groups, 0, 0, notices.ByTap))
	refused(t, refusal.Conflict, "notices.not_asked", s.notices.Say(s.ctx, s.daughter, groups, 0, 0, notices.ByTap))
	require.Equal(t, 0, s.result(groups).Of, "nobody knows how many read a group")
}

// TestTheAuthorHearsThatAQuestionHasClosed, once.
func TestTheAuthorHearsThatAQuestionHasClosed(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	id := s.asks(notices.OfPerson, nil)
	s.due("notice.closes", id, s.at(25, 15, 59))
	require.Empty(t, s.told(), "it was moved")
	s.due("notice.closes", id, s.at(25, 16, 0))
	s.due("notice.closes", id, s.at(25, 16, 0))
	require.Equal(t, []string{"Secretary notice.closed"}, s.told())
}

// TestAResultIsToldOnce, by who may announce the like, and only when it has closed; two
// weeks later its author is asked what was done.
func TestAResultIsToldOnce(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	id := s.asks(notices.OfPerson, nil)
	words := notices.Words{"en": "Bench: 1"}
	_, err := s.notices.Publish(s.ctx, s.secretary, id, words)
	refused(t, refusal.Conflict, "notices.not_closed", err)
	s.clk.Advance(48 * time.Hour)
	_, err = s.notices.Publish(s.ctx, s.mei, id, words)
	refused(t, refusal.NotFound, "access.not_found", err)
	told, err := s.notices.Publish(s.ctx, s.secretary, id, words)
	require.NoError(t, err)
	again, err := s.notices.Publish(s.ctx, s.secretary, id, notices.Words{"en": "Lamp: 1"})
	require.NoError(t, err)
	require.Equal(t, told.ID, again.ID)
	require.Equal(t, id, told.Of)
	var due []time.Time
	require.NoError(t, s.db.Select(&due, `SELECT due_at FROM outbox WHERE topic = 'notice.ask'`))
	require.Len(t, due, 1)
	s.due("notice.ask", id, due[0])
	require.Contains(t, s.told(), "Secretary notice.asks_done")
}

// TestWhoSaidWhatIsReadOnlyOfNamedQuestions, by who may announce the like.
func TestWhoSaidWhatIsReadOnlyOfNamedQuestions(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	named, secret := s.asks(notices.OfPerson, nil), s.asks(notices.OfPerson, nil)
	s.exec(`UPDATE notices SET named = true WHERE id = $1`, named)
	for _, id := range []int64{named, secret} {
		require.NoError(t, s.notices.Say(s.ctx, s.zhou, id, 0, 1, notices.ByTap))
	}
	all, err := s.notices.Voices(s.ctx, s.secretary, named)
	require.NoError(t, err)
	require.Equal(t, []notices.Voiced{{Person: s.zhou.Person, Name: "Zhou", Choice: 1}}, all)
	_, err = s.notices.Voices(s.ctx, s.secretary, secret)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = s.notices.Voices(s.ctx, s.mei, named)
	refused(t, refusal.NotFound, "access.not_found", err)
}
