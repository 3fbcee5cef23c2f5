package childcare

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/outbox"
)

// unsaidLane is the subject of what is asked of a day after it.
func (b *book) unsaidLane() string { return "care:unsaid:" + b.name() }

// asksUnsaidAfter is how long after the last of a day it is asked who came.
const asksUnsaidAfter = 30 * time.Minute

// asksLeadAt is when, the morning after, who runs the hall is asked what nobody said.
var asksLeadAt = calendar.ClockAt(8, 0)

// unsaidJob asks who came on a day whose last sitting ends at a moment.
func unsaidJob(day, ends time.Time) outbox.Row {
	name := day.Format(time.DateOnly)
	return outbox.Row{
		Key: fmt.Sprintf("care:unsaid:%s:%d", name, ends.Unix()), Topic: jobUnsaid, Args: jobArgs{Day: name},
		Urgency: outbox.Task, Due: ends.Add(asksUnsaidAfter),
	}
}

// lastEnds is when the last sitting of the day ends to which children come; of a talk nobody
// is asked.
func (b *book) lastEnds() (at time.Time) {
	for _, s := range b.sittings {
		if s.CancelledAt == nil && s.Pattern.Part != Talk && s.EndsAt.After(at) {
			at = s.EndsAt
		}
	}
	return at
}

// unsaidAtTime asks once, in the evening, who had the children of whom nobody said whether
// they came. What is on paper is typed in: of that the lead is asked in the morning.
func (b *book) unsaidAtTime(ctx context.Context) error {
	last := b.lastEnds()
	switch {
	case last.IsZero() || b.day.State == CalledOff || b.day.State == Over:
		return nil
	case b.now.Before(last.Add(asksUnsaidAfter)): // it was moved
		return outbox.Enqueue(ctx, b.tx, b.day.Community, unsaidJob(b.day.Day, last))
	}
	paper, err := onPaper(ctx, b.tx, b.day.Community, b.day.Day)
	if err != nil || paper {
		return err
	}
	all, err := b.s.readUnsaid(ctx, b.tx, b.day.Community, b.day.Day)
	if err != nil || len(all) == 0 {
		return err
	}
	to, err := b.hadThem(ctx, all)
	if err != nil {
		return err
	}
	return b.asksUnsaid(ctx, len(all), to, b.now)
}

// unsaidNextMorning asks who runs the hall, where nobody has said it by the night.
func (b *book) unsaidNextMorning(ctx context.Context) error {
	all, err := b.s.readUnsaid(ctx, b.tx, b.day.Community, b.day.Day)
	if err != nil || len(all) == 0 {
		return err
	}
	to, err := leads(ctx, b.tx, b.day.Community)
	if err != nil {
		return err
	}
	return b.asksUnsaid(ctx, len(all), to, asksLeadAt.Next(b.now.In(b.zone)))
}

func (b *book) asksUnsaid(ctx context.Context, n int, to []int64, due time.Time) error {
	if err := b.noted(ctx, "unsaid", detail{"n": n}); err != nil {
		return err
	}
	return b.tell(ctx, news{to: to, topic: topicUnsaid, subject: b.unsaidLane(), of: b.event, args: detail{"day": b.name()}, due: due})
}

// hadThem are who had a place where some children were to be met, or who runs the hall where
// nobody had.
func (b *book) hadThem(ctx context.Context, some []Unsaid) (ids []int64, err error) {
	if b.s.hands != nil {
		for _, u := range some {
			first, err := firstOf(ctx, b.tx, b.day.Community, u.Booking)
			if err != nil {
				return nil, err
			}
			had, err := b.s.hands.Doing(ctx, b.tx, b.day.Community, first.Pattern.What.Work(), first.StartsAt, first.EndsAt)
			if err != nil {
				return nil, err
			}
			ids = append(ids, had...)
		}
	}
	if len(ids) == 0 {
		return leads(ctx, b.tx, b.day.Community)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}
