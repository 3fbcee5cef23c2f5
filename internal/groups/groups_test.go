package groups_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/groups"
	"github.com/linli-bot/linli/internal/refusal"
)

func refused(t *testing.T, kind refusal.Kind, key string, err error) {
	t.Helper()
	r, ok := refusal.As(err)
	require.True(t, ok, "want the refusal %s, got %v", key, err)
	require.Equal(t, kind, r.Kind)
	require.Equal(t, key, r.Key)
}

func TestAGroupThatNobodyTiesIsLeftAfterADay(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	g := w.added(-9)
	require.NoError(t, w.groups.Added(w.ctx, w.arrival(-9)), "a repeat")
	require.Equal(t, []string{"chat.leave", "group.greeting"}, w.rows("true"))
	var due time.Time
	require.NoError(t, w.db.Get(&due, `SELECT due_at FROM outbox WHERE topic = 'chat.leave'`))
	require.True(t, due.Equal(morning.Add(24*time.Hour)), "got %v", due)
	require.Equal(t, []string{"group_added"}, w.events())

	_, err := w.groups.Unclaimed(w.ctx, w.id, g.ID)
	refused(t, refusal.Conflict, "groups.stays", err)
	w.clk.Advance(24 * time.Hour)
	left, err := w.groups.Unclaimed(w.ctx, w.id, g.ID)
	require.NoError(t, err)
	require.EqualValues(t, -9, left.Chat)
	require.NoError(t, w.groups.Gone(w.ctx, w.id, -9))
	_, err = w.groups.Unclaimed(w.ctx, w.id, g.ID)
	refused(t, refusal.Conflict, "groups.stays", err)
	require.Empty(t, w.rows("person_id <> 0"), "nobody is told of a group that was nobody's")
}

func TestATiedGroupStays(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	g := w.tied(-9, ofResidents)
	require.True(t, g.Tied() && g.LeaveAt == nil)
	require.Equal(t, []string{"group.greeting", "group.tied"}, w.rows("true"), "leaving is withdrawn")
	_, err := w.groups.Tie(w.ctx, w.secretary, g.ID, ofResidents)
	require.NoError(t, err)
	require.Equal(t, []string{"group_added", "group_tied"}, w.events(), "the same again is no change")
	w.clk.Advance(48 * time.Hour)
	_, err = w.groups.Unclaimed(w.ctx, w.id, g.ID)
	refused(t, refusal.Conflict, "groups.stays", err)

	require.NoError(t, w.groups.Untie(w.ctx, w.secretary, g.ID))
	require.NoError(t, w.groups.Untie(w.ctx, w.secretary, g.ID), "a repeat")
	require.Equal(t, []string{"chat.leave"}, w.rows("topic = 'chat.leave'"))
	_, err = w.groups.Tie(w.ctx, w.secretary, g.ID, ofResidents)
	require.NoError(t, err)
	require.Empty(t, w.rows("topic = 'chat.leave'"))
}

