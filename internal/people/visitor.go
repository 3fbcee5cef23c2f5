package people

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

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
	if err == nil && v.Reachable {
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
		Role *access.Role
		Area *int64 `db:"area_id"`
	}
	err := sqlx.SelectContext(ctx, q, &rows, `
		SELECT `+columnsOfP+`, r.role, r.area_id
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
		v.actor.holds(r.Role, r.Area)
	}
	return v, nil
}

func newActor(community int64, p Person) Actor {
	return Actor{Community: community, Person: p.ID, Name: p.Name, Roles: []access.Role{access.Resident}}
}

// holds adds a role, in an area where it is of one.
func (a *Actor) holds(role *access.Role, area *int64) {
	if role != nil && !slices.Contains(a.Roles, *role) {
		a.Roles = append(a.Roles, *role)
	}
	if area != nil {
		a.Areas = append(a.Areas, *area)
	}
}
