package people

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/refusal"
)

// Entry is somebody as a list outside holds them, with their door.
type Entry struct {
	ID        int64 // 0: not on the register
	Name      string
	Phone     string
	BirthYear int
	Building  int64
	Entrance  int
	Flat      string
	Floor     *int
	DoorNotes string
	Languages Codes
	Tags      Codes
	Agreed    bool
}

// Loading is a list that goes onto the register as a whole or not at all.
type Loading struct {
	Key  string // a repeat with it loads nothing twice, and gives the same counts
	Plan func(have []Entry) (write []Entry, counts map[string]int, err error)
}

// Entries reads the register for comparing it with a list. Actor 0 is whoever
// keeps the machine.
func (s *Service) Entries(ctx context.Context, actor Actor) ([]Entry, error) {
	var all []Entry
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := mayLoad(ctx, tx, actor); err != nil {
			return err
		}
		var err error
		all, err = readEntries(ctx, tx, actor.Community)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the register: %w", err)
	}
	return all, nil
}

func mayLoad(ctx context.Context, tx *sqlx.Tx, actor Actor) error {
	if actor.Person == 0 {
		return nil
	}
	return allowed(ctx, tx, actor, access.Import)
}

// Load compares the register with a list and writes what is new or different,
// in one transaction. One list at a time is loaded.
func (s *Service) Load(ctx context.Context, actor Actor, l Loading) (map[string]int, error) {
	var counts map[string]int
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		counts = nil
		if err := mayLoad(ctx, tx, actor); err != nil {
			return err
		}
		if err := lockRegister(ctx, tx, actor.Community); err != nil {
			return err
		}
		var before []string
		err := tx.SelectContext(ctx, &before, `
			SELECT detail->>'counts' FROM community_events
			WHERE community_id = $1 AND code = 'register_loaded' AND detail->>'key' = $2`, actor.Community, l.Key)
		if err != nil {
			return err
		}
		if len(before) > 0 {
			return json.Unmarshal([]byte(before[0]), &counts)
		}
		counts, err = s.load(ctx, tx, actor, l)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("load the register: %w", err)
	}
	return counts, nil
}

func (s *Service) load(ctx context.Context, tx *sqlx.Tx, actor Actor, l Loading) (map[string]int, error) {
	have, err := readEntries(ctx, tx, actor.Community)
	if err != nil {
		return nil, err
	}
	write, counts, err := l.Plan(have)
	if err != nil {
		return nil, err
	}
	for _, e := range write {
		r := Registration{Name: e.Name, Phone: e.Phone, BirthYear: e.BirthYear, Tags: e.Tags}
		if err := r.check(s.clk.Now().Year()); err != nil {
			return nil, err
		}
		if e.Building == 0 && (e.Entrance != 0 || e.Flat != "") {
			return nil, refusal.New(refusal.NotFound, "community.no_building")
		}
	}
	here, err := community.Read(ctx, tx, actor.Community)
	if err != nil {
		return nil, err
	}
	if err := s.write(ctx, tx, bulk{actor, here.Language, write}); err != nil {
		return nil, err
	}
	return counts, community.Note(ctx, tx, community.Noted{
		Community: actor.Community, By: actor.Person, Code: "register_loaded",
		Detail: map[string]any{"key": l.Key, "counts": counts}, At: s.clk.Now(),
	})
}

