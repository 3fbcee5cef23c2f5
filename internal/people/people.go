// Package people is who lives and works in a community: the register of persons
// and their households, whether somebody is here, the roles they hold, who acts
// for whom, and the one-time links by which roles, ties and Telegram accounts
// come about.
//
// What somebody may do is read inside the transaction that does it
// (ReadActor): a role that ended a moment ago counts no more.
package people

import (
	"context"
	"database/sql/driver"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

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
	Cleared           bool      // they may be alone with children
}

// Doorway is an entrance of a building; entrance 0 is all of them.
type Doorway struct {
	Building int64
	Entrance int
}

// Staff reports whether cases may be given to them.
func (a Actor) Staff() bool { return a.Has(access.Member, access.Deputy, access.Secretary) }

// Holds reports whether cases can be theirs to see to.
func (a Actor) Holds() bool { return a.Staff() || a.Has(access.Mediator) }

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
	Household int64 // 0: not known
	Languages Codes // that they speak beside Language
	Tags      Codes // what those who help should know, see Tags
	Initials  string
	ConsentAt *time.Time
	Reachable bool       // Telegram delivers to them
	Presence  Presence   // whether they are here
	Until     *time.Time // the day of their return, at midnight UTC; nil: nobody knows
	Merged    int64      // who they turned out to be; 0: they are themselves

	QuietFrom, QuietUntil *int // minutes of the day between which nothing disturbs them; nil: as the community has it

	BlockedAt *time.Time // nothing new of theirs is taken in since, but for a danger
}

// Blocked reports whether nothing new of theirs is taken in.
func (p Person) Blocked() bool { return p.BlockedAt != nil }

// Here reports whether they are: who is not is asked and told nothing.
func (p Person) Here() bool { return p.Presence == Here }

// Gone reports whether they moved, died or left.
func (p Person) Gone() bool { return p.Presence == Moved || p.Presence == Died || p.Presence == Left }

// onRegister reports whether somebody can still be given anything: they are not
// gone, and not one whom the register knows by another row.
func (p Person) onRegister() bool { return !p.Gone() && p.Merged == 0 }

// Ways to reach somebody.
const (
	ByTelegram = "telegram"
	ByPhone    = "phone"
	AtDoor     = "door"
)

// Reach is how they are reached, the easiest way first.
func (p Person) Reach() string {
	switch {
	case p.Reachable:
		return ByTelegram
	case p.Phone != "":
		return ByPhone
	default:
		return AtDoor
	}
}

// Codes are a list of codes as Postgres keeps it; an empty one is nil.
type Codes []string

// Scan reads the list.
func (c *Codes) Scan(src any) error {
	var list pq.StringArray
	if err := list.Scan(src); err != nil {
		return err
	}
	*c = nil
	if len(list) > 0 {
		*c = Codes(list)
	}
	return nil
}

// Value is the list as Postgres takes it.
func (c Codes) Value() (driver.Value, error) {
	if c == nil {
		c = Codes{}
	}
	return pq.StringArray(c).Value()
}

// Tags are what those who help somebody should know, in the order in which
// they are offered.
var Tags = []string{"alone", "hearing", "sight", "walking", "disabled", "memory"}

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
	Languages Codes
	Tags      Codes
	Consent   bool // they agreed, on paper or by word
}

// Service reads and changes persons.
type Service struct {
	db       *sqlx.DB
	clk      *clock.Clock
	visitors *memo.Memo[whose, visitor]
	due      func() // something may be due in the outbox

	followers []Follower
	barring   Barring
}

// New returns the service.
func New(db *sqlx.DB, clk *clock.Clock) *Service {
	s := &Service{db: db, clk: clk, visitors: memo.New(visitor.byTelegram, visitor.byNumber), due: func() {}}
	s.Follow(ties{})
	return s
}

// Wakes is called when something that the service enqueued is committed. It is
// set while linli is wired.
func (s *Service) Wakes(due func()) { s.due = due }

// inTx changes something of people.
func (s *Service) inTx(ctx context.Context, fn func(tx *sqlx.Tx) error) error {
	defer s.visitors.Forget()
	err := pg.InTx(ctx, s.db, fn)
	if err == nil {
		s.due()
	}
	return err
}
