package setup_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/setup"
)

var morning = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

// town is a community with a secretary and a resident.
type town struct {
	*testing.T
	db                  *sqlx.DB
	communities         *community.Service
	setup               *setup.Service
	id                  int64
	secretary, resident people.Actor
}

func newTown(t *testing.T) *town {
	t.Helper()
	db, clk := pgtest.New(t), clock.Frozen(morning)
	w := &town{T: t, db: db, communities: community.New(db, clk)}
	w.setup = setup.New(w.communities, calendar.New(db, clk), clk, []string{"en", "zh"})
	c, err := w.communities.Ensure(t.Context(), 7, "Haiyang")
	require.NoError(t, err)
	w.id = c.ID
	persons := people.New(db, clk)
	sec, err := persons.Meet(t.Context(), c.ID, people.Telegram{ID: 1, FirstName: "Chen"})
	require.NoError(t, err)
	token, err := persons.NewClaim(t.Context(), c.ID, false)
	require.NoError(t, err)
	require.NoError(t, persons.Redeem(t.Context(), c.ID, sec.ID, token))
	w.secretary = people.Actor{Community: c.ID, Person: sec.ID}
	res, err := persons.Meet(t.Context(), c.ID, people.Telegram{ID: 2, FirstName: "Mei"})
	require.NoError(t, err)
	w.resident = people.Actor{Community: c.ID, Person: res.ID, Roles: []access.Role{access.Secretary}} // what it claims counts for nothing
	return w
}

func (w *town) apply(text string) setup.Outcome {
	w.Helper()
	f, err := w.setup.Parse([]byte(text), "zh")
	require.NoError(w, err)
	o, err := w.setup.Apply(w.Context(), w.id, f, false)
	require.NoError(w, err)
	return o
}

func (w *town) rows() community.Town {
	w.Helper()
	t, err := community.ReadTown(w.Context(), w.db, w.id)
	require.NoError(w, err)
	return t
}

func TestTheExamplesApplyOnceAndThenChangeNothing(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "zh"} {
		w := newTown(t)
		text, err := setup.Example(lang)
		require.NoError(t, err)
		f, err := w.setup.Parse(text, "en")
		require.NoError(t, err)
		before := w.rows()
		dry, err := w.setup.Apply(t.Context(), w.id, f, true)
		require.NoError(t, err)
		require.Equal(t, before, w.rows(), "a dry run changes nothing")
		first, err := w.setup.Apply(t.Context(), w.id, f, false)
		require.NoError(t, err)
		require.Equal(t, dry, first, "a dry run tells what will change")
		require.NotEmpty(t, first.Made)
		again, err := w.setup.Apply(t.Context(), w.id, f, false)
		require.NoError(t, err)
		require.Empty(t, again.Made)
		require.Empty(t, again.Stays)
		require.Len(t, w.rows().Buildings, 3)
	}
}

func TestEveryFaultNamesItsLineAndField(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	_, err := w.setup.Parse([]byte(strings.TrimLeft(`
name: "`+strings.Repeat("x", 61)+`"
tongue: en
language: fr
time_zone: Mars/North
office_phone: [1]
emergency: {fire: none, flood: 119}
areas:
  - buildings:
      - {name: 1, entrances: 0}
      - numbers: 9-3
        entrances: 2
  - name: West
    buildings: {}
buildings: []
kinds:
  - lamp
  - lamp
  - e_bikes
  - {hours: 3}
  - {code: tree, hours: 9999}
  - {name: {en: "far too long for a button"}}
roles: {boss: x}
duty_hours: 18:00-8:00
quiet_hours: sometimes
holidays:
  2027: [2027-05-01, 2027-05-02]
  2028:
    - 2028-01-01, 2028-01-03, off, New Year
    - 2028-01-08, 2028-01-01, work
  2029: []
  soon: []
danger_words: {gas: {rings: [气], shouts: []}}
name: again
`, "\n")), "zh")
	var faults setup.Faults
	require.ErrorAs(t, err, &faults)
	var got []string
	for _, f := range faults {
		got = append(got, fmt.Sprintf("%d %s %s", f.Line, f.Field, f.Why.Key))
	}
	require.Equal(t, []string{
		"1 name community.bad_name",
		"2 tongue setup.unknown_field",
		"3 language setup.unknown_language",
		"4 time_zone community.unknown_zone",
		"5 office_phone setup.not_a_value",
		"6 emergency.fire community.bad_number",
		"6 emergency.flood setup.unknown_field",
		"8 areas[1] setup.needs",
		"9 areas[1].buildings[1].entrances community.bad_entrances",
		"10 areas[1].buildings[2].numbers setup.bad_range",
		"13 areas[2].buildings setup.not_a_list",
		"14 buildings setup.areas_or_buildings",
		"17 kinds[2] setup.twice",
		"18 kinds[3] setup.unknown_kind",
		"19 kinds[4] setup.needs",
		"20 kinds[5].hours community.bad_hours",
		"21 kinds[6].name.en community.bad_label",
		"21 kinds[6] setup.needs",
		"22 roles.boss setup.unknown_field",
		"23 duty_hours community.bad_duty_hours",
		"24 quiet_hours community.bad_quiet_hours",
		"26 holidays.2027[1] calendar.off_or_work",
		"26 holidays.2027[2] calendar.off_or_work",
		"29 holidays.2028[2] calendar.backwards",
		"30 holidays.2029 calendar.no_days",
		"31 holidays.soon setup.no_year",
		"32 danger_words.gas.rings[1] community.bad_word",
		"32 danger_words.gas.shouts setup.unknown_field",
		"33 name setup.twice",
	}, got)
	for text, line := range map[string]int{"": 1, "name: [": 1, "name: x\n\tlanguage: zh": 2, "- x": 1, "---\nname: x\n---\nname: y": 4, "name: x\n---\nname: [": 3} {
		_, err := w.setup.Parse([]byte(text), "zh")
		require.ErrorAs(t, err, &faults, text)
		require.Equal(t, line, faults[0].Line, "%q: %v", text, err)
	}
}

