// Package groups is the group chats in which the bot is: what each is for,
// which buildings it is of, in which language it reads, and what may be posted
// there.
//
//	added → untied → tied      a secretary or deputy says what it is for
//	          ↓        ↓
//	         left     gone     nobody said so for a day; the bot was taken out
//
// A group is nobody: it is told no name and no flat, and whoever writes there
// is answered in private alone. What happens to a tied group that keeps the bot
// from posting is told to whoever is in charge.
package groups

import (
	"context"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/pg"
)

// Purpose is what a group is for. Codes are stored.
type Purpose string

// The purposes.
const (
	Residents  Purpose = "residents"
	Duty       Purpose = "duty"
	Kitchen    Purpose = "kitchen"
	Childcare  Purpose = "childcare"
	Volunteers Purpose = "volunteers"
)

// Purposes are all purposes, in the order in which they are offered.
var Purposes = []Purpose{Residents, Duty, Kitchen, Childcare, Volunteers}

// Post is a kind of what is posted to groups. Codes are stored.
type Post string

// The kinds of posts. None holds a name or a flat.
const (
	Notices  Post = "notices"  // what the community announces
	Problems Post = "problems" // a new case: building and kind
	Fixed    Post = "fixed"    // one that held
)

// Posts are all kinds of posts, in the order in which they are offered.
var Posts = []Post{Notices, Problems, Fixed}

// Usual are the posts that a group of a purpose begins with.
func (p Purpose) Usual() []Post {
	switch p {
	case Residents:
		return []Post{Notices, Fixed}
	case Duty:
		return []Post{Notices, Problems, Fixed}
	default:
		return []Post{Notices}
	}
}

// MayWait is how long the bot stays in a group that nobody ties.
const MayWait = 24 * time.Hour

// Group is a group chat.
type Group struct {
	ID        int64
	Chat      int64 `db:"chat_id"` // at Telegram
	Title     string
	Purpose   Purpose       // "": nobody has said
	Buildings pq.Int64Array // none: all
	Posts     pq.StringArray
	Language  string     // "": the community's
	Topic     int64      `db:"topic_id"` // of a forum; 0: the general one
	LeaveAt   *time.Time `db:"leave_at"` // when the bot leaves it, while it is not tied
	Waits     int        // how often it began to wait for somebody to tie it
	Silent    bool       // the bot may not write there
	Gone      bool       // the bot is no longer there
}

// Tied reports whether somebody has said what the group is for.
func (g Group) Tied() bool { return g.Purpose != "" }

// Takes reports whether a kind of post goes there.
func (g Group) Takes(p Post) bool { return slices.Contains(g.Posts, string(p)) }

// Service keeps groups.
type Service struct {
	db   *sqlx.DB
	clk  *clock.Clock
	wake func()
}

// New returns the service; wake tells whoever sends that something may be due.
func New(db *sqlx.DB, clk *clock.Clock, wake func()) *Service {
	return &Service{db: db, clk: clk, wake: wake}
}

// inTx changes something of groups, and lets it be told.
func (s *Service) inTx(ctx context.Context, fn func(tx *sqlx.Tx) error) error {
	if err := pg.InTx(ctx, s.db, fn); err != nil {
		return pg.Refused(err)
	}
	s.wake()
	return nil
}
