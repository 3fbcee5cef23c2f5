package roster

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// earliest and latest are how long before the beginning of a work somebody comes to it at
// most, and how long after it.
const (
	earliest = 4 * time.Hour
	latest   = 8 * time.Hour
)

// Comes is when somebody comes to their place: at their own time, or with all who are on
// the shift. It moves as the shift does.
func (a Assignment) Comes(sh Shift) time.Time {
	if a.Early != nil {
		if at := sh.StartsAt.Add(-minutes(*a.Early)); at.Before(sh.EndsAt) {
			return at
		}
	}
	return sh.ArriveAt
}

// as is a shift as who has that place comes to it; who has it no more has no time of
// their own.
func (a Assignment) as(sh Shift) Shift {
	if a.EndedAt == nil {
		sh.ArriveAt = a.Comes(sh)
	}
	return sh
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// later reports whether somebody said that they come so late to a shift that nobody has
// to look for them yet.
func (a Assignment) later(sh Shift, now time.Time) bool {
	at := a.Comes(sh)
	return at.After(sh.StartsAt) && at.Add(unseenAfter).After(now)
}

// ComeAt says when somebody comes to a place of theirs in a work for a meal: they do, or
// whoever plans it; nil is when all on it come. What reminds them follows. It is refused
// where the time is none to come at (roster.bad_time), and where they are there
// already (roster.was_there).
func (s *Service) ComeAt(ctx context.Context, actor people.Actor, place int64, early *int) (Assignment, error) {
	a, err := s.onPlace(ctx, actor, place, access.LeaveShift, func(tx *sqlx.Tx, a Assignment, sh Shift) error {
		switch {
		case !sh.Activity.ForMeal(), early != nil && !comesIn(*early, sh.EndsAt.Sub(sh.StartsAt)):
			return refusal.New(refusal.Invalid, "roster.bad_time")
		case a.ArrivedAt != nil:
			return refusal.New(refusal.Conflict, "roster.was_there")
		}
		return s.comes(ctx, tx, a, sh, early, actor.Person)
	})
	if err != nil {
		return Assignment{}, fmt.Errorf("when somebody comes to place %d: %w", place, err)
	}
	return a, nil
}

// comesIn reports whether so many minutes before the beginning of a shift is a time to
// come to it.
func comesIn(early int, lasts time.Duration) bool {
	return minutes(early) <= earliest && -minutes(early) <= latest && -minutes(early) < lasts
}

// comes writes it down; as it is already, nothing happens.
func (s *Service) comes(ctx context.Context, tx *sqlx.Tx, a Assignment, sh Shift, early *int, by int64) error {
	done, err := tx.ExecContext(ctx, `
		UPDATE assignments SET early = $3 WHERE community_id = $1 AND id = $2 AND early IS DISTINCT FROM $3`, a.Community, a.ID, early)
	if err != nil {
		return fmt.Errorf("when somebody comes: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	a.Early = early
	if err := moveReminders(ctx, tx, a, sh); err != nil {
		return err
	}
	_, err = log(ctx, tx, happened{a.Community, a.Shift, by, "own_time", detail{"person": a.Person, "early": early}, s.now()})
	return err
}

// ComeEachWeek says when somebody comes to a work for meals on those of its days on which
// they stand in it, from now on: they do, or whoever plans it. Who hears it of another is told
// of their week. It is refused where the time is none to come at (roster.bad_time).
func (s *Service) ComeEachWeek(ctx context.Context, actor people.Actor, st Stint, person int64, early *int) error {
	if err := st.check(); err != nil || !st.activity().ForMeal() {
		return refusal.New(refusal.Invalid, "roster.bad_time")
	}
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if actor.Person != person {
			if err := mayPlan(ctx, tx, actor, st.activity(), 0); err != nil {
				return err
			}
		}
		p := &planning{s: s, tx: tx, actor: actor, now: s.now()}
		if err := p.read(ctx); err != nil {
			return err
		}
		return p.comeEachWeek(ctx, st, person, early)
	})
	if err != nil {
		return fmt.Errorf("when person %d comes to %s: %w", person, st.activity(), err)
	}
	return nil
}

func (p *planning) comeEachWeek(ctx context.Context, st Stint, person int64, early *int) error {
	mine := p.in(func(o Pattern) bool { return st.of(o) && slices.Contains(p.stand[o.ID], person) })
	if len(mine) == 0 {
		return access.NotFound()
	}
	ids := make([]int64, len(mine))
	for i, o := range mine {
		if ids[i] = o.ID; early != nil && !comesIn(*early, minutes(o.lasts())) {
			return refusal.New(refusal.Invalid, "roster.bad_time")
		}
	}
	done, err := p.tx.ExecContext(ctx, `
		UPDATE standing_assignments SET early = $4, told = told AND $5
		WHERE community_id = $1 AND pattern_id = ANY ($2) AND person_id = $3 AND ended_at IS NULL AND early IS DISTINCT FROM $4`,
		p.actor.Community, pq.Array(ids), person, early, person == p.actor.Person)
	if err != nil {
		return err
	}
	changed, err := done.RowsAffected()
	if err != nil {
		return err
	}
	if err := p.comeToNext(ctx, ids, person, early); err != nil || changed == 0 {
		return err
	}
	event, err := log(ctx, p.tx, happened{
		community: p.actor.Community, by: p.actor.Person, code: "planned", detail: detail{"patterns": ids, "person": person, "early": early}, at: p.now,
	})
	if err != nil {
		return err
	}
	return p.tellLater(ctx, event)
}

// comeToNext lets their places that are made already follow.
func (p *planning) comeToNext(ctx context.Context, patterns []int64, person int64, early *int) error {
	var ids []int64
	err := p.tx.SelectContext(ctx, &ids, `
		SELECT a.id FROM assignments a JOIN shifts s ON s.community_id = a.community_id AND s.id = a.shift_id
		WHERE a.community_id = $1 AND a.person_id = $2 AND a.ended_at IS NULL AND a.arrived_at IS NULL
			AND s.pattern_id = ANY ($3) AND s.cancelled_at IS NULL AND s.starts_at > $4
		ORDER BY s.id`, p.actor.Community, person, pq.Array(patterns), p.now)
	if err != nil {
		return fmt.Errorf("read the places of person %d: %w", person, err)
	}
	for _, id := range ids {
		a, sh, err := lockAssignment(ctx, p.tx, p.actor.Community, id)
		if err != nil {
			return err
		}
		if err := p.s.comes(ctx, p.tx, a, sh, early, p.actor.Person); err != nil {
			return err
		}
	}
	return nil
}

// StandsIn reports whether somebody has a place each week and not this once.
func (s *Service) StandsIn(ctx context.Context, a Assignment) (is bool, err error) {
	err = s.db.GetContext(ctx, &is, `
		SELECT EXISTS (SELECT FROM shifts s
			JOIN standing_assignments g ON g.community_id = s.community_id AND g.pattern_id = s.pattern_id AND g.person_id = $3 AND g.ended_at IS NULL
			WHERE s.community_id = $1 AND s.id = $2)`, a.Community, a.Shift, a.Person)
	if err != nil {
		return false, fmt.Errorf("read whether person %d stands in shift %d: %w", a.Person, a.Shift, err)
	}
	return is, nil
}

// Times are at what times of their own people come to the shifts of patterns, so many
// minutes before them, by pattern and person.
type Times map[int64]map[int64]int

// ownTimes reads those of who stands in some work of a community.
func ownTimes(ctx context.Context, q sqlx.QueryerContext, community int64) (Times, error) {
	var rows []struct {
		Pattern, Person int64
		Early           int
	}
	err := sqlx.SelectContext(ctx, q, &rows, `
		SELECT pattern_id AS pattern, person_id AS person, early FROM standing_assignments
		WHERE community_id = $1 AND ended_at IS NULL AND early IS NOT NULL`, community)
	if err != nil {
		return nil, fmt.Errorf("read who comes when: %w", err)
	}
	all := Times{}
	for _, r := range rows {
		if all[r.Pattern] == nil {
			all[r.Pattern] = map[int64]int{}
		}
		all[r.Pattern][r.Person] = r.Early
	}
	return all, nil
}

// Crew reads who has a place in the works for the meal of a day, as the works are done and
// they come; the day is at midnight UTC. It asks nobody's permission.
func (s *Service) Crew(ctx context.Context, community int64, day time.Time) ([]Held, error) {
	all, err := places(ctx, s.db, `
		SELECT `+assignmentColumns+` FROM assignments a JOIN shifts s ON s.community_id = a.community_id AND s.id = a.shift_id
		WHERE a.community_id = $1 AND a.ended_at IS NULL AND s.day = $2 AND s.cancelled_at IS NULL AND s.activity IN ('cook', 'help', 'carry', 'wash')
		ORDER BY a.starts_at, a.seat`, community, day.Format(time.DateOnly))
	if err != nil {
		return nil, fmt.Errorf("who works on %s: %w", day.Format(time.DateOnly), err)
	}
	slices.SortStableFunc(all, func(a, b Held) int {
		return cmp.Or(slices.Index(Works, a.In.Activity)-slices.Index(Works, b.In.Activity), a.In.ArriveAt.Compare(b.In.ArriveAt))
	})
	return all, nil
}
