package notices_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/notices"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

func TestWhoMayWriteToWhom(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	theirs, others, all := w.group(-3, w.three), w.group(-5, w.five), w.group(-1)
	three, five := []notices.Home{{Building: w.three}}, []notices.Home{{Building: w.five}}
	urgent := everybody("").For
	for name, row := range map[string]struct {
		weight notices.Weight
		to     notices.Audience
		may    string
	}{
		"everybody":                     {notices.Ordinary, notices.Audience{People: true}, "secretary deputy"},
		"everybody by age":              {notices.Ordinary, notices.Audience{People: true, From: 60}, "secretary deputy"},
		"a house of theirs":             {notices.Important, notices.Audience{People: true, Homes: three}, "secretary deputy li"},
		"a house of theirs, urgent":     {notices.Urgent, notices.Audience{People: true, Homes: three}, "secretary deputy"},
		"a house of another's":          {notices.Ordinary, notices.Audience{People: true, Homes: five}, "secretary deputy"},
		"a house of theirs and another": {notices.Ordinary, notices.Audience{People: true, Homes: append(slices.Clone(three), five...)}, "secretary deputy"},
		"a house of theirs, its groups": {notices.Ordinary, notices.Audience{People: true, Groups: true, Homes: three}, "secretary deputy li"},
		"a group of their house":        {notices.Ordinary, notices.Audience{Groups: true, Only: []int64{theirs.ID}}, "secretary deputy li"},
		"a group of another house":      {notices.Ordinary, notices.Audience{Groups: true, Only: []int64{others.ID}}, "secretary deputy"},
		"a group of all":                {notices.Ordinary, notices.Audience{Groups: true, Only: []int64{all.ID}}, "secretary deputy"},
		"everybody at once":             {notices.Urgent, urgent, "secretary deputy"},
	} {
		var may []string
		for _, who := range []struct {
			name string
			people.Actor
		}{{"secretary", w.secretary}, {"deputy", w.deputy}, {"li", w.li}, {"mei", w.mei}} {
			d := everybody(name + who.name)
			d.Weight, d.For = row.weight, row.to
			n, err := w.notices.Confirm(w.ctx, who.Actor, d)
			if err != nil {
				w.refused(refusal.NotFound, "access.not_found", err)
				continue
			}
			may = append(may, who.name)
			_, err = w.notices.Stop(w.ctx, who.Actor, n.ID)
			require.NoError(t, err)
			_, err = w.notices.Progress(w.ctx, w.mei, n.ID)
			w.refused(refusal.NotFound, "access.not_found", err)
		}
		require.Equal(t, row.may, strings.Join(may, " "), name)
	}
	require.True(t, notices.May(people.Actor{Roles: []access.Role{access.Member}}))
	require.False(t, notices.May(people.Actor{Roles: []access.Role{access.Helper, access.Kitchen, access.Resident}}))
}

// A member writes to the groups of their houses, and the groups of all are left out of it.
func TestAMembersNoticeGoesToNoGroupOfAll(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	theirs := w.group(-3, w.three)
	w.group(-1)
	w.group(-5, w.three, w.five)
	d := everybody("a")
	d.For.Groups, d.For.Homes = true, []notices.Home{{Building: w.three}}
	size, err := w.notices.Size(w.ctx, w.li, d.For)
	require.NoError(t, err)
	require.Equal(t, 1, size.Groups)
	n, err := w.notices.Confirm(w.ctx, w.li, d)
	require.NoError(t, err)
	require.Equal(t, []int64{theirs.ID}, n.For.Only)
	size, err = w.notices.Size(w.ctx, w.secretary, d.For)
	require.NoError(t, err)
	require.Equal(t, 3, size.Groups)
}

