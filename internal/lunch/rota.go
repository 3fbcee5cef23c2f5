package lunch

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
)

// Rota has the shifts of who works for meals; a day is at midnight UTC.
type Rota interface {
	// MealOff takes the works for a meal off the roster; by 0 is that nobody said so.
	MealOff(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time, by int64) error
	// MealOn puts them on it again.
	MealOn(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time) error
}

// Staffed lets the roster follow whether there is a meal. It is called while linli is
// wired.
func (s *Service) Staffed(by Rota) { s.rota = by }

// mealOff takes who works for a meal that is none off the roster, and lets those know whose
// guests eat nothing then.
func (s *Service) mealOff(ctx context.Context, tx *sqlx.Tx, d Day, by int64) error {
	if s.tables != nil {
		if err := s.tables.LunchOff(ctx, tx, d.Community, d.Day); err != nil {
			return err
		}
	}
	if s.rota == nil {
		return nil
	}
	return s.rota.MealOff(ctx, tx, d.Community, d.Day, by)
}

// mealOn puts them on it again, and lets those know.
func (s *Service) mealOn(ctx context.Context, tx *sqlx.Tx, d Day) error {
	if s.tables != nil {
		if err := s.tables.LunchOn(ctx, tx, d.Community, d.Day); err != nil {
			return err
		}
	}
	if s.rota == nil {
		return nil
	}
	return s.rota.MealOn(ctx, tx, d.Community, d.Day)
}
