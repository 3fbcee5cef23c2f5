package cases

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
)

// Worry opens an urgent case for somebody at whose door another service of the community
// stood, and rings everybody on duty, in that service's transaction: by is who stood
// there. danger is a code, "" where nobody knows that there is any. The key makes a
// repeat harmless. Returned are the case and its number; whoever holds no office sees it
// no more than others do.
func (s *Service) Worry(ctx context.Context, tx *sqlx.Tx, by people.Actor, person int64, danger, key string) (id, number int64, err error) {
	if err := checkKey(key); err != nil {
		return 0, 0, err
	}
	actor, err := people.ReadActor(ctx, tx, by.Community, by.Person)
	if err != nil {
		return 0, 0, err
	}
	now := s.now()
	quiet := now.Add(Quiet)
	t := s.turn(tx, actor, Case{
		Community: actor.Community, Status: Draft, Reporter: actor.Person, For: actor.Person, DraftedAt: now, QuietUntil: &quiet,
	})
	if err := t.ruled(ctx); err != nil {
		return 0, 0, err
	}
	t.vouched = true
	r := Report{Key: key, For: person, Channel: AtDoor, Danger: danger, Urgent: true}
	r.Place.Spot = community.SpotHome
	fresh, err := t.start(ctx, r)
	if err == nil && fresh {
		err = t.open(ctx, opening{code: MoveAlarm, ring: true})
	}
	if err != nil {
		return 0, 0, fmt.Errorf("worry about person %d: %w", person, err)
	}
	return t.c.ID, t.c.Number, nil
}
