package childcare

import (
	"context"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/pg"
)

// Calendar knows which days are holidays.
type Calendar interface {
	Days(ctx context.Context, q sqlx.QueryerContext, community int64) (calendar.Days, error)
}

// Service reads and changes the small dining hall.
type Service struct {
	db   *sqlx.DB
	clk  *clock.Clock
	days Calendar
	due  func() // something may be due in the outbox

	hands  Hands  // nil: whoever runs the hall does all
	books  Books  // nil: nobody writes down what is paid
	shifts Shifts // nil: there are none
	desk   Desk   // nil: whoever runs the hall alone hears of a worry

	kitchen Kitchen // nil: nobody cooks
}

// New returns the service; due is called when something that it enqueued is
// committed.
func New(db *sqlx.DB, clk *clock.Clock, days Calendar, due func()) *Service {
	return &Service{db: db, clk: clk, days: days, due: due}
}

// now is the time as Postgres keeps it.
func (s *Service) now() time.Time { return s.clk.Now().Truncate(time.Microsecond) }

// inTx runs a verb once more where nobody knows whether it was committed: every
// verb finds its own traces and does nothing twice.
func (s *Service) inTx(ctx context.Context, fn func(tx *sqlx.Tx) error) error {
	err := pg.InTx(ctx, s.db, fn)
	if errors.Is(err, pg.ErrUnknown) {
		err = pg.InTx(ctx, s.db, fn)
	}
	if err == nil {
		s.due()
	}
	return pg.Refused(err)
}

// year is what is known of the days of a community: where its clocks hang, and which
// days are holidays.
type year struct {
	zone *time.Location
	days calendar.Days
}

func (s *Service) year(ctx context.Context, q sqlx.QueryerContext, id int64) (y year, err error) {
	c, err := community.Read(ctx, q, id)
	if err != nil {
		return year{}, err
	}
	y.zone = c.Location()
	y.days, err = s.days.Days(ctx, q, id)
	return y, err
}

// date is a day as Postgres keeps it, at midnight UTC, of a moment in a zone.
func date(at time.Time, zone *time.Location) time.Time {
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// in is a day, at midnight UTC, as the same day in a zone.
func in(day time.Time, zone *time.Location) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
}

// today is the day by the clocks of a community, at midnight UTC.
func (s *Service) today(ctx context.Context, q sqlx.QueryerContext, id int64) (time.Time, error) {
	c, err := community.Read(ctx, q, id)
	if err != nil {
		return time.Time{}, err
	}
	return date(s.now(), c.Location()), nil
}
