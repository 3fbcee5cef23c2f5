package people

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
)

// whose names a person by one of two ids.
type whose struct{ community, telegram, person int64 }

// visitor is a person with what they may do.
type visitor struct {
	Person
	actor Actor
}

func (v visitor) byTelegram() whose { return whose{community: v.actor.Community, telegram: v.Telegram} }

func (v visitor) byNumber() whose { return whose{community: v.actor.Community, person: v.ID} }

// Visit returns the person behind a Telegram account, as Meet does, with their
// roles. What others changed a moment ago may not be seen: verbs look again.
func (s *Service) Visit(ctx context.Context, community int64, t Telegram) (Person, Actor, error) {
	v, err := s.visitor(ctx, whose{community: community, telegram: t.ID})
	if err == nil && v.met() {
		return v.Person, v.actor, nil
	}
	if err != nil && !isNotFound(err) {
		return Person{}, Actor{}, err
	}
	p, err := s.Meet(ctx, community, t)
	if err != nil {
		return Person{}, Actor{}, err
	}
	return s.Reader(ctx, community, p.ID)
}

// Reader returns a person with their roles; what others changed a moment ago
// may not be seen.
func (s *Service) Reader(ctx context.Context, community, person int64) (Person, Actor, error) {
	v, err := s.visitor(ctx, whose{community: community, person: person})
	return v.Person, v.actor, err
}

func (s *Service) visitor(ctx context.Context, who whose) (visitor, error) {
	return s.visitors.Get(who, func() (visitor, error) { return readVisitor(ctx, s.db, who) })
}

// ReadVisitor reads a person with what they may do at this moment, inside the
// transaction that acts.
func ReadVisitor(ctx context.Context, q sqlx.QueryerContext, community, person int64) (Person, Actor, error) {
	v, err := readVisitor(ctx, q, whose{community: community, person: person})
	return v.Person, v.actor, err
}

func readVisitor(ctx context.Context, q sqlx.QueryerContext, who whose) (visitor, error) {
	var rows []struct {
		Person
		post
	}
	err := sqlx.SelectContext(ctx, q, &rows, `
		SELECT `+columnsOfP+`, `+columnsOfPost+`
		FROM persons p
		LEFT JOIN person_roles r ON r.community_id = p.community_id AND r.person_id = p.id AND r.ended_at IS NULL
		WHERE p.community_id = $1 AND (p.telegram = $2 OR p.id = $3)
		ORDER BY r.id`, who.community, who.telegram, who.person)
	if err != nil {
		return visitor{}, fmt.Errorf("read visitor: %w", err)
	}
	if len(rows) == 0 {
		return visitor{}, found(sql.ErrNoRows, who.person)
	}
	v := visitor{rows[0].Person, newActor(who.community, rows[0].Person)}
	for _, r := range rows {
		v.actor.holds(r.post)
	}
	return v, nil
}

func newActor(community int64, p Person) Actor {
	return Actor{Community: community, Person: p.ID, Name: p.Name, Roles: []access.Role{access.Resident}}
}

// post is a role as it stands beside its person, empty where they have none, and
// whom the person acts for.
type post struct {
	Role     *access.Role
	Area     *int64        `db:"area_id"`
	Building *int64        `db:"role_building"`
	Entrance *int          `db:"role_entrance"`
	For      pq.Int64Array `db:"acts_for"`
	Cleared  bool
}

// columnsOfPost go with a join of persons p and person_roles r. A collector
// fetches a child and acts for nobody.
const columnsOfPost = `r.role, r.area_id, r.building_id AS role_building, r.entrance AS role_entrance, r.cleared_at IS NOT NULL AS cleared,
	ARRAY(SELECT t.for_id FROM ties t WHERE t.community_id = p.community_id AND t.person_id = p.id AND t.ended_at IS NULL
		AND t.kind <> 'collector' ORDER BY t.used_at DESC NULLS LAST, t.id) AS acts_for`

// holds adds a role, with where it is held.
func (a *Actor) holds(p post) {
	if len(p.For) > 0 {
		a.For = p.For
	}
	if p.Role != nil && !slices.Contains(a.Roles, *p.Role) {
		a.Roles = append(a.Roles, *p.Role)
	}
	a.Cleared = a.Cleared || p.Cleared
	if p.Area != nil {
		a.Areas = append(a.Areas, *p.Area)
	}
	if p.Building != nil {
		d := Doorway{Building: *p.Building}
		if p.Entrance != nil {
			d.Entrance = *p.Entrance
		}
		a.Doors = append(a.Doors, d)
	}
}
