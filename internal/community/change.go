package community

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/refusal"
)

// Change is one thing of a community that becomes different. Names, not
// numbers, say what it is about: a file knows no numbers.
type Change struct {
	What What   `json:"what"`
	Of   string `json:"of,omitempty"`   // the area's or building's name, the kind's or role's or danger's code
	Lang string `json:"lang,omitempty"` // of a name that is one per language; of danger words, Rings or Asks
	In   string `json:"in,omitempty"`   // the area of a building; "" is the community's only one
	Is   string `json:"is,omitempty"`   // what it is from now on; "" takes back what was set
	Was  string `json:"was,omitempty"`  // what it was, where somebody reads the change
}

// What is what a change is about.
type What string

// The changes.
const (
	NameIs     What = "name"
	LanguageIs What = "language"
	ZoneIs     What = "zone"
	PhoneIs    What = "office_phone"
	OutsideIs  What = "outside_body"
	NumberIs   What = "emergency"    // of a kind of danger
	RoleNamed  What = "role_named"   // in a language
	DangerSaid What = "danger_words" // all of a kind and sureness, between commas
	DutyAre    What = "duty_hours"   // Is: like 8:00-18:00
	QuietAre   What = "quiet_hours"  // Is: like 20:30-7:30, or NoQuiet

	KindAdded    What = "kind_added"    // Is: hours
	KindNamed    What = "kind_named"    // in a language
	KindDue      What = "kind_due"      // Is: hours
	KindTake     What = "kind_take"     // Is: minutes
	KindDo       What = "kind_do"       // Is: hours
	KindClock    What = "kind_clock"    // Is: ByDuty or ByWall
	KindOffered  What = "kind_offered"  // Is: "true" or "false"
	KindsOrdered What = "kinds_ordered" // Is: the codes between commas; others come after them

	AreaAdded   What = "area_added"
	AreaRenamed What = "area_renamed"
	AreaRemoved What = "area_removed"

	BuildingAdded   What = "building_added" // In: area, Is: entrances; one that is there becomes so
	BuildingRenamed What = "building_renamed"
	BuildingMoved   What = "building_moved" // In: the area where it belongs now
	EntrancesAre    What = "entrances"
	BuildingRemoved What = "building_removed"
)

// By which clock the hours of a kind run.
const (
	ByDuty = "duty" // while the office works
	ByWall = "wall" // day and night
)

// By is who changes what: person 0 is whoever keeps the machine.
type By struct{ Community, Person int64 }

// Make makes changes inside the transaction of InTx, one after the other, and
// returns those that made a difference. The caller has checked that whoever it
// is by may do so. Changes of one community wait for one another.
func (s *Service) Make(ctx context.Context, tx *sqlx.Tx, by By, changes ...Change) ([]Change, error) {
	m := &making{tx: tx, by: by, now: s.clk.Now()}
	if err := m.lock(ctx); err != nil {
		return nil, err
	}
	var made []Change
	for _, c := range changes {
		different, err := m.change(ctx, c)
		if err != nil {
			return nil, fmt.Errorf("change %s of community %d: %w", c.What, by.Community, err)
		}
		if !different {
			continue
		}
		made = append(made, c)
		if err := event(ctx, tx, happened{by.Community, by.Person, string(c.What), c, m.now}); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// making is a community being changed: its row is locked, and as it is now.
type making struct {
	tx  *sqlx.Tx
	by  By
	now time.Time
	c   Community
}

// Lock lets the changes of one community come one after the other.
func Lock(ctx context.Context, tx *sqlx.Tx, community int64) error {
	if _, err := tx.ExecContext(ctx, `SELECT FROM communities WHERE id = $1 FOR NO KEY UPDATE`, community); err != nil {
		return fmt.Errorf("lock community %d: %w", community, err)
	}
	return nil
}

func (m *making) lock(ctx context.Context) error {
	err := Lock(ctx, m.tx, m.by.Community)
	if err != nil {
		return err
	}
	m.c, err = Read(ctx, m.tx, m.by.Community)
	return err
}

func (m *making) change(ctx context.Context, c Change) (different bool, err error) {
	if set := settings[c.What]; set != nil {
		if different, err = set(&m.c, c); err != nil || !different {
			return false, err
		}
		return true, m.save(ctx)
	}
	if build := places[c.What]; build != nil {
		return build(ctx, m, c)
	}
	return false, refusal.New(refusal.NotFound, "community.no_setting")
}

// save writes what stands in the community's own row, and its kinds.
func (m *making) save(ctx context.Context) error {
	columns := make([]any, 0, 14)
	columns = append(columns, m.c.ID, m.c.Name, m.c.Language, m.c.Zone, m.c.OfficePhone)
	for _, part := range []any{m.c.Emergency, m.c.RoleNames, m.c.DangerWords, m.c.Kinds} {
		raw, err := json.Marshal(part)
		if err != nil {
			return err
		}
		columns = append(columns, string(raw))
	}
	columns = append(columns, m.c.DutyFrom, m.c.DutyUntil, m.c.QuietFrom, m.c.QuietUntil, m.c.OutsideBody)
	_, err := m.tx.ExecContext(ctx, `
		WITH kinds_now AS (
			INSERT INTO kinds (community_id, code, place, due_hours, names, offered, take_minutes, do_hours, in_duty)
			SELECT $1, k.value ->> 'code', k.n, (k.value ->> 'hours')::int, coalesce(nullif(k.value -> 'names', 'null'), '{}'),
				(k.value ->> 'offered')::boolean, (k.value ->> 'take')::int, (k.value ->> 'do')::int, (k.value ->> 'duty')::boolean
			FROM jsonb_array_elements($9::jsonb) WITH ORDINALITY AS k (value, n)
			ON CONFLICT (community_id, code) DO UPDATE SET
				place = EXCLUDED.place, due_hours = EXCLUDED.due_hours, names = EXCLUDED.names, offered = EXCLUDED.offered,
				take_minutes = EXCLUDED.take_minutes, do_hours = EXCLUDED.do_hours, in_duty = EXCLUDED.in_duty
		)
		UPDATE communities SET name = $2, language = $3, zone = $4, office_phone = $5,
			emergency = $6, role_names = $7, danger_words = $8,
			duty_from = $10, duty_until = $11, quiet_from = $12, quiet_until = $13, outside_body = $14
		WHERE id = $1`, columns...)
	return err
}

// happened is one step of a community's history; by 0 is whoever keeps the machine.
type happened struct {
	community, by int64
	code          string
	detail        any
	at            time.Time
}

func event(ctx context.Context, tx *sqlx.Tx, h happened) error {
	detail, err := json.Marshal(h.detail)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO community_events (community_id, code, actor_id, detail, at) VALUES ($1, $2, nullif($3::bigint, 0), $4, $5)`,
		h.community, h.code, h.by, string(detail), h.at)
	return err
}

// Noted is a step of a community's history that another package takes.
type Noted struct {
	Community, By int64 // By 0 is whoever keeps the machine
	Code          string
	Detail        any
	At            time.Time
}

// Note writes such a step, in the caller's transaction.
func Note(ctx context.Context, tx *sqlx.Tx, n Noted) error {
	return event(ctx, tx, happened{n.Community, n.By, n.Code, n.Detail, n.At})
}
