package people_test

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// grant gives a role that is held nowhere, or in the only area.
func (w *town) grant(by, to people.Actor, role access.Role) {
	w.Helper()
	require.NoError(w, w.people.Grant(w.ctx, by, to.Person, role, 0))
}

// held is the id of a role that somebody holds, 0 where they do not.
func (w *town) held(a people.Actor, role access.Role) (id int64) {
	w.Helper()
	require.NoError(w, w.db.Get(&id, `
		SELECT coalesce(max(id), 0) FROM person_roles WHERE person_id = $1 AND role = $2 AND ended_at IS NULL`, a.Person, role))
	return id
}

func (w *town) told(a people.Actor) (topics []string) {
	w.Helper()
	require.NoError(w, w.db.Select(&topics, `
		SELECT topic FROM outbox WHERE person_id = $1 AND state = 'waiting' ORDER BY id`, a.Person))
	return topics
}

func TestEveryRoleIsGivenAndEnded(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, li := w.secretary(), w.meet(2)
	for _, role := range access.Roles {
		switch role {
		case access.Resident:
			refused(t, refusal.Invalid, "people.unknown_role", w.people.Grant(w.ctx, sec, li.Person, role, 0))
			continue
		case access.Secretary:
			refused(t, refusal.Conflict, "people.secretary_exists", w.people.Grant(w.ctx, sec, li.Person, role, 0))
			continue
		case access.Helper:
			refused(t, refusal.NotFound, "community.no_building", w.people.Grant(w.ctx, sec, li.Person, role, 0))
			refused(t, refusal.Invalid, "people.no_entrance", w.people.GrantDoor(w.ctx, sec, li.Person, people.Doorway{Building: w.building.ID, Entrance: 5}))
			require.NoError(t, w.people.GrantDoor(w.ctx, sec, li.Person, people.Doorway{Building: w.building.ID, Entrance: 2}))
		default:
			w.grant(sec, li, role)
			w.grant(sec, li, role)
		}
		a, err := w.people.Actor(w.ctx, w.home.ID, li.Person)
		require.NoError(t, err)
		require.True(t, a.Has(role), role)
		id := w.held(li, role)
		refused(t, refusal.NotFound, "access.not_found", w.people.EndRole(w.ctx, w.meet(9), id))
		for range 2 {
			require.NoError(t, w.people.EndRole(w.ctx, sec, id), "%s: ending twice ends once", role)
		}
		require.Zero(t, w.held(li, role))
		require.Equal(t, "role.ended", w.told(li)[len(w.told(li))-1], "kindly")
	}
	require.Len(t, w.told(li), len(access.Roles)-2, "each end is told once")
	all, err := w.people.Holders(w.ctx, sec)
	require.NoError(t, err)
	require.Len(t, all, 1, "the secretary alone")
	_, err = w.people.Holders(w.ctx, li)
	refused(t, refusal.NotFound, "access.not_found", err)
}

func TestWhoGivesWhat(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec := w.secretary()
	for i, row := range []struct {
		giver access.Role
		gives []access.Role
	}{
		{access.Resident, nil}, {access.Volunteer, nil}, {access.Carer, nil}, {access.Keeper, nil},
		{access.Member, []access.Role{access.Volunteer, access.Helper}},
		{access.Kitchen, []access.Role{access.Volunteer, access.Helper}},
		{access.Deputy, []access.Role{
			access.Volunteer, access.Helper, access.Member, access.Kitchen, access.Childcare, access.Carer, access.Mediator,
			access.Counsellor, access.Deputy, access.Keeper,
		}},
	} {
		giver := w.meet(int64(20 + i))
		if row.giver != access.Resident {
			w.grant(sec, giver, row.giver)
		}
		giver, err := w.people.Actor(w.ctx, w.home.ID, giver.Person)
		require.NoError(t, err)
		require.Equal(t, row.gives, giver.Gives(), row.giver)
		for _, role := range access.Roles {
			_, err := w.people.Invite(w.ctx, giver, role, people.Where{Doorway: people.Doorway{Building: w.building.ID}})
			if slices.Contains(row.gives, role) {
				require.NoError(t, err, "%s invites %s", row.giver, role)
			} else {
				require.Error(t, err, "%s invites %s", row.giver, role)
			}
		}
	}
}

