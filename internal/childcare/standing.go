package childcare

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// stands is that a child comes by itself on a weekday.
type stands struct {
	Child   int64
	Weekday int
	Part    Part
}

func readStanding(ctx context.Context, q sqlx.QueryerContext, community, child int64) ([]stands, error) {
	var all []stands
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT child_id AS child, weekday, part FROM care_standing WHERE community_id = $1 AND child_id = $2 ORDER BY part DESC, weekday`,
		community, child)
	if err != nil {
		return nil, fmt.Errorf("read when child %d comes by itself: %w", child, err)
	}
	return all, nil
}

// Standing reads on which weekdays a child comes by itself, by part.
func (s *Service) Standing(ctx context.Context, actor people.Actor, child int64) (map[Part]Weekdays, error) {
	_, p, err := s.may(ctx, s.db, actor, access.BookCare, child, time.Time{})
	if err != nil {
		return nil, fmt.Errorf("read when child %d comes by itself: %w", child, err)
	}
	all, err := readStanding(ctx, s.db, actor.Community, p.ID)
	on := map[Part]Weekdays{}
	for _, t := range all {
		on[t.Part] = append(on[t.Part], t.Weekday)
	}
	return on, err
}

// SetStanding books a part of every week in term, on those weekdays and no others: days
// that can be booked already, of which nobody said anything, are booked at once, and what
// came only by itself on other days is cancelled. Repeated, it changes nothing.
func (s *Service) SetStanding(ctx context.Context, actor people.Actor, child int64, part Part, on Weekdays) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if part != Noon && part != After {
			return invalid("care.no_part")
		}
		if slices.ContainsFunc(on, func(d int) bool { return d < 1 || d > 7 }) {
			return invalid("care.no_weekday")
		}
		if err := shareHouse(ctx, tx, actor.Community); err != nil {
			return err
		}
		c, err := s.wisherOf(ctx, tx, actor, child)
		if err != nil {
			return err
		}
		changed, err := s.writeStanding(ctx, tx, actor, c.ID, part, on)
		if err != nil || !changed {
			return err
		}
		return s.openDays(ctx, tx, actor, func(b *book) error {
			if err := b.unstand(ctx, c.ID, part, on); err != nil {
				return err
			}
			return b.stand(ctx, c.ID)
		})
	})
	if err != nil {
		return fmt.Errorf("let child %d come by itself: %w", child, err)
	}
	return nil
}

// writeStanding writes those weekdays where they are others.
func (s *Service) writeStanding(ctx context.Context, tx *sqlx.Tx, actor people.Actor, child int64, part Part, on Weekdays) (changed bool, err error) {
	var n int64
	for _, statement := range []string{
		`DELETE FROM care_standing WHERE community_id = $1 AND child_id = $2 AND part = $3 AND weekday <> ALL ($4::smallint[])
			AND $5::bigint IS NOT NULL AND $6::timestamptz IS NOT NULL`,
		`INSERT INTO care_standing (community_id, child_id, part, weekday, by_id, since)
			SELECT $1, $2, $3, d, $5, $6 FROM unnest($4::smallint[]) AS d ON CONFLICT DO NOTHING`,
	} {
		done, err := tx.ExecContext(ctx, statement, actor.Community, child, part, on, actor.Person, s.now())
		if err != nil {
			return false, fmt.Errorf("write when child %d comes by itself: %w", child, err)
		}
		some, err := done.RowsAffected()
		if err != nil {
			return false, err
		}
		n += some
	}
	if n == 0 {
		return false, nil
	}
	_, err = log(ctx, tx, happened{
		community: actor.Community, child: child, by: actor.Person, code: "standing", at: s.now(), detail: detail{"part": part, "weekdays": on},
	})
	return true, err
}

// stand books who comes by itself on the day, and has nothing of that part, nor said
// otherwise: one child, or 0, all. One that is away comes while nobody who decides says so.
func (b *book) stand(ctx context.Context, child int64) error {
	if !b.day.School || !b.day.Takes(b.now) {
		return nil
	}
	var all []stands
	err := b.tx.SelectContext(ctx, &all, `
		SELECT t.child_id AS child, t.weekday, t.part FROM care_standing t
		JOIN care_children c ON c.community_id = t.community_id AND c.child_id = t.child_id AND c.consent_at IS NOT NULL
		JOIN persons p ON p.community_id = t.community_id AND p.id = t.child_id AND (p.presence = 'here' OR p.presence_until <= $3
			OR p.presence IN ('away', 'hospital') AND NOT EXISTS (SELECT FROM care_absences a JOIN care_events e ON e.community_id = a.community_id AND e.child_id = a.child_id
				AND e.code = 'paused' AND (e.detail->>'absence')::bigint = a.id WHERE a.community_id = p.community_id AND a.child_id = p.id AND a.ended_at IS NULL))
		WHERE t.community_id = $1 AND t.weekday = $2 AND ($4::bigint = 0 OR t.child_id = $4) AND NOT EXISTS (
			SELECT FROM care_bookings b WHERE b.community_id = t.community_id AND b.day = $3 AND b.child_id = t.child_id AND b.part = t.part)
		ORDER BY t.since, t.child_id, t.part`, b.day.Community, b.day.Weekday, b.day.Day.Format(time.DateOnly), child)
	if err != nil {
		return fmt.Errorf("read who comes by itself on %s: %w", b.name(), err)
	}
	for _, t := range all {
		if err := b.standsThere(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// standsThere books one who comes by itself; where there is no place it waits, and who
// decides is told.
func (b *book) standsThere(ctx context.Context, t stands) error {
	c, err := readChild(ctx, b.tx, b.day.Community, t.Child)
	if err != nil {
		return err
	}
	was := Booking{Community: b.day.Community, Day: b.day.Day, Child: t.Child, Part: t.Part, How: ByStanding, Since: b.now}
	l, err := b.free(ctx, c, was)
	if isConflict(err) { // absent, or there is nothing of the kind
		return nil
	}
	if err != nil {
		return err
	}
	w, err := b.put(ctx, was, was, l, "standing")
	if err != nil || w.Status == Booked {
		return err
	}
	return b.tellOf(ctx, w, topicWaits)
}

// unstand cancels what a child has of the day only because it came by itself, where it
// does no more.
func (b *book) unstand(ctx context.Context, child int64, part Part, on Weekdays) error {
	if !b.day.School || on.Has(b.day.Weekday) {
		return nil
	}
	all, err := b.of(ctx, child)
	if err != nil {
		return err
	}
	for _, was := range all {
		if was.Part != part || was.How != ByStanding || was.Status == Cancelled {
			continue
		}
		to := was
		to.By = b.by
		if _, err := b.end(ctx, was, to, "standing"); err != nil {
			return err
		}
	}
	return b.moveOn(ctx)
}
