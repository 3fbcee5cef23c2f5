package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

// What may have arrived is sent again, and so lies there twice where it had. A tap on
// the first takes the second away: nothing goes on asking what was answered.
func TestATapOnTheFirstOfTwoCopiesTakesTheOtherAway(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, "en")
	s.phone("resident").Photo(picture(1), "the lamp is dark")
	s.settleDown()
	s.towns[0].bot.Break(botapi.Fault{Kind: botapi.LoseAnswer, Method: "sendPhoto", Times: 1})
	tapVerb(t, s.phone("resident"), "send")
	s.settleDown()
	require.NoError(t, s.skip(t.Context(), time.Minute))
	member, cards := s.askedTwice("the lamp is dark")
	require.Len(t, cards, 2)
	_, err := member.Tap(cards[0].ID, cards[0].Buttons[0][0].Data)
	require.NoError(t, err)
	s.settleDown()
	_, left := s.askedTwice("the lamp is dark")
	require.Len(t, left, 1)
	require.Equal(t, cards[0].ID, left[0].ID)
	require.Contains(t, left[0].Text, "You have this one")
	tapVerb(t, s.phone("resident"), "back")
	s.settleDown()
	_, left = s.askedTwice("the lamp is dark")
	require.Empty(t, left, "what is taken back goes, as the copy is known")
}

// askedTwice are the messages of the bot's with those words, on the phone of the member
// who has most of them.
func (ts *testStage) askedTwice(words string) (who *botapi.Phone, most []botapi.Message) {
	for _, key := range []string{"member", "member2"} {
		var list []botapi.Message
		for _, m := range ts.phone(key).Chat().Messages {
			if m.FromBot && strings.Contains(m.Text, words) {
				list = append(list, m)
			}
		}
		if len(list) >= len(most) {
			who, most = ts.phone(key), list
		}
	}
	return who, most
}
