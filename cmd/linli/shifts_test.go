package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// shiftTime reads a time of the town.
func (p *transcript) shiftTime(day, clock string) time.Time {
	p.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", day+" "+clock, p.towns[0].zone())
	require.NoError(p.t, err)
	return at
}

// makeShift makes a shift of duty as the secretary does: slot, day, from, until,
// places, and who gets one. One that ends before it begins goes on into the next day.
func (p *transcript) makeShift(of []string) {
	p.t.Helper()
	c, err := p.app.communities.ByBot(p.t.Context(), p.towns[0].botID())
	require.NoError(p.t, err)
	secretary, err := p.app.people.Secretary(p.t.Context(), c.ID)
	require.NoError(p.t, err)
	from, until := p.shiftTime(of[1], of[2]), p.shiftTime(of[1], of[3])
	if !until.After(from) {
		until = until.AddDate(0, 0, 1)
	}
	places, err := strconv.Atoi(of[4])
	require.NoError(p.t, err)
	var who []int64
	for _, key := range of[5:] {
		on, err := p.app.people.ByTelegram(p.t.Context(), c.ID, p.phone(key).Account().ID)
		require.NoError(p.t, err)
		who = append(who, on.ID)
	}
	_, err = p.app.roster.AddShift(p.t.Context(), people.Actor{Community: c.ID, Person: secretary.ID}, roster.Once{
		Activity: roster.Duty, Slot: of[0], From: from, Until: until, Places: places, Who: who,
	})
	require.NoError(p.t, err)
	p.settleDown()
}

// withShift puts the newest shift's number in the place of the word newest.
func (p *transcript) withShift(data string) string {
	p.t.Helper()
	if !strings.Contains(data, ".newest") {
		return data
	}
	var id int64
	require.NoError(p.t, p.app.db.Get(&id, `SELECT max(id) FROM shifts`))
	return strings.Replace(data, ".newest", fmt.Sprintf(".%d", id), 1)
}

// checkShift holds who has a place in the shift that begins at a time.
func (p *transcript) checkShift(claim, begins, want string) {
	p.t.Helper()
	names := []string{}
	day, clock, _ := strings.Cut(begins, " ")
	require.NoError(p.t, p.app.db.Select(&names, `
		SELECT replace(p.name, ' ', '_') FROM assignments a JOIN persons p ON p.community_id = a.community_id AND p.id = a.person_id
		JOIN shifts s ON s.community_id = a.community_id AND s.id = a.shift_id
		WHERE s.starts_at = $1 AND a.ended_at IS NULL ORDER BY a.seat`, p.shiftTime(day, clock)))
	got := strings.Join(names, " ")
	if got == "" {
		got = "-"
	}
	require.Equal(p.t, want, got, "%s\n%s", claim, p.script.String())
}
