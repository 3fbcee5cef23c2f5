package people

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// MaxDoorNotes is how long the notes for a door may be, in characters.
const MaxDoorNotes = 200

// Household is a flat: how one gets to its door.
type Household struct {
	ID        int64
	Building  int64
	Entrance  int // 0: not known
	Floor     *int
	Flat      string
	DoorNotes string // what whoever goes there should know
}

const householdColumns = `id, building_id AS building, coalesce(entrance, 0) AS entrance, floor, flat, door_notes AS doornotes`

// floorOf is SQL that tells the floor of a flat by its number, where that says
// it as most do: 501 is on the fifth floor, 1203 on the twelfth.
const floorOf = `CASE WHEN flat ~ '^[1-9][0-9]{2,3}$' THEN (flat::int / 100) END`

// housed ties somebody to the household of their home, which is made where
// nobody lived there so far, and loose from one that is theirs no more.
func housed(ctx context.Context, tx *sqlx.Tx, community, person int64) error {
	_, err := tx.ExecContext(ctx, `
		WITH home AS (
			INSERT INTO households (community_id, building_id, entrance, flat, floor)
			SELECT community_id, building_id, entrance, flat, `+floorOf+` FROM persons
			WHERE community_id = $1 AND id = $2 AND building_id IS NOT NULL AND flat <> ''
			ON CONFLICT (community_id, building_id, entrance, flat) DO UPDATE SET flat = EXCLUDED.flat
			RETURNING id
		)
		UPDATE persons SET household_id = (SELECT id FROM home)
		WHERE community_id = $1 AND id = $2 AND household_id IS DISTINCT FROM (SELECT id FROM home)`, community, person)
	return err
}

// readHousehold reads a household; the zero one where there is none.
func readHousehold(ctx context.Context, q sqlx.QueryerContext, community, id int64) (Household, error) {
	var h Household
	err := sqlx.GetContext(ctx, q, &h, `SELECT `+householdColumns+` FROM households WHERE community_id = $1 AND id = $2`, community, id)
	if errors.Is(err, sql.ErrNoRows) {
		return Household{}, nil
	}
	return h, err
}

// NoteDoor keeps what whoever goes to somebody's door should know.
func (s *Service) NoteDoor(ctx context.Context, actor Actor, person int64, notes string) error {
	notes = pg.Text(notes)
	if len([]rune(notes)) > MaxDoorNotes {
		return refusal.New(refusal.Invalid, "people.long_notes", "max", MaxDoorNotes)
	}
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		p, now, err := onPerson(ctx, tx, actor, access.EditPerson, person)
		if err != nil {
			return err
		}
		if p.Household == 0 {
			return refusal.New(refusal.Conflict, "people.no_door")
		}
		res, err := tx.ExecContext(ctx, `
			UPDATE households SET door_notes = $3 WHERE community_id = $1 AND id = $2 AND door_notes <> $3`,
			actor.Community, p.Household, notes)
		if err != nil {
			return err
		}
		return s.noted(ctx, tx, res, happened{community: actor.Community, person: p.ID, by: now.Person, code: "door_noted"})
	})
	if err != nil {
		return fmt.Errorf("note the door of person %d: %w", person, err)
	}
	return nil
}

// noted writes the event of a change, unless nothing changed.
func (s *Service) noted(ctx context.Context, tx *sqlx.Tx, res sql.Result, h happened) error {
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	h.at = s.clk.Now()
	return event(ctx, tx, h)
}
