package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/calm"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// evening is nine o'clock in the sample towns.
var evening = monday.Add(12*time.Hour - 5*time.Minute)

// aNight is the English town in the evening, in which whoever is asked talks.
func aNight(t *testing.T) *stroll {
	t.Helper()
	return &stroll{testStage: newTestStageAt(t, "en", evening), lang: "en"}
}

// report is one of the resident's, open.
func (s *stroll) report() cases.Case {
	s.t.Helper()
	c := s.must(s.app.cases.Open(s.t.Context(), s.visit("resident").Actor, cases.Report{Key: s.key(), Kind: "lamp"}))
	s.settleDown()
	return s.must(s.app.cases.Read(s.t.Context(), c.Community, c.ID))
}

// onShift gives a member the night. It begins when they have their place: whoever
// gets one by the way of a test after that is not asked whether they are there.
func (s *stroll) onShift(who string) {
	s.t.Helper()
	ctx := s.t.Context()
	by := s.visit("secretary").Actor
	sh, err := s.app.roster.AddShift(ctx, by, roster.Once{
		Activity: roster.Duty, Slot: roster.Night, From: evening.Add(time.Minute), Until: evening.Add(13 * time.Hour), Places: 1,
	})
	require.NoError(s.t, err)
	_, err = s.app.db.ExecContext(ctx, `
		INSERT INTO assignments (community_id, shift_id, person_id, places, starts_at, ends_at, seat, how, since)
		VALUES ($1, $2, $3, $4, $5, $6, 1, 'given', $7)`,
		sh.Community, sh.ID, s.visit(who).Person.ID, sh.Places, sh.StartsAt, sh.EndsAt, s.clk.Now())
	require.NoError(s.t, err)
	require.NoError(s.t, s.skip(ctx, time.Minute))
}

func (s *stroll) shows(who string) int { return len(s.phone(who).Chat().Messages) }

func TestWhoIsOnShiftIsToldAtNightSilently(t *testing.T) {
	t.Parallel()
	s := aNight(t)
	s.onShift("member")
	before, other := s.shows("member"), s.shows("member2")
	for range 8 {
		require.Equal(t, s.visit("member").Person.ID, s.report().Holder, "whoever is on duty is asked")
	}
	require.Equal(t, before+8, s.shows("member"))
	require.True(t, newest(s.phone("member").Chat().Messages).Silent)
	require.Equal(t, other, s.shows("member2"))
	require.NoError(t, s.skip(t.Context(), 11*time.Hour+time.Minute))
	s.report()
	require.Equal(t, before+10, s.shows("member"), "nothing was kept, and no digest comes; but they were asked whether they are there")
	require.False(t, newest(s.phone("member").Chat().Messages).Silent, "what was silent left the day its sounds")
}

func TestWhatALostDigestHeldPassesOn(t *testing.T) {
	t.Parallel()
	s := aNight(t)
	member, other := s.visit("member").Person.ID, s.visit("member2").Person.ID
	var his []cases.Case
	for len(his) < 2 {
		if c := s.report(); c.Holder == member {
			his = append(his, c)
		}
	}
	s.phone("member").Deactivate() // without a word: whoever blocks the bot is known to at once
	s.settleDown()
	for _, c := range his {
		require.Equal(t, member, s.must(s.app.cases.Read(t.Context(), c.Community, c.ID)).Holder, "nobody is told at night")
	}
	require.NoError(t, s.skip(t.Context(), 11*time.Hour))
	for _, c := range his {
		require.Equal(t, other, s.must(s.app.cases.Read(t.Context(), c.Community, c.ID)).Holder, "it passes on as a single one would")
	}
	var kept int
	require.NoError(t, s.app.db.Get(&kept, `SELECT count(*) FROM outbox WHERE state = 'kept' AND person_id = $1`, member))
	require.Zero(t, kept)
}

