// Package community is the neighbourhood itself: its name, language and zone,
// its areas and buildings, the kinds of problems that people bring, and what
// else differs from one neighbourhood to the next.
//
// One bot is one community. What becomes different is a Change, whoever asks
// for it: a phone makes one, a file many. Nothing here knows persons: who may
// change what is decided by the callers, which hand in the id of whoever acts
// for the event.
package community

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/memo"
	"github.com/linli-bot/linli/internal/pg"
)

// Community is one neighbourhood, served by one bot.
type Community struct {
	ID          int64
	Bot         int64       // the bot's id at Telegram
	Name        string      // as told to people
	Language    string      // of those whose own is not known
	Zone        string      // IANA name
	OfficePhone string      `db:"office_phone"` // "" where none is known
	OutsideBody string      `db:"outside_body"` // name and number for a complaint that nobody here may read; "": the usual one
	Emergency   Numbers     // where they differ from the usual ones: see Number
	RoleNames   RoleNames   `db:"role_names"`   // where they differ from the bot's own
	DangerWords DangerWords `db:"danger_words"` // beside those that everybody knows
	Kinds       Kinds       // of problems, in their order, also those not offered any more
	DutyFrom    int         `db:"duty_from"` // minutes of the day between which the office is open
	DutyUntil   int         `db:"duty_until"`
	QuietFrom   int         `db:"quiet_from"`  // minutes of the day between which only what is urgent makes a sound
	QuietUntil  int         `db:"quiet_until"` // the same: never

	location *time.Location // of Zone, once it was looked up
}

// RoleNames are what roles are called, by role and language.
type RoleNames map[string]Names

// Scan reads the names as the database gives them.
func (r *RoleNames) Scan(from any) error { return scan(from, r) }

// Location is the community's zone.
func (c Community) Location() *time.Location {
	if c.location != nil {
		return c.location
	}
	if loc, err := time.LoadLocation(c.Zone); err == nil {
		return loc
	}
	return time.UTC // zones are checked when they are set; one that vanished from the machine stops nobody
}

// Area is a part of the community that has its own members.
type Area struct {
	ID   int64
	Name string // "" is the community's only one, which nobody named
}

// Building is one house.
type Building struct {
	ID        int64
	Area      int64  `db:"area_id"`
	Name      string // as told to people
	Entrances int
}

// Service reads and changes communities.
type Service struct {
	db        *sqlx.DB
	clk       *clock.Clock
	towns     *memo.Memo[int64, Community]
	buildings *memo.Memo[int64, []Building]
}

// New returns the service.
func New(db *sqlx.DB, clk *clock.Clock) *Service {
	return &Service{db: db, clk: clk, towns: memo.New[int64, Community](), buildings: memo.New[int64, []Building]()}
}

// InTx runs a verb that changes something of a community: what is remembered
// of it is forgotten afterwards.
func (s *Service) InTx(ctx context.Context, fn func(tx *sqlx.Tx) error) error {
	defer s.towns.Forget()
	defer s.buildings.Forget()
	return pg.InTx(ctx, s.db, fn)
}
