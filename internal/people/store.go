package people

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
)

const (
	columns = `id, coalesce(telegram, 0) AS telegram, name, language, coalesce(birth_year, 0) AS birthyear, phone,
	coalesce(building_id, 0) AS building, coalesce(entrance, 0) AS entrance, flat, coalesce(household_id, 0) AS household,
	languages, tags, initials, consent_at AS consentat, reachable, presence, presence_until AS until, coalesce(merged_into, 0) AS merged,
	quiet_from AS quietfrom, quiet_until AS quietuntil, blocked_at AS blockedat`
	columnsOfP = `p.id, coalesce(p.telegram, 0) AS telegram, p.name, p.language, coalesce(p.birth_year, 0) AS birthyear, p.phone,
	coalesce(p.building_id, 0) AS building, coalesce(p.entrance, 0) AS entrance, p.flat, coalesce(p.household_id, 0) AS household,
	p.languages, p.tags, p.initials, p.consent_at AS consentat, p.reachable, p.presence, p.presence_until AS until, coalesce(p.merged_into, 0) AS merged,
	p.quiet_from AS quietfrom, p.quiet_until AS quietuntil, p.blocked_at AS blockedat`
)

// ReadPerson reads a person, inside a transaction or outside of one.
func ReadPerson(ctx context.Context, q sqlx.QueryerContext, community, id int64) (Person, error) {
	var p Person
	err := sqlx.GetContext(ctx, q, &p, `
		SELECT `+columns+` FROM persons WHERE community_id = $1 AND id = $2`, community, id)
	return p, found(err, id)
}

// LockPerson reads a person and lets nobody else do so until the transaction ends.
func LockPerson(ctx context.Context, tx *sqlx.Tx, community, id int64) (Person, error) {
	var p Person
	err := tx.GetContext(ctx, &p, `
		SELECT `+columns+` FROM persons WHERE community_id = $1 AND id = $2 FOR NO KEY UPDATE`, community, id)
	return p, found(err, id)
}

func found(err error, id int64) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return access.NotFound()
	}
	return fmt.Errorf("read person %d: %w", id, err)
}

// ReadActor reads who somebody is and what they may do at this moment, inside
// the transaction that acts.
func ReadActor(ctx context.Context, q sqlx.QueryerContext, community, person int64) (Actor, error) {
	var rows []struct {
		Name string
		post
	}
	err := sqlx.SelectContext(ctx, q, &rows, `
		SELECT p.name, `+columnsOfPost+`
		FROM persons p
		LEFT JOIN person_roles r ON r.community_id = p.community_id AND r.person_id = p.id AND r.ended_at IS NULL
		WHERE p.community_id = $1 AND p.id = $2
		ORDER BY r.id`, community, person)
	if err != nil {
		return Actor{}, fmt.Errorf("read actor %d: %w", person, err)
	}
	if len(rows) == 0 {
		return Actor{}, access.NotFound()
	}
	a := newActor(community, Person{ID: person, Name: rows[0].Name})
	for _, r := range rows {
		a.holds(r.post)
	}
	return a, nil
}

// ReadPersons reads some persons, in the order of their ids as given.
func ReadPersons(ctx context.Context, q sqlx.QueryerContext, community int64, ids []int64) ([]Person, error) {
	var all []Person
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT `+columns+` FROM persons WHERE community_id = $1 AND id = ANY($2) ORDER BY array_position($2, id)`,
		community, pq.Array(ids))
	if err != nil {
		return nil, fmt.Errorf("read persons: %w", err)
	}
	return all, nil
}

// Secretary reads the secretary; it is NotFound where there is none.
func Secretary(ctx context.Context, q sqlx.QueryerContext, community int64) (Person, error) {
	var p Person
	err := sqlx.GetContext(ctx, q, &p, `
		SELECT `+columns+` FROM persons WHERE community_id = $1 AND id = (
			SELECT person_id FROM person_roles WHERE community_id = $1 AND role = 'secretary' AND ended_at IS NULL)`, community)
	return p, found(err, 0)
}

// happened is one step of a person's history; by 0 is the bot itself.
type happened struct {
	community, person, by int64
	code                  string
	detail                map[string]any
	at                    time.Time
}

func event(ctx context.Context, tx *sqlx.Tx, h happened) error {
	detail := []byte("{}")
	if h.detail != nil {
		var err error
		if detail, err = json.Marshal(h.detail); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO person_events (community_id, person_id, code, actor_id, detail, at)
		VALUES ($1, $2, $3, nullif($4::bigint, 0), $5, $6)`, h.community, h.person, h.code, h.by, string(detail), h.at)
	return err
}

// Reachable keeps of some people, in their order, those who can be told: Telegram
// delivers to them, and they have neither moved nor left.
func Reachable(ctx context.Context, q sqlx.QueryerContext, community int64, ids []int64) ([]int64, error) {
	var some []int64
	err := sqlx.SelectContext(ctx, q, &some, `
		SELECT id FROM persons WHERE community_id = $1 AND id = ANY($2) AND reachable AND presence NOT IN ('moved', 'died', 'left')
		ORDER BY array_position($2, id)`, community, pq.Array(ids))
	if err != nil {
		return nil, fmt.Errorf("read who is reachable: %w", err)
	}
	return some, nil
}
