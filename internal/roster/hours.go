package roster

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// Worked is how long a place counts: from the beginning of its shift, or from
// when it was taken where that was later, until the shift's end, or until it was
// given back where that was earlier. A place that was missed counts nothing, and
// none before its shift is over.
func Worked(a Assignment, now time.Time) time.Duration {
	from, until := a.StartsAt, a.EndsAt
	if a.Since.After(from) {
		from = a.Since
	}
	if a.EndedAt != nil && a.EndedAt.Before(until) {
		until = *a.EndedAt
	}
	if a.MissedAt != nil || a.EndsAt.After(now) || until.Before(from) {
		return 0
	}
	return until.Sub(from)
}

// Month is what somebody did in a month: that in which their shifts begin.
type Month struct {
	Person    int64
	Shifts    int
	Time      time.Duration
	Missed    int   // for who plans alone
	ThankedBy int64 // 0: nobody yet
}

// Tally adds places up by person, who did the most first.
func Tally(all []Assignment, now time.Time) []Month {
	by := map[int64]*Month{}
	for _, a := range all {
		m := by[a.Person]
		if m == nil {
			m = &Month{Person: a.Person}
			by[a.Person] = m
		}
		if long := Worked(a, now); long > 0 {
			m.Shifts++
			m.Time += long
		}
		if a.MissedAt != nil {
			m.Missed++
		}
		if a.ThankedBy != 0 {
			m.ThankedBy = a.ThankedBy
		}
	}
	var months []Month
	for _, m := range by {
		if m.Shifts > 0 || m.Missed > 0 {
			months = append(months, *m)
		}
	}
	slices.SortFunc(months, func(a, b Month) int {
		if a.Time != b.Time {
			return int(b.Time - a.Time)
		}
		return int(a.Person - b.Person)
	})
	return months
}

// monthly reads the places of the shifts that begin in a month; person 0 is everybody.
func monthly(ctx context.Context, q sqlx.QueryerContext, community, person int64, month time.Time) ([]Assignment, error) {
	first := time.Date(month.Year(), month.Month(), 1, 0, 0, 0, 0, time.UTC)
	var all []Assignment
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT `+assignmentColumns+` FROM assignments a JOIN shifts s ON s.community_id = a.community_id AND s.id = a.shift_id
		WHERE a.community_id = $1 AND ($2::bigint = 0 OR a.person_id = $2) AND s.cancelled_at IS NULL AND s.day >= $3 AND s.day < $4
		ORDER BY a.id`, community, person, first.Format(time.DateOnly), first.AddDate(0, 1, 0).Format(time.DateOnly))
	if err != nil {
		return nil, fmt.Errorf("read the places of a month: %w", err)
	}
	return all, nil
}

// Hours are what everybody did in a month, for who plans.
func (s *Service) Hours(ctx context.Context, actor people.Actor, month time.Time) ([]Month, error) {
	now, err := people.ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err == nil {
		err = access.Allow(access.PlanShifts, now.Roles, access.SameCommunity)
	}
	if err != nil {
		return nil, fmt.Errorf("hours: %w", err)
	}
	all, err := monthly(ctx, s.db, actor.Community, 0, month)
	return Tally(all, s.now()), err
}

// OwnHours are what the actor did in a month; what they missed is not told.
func (s *Service) OwnHours(ctx context.Context, actor people.Actor, month time.Time) (Month, error) {
	all, err := monthly(ctx, s.db, actor.Community, actor.Person, month)
	for _, m := range Tally(all, s.now()) {
		m.Missed = 0
		return m, err
	}
	return Month{Person: actor.Person}, err
}

// Thank thanks somebody for what they did in a month, once in a month: thanks
// for every shift would soon be no more than a stamp. It is refused where there is
// nothing to thank for (roster.no_hours).
func (s *Service) Thank(ctx context.Context, actor people.Actor, person int64, month time.Time) (Month, error) {
	var m Month
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := mayPlan(ctx, tx, actor, Duty, 0); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `SELECT FROM persons WHERE community_id = $1 AND id = $2 FOR NO KEY UPDATE`, actor.Community, person); err != nil {
			return err // of two who thank at once the later sees that it is done
		}
		all, err := monthly(ctx, tx, actor.Community, person, month)
		if err != nil {
			return err
		}
		m = Month{Person: person}
		for _, of := range Tally(all, s.now()) {
			m = of
		}
		switch {
		case m.Shifts == 0:
			return refusal.New(refusal.Conflict, "roster.no_hours")
		case m.ThankedBy != 0:
			return nil
		}
		m.ThankedBy = actor.Person
		return s.thank(ctx, tx, actor, m, all)
	})
	if err != nil {
		return Month{}, fmt.Errorf("thank person %d: %w", person, err)
	}
	return m, nil
}

func (s *Service) thank(ctx context.Context, tx *sqlx.Tx, actor people.Actor, m Month, all []Assignment) error {
	var ids []int64
	var of Assignment
	for _, a := range all {
		if Worked(a, s.now()) > 0 {
			ids, of = append(ids, a.ID), a
		}
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE assignments SET thanked_at = $3, thanked_by = $4 WHERE community_id = $1 AND id = ANY ($2)`,
		actor.Community, pq.Array(ids), s.now(), actor.Person)
	if err != nil {
		return fmt.Errorf("note thanks: %w", err)
	}
	if _, err := log(ctx, tx, happened{actor.Community, of.Shift, actor.Person, "thanked", detail{"person": m.Person, "minutes": int(m.Time.Minutes())}, s.now()}); err != nil {
		return err
	}
	sh, err := readShift(ctx, tx, actor.Community, of.Shift)
	if err != nil || m.Person == actor.Person {
		return err
	}
	return s.tell(ctx, tx, news{
		to: m.Person, topic: "shift.thanks", of: of.ID, urgency: outbox.Notice,
		args: detail{"by": actor.Person, "minutes": int(m.Time.Minutes()), "month": sh.Day.Format("2006-01")},
	}, sh)
}
