package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// holidays is a Monday before seven days off: 9:05 in the sample towns.
var holidays = time.Date(2026, 9, 28, 1, 5, 0, 0, time.UTC)

// fortnights is how many are played, each by a seed of its own.
var fortnights = flag.Int("fortnights", 1, "how many times two weeks of duty are played")

// days are two weeks.
const days = 14

// fortnight is two weeks of a town with a plan of duty that has holes, in which
// people do at random what people do.
type fortnight struct {
	*spell
	residents []int64
	mornings  map[string]string // by day, the phone of who was in charge at that page's hour
	blocked   bool              // the secretary's phone takes nothing
}

// TestTwoWeeks plays them: at no hour is nobody there without an alarm, nothing
// but what is urgent makes a sound in somebody's quiet hours, and no day brings
// anybody more than it may.
func TestTwoWeeks(t *testing.T) {
	t.Parallel()
	for n := range uint64(*fortnights) {
		seed := n + 1
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			f := newFortnight(t, seed)
			for hour := range days * 24 {
				now := f.clk.Now().In(f.zone)
				f.somebodyIsThere(now)
				f.hour(hour/24, now)
				f.somebodyIsThere(now)
				f.noteMorning(now)
				require.NoError(t, f.skip(t.Context(), time.Hour))
				f.listen()
			}
			silent, rang := f.nightsWereQuiet()
			require.NotZero(t, silent)
			require.NotZero(t, rang, "dangers ring at night")
			require.NotZero(t, f.daysWereCalm(), "no day was full")
			require.NotZero(t, f.did["days with 3 pieces of news"], "nobody heard enough news")
			f.everyMorningHadItsPage()
			f.remindedOnce()
			f.placesAdd()
			f.nothingIsLeft()
			t.Log(f.did)
		})
	}
}

func newFortnight(t *testing.T, seed uint64) *fortnight {
	t.Helper()
	town, secretary := newSpell(t, holidays, rand.New(rand.NewPCG(seed, 14)), incomers())
	f := &fortnight{spell: town, mornings: map[string]string{}}
	require.NoError(t, f.app.people.MakeDeputy(t.Context(), secretary, f.id["kitchen"]))
	f.acts("daughter", "resident")
	f.sleepsAt(map[string][2]int{"member2": {22 * 60, 6 * 60}, "resident2": {19 * 60, 9 * 60}, "member4": {13 * 60, 15 * 60}})
	f.members = []int64{f.id["member"], f.id["member2"], f.id["member3"], f.id["member4"], f.id["kitchen"]}
	f.residents = []int64{f.id["resident"], f.id["resident2"], f.id["resident3"], f.id["newcomer"]}
	f.plan(secretary)
	f.settleDown()
	require.NoError(t, f.skip(t.Context(), time.Hour)) // the week is told, and today's shift had begun before there was a plan
	f.listen()
	return f
}

// plan is a week with holes: nobody stands on Wednesday nights and Sundays, and
// one of two is missing on Fridays.
func (f *fortnight) plan(by people.Actor) {
	ctx := f.t.Context()
	require.NoError(f.t, f.towns[0].watchNow(ctx, f.app))
	require.NoError(f.t, f.app.roster.UsualPlan(ctx, by, f.area))
	for _, st := range []struct {
		slot string
		days []int
		who  string
	}{
		{roster.Day, []int{1, 2, 3, 4}, "member"},
		{roster.Day, []int{5, 6}, "member3"},
		{roster.Night, []int{1, 2, 4}, "member2"},
		{roster.Night, []int{5, 6, 7}, "member4"},
	} {
		require.NoError(f.t, f.app.roster.Stand(ctx, by, roster.Stint{Area: f.area, Slot: st.slot, Days: st.days}, f.id[st.who]))
	}
	require.NoError(f.t, f.app.roster.SetPlaces(ctx, by, roster.Stint{Area: f.area, Slot: roster.Day, Days: []int{5}}, 2))
}