// TestWhoIsInCharge reads: what is so → who is in charge, and of whom cases are
// asked, of a secretary s, deputies d (the longest serving) and e, and a member m.
func TestWhoIsInCharge(t *testing.T) {
	t.Parallel()
	away := `UPDATE persons SET presence = 'away' WHERE id = $1`
	lost := `UPDATE persons SET reachable = false WHERE id = $1`
	off := `UPDATE person_roles SET away_since = now() WHERE person_id = $1 AND role = 'secretary'`
	type is struct{ who, what string }
	for name, row := range map[string]struct {
		so            []is
		charge, staff string
	}{
		"everybody is there":                       {nil, "s", "m s"},
		"the switch":                               {[]is{{"s", off}}, "d", "m d"},
		"she is on a journey":                      {[]is{{"s", away}}, "d", "m d"},
		"Telegram does not reach her":              {[]is{{"s", lost}}, "d", "m d"},
		"nor the first deputy":                     {[]is{{"s", lost}, {"d", lost}}, "e", "m e"},
		"nor is the first deputy here":             {[]is{{"s", off}, {"d", away}}, "e", "m e"},
		"all are away: she all the same":           {[]is{{"s", off}, {"d", away}, {"e", away}}, "s", "m s"},
		"away or lost: who can be reached":         {[]is{{"s", lost}, {"d", away}, {"e", lost}}, "d", "m d"},
		"nobody is reached: she, and nobody asked": {[]is{{"s", lost}, {"d", lost}, {"e", lost}}, "s", "m"},
		"the member is away":                       {[]is{{"m", away}}, "s", "s"},
		"the member is lost":                       {[]is{{"m", lost}}, "s", "s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			who := map[string]people.Actor{"s": w.secretary(), "e": w.meet(2), "d": w.meet(3), "m": w.meet(4)}
			w.grant(who["s"], who["d"], access.Deputy)
			w.grant(who["s"], who["e"], access.Deputy)
			w.grant(who["s"], who["m"], access.Member)
			names := map[int64]string{}
			for name, a := range who {
				names[a.Person] = name
			}
			for _, is := range row.so {
				_, err := w.db.Exec(is.what, who[is.who].Person)
				require.NoError(t, err)
			}
			charge, err := w.people.InCharge(w.ctx, w.home.ID)
			require.NoError(t, err)
			require.Equal(t, row.charge, names[charge.ID])
			members, asked, err := people.Staff(w.ctx, w.db, w.home.ID, 0)
			require.NoError(t, err)
			staff := ""
			for _, id := range append(members, asked) {
				if id != 0 {
					staff += " " + names[id]
				}
			}
			require.Equal(t, " "+row.staff, staff)
			duty, err := w.people.OnDuty(w.ctx, w.home.ID, 0)
			require.NoError(t, err)
			require.Equal(t, row.charge, names[duty[len(duty)-1].ID], "who is in charge is rung")
		})
	}
}

func TestTheSwitchOfTheOffice(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, deputy, li := w.secretary(), w.meet(2), w.meet(3)
	refused(t, refusal.Conflict, "people.no_deputy", w.people.SetAway(w.ctx, sec, true))
	require.NoError(t, w.people.MakeDeputy(w.ctx, sec, deputy.Person))
	require.NoError(t, w.people.MakeDeputy(w.ctx, sec, deputy.Person))
	refused(t, refusal.NotFound, "access.not_found", w.people.SetAway(w.ctx, li, true))
	for range 2 {
		require.NoError(t, w.people.SetAway(w.ctx, sec, true))
	}
	require.Equal(t, []string{"role.given", "role.away"}, w.told(deputy))
	require.NoError(t, w.people.SetAway(w.ctx, deputy, false))
	require.Equal(t, []string{"role.back"}, w.told(sec), "who did not turn it hears of it")
}

func TestThereIsAlwaysSomebodyInCharge(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, deputy := w.secretary(), w.meet(2)
	last := func(err error) { t.Helper(); refused(t, refusal.Conflict, "people.last_in_charge", err) }
	last(w.people.Leave(w.ctx, sec))
	last(w.people.Resign(w.ctx, sec))
	last(w.people.EndRole(w.ctx, sec, w.held(sec, access.Secretary)))
	w.grant(sec, deputy, access.Deputy)
	require.NoError(t, w.people.Leave(w.ctx, sec))
	last(w.people.Leave(w.ctx, deputy))
	last(w.people.EndRole(w.ctx, deputy, w.held(deputy, access.Deputy)))
	p, err := w.people.InCharge(w.ctx, w.home.ID)
	require.NoError(t, err)
	require.Equal(t, deputy.Person, p.ID)
	require.NoError(t, w.people.Grant(w.ctx, deputy, deputy.Person, access.Secretary, 0), "a free office is taken")
}