func TestWhoMaySayWhatAGroupIsFor(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	g := w.added(-9)
	_, err := w.groups.Tie(w.ctx, w.resident, g.ID, ofResidents)
	refused(t, refusal.NotFound, "access.not_found", err)
	refused(t, refusal.NotFound, "access.not_found", w.groups.Untie(w.ctx, w.resident, g.ID))
	_, err = w.groups.List(w.ctx, w.resident)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = w.groups.Find(w.ctx, w.resident, g.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	said := groups.Said{Arrival: w.arrival(-9), Key: "u1"}
	refused(t, refusal.NotFound, "access.not_found", w.groups.SetUp(w.ctx, w.resident, said))
	require.Empty(t, w.rows("person_id <> 0"))

	elsewhere := w.secretary
	elsewhere.Community++
	_, err = w.groups.Tie(w.ctx, elsewhere, g.ID, ofResidents)
	refused(t, refusal.NotFound, "access.not_found", err)
}

func TestWhatNoGroupCanBeFor(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	g := w.added(-9)
	for name, row := range map[string]struct {
		to   groups.Setting
		kind refusal.Kind
		key  string
	}{
		"nothing":            {groups.Setting{}, refusal.Invalid, "groups.unknown_setting"},
		"a dance":            {groups.Setting{Purpose: "dance"}, refusal.Invalid, "groups.unknown_setting"},
		"gossip":             {groups.Setting{Purpose: groups.Duty, Posts: []groups.Post{"gossip"}}, refusal.Invalid, "groups.unknown_setting"},
		"no language":        {groups.Setting{Purpose: groups.Duty, Language: "Klingon"}, refusal.Invalid, "groups.unknown_setting"},
		"a building of none": {groups.Setting{Purpose: groups.Duty, Buildings: []int64{w.buildings[0], 99999}}, refusal.NotFound, "groups.no_building"},
	} {
		_, err := w.groups.Tie(w.ctx, w.secretary, g.ID, row.to)
		r, ok := refusal.As(err)
		require.True(t, ok, "%s: %v", name, err)
		require.Equal(t, row.kind, r.Kind, name)
		require.Equal(t, row.key, r.Key, name)
	}
	require.NoError(t, w.groups.Gone(w.ctx, w.id, -9))
	_, err := w.groups.Tie(w.ctx, w.secretary, g.ID, ofResidents)
	refused(t, refusal.Conflict, "groups.gone", err)
}

func TestWhereAPostGoes(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	tie := func(chat int64, p groups.Purpose, buildings ...int64) {
		w.tied(chat, groups.Setting{Purpose: p, Buildings: buildings, Posts: []groups.Post{groups.Notices}, Language: "en"})
	}
	tie(-1, groups.Residents)
	tie(-2, groups.Residents, w.buildings[0])
	tie(-3, groups.Residents, w.buildings[1], w.buildings[2])
	tie(-4, groups.Duty)
	tie(-5, groups.Residents, w.buildings[0])
	tie(-6, groups.Residents, w.buildings[0])
	w.added(-7)
	require.NoError(t, w.groups.Gone(w.ctx, w.id, -5))
	require.NoError(t, w.groups.Silenced(w.ctx, w.id, -6))
	for name, row := range map[string]struct {
		purpose  groups.Purpose
		building int64
		chats    []int64
	}{
		"to everybody":                      {groups.Residents, 0, []int64{-1, -2, -3}},
		"to a building, with those of all":  {groups.Residents, w.buildings[0], []int64{-1, -2}},
		"to another building":               {groups.Residents, w.buildings[2], []int64{-1, -3}},
		"to whoever is on duty, everywhere": {groups.Duty, w.buildings[2], []int64{-4}},
		"where there is no such group":      {groups.Kitchen, 0, nil},
	} {
		all, err := groups.Of(w.ctx, w.db, w.id, row.purpose, row.building)
		require.NoError(t, err, name)
		var chats []int64
		for _, g := range all {
			chats = append(chats, g.Chat)
			require.Equal(t, "en", g.Language)
			require.True(t, g.Takes(groups.Notices) && !g.Takes(groups.Fixed))
		}
		require.Equal(t, row.chats, chats, name)
	}
	all, err := groups.Of(w.ctx, w.db, w.id+1, groups.Residents, 0)
	require.NoError(t, err)
	require.Empty(t, all, "another community's")
	list, err := w.groups.List(w.ctx, w.secretary)
	require.NoError(t, err)
	require.Len(t, list, 6, "the bot is no longer in one")
	require.EqualValues(t, -7, list[0].Chat, "what nobody tied comes first")
}

func TestWhatKeepsATiedGroupFromReadingIsTold(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		happens func(w *town) error
		told    []string
		event   string
	}{
		"the bot was taken out":       {func(w *town) error { return w.groups.Gone(w.ctx, w.id, -9) }, []string{"group.lost"}, "group_gone"},
		"it may not write any more":   {func(w *town) error { return w.groups.Silenced(w.ctx, w.id, -9) }, []string{"group.silenced"}, "group_silenced"},
		"it has another chat":         {func(w *town) error { return w.groups.Migrated(w.ctx, w.id, -9, -1009) }, []string{}, "group_migrated"},
		"it has another title":        {func(w *town) error { return w.groups.Renamed(w.ctx, w.id, -9, "Three") }, []string{}, "group_renamed"},
		"a chat that nobody knows of": {func(w *town) error { return w.groups.Gone(w.ctx, w.id, -77) }, []string{}, "group_tied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.tied(-9, ofResidents)
			for range 2 { // Telegram may say it twice
				require.NoError(t, row.happens(w))
			}
			require.Equal(t, row.told, w.rows("person_id = $1", w.secretary.Person))
			events := w.events()
			require.Equal(t, row.event, events[len(events)-1])
			require.LessOrEqual(t, len(events), 3, "once")
		})
	}
}

func TestWhoeverIsInChargeHearsOfAGroup(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.tied(-9, ofResidents)
	deputy := w.meet(3)
	require.NoError(t, w.people.MakeDeputy(w.ctx, w.secretary, deputy.Person))
	require.NoError(t, w.people.SetAway(w.ctx, w.secretary, true))
	require.NoError(t, w.groups.Silenced(w.ctx, w.id, -9))
	require.Empty(t, w.rows("topic = 'group.silenced' AND person_id = $1", w.secretary.Person), "she is away")
	require.Equal(t, []string{"group.silenced"}, w.rows("topic = 'group.silenced' AND person_id = $1", deputy.Person))
}

