package today

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/roster"
)

// Every is how long changes of a page are gathered: it is edited so often at most.
const Every = 5 * time.Second

// night is when a page that somebody asked for is over: before anybody's morning.
var night = calendar.ClockAt(4, 0)

// Service keeps which page is whose.
type Service struct {
	db  *sqlx.DB
	clk *clock.Clock
	due func() // something may be due in the outbox
}

// New returns the service; due is called when something that it enqueued is
// committed.
func New(db *sqlx.DB, clk *clock.Clock, due func()) *Service {
	return &Service{db: db, clk: clk, due: due}
}

var (
	_ roster.Follower = (*Service)(nil)
	_ people.Follower = (*Service)(nil)
)

// MayHave reports whether there is a page of the day for somebody: for who has a
// part in the work.
func MayHave(a people.Actor) bool { return a.May(access.JoinShift, access.SameArea) || a.Holds() }

// page is a message that shows somebody's day.
type page struct {
	after  time.Duration // so much later than what else is told at that moment
	Person int64
	Key    string
	Shift  int64 // 0: they asked for it
	Until  time.Time
}

func subject(person int64) string { return fmt.Sprintf("today:%d", person) }

// Open puts a new page before somebody who asks for it: until the end of their
// shift, or next morning. The key is of the asking: a repeat makes no second page.
func (s *Service) Open(ctx context.Context, actor people.Actor, key string) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		now, err := people.ReadActor(ctx, tx, actor.Community, actor.Person)
		if err != nil {
			return err
		}
		if !MayHave(now) {
			return access.NotFound()
		}
		p, err := s.asked(ctx, tx, now, key)
		if err != nil {
			return err
		}
		return s.show(ctx, tx, actor.Community, p)
	})
	if err != nil {
		return fmt.Errorf("open the day of person %d: %w", actor.Person, err)
	}
	return nil
}

// asked is the page that somebody asks for.
func (s *Service) asked(ctx context.Context, tx *sqlx.Tx, a people.Actor, key string) (page, error) {
	p := page{Person: a.Person, Key: fmt.Sprintf("today:%d:%s", a.Person, key)}
	on, err := roster.Of(ctx, tx, a, s.now(), s.now())
	if err != nil {
		return page{}, err
	}
	if len(on) > 0 {
		p.Shift, p.Until = on[0].ID, on[0].EndsAt
		return p, nil
	}
	c, err := community.Read(ctx, tx, a.Community)
	if err != nil {
		return page{}, err
	}
	p.Until = night.Next(s.now().In(c.Location()))
	return p, nil
}

// show enqueues a page and takes the one before away. A page that somebody asked
// for ends by itself.
func (s *Service) show(ctx context.Context, tx *sqlx.Tx, community int64, p page) error {
	old, err := s.replace(ctx, tx, community, p)
	if err != nil || old.Key == p.Key {
		return err
	}
	rows := []outbox.Row{p.row(p.Key, "today.page", "", s.now().Add(p.after))}
	if p.Shift == 0 {
		rows = append(rows, p.row(p.Key+":over", "today.over", p.Key, p.Until))
	}
	if old.Key == "" {
		return outbox.Enqueue(ctx, tx, community, rows...)
	}
	if err := outbox.Withdraw(ctx, tx, community, append(old.pending(s.now()), old.Key, old.Key+":over")...); err != nil {
		return err
	}
	away := old.row(old.Key+":gone", "today.gone", old.Key, s.now())
	return outbox.Enqueue(ctx, tx, community, append([]outbox.Row{away}, rows...)...)
}

// replace notes a page as the live one, and returns the one before: without a key
// where there was none, with the same where it is the live one already. Of two
// who replace one page the later finds that of the other.
func (s *Service) replace(ctx context.Context, tx *sqlx.Tx, community int64, p page) (old page, err error) {
	old = page{Person: p.Person}
	err = tx.GetContext(ctx, &old.Key, `
		INSERT INTO today_pages AS t (community_id, person_id, key, shift_id, until) VALUES ($1, $2, $3, nullif($4::bigint, 0), $5)
		ON CONFLICT (community_id, person_id) DO UPDATE SET previous = t.key, key = $3, shift_id = nullif($4::bigint, 0), until = $5
			WHERE t.key <> $3
		RETURNING previous`, community, p.Person, p.Key, p.Shift, p.Until)
	if errors.Is(err, sql.ErrNoRows) {
		old.Key, err = p.Key, nil
	}
	if err != nil {
		return page{}, fmt.Errorf("note page of person %d: %w", p.Person, err)
	}
	return old, nil
}

// Told is what a row of the outbox says of a page.
type Told struct {
	Key   string `json:"key"`
	Shift int64  `json:"shift,omitempty"` // 0: somebody asked for it
}

func (p page) row(key, topic, edits string, due time.Time) outbox.Row {
	return outbox.Row{
		Key: key, Person: p.Person, Subject: subject(p.Person), Topic: topic, Args: Told{p.Key, p.Shift}, Urgency: outbox.Task, Due: due, Edits: edits,
	}
}

// change is the edit that gathers what changes at a moment.
func (p page) change(now time.Time) outbox.Row {
	due := now.Truncate(Every).Add(Every)
	return p.row(fmt.Sprintf("%s:at:%d", p.Key, due.Unix()), "today.edit", p.Key, due)
}

// pending are the keys of edits that may wait still.
func (p page) pending(now time.Time) []string {
	return []string{p.change(now).Key, p.change(now.Add(-Every)).Key}
}

// Changed draws the pages of some people again, in the transaction in which
// something of theirs changes: once for all that changes within Every. Where none
// of them has one it costs one look into an index.
func (s *Service) Changed(ctx context.Context, tx *sqlx.Tx, community int64, persons ...int64) error {
	var pages []page
	err := tx.SelectContext(ctx, &pages, `
		SELECT person_id AS person, key FROM today_pages
		WHERE community_id = $1 AND person_id = ANY ($2) AND until > $3`, community, pq.Array(persons), s.now())
	if err != nil {
		return fmt.Errorf("read pages: %w", err)
	}
	rows := make([]outbox.Row, len(pages))
	for i, p := range pages {
		rows[i] = p.change(s.now())
	}
	return outbox.Enqueue(ctx, tx, community, rows...)
}

// Live reports whether a page is the one that its reader has now.
func (s *Service) Live(ctx context.Context, community, person int64, key string) (bool, error) {
	var is bool
	err := s.db.GetContext(ctx, &is, `
		SELECT EXISTS (SELECT FROM today_pages WHERE community_id = $1 AND person_id = $2 AND key = $3)`, community, person, key)
	if err != nil {
		return false, fmt.Errorf("read page of person %d: %w", person, err)
	}
	return is, nil
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
