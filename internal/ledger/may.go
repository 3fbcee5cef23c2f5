package ledger

import (
	"context"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// allow lets an actor, who is read anew, do something in a book that concerns a
// person, or nobody: 0. Who leads another service is no lead in this one.
func allow(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, do access.Action, book Book, person int64) error {
	now, err := people.ReadActor(ctx, q, actor.Community, actor.Person)
	if err != nil {
		return err
	}
	rel := access.SameCommunity
	if person != 0 {
		rel = now.Relation(people.Person{ID: person}, 0) // where they live makes no difference here
	}
	return access.Allow(do, book.counts(now.Roles), rel)
}

// counts are those of some roles that mean anything in a book.
func (b Book) counts(roles []access.Role) []access.Role {
	return slices.DeleteFunc(slices.Clone(roles), func(r access.Role) bool {
		return r != leads[b] && (r == access.Kitchen || r == access.Childcare)
	})
}