func TestAGroupThatCameBackGoesOnAsBefore(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	g := w.tied(-9, ofResidents)
	require.NoError(t, w.groups.Silenced(w.ctx, w.id, -9))
	require.NoError(t, w.groups.Gone(w.ctx, w.id, -9))
	again := w.added(-9)
	require.Equal(t, g.ID, again.ID)
	require.True(t, again.Tied() && !again.Gone && !again.Silent && again.LeaveAt == nil)
	require.Empty(t, w.rows("topic = 'chat.leave'"))

	require.NoError(t, w.groups.Silenced(w.ctx, w.id, -9))
	require.True(t, w.group(-9).Silent)
	require.NoError(t, w.groups.Heard(w.ctx, w.id, -9))
	require.False(t, w.group(-9).Silent)
}

func TestAGroupThatBecameASupergroup(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]func(w *town){
		"the old chat speaks first":                              func(*town) {},
		"the new chat is noticed before it is known whose it is": func(w *town) { w.added(-1009) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			g := w.tied(-9, ofResidents)
			before(w)
			var wg sync.WaitGroup
			for range 4 { // both chats say it, in lanes of their own
				wg.Go(func() {
					if err := w.groups.Migrated(w.ctx, w.id, -9, -1009); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			require.Equal(t, g.ID, w.group(-1009).ID)
			require.True(t, w.group(-1009).Tied())
			_, err := w.groups.ByChat(w.ctx, w.id, -9)
			refused(t, refusal.NotFound, "access.not_found", err)
			require.Empty(t, w.rows("chat_id = -9"), "what waited goes to the new chat")
			require.Contains(t, w.rows("chat_id = -1009"), "group.tied")
			require.Empty(t, w.rows("topic = 'chat.leave'"))
		})
	}
}

func TestSetUpIsAskedInPrivate(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	said := groups.Said{Arrival: w.arrival(-9), Topic: 5, Key: "u1"}
	for range 2 {
		require.NoError(t, w.groups.SetUp(w.ctx, w.secretary, said), "also where nobody knew of the group")
	}
	require.EqualValues(t, 5, w.group(-9).Topic)
	require.Equal(t, []string{"group.setup"}, w.rows("person_id = $1", w.secretary.Person))
	require.NoError(t, w.groups.TopicGone(w.ctx, w.id, -9))
	require.Zero(t, w.group(-9).Topic)

	require.NoError(t, w.people.Unreachable(w.ctx, w.id, w.secretary.Person))
	refused(t, refusal.Conflict, "groups.unreachable", w.groups.SetUp(w.ctx, w.secretary, said))
}

func TestAGroupIsGreetedOnceAMinute(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	greet := func(topic int64) {
		require.NoError(t, w.groups.Greet(w.ctx, groups.Said{Arrival: w.arrival(-9), Topic: topic}))
	}
	for range 5 {
		greet(0)
	}
	require.Len(t, w.rows("topic = 'group.greeting'"), 1)
	greet(7)
	w.clk.Advance(time.Minute)
	greet(0)
	require.Len(t, w.rows("topic = 'group.greeting'"), 3, "another topic, and another minute")
	require.NoError(t, w.groups.Silenced(w.ctx, w.id, -9))
	w.clk.Advance(time.Minute)
	greet(0)
	require.Len(t, w.rows("topic = 'group.greeting'"), 3, "where it may not write it does not try")
}

func TestAChannelIsLeftAtOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	a := w.arrival(-9)
	a.Channel = true
	require.NoError(t, w.groups.Added(w.ctx, a))
	require.Equal(t, []string{"chat.leave"}, w.rows("due_at <= $1", morning))
	list, err := w.groups.List(w.ctx, w.secretary)
	require.NoError(t, err)
	require.Empty(t, list)
}

func TestOfManyWhoTieAtOnceTheGroupIsToldTheTruth(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	g := w.added(-9)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := w.groups.Tie(w.ctx, w.secretary, g.ID, ofResidents); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.Equal(t, []string{"group_added", "group_tied"}, w.events())
	require.Equal(t, []string{"group.tied"}, w.rows("topic = 'group.tied'"))
}

func TestTheDeputyHearsOfALostGroupWhileTheSecretaryIsAway(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	deputy := w.meet(3)
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, deputy.Person, access.Deputy, 0))
	w.tied(-9, groups.Setting{Purpose: groups.Duty})
	require.NoError(t, w.people.SetAway(w.ctx, w.secretary, true))
	require.NoError(t, w.groups.Gone(w.ctx, w.id, -9))
	require.Equal(t, []string{"group.lost"}, w.rows(`topic = 'group.lost' AND person_id = $1`, deputy.Person))
	require.Empty(t, w.rows(`topic = 'group.lost' AND person_id = $1`, w.secretary.Person))
}
