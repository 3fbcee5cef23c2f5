package cases

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/refusal"
)

// Days knows which days are worked in a community. It may be asked inside a
// transaction, whose reader it gets.
type Days interface {
	Days(ctx context.Context, q sqlx.QueryerContext, community int64) (calendar.Days, error)
}

// Works says who knows which days are worked. It is called while linli is wired.
func (s *Service) Works(d Days) { s.days = d }

// rules are by what the clocks of a community run: how soon things of a kind are
// taken and done, and when the office works.
type rules struct {
	kinds community.Kinds
	duty  calendar.Duty // without a zone: nobody has said, and every hour counts
}

// rulesOf reads them before a transaction begins; a community that is not there is
// found out by whoever's permission is looked for in it.
func (s *Service) rulesOf(ctx context.Context, id int64) (rules, error) {
	c, err := s.kinds.ByID(ctx, id)
	if refusal.Is(err, refusal.NotFound) {
		return rules{}, nil
	}
	if err != nil {
		return rules{}, err
	}
	return s.rulesBy(ctx, s.db, c)
}

func (s *Service) rulesBy(ctx context.Context, q sqlx.QueryerContext, c community.Community) (rules, error) {
	r := rules{kinds: c.Kinds, duty: calendar.Duty{
		Hours: calendar.Span{From: calendar.Clock(c.DutyFrom), Until: calendar.Clock(c.DutyUntil)}, Zone: c.Location(),
	}}
	if s.days == nil {
		return r, nil
	}
	days, err := s.days.Days(ctx, q, c.ID)
	r.duty.Days = days
	return r, err
}

// ruled reads them inside the transaction where nobody has before.
func (t *turn) ruled(ctx context.Context) error {
	if t.kinds != nil {
		return nil
	}
	c, err := community.Read(ctx, t.tx, t.c.Community)
	if err != nil {
		return err
	}
	t.rules, err = t.s.rulesBy(ctx, t.tx, c)
	return err
}

// worked is by when so much time has passed in which the office works, the pauses
// aside. Where it never works every hour counts.
func (r rules) worked(from time.Time, d time.Duration, pauses ...calendar.Pause) (time.Time, bool) {
	if r.duty.Zone == nil {
		return calendar.After(from, d, pauses...)
	}
	if _, opens := r.duty.Next(from); !opens {
		return calendar.After(from, d, pauses...)
	}
	return r.duty.Add(from, d, pauses...)
}

// day is how long the office works on a day.
func (r rules) day() time.Duration {
	return time.Duration(r.duty.Hours.Until-r.duty.Hours.From) * time.Minute
}

// Pauses are the times in which the clocks of a case stood.
type Pauses []calendar.Pause

// Scan reads them as the database gives them.
func (p *Pauses) Scan(from any) error {
	raw, ok := from.([]byte)
	if !ok {
		return fmt.Errorf("cannot read pauses from a %T", from)
	}
	*p = nil
	var all Pauses
	if err := json.Unmarshal(raw, &all); err != nil {
		return err
	}
	if len(all) > 0 {
		*p = all
	}
	return nil
}

// Value is how the database keeps them.
func (p Pauses) Value() (driver.Value, error) {
	if len(p) == 0 {
		return "[]", nil
	}
	raw, err := json.Marshal([]calendar.Pause(p))
	return string(raw), err
}

// open reports whether the last one goes on.
func (p Pauses) open() bool { return len(p) > 0 && p[len(p)-1].Until.IsZero() }
