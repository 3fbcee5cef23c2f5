package notices

import (
	"context"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/pg"
)

// Group is a group chat that takes notices.
type Group struct {
	ID, Chat  int64
	Buildings []int64 // whose it is; none: of all
	Silent    bool    // the bot may not write there
}

// Board knows the groups that take notices.
type Board interface {
	NoticeGroups(ctx context.Context, q sqlx.QueryerContext, community int64) ([]Group, error)
}

// Bookings knows who has something booked for a day.
type Bookings interface {
	Booked(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) ([]int64, error)
}

// Service reads and changes notices.
type Service struct {
	db  *sqlx.DB
	clk *clock.Clock
	due func() // something may be due in the outbox

	board    Board      // nil: there are no groups
	bookings []Bookings // none: nobody has anything booked
	desk     Desk       // nil: nobody can ask for help
}

// New returns the service; due is called when something that it enqueued is
// committed.
func New(db *sqlx.DB, clk *clock.Clock, due func()) *Service {
	return &Service{db: db, clk: clk, due: due}
}

// Posts says who knows the groups. It is called while linli is wired.
func (s *Service) Posts(b Board) { s.board = b }

// Books says who knows what people have booked. It is called while linli is wired.
func (s *Service) Books(some ...Bookings) { s.bookings = append(s.bookings, some...) }

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
