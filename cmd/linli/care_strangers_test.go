package main

import (
	"strconv"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/people"
)

// minded opens a hall in which a child of somebody has a file, people who may have it and
// never may, and a day that is booked; who leads it is another. Returned are their numbers.
func (s *stroll) minded(of people.Actor, child int64, leads string) (ids []int64) {
	ctx, care, office := s.t.Context(), s.app.childcare, s.visit("secretary").Actor
	require.NoError(s.t, care.OpenHouse(ctx, office, childcare.UsualHouse()))
	require.NoError(s.t, s.app.people.Grant(ctx, office, s.visit(leads).Person.ID, access.Childcare, 0))
	sc, err := care.AddSchool(ctx, office, schools["en"])
	require.NoError(s.t, err)
	week, err := care.UsualWeek(ctx, office, sc.ID)
	require.NoError(s.t, err)
	_, err = care.Enrol(ctx, of, childcare.Child{ID: child, School: sc.ID, Grade: 2, Know: "secret words"})
	require.NoError(s.t, err)
	for _, barred := range []bool{false, true} {
		c, err := care.AddCollector(ctx, of, childcare.Collector{Child: child, Name: "Secret " + strconv.FormatBool(barred), Barred: barred})
		require.NoError(s.t, err)
		ids = append(ids, c.ID)
	}
	offers, err := care.Offers(ctx, of, child, s.clk.Now().AddDate(0, 0, 1), 2)
	require.NoError(s.t, err)
	require.NotEmpty(s.t, offers)
	booked, err := care.Book(ctx, of, childcare.Wish{Child: child, Day: offers[0].Day, Part: offers[0].Part})
	require.NoError(s.t, err)
	for _, sit := range offers[0].Sittings {
		ids = append(ids, sit.ID)
	}
	day, err := strconv.ParseInt(offers[0].Day.Format("20060102"), 10, 64)
	require.NoError(s.t, err)
	return append(ids, sc.ID, week[0].ID, booked[0].ID, day)
}
