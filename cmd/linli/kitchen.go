package main

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/roster"
)

// hands tells the kitchen what the roster knows.
type hands struct{}

// Works are the works for the meal of a day in which somebody has a place.
func (hands) Works(ctx context.Context, q sqlx.QueryerContext, community, person int64, day time.Time) ([]lunch.Work, error) {
	all, err := roster.WorksOf(ctx, q, community, person, day)
	works := make([]lunch.Work, len(all))
	for i, of := range all {
		works[i] = lunch.Work(of)
	}
	return works, err
}

// Doing are those who have a place in a work for the meal of a day.
func (hands) Doing(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time, w lunch.Work) ([]int64, error) {
	return roster.Doing(ctx, q, community, day, roster.Activity(w))
}

// carriers lets the round begin with the shifts of those who carry.
type carriers struct{ kitchen *lunch.Service }

// ShiftBegan gives the round of the day to who carries it.
func (c carriers) ShiftBegan(ctx context.Context, tx *sqlx.Tx, sh roster.Shift, on []int64) error {
	if sh.Activity != roster.Carry {
		return nil
	}
	return c.kitchen.RoundBegins(ctx, tx, sh.Community, sh.Day, on)
}

// ShiftEnded leaves the round: of what is not said yet the kitchen asks.
func (carriers) ShiftEnded(context.Context, *sqlx.Tx, roster.Shift, []int64, []int64) error {
	return nil
}
