package roster

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
)

// shiftColumns are those of shifts s.
const shiftColumns = `s.community_id AS community, s.id, s.activity, coalesce(s.area_id, 0) AS area, s.slot,
	coalesce(s.pattern_id, 0) AS pattern, s.day, s.starts_at AS startsat, s.ends_at AS endsat, s.arrive_at AS arriveat, s.places,
	s.begun_at AS begunat, s.over_at AS overat, s.cancelled_at AS cancelledat, s.hole, s.hole_since AS holesince,
	(SELECT count(*) FROM assignments t WHERE t.community_id = s.community_id AND t.shift_id = s.id AND t.ended_at IS NULL) AS taken`

// assignmentColumns are those of assignments a.
const assignmentColumns = `a.community_id AS community, a.id, a.shift_id AS shift, a.person_id AS person,
	a.starts_at AS startsat, a.ends_at AS endsat, a.seat, a.how, a.since, a.early, a.confirmed_at AS confirmedat, a.arrived_at AS arrivedat,
	a.missed_at AS missedat, coalesce(a.thanked_by, 0) AS thankedby, a.ended_at AS endedat, coalesce(a.ended_why, '') AS endedwhy`

func readShift(ctx context.Context, q sqlx.QueryerContext, community, id int64) (Shift, error) {
	var s Shift
	err := sqlx.GetContext(ctx, q, &s, `
		SELECT `+shiftColumns+` FROM shifts s WHERE s.community_id = $1 AND s.id = $2`, community, id)
	return s, found(err, "shift", id)
}

// lockShift lets one at a time change who is on a shift.
func lockShift(ctx context.Context, tx *sqlx.Tx, community, id int64) (Shift, error) {
	if _, err := tx.ExecContext(ctx, `
		SELECT FROM shifts WHERE community_id = $1 AND id = $2 FOR NO KEY UPDATE`, community, id); err != nil {
		return Shift{}, fmt.Errorf("lock shift %d: %w", id, err)
	}
	return readShift(ctx, tx, community, id) // only now: who waited sees what the other did
}

func readAssignment(ctx context.Context, q sqlx.QueryerContext, community, id int64) (Assignment, error) {
	var a Assignment
	err := sqlx.GetContext(ctx, q, &a, `
		SELECT `+assignmentColumns+` FROM assignments a WHERE a.community_id = $1 AND a.id = $2`, community, id)
	return a, found(err, "assignment", id)
}

// lockAssignment locks the shift of a place, and reads both.
func lockAssignment(ctx context.Context, tx *sqlx.Tx, community, id int64) (Assignment, Shift, error) {
	a, err := readAssignment(ctx, tx, community, id)
	if err != nil {
		return Assignment{}, Shift{}, err
	}
	s, err := lockShift(ctx, tx, community, a.Shift)
	if err != nil {
		return Assignment{}, Shift{}, err
	}
	a, err = readAssignment(ctx, tx, community, id)
	return a, s, err
}

func found(err error, what string, id int64) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return access.NotFound()
	}
	return fmt.Errorf("read %s %d: %w", what, id, err)
}

// on reads who has a place in a shift, in the order of the places.
func on(ctx context.Context, q sqlx.QueryerContext, community, shift int64) ([]Assignment, error) {
	var all []Assignment
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT `+assignmentColumns+` FROM assignments a
		WHERE a.community_id = $1 AND a.shift_id = $2 AND a.ended_at IS NULL ORDER BY a.seat`, community, shift)
	if err != nil {
		return nil, fmt.Errorf("read who is on shift %d: %w", shift, err)
	}
	return all, nil
}

// persons are whose places those are.
func persons(all []Assignment) []int64 {
	ids := make([]int64, len(all))
	for i, a := range all {
		ids[i] = a.Person
	}
	return ids
}

// detail is what an event and an outbox row say beside their codes: ids and
// codes, never people's words.
type detail map[string]any

// happened is one step of a shift's history; shift 0 is about the week, by 0 is
// the bot itself.
type happened struct {
	community, shift, by int64
	code                 string
	detail               detail
	at                   time.Time
}

// log writes an event and returns its id, which keys what is told of it.
func log(ctx context.Context, tx *sqlx.Tx, h happened) (id int64, err error) {
	raw := []byte("{}")
	if h.detail != nil {
		if raw, err = json.Marshal(h.detail); err != nil {
			return 0, err
		}
	}
	err = tx.GetContext(ctx, &id, `
		INSERT INTO shift_events (community_id, shift_id, code, actor_id, detail, at)
		VALUES ($1, nullif($2::bigint, 0), $3, nullif($4::bigint, 0), $5, $6) RETURNING id`,
		h.community, h.shift, h.code, h.by, string(raw), h.at)
	return id, err
}