func TestWhatIsNotInTheFileStaysOrGoes(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.apply("buildings: [{numbers: 1-3, entrances: 2}]\noffice_phone: 0535-1\nkinds: [water, lamp, {name: 电动车}]")
	_, err := w.db.Exec(`
		INSERT INTO persons (community_id, name, language, reachable, created_at, building_id)
		SELECT $1, 'Mei', 'zh', false, now(), id FROM buildings WHERE community_id = $1 AND name = '2'`, w.id)
	require.NoError(t, err)
	o := w.apply("areas: [{name: east, buildings: [{name: 1, entrances: 4}]}, {name: west, buildings: [{name: 5, entrances: 1}]}]")
	require.Equal(t, []community.Change{{What: community.BuildingRemoved, Of: "2"}}, o.Stays)
	now := w.rows()
	require.Equal(t, "0535-1", now.OfficePhone, "what is not in the file stays")
	var houses []string
	for _, b := range now.Buildings {
		houses = append(houses, fmt.Sprintf("%s:%d", b.Name, b.Entrances))
	}
	require.Equal(t, []string{"1:4", "2:2", "5:1"}, houses, "3 is gone: nobody lives there")
	require.Len(t, now.Areas, 2, "the area without a name became the first")
	var offered []string
	for _, k := range now.Kinds {
		if k.Offered {
			offered = append(offered, k.Code)
		}
	}
	require.Equal(t, []string{"water", "lamp", "own_1", "other"}, offered)
	o = w.apply("areas: [{name: west, buildings: [{name: 5, entrances: 1}, {name: 1, entrances: 4}, {name: 2, entrances: 2}]}]")
	require.Empty(t, o.Stays)
	require.Len(t, w.rows().Areas, 1, "nothing stood in the east any more")
}

func TestOnlyWhoMayChangesSettings(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	before := w.rows()
	for _, e := range []setup.Edit{{What: community.NameIs, Is: "Mine"}, {What: community.BuildingAdded, Of: "1-3", Is: "2"}} {
		_, err := w.setup.Change(t.Context(), w.resident, e)
		require.True(t, refusal.Is(err, refusal.NotFound), err)
	}
	require.Equal(t, before, w.rows())
	_, err := w.setup.Change(t.Context(), w.secretary, setup.Edit{What: community.LanguageIs, Is: "fr"})
	require.True(t, refusal.Is(err, refusal.Invalid), err)
}

