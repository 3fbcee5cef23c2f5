package notices

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// concerns is SQL that holds of the persons p whom an audience is of: they are here,
// and if they wrote to the bot they agreed to hear of it. Its arguments are fitting's.
const concerns = `
	p.presence = 'here' AND p.merged_into IS NULL AND (p.telegram IS NULL OR p.consent_at IS NOT NULL)
	AND ($2::bigint[] = '{}' OR EXISTS (
		SELECT FROM unnest($2::bigint[], $3::int[]) AS h (building, entrance)
		WHERE h.building = p.building_id AND h.entrance IN (0, p.entrance)))
	AND ($4::text[] = '{}' OR EXISTS (
		SELECT FROM person_roles r WHERE r.community_id = $1 AND r.person_id = p.id AND r.ended_at IS NULL AND r.role = ANY ($4)))
	AND ($5::text[] = '{}' OR p.tags && $5)
	AND ($6::int = 0 OR p.birth_year <= $6) AND ($7::int = 0 OR p.birth_year >= $7)
	AND (NOT $8::boolean OR p.id = ANY ($9::bigint[]))`

// fitting are the arguments of concerns, for a notice that goes out at a moment in the
// zone of its community.
func (s *Service) fitting(ctx context.Context, q sqlx.QueryerContext, id int64, a Audience, at time.Time) ([]any, error) {
	buildings, entrances := []int64{}, []int{}
	for _, h := range a.Homes {
		buildings, entrances = append(buildings, h.Building), append(entrances, h.Entrance)
	}
	roles := a.Roles
	if slices.Contains(roles, access.Resident) { // everybody is one
		roles = nil
	}
	born := func(age int) int {
		if age == 0 {
			return 0
		}
		return at.Year() - age
	}
	booked := []int64{}
	if a.Tomorrow {
		y, m, d := at.Date()
		tomorrow := time.Date(y, m, d+1, 0, 0, 0, 0, time.UTC)
		for _, b := range s.bookings {
			some, err := b.Booked(ctx, q, id, tomorrow)
			if err != nil {
				return nil, err
			}
			booked = append(booked, some...)
		}
	}
	return []any{
		id, pq.Array(buildings), pq.Array(entrances), pq.Array(append([]access.Role{}, roles...)),
		pq.Array(append([]string{}, a.Tags...)), born(a.From), born(a.Until), a.Tomorrow, pq.Array(booked),
	}, nil
}

// groupsOf are the groups that an audience is of: those of its buildings, with those of
// all.
func (s *Service) groupsOf(ctx context.Context, q sqlx.QueryerContext, community int64, a Audience) ([]Group, error) {
	if !a.Groups || s.board == nil {
		return nil, nil
	}
	all, err := s.board.NoticeGroups(ctx, q, community)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(g Group) bool { return !a.holds(g) }), nil
}

// holds reports whether a group is one of those that an audience is of.
func (a Audience) holds(g Group) bool {
	if len(a.Only) > 0 {
		return slices.Contains(a.Only, g.ID)
	}
	return len(a.Homes) == 0 || len(g.Buildings) == 0 || slices.ContainsFunc(a.Homes, func(h Home) bool {
		return slices.Contains(g.Buildings, h.Building)
	})
}

// Size counts whom an audience is of, as of now.
func (s *Service) Size(ctx context.Context, actor people.Actor, a Audience) (Size, error) {
	size, err := s.size(ctx, actor, a)
	if err != nil {
		return Size{}, fmt.Errorf("size of an audience: %w", err)
	}
	return size, nil
}

func (s *Service) size(ctx context.Context, actor people.Actor, a Audience) (size Size, err error) {
	if a, err = s.narrowed(ctx, s.db, actor, a); err != nil {
		return size, err
	}
	if err := s.announces(ctx, s.db, actor, Ordinary, a); err != nil {
		return size, err
	}
	c, err := community.Read(ctx, s.db, actor.Community)
	if err != nil {
		return size, err
	}
	size.Language = map[string]int{}
	if a.People {
		args, err := s.fitting(ctx, s.db, c.ID, a, s.now().In(c.Location()))
		if err != nil {
			return size, err
		}
		var rows []struct {
			Language   string
			Told, Left int
		}
		err = s.db.SelectContext(ctx, &rows, `
			SELECT p.language, count(*) FILTER (WHERE p.reachable) AS told, count(*) FILTER (WHERE NOT p.reachable) AS left
			FROM persons p WHERE p.community_id = $1 AND `+concerns+` GROUP BY p.language`, args...)
		if err != nil {
			return size, err
		}
		for _, r := range rows {
			size.People, size.Offline = size.People+r.Told, size.Offline+r.Left
			if r.Told > 0 {
				size.Language[r.Language] = r.Told
			}
		}
	}
	some, err := s.groupsOf(ctx, s.db, actor.Community, a)
	size.Groups = len(some)
	size.Takes = Takes(size.People + size.Groups)
	return size, err
}

// Takes is how long so many messages take, as fast as Telegram lets a bot.
func Takes(n int) time.Duration { return time.Duration(n) * outbox.TelegramRules.All.Every }
