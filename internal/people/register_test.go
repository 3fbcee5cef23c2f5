package people_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// enter puts somebody on the register.
func (w *town) enter(by people.Actor, r people.Registration) people.Person {
	w.Helper()
	if r.Building == 0 {
		r.Building, r.Entrance = w.building.ID, 2
	}
	p, err := w.people.Register(w.ctx, by, r)
	require.NoError(w, err)
	return p
}

func TestInitials(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec := w.secretary()
	for name, want := range map[string]string{
		"王秀兰": "wxl", "曾小红": "zxh", "单田芳": "stf", "欧阳娜娜": "oynn", "Mary O'Neil": "mo", "Margaret": "m", "李Lily": "ll", "王 (3楼)": "wl", "👵": "",
	} {
		require.Equal(t, want, w.enter(sec, people.Registration{Name: name}).Initials, name)
	}
	_, err := w.db.Exec(`UPDATE persons SET initials = ''`)
	require.NoError(t, err)
	require.NoError(t, w.people.FillInitials(w.ctx, w.home.ID))
	found, err := w.people.Search(w.ctx, sec, "wxl")
	require.NoError(t, err)
	require.Len(t, found, 1)
}

func TestAHouseholdIsMadeOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec := w.secretary()
	wang := w.enter(sec, people.Registration{Name: "王秀兰", Flat: "501"})
	zhang := w.enter(sec, people.Registration{Name: "张大爷", Flat: "501"})
	require.NotZero(t, wang.Household)
	require.Equal(t, wang.Household, zhang.Household)

	me := w.meet(9)
	p, err := w.people.Settle(w.ctx, me, w.building.ID, 2, "")
	require.NoError(t, err)
	require.Zero(t, p.Household, "without a flat there is none")
	p, err = w.people.SetFlat(w.ctx, me, "501")
	require.NoError(t, err)
	require.Equal(t, wang.Household, p.Household)

	require.NoError(t, w.people.NoteDoor(w.ctx, sec, wang.ID, "ring twice"))
	card, _, err := w.people.See(w.ctx, sec, zhang.ID)
	require.NoError(t, err)
	require.Equal(t, 5, *card.Door.Floor, "501 is on the fifth floor")
	require.Equal(t, "ring twice", card.Door.DoorNotes)

	p, err = w.people.Correct(w.ctx, sec, zhang.ID, people.Correction{Home: &people.Home{Building: w.building.ID, Entrance: 1}})
	require.NoError(t, err)
	require.Zero(t, p.Household, "who moved out is of it no more")
	refused(t, refusal.Conflict, "people.no_door", w.people.NoteDoor(w.ctx, sec, zhang.ID, "x"))
}

func TestWhoIsEnteredTwiceIsOne(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec := w.secretary()
	var wg sync.WaitGroup
	ids := make([]int64, 20)
	for i := range ids {
		wg.Go(func() {
			p, err := w.people.Register(w.ctx, sec, people.Registration{Name: "王秀兰", Building: w.building.ID, Entrance: 2, Flat: "501", Phone: "1380"})
			if err == nil {
				ids[i] = p.ID
			}
		})
	}
	wg.Wait()
	require.Len(t, slices.Compact(ids), 1)
	require.NotZero(t, ids[0])
	other := w.enter(sec, people.Registration{Name: "王秀兰", Flat: "502"})
	require.NotEqual(t, ids[0], other.ID, "the same name at another door is another person")
	done := w.enter(sec, people.Registration{Name: "王秀兰", Flat: "501", BirthYear: 1951, Tags: people.Codes{"alone"}, Consent: true})
	require.Equal(t, ids[0], done.ID)
	require.Equal(t, 1951, done.BirthYear)
	require.Equal(t, "1380", done.Phone)
	require.True(t, done.Known())
}

