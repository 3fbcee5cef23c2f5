package cases

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// Worry opens an urgent case for somebody at whose door another service of the community
// stood, and rings everybody on duty, in that service's transaction: by is who stood
// there. danger is a code, "" where nobody knows that there is any. The key makes a
// repeat harmless. Returned are the case and its number; whoever holds no office sees it
// no more than others do.
func (s *Service) Worry(ctx context.Context, tx *sqlx.Tx, by people.Actor, person int64, danger, key string) (id, number int64, err error) {
	return s.WorryAt(ctx, tx, by, Worried{Person: person, Danger: danger, Key: key})
}

// Worried is that somebody may need hands, and where.
type Worried struct {
	Person int64
	Where  string // in words; "": at their home
	Danger string
	Key    string
}

// WorryAt is Worry about somebody who need not be at home.
func (s *Service) WorryAt(ctx context.Context, tx *sqlx.Tx, by people.Actor, w Worried) (id, number int64, err error) {
	r := Report{Key: w.Key, For: w.Person, Channel: AtDoor, Danger: w.Danger, Urgent: true, Place: community.Place{Note: pg.Cut(pg.Text(w.Where), MaxWords)}}
	if id, number, err = s.brought(ctx, tx, by, r); err != nil {
		return 0, 0, fmt.Errorf("worry about person %d: %w", w.Person, err)
	}
	return id, number, nil
}

// Need is that somebody wants help with what another service of the community told them.
// That service has looked whether who says so may.
type Need struct {
	By     people.Actor // who says so
	Person int64        // who needs it
	Words  string       // what they were told
	Urgent bool         // everybody on duty is rung
	Key    string       // makes a repeat harmless
}

// Help opens a case for somebody who needs help, in the transaction of the service that
// told them of what. Returned are the case and its number.
func (s *Service) Help(ctx context.Context, tx *sqlx.Tx, n Need) (id, number int64, err error) {
	r := Report{Key: n.Key, For: n.Person, Words: pg.Cut(pg.Text(n.Words), MaxWords), Urgent: n.Urgent}
	if id, number, err = s.brought(ctx, tx, n.By, r); err != nil {
		return 0, 0, fmt.Errorf("help person %d: %w", n.Person, err)
	}
	return id, number, nil
}

// brought opens a case about somebody's home that another service brings.
func (s *Service) brought(ctx context.Context, tx *sqlx.Tx, by people.Actor, r Report) (id, number int64, err error) {
	t, err := s.bring(ctx, tx, by, r.Key)
	if err != nil {
		return 0, 0, err
	}
	t.vouched = true
	r.Place.Spot = community.SpotHome
	if r.Place.Note != "" {
		r.Place.Spot = community.SpotOther
	}
	fresh, err := t.start(ctx, r)
	if err != nil {
		return 0, 0, err
	}
	how := opening{code: MoveSend}
	if r.Urgent {
		how = opening{code: MoveAlarm, ring: true}
	}
	if fresh {
		err = t.open(ctx, how)
	}
	return t.c.ID, t.c.Number, err
}

// bring begins a case that another service brings, as a draft of who says so.
func (s *Service) bring(ctx context.Context, tx *sqlx.Tx, by people.Actor, key string) (*turn, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	actor, err := people.ReadActor(ctx, tx, by.Community, by.Person)
	if err != nil {
		return nil, err
	}
	now := s.now()
	quiet := now.Add(Quiet)
	t := s.turn(tx, actor, Case{
		Community: actor.Community, Status: Draft, Reporter: actor.Person, For: actor.Person, DraftedAt: now, QuietUntil: &quiet,
	})
	return t, t.ruled(ctx)
}