func readEntries(ctx context.Context, q sqlx.QueryerContext, communityID int64) ([]Entry, error) {
	var all []Entry
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT p.id, p.name, p.phone, coalesce(p.birth_year, 0) AS birthyear, coalesce(p.building_id, 0) AS building,
			coalesce(p.entrance, 0) AS entrance, p.flat, h.floor, coalesce(h.door_notes, '') AS doornotes, p.languages, p.tags,
			p.consent_at IS NOT NULL AS agreed
		FROM persons p LEFT JOIN households h ON h.community_id = p.community_id AND h.id = p.household_id
		WHERE p.community_id = $1 AND p.merged_into IS NULL AND p.presence NOT IN ('moved', 'died', 'left')
		ORDER BY p.id`, communityID)
	return all, err
}

// bulk is what goes onto the register at once; by is who wrote the list, and
// language that of whose own nobody knows.
type bulk struct {
	by       Actor
	language string
	entries  []Entry
}

// write writes all of them in four statements, however many they are.
func (s *Service) write(ctx context.Context, tx *sqlx.Tx, b bulk) error {
	if len(b.entries) == 0 {
		return nil
	}
	args := append(b.columns(), s.clk.Now(), b.by.Person, b.language)
	const entry = `unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::int[], $7::bigint[], $8::int[], $9::text[], $10::int[],
		$11::text[], $12::text[], $13::text[], $14::boolean[])
		WITH ORDINALITY AS e (id, name, initials, phone, born, building, entrance, flat, floor, notes, languages, tags, agreed, n)`
	const unused = ` AND $15::timestamptz IS NOT NULL AND $16::bigint IS NOT NULL AND $17::text IS NOT NULL`
	for _, statement := range []string{`
		INSERT INTO households (community_id, building_id, entrance, flat, floor, door_notes)
		SELECT $1, building, nullif(entrance, 0), flat, max(floor), max(notes) FROM ` + entry + `
		WHERE building <> 0 AND flat <> ''` + unused + ` GROUP BY building, entrance, flat
		ON CONFLICT (community_id, building_id, entrance, flat) DO UPDATE SET
			floor = coalesce(EXCLUDED.floor, households.floor),
			door_notes = coalesce(nullif(EXCLUDED.door_notes, ''), households.door_notes)`, `
		WITH made AS (
			INSERT INTO persons (community_id, name, initials, phone, birth_year, building_id, entrance, flat, languages, tags,
				consent_at, language, reachable, created_at)
			SELECT $1, name, initials, phone, nullif(born, 0), nullif(building, 0), nullif(entrance, 0), flat,
				string_to_array(languages, ','), string_to_array(tags, ','), CASE WHEN agreed THEN $15::timestamptz END, $17::text, false, $15
			FROM ` + entry + ` WHERE e.id = 0 ORDER BY n
			RETURNING id
		)
		INSERT INTO person_events (community_id, person_id, code, actor_id, at)
		SELECT $1, id, 'registered', nullif($16::bigint, 0), $15 FROM made ORDER BY id`, `
		WITH changed AS (
			UPDATE persons p SET name = e.name, initials = e.initials, phone = e.phone, birth_year = nullif(e.born, 0),
				building_id = nullif(e.building, 0), entrance = nullif(e.entrance, 0), flat = e.flat,
				languages = string_to_array(e.languages, ','), tags = string_to_array(e.tags, ','),
				consent_at = coalesce(p.consent_at, CASE WHEN e.agreed THEN $15::timestamptz END)
			FROM ` + entry + ` WHERE p.community_id = $1 AND p.id = e.id` + unused + `
			RETURNING p.id
		)
		INSERT INTO person_events (community_id, person_id, code, actor_id, at)
		SELECT $1, id, 'corrected', nullif($16::bigint, 0), $15 FROM changed ORDER BY id`,
	} {
		if _, err := tx.ExecContext(ctx, statement, args...); err != nil {
			return err
		}
	}
	return houseAll(ctx, tx, b.by.Community)
}

// houseAll ties everybody to the household of their home.
func houseAll(ctx context.Context, tx *sqlx.Tx, community int64) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE households SET floor = `+floorOf+` WHERE community_id = $1 AND floor IS NULL AND flat ~ '^[1-9][0-9]{2,3}$'`, community)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE persons p SET household_id = h.id
		FROM households h
		WHERE p.community_id = $1 AND h.community_id = $1 AND h.building_id = p.building_id
			AND h.entrance IS NOT DISTINCT FROM p.entrance AND h.flat = p.flat AND p.household_id IS DISTINCT FROM h.id`, community)
	return err
}

// columns are the entries as arrays, after the community.
func (b bulk) columns() []any {
	var (
		ids, buildings, born, entrances                        []int64
		names, initials, phones, flats, notes, languages, tags []string
		floors                                                 []*int
		agreed                                                 []bool
	)
	for _, e := range b.entries {
		ids, buildings = append(ids, e.ID), append(buildings, e.Building)
		born, entrances = append(born, int64(e.BirthYear)), append(entrances, int64(e.Entrance))
		names, initials = append(names, e.Name), append(initials, initialsOf(e.Name))
		phones, flats, notes = append(phones, e.Phone), append(flats, e.Flat), append(notes, e.DoorNotes)
		languages, tags = append(languages, strings.Join(e.Languages, ",")), append(tags, strings.Join(e.Tags, ","))
		floors, agreed = append(floors, e.Floor), append(agreed, e.Agreed)
	}
	return []any{
		b.by.Community, pq.Array(ids), pq.Array(names), pq.Array(initials), pq.Array(phones), pq.Array(born), pq.Array(buildings),
		pq.Array(entrances), pq.Array(flats), pq.Array(floors), pq.Array(notes), pq.Array(languages), pq.Array(tags), pq.Array(agreed),
	}
}