func TestSearch(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec := w.secretary()
	four, err := w.community.AddBuilding(w.ctx, w.home.ID, 0, community.Building{Name: "13", Entrances: 2})
	require.NoError(t, err)
	wang := w.enter(sec, people.Registration{Name: "王秀兰", Flat: "501", Phone: "0535-555-0101"})
	zhang := w.enter(sec, people.Registration{Name: "张秀英", Flat: "302", Phone: "13800000501"})
	mary := w.enter(sec, people.Registration{Name: "Mary Smith", Building: four.ID, Entrance: 1, Flat: "501"})
	w.enter(sec, people.Registration{Name: "100%_a", Building: four.ID, Entrance: 1, Flat: "1"})
	for query, want := range map[string][]int64{
		"秀": {zhang.ID, wang.ID}, "王秀": {wang.ID}, "wxl": {wang.ID}, "WX": {wang.ID}, "ms": {mary.ID}, "mary": {mary.ID},
		"3-2-501": {wang.ID}, "3-501": {wang.ID}, "3号楼2单元501": {wang.ID}, "3号楼501室": {wang.ID}, "3-1-501": nil, "13-501": {mary.ID},
		"501": {wang.ID, mary.ID}, "0101": {wang.ID}, "0501": {zhang.ID}, "%": nil, "_": nil, "李": nil, "": nil, "'; DROP TABLE persons": nil,
	} {
		found, err := w.people.Search(w.ctx, sec, query)
		require.NoError(t, err, query)
		var got []int64
		for _, p := range found {
			if p.Name != "100%_a" {
				got = append(got, p.ID)
			}
		}
		require.ElementsMatch(t, want, got, query)
	}
}

// TestWhoFindsWhom holds what the query decides against what the table says of
// each person by Relation.
func TestWhoFindsWhom(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec := w.secretary()
	east, err := w.community.AddArea(w.ctx, w.home.ID, 0, "east")
	require.NoError(t, err)
	far, err := w.community.AddBuilding(w.ctx, w.home.ID, 0, community.Building{Name: "8", Area: east.ID, Entrances: 2})
	require.NoError(t, err)
	var all []int64
	for _, at := range []people.Home{{}, {Building: w.building.ID}, {Building: w.building.ID, Entrance: 1}, {Building: w.building.ID, Entrance: 2}, {Building: far.ID, Entrance: 1}, {Building: far.ID, Entrance: 2}} {
		p, err := w.people.Register(w.ctx, sec, people.Registration{Name: fmt.Sprint("Zed ", at), Building: at.Building, Entrance: at.Entrance})
		require.NoError(t, err)
		all = append(all, p.ID)
	}
	grant := func(telegram int64, role access.Role, area, building int64, entrance int) people.Actor {
		a := w.meet(telegram)
		_, err := w.db.Exec(`INSERT INTO person_roles (community_id, person_id, role, area_id, building_id, entrance, since)
			VALUES ($1, $2, $3, nullif($4::bigint, 0), nullif($5::bigint, 0), nullif($6::int, 0), now())`, w.home.ID, a.Person, role, area, building, entrance)
		require.NoError(t, err)
		return a
	}
	family := w.meet(30)
	_, err = w.db.Exec(`INSERT INTO ties (community_id, person_id, for_id, kind, agreed_by, since) VALUES ($1, $2, $3, 'family', $3, now())`,
		w.home.ID, family.Person, all[4])
	require.NoError(t, err)
	for name, a := range map[string]people.Actor{
		"secretary": sec, "deputy": grant(20, access.Deputy, 0, 0, 0), "kitchen": grant(21, access.Kitchen, 0, 0, 0),
		"member of the near area": grant(22, access.Member, w.building.Area, 0, 0), "member of the far area": grant(23, access.Member, east.ID, 0, 0),
		"helper of an entrance": grant(24, access.Helper, 0, w.building.ID, 2), "helper of a building": grant(25, access.Helper, 0, far.ID, 0),
		"volunteer": grant(26, access.Volunteer, 0, 0, 0), "resident": w.meet(27), "keeper": grant(28, access.Keeper, 0, 0, 0), "family": family,
	} {
		found, err := w.people.Search(w.ctx, a, "Zed")
		require.NoError(t, err)
		var got, want []int64
		for _, p := range found {
			got = append(got, p.ID)
		}
		for _, id := range all {
			if _, _, err := w.people.See(w.ctx, a, id); err == nil {
				want = append(want, id)
			} else {
				refused(t, refusal.NotFound, "access.not_found", err)
			}
		}
		require.ElementsMatch(t, want, got, name)
	}
}

