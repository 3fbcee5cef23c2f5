package people

import (
	"context"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
)

// merging is a person who turned out to be somebody on the register.
type merging struct {
	community int64
	from      Person // locked
	into, by  int64
}

// merge makes two persons one: the Telegram account, what was agreed and what
// only the fresh one knows go over to the one on the register, with everything
// that names them. The fresh row stays, and says who it turned out to be.
func (s *Service) merge(ctx context.Context, tx *sqlx.Tx, m merging) (Person, error) {
	now := s.clk.Now()
	_, err := tx.ExecContext(ctx, `
		UPDATE persons SET telegram = NULL, reachable = false, merged_into = $3 WHERE community_id = $1 AND id = $2`,
		m.community, m.from.ID, m.into)
	if err != nil {
		return Person{}, err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE persons p SET telegram = nullif($3::bigint, 0), reachable = $4, language = f.language,
			consent_at = coalesce(p.consent_at, f.consent_at),
			birth_year = coalesce(p.birth_year, f.birth_year),
			phone = coalesce(nullif(p.phone, ''), f.phone),
			building_id = coalesce(p.building_id, f.building_id),
			entrance = CASE WHEN p.building_id IS NULL THEN f.entrance ELSE p.entrance END,
			flat = CASE WHEN p.building_id IS NULL THEN f.flat ELSE p.flat END,
			household_id = coalesce(p.household_id, f.household_id),
			blocked_at = coalesce(p.blocked_at, f.blocked_at),
			blocked_by = CASE WHEN p.blocked_at IS NULL THEN f.blocked_by ELSE p.blocked_by END
		FROM persons f
		WHERE p.community_id = $1 AND p.id = $2 AND f.community_id = $1 AND f.id = $5`,
		m.community, m.into, m.from.Telegram, m.from.Reachable, m.from.ID)
	if err != nil {
		return Person{}, err
	}
	if err := s.moveReferences(ctx, tx, m); err != nil {
		return Person{}, err
	}
	if err := outbox.Readdress(ctx, tx, m.community, m.from.ID, m.into); err != nil {
		return Person{}, err
	}
	h := happened{m.community, m.into, m.by, "connected", map[string]any{"from": m.from.ID}, now}
	if err := event(ctx, tx, h); err != nil {
		return Person{}, err
	}
	c := Change{Community: m.community, Person: m.from.ID, By: m.by, What: Merged, Into: m.into, At: now}
	if err := s.changed(ctx, tx, c); err != nil {
		return Person{}, err
	}
	p, err := ReadPerson(ctx, tx, m.community, m.into)
	if err != nil || p.Here() {
		return p, err
	}
	// What the fresh one held is with somebody now who is away or in hospital.
	return p, s.changed(ctx, tx, Change{Community: m.community, Person: p.ID, By: m.by, What: Paused, At: now})
}

// moveReferences gives roles and links of one person to another. What the other
// has already ends for the first; histories keep who it was then. Ties follow by
// themselves.
func (s *Service) moveReferences(ctx context.Context, tx *sqlx.Tx, m merging) error {
	now := s.clk.Now()
	for _, statement := range []string{
		`UPDATE person_roles r SET ended_at = greatest($4, since)
		WHERE community_id = $1 AND person_id = $2 AND ended_at IS NULL AND EXISTS (
			SELECT FROM person_roles o WHERE o.community_id = $1 AND o.person_id = $3 AND o.ended_at IS NULL AND o.role = r.role
				AND (o.area_id, o.building_id, o.entrance) IS NOT DISTINCT FROM (r.area_id, r.building_id, r.entrance))`,
		`UPDATE person_roles SET person_id = $3 WHERE community_id = $1 AND person_id = $2 AND $4::timestamptz IS NOT NULL`,
		`UPDATE links SET person_id = CASE WHEN person_id = $2 THEN $3 ELSE person_id END, made_by = CASE WHEN made_by = $2 THEN $3 ELSE made_by END,
			used_by = CASE WHEN used_by = $2 THEN $3 ELSE used_by END, asks = CASE WHEN asks = $2 THEN $3 ELSE asks END
		WHERE community_id = $1 AND $2 IN (person_id, made_by, used_by, asks) AND $4::timestamptz IS NOT NULL`,
		`UPDATE claims SET used_by = $3 WHERE community_id = $1 AND used_by = $2 AND $4::timestamptz IS NOT NULL`,
	} {
		if _, err := tx.ExecContext(ctx, statement, m.community, m.from.ID, m.into, now); err != nil {
			return err
		}
	}
	return nil
}
