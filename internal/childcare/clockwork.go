package childcare

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
)

// What falls due on a day on which children come.
const (
	jobGate    = "care.gate"    // ten minutes after children are met, at a gate or where they are brought
	jobMissing = "care.lost"    // while a child is missing
	jobClosing = "care.closing" // when a part of the day ends
	jobUnsaid  = "care.unsaid"  // when all of it has ended
)

// dayArgs say what such a job is about.
type dayArgs struct {
	Sitting int64 `json:"sitting,omitempty"`
	Booking int64 `json:"booking,omitempty"`
	Round   int   `json:"round,omitempty"`
}

// onTheDay does what falls due on a day, of the jobs above.
func (s *Service) onTheDay(ctx context.Context, community int64, topic string, args []byte) error {
	var a dayArgs
	if err := json.Unmarshal(args, &a); err != nil {
		return err
	}
	switch topic {
	case jobGate:
		return s.atTheGate(ctx, community, a.Sitting, a.Round)
	case jobMissing:
		return s.missingAgain(ctx, community, a.Booking, a.Round)
	}
	return s.closing(ctx, community, a.Sitting, a.Round)
}

// awaitDay enqueues what falls due on a day, once its sittings are as they will be.
func (s *Service) awaitDay(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time) error {
	all, err := readSittings(ctx, tx, `s.community_id = $1 AND s.day = $2 AND s.cancelled_at IS NULL`, community, day)
	if err != nil {
		return err
	}
	var jobs []outbox.Row
	var last time.Time
	for _, sit := range all {
		what, part := sit.Pattern.What, sit.Pattern.Part
		if part == Talk {
			continue
		}
		switch {
		case what == Back:
			jobs = append(jobs, closingJob(sit, 0, sit.EndsAt.Add(asksAgain)))
		case what != Fetch && part != Noon:
			jobs = append(jobs, closingJob(sit, 0, sit.EndsAt))
		}
		if what != Back { // of whose day begins there
			jobs = append(jobs, gateJob(sit, 0, sit.StartsAt.Add(missingAfter)))
		}
		if sit.EndsAt.After(last) {
			last = sit.EndsAt
		}
	}
	if !last.IsZero() {
		jobs = append(jobs, unsaidJob(day, last))
	}
	jobs = slices.DeleteFunc(jobs, func(j outbox.Row) bool { return j.Due.Before(s.now()) }) // of what was before nobody is asked
	return outbox.Enqueue(ctx, tx, community, jobs...)
}

func gateJob(sit Sitting, round int, due time.Time) outbox.Row {
	return outbox.Row{
		Key: fmt.Sprintf("care:gate:%d:%d:%d", sit.ID, sit.StartsAt.Unix(), round), Topic: jobGate,
		Args: dayArgs{Sitting: sit.ID, Round: round}, Urgency: outbox.Urgent, Due: due,
	}
}

func closingJob(sit Sitting, round int, due time.Time) outbox.Row {
	return outbox.Row{
		Key: fmt.Sprintf("care:closing:%d:%d:%d", sit.ID, sit.EndsAt.Unix(), round), Topic: jobClosing,
		Args: dayArgs{Sitting: sit.ID, Round: round}, Urgency: outbox.Urgent, Due: due,
	}
}
