package cases

import (
	"context"
	"time"

	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// Limit is how many reports one person may bring in a time.
type Limit struct {
	Within time.Duration
	Most   int
}

// Floods are the limits of everybody; Pranks are those of somebody of whose reports
// several were found to be nonsense of late. What somebody on duty writes down for
// another does not count, and a danger is never limited.
var (
	Floods = []Limit{{10 * time.Minute, 8}, {24 * time.Hour, 20}}
	Pranks = []Limit{{24 * time.Hour, 2}}
)

// Pranks count for so long, and only so many make a prankster.
const (
	prankMemory = 30 * 24 * time.Hour
	prankMost   = 3
)

// nextReport is when one more report is taken in, after those that were brought at
// the given times, the newest first. The zero time is now.
func nextReport(brought []time.Time, now time.Time, limits []Limit) time.Time {
	var next time.Time
	for _, l := range limits {
		if len(brought) < l.Most {
			continue
		}
		if free := brought[l.Most-1].Add(l.Within); free.After(now) && free.After(next) {
			next = free
		}
	}
	return next
}

// Unlimited takes in however much one person brings: for measurements.
func (s *Service) Unlimited() { s.floods, s.pranks = nil, nil }

// Strangers asks nobody whether a neighbour's case is theirs too: for measurements,
// in which everybody reports the same again and again.
func (s *Service) Strangers() { s.strangers = true }

// takesIn refuses a new report of somebody who is blocked, or who brings too many.
func (s *Service) takesIn(ctx context.Context, t *turn, by people.Person, r Report) error {
	switch {
	case r.Danger != "" || r.Channel != "":
		return nil
	case shutOut(by, t.actor):
		return errBlocked()
	case len(s.floods)+len(s.pranks) == 0:
		return nil
	}
	var past []struct {
		At    time.Time
		Prank bool
	}
	err := t.tx.SelectContext(ctx, &past, `
		SELECT drafted_at AS at, status = 'spam' AS prank FROM cases
		WHERE community_id = $1 AND reporter_id = $2 AND channel = '' AND danger = '' AND session_key <> $3 AND drafted_at > $4
		ORDER BY id DESC LIMIT $5`, t.c.Community, by.ID, r.Key, t.now.Add(-prankMemory), most)
	if err != nil {
		return err
	}
	var brought []time.Time
	pranks := 0
	for _, b := range past {
		brought = append(brought, b.At)
		if b.Prank {
			pranks++
		}
	}
	limits := s.floods
	if pranks >= prankMost {
		limits = s.pranks
	}
	if next := nextReport(brought, t.now, limits); !next.IsZero() {
		return refusal.New(refusal.Conflict, "case.too_many", "at", next)
	}
	return nil
}

// most is how many reports back the limits look: no limit is higher.
const most = 20
