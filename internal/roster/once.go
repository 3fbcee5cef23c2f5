package roster

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// Once is a shift that comes once.
type Once struct {
	Activity Activity
	Area     int64 // 0: the whole community
	Slot     string
	From     time.Time // in the community's zone or any other
	Until    time.Time
	Early    time.Duration // how long before it those on it come
	Places   int
	Who      []int64 // whoever plans has given a place in it
}

// Longest is how long a shift may be.
const Longest = 36 * time.Hour

// MostPlaces is how many places a shift may have.
const MostPlaces = 50

func (o Once) check(now time.Time) error {
	_, known := parts[o.Activity]
	long := o.Until.Sub(o.From)
	if !known || long <= 0 || long > Longest || !o.Until.After(now) || o.Early < 0 || o.Places < 1 || o.Places > MostPlaces {
		return refusal.New(refusal.Invalid, "roster.bad_shift")
	}
	return nil
}

// AddShift makes a shift that comes once.
func (s *Service) AddShift(ctx context.Context, actor people.Actor, o Once) (Shift, error) {
	if err := o.check(s.now()); err != nil {
		return Shift{}, err
	}
	var made Shift
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := mayPlan(ctx, tx, actor, o.Activity, o.Area); err != nil {
			return err
		}
		z, err := zone(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		y, m, d := o.From.In(z).Date()
		made, err = s.add(ctx, tx, Shift{
			Community: actor.Community, Activity: o.Activity, Area: o.Area, Slot: o.Slot, Day: time.Date(y, m, d, 0, 0, 0, 0, time.UTC),
			StartsAt: o.From, EndsAt: o.Until, ArriveAt: o.From.Add(-o.Early), Places: o.Places,
		})
		if err != nil {
			return err
		}
		if _, err = log(ctx, tx, happened{community: actor.Community, shift: made.ID, by: actor.Person, code: "added", at: s.now()}); err != nil {
			return err
		}
		return s.giveAll(ctx, tx, actor, made, o.Who)
	})
	if err != nil {
		return Shift{}, fmt.Errorf("add a shift: %w", err)
	}
	return made, nil
}

// giveAll gives people their places in a shift that was just made. Of one that
// runs already they know.
func (s *Service) giveAll(ctx context.Context, tx *sqlx.Tx, actor people.Actor, sh Shift, who []int64) error {
	p, news := &planning{s: s, tx: tx, actor: actor, now: s.now()}, planNews{}
	if err := hold(ctx, tx, sh.Community, who...); err != nil {
		return err
	}
	for _, person := range who {
		ok, err := fitting(ctx, tx, sh.Community, seats{sh.Activity, sh.Area}, person)
		if err != nil || len(ok) == 0 {
			return errOr(err, refusal.New(refusal.Conflict, "roster.not_theirs"))
		}
		if _, err := s.seat(ctx, tx, sh, person, Given, actor.Person); err != nil {
			return err
		}
		if sh.StartsAt.After(p.now) {
			news.add(person, "plan.given", sh.ID)
		}
	}
	return p.tellPlaces(ctx, news, sh.ID)
}

// mayPlan reads the actor again, and refuses whoever may not plan an activity in an
// area: 0 is the whole community, and everybody's.
func mayPlan(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, of Activity, area int64) error {
	now, err := people.ReadActor(ctx, q, actor.Community, actor.Person)
	if err != nil {
		return err
	}
	if of.ledBy(now) {
		return nil
	}
	return access.Allow(access.PlanShifts, now.Roles, relation(now, area))
}

// ledBy reports whether somebody leads an activity: they plan its shifts.
func (of Activity) ledBy(a people.Actor) bool { return parts[of].lead != "" && a.Has(parts[of].lead) }

// relation is how an area stands to somebody.
func relation(a people.Actor, area int64) access.Relation {
	if area == 0 || slices.Contains(a.Areas, area) {
		return access.SameArea
	}
	return access.SameCommunity
}
