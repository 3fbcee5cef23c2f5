package roster

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// Hall knows of the children what who is on their shifts must not forget.
type Hall interface {
	// Holding is how many children of a day, which is at midnight UTC, are in somebody's
	// hands.
	Holding(ctx context.Context, q sqlx.QueryerContext, community, person int64, day time.Time) (int, error)
	// Needs are when children need which work on the days from one to another.
	Needs(ctx context.Context, q sqlx.QueryerContext, community int64, from, until time.Time) ([]Need, error)
}

// Minds lets the works for children follow the hall: without it there are always some, and
// they are in nobody's hands. It is set while linli is wired.
func (s *Service) Minds(h Hall) { s.hall = h }

// inHands is how many children somebody holds who has come to a shift for children: they
// cannot leave it. Whoever takes children by their place in it waits, or is waited for
// (HeldOn).
func (s *Service) inHands(ctx context.Context, tx *sqlx.Tx, a Assignment, sh Shift) (int, error) {
	if s.hall == nil || !sh.Activity.Minds() {
		return 0, nil
	}
	if come, err := s.hasCome(ctx, tx, a, sh); err != nil || !come {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, `
		SELECT FROM assignments WHERE community_id = $1 AND id = $2 FOR NO KEY UPDATE`, a.Community, a.ID); err != nil {
		return 0, fmt.Errorf("lock place %d: %w", a.ID, err)
	}
	return s.hall.Holding(ctx, tx, a.Community, a.Person, sh.Day)
}

// hasCome reports whether somebody's time to come to a shift has come. Before it they may
// have, where they have come to no other of that day: who minds at noon may still say that
// they cannot walk back.
func (s *Service) hasCome(ctx context.Context, tx *sqlx.Tx, a Assignment, sh Shift) (come bool, err error) {
	if at := a.Comes(sh); !at.After(s.now()) || at.Sub(s.now()) > early {
		return !at.After(s.now()), nil
	}
	err = tx.GetContext(ctx, &come, `
		SELECT NOT EXISTS (SELECT FROM assignments a JOIN shifts s ON s.community_id = a.community_id AND s.id = a.shift_id
			WHERE a.community_id = $1 AND a.person_id = $2 AND a.id <> $3 AND a.ended_at IS NULL AND s.cancelled_at IS NULL
				AND s.day = $4 AND s.activity IN ('walk', 'mind') AND s.arrive_at <= $5)`,
		a.Community, a.Person, a.ID, sh.Day.Format(time.DateOnly), s.now())
	if err != nil {
		return false, fmt.Errorf("read whether person %d has come: %w", a.Person, err)
	}
	return come, nil
}

// emptyHanded refuses what would take somebody off a shift while children are in their hands
// (roster.holds, "n"; roster.holds_still, "n" and "name", where another would).
func (s *Service) emptyHanded(ctx context.Context, tx *sqlx.Tx, a Assignment, sh Shift, by int64) error {
	n, err := s.inHands(ctx, tx, a, sh)
	if err != nil || n == 0 {
		return err
	}
	if a.Person == by {
		return refusal.New(refusal.Conflict, "roster.holds", "n", n)
	}
	p, err := people.ReadPerson(ctx, tx, a.Community, a.Person)
	if err != nil {
		return err
	}
	return refusal.New(refusal.Conflict, "roster.holds_still", "n", n, "name", p.Name)
}

// held reports whether children are in the hands of somebody on a shift, which is locked.
func (s *Service) held(ctx context.Context, tx *sqlx.Tx, sh Shift) (bool, error) {
	here, err := on(ctx, tx, sh.Community, sh.ID)
	if err != nil {
		return false, err
	}
	for _, a := range here {
		if n, err := s.inHands(ctx, tx, a, sh); err != nil || n > 0 {
			return n > 0, err
		}
	}
	return false, nil
}