func TestLeavingAndComingBack(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, li := w.secretary(), w.meet(2)
	_, err := w.people.Agree(w.ctx, li, "Li")
	require.NoError(t, err)
	w.grant(sec, li, access.Member)
	w.grant(sec, li, access.Volunteer)
	require.NoError(t, w.people.MakeDeputy(w.ctx, sec, li.Person))
	require.NotEmpty(t, w.told(li))
	for range 2 {
		require.NoError(t, w.people.Leave(w.ctx, li))
	}
	require.Empty(t, w.told(li), "what waits is withdrawn")
	p, a, err := people.ReadVisitor(w.ctx, w.db, w.home.ID, li.Person)
	require.NoError(t, err)
	require.False(t, p.Known() || p.Reachable)
	require.Equal(t, []access.Role{access.Resident}, a.Roles)
	refused(t, refusal.NotFound, "access.not_found", w.people.Grant(w.ctx, sec, li.Person, access.Member, 0))

	w.meet(2)
	reached, err := people.Reachable(w.ctx, w.db, w.home.ID, []int64{li.Person})
	require.NoError(t, err)
	require.Empty(t, reached, "a stray tap is no coming back")
	_, err = w.people.Agree(w.ctx, li, "Li")
	require.NoError(t, err)
	w.grant(sec, li, access.Member)
	reached, err = people.Reachable(w.ctx, w.db, w.home.ID, []int64{li.Person})
	require.NoError(t, err)
	require.Equal(t, []int64{li.Person}, reached)
}

func TestAnInvitationIsGivenByWhoGaveIt(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, deputy, li, stranger := w.secretary(), w.meet(2), w.meet(3), w.meet(4)
	w.grant(sec, deputy, access.Deputy)
	deputy, err := w.people.Actor(w.ctx, w.home.ID, deputy.Person)
	require.NoError(t, err)
	token, err := w.people.Invite(w.ctx, deputy, access.Member, people.Where{})
	require.NoError(t, err)
	open := func(a people.Actor, token string) (people.Invitation, error) {
		return w.people.OpenRole(w.ctx, w.home.ID, a.Person, token)
	}
	_, err = open(deputy, token)
	refused(t, refusal.Conflict, "people.own_link", err)
	for range 2 {
		i, err := open(li, token)
		require.NoError(t, err)
		require.Equal(t, people.Asked, i.Stands)
		require.Equal(t, deputy.Person, i.Asks)
	}
	require.Equal(t, []string{"role.asked"}, w.told(deputy), "once")
	require.Zero(t, w.held(li, access.Member), "before the yes it gives nothing")
	for _, bad := range []string{token, "AAAAAAAAAAAAAAAAAAAAAA", token[1:] + "A", ""} { // used by another, guessed, altered, none
		_, err := open(stranger, bad)
		refused(t, refusal.NotFound, "people.no_such_link", err)
	}
	i, err := open(li, token)
	require.NoError(t, err)
	for _, other := range []people.Actor{sec, li, stranger} {
		_, err := w.people.DecideRole(w.ctx, other, i.ID, true)
		refused(t, refusal.NotFound, "access.not_found", err)
	}
	for _, right := range []bool{true, true, false} {
		d, err := w.people.DecideRole(w.ctx, deputy, i.ID, right)
		require.NoError(t, err)
		require.Equal(t, people.Given, d.Stands, "the first word counts")
	}
	require.NotZero(t, w.held(li, access.Member))
	require.Equal(t, []string{"role.given"}, w.told(li))
	_, err = open(stranger, w.link(deputy, access.Member))
	require.NoError(t, err)
	again, err := open(li, w.link(deputy, access.Member))
	refused(t, refusal.Conflict, "people.has_role", err)
	require.Zero(t, again.ID)
}

func (w *town) link(by people.Actor, role access.Role) string {
	w.Helper()
	token, err := w.people.Invite(w.ctx, by, role, people.Where{})
	require.NoError(w, err)
	return token
}

func TestAnInvitationDiesWithItsDayAndItsGiver(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, deputy, li := w.secretary(), w.meet(2), w.meet(3)
	w.grant(sec, deputy, access.Deputy)
	late, volunteer, member := w.link(sec, access.Volunteer), w.link(deputy, access.Volunteer), w.link(deputy, access.Member)
	asked, err := w.people.OpenRole(w.ctx, w.home.ID, li.Person, w.link(deputy, access.Kitchen))
	require.NoError(t, err)
	require.NoError(t, w.people.EndRole(w.ctx, sec, w.held(deputy, access.Deputy)))
	for _, token := range []string{volunteer, member} {
		_, err := w.people.OpenRole(w.ctx, w.home.ID, li.Person, token)
		refused(t, refusal.NotFound, "people.no_such_link", err)
	}
	_, err = w.people.DecideRole(w.ctx, deputy, asked.ID, true)
	refused(t, refusal.NotFound, "access.not_found", err)
	w.clk.Advance(24 * time.Hour)
	_, err = w.people.OpenRole(w.ctx, w.home.ID, li.Person, late)
	refused(t, refusal.NotFound, "people.no_such_link", err)
	require.Empty(t, w.told(deputy)[2:], "told of the opening and the end, of nothing else")
}

