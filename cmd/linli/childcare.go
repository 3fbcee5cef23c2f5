package main

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// newChildcare wires the small dining hall with what other services know: who minds
// children, who hears of a worry, what is paid.
func (a *app) newChildcare() *childcare.Service {
	s := childcare.New(a.db, a.clk, a.calendar, func() { a.courier.Wake() })
	s.Helped(minders{})
	s.Worries(childDesk{a.cases})
	s.Keeps(a.ledger)
	s.Eats(a.lunch)
	s.Staffed(a.roster)
	a.roster.Minds(minded{s})
	return s
}

// minders tells the small dining hall what the roster knows.
type minders struct{}

// Works are the works for the children in which somebody has a place on a day.
func (minders) Works(ctx context.Context, q sqlx.QueryerContext, community, person int64, day time.Time) ([]childcare.Work, error) {
	all, err := roster.HeldOn(ctx, q, community, person, day, roster.Activity(childcare.Walk), roster.Activity(childcare.Minding))
	works := make([]childcare.Work, len(all))
	for i, of := range all {
		works[i] = childcare.Work(of)
	}
	return works, err
}

// Doing are those who have a place in a work between two moments.
func (minders) Doing(ctx context.Context, q sqlx.QueryerContext, community int64, w childcare.Work, from, until time.Time) ([]int64, error) {
	return roster.DoingBetween(ctx, q, community, roster.Activity(w), from, until)
}

// Stints are when those have it.
func (minders) Stints(ctx context.Context, q sqlx.QueryerContext, community int64, w childcare.Work, from, until time.Time) ([]childcare.Stint, error) {
	all, err := roster.PresentBetween(ctx, q, community, roster.Activity(w), from, until)
	stints := make([]childcare.Stint, len(all))
	for i, of := range all {
		stints[i] = childcare.Stint(of)
	}
	return stints, err
}

// minded tells the roster what the small dining hall knows.
type minded struct{ care *childcare.Service }

// Holding is how many children of a day are in somebody's hands.
func (m minded) Holding(ctx context.Context, q sqlx.QueryerContext, community, person int64, day time.Time) (int, error) {
	return m.care.Holding(ctx, q, community, person, day)
}

// Needs are when children need which work on the days from one to another.
func (m minded) Needs(ctx context.Context, q sqlx.QueryerContext, community int64, from, until time.Time) ([]roster.Need, error) {
	all, err := m.care.Needs(ctx, q, community, from, until)
	needs := make([]roster.Need, len(all))
	for i, of := range all {
		needs[i] = roster.Need{Day: of.Day, Activity: roster.Activity(of.Work), Weekday: of.Weekday, From: of.From, Until: of.Until}
	}
	return needs, err
}

// childShifts lets the hall look who still holds children when a shift ends.
type childShifts struct{ care *childcare.Service }

// ShiftBegan changes nothing: who minds children reads their list.
func (childShifts) ShiftBegan(context.Context, *sqlx.Tx, roster.Shift, []int64) error { return nil }

// PlaceLeft lets it be looked whether enough mind the children still.
func (c childShifts) PlaceLeft(ctx context.Context, tx *sqlx.Tx, sh roster.Shift) error {
	if !sh.Activity.Minds() {
		return nil
	}
	return c.care.HandsChanged(ctx, tx, sh.Community, sh.Day)
}

// ShiftEnded tells who runs the hall of those who hold children still.
func (c childShifts) ShiftEnded(ctx context.Context, tx *sqlx.Tx, sh roster.Shift, on, _ []int64) error {
	if w := childcare.Work(sh.Activity); w != childcare.Walk && w != childcare.Minding {
		return nil
	}
	return c.care.ShiftEnds(ctx, tx, sh.Community, sh.Day, on)
}

// childDesk opens the cases about children.
type childDesk struct{ cases *cases.Service }

// Worry opens an urgent one in the caller's transaction.
func (d childDesk) Worry(ctx context.Context, tx *sqlx.Tx, by people.Actor, a childcare.Alarm) (id, number int64, err error) {
	return d.cases.WorryAt(ctx, tx, by, cases.Worried{Person: a.Child, Where: a.Where, Danger: a.Danger, Key: a.Key})
}

// Confide opens one that one person alone reads.
func (d childDesk) Confide(ctx context.Context, tx *sqlx.Tx, by people.Actor, c childcare.Confidence) (id, number int64, err error) {
	return d.cases.Confide(ctx, tx, by, cases.Confidence(c))
}

// childMeals tells the kitchen what the children eat, and the hall, as the service itself,
// whether anything is cooked.
type childMeals struct{ *childcare.Service }

// Guests are the children who eat on a day, without their names.
func (m childMeals) Guests(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) ([]lunch.Guest, error) {
	all, err := m.Meals(ctx, q, community, day)
	guests := make([]lunch.Guest, len(all))
	for i, of := range all {
		guests[i].Word = of.Allergy
		for _, diet := range of.Diet {
			guests[i].Diet = append(guests[i].Diet, lunch.Diet(diet))
		}
	}
	return guests, err
}
