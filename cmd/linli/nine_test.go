package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/cases"
)

// TestNineCasesFromToday: a member with nine open cases, each in another state, does
// all of them from the page of the day. Every tap is on that page, or on what a tap
// there has opened; no other message is touched, nothing is looked for by number.
func TestNineCasesFromToday(t *testing.T) {
	t.Parallel()
	d := newDay(t)
	require.Len(t, d.held(), 9)
	require.Contains(t, d.page(), "Today you have 9 matters")
	for n := 0; len(d.held()) > 0; n++ {
		require.Less(t, n, 40, "still open: %v", d.held())
		d.doesOne()
	}
	require.Contains(t, d.page(), "Nothing waits for you today")
	for _, c := range d.nine {
		var status string
		require.NoError(t, d.app.db.Get(&status, `SELECT status FROM cases WHERE id = $1`, c))
		require.Equal(t, "done", status)
	}
}

// day is one of a member who has much to do.
type day struct {
	*stroll
	nine   []int64
	opened []int64 // messages that the last tap on the page brought
	photos uint8
}

// newDay gives the member nine cases: asked to go, without a kind, urgent, taken,
// late, announced, waiting for parts and for the resident, and one that came back.
func newDay(t *testing.T) *day {
	t.Helper()
	d := &day{stroll: &stroll{testStage: newTestStage(t, "en"), lang: "en"}}
	ctx, member, resident := t.Context(), d.visit("member").Actor, d.visit("resident").Actor
	mine := func(r cases.Report) int64 {
		r.Key = d.key()
		c := d.must(d.app.cases.Open(ctx, resident, r))
		d.must(d.app.cases.Give(ctx, d.visit("secretary").Actor, c.ID, member.Person))
		return c.ID
	}
	taken := func(kind string) int64 {
		id := mine(cases.Report{Kind: kind})
		d.must(d.app.cases.Take(ctx, member, id))
		return id
	}
	late := taken("water")
	require.NoError(t, d.skip(ctx, 26*time.Hour))
	back := taken("leak")
	d.must(d.app.cases.ReportDone(ctx, member, back, cases.Note{Key: d.key(), Reason: cases.Reasons[0]}))
	d.must(d.app.cases.Confirm(ctx, resident, back, cases.Half))
	parts, asks, comes := taken("lift"), taken("heating"), taken("power")
	d.must(d.app.cases.Wait(ctx, member, parts, cases.Pending{For: cases.ForParts, Until: d.clk.Now().Add(72 * time.Hour)}))
	d.must(d.app.cases.Wait(ctx, member, asks, cases.Pending{For: cases.ForResident, Why: cases.Questions[0]}))
	d.must(d.app.cases.Plan(ctx, member, comes, d.clk.Now().Add(2*time.Hour)))
	unnamed := d.must(d.app.cases.Draft(ctx, resident, cases.NewDraft{Key: d.key(), Own: true, Media: []cases.Media{{Kind: "voice", FileID: d.key(), UniqueID: d.key()}}}))
	unnamed = d.must(d.app.cases.Send(ctx, resident, unnamed.ID))
	d.must(d.app.cases.Give(ctx, d.visit("secretary").Actor, unnamed.ID, member.Person))
	d.nine = []int64{late, back, parts, asks, comes, unnamed.ID, mine(cases.Report{Kind: "lamp"}), mine(cases.Report{Kind: "gas", Urgent: true}), taken("road")}
	d.settleDown()
	d.phone("member").Say("/today")
	require.NoError(t, d.skip(ctx, time.Minute))
	return d
}

// held are the cases that are the member's to do.
func (d *day) held() (ids []int64) {
	d.t.Helper()
	require.NoError(d.t, d.app.db.Select(&ids, `
		SELECT id FROM cases WHERE holder_id = $1 AND status IN ('open', 'assigned', 'taken', 'waiting') ORDER BY id`, d.visit("member").Actor.Person))
	return ids
}

// today is the page of the day: the newest message that says it.
func (d *day) today() botapi.Message {
	d.t.Helper()
	for _, one := range slices.Backward(d.phone("member").Chat().Messages) {
		if one.FromBot && (strings.HasPrefix(one.Text, "Today you have") || strings.HasPrefix(one.Text, "Nothing waits for you today")) {
			return one
		}
	}
	d.t.Fatal("there is no page of the day")
	return botapi.Message{}
}

func (d *day) page() string { return d.today().Text }

// doesOne does the next thing about the first matter of the page, as far as it goes.
func (d *day) doesOne() {
	d.t.Helper()
	page := d.today()
	for _, b := range buttons(page) {
		if strings.HasPrefix(b.Data, "m.ofday.") {
			d.tap(page, b.Data)
			break
		}
	}
	for n := 0; d.answers(); n++ {
		require.Less(d.t, n, 8)
	}
	require.NoError(d.t, d.skip(d.t.Context(), time.Minute))
}

// answers taps what goes on among what is open, or sends a photo where one is asked.
func (d *day) answers() bool {
	d.t.Helper()
	all := d.phone("member").Chat().Messages
	for _, one := range slices.Backward(all) {
		if !slices.Contains(d.opened, one.ID) {
			continue
		}
		if strings.Contains(one.Text, "Please send a photo") && len(one.Buttons) > 0 {
			d.photos++
			d.did(func() { d.phone("member").Photo(picture(d.photos), "") })
			return true
		}
		for _, verb := range []string{"m.isof.", "c.what.", "c.take.", "c.goon.", "c.done."} {
			for _, b := range buttons(one) {
				if strings.HasPrefix(b.Data, verb) {
					d.tap(one, b.Data)
					return true
				}
			}
		}
	}
	return false
}

func buttons(m botapi.Message) (all []botapi.Button) {
	for _, row := range m.Buttons {
		all = append(all, row...)
	}
	return all
}

// tap is on a button that is there, of the page or of what it opened.
func (d *day) tap(on botapi.Message, data string) {
	d.t.Helper()
	if on.ID == d.today().ID {
		d.opened = nil
	} else {
		require.Contains(d.t, d.opened, on.ID)
	}
	d.did(func() {
		_, err := d.phone("member").Tap(on.ID, data)
		require.NoError(d.t, err)
	})
}

// did takes down which messages came or changed by what the member did.
func (d *day) did(what func()) {
	d.t.Helper()
	before := map[int64]string{}
	for _, one := range d.phone("member").Chat().Messages {
		before[one.ID] = one.Text
	}
	what()
	d.settleDown()
	page := d.today().ID
	for _, one := range d.phone("member").Chat().Messages {
		if text, was := before[one.ID]; one.FromBot && one.ID != page && (!was || text != one.Text) {
			d.opened = append(d.opened, one.ID)
		}
	}
}
