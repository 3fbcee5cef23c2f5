package cases_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

func TestAPhotoSendsItselfAfterTwoQuietMinutes(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.draft(w.mei)
	require.True(t, c.SelfSends)
	require.Equal(t, cases.Draft, c.Status)
	require.Equal(t, w.building.ID, c.Place.Building, "guessed from her home")
	require.Equal(t, 2, c.Place.Entrance)
	require.Equal(t, []string{"- case.self_send"}, w.told(c.ID))
	job := fmt.Sprintf("case:%d:self_send", c.ID)
	require.WithinDuration(t, morning.Add(2*time.Minute), w.due(job), 0)

	w.clk.Advance(time.Minute)
	found := w.do(w.cases.OpenDraft(w.ctx, w.mei))
	require.Equal(t, c.ID, found.ID)
	voice := []cases.Media{{Kind: "voice", FileID: "v", UniqueID: "v"}}
	for range 2 { // delivered twice
		c = w.do(w.cases.Join(w.ctx, w.mei, c.ID, cases.Note{Key: "m2", Media: voice, Words: "and wet\x00"}))
	}
	require.Equal(t, "dark\nand wet", c.Words)
	w.do(w.cases.Join(w.ctx, w.mei, c.ID, cases.Note{Key: "m3", Media: voice})) // forwarded once more
	media, err := w.cases.Media(w.ctx, w.id, c.ID)
	require.NoError(t, err)
	require.Len(t, media, 2)
	require.WithinDuration(t, morning.Add(3*time.Minute), w.due(job), 0)

	w.clk.Advance(time.Minute) // the job was claimed just before the voice came
	require.NoError(t, w.cases.SendItself(w.ctx, w.id, c.ID))
	require.Equal(t, cases.Draft, w.read(c.ID).Status)
	require.Equal(t, []string{"- case.self_send", "- case.self_send"}, w.told(c.ID))

	w.clk.Advance(time.Minute)
	for range 2 {
		require.NoError(t, w.cases.SendItself(w.ctx, w.id, c.ID))
	}
	c = w.read(c.ID)
	require.Equal(t, cases.Assigned, c.Status)
	require.True(t, c.SelfSent)
	require.Equal(t, w.li.Person, c.Holder)
	require.EqualValues(t, 1, c.Number)
	require.Contains(t, w.told(c.ID), "Li case.ping")
	require.Contains(t, w.told(c.ID), "Mei case.receipt")
	require.Equal(t, []string{"drafted", "joined", "joined", "self_sent"}, w.events(c.ID))
	_, err = w.cases.OpenDraft(w.ctx, w.mei)
	refused(t, refusal.NotFound, "access.not_found", err)
}

func TestWhatNeverSendsItself(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	unsettled := w.meet("New")
	_, err := w.people.Agree(w.ctx, unsettled, "New")
	require.NoError(t, err)
	for name, row := range map[string]struct {
		who people.Actor
		d   cases.NewDraft
	}{
		"of somebody who never agreed":      {w.meet("Stranger"), cases.NewDraft{Media: w.photo(), Own: true}},
		"of somebody who lives we no where": {unsettled, cases.NewDraft{Media: w.photo(), Own: true}},
		"a forwarded picture":               {w.mei, cases.NewDraft{Media: w.photo()}},
		"words alone":                       {w.mei, cases.NewDraft{Words: "it is dark", Own: true}},
	} {
		row.d.Key = w.key()
		c := w.do(w.cases.Draft(w.ctx, row.who, row.d))
		require.False(t, c.SelfSends, name)
		require.Equal(t, []string{"- case.unsent"}, w.told(c.ID), name)
		require.NoError(t, w.cases.SendItself(w.ctx, w.id, c.ID))
		require.Equal(t, cases.Draft, w.read(c.ID).Status, name)
	}
}

func TestThreeADaySendThemselves(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.clk.Advance(14*time.Hour + 30*time.Minute) // half past eleven at night in the town, afternoon in Greenwich
	for range 3 {
		c := w.draft(w.mei)
		require.True(t, c.SelfSends)
		w.clk.Advance(3 * time.Minute)
		require.NoError(t, w.cases.SendItself(w.ctx, w.id, c.ID))
	}
	require.False(t, w.draft(w.mei).SelfSends, "the fourth of the day")
	require.True(t, w.draft(w.neighbour).SelfSends, "each has their own three")
	w.clk.Advance(25 * time.Minute) // past the town's midnight
	require.True(t, w.draft(w.mei).SelfSends, "a new day")
}

func TestThreeAtOnceSendThemselves(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	self := make([]bool, 8)
	var wg sync.WaitGroup
	for i := range self {
		d := cases.NewDraft{Key: w.key(), Media: w.photo(), Own: true}
		wg.Go(func() {
			c, err := w.cases.Draft(w.ctx, w.mei, d)
			self[i] = err == nil && c.SelfSends
		})
	}
	wg.Wait()
	n := 0
	for _, is := range self {
		if is {
			n++
		}
	}
	require.Equal(t, 3, n)
}

