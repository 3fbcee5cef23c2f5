package roster

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// eligible reports whether somebody may have a place in a shift: a member in
// their own area, whoever has another role of the activity anywhere; and where there are
// children, nobody who was not cleared.
func eligible(a people.Actor, sh Shift) bool {
	if sh.Activity.Minds() && !a.Cleared {
		return false
	}
	return slices.ContainsFunc(parts[sh.Activity].roles, func(role access.Role) bool {
		return a.Has(role) && (role != access.Member || sh.Area == 0 || slices.Contains(a.Areas, sh.Area))
	})
}

// eligibleSQL is the same of persons p, for a shift whose area is $2 (0: all) and
// whose activity's roles are $3.
const eligibleSQL = `EXISTS (
	SELECT FROM person_roles r
	WHERE r.community_id = p.community_id AND r.person_id = p.id AND r.ended_at IS NULL AND r.role = ANY ($3)
		AND (r.role <> 'member' OR $2::bigint = 0 OR r.area_id = $2)
		AND (r.role NOT IN ('childcare', 'carer') OR EXISTS (SELECT FROM person_roles c -- those are roles of children alone
			WHERE c.community_id = p.community_id AND c.person_id = p.id AND c.ended_at IS NULL AND c.cleared_at IS NOT NULL)))`

// hereSQL is whether persons p are here on the day $4, as far as anybody knows.
const hereSQL = `(p.presence = 'here' OR p.presence IN ('away', 'hospital') AND p.presence_until <= $4)`

// hereOn reports the same of one.
func hereOn(p people.Person, sh Shift) bool {
	return p.Here() || !p.Gone() && p.Until != nil && !p.Until.After(sh.Day)
}

// engaged is somebody who is to have a place.
type engaged struct {
	people.Person
	actor people.Actor
}

// hold keeps people as they are until the transaction ends: whoever ends their
// role, or notes that they are away, waits, and finds the place that they got. It
// comes before any shift is locked that others see, as it does there.
func hold(ctx context.Context, tx *sqlx.Tx, community int64, persons ...int64) error {
	for _, lock := range []string{
		`SELECT FROM persons WHERE community_id = $1 AND id = ANY ($2) ORDER BY id FOR SHARE`,
		`SELECT FROM person_roles WHERE community_id = $1 AND person_id = ANY ($2) AND ended_at IS NULL ORDER BY id FOR SHARE`,
	} {
		if _, err := tx.ExecContext(ctx, lock, community, pq.Array(persons)); err != nil {
			return fmt.Errorf("hold persons %d: %w", persons, err)
		}
	}
	return nil
}

// engage holds somebody and reads them as they are then.
func engage(ctx context.Context, tx *sqlx.Tx, community, person int64) (engaged, error) {
	if err := hold(ctx, tx, community, person); err != nil {
		return engaged{}, err
	}
	p, err := people.ReadPerson(ctx, tx, community, person)
	if err != nil {
		return engaged{}, err
	}
	a, err := people.ReadActor(ctx, tx, community, person)
	return engaged{p, a}, err
}

// lead reads who looks after the holes of a shift: who leads its activity, else
// whoever is in charge; 0 where there is nobody.
func lead(ctx context.Context, tx *sqlx.Tx, sh Shift) (int64, error) {
	if role := parts[sh.Activity].lead; role != "" {
		var ids []int64
		err := tx.SelectContext(ctx, &ids, `
			SELECT r.person_id FROM person_roles r JOIN persons p ON p.community_id = r.community_id AND p.id = r.person_id
			WHERE r.community_id = $1 AND r.role = $2 AND r.ended_at IS NULL AND p.presence = 'here' AND p.reachable
			ORDER BY r.id LIMIT 1`, sh.Community, role)
		if err != nil || len(ids) > 0 {
			return first(ids), err
		}
	}
	p, err := people.InCharge(ctx, tx, sh.Community)
	if err != nil && !isNotFound(err) {
		return 0, err
	}
	return p.ID, nil
}

func first(ids []int64) int64 {
	if len(ids) == 0 {
		return 0
	}
	return ids[0]
}
