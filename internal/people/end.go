package people

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/refusal"
)

// turnOffice lets one at a time end roles in a community, or see whether the
// secretary's place is free: of two who are the last, one must stay, and of two
// who take a free place, the later would get the good news and not the role.
// Every verb that ends a role takes it before it locks anything else.
func turnOffice(ctx context.Context, tx *sqlx.Tx, community int64) error {
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('secretary', $1))`, community)
	return err
}

// EndRole ends a role that somebody holds, by its id: their own, or by whoever
// may give roles. It ends at once, and what was done by it goes to others. It is
// refused where nobody would be left to be in charge. One that has ended already
// ends no second time.
func (s *Service) EndRole(ctx context.Context, actor Actor, id int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := turnOffice(ctx, tx, actor.Community); err != nil {
			return err
		}
		held, err := readHeld(ctx, tx, actor.Community, id)
		if err != nil {
			return err
		}
		own := held.Person == actor.Person
		if !own {
			if err := allowed(ctx, tx, actor, access.Grant); err != nil {
				return err
			}
		}
		ended, err := s.end(ctx, tx, ending{actor.Community, held.Person, actor.Person}, held.ID)
		if err != nil || len(ended) == 0 || own {
			return err
		}
		return s.tell(ctx, tx, actor.Community, news{to: held.Person, topic: "role.ended", of: held.ID, args: args{"role": held.Role}})
	})
	if err != nil {
		return fmt.Errorf("end role %d: %w", id, err)
	}
	return nil
}

// Resign ends all roles of the actor, who stays a resident.
func (s *Service) Resign(ctx context.Context, actor Actor) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		_, err := s.endAll(ctx, tx, ending{actor.Community, actor.Person, actor.Person})
		return err
	})
	if err != nil {
		return fmt.Errorf("resign as person %d: %w", actor.Person, err)
	}
	return nil
}

// ending is that somebody, by, ends roles of a person; by 0 is the bot itself.
type ending struct{ community, person, by int64 }

// endAll ends every role of a person and returns which: they resign, leave, have
// moved or died.
func (s *Service) endAll(ctx context.Context, tx *sqlx.Tx, e ending) ([]Held, error) {
	if err := turnOffice(ctx, tx, e.community); err != nil {
		return nil, err
	}
	var ids []int64
	err := tx.SelectContext(ctx, &ids, `
		SELECT id FROM person_roles WHERE community_id = $1 AND person_id = $2 AND ended_at IS NULL ORDER BY id`, e.community, e.person)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return s.end(ctx, tx, e, ids...)
}

// end ends roles of one person in the caller's transaction, which holds
// turnOffice; those that ended before are passed over. Whoever holds something
// by them hears of it once all have ended.
func (s *Service) end(ctx context.Context, tx *sqlx.Tx, e ending, ids ...int64) (ended []Held, err error) {
	for _, id := range ids {
		held, err := s.endOne(ctx, tx, e, id)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		ended = append(ended, held)
	}
	if slices.ContainsFunc(ended, func(h Held) bool { return ofOffice(h.Role) }) {
		if err := stillLed(ctx, tx, e.community); err != nil {
			return nil, err
		}
	}
	for _, h := range ended {
		if err := s.passedOn(ctx, tx, e, h.Role); err != nil {
			return nil, err
		}
	}
	return ended, nil
}

// ofOffice reports whether a role can be in charge.
func ofOffice(role access.Role) bool { return role == access.Secretary || role == access.Deputy }

// endOne ends one role, with its event; it is NotFound where it ended before.
func (s *Service) endOne(ctx context.Context, tx *sqlx.Tx, e ending, id int64) (Held, error) {
	now := s.clk.Now()
	h := Held{Person: e.person}
	err := tx.GetContext(ctx, &h, `
		UPDATE person_roles SET ended_at = greatest($4, since), away_since = NULL
		WHERE community_id = $1 AND person_id = $2 AND id = $3 AND ended_at IS NULL
		RETURNING id, role, coalesce(area_id, 0) AS area`, e.community, e.person, id, now)
	if errors.Is(err, sql.ErrNoRows) {
		return Held{}, access.NotFound()
	}
	if err != nil {
		return Held{}, err
	}
	return h, event(ctx, tx, happened{e.community, e.person, e.by, "role_ended", map[string]any{"role": h.Role, "area": h.Area}, now})
}

// passedOn tells those who keep something that a role ended.
func (s *Service) passedOn(ctx context.Context, tx *sqlx.Tx, e ending, role access.Role) error {
	if err := s.commandsChanged(ctx, tx, e.community, e.person); err != nil {
		return err
	}
	return s.changed(ctx, tx, Change{
		Community: e.community, Person: e.person, By: e.by, What: RoleEnded, Role: role, At: s.clk.Now(),
	})
}

// stillLed refuses where neither a secretary nor a deputy is left. The caller's
// transaction holds turnOffice, so that nobody else ends the other role meanwhile.
func stillLed(ctx context.Context, tx *sqlx.Tx, community int64) error {
	var led bool
	err := tx.GetContext(ctx, &led, `
		SELECT EXISTS (SELECT FROM person_roles WHERE community_id = $1 AND role IN ('secretary', 'deputy') AND ended_at IS NULL)`, community)
	if err != nil {
		return err
	}
	if !led {
		return refusal.New(refusal.Conflict, "people.last_in_charge")
	}
	return nil
}

// readHeld reads a role that is held or was.
func readHeld(ctx context.Context, q sqlx.QueryerContext, community, id int64) (Held, error) {
	var h Held
	err := sqlx.GetContext(ctx, q, &h, `
		SELECT `+heldColumns+` FROM person_roles r JOIN persons p ON p.community_id = r.community_id AND p.id = r.person_id
		WHERE r.community_id = $1 AND r.id = $2`, community, id)
	return h, found(err, 0)
}
