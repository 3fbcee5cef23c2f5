package people

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/refusal"
)

// MayBeNamed reports whether somebody can be named for a kind of problem: what is
// private goes to who hears it, and what fits nothing is everybody's.
func MayBeNamed(k community.Kind) bool { return k.Private() == "" && k.Code != community.KindOther }

// NameFor says whether a member is asked first for a kind of problem, or no more.
// It holds wherever they are a member, and ends with that.
func (s *Service) NameFor(ctx context.Context, actor Actor, person int64, kind string, is bool) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := allowed(ctx, tx, actor, access.Grant); err != nil {
			return err
		}
		here, err := community.Read(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		if k, ok := here.Kinds.Find(kind); !ok || !MayBeNamed(k) {
			return refusal.New(refusal.Invalid, "community.no_kind")
		}
		return s.name(ctx, tx, actor, person, kind, is)
	})
	if err != nil {
		return fmt.Errorf("name person %d for %s: %w", person, kind, err)
	}
	return nil
}

// name writes it down with its event. What stands so already stays, and nobody is
// named who is no member.
func (s *Service) name(ctx context.Context, tx *sqlx.Tx, actor Actor, person int64, kind string, is bool) error {
	if _, err := LockPerson(ctx, tx, actor.Community, person); err != nil {
		return err
	}
	serves, err := isMember(ctx, tx, actor.Community, person)
	if err != nil {
		return err
	}
	if !serves {
		return access.NotFound()
	}
	has, err := KindsOf(ctx, tx, actor.Community, person)
	if err != nil || slices.Contains(has, kind) == is {
		return err
	}
	has = slices.DeleteFunc(append(has, kind), func(k string) bool { return k == kind && !is })
	_, err = tx.ExecContext(ctx, `
		UPDATE person_roles SET kinds = $3
		WHERE community_id = $1 AND person_id = $2 AND role = 'member' AND ended_at IS NULL`, actor.Community, person, pq.Array(has))
	if err != nil {
		return err
	}
	return event(ctx, tx, happened{actor.Community, person, actor.Person, "named_for", map[string]any{"kinds": has}, s.clk.Now()})
}

func isMember(ctx context.Context, q sqlx.QueryerContext, community, person int64) (is bool, err error) {
	err = sqlx.GetContext(ctx, q, &is, `
		SELECT EXISTS (SELECT FROM person_roles WHERE community_id = $1 AND person_id = $2 AND role = 'member' AND ended_at IS NULL)`,
		community, person)
	return is, err
}

// KindsOf reads for which kinds of problems somebody is named: none is for all.
func KindsOf(ctx context.Context, q sqlx.QueryerContext, community, person int64) (kinds []string, err error) {
	err = sqlx.SelectContext(ctx, q, &kinds, `
		SELECT DISTINCT unnest(kinds) AS kind FROM person_roles
		WHERE community_id = $1 AND person_id = $2 AND role = 'member' AND ended_at IS NULL ORDER BY kind`, community, person)
	if err != nil {
		return nil, fmt.Errorf("for which kinds person %d is named: %w", person, err)
	}
	return kinds, nil
}

// Named reads who of some people is named for a kind of problem.
func Named(ctx context.Context, q sqlx.QueryerContext, community int64, some []int64, kind string) (named []int64, err error) {
	err = sqlx.SelectContext(ctx, q, &named, `
		SELECT DISTINCT person_id FROM person_roles
		WHERE community_id = $1 AND person_id = ANY ($2) AND role = 'member' AND ended_at IS NULL AND $3 = ANY (kinds)`,
		community, pq.Array(some), kind)
	if err != nil {
		return nil, fmt.Errorf("who is named for %s: %w", kind, err)
	}
	return named, nil
}
