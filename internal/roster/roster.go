package roster

import (
	"context"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/pg"
)

// Activity is what shifts are of. Codes are stored.
type Activity string

// Duty is being there for whatever people bring.
const Duty Activity = "duty"

// part is who may have a place in an activity, and who looks after its holes.
type part struct {
	roles []access.Role
	lead  access.Role // "": whoever is in charge
}

// parts are the activities.
var parts = map[Activity]part{
	Duty:  {roles: []access.Role{access.Member, access.Deputy, access.Secretary}},
	Cook:  {roles: []access.Role{access.Volunteer, access.Kitchen}, lead: access.Kitchen},
	Help:  {roles: []access.Role{access.Volunteer, access.Kitchen}, lead: access.Kitchen},
	Carry: {roles: []access.Role{access.Volunteer, access.Member, access.Kitchen}, lead: access.Kitchen},
	Wash:  {roles: []access.Role{access.Volunteer, access.Kitchen}, lead: access.Kitchen},
	Walk:  {roles: []access.Role{access.Carer, access.Childcare}, lead: access.Childcare},
	Mind:  {roles: []access.Role{access.Carer, access.Childcare}, lead: access.Childcare},
}

// Slots of a day of duty, in their order.
const (
	Day   = "day"
	Night = "night"
)

// Slots are all slots.
var Slots = []string{Day, Night}

// Ahead is how far ahead shifts are made.
const Ahead = 14 * 24 * time.Hour

// Shift is some hours of an activity.
type Shift struct {
	Community, ID    int64
	Activity         Activity
	Area             int64  // 0: the whole community
	Slot             string // which of the day's shifts
	Pattern          int64  // 0: it comes once
	Day              time.Time
	StartsAt, EndsAt time.Time
	ArriveAt         time.Time // when those on it come
	Places           int
	BegunAt, OverAt  *time.Time
	CancelledAt      *time.Time
	Hole             int        // how often it lacked somebody
	HoleSince        *time.Time // it does now, and those who fit are asked
	Taken            int        // places that somebody has
}

// Free is how many places nobody has.
func (s Shift) Free() int { return max(0, s.Places-s.Taken) }

// Runs reports whether the shift is going on at a moment.
func (s Shift) Runs(at time.Time) bool { return !at.Before(s.StartsAt) && at.Before(s.EndsAt) }

// How somebody came to a place. Codes are stored.
type How string

// The ways.
const (
	Standing How = "standing"
	Signed   How = "signed"
	Asked    How = "asked"
	Swapped  How = "swapped"
	Given    How = "given" // by who plans
)

// Why somebody has a place no more. Codes are stored.
type Why string

// The reasons.
const (
	Cannot     Why = "cannot"
	ForAnother Why = "swapped"
	Removed    Why = "removed" // by who plans
	Absent     Why = "absent"  // away, gone, or without the role
	Missed     Why = "missed"
	Cancelled  Why = "cancelled"
)

// Assignment is somebody's place in a shift.
type Assignment struct {
	Community, ID    int64
	Shift, Person    int64
	StartsAt, EndsAt time.Time // the shift's
	Seat             int       // 1 to the places of the shift
	How              How
	Since            time.Time
	Early            *int // minutes before the shift, below zero after it begins, when they come; nil: as all on it
	ConfirmedAt      *time.Time
	ArrivedAt        *time.Time
	MissedAt         *time.Time
	ThankedBy        int64 // 0: nobody yet
	EndedAt          *time.Time
	EndedWhy         Why
}

// Follower is a service that does something when a shift begins or ends, in the
// transaction in which that is seen to.
type Follower interface {
	// ShiftBegan is told who has a place in it, nobody where there is a hole; and
	// again of who takes one while it goes on.
	ShiftBegan(ctx context.Context, tx *sqlx.Tx, s Shift, on []int64) error
	// ShiftEnded is told who had one, and who has one in the shifts of that activity
	// and area that go on from there.
	ShiftEnded(ctx context.Context, tx *sqlx.Tx, s Shift, on, next []int64) error
}

// Board is where people read their day.
type Board interface {
	// Changed is called in the transaction in which somebody's day changes.
	Changed(ctx context.Context, tx *sqlx.Tx, community int64, persons ...int64) error
}

// Watcher is a service that looks whether enough are there.
type Watcher interface {
	// PlaceLeft is called in the transaction in which somebody has a place no more.
	PlaceLeft(ctx context.Context, tx *sqlx.Tx, s Shift) error
}

// Calendar knows which days are worked.
type Calendar interface {
	Days(ctx context.Context, q sqlx.QueryerContext, community int64) (calendar.Days, error)
}

// Service reads and changes the roster.
type Service struct {
	db        *sqlx.DB
	clk       *clock.Clock
	days      Calendar
	due       func() // something may be due in the outbox
	followers []Follower
	board     Board   // nil: nobody reads it
	watch     Watcher // nil: nobody looks
	hall      Hall    // nil: no children are minded
}

// New returns the service; due is called when something that it enqueued is
// committed.
func New(db *sqlx.DB, clk *clock.Clock, days Calendar, due func()) *Service {
	return &Service{db: db, clk: clk, days: days, due: due}
}

// Follow adds services that hear of every beginning and end. It is called while
// linli is wired.
func (s *Service) Follow(some ...Follower) { s.followers = append(s.followers, some...) }

// Shows says where people read their day. It is called while linli is wired.
func (s *Service) Shows(b Board) { s.board = b }

// Watched says who looks whether enough are there. It is called while linli is wired.
func (s *Service) Watched(by Watcher) { s.watch = by }

// show draws somebody's day again where a shift of the next day is one of theirs,
// or no more.
func (s *Service) show(ctx context.Context, tx *sqlx.Tx, a Assignment) error {
	if s.board == nil || a.StartsAt.Sub(s.now()) > 24*time.Hour {
		return nil
	}
	return s.board.Changed(ctx, tx, a.Community, a.Person)
}

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

// now is the time as Postgres keeps it.
func (s *Service) now() time.Time { return s.clk.Now().Truncate(time.Microsecond) }

// zone is where the community's clocks hang.
func zone(ctx context.Context, q sqlx.QueryerContext, id int64) (*time.Location, error) {
	c, err := community.Read(ctx, q, id)
	if err != nil {
		return nil, err
	}
	return c.Location(), nil
}