func TestWhomAnAudienceIsOf(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.exec(`UPDATE persons SET birth_year = 1950 WHERE id = ANY (ARRAY[$1, $2]::bigint[])`, w.wang.Person, w.chen.Person)
	w.exec(`UPDATE persons SET birth_year = 2000 WHERE id = $1`, w.mei.Person)
	w.exec(`UPDATE persons SET tags = '{alone,hearing}' WHERE id = $1`, w.wang.Person)
	w.exec(`UPDATE persons SET presence = 'hospital' WHERE id = $1`, w.li.Person)
	_, err := w.people.Meet(w.ctx, w.id, people.Telegram{ID: 99, FirstName: "Passer-by"})
	require.NoError(t, err)
	w.notices.Books(booked{w.mei.Person, w.li.Person})
	for name, row := range map[string]struct {
		of   notices.Audience
		want string
	}{
		"everybody who is here and agreed": {notices.Audience{}, "Secretary Deputy Mei Old-Wang Chen Lao-Sun"},
		"a house":                          {notices.Audience{Homes: []notices.Home{{Building: w.five}}}, "Chen Lao-Sun"},
		"an entrance":                      {notices.Audience{Homes: []notices.Home{{Building: w.three, Entrance: 2}, {Building: w.five, Entrance: 2}}}, "Mei Old-Wang"},
		"a role":                           {notices.Audience{Roles: []access.Role{access.Deputy, access.Member}}, "Deputy"},
		"residents, as all are":            {notices.Audience{Roles: []access.Role{access.Resident}}, "Secretary Deputy Mei Old-Wang Chen Lao-Sun"},
		"those of 76":                      {notices.Audience{From: 76}, "Old-Wang Chen"},
		"those of 77":                      {notices.Audience{From: 77}, ""},
		"those until 26":                   {notices.Audience{Until: 26}, "Mei"},
		"until 25":                         {notices.Audience{Until: 25}, ""},
		"who hears badly":                  {notices.Audience{Tags: []string{"hearing", "sight"}}, "Old-Wang"},
		"the old of a house":               {notices.Audience{Homes: []notices.Home{{Building: w.three}}, From: 60}, "Old-Wang"},
		"who has something booked":         {notices.Audience{Tomorrow: true}, "Mei"},
	} {
		row.of.People = true
		d := everybody(name)
		d.Weight, d.For = notices.Urgent, row.of
		var who []string
		for _, s := range w.stands(w.confirm(d)) {
			s, _, _ = strings.Cut(s, " waiting")
			s, _, _ = strings.Cut(s, " failed")
			who = append(who, strings.ReplaceAll(s, " ", "-"))
		}
		require.Equal(t, row.want, strings.Join(who, " "), name)
	}
	size, err := w.notices.Size(w.ctx, w.secretary, notices.Audience{People: true})
	require.NoError(t, err)
	require.Equal(t, notices.Size{People: 4, Offline: 2, Takes: 160 * time.Millisecond, Language: map[string]int{"zh": 4}}, size)
}

func TestWhenItGoesOut(t *testing.T) {
	t.Parallel()
	w := newTown(t) // quiet from 20:30 to 7:30
	for name, row := range map[string]struct {
		weight            notices.Weight
		now, at           time.Time
		want, until, door time.Time
	}{
		"at ten": {
			notices.Ordinary, w.at(23, 10, 0), time.Time{}, w.at(23, 10, 2), w.at(30, 10, 2), time.Time{},
		},
		"an important one at ten": {
			notices.Important, w.at(23, 10, 0), time.Time{}, w.at(23, 10, 2), w.at(30, 10, 2), w.at(23, 17, 0),
		},
		"an important one in the evening": {
			notices.Important, w.at(23, 18, 0), time.Time{}, w.at(23, 18, 2), w.at(30, 18, 2), w.at(23, 19, 2),
		},
		"an important one just before the night": {
			notices.Important, w.at(23, 20, 0), time.Time{}, w.at(23, 20, 2), w.at(30, 20, 2), w.at(24, 7, 30),
		},
		"at night": {
			notices.Important, w.at(23, 22, 0), time.Time{}, w.at(24, 7, 30), w.at(31, 7, 30), w.at(24, 17, 0),
		},
		"a minute before the night": {
			notices.Ordinary, w.at(23, 20, 29), time.Time{}, w.at(24, 7, 30), w.at(31, 7, 30), time.Time{},
		},
		"tonight": {
			notices.Ordinary, w.at(23, 10, 0), w.at(23, 19, 0), w.at(23, 19, 0), w.at(30, 19, 0), time.Time{},
		},
		"on a night": {
			notices.Ordinary, w.at(23, 10, 0), w.at(26, 3, 0), w.at(26, 7, 30), w.at(33, 7, 30), time.Time{},
		},
		"at a time that is over": {
			notices.Ordinary, w.at(23, 10, 0), w.at(23, 9, 0), w.at(23, 10, 2), w.at(30, 10, 2), time.Time{},
		},
		"urgent at night": {
			notices.Urgent, w.at(23, 23, 0), time.Time{}, w.at(23, 23, 0), w.at(30, 23, 0), w.at(24, 0, 0),
		},
	} {
		d := everybody(name)
		d.Weight, d.At = row.weight, row.at
		got, err := notices.Whole(d, row.now, 20*60+30, 7*60+30)
		require.NoError(t, err, name)
		require.True(t, row.want.Equal(got.At), "%s: it goes at %s, not %s", name, got.At, row.want)
		require.True(t, row.until.Equal(got.Until), "%s: it is current until %s, not %s", name, got.Until, row.until)
		require.True(t, row.door.Equal(got.DoorsAt), "%s: doors at %s, not %s", name, got.DoorsAt, row.door)
	}
}

