package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

// steps are how the clock is moved while people act: forwards over what falls
// due, and backwards as a wrong clock is put right.
var steps = []time.Duration{
	90 * time.Second, -time.Hour, 3 * time.Minute, 40 * time.Minute, -10 * time.Minute, 2 * time.Hour,
	-90 * time.Second, 61 * time.Second, 5 * time.Minute, -2 * time.Hour, 20 * time.Hour, -time.Minute,
}

// What falls due happens once, however the clock is moved while people act,
// and in the end all of it has happened.
func TestTheClockIsMovedUnderLoad(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, "en")
	var people []*botapi.Phone
	for i := range 8 {
		people = append(people, s.towns[0].bot.Phone(botapi.Account{ID: int64(2100 + i), FirstName: fmt.Sprintf("Neighbour %d", i), LanguageCode: "en"}))
		people[i].Start("")
		s.settleDown()
		tapFirst(t, people[i])
	}
	people = append(people, s.phone("resident"))
	s.settleDown()

	var acting sync.WaitGroup
	for i, p := range people {
		acting.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(i), 1))
			for n := range 6 {
				if rng.IntN(3) == 0 {
					p.Say([]string{"gas", "smoke", "somebody fell down"}[n%3])
				} else {
					p.Photo(picture(uint8(10*i+n)), fmt.Sprintf("lamp %d of %d", n, i))
				}
				isAnswered(t, s, p)
			}
		})
	}
	for _, step := range steps {
		pause(t, 20*time.Millisecond)
		s.clk.Advance(step)
	}
	acting.Wait()
	require.NoError(t, s.skip(t.Context(), 50*time.Hour))

	for what, query := range map[string]string{
		"a case was sent, rung for or put before somebody twice": `
			SELECT count(*) FROM (SELECT FROM case_events WHERE code IN ('sent', 'self_sent', 'unsent')
			GROUP BY community_id, case_id, code HAVING count(*) > 1) t`,
		"something due was left": `
			SELECT count(*) FROM outbox WHERE state IN ('waiting', 'claimed') AND topic NOT IN ('roster.roll', 'today.morning', 'week.post', 'case.clock')`,
		"an update failed": `SELECT count(*) FROM inbox WHERE done_at IS NULL OR tries > 0`,
		"a message failed": `SELECT count(*) FROM outbox WHERE state IN ('failed', 'uncertain')`,
		"a draft was forgotten": `
			SELECT count(*) FROM cases c WHERE status = 'draft' AND NOT EXISTS (
				SELECT FROM case_events e WHERE e.community_id = c.community_id AND e.case_id = c.id AND e.code = 'unsent')`,
	} {
		var n int
		require.NoError(t, s.app.db.Get(&n, query))
		require.Zero(t, n, what)
	}
	for _, p := range people {
		before := len(p.Chat().Messages)
		p.Say("/help")
		s.settleDown()
		require.Len(t, p.Chat().Messages, before+2, "everybody is still answered")
	}
	s.onceEach(people)
}

// onceEach: whatever came through the outbox came once.
func (ts *testStage) onceEach(people []*botapi.Phone) {
	ts.t.Helper()
	var sent []struct {
		Chat, Message int64
		Times         int
	}
	require.NoError(ts.t, ts.app.db.Select(&sent, `
		SELECT p.telegram AS chat, o.message_id AS message, count(*) AS times
		FROM outbox o JOIN persons p ON p.community_id = o.community_id AND p.id = o.person_id
		WHERE o.state = 'sent' AND o.edits = '' GROUP BY 1, 2`))
	require.NotEmpty(ts.t, sent)
	for _, m := range sent {
		require.Equal(ts.t, 1, m.Times, "message %d in chat %d stands for one row", m.Message, m.Chat)
	}
	for _, p := range people {
		receipts := map[string]int{}
		for _, m := range p.Chat().Messages {
			if m.FromBot && len(m.Text) > 12 && m.Text[:12] == "Sent, number" {
				receipts[m.Text[:15]]++
			}
		}
		for text, n := range receipts {
			require.Equal(ts.t, 1, n, "%s", text)
		}
	}
}

// tapFirst taps the first button of the newest message that has any.
func tapFirst(t *testing.T, p *botapi.Phone) {
	t.Helper()
	m := newest(p.Chat().Messages)
	require.NotEmpty(t, m.Buttons)
	_, err := p.Tap(m.ID, m.Buttons[0][0].Data)
	require.NoError(t, err)
}

// isAnswered waits until somebody's last message has an answer below it.
func isAnswered(t *testing.T, s *testStage, p *botapi.Phone) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), mostWait)
	defer cancel()
	_, err := s.towns[0].bot.Wait(ctx, p.Account().ID, func(v botapi.View) bool { return v.Last().FromBot })
	if err != nil {
		t.Error(err)
	}
}

func pause(t *testing.T, d time.Duration) {
	t.Helper()
	timer := time.NewTimer(d)
	defer timer.Stop()
	<-timer.C
}
