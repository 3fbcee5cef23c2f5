package main

import (
	"context"
	"fmt"
	"time"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// weekIn makes the week plan of a town, as its secretary would: one member by day,
// the other by night. They have known it for long: nobody is told. What is
// planned already stays as it is.
func (t town) weekIn(ctx context.Context, a *app) error {
	secretary, area, err := t.office(ctx, a)
	if err != nil {
		return fmt.Errorf("week of town %s: %w", t.lang, err)
	}
	if planned, err := a.roster.WeekPlan(ctx, secretary, area); err != nil || len(planned) > 0 {
		return err
	}
	if err := a.roster.UsualPlan(ctx, secretary, area); err != nil {
		return err
	}
	for slot, key := range onSlots {
		p, err := a.people.ByTelegram(ctx, secretary.Community, t.neighbour(key).account.ID)
		if err != nil {
			return fmt.Errorf("week of town %s: %w", t.lang, err)
		}
		if err := a.roster.Stand(ctx, secretary, roster.Stint{Area: area, Slot: slot, Days: roster.Week}, p.ID); err != nil {
			return err
		}
	}
	_, err = a.db.ExecContext(ctx, `UPDATE standing_assignments SET told = true, knows = true WHERE community_id = $1`, secretary.Community)
	if err != nil {
		return fmt.Errorf("week of town %s: %w", t.lang, err)
	}
	return nil
}

// onSlots is who is on in the towns.
var onSlots = map[string]string{roster.Day: "member", roster.Night: "member2"}

// watchNow is the shift that runs when the demo begins, which the plan leaves
// out: somebody is there from the first hour on, and it is the member whose phone
// is open on the page.
func (t town) watchNow(ctx context.Context, a *app) error {
	secretary, area, err := t.office(ctx, a)
	if err != nil {
		return fmt.Errorf("watch of town %s: %w", t.lang, err)
	}
	now := a.clk.Now().In(t.zone())
	if turns, err := a.roster.Turns(ctx, secretary.Community, now, now.Add(time.Minute)); err != nil || len(turns) > 0 {
		return err
	}
	slot, day := roster.Night, calendar.Span{From: calendar.ClockAt(8, 0), Until: calendar.ClockAt(20, 0)}
	until := day.From.Next(now)
	if day.Holds(now) {
		slot, until = roster.Day, day.Ends(now)
	}
	p, err := a.people.ByTelegram(ctx, secretary.Community, t.neighbour("member").account.ID)
	if err != nil {
		return fmt.Errorf("watch of town %s: %w", t.lang, err)
	}
	_, err = a.roster.AddShift(ctx, secretary, roster.Once{
		Activity: roster.Duty, Area: area, Slot: slot, From: now, Until: until, Places: 1, Who: []int64{p.ID},
	})
	return err
}

// office is the secretary of a town, and its first area.
func (t town) office(ctx context.Context, a *app) (people.Actor, int64, error) {
	c, err := a.communities.ByBot(ctx, t.botID())
	if err != nil {
		return people.Actor{}, 0, err
	}
	secretary, err := a.people.Secretary(ctx, c.ID)
	if err != nil {
		return people.Actor{}, 0, err
	}
	areas, err := a.communities.Areas(ctx, c.ID)
	if err != nil {
		return people.Actor{}, 0, err
	}
	return people.Actor{Community: c.ID, Person: secretary.ID}, areas[0].ID, nil
}

// neighbour is one by their key.
func (t town) neighbour(key string) neighbour {
	for _, n := range t.neighbours {
		if n.key == key {
			return n
		}
	}
	return neighbour{}
}
