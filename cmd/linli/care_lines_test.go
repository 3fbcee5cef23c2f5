package main

import (
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// minds does what a line says of the small dining hall, ahead of what a conversation is
// about:
//
//	> hall member                     it opens, with a school and its usual week, and whoever has that phone leads it
//	> child Lily daughter 2017        whoever has that phone decides for a child born then, which has a file
//	> decides Lily resident           whoever has that phone decides for it too
//	> fetches Lily Old_Zhao           somebody may have it, a name or whoever has that phone; > barred … never may
//	> carer member2                   whoever has that phone is a carer, and cleared
//	> counsels member2                whoever has that phone counsels on all weekdays from four o'clock on
//	> minding walk_after 2 member2    who has a place in a slot of a weekday
//	> booked Lily after 2026-11-24    the lead books a part of a day
//	> code Lily 2026-11-24 4711       the code of that day
//	> talks Lily 2026-11-24           who decides for it books it an hour with who counsels
//	> ill Lily 2026-11-24             the lead notes that it does not come that day
//	> family daughter member2          those two are family: the first acts for the other
//	> free 2026-11-30 2026-12-02       there is no school on those days, or on that one
//	> room after 2026-11-24 1         so many places there are at each sitting of a part of a day
func (p *transcript) minds(verb, rest string) bool {
	p.t.Helper()
	of := strings.Fields(rest)
	ctx, care := p.t.Context(), p.app.childcare
	switch verb {
	case "hall":
		p.hall(rest)
	case "child":
		p.child(of[0], of[1], of[2])
	case "decides":
		p.decides(of[0], of[1])
	case "fetches", "barred":
		p.fetches(of[0], of[1], verb == "barred")
	case "carer":
		p.grant(of[0], access.Carer)
		require.NoError(p.t, care.Clear(ctx, p.office(), p.somebody(of[0])))
	case "counsels":
		p.grant(of[0], access.Counsellor)
		require.NoError(p.t, care.Clear(ctx, p.office(), p.somebody(of[0])))
		_, err := care.AddPattern(ctx, p.office(), childcare.Pattern{
			Part: childcare.Talk, What: childcare.Counselled, Weekdays: childcare.Weekdays{1, 2, 3, 4, 5}, From: 17 * 60, Until: 17*60 + 40,
			Places: 1, Ratio: 1, AgeUntil: 18, GradeUntil: 12, Person: p.somebody(of[0]),
		})
		require.NoError(p.t, err)
	case "minding":
		p.minding(of)
	case "booked":
		_, err := care.Book(ctx, p.runsHall(), childcare.Wish{Child: p.somebody(of[0]), Part: childcare.Part(of[1]), Day: p.dayOf(of[2])})
		require.NoError(p.t, err)
	case "code":
		p.code(of[0], of[1], of[2])
	case "talks":
		p.talks(of[0], of[1])
	case "ill":
		day := p.dayOf(of[1])
		_, err := care.Absent(ctx, p.runsHall(), p.somebody(of[0]), day, day, childcare.Ill)
		require.NoError(p.t, err)
	case "family":
		p.family(of[0], of[1])
	case "free":
		require.NoError(p.t, care.SetBreak(ctx, p.office(), childcare.Break{From: p.dayOf(of[0]), Until: p.dayOf(of[len(of)-1]), Kind: childcare.Free}))
	case "room":
		p.room(of)
	default:
		return false
	}
	p.settleDown()
	return true
}

// hall opens one for the school of the place.
func (p *transcript) hall(lead string) {
	p.t.Helper()
	ctx, care := p.t.Context(), p.app.childcare
	h := childcare.UsualHouse()
	h.Place = map[string]string{"zh": "1号楼一层", "en": "building 1, ground floor"}[p.lang]
	require.NoError(p.t, care.OpenHouse(ctx, p.office(), h))
	p.grant(lead, access.Childcare)
	require.NoError(p.t, care.Clear(ctx, p.office(), p.somebody(lead)))
	sc, err := care.AddSchool(ctx, p.office(), schools[p.lang])
	require.NoError(p.t, err)
	_, err = care.UsualWeek(ctx, p.office(), sc.ID)
	require.NoError(p.t, err)
}

// runsHall is who leads it: the office opens no child's file.
func (p *transcript) runsHall() people.Actor {
	p.t.Helper()
	a := p.office()
	require.NoError(p.t, p.app.db.Get(&a.Person, `
		SELECT person_id FROM person_roles WHERE role = 'childcare' AND ended_at IS NULL ORDER BY id LIMIT 1`))
	return a
}

func (p *transcript) child(name, of, born string) {
	p.t.Helper()
	year, err := strconv.Atoi(born)
	require.NoError(p.t, err)
	guardian := people.Actor{Community: p.office().Community, Person: p.somebody(of)}
	c, err := p.app.people.AddChild(p.t.Context(), guardian, name, year)
	require.NoError(p.t, err)
	all, err := p.app.childcare.Schools(p.t.Context(), guardian.Community)
	require.NoError(p.t, err)
	grade := max(0, p.clk.Now().Year()-year-6)
	_, err = p.app.childcare.Enrol(p.t.Context(), guardian, childcare.Child{ID: c.ID, School: all[0].ID, Grade: grade, Naps: true})
	require.NoError(p.t, err)
}

// decides lets somebody decide for a child beside who does already.
func (p *transcript) decides(child, who string) {
	p.t.Helper()
	office, id := p.office(), p.somebody(child)
	_, err := p.app.db.Exec(`
		INSERT INTO ties (community_id, person_id, for_id, kind, agreed_by, since)
		SELECT community_id, $3, $2, kind, agreed_by, since FROM ties WHERE community_id = $1 AND for_id = $2 AND kind = 'guardian' LIMIT 1`,
		office.Community, id, p.somebody(who))
	require.NoError(p.t, err)
}

func (p *transcript) fetches(child, who string, barred bool) {
	p.t.Helper()
	c := childcare.Collector{Child: p.somebody(child), Name: strings.ReplaceAll(who, "_", " "), Barred: barred}
	if barred {
		c.Why = "so a court says"
	}
	for _, on := range cast {
		if on == who {
			c.Person = p.somebody(who)
			require.NoError(p.t, p.app.db.Get(&c.Name, `SELECT name FROM persons WHERE id = $1`, c.Person))
		}
	}
	_, err := p.app.childcare.AddCollector(p.t.Context(), p.runsHall(), c)
	require.NoError(p.t, err)
}

// family lets somebody act for another, who agreed.
func (p *transcript) family(who, whom string) {
	p.t.Helper()
	ctx, all := p.t.Context(), p.app.people
	of := people.Actor{Community: p.office().Community, Person: p.somebody(whom)}
	token, err := all.OfferFamily(ctx, of, of.Person, people.Family)
	require.NoError(p.t, err)
	l, err := all.OpenFamily(ctx, of.Community, p.somebody(who), token)
	require.NoError(p.t, err)
	p.settleDown() // the question is on the phone before it is answered
	_, err = all.AgreeFamily(ctx, of, l.ID, true)
	require.NoError(p.t, err)
}

func (p *transcript) minding(of []string) {
	p.t.Helper()
	weekday, err := strconv.Atoi(of[1])
	require.NoError(p.t, err)
	st := roster.SlotOf(of[0], weekday)
	require.NoError(p.t, p.app.roster.AddStint(p.t.Context(), p.office(), st))
	var who []int64
	for _, called := range of[2:] {
		who = append(who, p.somebody(called))
	}
	require.NoError(p.t, p.app.roster.SetPlaces(p.t.Context(), p.office(), st, len(who)))
	require.NoError(p.t, p.app.roster.Stand(p.t.Context(), p.office(), st, who...))
}

func (p *transcript) room(of []string) {
	p.t.Helper()
	n, err := strconv.Atoi(of[2])
	require.NoError(p.t, err)
	var ids []int64
	require.NoError(p.t, p.app.db.Select(&ids, `SELECT id FROM care_sittings WHERE part = $1 AND day = $2`, of[0], of[1]))
	require.NotEmpty(p.t, ids)
	for _, id := range ids {
		require.NoError(p.t, p.app.childcare.SetPlaces(p.t.Context(), p.office(), id, n))
	}
}

// code has the family draw the code of a day, and makes it one that can be written down.
func (p *transcript) code(child, day, code string) {
	p.t.Helper()
	_, err := p.app.childcare.Code(p.t.Context(), p.guardian(child), p.somebody(child), p.dayOf(day))
	require.NoError(p.t, err)
	_, err = p.app.db.Exec(`UPDATE care_codes SET code = $3 WHERE child_id = $1 AND day = $2`, p.somebody(child), day, code)
	require.NoError(p.t, err)
}

// talks books a child the first hour of a day with who counsels.
func (p *transcript) talks(child, day string) {
	p.t.Helper()
	var sitting int64
	require.NoError(p.t, p.app.db.Get(&sitting, `SELECT id FROM care_sittings WHERE part = 'talk' AND day = $1 ORDER BY starts_at LIMIT 1`, day))
	_, err := p.app.childcare.Book(p.t.Context(), p.guardian(child),
		childcare.Wish{Child: p.somebody(child), Day: p.dayOf(day), Part: childcare.Talk, Sitting: sitting})
	require.NoError(p.t, err)
}

// guardian is who decides for a child.
func (p *transcript) guardian(child string) people.Actor {
	p.t.Helper()
	a := people.Actor{Community: p.office().Community}
	require.NoError(p.t, p.app.db.Get(&a.Person, `
		SELECT person_id FROM ties WHERE for_id = $1 AND kind = 'guardian' AND ended_at IS NULL ORDER BY id LIMIT 1`, p.somebody(child)))
	return a
}
