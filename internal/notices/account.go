package notices

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/people"
)

// HomeAccount is what is known of everybody in a building: each is counted once. Who said
// nothing knows as their household does; of one that asked for help, as one that has seen it.
type HomeAccount struct {
	Building int64 // 0: not known
	House    string
	People   int
	Seen     int
	Help     int
	Visited  int
	Phoned   int
	Told     int
	Open     int // nobody knows whether they know
}

// Account reads, building by building, what is known of everybody whom a notice was for:
// seen, help, visited, phoned, told and open add up to all people. It is for who may
// announce it.
func (s *Service) Account(ctx context.Context, actor people.Actor, id int64) ([]HomeAccount, error) {
	_, err := s.mine(ctx, actor, id)
	if err != nil {
		return nil, fmt.Errorf("account of notice %d: %w", id, err)
	}
	all := []HomeAccount{}
	err = s.db.SelectContext(ctx, &all, `
		WITH known AS (
			SELECT building_id, coalesce(nullif(reached, ''), replace(first_value(reached) OVER (
				PARTITION BY coalesce(household_id, -person_id)
				ORDER BY array_position(ARRAY['seen', 'help', 'visited', 'phoned', 'told', ''], reached), person_id), 'help', 'seen')) AS how
			FROM notice_recipients WHERE community_id = $1 AND notice_id = $2)
		SELECT coalesce(b.id, 0) AS building, coalesce(b.name, '') AS house, count(*) AS people,
			count(*) FILTER (WHERE how = 'seen') AS seen, count(*) FILTER (WHERE how = 'help') AS help,
			count(*) FILTER (WHERE how = 'visited') AS visited, count(*) FILTER (WHERE how = 'phoned') AS phoned,
			count(*) FILTER (WHERE how = 'told') AS told, count(*) FILTER (WHERE how = '') AS open
		FROM known k LEFT JOIN buildings b ON b.community_id = $1 AND b.id = k.building_id
		GROUP BY b.id, b.name ORDER BY b.id IS NULL, length(b.name), b.name, b.id`, actor.Community, id)
	if err != nil {
		return nil, fmt.Errorf("account of notice %d: %w", id, err)
	}
	return all, nil
}

// Plus is what is known of the people of both.
func (a HomeAccount) Plus(b HomeAccount) HomeAccount {
	return HomeAccount{
		People: a.People + b.People, Seen: a.Seen + b.Seen, Help: a.Help + b.Help, Visited: a.Visited + b.Visited,
		Phoned: a.Phoned + b.Phoned, Told: a.Told + b.Told, Open: a.Open + b.Open,
	}
}
