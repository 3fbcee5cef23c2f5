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

// Gone is that a child does not come: a day, or many.
type Gone struct {
	Community, ID, Child int64
	From, Until          time.Time // the last; both at midnight UTC
	Kind                 Absence
	By                   int64
	At                   time.Time
	EndedAt              *time.Time
}

// holds reports whether a day is one of them.
func (g Gone) holds(day time.Time) bool { return !day.Before(g.From) && !day.After(g.Until) }

const goneColumns = `community_id AS community, id, child_id AS child, from_day AS from, until_day AS until, kind, by_id AS by, at, ended_at AS endedat`

// maxAbsence is how many days an absence may be.
const maxAbsence = 92

// readAbsences reads those of a child that meet some days.
func readAbsences(ctx context.Context, q sqlx.QueryerContext, community, child int64, from, until time.Time) ([]Gone, error) {
	all := []Gone{}
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT `+goneColumns+` FROM care_absences
		WHERE community_id = $1 AND child_id = $2 AND ended_at IS NULL AND from_day <= $4 AND until_day >= $3
		ORDER BY from_day, id`, community, child, from, until)
	if err != nil {
		return nil, fmt.Errorf("read when child %d is absent: %w", child, err)
	}
	return all, nil
}

// Absences reads those of a child that are not over.
func (s *Service) Absences(ctx context.Context, actor people.Actor, child int64) ([]Gone, error) {
	_, p, err := s.may(ctx, s.db, actor, access.BookCare, child, time.Time{})
	if err != nil {
		return nil, fmt.Errorf("read when child %d is absent: %w", child, err)
	}
	today, err := s.today(ctx, s.db, actor.Community)
	if err != nil {
		return nil, err
	}
	return readAbsences(ctx, s.db, actor.Community, p.ID, today, today.AddDate(10, 0, 0))
}

// Absent notes that a child does not come, on days that are not over, also on the day
// itself: what it has then is cancelled, nobody expects it at the gate, and where they
// have their list already, who is there is told. What it came to already stays. Said once
// more from the same day on, it takes the place of what was said. It is care.bad_day where
// the days are none, or too many. Repeated, it changes nothing.
func (s *Service) Absent(ctx context.Context, actor people.Actor, child int64, from, until time.Time, kind Absence) (g Gone, err error) {
	if !slices.Contains([]Absence{Ill, Away, Other}, kind) {
		return g, invalid("care.no_kind")
	}
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := shareHouse(ctx, tx, actor.Community); err != nil {
			return err
		}
		c, err := s.wisherOf(ctx, tx, actor, child)
		if err != nil {
			return err
		}
		today, err := s.today(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		if until.Before(from) || until.Before(today) || until.Sub(from) > maxAbsence*24*time.Hour {
			return invalid("care.bad_day")
		}
		g, err = s.goneFor(ctx, tx, Gone{Community: actor.Community, Child: c.ID, From: from, Until: until, Kind: kind, By: actor.Person, At: s.now()})
		if err == nil {
			err = s.instead(ctx, tx, c, g)
		}
		if err != nil || !g.holds(today) {
			return err
		}
		return s.missedNot(ctx, tx, actor, c.ID, today)
	})
	if err != nil {
		return Gone{}, fmt.Errorf("note that child %d is absent: %w", child, err)
	}
	return g, nil
}

// instead ends what was said before of an absence that begins on the same day: it was
// said more closely. On the days that are none of it any more the child comes after all.
func (s *Service) instead(ctx context.Context, tx *sqlx.Tx, c wisher, g Gone) error {
	all, err := readAbsences(ctx, tx, g.Community, g.Child, g.From, g.From)
	if err != nil {
		return err
	}
	for _, was := range all {
		if was.ID == g.ID || !was.From.Equal(g.From) {
			continue
		}
		_, err := tx.ExecContext(ctx, `
			UPDATE care_absences SET ended_at = $3 WHERE community_id = $1 AND id = $2`, g.Community, was.ID, s.now())
		if err != nil {
			return fmt.Errorf("end absence %d: %w", was.ID, err)
		}
		rest := was
		rest.From, rest.By = g.Until.AddDate(0, 0, 1), g.By
		if err := s.eachDay(ctx, tx, rest, func(b *book) error { return b.comes(ctx, c) }); err != nil {
			return err
		}
	}
	return nil
}

// goneFor writes an absence, and cancels what the child has on its days.
func (s *Service) goneFor(ctx context.Context, tx *sqlx.Tx, g Gone) (Gone, error) {
	had, err := readAbsences(ctx, tx, g.Community, g.Child, g.From, g.Until)
	if err != nil {
		return g, err
	}
	for _, h := range had {
		if h.From.Equal(g.From) && h.Until.Equal(g.Until) && h.Kind == g.Kind {
			return h, nil
		}
	}
	err = tx.GetContext(ctx, &g.ID, `
		INSERT INTO care_absences (community_id, child_id, from_day, until_day, kind, by_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		RETURNING id`, g.Community, g.Child, g.From, g.Until, g.Kind, g.By, g.At)
	if err != nil {
		return g, err
	}
	_, err = log(ctx, tx, happened{
		community: g.Community, child: g.Child, by: g.By, code: "absent", at: g.At,
		detail: detail{"absence": g.ID, "from": g.From.Format(time.DateOnly), "until": g.Until.Format(time.DateOnly), "kind": g.Kind},
	})
	if err != nil {
		return g, err
	}
	return g, s.eachDay(ctx, tx, g, func(b *book) error { return b.absent(ctx, g) })
}

// eachDay does something to each day of an absence that is not over.
func (s *Service) eachDay(ctx context.Context, tx *sqlx.Tx, g Gone, do func(b *book) error) error {
	var days []time.Time
	err := tx.SelectContext(ctx, &days, `
		SELECT day FROM care_days WHERE community_id = $1 AND day BETWEEN $2 AND $3 AND state IN ('open', 'closed') ORDER BY day`,
		g.Community, g.From, g.Until)
	if err != nil {
		return fmt.Errorf("read the days of an absence: %w", err)
	}
	return s.holdEach(ctx, tx, people.Actor{Community: g.Community, Person: g.By}, days, do)
}

// absent cancels what a child has of the day and did not come to yet.
func (b *book) absent(ctx context.Context, g Gone) error {
	all, err := b.of(ctx, g.Child)
	if err != nil {
		return err
	}
	for _, was := range all {
		if was.Status == Cancelled || was.Outcome == Came {
			continue
		}
		to := was
		to.Absent = g.Kind
		if was.Part != Talk { // whose it is stays with who booked it
			to.By = b.by
		}
		w, err := b.end(ctx, was, to, "absent")
		if err != nil {
			return err
		}
		if err := b.tellOthers(ctx, w); err != nil {
			return err
		}
	}
	if err := b.answered(ctx, g.Child); err != nil {
		return err
	}
	return b.moveOn(ctx)
}

// of are the bookings of a child of the day.
func (b *book) of(ctx context.Context, child int64) ([]Booking, error) {
	return readBookings(ctx, b.tx, `b.day = $2 AND b.child_id = $3`, b.day.Community, b.day.Day, child)
}

// Comes notes that a child comes after all: what was cancelled for its absence is booked
// again on the days that can be booked, or waits. Repeated, it changes nothing.
func (s *Service) Comes(ctx context.Context, actor people.Actor, absence int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		var g Gone
		err := tx.GetContext(ctx, &g, `
			SELECT `+goneColumns+` FROM care_absences WHERE community_id = $1 AND id = $2`, actor.Community, absence)
		if err = found(err, "absence", absence); err != nil {
			return err
		}
		c, err := s.wisherOf(ctx, tx, actor, g.Child)
		if err != nil {
			return err
		}
		g.By = actor.Person
		return s.notGone(ctx, tx, g, c)
	})
	if err != nil {
		return fmt.Errorf("note that absence %d is over: %w", absence, err)
	}
	return nil
}

// notGone ends an absence that is not ended yet.
func (s *Service) notGone(ctx context.Context, tx *sqlx.Tx, g Gone, c wisher) error {
	done, err := tx.ExecContext(ctx, `
		UPDATE care_absences SET ended_at = $3 WHERE community_id = $1 AND id = $2 AND ended_at IS NULL`, g.Community, g.ID, s.now())
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	_, err = log(ctx, tx, happened{
		community: g.Community, child: g.Child, by: g.By, code: "comes", at: s.now(), detail: detail{"absence": g.ID},
	})
	if err != nil {
		return err
	}
	return s.eachDay(ctx, tx, g, func(b *book) error { return b.comes(ctx, c) })
}

// comes books again what was cancelled because the child is absent.
func (b *book) comes(ctx context.Context, c wisher) error {
	all, err := b.of(ctx, c.ID)
	if err != nil || !b.day.Takes(b.now) {
		return err
	}
	for _, was := range all {
		if was.Absent == Present || was.Part == Talk {
			continue
		}
		l, err := b.free(ctx, c.Child, was)
		if isConflict(err) {
			continue
		}
		if err != nil {
			return err
		}
		to := was
		to.By, to.How, to.Since = b.by, c.how, b.now
		w, err := b.put(ctx, was, to, l, "comes")
		if err != nil {
			return err
		}
		if err := b.tellOthers(ctx, w); err != nil {
			return err
		}
	}
	return nil
}
