package people_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// far is a building of another area, and a member of the area that was there.
func (w *town) far(sec people.Actor) (member people.Actor, building int64) {
	w.Helper()
	member = w.meet(60)
	w.grant(sec, member, access.Member)
	south, err := w.community.AddArea(w.ctx, w.home.ID, 0, "South")
	require.NoError(w, err)
	b, err := w.community.AddBuilding(w.ctx, w.home.ID, 0, community.Building{Area: south.ID, Name: "9", Entrances: 2})
	require.NoError(w, err)
	return member, b.ID
}

func TestAMemberInvitesHelpersOnlyForTheirOwnArea(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec := w.secretary()
	member, far := w.far(sec)
	door := people.Where{Doorway: people.Doorway{Building: far, Entrance: 1}}
	_, err := w.people.Invite(w.ctx, member, access.Helper, door)
	refused(t, refusal.NotFound, "access.not_found", err)
	refused(t, refusal.NotFound, "access.not_found", w.people.GrantDoor(w.ctx, member, w.meet(61).Person, door.Doorway))
	_, err = w.people.Invite(w.ctx, member, access.Helper, people.Where{Doorway: people.Doorway{Building: w.building.ID, Entrance: 1}})
	require.NoError(t, err)
	_, err = w.people.Invite(w.ctx, member, access.Volunteer, people.Where{})
	require.NoError(t, err)
	_, err = w.people.Invite(w.ctx, sec, access.Helper, door)
	require.NoError(t, err)
}

func TestNobodyDecidesForAGrownUp(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, lead, second := w.secretary(), w.meet(5), w.meet(6)
	w.grant(sec, lead, access.Childcare)
	old := w.enter(sec, people.Registration{Name: "王秀兰", Flat: "501"})
	for _, whom := range []int64{sec.Person, old.ID} {
		_, err := w.people.OfferFamily(w.ctx, lead, whom, people.Guardian)
		refused(t, refusal.NotFound, "access.not_found", err)
	}
	child := w.enter(sec, people.Registration{Name: "Lily", Flat: "501", BirthYear: 2019})
	w.tied(lead, second, child.ID, people.Guardian)
}

// TestALinkToSomebodyWithADutyIsTheSecretarysToGive: whoever opens it would have
// the role.
func TestALinkToSomebodyWithADutyIsTheSecretarysToGive(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, member := w.secretary(), w.meet(5)
	w.grant(sec, member, access.Member)
	wang := w.enter(sec, people.Registration{Name: "王秀兰", Flat: "501", Phone: "13800000501"})
	early, err := w.people.LinkPerson(w.ctx, member, wang.ID)
	require.NoError(t, err)
	require.NoError(t, w.people.MakeDeputy(w.ctx, sec, wang.ID))
	_, err = w.people.LinkPerson(w.ctx, member, wang.ID)
	refused(t, refusal.Conflict, "people.on_duty", err)
	second := w.meet(6)
	_, err = w.people.OpenPerson(w.ctx, w.home.ID, second.Person, early)
	refused(t, refusal.NotFound, "people.no_such_link", err)
	_, err = w.people.OwnPhone(w.ctx, second, "+8613800000501")
	require.NoError(t, err)
	_, err = w.people.IsMe(w.ctx, second, wang.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	good, err := w.people.LinkPerson(w.ctx, sec, wang.ID)
	require.NoError(t, err)
	_, err = w.people.OpenPerson(w.ctx, w.home.ID, second.Person, good)
	require.NoError(t, err)
}

func TestAPersonLinkDiesWithItsGiversRole(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, member := w.secretary(), w.meet(5)
	w.grant(sec, member, access.Member)
	wang := w.enter(sec, people.Registration{Name: "王秀兰", Flat: "501"})
	token, err := w.people.LinkPerson(w.ctx, member, wang.ID)
	require.NoError(t, err)
	require.NoError(t, w.people.EndRole(w.ctx, sec, w.held(member, access.Member)))
	_, err = w.people.OpenPerson(w.ctx, w.home.ID, w.meet(6).Person, token)
	refused(t, refusal.NotFound, "people.no_such_link", err)
}

// TestAMemberBringsNobodyBackToPower: a deputy who moved is no deputy again by
// the word of a friend.
func TestAMemberBringsNobodyBackToPower(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, member, deputy := w.secretary(), w.meet(5), w.meet(6)
	w.grant(sec, member, access.Member)
	w.grant(sec, deputy, access.Deputy)
	_, err := w.people.Moved(w.ctx, sec, deputy.Person)
	require.NoError(t, err)
	_, err = w.people.NotGone(w.ctx, member, deputy.Person)
	refused(t, refusal.Conflict, "people.on_duty", err)
	_, err = w.people.NotGone(w.ctx, sec, deputy.Person)
	require.NoError(t, err)
	require.NotZero(t, w.held(deputy, access.Deputy))
}

// TestANumberIsOnesOwnOnlyAsTelegramToldIt: not as somebody wrote it down, and
// not where another country has the same digits.
func TestANumberIsOnesOwnOnlyAsTelegramToldIt(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, me, abroad := w.secretary(), w.meet(5), w.meet(6)
	wang := w.enter(sec, people.Registration{Name: "王秀兰", Flat: "501", Phone: "157 1888 8888"})
	number := "+8615718888888"
	_, err := w.people.Correct(w.ctx, sec, me.Person, people.Correction{Phone: &number})
	require.NoError(t, err)
	_, err = w.people.IsMe(w.ctx, me, wang.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	for _, told := range []string{"+1 571 888 8888", "15718888888"} { // as Telegram tells one of America
		_, err = w.people.OwnPhone(w.ctx, abroad, told)
		require.NoError(t, err)
		_, err = w.people.IsMe(w.ctx, abroad, wang.ID)
		refused(t, refusal.NotFound, "access.not_found", err)
	}
	_, err = w.people.OwnPhone(w.ctx, me, number)
	require.NoError(t, err)
	_, err = w.people.IsMe(w.ctx, me, wang.ID)
	require.NoError(t, err)
}

// TestWhoTakesTheOfficeIsHere: whoever left and opens a claim would be a
// secretary who hears nothing.
func TestWhoTakesTheOfficeIsHere(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.secretary()
	for i, gone := range []string{"left", "moved", "died"} {
		who := w.meet(int64(20 + i))
		w.presence(who, gone)
		claim, err := w.people.NewClaim(w.ctx, w.home.ID, true)
		require.NoError(t, err)
		require.NoError(t, w.people.Redeem(w.ctx, w.home.ID, who.Person, claim))
		p, err := w.people.Secretary(w.ctx, w.home.ID)
		require.NoError(t, err)
		require.Equal(t, who.Person, p.ID)
		require.True(t, p.Here() && p.Reachable, gone)
	}
}
