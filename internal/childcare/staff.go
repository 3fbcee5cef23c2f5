package childcare

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// Cleared is somebody who may be given children's shifts, or not yet.
type Cleared struct {
	Person int64
	Name   string
	At     *time.Time // nil: not cleared
	By     int64
}

// Shifts has the shifts with children.
type Shifts interface {
	// Uncleared takes somebody off them who is cleared no more.
	Uncleared(ctx context.Context, tx *sqlx.Tx, c people.Change) error
	// MindingFollows takes everybody off those that no child needs (Idle), and puts them on
	// again that one needs; by 0 is that nobody said so.
	MindingFollows(ctx context.Context, tx *sqlx.Tx, community, by int64) error
}

// Staffed lets the roster follow who is cleared, and on which days there are children. It
// is set while linli is wired.
func (s *Service) Staffed(by Shifts) { s.shifts = by }

const staffSQL = `
	SELECT p.id AS person, p.name, max(r.cleared_at) AS at, coalesce(max(r.cleared_by), 0) AS by
	FROM person_roles r JOIN persons p ON p.community_id = r.community_id AND p.id = r.person_id
	WHERE r.community_id = $1 AND r.role = 'carer' AND r.ended_at IS NULL GROUP BY p.id, p.name ORDER BY p.name, p.id`

// Staff reads who is a carer, and who of them is cleared, by name; for who runs the hall.
func (s *Service) Staff(ctx context.Context, actor people.Actor) ([]Cleared, error) {
	all := []Cleared{}
	err := s.lead(ctx, s.db, actor)
	if err == nil {
		err = s.db.SelectContext(ctx, &all, staffSQL, actor.Community)
	}
	if err != nil {
		return nil, fmt.Errorf("read the staff: %w", err)
	}
	return all, nil
}

// Clear notes that the actor, who runs the hall, looked whether somebody may be alone with
// children: nobody looks at themselves. Repeated, it changes nothing.
func (s *Service) Clear(ctx context.Context, actor people.Actor, person int64) error {
	return s.clear(ctx, actor, person, "cleared", `
		UPDATE person_roles SET cleared_at = $3, cleared_by = $4
		WHERE community_id = $1 AND person_id = $2 AND role = 'carer' AND ended_at IS NULL AND cleared_at IS NULL`)
}

// Unclear takes it back: they mind no children from now on, and those in their hands are
// the actor's. Repeated, it changes nothing.
func (s *Service) Unclear(ctx context.Context, actor people.Actor, person int64) error {
	return s.clear(ctx, actor, person, "uncleared", `
		UPDATE person_roles SET cleared_at = NULL, cleared_by = NULL
		WHERE community_id = $1 AND person_id = $2 AND role = 'carer' AND ended_at IS NULL AND cleared_at IS NOT NULL
			AND $3::timestamptz IS NOT NULL AND $4::bigint IS NOT NULL`)
}

// clear writes it by a statement, which is a constant of this package.
func (s *Service) clear(ctx context.Context, actor people.Actor, person int64, code, statement string) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.lead(ctx, tx, actor); err != nil {
			return err
		}
		if person == actor.Person {
			return conflict("care.not_oneself")
		}
		a, err := people.ReadActor(ctx, tx, actor.Community, person)
		if err != nil {
			return err
		}
		if !a.Has(access.Carer) {
			return conflict("care.no_carer", "name", a.Name)
		}
		done, err := tx.ExecContext(ctx, statement, actor.Community, person, s.now(), actor.Person)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err
		}
		if err := s.did(ctx, tx, actor, code, detail{"person": person}); err != nil || code == "cleared" {
			return err
		}
		c := people.Change{Community: actor.Community, Person: person, By: actor.Person, What: people.RoleEnded, Role: access.Carer, At: s.now()}
		if err := s.goes(ctx, tx, c); err != nil || s.shifts == nil {
			return err
		}
		return s.shifts.Uncleared(ctx, tx, c)
	})
	if err != nil {
		return fmt.Errorf("%s person %d: %w", code, person, err)
	}
	return nil
}

// needs is how many must mind so many children.
func (s Sitting) needs() int {
	return int(math.Ceil(float64(s.Taken) / float64(max(1, s.Pattern.Ratio))))
}

// handsOf is how many have a place at a sitting; of a talk it is who counsels.
func (s *Service) handsOf(ctx context.Context, q sqlx.QueryerContext, sit Sitting) (int, error) {
	if s.hands == nil || sit.Pattern.Part == Talk {
		return sit.needs(), nil
	}
	all, err := s.hands.Doing(ctx, q, sit.Community, sit.Pattern.What.Work(), sit.StartsAt, sit.EndsAt)
	return len(all), err
}

// handsAtTime tells whoever runs the hall, the day before, which sittings have too few
// hands for the children who are booked, each once; and whether they have lunch.
func (b *book) handsAtTime(ctx context.Context) error {
	if b.day.State == CalledOff || b.day.State == Over {
		return nil
	}
	if err := b.lunchAtTime(ctx); err != nil {
		return err
	}
	var short []int64
	for _, s := range b.sittings {
		if s.CancelledAt != nil || s.Taken == 0 {
			continue
		}
		n, err := b.s.handsOf(ctx, b.tx, *s)
		if err != nil {
			return err
		}
		if n >= s.needs() {
			continue
		}
		var first bool
		err = b.tx.GetContext(ctx, &first, `
			WITH was AS (SELECT short_at FROM care_sittings WHERE community_id = $1 AND id = $2),
				told AS (UPDATE care_sittings SET short_at = coalesce(short_at, $3) WHERE community_id = $1 AND id = $2)
			SELECT short_at IS NULL FROM was`, s.Community, s.ID, b.now)
		if err != nil {
			return fmt.Errorf("note that sitting %d is short of staff: %w", s.ID, err)
		}
		if first {
			short = append(short, s.ID)
		}
	}
	if len(short) == 0 {
		return nil
	}
	if err := b.noted(ctx, "short", detail{"sittings": short}); err != nil {
		return err
	}
	to, err := leads(ctx, b.tx, b.day.Community)
	if err != nil {
		return err
	}
	return b.tell(ctx, news{
		to: to, topic: topicShort, subject: "care:day:" + b.name(), of: b.event, args: detail{"day": b.name(), "sittings": short},
	})
}