func TestALinkFromTheMachineAsksWhoIsInCharge(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	_, err := w.people.InviteHere(w.ctx, w.home.ID, access.Member, people.Where{})
	refused(t, refusal.NotFound, "access.not_found", err)
	sec, deputy, li := w.secretary(), w.meet(2), w.meet(3)
	w.grant(sec, deputy, access.Deputy)
	require.NoError(t, w.people.SetAway(w.ctx, sec, true))
	token, err := w.people.InviteHere(w.ctx, w.home.ID, access.Member, people.Where{})
	require.NoError(t, err)
	i, err := w.people.OpenRole(w.ctx, w.home.ID, li.Person, token)
	require.NoError(t, err)
	require.Equal(t, deputy.Person, i.Asks)
	require.NoError(t, w.people.Unreachable(w.ctx, w.home.ID, deputy.Person))
	require.NoError(t, w.people.AskElse(w.ctx, w.home.ID, i.ID, deputy.Person))
	_, err = w.people.DecideRole(w.ctx, sec, i.ID, true)
	require.NoError(t, err, "where the deputy is not reached, the secretary is asked all the same")
	require.NotZero(t, w.held(li, access.Member))

	token, err = w.people.InviteHere(w.ctx, w.home.ID, access.Keeper, people.Where{})
	require.NoError(t, err)
	i, err = w.people.OpenRole(w.ctx, w.home.ID, sec.Person, token)
	require.NoError(t, err)
	require.Equal(t, people.Given, i.Stands, "who would be asked need not ask herself")
}

func TestOneOfAHundredOpensAnInvitation(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec := w.secretary()
	ids := make([]int64, 100)
	for i := range ids {
		ids[i] = w.meet(int64(100 + i)).Person
	}
	for _, role := range []access.Role{access.Volunteer, access.Member} {
		token := w.link(sec, role)
		var wg sync.WaitGroup
		var won atomic.Int32
		for _, id := range ids {
			wg.Go(func() {
				_, err := w.people.OpenRole(w.ctx, w.home.ID, id, token)
				if err == nil {
					won.Add(1)
				} else if r, ok := refusal.As(err); !ok || r.Key != "people.no_such_link" {
					t.Errorf("open: %v", err)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 1, won.Load(), role)
	}
	var asked, volunteers int
	require.NoError(t, w.db.Get(&asked, `SELECT count(*) FROM outbox WHERE topic = 'role.asked'`))
	require.NoError(t, w.db.Get(&volunteers, `SELECT count(*) FROM person_roles WHERE role = 'volunteer'`))
	require.Equal(t, []int{1, 1}, []int{asked, volunteers})
}

func TestALostPhoneIsReplaced(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	old, fresh := w.secretary(), w.meet(2)
	invitation := w.link(old, access.Deputy)
	token, err := w.people.NewClaim(w.ctx, w.home.ID, true)
	require.NoError(t, err)
	require.NoError(t, w.people.Redeem(w.ctx, w.home.ID, fresh.Person, token))
	require.Equal(t, []string{"role.replaced"}, w.told(old))
	_, err = w.people.OpenRole(w.ctx, w.home.ID, w.meet(3).Person, invitation)
	refused(t, refusal.NotFound, "people.no_such_link", err)
	_, err = w.people.Invite(w.ctx, old, access.Volunteer, people.Where{})
	refused(t, refusal.NotFound, "access.not_found", err)
}

// TestOfTwoLastOnesOneStays lets the secretary and deputies go at the same moment.
func TestOfTwoLastOnesOneStays(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec := w.secretary()
	some := []people.Actor{sec}
	for i := range 7 {
		d := w.meet(int64(10 + i))
		w.grant(sec, d, access.Deputy)
		some = append(some, d)
	}
	var wg sync.WaitGroup
	var stayed atomic.Int32
	for i, a := range some {
		wg.Go(func() {
			leave := w.people.Leave
			if i%2 == 1 {
				leave = w.people.Resign
			}
			err := leave(w.ctx, a)
			switch r, ok := refusal.As(err); {
			case ok && r.Key == "people.last_in_charge":
				stayed.Add(1)
			case err != nil:
				t.Errorf("leave: %v", err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, stayed.Load())
	var left int
	require.NoError(t, w.db.Get(&left, `SELECT count(*) FROM person_roles WHERE role IN ('secretary', 'deputy') AND ended_at IS NULL`))
	require.Equal(t, 1, left, fmt.Sprint(some))
}
