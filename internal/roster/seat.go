package roster

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/refusal"
)

// seat gives somebody the first free place of a shift, which is locked, with its
// event and its reminders; a hole that it closes is closed. It is refused where no place is free (roster.full),
// where they have this one (roster.has), or another at that time (roster.busy).
func (s *Service) seat(ctx context.Context, tx *sqlx.Tx, sh Shift, person int64, how How, by int64) (Assignment, error) {
	id, err := insertSeat(ctx, tx, sh, person, how, s.now())
	if err != nil {
		return Assignment{}, err
	}
	a, err := readAssignment(ctx, tx, sh.Community, id)
	if err != nil {
		return Assignment{}, err
	}
	_, err = log(ctx, tx, happened{sh.Community, sh.ID, by, "seated", detail{"person": person, "how": how, "seat": a.Seat}, s.now()})
	if err != nil {
		return Assignment{}, err
	}
	if err := s.remind(ctx, tx, a); err != nil {
		return Assignment{}, err
	}
	if err := s.show(ctx, tx, a); err != nil {
		return Assignment{}, err
	}
	if sh.BegunAt != nil { // they come in the middle of it
		if err := s.tellBegun(ctx, tx, sh, []int64{person}); err != nil {
			return Assignment{}, err
		}
	}
	return a, s.filled(ctx, tx, a, by)
}

// insertSeat lets the tables decide: two who take the last place, or one who
// takes two places at one time, meet there.
func insertSeat(ctx context.Context, tx *sqlx.Tx, sh Shift, person int64, how How, now time.Time) (id int64, err error) {
	err = tx.GetContext(ctx, &id, `
		INSERT INTO assignments (community_id, shift_id, person_id, places, starts_at, ends_at, seat, how, since, early)
		SELECT s.community_id, s.id, $3, s.places, s.starts_at, s.ends_at, n.seat, $4, $5,
			(SELECT g.early FROM standing_assignments g -- their own time is theirs, however they come to the place
			WHERE g.community_id = s.community_id AND g.pattern_id = s.pattern_id AND g.person_id = $3 AND g.ended_at IS NULL)
		FROM shifts s CROSS JOIN LATERAL (
			SELECT g.seat FROM generate_series(1, s.places) AS g (seat)
			WHERE NOT EXISTS (SELECT FROM assignments a
				WHERE a.community_id = s.community_id AND a.shift_id = s.id AND a.seat = g.seat AND a.ended_at IS NULL)
			ORDER BY g.seat LIMIT 1) n
		WHERE s.community_id = $1 AND s.id = $2 AND s.cancelled_at IS NULL AND s.over_at IS NULL
		ON CONFLICT DO NOTHING
		RETURNING id`, sh.Community, sh.ID, person, how, now)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	return 0, whyNot(ctx, tx, sh, person)
}

// whyNot says why somebody got no place.
func whyNot(ctx context.Context, tx *sqlx.Tx, sh Shift, person int64) error {
	var held struct{ Has, Busy bool }
	err := tx.GetContext(ctx, &held, `
		SELECT coalesce(bool_or(shift_id = $3), false) AS has, count(*) > 0 AS busy FROM assignments
		WHERE community_id = $1 AND person_id = $2 AND ended_at IS NULL AND starts_at < $5 AND ends_at > $4`,
		sh.Community, person, sh.ID, sh.StartsAt, sh.EndsAt)
	switch {
	case err != nil:
		return fmt.Errorf("why there is no place: %w", err)
	case held.Has:
		return refusal.New(refusal.Conflict, "roster.has")
	case held.Busy:
		return refusal.New(refusal.Conflict, "roster.busy")
	case sh.CancelledAt != nil || sh.OverAt != nil:
		return refusal.New(refusal.Conflict, "roster.over")
	}
	return refusal.New(refusal.Conflict, "roster.full")
}

// leave ends somebody's place in a shift, which is locked, with its event; what
// would remind them is withdrawn, and swaps of it are off. Where others are
// needed in their place, those are asked. It is false where it had ended already.
func (s *Service) leave(ctx context.Context, tx *sqlx.Tx, a Assignment, why Why, by int64) (bool, error) {
	res, err := tx.ExecContext(ctx, `
		UPDATE assignments SET ended_at = $3, ended_why = $4, missed_at = CASE WHEN $4 = 'missed' THEN $3 ELSE missed_at END
		WHERE community_id = $1 AND id = $2 AND ended_at IS NULL`, a.Community, a.ID, s.now(), why)
	if err != nil {
		return false, fmt.Errorf("end place %d: %w", a.ID, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	if err := s.unremind(ctx, tx, a); err != nil {
		return false, err
	}
	if err := s.show(ctx, tx, a); err != nil {
		return false, err
	}
	if _, err = log(ctx, tx, happened{a.Community, a.Shift, by, "left", detail{"person": a.Person, "why": why}, s.now()}); err != nil {
		return false, err
	}
	if err := s.watched(ctx, tx, a); err != nil {
		return false, err
	}
	if err := s.dropSwaps(ctx, tx, a, why); err != nil || why == ForAnother || why == Cancelled {
		return true, err
	}
	return true, s.freed(ctx, tx, a, why, by)
}

// watched tells who looks how many there are that one is there no more.
func (s *Service) watched(ctx context.Context, tx *sqlx.Tx, a Assignment) error {
	if s.watch == nil {
		return nil
	}
	sh, err := readShift(ctx, tx, a.Community, a.Shift)
	if err != nil {
		return err
	}
	return s.watch.PlaceLeft(ctx, tx, sh)
}
