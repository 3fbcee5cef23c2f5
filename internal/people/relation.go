package people

import (
	"context"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
)

// Relation is how somebody stands to the actor, who has been read in the same
// transaction; area is that of the building where they live, 0 where none is
// known.
func (a Actor) Relation(to Person, area int64) access.Relation {
	switch {
	case to.ID == a.Person:
		return access.Own
	case slices.Contains(a.For, to.ID):
		return access.ActsFor
	case area == 0 || slices.Contains(a.Areas, area):
		return access.SameArea
	case slices.ContainsFunc(a.Doors, func(d Doorway) bool {
		return d.Building == to.Building && (d.Entrance == 0 || d.Entrance == to.Entrance)
	}):
		return access.SameArea
	}
	return access.SameCommunity
}

// onPerson lets the actor do something to a person, who is locked until the
// transaction ends: the first thing that every verb about somebody else does.
func onPerson(ctx context.Context, tx *sqlx.Tx, actor Actor, do access.Action, person int64) (Person, Actor, error) {
	now, err := ReadActor(ctx, tx, actor.Community, actor.Person)
	if err != nil {
		return Person{}, Actor{}, err
	}
	p, err := LockPerson(ctx, tx, actor.Community, person)
	if err == nil && p.Merged != 0 {
		p, err = LockPerson(ctx, tx, actor.Community, p.Merged)
	}
	if err != nil {
		return Person{}, Actor{}, err
	}
	area, err := areaOf(ctx, tx, actor.Community, p)
	if err != nil {
		return Person{}, Actor{}, err
	}
	return p, now, access.Allow(do, now.Roles, now.Relation(p, area))
}

// areaOf is the area where somebody lives, 0 where that is not known.
func areaOf(ctx context.Context, q sqlx.QueryerContext, community int64, p Person) (int64, error) {
	if p.Building == 0 {
		return 0, nil
	}
	var area int64
	err := sqlx.GetContext(ctx, q, &area, `
		SELECT area_id FROM buildings WHERE community_id = $1 AND id = $2`, community, p.Building)
	return area, err
}
