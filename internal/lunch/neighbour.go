package lunch

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// topicWith tells who eats at whose door their meal is.
const topicWith = "lunch.with"

// mostNeighbours is how many are offered at a door.
const mostNeighbours = 3

// Neighbour is somebody of the same entrance who may be told that a person did not open.
type Neighbour struct {
	Person int64
	Name   string
	Flat   string // "": not known
}

// Neighbours reads with whom a meal may be left: who lives in the same entrance, and acts
// for that person or may find them on the register, as a helper of the entrance may. Who
// lets their family hear nothing of their door is not told of to their family. It is for
// who may say what became of the meal.
func (s *Service) Neighbours(ctx context.Context, actor people.Actor, order int64) (some []Neighbour, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		d, err := s.atDoor(ctx, tx, actor, order)
		if err != nil {
			return err
		}
		some, err = d.neighbours(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("neighbours of meal %d: %w", order, err)
	}
	return some, nil
}

// neighbours reads them, those first who act for the person.
func (d *door) neighbours(ctx context.Context) ([]Neighbour, error) {
	p, err := people.ReadPerson(ctx, d.tx, d.o.Community, d.o.Person)
	if err != nil {
		return nil, err
	}
	eats, err := readDiner(ctx, d.tx, d.o.Community, d.o.Person)
	if err != nil || p.Building == 0 || p.Entrance == 0 {
		return nil, err
	}
	var near []Neighbour
	err = d.tx.SelectContext(ctx, &near, `
		SELECT n.id AS person, n.name, n.flat FROM persons n
		WHERE n.community_id = $1 AND n.building_id = $2 AND n.entrance = $3 AND n.id <> ALL (ARRAY[$4, $5]::bigint[])
			AND n.presence = 'here' AND n.name <> '' AND n.merged_into IS NULL AND (
				EXISTS (SELECT FROM ties t WHERE t.community_id = n.community_id AND t.person_id = n.id AND t.for_id = $4 AND t.ended_at IS NULL)
				OR EXISTS (SELECT FROM person_roles r WHERE r.community_id = n.community_id AND r.person_id = n.id AND r.ended_at IS NULL))
		ORDER BY EXISTS (SELECT FROM ties t WHERE t.community_id = n.community_id AND t.person_id = n.id AND t.for_id = $4 AND t.ended_at IS NULL) DESC,
			n.flat, n.id`, d.o.Community, p.Building, p.Entrance, d.o.Person, d.by)
	if err != nil {
		return nil, fmt.Errorf("read the neighbours of person %d: %w", p.ID, err)
	}
	some := []Neighbour{}
	for _, n := range near {
		may, err := d.mayHear(ctx, n.Person, p, eats.Tells)
		if err != nil {
			return nil, err
		}
		if may && len(some) < mostNeighbours {
			some = append(some, n)
		}
	}
	return some, nil
}

// mayHear reports whether somebody may be told that a person did not open.
func (d *door) mayHear(ctx context.Context, who int64, of people.Person, rule Tells) (bool, error) {
	actor, err := people.ReadActor(ctx, d.tx, d.o.Community, who)
	if err != nil {
		return false, err
	}
	rel, err := people.Toward(ctx, d.tx, actor, of)
	if err != nil || rel == access.ActsFor && rule == TellNever {
		return false, err
	}
	return access.Allow(access.SeePerson, actor.Roles, rel) == nil, nil
}

// LeftWith says that a meal is with a neighbour, and tells who eats it with whom. It is
// NotFound where that neighbour may not be told. Repeated, it changes nothing.
func (s *Service) LeftWith(ctx context.Context, actor people.Actor, order, neighbour int64) (Order, error) {
	return s.onDoor(ctx, actor, order, func(d *door) error {
		some, err := d.neighbours(ctx)
		if err != nil {
			return err
		}
		for _, n := range some {
			if n.Person != neighbour {
				continue
			}
			if d.day.Way(d.o.Mode) != Bring {
				return invalid("lunch.no_outcome")
			}
			if d.o.Outcome == WithNeighbour {
				return nil
			}
			if err := d.ends(ctx, WithNeighbour); err != nil {
				return err
			}
			return d.tellNear(ctx, d.o, topicWith, detail{"by": neighbour})
		}
		return access.NotFound()
	})
}
