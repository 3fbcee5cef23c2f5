package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// cooks does what a line says of the kitchen, ahead of what a conversation is about:
//
//	> kitchen kitchen                 it opens, and whoever has that phone leads it
//	> menu 2026-11-24 tofu, rice      what there is on a day; a dish with / is a choice
//	> eats Old_Zhao                   somebody eats here, for a reason; or whoever has that phone
//	> orders Old_Zhao 2026-11-24      the secretary orders for them
//	> places 2026-11-24 bring 1       so many portions there are for a way
//	> alone Old_Zhao                  that person lives alone
//	> works carry 2 member2           who works for the meals of a weekday
func (p *transcript) cooks(verb, rest string) bool {
	p.t.Helper()
	of := strings.Fields(rest)
	ctx, kitchen := p.t.Context(), p.app.lunch
	switch verb {
	case "kitchen":
		require.NoError(p.t, kitchen.OpenKitchen(ctx, p.office(), lunch.UsualKitchen()))
		p.grant(rest, access.Kitchen)
	case "menu":
		p.menu(of[0], strings.TrimSpace(strings.TrimPrefix(rest, of[0])))
	case "eats":
		entry := lunch.Entry{Person: p.somebody(of[0]), By: lunch.ByException, Reason: "-"}
		_, err := kitchen.LetIn(ctx, p.office(), entry)
		require.NoError(p.t, err)
	case "orders":
		_, err := kitchen.Order(ctx, p.office(), lunch.Wish{Person: p.somebody(of[0]), Day: p.dayOf(of[1]), How: lunch.AtDesk})
		require.NoError(p.t, err)
	case "places":
		n, err := strconv.Atoi(of[2])
		require.NoError(p.t, err)
		_, err = kitchen.Capacity(ctx, p.office(), p.dayOf(of[0]), lunch.Mode(of[1]), n)
		require.NoError(p.t, err)
	case "alone":
		_, err := p.app.db.Exec(`UPDATE persons SET tags = '{alone}' WHERE id = $1`, p.somebody(of[0]))
		require.NoError(p.t, err)
	case "works":
		p.works(of)
	default:
		return false
	}
	p.settleDown()
	return true
}

// office is whoever sits in it.
func (p *transcript) office() people.Actor {
	p.t.Helper()
	c, err := p.app.communities.ByBot(p.t.Context(), p.towns[0].botID())
	require.NoError(p.t, err)
	secretary, err := p.app.people.Secretary(p.t.Context(), c.ID)
	require.NoError(p.t, err)
	return people.Actor{Community: c.ID, Person: secretary.ID}
}

// somebody is who has a phone, or a name.
func (p *transcript) somebody(called string) (id int64) {
	p.t.Helper()
	for _, who := range cast {
		if who == called {
			on, err := p.app.people.ByTelegram(p.t.Context(), p.office().Community, p.phone(called).Account().ID)
			require.NoError(p.t, err)
			return on.ID
		}
	}
	require.NoError(p.t, p.app.db.Get(&id, `SELECT id FROM persons WHERE name = $1`, strings.ReplaceAll(called, "_", " ")))
	return id
}

func (p *transcript) dayOf(text string) time.Time {
	p.t.Helper()
	day, err := time.Parse(time.DateOnly, text)
	require.NoError(p.t, err)
	return day
}

func (p *transcript) menu(day, dishes string) {
	p.t.Helper()
	written, faults := lunch.ReadMenus(day+": "+dishes, p.dayOf(day))
	require.Empty(p.t, faults)
	_, err := p.app.lunch.WriteMenu(p.t.Context(), p.office(), p.dayOf(day), written[0].Lines)
	require.NoError(p.t, err)
}

func (p *transcript) works(of []string) {
	p.t.Helper()
	weekday, err := strconv.Atoi(of[1])
	require.NoError(p.t, err)
	st := roster.StintOf(roster.Activity(of[0]), weekday)
	require.NoError(p.t, p.app.roster.AddStint(p.t.Context(), p.office(), st))
	var who []int64
	for _, called := range of[2:] {
		who = append(who, p.somebody(called))
	}
	require.NoError(p.t, p.app.roster.SetPlaces(p.t.Context(), p.office(), st, len(who)))
	require.NoError(p.t, p.app.roster.Stand(p.t.Context(), p.office(), st, who...))
}