func TestAnAlbumIsOneReport(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	item := func() cases.NewDraft {
		return cases.NewDraft{Key: w.key(), Media: w.photo(), Album: "a1", Own: true}
	}
	first := item()
	c := w.do(w.cases.Draft(w.ctx, w.mei, first))
	again := w.do(w.cases.Draft(w.ctx, w.mei, first))
	require.Equal(t, c.ID, again.ID)
	second := item()
	for range 2 {
		require.Equal(t, c.ID, w.do(w.cases.Draft(w.ctx, w.mei, second)).ID)
	}
	require.NotEqual(t, c.ID, w.do(w.cases.Draft(w.ctx, w.neighbour, item())).ID, "albums of others are others")

	w.do(w.cases.Send(w.ctx, w.mei, c.ID))
	w.sent()
	straggler := item()
	straggler.Words = "and this"
	late := w.do(w.cases.Draft(w.ctx, w.mei, straggler))
	require.Equal(t, c.ID, late.ID, "a straggler finds the case that was sent")
	require.Equal(t, cases.Assigned, late.Status)
	require.Equal(t, "and this", late.Words)
	require.Equal(t, []string{"Li case.joined"}, w.told(c.ID))
	media, err := w.cases.Media(w.ctx, w.id, c.ID)
	require.NoError(t, err)
	require.Len(t, media, 3)
}

func TestUnansweredGoesBeforeTheSecretary(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Draft(w.ctx, w.mei, cases.NewDraft{Key: w.key(), Media: w.photo(), Words: "look"}))
	for range 2 {
		require.NoError(t, w.cases.Unsent(w.ctx, w.id, c.ID))
	}
	require.Equal(t, []string{"- case.unsent", "Secretary case.unsent_ping"}, w.told(c.ID))
	w.sent()
	_, err := w.cases.Find(w.ctx, w.li, c.ID)
	refused(t, refusal.NotFound, "access.not_found", err)

	c = w.do(w.cases.Send(w.ctx, w.secretary, c.ID))
	require.Equal(t, w.li.Person, c.Holder)
	require.Equal(t, []string{"Li case.ping", "Mei case.receipt"}, w.told(c.ID))
}

func TestUnansweredWithoutASecretaryGoesBeforeAMember(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	_, err := w.db.Exec(`UPDATE person_roles SET ended_at = since WHERE role = 'secretary'`)
	require.NoError(t, err)
	c := w.do(w.cases.Draft(w.ctx, w.mei, cases.NewDraft{Key: w.key(), Media: w.photo()}))
	require.NoError(t, w.cases.Unsent(w.ctx, w.id, c.ID))
	require.Contains(t, w.told(c.ID), "Li case.unsent_ping")
	w.sent()
	_, err = w.cases.Send(w.ctx, w.wang, c.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	require.NoError(t, w.cases.Drop(w.ctx, w.li, c.ID))
	require.Equal(t, []string{"Mei case.dropped"}, w.told(c.ID))
}

func TestAMistakeLeavesNothing(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	lat, lon := 36.8, 121.1
	c := w.do(w.cases.Draft(w.ctx, w.mei, cases.NewDraft{
		Key: w.key(), Media: w.photo(), Words: "secret", Place: community.Place{Spot: "other", Note: "by the gate", Lat: &lat, Lon: &lon},
	}))
	require.NoError(t, w.cases.Unsent(w.ctx, w.id, c.ID))
	w.sent()
	for range 2 {
		require.NoError(t, w.cases.Drop(w.ctx, w.mei, c.ID))
	}
	require.Equal(t, []string{"Secretary case.withdrawn"}, w.told(c.ID))
	w.erased(c.ID)
	require.Equal(t, []string{"drafted", "unsent", "dropped"}, w.events(c.ID))
	_, err := w.cases.Send(w.ctx, w.mei, c.ID)
	refused(t, refusal.Conflict, "case.dropped", err)
	require.NoError(t, w.cases.Unsent(w.ctx, w.id, c.ID))
	require.NoError(t, w.cases.SendItself(w.ctx, w.id, c.ID))
	require.Equal(t, cases.Dropped, w.read(c.ID).Status)
}

// erased requires that nothing of a case's words and pictures is left anywhere.
func (w *town) erased(id int64) {
	w.Helper()
	c := w.read(id)
	require.Empty(w, c.Words+c.Album+c.Place.Note+c.Place.Flat)
	require.Nil(w, c.Place.Lat)
	for _, table := range []string{"case_media", "case_notes"} {
		var n int
		require.NoError(w, w.db.Get(&n, `SELECT count(*) FROM `+table+` WHERE case_id = $1`, id))
		require.Zero(w, n, table)
	}
	var rows string
	require.NoError(w, w.db.Get(&rows, `
		SELECT coalesce(string_agg(detail::text, ''), '') || (SELECT coalesce(string_agg(args::text, ''), '') FROM outbox)
		FROM case_events`))
	require.NotContains(w, rows, "secret")
}

func TestAPlaceSaidAgainByAReplayIsSaidOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.draft(w.mei)
	home, outdoors := community.Place{Spot: community.SpotHome}, community.Place{Spot: community.SpotOutdoors}
	for range 2 {
		c = w.do(w.cases.Place(w.ctx, w.mei, c.ID, home))
	}
	require.Equal(t, []string{"drafted", "placed"}, w.events(c.ID))
	w.do(w.cases.Place(w.ctx, w.mei, c.ID, outdoors))
	w.do(w.cases.Place(w.ctx, w.mei, c.ID, home))
	require.Equal(t, []string{"drafted", "placed", "placed", "placed"}, w.events(c.ID), "a change of mind is told")
}

