package calm

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// Service keeps for the morning what must not disturb a night.
type Service struct {
	db  *sqlx.DB
	clk *clock.Clock
	due func() // something may be due in the outbox
}

// New returns the service; due is called when something was let go.
func New(db *sqlx.DB, clk *clock.Clock, due func()) *Service {
	return &Service{db: db, clk: clk, due: due}
}

// inTx runs a verb once more where nobody knows whether it was committed: every
// verb finds its own traces.
func (s *Service) inTx(ctx context.Context, fn func(tx *sqlx.Tx) error) error {
	err := pg.InTx(ctx, s.db, fn)
	if errors.Is(err, pg.ErrUnknown) {
		err = pg.InTx(ctx, s.db, fn)
	}
	if err == nil {
		s.due()
	}
	return err
}

// now is the time as Postgres keeps it.
func (s *Service) now() time.Time { return s.clk.Now().Truncate(time.Microsecond) }

// Open lets go what is kept for the actor: they tapped for it, and it comes at
// once, as it stands now. It returns the digest that told of it, and whether it
// was there still. What is not theirs, or was in no digest, is not there.
func (s *Service) Open(ctx context.Context, actor people.Actor, id int64) (digest int64, opened bool, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		digest, err = outbox.DigestOf(ctx, tx, actor.Community, actor.Person, id)
		if errors.Is(err, outbox.ErrNotSent) {
			return access.NotFound()
		}
		if err != nil {
			return err
		}
		opened, err = outbox.Release(ctx, tx, outbox.Released{
			Community: actor.Community, Person: actor.Person, Due: s.now(), Sounds: outbox.Asked,
		}, id)
		return err
	})
	if err != nil {
		return 0, false, fmt.Errorf("open what was kept: %w", err)
	}
	return digest, opened, nil
}

// Kept is a message that is kept.
type Kept = outbox.Kept

// Left reads what of a digest somebody has not opened, and is not over.
func (s *Service) Left(ctx context.Context, community, person, digest int64) ([]Kept, error) {
	return outbox.ReadDigest(ctx, s.db, community, person, digest)
}

// Lost ends what a digest told of that did not arrive: passOn does of each
// message what is done when it cannot arrive itself. A repeat goes on with what
// is left.
func (s *Service) Lost(ctx context.Context, community, person, digest int64, passOn func(k Kept) error) error {
	left, err := s.Left(ctx, community, person, digest)
	if err != nil {
		return fmt.Errorf("digest %d was lost: %w", digest, err)
	}
	for _, k := range left {
		if err := passOn(k); err != nil {
			return fmt.Errorf("digest %d was lost: %w", digest, err)
		}
		err := s.inTx(ctx, func(tx *sqlx.Tx) error { return outbox.Lose(ctx, tx, community, k.ID, s.now()) })
		if err != nil {
			return fmt.Errorf("digest %d was lost: %w", digest, err)
		}
	}
	return nil
}
