package people

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/refusal"
)

// SetAway is the one switch of the office: while it is on, everything that would
// go to the secretary goes to the deputy, who is told. It is refused where there
// is no deputy. Either of them may turn it.
func (s *Service) SetAway(ctx context.Context, actor Actor, away bool) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := turnOffice(ctx, tx, actor.Community); err != nil {
			return err
		}
		if err := allowed(ctx, tx, actor, access.Grant); err != nil {
			return err
		}
		secretary, err := Secretary(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		if away {
			if err := deputed(ctx, tx, actor.Community); err != nil {
				return err
			}
		}
		return s.turnAway(ctx, tx, actor, secretary.ID, away)
	})
	if err != nil {
		return fmt.Errorf("set away: %w", err)
	}
	return nil
}

// turnAway turns the switch, and tells who did not turn it themselves: the
// secretary, and whoever is in charge now.
func (s *Service) turnAway(ctx context.Context, tx *sqlx.Tx, actor Actor, secretary int64, away bool) error {
	now := s.clk.Now()
	var turned []int64
	err := tx.SelectContext(ctx, &turned, `
		UPDATE person_roles SET away_since = CASE WHEN $3 THEN $4::timestamptz END
		WHERE community_id = $1 AND person_id = $2 AND role = 'secretary' AND ended_at IS NULL AND (away_since IS NOT NULL) <> $3
		RETURNING id`, actor.Community, secretary, away, now)
	if err != nil || len(turned) == 0 {
		return err
	}
	code, topic := "office_resumed", "role.back"
	if away {
		code, topic = "office_left", "role.away"
	}
	h := happened{community: actor.Community, person: secretary, by: actor.Person, code: code, at: now}
	if err := event(ctx, tx, h); err != nil {
		return err
	}
	n := news{topic: topic, of: now.UnixMicro(), args: args{"person": secretary, "by": actor.Person}}
	if err := s.tellOffice(ctx, tx, actor, n); err != nil {
		return err
	}
	if !away {
		return nil
	}
	return s.changed(ctx, tx, Change{Community: actor.Community, Person: secretary, By: actor.Person, What: OffDuty, Role: access.Secretary, At: now})
}

// tellOffice tells the secretary and the deputies, but for the one who acts.
func (s *Service) tellOffice(ctx context.Context, tx *sqlx.Tx, actor Actor, n news) error {
	all, err := colleagues(ctx, tx, actor.Community, 0)
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.ID == actor.Person || c.Deputy == nil && !c.Secretary {
			continue
		}
		n.to = c.ID
		if err := s.tell(ctx, tx, actor.Community, n); err != nil {
			return err
		}
	}
	return nil
}

// deputed refuses where there is no deputy.
func deputed(ctx context.Context, q sqlx.QueryerContext, community int64) error {
	all, err := colleagues(ctx, q, community, 0)
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.Deputy != nil && !c.Secretary {
			return nil
		}
	}
	return refusal.New(refusal.Conflict, "people.no_deputy")
}
