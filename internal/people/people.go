// Package people is who lives and works in a community: persons, the language
// they are spoken to in, where they live, and the roles they hold.
//
// What somebody may do is read inside the transaction that does it
// (ReadActor): a role that ended a moment ago counts no more.
package people

import (
	"context"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/memo"
	"github.com/linli-bot/linli/internal/pg"
)

// Actor is the person who acts. Verbs believe only the two ids of an actor
// that is handed to them and read the rest again.
type Actor struct {
	Community, Person int64
	Name              string
	Roles             []access.Role
	Areas             []int64   // where they are a member
	Doors             []Doorway // where they are a helper
	For               []int64   // whom they act for
}

// Doorway is an entrance of a building; entrance 0 is all of them.
type Doorway struct {
	Building int64
	Entrance int
}

// Staff reports whether cases may be given to them.
func (a Actor) Staff() bool { return a.Has(access.Member, access.Deputy, access.Secretary) }

// Has reports whether they hold one of some roles.
func (a Actor) Has(some ...access.Role) bool {
	return slices.ContainsFunc(a.Roles, func(r access.Role) bool { return slices.Contains(some, r) })
}

// May reports whether they may do something in a relation, as far as was known
// when the actor was read: for what is shown. Verbs look again.
func (a Actor) May(do access.Action, rel access.Relation) bool {
	return access.Allow(do, a.Roles, rel) == nil
}

// Person is somebody in a community.
type Person struct {
	ID        int64
	Telegram  int64  // 0: none
	Name      string // what to call them; before they agreed, as Telegram has it
	Language  string
	BirthYear int // 0: not known
	Phone     string
	Building  int64 // 0: not known
	Entrance  int   // 0: not known
	Flat      string
	ConsentAt *time.Time
	Reachable bool // Telegram delivers to them
}

// Known reports whether they agreed to be helped.
func (p Person) Known() bool { return p.ConsentAt != nil }

// Settled reports whether we know in which building they live.
func (p Person) Settled() bool { return p.Building != 0 }

// Telegram is what Telegram tells of somebody who writes.
type Telegram struct {
	ID        int64
	FirstName string
	Language  string
}

// Registration is what a member or the secretary enters of somebody.
type Registration struct {
	Telegram  int64 // 0: none
	Name      string
	Language  string // "": the community's
	BirthYear int
	Phone     string
	Building  int64
	Entrance  int
	Flat      string
	Consent   bool // they agreed, on paper or by word
}

// Service reads and changes persons.
type Service struct {
	db       *sqlx.DB
	clk      *clock.Clock
	visitors *memo.Memo[whose, visitor]

	followers []Follower
	due       func() // something may be due in the outbox; nil: nobody need know
}

// Wakes is called with what wakes the outbox's worker, while linli is wired.
func (s *Service) Wakes(due func()) { s.due = due }

// New returns the service.
func New(db *sqlx.DB, clk *clock.Clock) *Service {
	return &Service{db: db, clk: clk, visitors: memo.New(visitor.byTelegram, visitor.byNumber)}
}

// inTx changes something of people.
func (s *Service) inTx(ctx context.Context, fn func(tx *sqlx.Tx) error) error {
	defer s.visitors.Forget()
	err := pg.InTx(ctx, s.db, fn)
	if err == nil && s.due != nil {
		s.due()
	}
	return err
}
