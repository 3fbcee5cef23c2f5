package people

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
)

// ties follows what happens to people: nobody acts for somebody who is gone, nor
// they for anybody.
type ties struct{}

// undoFor is how long somebody may be called gone by mistake: back by then, they
// act for others as before, and others for them.
const undoFor = 30 * 24 * time.Hour

// PersonChanged ends ties, takes that back, or moves them to who it turned out to be.
func (ties) PersonChanged(ctx context.Context, tx *sqlx.Tx, c Change) error {
	switch c.What {
	case Gone:
		return endTies(ctx, tx, c)
	case Back:
		return restoreTies(ctx, tx, c)
	case Merged:
		return moveTies(ctx, tx, c)
	default:
		return nil
	}
}

// endTies ends what ties the person to others, and what they have offered.
func endTies(ctx context.Context, tx *sqlx.Tx, c Change) error {
	_, err := tx.ExecContext(ctx, `
		WITH ended AS (
			UPDATE ties SET ended_at = greatest($3, since), ended_with = $2
			WHERE community_id = $1 AND (person_id = $2 OR for_id = $2) AND ended_at IS NULL
			RETURNING id, person_id, for_id)
		INSERT INTO person_events (community_id, person_id, code, actor_id, detail, at)
		SELECT $1, for_id, 'tie_ended', nullif($4::bigint, 0), jsonb_build_object('tie', id, 'person', person_id), $3 FROM ended`,
		c.Community, c.Person, c.At, c.By)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE links SET expires_at = least(expires_at, $3)
		WHERE community_id = $1 AND kind = 'family' AND used_by IS NULL AND (person_id = $2 OR made_by = $2)`, c.Community, c.Person, c.At)
	return err
}

// restoreTies takes back what ended with somebody, where the other is still
// here and nobody has tied them anew.
func restoreTies(ctx context.Context, tx *sqlx.Tx, c Change) error {
	_, err := tx.ExecContext(ctx, `
		WITH latest AS (
			SELECT DISTINCT ON (person_id, for_id, kind) id FROM ties t
			WHERE community_id = $1 AND ended_with = $2 AND ended_at > $4
				AND NOT EXISTS (SELECT FROM ties x
					WHERE x.community_id = $1 AND x.person_id = t.person_id AND x.for_id = t.for_id AND x.kind = t.kind AND x.ended_at IS NULL)
				AND NOT EXISTS (SELECT FROM persons p
					WHERE p.community_id = $1 AND p.id IN (t.person_id, t.for_id) AND p.id <> $2
						AND (p.presence IN ('moved', 'died', 'left') OR p.merged_into IS NOT NULL))
			ORDER BY person_id, for_id, kind, id DESC),
		restored AS (
			UPDATE ties SET ended_at = NULL, ended_with = NULL
			WHERE community_id = $1 AND id IN (SELECT id FROM latest)
			RETURNING id, person_id, for_id)
		INSERT INTO person_events (community_id, person_id, code, actor_id, detail, at)
		SELECT $1, for_id, 'tie_restored', nullif($5::bigint, 0), jsonb_build_object('tie', id, 'person', person_id), $3 FROM restored`,
		c.Community, c.Person, c.At, c.At.Add(-undoFor), c.By)
	return err
}

// moveTies gives the ties of one row to the other that is the same person, those
// that have ended too: what ended with somebody else comes back with them. What
// the other has already, and a tie of the two, ends and stays where it is.
func moveTies(ctx context.Context, tx *sqlx.Tx, c Change) error {
	for _, move := range []string{`
		UPDATE ties t SET ended_at = greatest($4, t.since), ended_with = $2
		WHERE t.community_id = $1 AND (t.person_id = $2 OR t.for_id = $2) AND t.ended_at IS NULL AND (
			t.person_id IN ($2, $3) AND t.for_id IN ($2, $3)
			OR EXISTS (SELECT FROM ties x WHERE x.community_id = $1 AND x.ended_at IS NULL AND x.kind = t.kind AND x.id <> t.id
				AND x.person_id = CASE t.person_id WHEN $2 THEN $3 ELSE t.person_id END
				AND x.for_id = CASE t.for_id WHEN $2 THEN $3 ELSE t.for_id END))`, `
		UPDATE ties SET person_id = CASE person_id WHEN $2 THEN $3 ELSE person_id END, for_id = CASE for_id WHEN $2 THEN $3 ELSE for_id END
		WHERE community_id = $1 AND (person_id = $2 OR for_id = $2) AND NOT (person_id IN ($2, $3) AND for_id IN ($2, $3))
			AND $4::timestamptz IS NOT NULL`,
	} {
		if _, err := tx.ExecContext(ctx, move, c.Community, c.Person, c.Into, c.At); err != nil {
			return err
		}
	}
	return nil
}
