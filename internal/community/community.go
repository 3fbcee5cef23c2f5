// Package community is the neighbourhood itself: its name, language and zone,
// its areas and buildings, and the kinds of problems that people bring.
//
// One bot is one community. Nothing here knows persons: who may change what is
// decided by the callers, which hand in the id of whoever acts for the event.
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
	Bot         int64  // the bot's id at Telegram
	Name        string // as told to people
	Language    string // of those whose own is not known
	Zone        string // IANA name
	OfficePhone string `db:"office_phone"` // "" where none is known

	location *time.Location // of Zone, once it was looked up
}

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
	Name string
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

// inTx changes something of a community.
func (s *Service) inTx(ctx context.Context, fn func(tx *sqlx.Tx) error) error {
	defer s.towns.Forget()
	defer s.buildings.Forget()
	return pg.InTx(ctx, s.db, fn)
}
