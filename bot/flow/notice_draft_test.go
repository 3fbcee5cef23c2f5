package flow

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/notices"
	"github.com/linli-bot/linli/internal/people"
)

func secretaryVisit() Visit {
	return Visit{
		Person: people.Person{ID: 7, Language: "en"},
		Actor:  people.Actor{Community: 1, Person: 7, Roles: []access.Role{access.Secretary}},
	}
}

// TestWhoeverACopyIsForIsWhomItsModelWasFor: what is begun from an earlier notice is for
// the same people and groups.
func TestWhoeverACopyIsForIsWhomItsModelWasFor(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]notices.Audience{
		"everybody and all groups": {People: true, Groups: true},
		"people alone":             {People: true},
		"groups alone":             {Groups: true},
		"two of the groups":        {People: true, Groups: true, Only: []int64{4, 9}},
		"two buildings":            {People: true, Groups: true, Homes: []notices.Home{{Building: 3}, {Building: 5}}},
		"two entrances":            {People: true, Homes: []notices.Home{{Building: 3, Entrance: 1}, {Building: 3, Entrance: 2}}},
		"the old who live alone": {
			People: true, From: 70, Tags: []string{"alone"}, Roles: []access.Role{access.Volunteer}, Tomorrow: true,
		},
	} {
		d := secretaryVisit().noticeLike(notices.Notice{Draft: notices.Draft{Language: "en", Texts: notices.Words{"en": "x"}, For: a}}, "zh")
		require.Equal(t, a, d.audience(), name)
	}
}

func TestOfSeveralAgesTheYoungestTakesInTheOthers(t *testing.T) {
	t.Parallel()
	d := noticeDraft{Only: []string{"age.80", "age.60"}}
	require.Equal(t, 60, d.audience().From)
}

func TestWhoMayNotWriteToAllReachesNoGroup(t *testing.T) {
	t.Parallel()
	v := secretaryVisit()
	v.Actor.Roles, v.Actor.Areas = []access.Role{access.Member}, []int64{2}
	d := v.newNotice()
	d.Homes = []string{"3"}
	require.Equal(t, notices.Audience{People: true, Homes: []notices.Home{{Building: 3}}}, d.audience())
}

func TestGroupsAreLeftOutOnceWhereOnlySomeAreMeant(t *testing.T) {
	t.Parallel()
	d := secretaryVisit().newNotice()
	d.Only = []string{"age.70"}
	d.proposePeople()
	require.Equal(t, toPeople, d.To)
	d.To = toBoth
	d.proposePeople()
	require.Equal(t, toBoth, d.To, "whoever wants them after all has them")
}

func TestADraftComesToANotice(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 27, 11, 0, 0, 0, time.UTC)
	d := secretaryVisit().newNotice()
	d.Text, d.Other, d.Answer, d.Options, d.OtherOptions = "Posts?", "要装吗", string(notices.Question), "Yes\n\nNo", "要\n不要"
	d.proposeVoice()
	d.Closes, d.With = momentValue(at), dialog.Media{Kind: dialog.Paper, FileID: "f", UniqueID: "u"}
	require.Equal(t, notices.Draft{
		Key: "k", Weight: notices.Ordinary, Language: "en", Texts: notices.Words{"en": "Posts?", "zh": "要装吗"},
		Media: []notices.Media{{Kind: "file", FileID: "f", UniqueID: "u"}}, For: notices.Audience{People: true, Groups: true},
		Answer: notices.Question, Options: []notices.Words{{"en": "Yes", "zh": "要"}, {"en": "No", "zh": "不要"}},
		Voice: notices.OfHousehold, Until: at,
	}, d.notice("k", "zh"))
}

func TestOptionsFitOnButtons(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		lines []string
		ok    bool
	}{
		"two":          {[]string{"要", "不要"}, true},
		"one":          {[]string{"要"}, false},
		"six":          {[]string{"1a", "2a", "3a", "4a", "5a", "6a"}, false},
		"a long one":   {[]string{"装在南边靠近花坛的空地", "不要"}, false},
		"as wide as a": {[]string{"一二三四五六七八", "不要"}, true},
	} {
		require.Equal(t, row.ok, fitOptions(row.lines) == nil, name)
	}
}
