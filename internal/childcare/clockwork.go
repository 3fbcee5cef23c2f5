package childcare

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
)

// What falls due on a day on which children come.
const (
	jobGate    = "care.gate"    // ten minutes after children are met at a gate
	jobMissing = "care.lost"    // while a child is missing
	jobClosing = "care.closing" // when a part of the day ends, and every ten minutes from then on
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
	return s.closing(ctx, community, a.Sitting)
}

// awaitDay enqueues what falls due on a day, once its sittings are as they will be.
func (s *Service) awaitDay(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time) error {
	all, err := readSittings(ctx, tx, `s.community_id = $1 AND s.day = $2 AND s.cancelled_at IS NULL`, community, day)
	if err != nil {
		return err
	}
	for _, sit := range all {
		var job outbox.Row
		switch {
		case sit.Pattern.What == Fetch:
			job = gateJob(sit, 0, sit.StartsAt.Add(missingAfter))
		case sit.Pattern.What == Back:
			job = closingJob(sit, sit.EndsAt.Add(asksAgain))
		case sit.Pattern.Part == After || sit.Pattern.Part == Whole:
			job = closingJob(sit, sit.EndsAt)
		}
		if job.Due.Before(s.now()) { // it is none, or over: of what was before nobody is asked
			continue
		}
		if err := outbox.Enqueue(ctx, tx, community, job); err != nil {
			return err
		}
	}
	return nil
}

func gateJob(sit Sitting, round int, due time.Time) outbox.Row {
	return outbox.Row{
		Key: fmt.Sprintf("care:gate:%d:%d:%d", sit.ID, due.Unix(), round), Topic: jobGate,
		Args: dayArgs{Sitting: sit.ID, Round: round}, Urgency: outbox.Urgent, Due: due,
	}
}

func closingJob(sit Sitting, due time.Time) outbox.Row {
	return outbox.Row{
		Key: fmt.Sprintf("care:closing:%d:%d", sit.ID, due.Unix()), Topic: jobClosing,
		Args: dayArgs{Sitting: sit.ID}, Urgency: outbox.Urgent, Due: due,
	}
}
