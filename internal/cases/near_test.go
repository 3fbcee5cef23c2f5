package cases_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// at is a report of a neighbour at an entrance of the building.
func (w *town) at(entrance int, kind string) cases.Report {
	return cases.Report{Key: w.key(), Kind: kind, Media: w.photo(), Words: "mine too", Place: community.Place{Building: w.building.ID, Entrance: entrance}}
}

func TestWhichReportsAreLikeAnOpenCase(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	lat, lon, farther := 36.8, 121.1, 36.81
	outdoors := func(lat, lon *float64) community.Place {
		return community.Place{Spot: community.SpotOutdoors, Lat: lat, Lon: lon}
	}
	other := func(note string) community.Place { return community.Place{Spot: community.SpotOther, Note: note} }
	own := w.at(2, "lamp").Place
	for name, row := range map[string]struct {
		open, fresh cases.Report
		after       time.Duration
		by          people.Actor
		like        bool
	}{
		"same kind, same entrance":            {open: w.at(2, "lamp"), fresh: w.at(2, "lamp"), like: true},
		"same kind, next entrance":            {open: w.at(2, "lamp"), fresh: w.at(3, "lamp"), like: true},
		"same kind, two entrances away":       {open: w.at(2, "lamp"), fresh: w.at(4, "lamp")},
		"same kind, the whole building":       {open: w.at(0, "lamp"), fresh: w.at(4, "lamp"), like: true},
		"another kind":                        {open: w.at(2, "lamp"), fresh: w.at(2, "water")},
		"a fortnight later":                   {open: w.at(2, "lamp"), fresh: w.at(2, "lamp"), after: 15 * 24 * time.Hour},
		"one's own":                           {open: w.at(2, "lamp"), fresh: w.at(2, "lamp"), by: w.mei, like: true},
		"one's own, and not named":            {open: w.at(2, ""), fresh: w.at(2, ""), by: w.mei},
		"a quarrel":                           {open: w.at(2, "neighbours"), fresh: w.at(2, "neighbours")},
		"not named, same entrance":            {open: w.at(2, "lamp"), fresh: w.at(2, ""), like: true},
		"not named, next entrance":            {open: w.at(2, "lamp"), fresh: w.at(3, "")},
		"not named, four days later":          {open: w.at(2, ""), fresh: w.at(2, ""), after: 4 * 24 * time.Hour},
		"not named, and no picture":           {open: cases.Report{Key: w.key(), Place: own}, fresh: w.at(2, "")},
		"inside the home":                     {open: cases.Report{Key: w.key(), Kind: "leak", Place: community.Place{Spot: "home"}}, fresh: cases.Report{Key: w.key(), Kind: "leak", Place: community.Place{Spot: "home"}}},
		"outdoors in the same area":           {open: cases.Report{Key: w.key(), Kind: "tree", Place: outdoors(nil, nil)}, fresh: cases.Report{Key: w.key(), Kind: "tree", Place: outdoors(&lat, &lon)}, like: true},
		"outdoors, a kilometre away":          {open: cases.Report{Key: w.key(), Kind: "road", Place: outdoors(&farther, &lon)}, fresh: cases.Report{Key: w.key(), Kind: "road", Place: outdoors(&lat, &lon)}},
		"elsewhere, told by the same words":   {open: cases.Report{Key: w.key(), Kind: "rubbish", Place: other("By the gate")}, fresh: cases.Report{Key: w.key(), Kind: "rubbish", Place: other("by the gate")}, like: true},
		"elsewhere, told by other words":      {open: cases.Report{Key: w.key(), Kind: "drain", Place: other("By the gate")}, fresh: cases.Report{Key: w.key(), Kind: "drain", Place: other("the pond")}},
		"a danger is never asked about twice": {open: w.at(2, "gas"), fresh: func() cases.Report { r := w.at(2, "gas"); r.Danger = "gas"; return r }()},
	} {
		_, err := w.db.Exec(`UPDATE cases SET private = 'family' WHERE community_id = $1`, w.id) // none of the rows before
		require.NoError(t, err)
		start := w.clk.Now()
		w.do(w.cases.Open(w.ctx, w.mei, row.open))
		w.clk.Advance(row.after)
		by := row.by
		if by.Person == 0 {
			by = w.neighbour
		}
		like, err := w.cases.NearReport(w.ctx, by, row.fresh)
		require.NoError(t, err, name)
		require.Equal(t, row.like, len(like) > 0, name)
		require.False(t, w.clk.Now().Before(start))
	}
}