func TestAnotherPlaceAndAName(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.draft(w.mei)
	c = w.do(w.cases.Place(w.ctx, w.mei, c.ID, community.Place{Spot: community.SpotHome}))
	require.Equal(t, "501", c.Place.Flat, "inside her flat")
	c = w.do(w.cases.Place(w.ctx, w.mei, c.ID, community.Place{Spot: community.SpotOutdoors}))
	require.Zero(t, c.Place.Building)
	require.Equal(t, w.building.Area, c.Area, "her area, where no building says more")
	_, err := w.cases.Place(w.ctx, w.mei, c.ID, community.Place{Building: w.building.ID, Entrance: 9})
	refused(t, refusal.Invalid, "case.bad_place", err)
	_, err = w.cases.Place(w.ctx, w.mei, c.ID, community.Place{Spot: "moon"})
	refused(t, refusal.Invalid, "case.bad_place", err)
	_, err = w.cases.Name(w.ctx, w.mei, c.ID, "dragon")
	refused(t, refusal.Invalid, "case.unknown_kind", err)
	for range 2 {
		c = w.do(w.cases.Name(w.ctx, w.mei, c.ID, "gas"))
	}
	require.Equal(t, c, w.read(c.ID), "what a verb returns is what stands there")
	c = w.do(w.cases.Send(w.ctx, w.mei, c.ID))
	require.WithinDuration(t, morning.Add(24*time.Hour), *c.DueAt, 0)
	require.Equal(t, []string{"drafted", "placed", "placed", "named", "sent"}, w.events(c.ID))
}

func TestLimitsOfADraft(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Draft(w.ctx, w.mei, cases.NewDraft{Key: w.key(), Media: w.photo(), Words: strings.Repeat("灯", 1200)}))
	require.Len(t, []rune(c.Words), cases.MaxWords, "cut: refusing would lose the report")
	for range cases.MaxMedia - 1 {
		w.do(w.cases.Join(w.ctx, w.mei, c.ID, cases.Note{Key: w.key(), Media: w.photo()}))
	}
	_, err := w.cases.Join(w.ctx, w.mei, c.ID, cases.Note{Key: w.key(), Media: w.photo()})
	refused(t, refusal.Invalid, "case.too_many_media", err)
	_, err = w.cases.Draft(w.ctx, w.mei, cases.NewDraft{Media: w.photo()})
	refused(t, refusal.Invalid, "case.no_key", err)
	_, err = w.cases.Draft(w.ctx, w.mei, cases.NewDraft{Key: "k", Media: []cases.Media{{Kind: "virus", FileID: "f", UniqueID: "u"}}})
	refused(t, refusal.Invalid, "case.bad_media", err)
	_, err = w.cases.Draft(w.ctx, people.Actor{Community: w.id, Person: 999}, cases.NewDraft{Key: "k"})
	refused(t, refusal.NotFound, "access.not_found", err)
}

func TestATurnPlayedAgainJoinsNotTheCaseThatItBegan(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	photo := cases.NewDraft{Key: "row 7", Media: w.photo(), Words: "dark", Own: true}
	c := w.do(w.cases.Draft(w.ctx, w.mei, photo))
	c = w.do(w.cases.Join(w.ctx, w.mei, c.ID, cases.Note{Key: photo.Key, Media: photo.Media, Words: photo.Words}))
	require.Equal(t, "dark", c.Words)
	require.Equal(t, []string{"drafted"}, w.events(c.ID))

	cry := cases.Report{Key: "row 8", Danger: "fire", Words: "the kitchen is on fire"}
	c = w.do(w.cases.Alarm(w.ctx, w.mei, cry))
	rung := w.told(c.ID)
	c = w.do(w.cases.Join(w.ctx, w.mei, c.ID, cases.Note{Key: cry.Key, Words: cry.Words}))
	require.Equal(t, cry.Words, c.Words)
	require.Equal(t, rung, w.told(c.ID), "nobody is rung twice")
}
