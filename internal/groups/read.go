package groups

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// Of reads the groups of a purpose that the bot can write to: those of a
// building, with those of all; building 0 is every group of the purpose. Each
// tells its chat, topic and language, and which posts it takes.
func Of(ctx context.Context, q sqlx.QueryerContext, community int64, purpose Purpose, building int64) ([]Group, error) {
	var all []Group
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT `+columns+` FROM groups
		WHERE community_id = $1 AND purpose = $2 AND left_at IS NULL AND silent_since IS NULL
			AND ($3::bigint = 0 OR buildings = '{}' OR $3 = ANY(buildings))
		ORDER BY id`, community, purpose, building)
	if err != nil {
		return nil, fmt.Errorf("read %s groups: %w", purpose, err)
	}
	return all, nil
}

// List reads the groups in which the bot is, those that nobody tied first.
func (s *Service) List(ctx context.Context, actor people.Actor) ([]Group, error) {
	if err := allowed(ctx, s.db, actor); err != nil {
		return nil, err
	}
	var all []Group
	err := s.db.SelectContext(ctx, &all, `
		SELECT `+columns+` FROM groups
		WHERE community_id = $1 AND left_at IS NULL AND (leave_at IS NULL OR leave_at > added_at)
		ORDER BY purpose <> '', id`, actor.Community)
	if err != nil {
		return nil, fmt.Errorf("list groups: %w", err)
	}
	return all, nil
}

// Find reads a group for somebody who may tie it.
func (s *Service) Find(ctx context.Context, actor people.Actor, id int64) (Group, error) {
	if err := allowed(ctx, s.db, actor); err != nil {
		return Group{}, err
	}
	return s.Read(ctx, actor.Community, id)
}

// Read reads a group, for what the bot itself says of it.
func (s *Service) Read(ctx context.Context, community, id int64) (Group, error) {
	var g Group
	err := s.db.GetContext(ctx, &g, `SELECT `+columns+` FROM groups WHERE community_id = $1 AND id = $2`, community, id)
	return g, found(err)
}

// ByChat reads the group of a chat.
func (s *Service) ByChat(ctx context.Context, community, chat int64) (Group, error) {
	var g Group
	err := s.db.GetContext(ctx, &g, `SELECT `+columns+` FROM groups WHERE community_id = $1 AND chat_id = $2`, community, chat)
	return g, found(err)
}

// Unclaimed reads a group that the bot is to leave now; one that was tied, or
// that it is in no more, is a Conflict.
func (s *Service) Unclaimed(ctx context.Context, community, id int64) (Group, error) {
	g, err := s.Read(ctx, community, id)
	if err != nil {
		return Group{}, err
	}
	if g.Tied() || g.Gone || g.LeaveAt.After(s.clk.Now()) {
		return Group{}, refusal.New(refusal.Conflict, "groups.stays")
	}
	return g, nil
}

// Has reports whether a building is one of the group's; those of all have each.
func (g Group) Has(building int64) bool {
	return len(g.Buildings) == 0 || slices.Contains(g.Buildings, building)
}

// Taking reads the groups in which the bot is and which take a kind of post, also those
// where it may not write: whoever posts says so.
func Taking(ctx context.Context, q sqlx.QueryerContext, community int64, post Post) ([]Group, error) {
	var all []Group
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT `+columns+` FROM groups
		WHERE community_id = $1 AND purpose <> '' AND $2 = ANY (posts) AND left_at IS NULL ORDER BY id`, community, post)
	if err != nil {
		return nil, fmt.Errorf("read groups that take %s: %w", post, err)
	}
	return all, nil
}