func TestATurnThatIsPlayedAgainChangesNothingTwice(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for _, e := range []setup.Edit{
		{What: community.NameIs, Is: "Seaside"},
		{What: community.BuildingAdded, Of: "1-3号楼，8A", Is: "2"},
		{What: community.KindAdded, Lang: "zh", Is: "电动车"},
		{What: community.AreaAdded, Is: "east"},
		{What: community.AreaAdded, Is: "west"},
	} {
		made, err := w.setup.Change(t.Context(), w.secretary, e)
		require.NoError(t, err)
		require.NotEmpty(t, made, e)
		once := w.rows()
		if e.What == community.BuildingAdded {
			require.Len(t, once.Buildings, 4)
		}
		_, err = w.setup.Change(t.Context(), w.secretary, e)
		require.NoError(t, err)
		require.Equal(t, once, w.rows(), e)
	}
	east := w.rows().Areas[0]
	require.Equal(t, "east", east.Name)
	for range 2 {
		_, err := w.setup.Change(t.Context(), w.secretary, setup.Edit{What: community.AreaRenamed, ID: east.ID, Is: "sunrise"})
		require.NoError(t, err)
	}
	west := w.rows().Areas[1]
	house := w.rows().Buildings[3]
	_, err := w.setup.Change(t.Context(), w.secretary,
		setup.Edit{What: community.BuildingMoved, ID: house.ID, Is: fmt.Sprint(west.ID)},
		setup.Edit{What: community.BuildingRenamed, ID: house.ID, Is: "8B"},
		setup.Edit{What: community.EntrancesAre, ID: house.ID, Is: "7"})
	require.NoError(t, err)
	require.Equal(t, community.Building{ID: house.ID, Area: west.ID, Name: "8B", Entrances: 7}, w.rows().Buildings[3])
	for range 2 {
		_, err = w.setup.Change(t.Context(), w.secretary, setup.Edit{What: setup.BuildingsHere, ID: west.ID, Is: "2-3"})
		require.NoError(t, err)
	}
	var where []int64
	for _, b := range w.rows().Buildings {
		where = append(where, b.Area)
	}
	require.Equal(t, []int64{east.ID, west.ID, west.ID, west.ID}, where)
	_, err = w.setup.Change(t.Context(), w.secretary, setup.Edit{What: setup.BuildingsHere, ID: east.ID, Is: "1-4"})
	require.True(t, refusal.Is(err, refusal.NotFound), "a building that is not there is not made: %v", err)
	_, err = w.setup.Change(t.Context(), w.secretary, setup.Edit{What: community.AreaRemoved, ID: west.ID})
	require.True(t, refusal.Is(err, refusal.Conflict), err)
}

func TestNumbersAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1-3": "1 2 3", "1到3号楼": "1 2 3", "1号楼—2号楼": "1 2", "2, 4，6、8A": "2 4 6 8A", "3号楼": "3", "A座": "A座", "1 to 2": "1 2",
	} {
		got, err := setup.Numbers(text)
		require.NoError(t, err, text)
		require.Equal(t, want, strings.Join(got, " "), text)
	}
	for _, text := range []string{"", " , ", "9-3", "1-999", "1-100000"} {
		_, err := setup.Numbers(text)
		require.True(t, refusal.Is(err, refusal.Invalid), "%q: %v", text, err)
	}
}

func TestHolidaysAndHoursFollowTheFile(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	const file = "duty_hours: 9-17\nquiet_hours: none\nholidays:\n  2027:\n    - 2027-01-01, 2027-01-03, off, 元旦\n    - 2027-01-09, , work\n"
	o := w.apply(file)
	require.Equal(t, []community.Change{
		{What: community.DutyAre, Was: "8:00-18:00", Is: "9:00-17:00"}, {What: community.QuietAre, Was: "20:30-7:30", Is: "none"},
		{What: setup.HolidaysAre, Of: "2027", Is: "3+1"},
	}, o.Made)
	require.Empty(t, w.apply(file).Made)
	c := w.rows().Community
	require.Equal(t, []int{540, 1020, 0, 0}, []int{c.DutyFrom, c.DutyUntil, c.QuietFrom, c.QuietUntil})
	require.Empty(t, w.apply("quiet_hours: none\n").Made)
	require.Len(t, w.apply("quiet_hours: 22:00 - 7:00\n").Made, 1)
	var codes []string
	require.NoError(t, w.db.Select(&codes, `SELECT code FROM community_events WHERE code IN ('duty_hours', 'quiet_hours', 'holidays') ORDER BY id`))
	require.Equal(t, []string{"duty_hours", "quiet_hours", "holidays", "quiet_hours"}, codes)
}

func TestHolidaysAreLoadedByWhoMayOnceAtATime(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	year := func(text string) calendar.Notice {
		n, faults := calendar.ParseNotice([][]string{strings.Split(text, ",")})
		require.Empty(t, faults)
		return n
	}
	_, err := w.setup.LoadHolidays(t.Context(), w.resident, year("2027-05-01,2027-05-05,off"))
	require.True(t, refusal.Is(err, refusal.NotFound), "%v", err)
	var wg sync.WaitGroup
	var loaded atomic.Int32
	for i := range 8 { // two lists at once, again and again: one of them holds whole
		wg.Go(func() {
			different, err := w.setup.LoadHolidays(t.Context(), w.secretary, year(fmt.Sprintf("2027-05-0%d,2027-05-05,off", 1+i%2)))
			if err == nil && different {
				loaded.Add(1)
			}
		})
	}
	wg.Wait()
	require.Positive(t, loaded.Load())
	var runs, events int
	require.NoError(t, w.db.Get(&runs, `SELECT count(*) FROM holidays`))
	require.NoError(t, w.db.Get(&events, `SELECT count(*) FROM community_events WHERE code = 'holidays'`))
	require.Equal(t, 1, runs)
	require.EqualValues(t, loaded.Load(), events)
}