func TestAFollowerHearsOfEveryStep(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.opened()
	draft := w.do(w.cases.Keep(w.ctx, w.neighbour, w.at(3, "lamp")))
	_, err := w.cases.Follow(w.ctx, w.mei, draft.ID, c.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	far := w.do(w.cases.Open(w.ctx, w.mei, w.at(1, "tree")))
	_, err = w.cases.Follow(w.ctx, w.neighbour, draft.ID, far.ID)
	refused(t, refusal.NotFound, "access.not_found", err) // what it is not like
	w.sent()
	for range 2 {
		w.do(w.cases.Follow(w.ctx, w.neighbour, draft.ID, c.ID))
	}
	require.Equal(t, cases.Dropped, w.read(draft.ID).Status)
	w.givenUp(draft.ID)
	require.Equal(t, []string{"drafted", "sent", "followed"}, w.events(c.ID))
	by, err := w.cases.SharedBy(w.ctx, w.id, c.ID)
	require.NoError(t, err)
	require.Equal(t, cases.Shared{People: 1, Words: "mine too"}, by)
	media, err := w.cases.Media(w.ctx, w.id, c.ID)
	require.NoError(t, err)
	require.Len(t, media, 2)
	steps := []struct {
		name string
		do   func() (cases.Case, error)
	}{
		{"taken", func() (cases.Case, error) { return w.cases.Take(w.ctx, w.li, c.ID) }},
		{"done", func() (cases.Case, error) {
			return w.cases.ReportDone(w.ctx, w.li, c.ID, cases.Note{Key: "done", Reason: cases.Reasons[0]})
		}},
		{"reopened", func() (cases.Case, error) { return w.cases.Confirm(w.ctx, w.mei, c.ID, cases.NotFixed) }},
		{"given", func() (cases.Case, error) { return w.cases.Give(w.ctx, w.secretary, c.ID, w.wang.Person) }},
	}
	for _, step := range steps {
		w.sent()
		for range 2 {
			w.do(step.do())
		}
		n := 0
		for _, told := range w.told(c.ID) {
			if told == "Neighbour case.near" {
				n++
			}
		}
		require.Equal(t, 1, n, "%s: %v", step.name, w.told(c.ID))
	}
	w.sent()
	_, err = w.cases.Unfollow(w.ctx, w.neighbour, c.ID)
	require.NoError(t, err)
	w.do(w.cases.Take(w.ctx, w.wang, c.ID))
	require.NotContains(t, w.told(c.ID), "Neighbour case.near")
	w.do(w.cases.Unfollow(w.ctx, w.neighbour, c.ID)) // a second tap, or the first one once more
	_, err = w.cases.Unfollow(w.ctx, w.far, c.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = w.cases.FindFollowed(w.ctx, w.neighbour, c.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
}

// givenUp requires that nothing of what somebody gave up is left in it.
func (w *town) givenUp(id int64) {
	w.Helper()
	c := w.read(id)
	require.Empty(w, c.Words+c.Place.Note+c.Place.Flat)
	media, err := w.cases.Media(w.ctx, w.id, id)
	require.NoError(w, err)
	require.Empty(w, media)
}

func TestTheReporterOfADoubleIsAskedAndBringsItBack(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c, d := w.taken(), w.do(w.cases.Open(w.ctx, w.neighbour, w.at(3, "lamp")))
	_, err := w.cases.Merge(w.ctx, w.neighbour, d.ID, c.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = w.cases.Merge(w.ctx, w.secretary, d.ID, d.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	w.sent()
	for range 2 {
		require.Equal(t, cases.Duplicate, w.do(w.cases.Merge(w.ctx, w.secretary, d.ID, c.ID)).Status)
	}
	require.Contains(t, w.told(d.ID), "Neighbour case.doubled")
	_, err = w.cases.Merge(w.ctx, w.secretary, c.ID, d.ID)
	refused(t, refusal.Conflict, "case.not_now", err) // no circles
	w.sent()
	w.do(w.cases.ReportDone(w.ctx, w.holder(c), c.ID, cases.Note{Key: w.key(), Media: w.photo()}))
	require.Equal(t, []string{"Mei case.check", "Neighbour case.near"}, w.residents(c.ID))
	w.sent()

	w.do(w.cases.Confirm(w.ctx, w.neighbour, d.ID, cases.Held))
	require.Equal(t, cases.Held, string(w.read(c.ID).Status))
	require.Contains(t, w.residents(c.ID), "Mei case.check_gone", "her question says so")
	require.EqualValues(t, w.neighbour.Person, w.arg("case.held", "by"))
	w.sent()
	for range 2 {
		_, err = w.cases.Confirm(w.ctx, w.neighbour, d.ID, cases.NotFixed)
	}
	require.NoError(t, err)
	require.Equal(t, cases.Taken, w.read(c.ID).Status)
	require.Equal(t, []string{"broke_again"}, w.events(c.ID)[len(w.events(c.ID))-1:])
	w.do(w.cases.Left(w.ctx, w.neighbour, d.ID, cases.Note{Key: "left", Words: "still dark"}))
	w.do(w.cases.Left(w.ctx, w.neighbour, d.ID, cases.Note{Key: "left", Words: "still dark"}))
	require.Equal(t, "left", w.events(c.ID)[len(w.events(c.ID))-1])
}

// residents lists what waits to be told to those who live here, of a case.
func (w *town) residents(id int64) (some []string) {
	for _, told := range w.told(id) {
		if strings.HasPrefix(told, "Mei ") || strings.HasPrefix(told, "Neighbour ") {
			some = append(some, told)
		}
	}
	return some
}

func TestADoubleThatWasNone(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c, d := w.opened(), w.do(w.cases.Open(w.ctx, w.neighbour, w.at(3, "lamp")))
	w.do(w.cases.Merge(w.ctx, w.secretary, d.ID, c.ID))
	w.sent()
	d = w.do(w.cases.Unmerge(w.ctx, w.secretary, d.ID))
	require.Equal(t, cases.Assigned, d.Status)
	require.Zero(t, d.Of)
	require.Contains(t, w.told(d.ID), "Neighbour case.undoubled")
	by, err := w.cases.SharedBy(w.ctx, w.id, c.ID)
	require.NoError(t, err)
	require.Zero(t, by.People)

	w.do(w.cases.Merge(w.ctx, w.secretary, d.ID, c.ID))
	w.do(w.cases.TakeBack(w.ctx, w.mei, c.ID))
	require.Equal(t, cases.Assigned, w.read(d.ID).Status, "it was somebody else's trouble too")
}

func TestWhatCameWithADoubleLeavesWithIt(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	first, middle := w.opened(), w.do(w.cases.Open(w.ctx, w.neighbour, w.at(3, "lamp")))
	whole, other := w.taken(), w.do(w.cases.Open(w.ctx, w.neighbour, w.at(2, "lift")))
	draft := w.do(w.cases.Keep(w.ctx, w.far, w.at(3, "lamp")))
	w.do(w.cases.Follow(w.ctx, w.far, draft.ID, middle.ID))
	w.do(w.cases.Merge(w.ctx, w.secretary, other.ID, whole.ID))
	w.do(w.cases.Merge(w.ctx, w.secretary, first.ID, middle.ID))
	w.do(w.cases.Merge(w.ctx, w.secretary, middle.ID, whole.ID))
	require.Equal(t, whole.ID, w.read(first.ID).Of)

	w.do(w.cases.Unmerge(w.ctx, w.secretary, middle.ID))
	require.Equal(t, middle.ID, w.read(first.ID).Of, "nobody said that it is the same as the whole")
	require.Equal(t, whole.ID, w.read(other.ID).Of)
	by, err := w.cases.SharedBy(w.ctx, w.id, middle.ID)
	require.NoError(t, err)
	require.Equal(t, 2, by.People, "the reporter of its double, and who followed it")

	w.do(w.cases.Merge(w.ctx, w.secretary, middle.ID, whole.ID))
	w.do(w.cases.ReportDone(w.ctx, w.holder(whole), whole.ID, cases.Note{Key: w.key(), Media: w.photo()}))
	w.do(w.cases.Confirm(w.ctx, w.mei, first.ID, cases.Held))
	w.do(w.cases.Unmerge(w.ctx, w.secretary, middle.ID))
	require.Equal(t, whole.ID, w.read(first.ID).Of, "they said that it is fixed, and it stays closed")
}

func TestWhoIsBlockedBringsNothingButDanger(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c, waits := w.opened(), w.draft(w.mei)
	require.NoError(t, w.people.Block(w.ctx, w.li, w.mei.Person))
	require.NoError(t, w.people.Block(w.ctx, w.li, w.mei.Person))
	refused(t, refusal.NotFound, "access.not_found", w.people.Block(w.ctx, w.neighbour, w.mei.Person))
	refused(t, refusal.Conflict, "people.not_blocked", w.people.Block(w.ctx, w.secretary, w.wang.Person))
	w.sent()
	_, err := w.cases.Open(w.ctx, w.mei, w.at(2, "lamp"))
	refused(t, refusal.Conflict, "case.blocked", err)
	_, err = w.cases.Draft(w.ctx, w.mei, cases.NewDraft{Key: w.key(), Media: w.photo(), Own: true})
	refused(t, refusal.Conflict, "case.blocked", err)
	_, err = w.cases.Join(w.ctx, w.mei, c.ID, cases.Note{Key: w.key(), Words: "more"})
	refused(t, refusal.Conflict, "case.blocked", err)
	_, err = w.cases.Send(w.ctx, w.mei, waits.ID)
	refused(t, refusal.Conflict, "case.blocked", err)
	require.Empty(t, w.told(c.ID), "nobody is called")
	w.clk.Advance(3 * time.Minute)
	require.NoError(t, w.cases.SendItself(w.ctx, w.id, waits.ID))
	require.Equal(t, cases.Dropped, w.read(waits.ID).Status)
	alarm := w.do(w.cases.Alarm(w.ctx, w.mei, cases.Report{Key: w.key(), Danger: "fire", Words: "fire"}))
	require.Contains(t, w.told(alarm.ID), "Li case.ping")
	w.do(w.cases.Join(w.ctx, w.mei, alarm.ID, cases.Note{Key: w.key(), Words: "third floor"}))

	require.NoError(t, w.people.Unblock(w.ctx, w.secretary, w.mei.Person))
	w.do(w.cases.Open(w.ctx, w.mei, w.at(2, "lamp")))
}

func TestTooManyReportsAtOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.cases = cases.New(w.db, w.clk, w.community, func() {})
	for range cases.Floods[0].Most {
		w.do(w.cases.Open(w.ctx, w.mei, w.at(2, "lamp")))
	}
	repeat := w.at(2, "lamp")
	_, err := w.cases.Open(w.ctx, w.mei, repeat)
	refused(t, refusal.Conflict, "case.too_many", err)
	w.do(w.cases.Alarm(w.ctx, w.mei, cases.Report{Key: w.key(), Danger: "gas", Words: "gas"}))
	w.do(w.cases.Open(w.ctx, w.neighbour, w.at(2, "lamp")))
	phoned := w.at(2, "lamp")
	phoned.For, phoned.Channel = w.mei.Person, cases.ByPhone
	w.do(w.cases.Open(w.ctx, w.li, phoned))
	w.clk.Advance(cases.Floods[0].Within)
	w.do(w.cases.Open(w.ctx, w.mei, repeat))
	w.do(w.cases.Open(w.ctx, w.mei, repeat))

	_, err = w.db.Exec(`UPDATE cases SET status = 'spam', ending = 'spam', proposed_by = $1, decided_by = $2, closed_at = opened_at
		WHERE reporter_id = $3 AND status = 'assigned' AND number < 5`, w.li.Person, w.secretary.Person, w.mei.Person)
	require.NoError(t, err)
	w.clk.Advance(20 * time.Minute)
	_, err = w.cases.Open(w.ctx, w.mei, w.at(2, "lamp"))
	refused(t, refusal.Conflict, "case.too_many", err)
}

// TestTheNeighboursQuestionReadsFewCases: of all cases of years it reads those of one
// building that are open.
func TestTheNeighboursQuestionReadsFewCases(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	_, err := w.db.Exec(`
		INSERT INTO cases (community_id, session_key, number, status, kind, building_id, entrance, area_id, reporter_id, for_id, holder_id, urgent, self_sends,
			drafted_at, opened_at, due_at, taken_at, done_at, closed_at)
		SELECT p.community_id, 'old' || n, n, CASE WHEN n % 20 = 0 THEN 'assigned' ELSE 'held' END, 'lamp', $1, 1 + n % 4, $2, p.id, p.id, p.id, false, false,
			at, at, at + interval '1 day', at, at, CASE WHEN n % 20 <> 0 THEN at END
		FROM (SELECT min(id) AS id, min(community_id) AS community_id FROM persons) p,
			generate_series(1, 5000) n, LATERAL (SELECT timestamptz '2026-11-01' - n * interval '1 hour' AS at) o`, w.building.ID, w.building.Area)
	require.NoError(t, err)
	_, err = w.db.Exec(`ANALYZE cases`)
	require.NoError(t, err)
	var plan []string
	require.NoError(t, w.db.Select(&plan, `EXPLAIN `+cases.NearestAs(w.id, w.building.ID, w.building.Area, morning)))
	text := strings.Join(plan, "\n")
	require.Contains(t, text, "cases_near")
	require.NotContains(t, text, "Seq Scan on cases")
}

// A picture that nobody sends by a tap is asked about once; without an answer it goes
// off by itself, a little later.
func TestWhatSendsItselfIsAskedAboutFirst(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Open(w.ctx, w.mei, w.at(2, "")))
	for _, answers := range []bool{true, false} {
		draft := w.draft(w.neighbour)
		require.Equal(t, c.Place.Entrance, draft.Place.Entrance)
		w.sent()
		w.clk.Advance(cases.Quiet)
		for range 2 { // the job, and its repeat
			require.NoError(t, w.cases.SendItself(w.ctx, w.id, draft.ID))
			require.Equal(t, cases.Draft, w.read(draft.ID).Status)
		}
		require.Equal(t, []string{"Neighbour case.same"}, slices.DeleteFunc(w.told(draft.ID), func(told string) bool { return strings.HasPrefix(told, "- ") }))
		if answers {
			w.do(w.cases.Follow(w.ctx, w.neighbour, draft.ID, c.ID))
			w.givenUp(draft.ID)
			continue
		}
		w.clk.Advance(cases.Unanswered)
		require.NoError(t, w.cases.SendItself(w.ctx, w.id, draft.ID))
		sent := w.read(draft.ID)
		require.Equal(t, cases.Assigned, sent.Status)
		require.True(t, sent.SelfSent)
	}
}

// What a member writes down for one neighbour can be what they have in hand already.
func TestAMemberFollowsForSomebodyWhatTheyHold(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.taken()
	require.Equal(t, w.li.Person, c.Holder)
	r := w.at(c.Place.Entrance, c.Kind)
	r.For, r.Channel = w.neighbour.Person, cases.ByPhone
	like, err := w.cases.NearReport(w.ctx, w.li, r)
	require.NoError(t, err)
	require.Len(t, like, 1)
	draft := w.do(w.cases.Keep(w.ctx, w.li, r))
	w.do(w.cases.Follow(w.ctx, w.li, draft.ID, c.ID))
	mine, err := w.cases.Following(w.ctx, w.neighbour)
	require.NoError(t, err)
	require.Len(t, mine, 1)
	own := w.do(w.cases.Keep(w.ctx, w.mei, w.at(c.Place.Entrance, c.Kind)))
	_, err = w.cases.Follow(w.ctx, w.mei, own.ID, c.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	w.do(w.cases.Belongs(w.ctx, w.mei, own.ID, c.ID))
}
