package people

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// Register enters somebody, with or without Telegram. Somebody who is known by
// that Telegram account already, or by the same name at the same home with the
// same number, is completed: what is repeated enters nobody twice.
func (s *Service) Register(ctx context.Context, actor Actor, r Registration) (Person, error) {
	r.Name, r.Phone, r.Flat = pg.Text(r.Name), pg.Text(r.Phone), pg.Text(r.Flat)
	if err := r.check(s.clk.Now().Year()); err != nil {
		return Person{}, err
	}
	var p Person
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		now, err := ReadActor(ctx, tx, actor.Community, actor.Person)
		if err != nil {
			return err
		}
		if err := now.registers(ctx, tx, r); err != nil {
			return err
		}
		here, err := community.Read(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		if r.Language == "" {
			r.Language = here.Language
		}
		if p, err = s.enter(ctx, tx, actor.Community, r); err != nil {
			return err
		}
		if err := housed(ctx, tx, actor.Community, p.ID); err != nil {
			return err
		}
		err = event(ctx, tx, happened{community: actor.Community, person: p.ID, by: actor.Person, code: "registered", at: s.clk.Now()})
		if err != nil {
			return err
		}
		p, err = ReadPerson(ctx, tx, actor.Community, p.ID)
		return err
	})
	if err != nil {
		return Person{}, fmt.Errorf("register: %w", err)
	}
	return p, nil
}

// earliest is the earliest year of birth that is believed.
const earliest = 1880

func (r Registration) check(thisYear int) error {
	switch n := len([]rune(r.Name)); {
	case n == 0 || n > MaxName:
		return refusal.New(refusal.Invalid, "people.bad_name", "max", MaxName)
	case len([]rune(r.Phone)) > MaxPhone:
		return refusal.New(refusal.Invalid, "people.bad_phone")
	case r.BirthYear != 0 && (r.BirthYear < earliest || r.BirthYear > thisYear):
		return refusal.New(refusal.Invalid, "people.bad_year", "max", thisYear)
	case slices.ContainsFunc(r.Tags, func(tag string) bool { return !slices.Contains(Tags, tag) }):
		return refusal.New(refusal.Invalid, "people.unknown_tag")
	}
	return nil
}

// registers lets somebody enter a person who lives where they may enter people.
func (a Actor) registers(ctx context.Context, tx *sqlx.Tx, r Registration) error {
	home := Home{r.Building, r.Entrance, r.Flat}
	if r.Building != 0 {
		if err := checkHome(ctx, tx, a.Community, home); err != nil {
			return err
		}
	}
	who := Person{Building: r.Building, Entrance: r.Entrance}
	area, err := areaOf(ctx, tx, a.Community, who)
	if err != nil {
		return err
	}
	return access.Allow(access.Register, a.Roles, a.Relation(who, area))
}

func (s *Service) enter(ctx context.Context, tx *sqlx.Tx, community int64, r Registration) (Person, error) {
	twin := int64(0)
	if r.Telegram == 0 {
		var err error
		if twin, err = twinOf(ctx, tx, community, r); err != nil {
			return Person{}, err
		}
	}
	if twin != 0 {
		var p Person
		return p, tx.GetContext(ctx, &p, `
			UPDATE persons SET
				birth_year = coalesce(nullif($3::int, 0), birth_year),
				languages = CASE WHEN cardinality($6::text[]) > 0 THEN $6::text[] ELSE languages END,
				tags = CASE WHEN cardinality($7::text[]) > 0 THEN $7::text[] ELSE tags END,
				consent_at = coalesce(consent_at, CASE WHEN $4 THEN $5::timestamptz END)
			WHERE community_id = $1 AND id = $2
			RETURNING `+columns, community, twin, r.BirthYear, r.Consent, s.clk.Now(), r.Languages, r.Tags)
	}
	return s.add(ctx, tx, community, r)
}

// add makes a new person, or completes whoever has that Telegram account.
func (s *Service) add(ctx context.Context, tx *sqlx.Tx, community int64, r Registration) (Person, error) {
	var p Person
	err := tx.GetContext(ctx, &p, `
		INSERT INTO persons (community_id, telegram, name, language, birth_year, phone, building_id, entrance, flat,
			consent_at, reachable, created_at, initials, languages, tags)
		VALUES ($1, nullif($2::bigint, 0), $3, $4, nullif($5::int, 0), $6, nullif($7::bigint, 0), nullif($8::int, 0), $9,
			CASE WHEN $10 THEN $11::timestamptz END, $2::bigint <> 0, $11, $12, $13, $14)
		ON CONFLICT (community_id, telegram) DO UPDATE SET
			name = EXCLUDED.name,
			initials = EXCLUDED.initials,
			language = EXCLUDED.language,
			birth_year = coalesce(EXCLUDED.birth_year, persons.birth_year),
			phone = coalesce(nullif(EXCLUDED.phone, ''), persons.phone),
			building_id = coalesce(EXCLUDED.building_id, persons.building_id),
			entrance = CASE WHEN EXCLUDED.building_id IS NULL THEN persons.entrance ELSE EXCLUDED.entrance END,
			flat = coalesce(nullif(EXCLUDED.flat, ''), persons.flat),
			languages = CASE WHEN cardinality(EXCLUDED.languages) > 0 THEN EXCLUDED.languages ELSE persons.languages END,
			tags = CASE WHEN cardinality(EXCLUDED.tags) > 0 THEN EXCLUDED.tags ELSE persons.tags END,
			consent_at = coalesce(persons.consent_at, EXCLUDED.consent_at)
		RETURNING `+columns,
		community, r.Telegram, r.Name, r.Language, r.BirthYear, r.Phone, r.Building, r.Entrance, r.Flat, r.Consent, s.clk.Now(),
		initialsOf(r.Name), r.Languages, r.Tags)
	return p, err
}

// twinOf finds whoever is entered already with that name, home, number and year
// of birth, as far as both are known, 0 where there is nobody. One at a time
// looks, so that of two who enter the same person at once one makes them.
func twinOf(ctx context.Context, tx *sqlx.Tx, community int64, r Registration) (int64, error) {
	if err := lockRegister(ctx, tx, community); err != nil {
		return 0, err
	}
	var twins []int64
	err := tx.SelectContext(ctx, &twins, `
		SELECT id FROM persons
		WHERE community_id = $1 AND merged_into IS NULL AND name = $2 AND presence NOT IN ('moved', 'died', 'left')
			AND (building_id, entrance, flat) IS NOT DISTINCT FROM (nullif($3::bigint, 0), nullif($4::int, 0), $5::text)
			AND ($6::text = '' OR phone = '' OR phone = $6)
			AND ($7::int = 0 OR birth_year IS NULL OR birth_year = $7)
		ORDER BY id LIMIT 1`, community, r.Name, r.Building, r.Entrance, r.Flat, r.Phone, r.BirthYear)
	if err != nil || len(twins) == 0 {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE persons SET phone = $3 WHERE community_id = $1 AND id = $2 AND phone = '' AND $3 <> ''`, community, twins[0], r.Phone)
	return twins[0], err
}

// lockRegister lets one at a time enter people, until the transaction ends.
func lockRegister(ctx context.Context, tx *sqlx.Tx, community int64) error {
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('register', $1))`, community)
	return err
}