// somebodyIsThere: who is planned, or whoever is in charge was rung since nobody
// is, and has the message on their phone.
func (f *fortnight) somebodyIsThere(now time.Time) {
	f.t.Helper()
	var shifts []struct {
		ID, On, By int64
		Since      time.Time // it goes on, or lost the last one
	}
	require.NoError(f.t, f.app.db.Select(&shifts, `
		SELECT s.id, greatest(s.starts_at, max(a.ended_at)) AS since,
			(SELECT count(*) FROM assignments a JOIN persons p ON p.id = a.person_id AND p.presence = 'here'
				WHERE a.shift_id = s.id AND a.ended_at IS NULL) AS on,
			coalesce((SELECT e.actor_id FROM shift_events e
				WHERE e.shift_id = s.id AND e.code = 'left' AND e.at >= s.starts_at ORDER BY e.id DESC LIMIT 1), 0) AS by
		FROM shifts s LEFT JOIN assignments a ON a.shift_id = s.id
		WHERE s.area_id = $2 AND s.starts_at <= $1 AND s.ends_at > $1 AND s.cancelled_at IS NULL GROUP BY s.id, s.starts_at`, now, f.area))
	require.NotEmpty(f.t, shifts, "no shift at all on %s", now)
	_, planned, err := f.app.roster.OnDuty(f.t.Context(), f.home, f.area)
	require.NoError(f.t, err)
	for _, sh := range shifts {
		require.Equal(f.t, sh.On > 0, planned)
		if sh.On == 0 {
			f.did["hours without anybody"]++
			f.listen()
			require.True(f.t, f.rung(sh.ID, sh.Since) || f.inOffice(sh.By), "nobody is there on %s, and nobody was told (shift %d)", now, sh.ID)
		}
	}
}

// rung reports whether somebody who is in the office has on their phone that they
// stand in for a shift, told them since a moment.
func (f *fortnight) rung(shift int64, since time.Time) bool {
	for _, key := range []string{"secretary", "kitchen"} {
		for _, h := range f.heard[key] {
			var of struct{ Shift int64 }
			if h.News != "shift.stand_in" || h.At.Before(since.Truncate(time.Second)) || !f.inOffice(f.id[key]) {
				continue
			}
			require.NoError(f.t, json.Unmarshal(h.Args, &of))
			if of.Shift == shift && !h.Silent {
				return true
			}
		}
	}
	return false
}

// noteMorning notes who is in charge at the hour of the morning's page: whom it
// does not reach are not they.
func (f *fortnight) noteMorning(now time.Time) {
	if now.Hour() != 7 { // the page comes before the next
		return
	}
	who := f.keyOf(f.charge().Person)
	if f.blocked {
		who = "kitchen"
	}
	f.mornings[now.Format(time.DateOnly)] = who
}

// everyMorningHadItsPage: once, on the phone of who was in charge.
func (f *fortnight) everyMorningHadItsPage() {
	got := map[string][]string{}
	for key, all := range f.heard {
		for _, h := range all {
			if h.News == "morning.page" {
				day := h.At.In(f.zone).Format(time.DateOnly)
				got[day] = append(got[day], key)
			}
		}
	}
	want := map[string][]string{}
	for day, key := range f.mornings {
		want[day] = []string{key}
	}
	require.Len(f.t, want, days)
	require.Equal(f.t, want, got)
}

// remindedOnce: the day before and the hour before, and never twice.
func (f *fortnight) remindedOnce() {
	type when struct {
		place int64
		soon  bool
	}
	for key, all := range f.heard {
		got := map[when]int{}
		for _, h := range all {
			if h.News != "shift.remind" {
				continue
			}
			var of struct{ Place int64 }
			require.NoError(f.t, json.Unmarshal(h.Args, &of))
			var starts time.Time
			require.NoError(f.t, f.app.db.Get(&starts, `SELECT starts_at FROM assignments WHERE id = $1`, of.Place))
			at := when{of.Place, starts.Sub(h.At) < 12*time.Hour}
			if got[at]++; got[at] > 1 {
				f.t.Errorf("%s was reminded twice of place %d, on %s", key, of.Place, h.At.In(f.zone))
			}
			f.did["reminders"]++
		}
	}
}

// placesAdd: nobody was twice at one time, no shift had too many, and every one
// that ended was seen to. It reads the rows alone, not the rules of the tables.
func (f *fortnight) placesAdd() {
	f.none("two places at one time", `
		SELECT count(*) FROM assignments a JOIN assignments b ON b.person_id = a.person_id AND b.id > a.id
		WHERE a.ended_at IS NULL AND b.ended_at IS NULL AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at`)
	f.none("a place too many", `
		SELECT count(*) FROM shifts s WHERE s.places < (SELECT count(*) FROM assignments a WHERE a.shift_id = s.id AND a.ended_at IS NULL)`)
	f.none("a place at other times than its shift", `
		SELECT count(*) FROM assignments a JOIN shifts s ON s.id = a.shift_id WHERE a.starts_at <> s.starts_at OR a.ends_at <> s.ends_at`)
	f.none("a shift that nobody saw begin or end", fmt.Sprintf(`
		SELECT count(*) FROM shifts WHERE cancelled_at IS NULL AND (starts_at < '%[1]s' AND begun_at IS NULL OR ends_at < '%[1]s' AND over_at IS NULL)`,
		f.clk.Now().Format(time.RFC3339)))
}
