package people

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/refusal"
)

// Moved notes that somebody lives here no more: nothing is asked of them or
// told to them, and what they held is somebody else's.
func (s *Service) Moved(ctx context.Context, actor Actor, person int64) (Person, error) {
	return s.gone(ctx, actor, person, Moved)
}

// Died notes that somebody died; the same ends as with Moved.
func (s *Service) Died(ctx context.Context, actor Actor, person int64) (Person, error) {
	return s.gone(ctx, actor, person, Died)
}

// ended is what the event of somebody's going keeps, so that it can be undone.
type ended struct {
	Was       Presence `json:"was"`
	Until     string   `json:"until,omitempty"` // the day of the return, where they were away
	Reachable bool     `json:"reachable"`
	Roles     []int64  `json:"roles,omitempty"` // rows of person_roles
}

func (s *Service) gone(ctx context.Context, actor Actor, person int64, as Presence) (Person, error) {
	p, err := s.parting(ctx, actor, person, func(tx *sqlx.Tx, was Person, now Actor) error {
		if was.Presence == as {
			return nil
		}
		if err := now.mayEndAll(ctx, tx, was.ID); err != nil {
			return err
		}
		c := Change{Community: actor.Community, Person: was.ID, By: now.Person, What: Gone, At: s.clk.Now()}
		return s.goes(ctx, tx, c, was, as)
	})
	if err != nil {
		return Person{}, fmt.Errorf("person %d %s: %w", person, as, err)
	}
	return p, nil
}

// parting does what ends somebody's being here, or takes that back, for whoever
// may, and returns the person as they stand then. Roles end by it: the office
// is locked before the person.
func (s *Service) parting(ctx context.Context, actor Actor, person int64, do func(tx *sqlx.Tx, was Person, now Actor) error) (Person, error) {
	var p Person
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := turnOffice(ctx, tx, actor.Community); err != nil {
			return err
		}
		was, now, err := onPerson(ctx, tx, actor, access.End, person)
		if err != nil {
			return err
		}
		if err := do(tx, was, now); err != nil {
			return err
		}
		p, err = ReadPerson(ctx, tx, actor.Community, was.ID)
		return err
	})
	return p, err
}

// goes ends what somebody has and tells the services, which end the rest.
func (s *Service) goes(ctx context.Context, tx *sqlx.Tx, c Change, was Person, as Presence) error {
	had := ended{Was: was.Presence, Reachable: was.Reachable}
	if was.Until != nil {
		had.Until = was.Until.Format(time.DateOnly)
	}
	if was.Presence == Moved || was.Presence == Died { // it was said wrongly how: what ended, ended then
		before, err := lastGone(ctx, tx, c)
		if err != nil {
			return err
		}
		had = before
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE persons SET presence = $3, presence_until = NULL, reachable = false WHERE community_id = $1 AND id = $2`,
		c.Community, c.Person, as)
	if err != nil {
		return err
	}
	roles, err := s.endAll(ctx, tx, ending{c.Community, c.Person, c.By})
	if err != nil {
		return err
	}
	for _, r := range roles {
		had.Roles = append(had.Roles, r.ID)
	}
	h := happened{c.Community, c.Person, c.By, string(as), map[string]any{"ended": had}, c.At}
	if err := event(ctx, tx, h); err != nil {
		return err
	}
	return s.changed(ctx, tx, c)
}

// mayEndAll refuses to end somebody's role of power by the way: whoever gives
// such roles ends them.
func (a Actor) mayEndAll(ctx context.Context, tx *sqlx.Tx, person int64) error {
	them, err := ReadActor(ctx, tx, a.Community, person)
	if err != nil {
		return err
	}
	for _, role := range them.Roles {
		if role.OfPower() && !a.May(access.Grant, access.SameCommunity) {
			return refusal.New(refusal.Conflict, "people.on_duty", "name", them.Name)
		}
	}
	return nil
}

// lastGone reads what ended when somebody went.
func lastGone(ctx context.Context, tx *sqlx.Tx, c Change) (ended, error) {
	var raw []byte
	err := tx.GetContext(ctx, &raw, `
		SELECT detail->'ended' FROM person_events
		WHERE community_id = $1 AND person_id = $2 AND code IN ('moved', 'died') ORDER BY id DESC LIMIT 1`, c.Community, c.Person)
	if err != nil {
		return ended{}, err
	}
	var had ended
	return had, json.Unmarshal(raw, &had)
}

// NotGone takes back that somebody moved or died: what ended by it is theirs
// again, as far as nobody else has it by now.
func (s *Service) NotGone(ctx context.Context, actor Actor, person int64) (Person, error) {
	p, err := s.parting(ctx, actor, person, func(tx *sqlx.Tx, was Person, now Actor) error {
		if was.Presence != Moved && was.Presence != Died {
			return nil
		}
		c := Change{Community: actor.Community, Person: was.ID, By: now.Person, What: Back, At: s.clk.Now()}
		had, err := lastGone(ctx, tx, c)
		if err != nil {
			return err
		}
		if err := now.mayRestore(ctx, tx, was, had); err != nil {
			return err
		}
		return s.restores(ctx, tx, c, had)
	})
	if err != nil {
		return Person{}, fmt.Errorf("person %d is not gone: %w", person, err)
	}
	return p, nil
}

// mayRestore refuses to give somebody a role of power back by the way, as
// mayEndAll does to end it.
func (a Actor) mayRestore(ctx context.Context, tx *sqlx.Tx, p Person, had ended) error {
	var roles []access.Role
	err := tx.SelectContext(ctx, &roles, `
		SELECT role FROM person_roles WHERE community_id = $1 AND person_id = $2 AND id = ANY ($3) AND ended_at IS NOT NULL`,
		a.Community, p.ID, pq.Array(had.Roles))
	if err != nil || a.May(access.Grant, access.SameCommunity) || !slices.ContainsFunc(roles, access.Role.OfPower) {
		return err
	}
	return refusal.New(refusal.Conflict, "people.on_duty", "name", p.Name)
}

func (s *Service) restores(ctx context.Context, tx *sqlx.Tx, c Change, had ended) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE persons SET presence = $3, presence_until = nullif($4, '')::date, reachable = $5 AND telegram IS NOT NULL
		WHERE community_id = $1 AND id = $2`, c.Community, c.Person, had.Was, had.Until, had.Reachable)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE person_roles r SET ended_at = NULL
		WHERE r.community_id = $1 AND r.person_id = $2 AND r.id = ANY ($3) AND r.ended_at IS NOT NULL
			AND NOT EXISTS (
				SELECT FROM person_roles o
				WHERE o.community_id = $1 AND o.ended_at IS NULL AND o.role = r.role
					AND (o.role = 'secretary' OR o.person_id = r.person_id
						AND (o.area_id, o.building_id, o.entrance) IS NOT DISTINCT FROM (r.area_id, r.building_id, r.entrance)))`,
		c.Community, c.Person, pq.Array(had.Roles))
	if err != nil {
		return err
	}
	if err := s.commandsChanged(ctx, tx, c.Community, c.Person); err != nil {
		return err
	}
	if err := event(ctx, tx, happened{community: c.Community, person: c.Person, by: c.By, code: "not_gone", at: c.At}); err != nil {
		return err
	}
	return s.changed(ctx, tx, c)
}