func TestWhatCannotBeTold(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	long := strings.Repeat("水", notices.MostWords+1)
	for key, change := range map[string]func(d *notices.Draft){
		"notices.no_words":    func(d *notices.Draft) { d.Texts = notices.Words{"en": "  ", "zh": "停水"} },
		"notices.too_long":    func(d *notices.Draft) { d.Texts = notices.Words{"en": "Water", "zh": long} },
		"notices.nobody":      func(d *notices.Draft) { d.For = notices.Audience{} },
		"notices.over_before": func(d *notices.Draft) { d.Until = monday },
		"notices.no_event":    func(d *notices.Draft) { d.Answer = notices.Event },
		"notices.bad_options": func(d *notices.Draft) { d.Answer, d.Options = notices.Question, []notices.Words{{"en": "Yes"}} },
		"notices.bad_option": func(d *notices.Draft) {
			d.Answer, d.Options = notices.Question, []notices.Words{{"en": "Yes"}, {"zh": "不"}}
		},
	} {
		d := everybody(key)
		change(&d)
		_, err := w.notices.Confirm(w.ctx, w.secretary, d)
		w.refused(refusal.Invalid, key, err)
	}
	n := w.confirm(everybody("a"))
	_, err := w.notices.Correct(w.ctx, w.secretary, n.ID, "c", notices.Words{"en": long})
	w.refused(refusal.Invalid, "notices.too_long", err)
	_, err = w.notices.Correct(w.ctx, w.secretary, n.ID, "c", notices.Words{"zh": "停水"})
	w.refused(refusal.Invalid, "notices.no_words", err)
}

// Every move from every state: where it leads, "=" where it was made before, "-" where
// it is too late.
func TestEveryMoveFromEveryState(t *testing.T) {
	t.Parallel()
	want := map[notices.State]string{
		notices.Set:       "stop:stopped pause:- go on:- withdraw:stopped",
		notices.Going:     "stop:stopped pause:paused go on:= withdraw:withdrawn",
		notices.Paused:    "stop:stopped pause:= go on:going withdraw:withdrawn",
		notices.Out:       "stop:- pause:- go on:- withdraw:withdrawn",
		notices.Stopped:   "stop:= pause:- go on:- withdraw:withdrawn",
		notices.Withdrawn: "stop:- pause:- go on:- withdraw:=",
	}
	for state, row := range want {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			verbs := map[string]func(n int64) (notices.Notice, error){
				"stop":     func(n int64) (notices.Notice, error) { return w.notices.Stop(w.ctx, w.secretary, n) },
				"pause":    func(n int64) (notices.Notice, error) { return w.notices.Pause(w.ctx, w.secretary, n) },
				"go on":    func(n int64) (notices.Notice, error) { return w.notices.GoOn(w.ctx, w.secretary, n) },
				"withdraw": func(n int64) (notices.Notice, error) { return w.notices.Withdraw(w.ctx, w.secretary, n) },
			}
			var got []string
			for _, verb := range []string{"stop", "pause", "go on", "withdraw"} {
				n := w.going(everybody(verb))
				w.exec(`UPDATE notices SET state = $3, started_at = CASE WHEN $3 = 'set' THEN NULL ELSE started_at END
					WHERE community_id = $1 AND id = $2`, w.id, n.ID, state)
				now, err := verbs[verb](n.ID)
				switch {
				case err != nil:
					w.refused(refusal.Conflict, "notices.too_late", err)
					got = append(got, verb+":-")
				case now.State == state:
					got = append(got, verb+":=")
				default:
					got = append(got, verb+":"+string(now.State))
				}
			}
			require.Equal(t, row, strings.Join(got, " "))
		})
	}
}

func TestNamesAndFlatsInWordsForGroups(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.enter("王桂花", w.three, 2, "202")
	w.enter("An", w.five, 2, "12")
	for text, want := range map[string][]string{
		"Water off tomorrow from 9 to 12.":            {},
		"Please ask Mei for the key.":                 {"Mei"},
		"Meier's shop has the key.":                   {},
		"请到王桂花家登记":                                    {"王桂花"},
		"Ask Old Wang, Chen or Li.":                   {"Chen", "Li", "Old Wang"},
		"Anybody may come. An umbrella helps":         {"An"},
		"The key is at 3-2-202.":                      {"3-2-202"},
		"The key is at 4-2-202.":                      {},
		"On 2026-11-29 all is well.":                  {},
		"钥匙在3号楼2单元201":                                {"3号楼2单元201"},
		"钥匙在3号楼2单元999":                                {},
		"Flat 302 has the key, flat 303 has not":      {"Flat 302"},
		"301室漏水":                                      {"301室"},
		"12 people came":                              {},
		"mei is written small, as one writes a verb":  {},
		"Call Chen: Chen has it.":                     {"Chen"},
		"The secretary knows. Secretary, please read": {"Secretary"},
	} {
		got, err := w.notices.Names(w.ctx, w.secretary, notices.Words{"en": text})
		require.NoError(t, err)
		require.Equal(t, want, got, text)
	}
	got, err := w.notices.Names(w.ctx, w.mei, notices.Words{"en": "Ask Chen"})
	require.NoError(t, err)
	require.Empty(t, got, "whoever may not write learns no name by asking")
}

func TestHowLongANoticeRestsBetweenTwoSweeps(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		idle time.Duration
		left int
		want time.Duration
	}{
		"while it goes":                {time.Second, 7500, 5 * time.Second},
		"while the last are told":      {time.Second, 60, 2 * time.Second},
		"while the very last is":       {time.Second, 1, time.Second},
		"when nothing happens":         {20 * time.Second, 1, 15 * time.Second},
		"when they wait for a morning": {time.Hour, 7500, time.Minute},
	} {
		require.Equal(t, row.want, notices.Rest(row.idle, row.left), name)
	}
}