// Where there is one night a resident is quiet by choice, and one is never.
func TestEverybodysNightIsTheirs(t *testing.T) {
	t.Parallel()
	s := aNight(t)
	_, err := s.app.db.Exec(`UPDATE persons SET quiet_from = 0, quiet_until = 0 WHERE id IN ($1, $2)`,
		s.visit("member").Person.ID, s.visit("member2").Person.ID)
	require.NoError(t, err)
	s.restart() // it may have heard of other hours
	before := s.shows("member") + s.shows("member2")
	s.report()
	require.Equal(t, before+1, s.shows("member")+s.shows("member2"))
}

// TestOfALongNightMuchIsToldInPages: three things a page, and each is there.
func TestOfALongNightMuchIsToldInPages(t *testing.T) {
	t.Parallel()
	s := aNight(t)
	member, mine := s.visit("member").Person.ID, 0
	for mine < 7 {
		if s.report().Holder == member {
			mine++
		}
	}
	require.NoError(t, s.skip(t.Context(), 11*time.Hour))
	m := newest(s.phone("member").Chat().Messages)
	require.True(t, strings.HasPrefix(m.Text, "In the night: 7 things\n1. "), m.Text)
	s.tapLabel("member", "More")
	s.tapLabel("member", "More")
	m = newest(s.phone("member").Chat().Messages)
	require.Contains(t, m.Text, "\n7. ")
	require.Equal(t, "Earlier", m.Buttons[len(m.Buttons)-1][0].Text)
	s.tapLabel("member", "Open 7")
	require.Contains(t, newest(s.phone("member").Chat().Messages).Text, "Stair lamp")
}

// TestNobodyOpensAnothersNight: the number on a button opens what is kept for
// whoever taps, and nothing else.
func TestNobodyOpensAnothersNight(t *testing.T) {
	t.Parallel()
	s := aNight(t)
	for range 4 {
		s.report()
	}
	require.NoError(t, s.skip(t.Context(), 11*time.Hour))
	var id int64
	require.NoError(t, s.app.db.Get(&id, `
		SELECT min(id) FROM outbox WHERE state = 'kept' AND digest <> 0 AND person_id = $1`, s.visit("member").Person.ID))
	_, _, err := s.app.calm.Open(t.Context(), people.Actor{Community: s.community(), Person: s.visit("member2").Person.ID}, id)
	require.Error(t, err)
	_, opened, err := s.app.calm.Open(t.Context(), s.visit("member").Actor, id)
	require.NoError(t, err)
	require.True(t, opened)
}

// TestEveryTopicHasAManner: what is told to people was thought about; what is
// not, and is no job, is news.
func TestEveryTopicHasAManner(t *testing.T) {
	t.Parallel()
	var news []string
	for _, topic := range topics {
		if flow.Manner(topic) == calm.News && !strings.HasPrefix(topic, "roster.") {
			news = append(news, topic)
		}
	}
	require.ElementsMatch(t, []string{"case.for_you", "calm.morning", "person.back", "notice.told"}, news)
	require.Equal(t, calm.Prompt, flow.Manner("case.receipt"))
	require.Equal(t, calm.Own, flow.Manner("case.ping"))
	require.Equal(t, calm.News, flow.Manner("what.nobody_knows"))
}

func TestVisitorsOfTheDemoFindItAwake(t *testing.T) {
	t.Parallel()
	zone := town{}.zone()
	for _, row := range []struct{ at, want string }{
		{"2026-11-23 09:05:00", "2026-11-23 09:05:00"},
		{"2026-11-23 20:29:00", "2026-11-23 20:29:00"},
		{"2026-11-23 20:30:00", "2026-11-24 09:05:00"},
		{"2026-11-24 03:00:00", "2026-11-24 09:05:00"},
		{"2026-11-24 07:30:00", "2026-11-24 07:30:00"},
	} {
		at, err := time.ParseInLocation(time.DateTime, row.at, zone)
		require.NoError(t, err)
		clk := clock.Frozen(at)
		wakeUp(clk, zone)
		require.Equal(t, row.want, clk.Now().In(zone).Format(time.DateTime), row.at)
	}
}