// TestSearchIsFastInAWholeCommunity measures what the issue asks for: found in
// under 50 ms among 7,500.
func TestSearchIsFastInAWholeCommunity(t *testing.T) {
	w := newTown(t) // not parallel: it measures
	sec := w.secretary()
	member := w.meet(2)
	require.NoError(t, w.people.Grant(w.ctx, sec, member.Person, access.Member, 0))
	family, given := []rune("王李张刘陈杨赵黄周吴"), []rune("秀兰英华玉红明丽军平芳敏静强磊")
	_, err := w.people.Load(w.ctx, sec, people.Loading{Key: "k", Plan: func([]people.Entry) (all []people.Entry, _ map[string]int, _ error) {
		for i := range 7500 {
			all = append(all, people.Entry{
				Name:     string([]rune{family[i%10], given[i/10%15], given[i/150%15]}),
				Phone:    fmt.Sprintf("138%08d", i*7919%100000000),
				Building: w.building.ID, Entrance: i%4 + 1, Flat: fmt.Sprintf("%d%02d", i/400+1, i/4%100),
			})
		}
		return all, nil, nil
	}})
	require.NoError(t, err)
	for _, actor := range []people.Actor{sec, member} {
		for _, query := range []string{"王", "秀兰", "wxl", "z", "3-2-501", "501", "7919"} {
			best := time.Hour
			for n := 0; n < 40 && best > 50*time.Millisecond; n++ { // what else the machine does is not the search's
				began := realNow()
				found, err := w.people.Search(w.ctx, actor, query)
				best = min(best, realNow().Sub(began))
				require.NoError(t, err)
				require.NotEmpty(t, found, query)
				require.LessOrEqual(t, len(found), people.MostFound)
			}
			require.Less(t, best, 50*time.Millisecond, query)
		}
	}
}

func TestCorrections(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	sec, me, stranger := w.secretary(), w.meet(5), w.meet(6)
	wang := w.enter(sec, people.Registration{Name: "王秀兰", Flat: "501"})
	name, year, phone, tags := "王奶奶", 1951, "13800000000", people.Codes{"alone", "hearing"}
	_, err := w.people.Correct(w.ctx, stranger, wang.ID, people.Correction{Name: &name})
	refused(t, refusal.NotFound, "access.not_found", err)
	for range 2 {
		p, err := w.people.Correct(w.ctx, sec, wang.ID, people.Correction{Name: &name, BirthYear: &year, Phone: &phone, Tags: &tags})
		require.NoError(t, err)
		require.Equal(t, "wnn", p.Initials)
		require.Equal(t, tags, p.Tags)
		require.Equal(t, people.ByPhone, p.Reach())
	}
	var codes []string
	require.NoError(t, w.db.Select(&codes, `SELECT code FROM person_events WHERE person_id = $1 ORDER BY id`, wang.ID))
	require.Equal(t, []string{"registered", "corrected"}, codes)
	old, bad := 1700, people.Codes{"rich"}
	_, err = w.people.Correct(w.ctx, sec, wang.ID, people.Correction{BirthYear: &old})
	refused(t, refusal.Invalid, "people.bad_year", err)
	_, err = w.people.Correct(w.ctx, sec, wang.ID, people.Correction{Tags: &bad})
	refused(t, refusal.Invalid, "people.unknown_tag", err)
	_, err = w.people.Correct(w.ctx, me, me.Person, people.Correction{Phone: &phone})
	refused(t, refusal.Invalid, "people.own_phone", err)
	p, err := w.people.OwnPhone(w.ctx, me, phone)
	require.NoError(t, err)
	require.Equal(t, phone, p.Phone)
}
