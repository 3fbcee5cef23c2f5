package lunch

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
)

// Held is held.
func Held(now, closes time.Time) (from, until time.Time) { return held(now, closes) }

// Can is can.
func Can(from, to Status) bool { return can(from, to) }

// Stand is stand of a day that is held alone.
func (s *Service) Stand(ctx context.Context, community int64, day time.Time) error {
	return s.alone(ctx, community, day, s.stand)
}

// Unlist is unlist of a day that is held alone.
func (s *Service) Unlist(ctx context.Context, community int64, day time.Time) error {
	return s.alone(ctx, community, day, s.unlist)
}

func (s *Service) alone(ctx context.Context, community int64, day time.Time, do func(context.Context, *sqlx.Tx, Day) error) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		d, err := lockDay(ctx, tx, community, day, true)
		if err != nil {
			return err
		}
		return do(ctx, tx, d)
	})
}

// CanDay is canDay.
func CanDay(from, to State) bool { return canDay(from, to) }
