package notices

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// How a notice comes again. Codes are stored.
const (
	Weekly  = "weekly"
	Monthly = "monthly"
)

// repeat sets the notice that comes after one which goes out, where it is to come again:
// its author hears of it, and can stop it.
func (s *Service) repeat(ctx context.Context, tx *sqlx.Tx, n Notice, zone *time.Location) error {
	if n.Repeats == "" {
		return nil
	}
	author := people.Actor{Community: n.Community, Person: n.Author}
	if err := s.announces(ctx, tx, author, n.Weight, n.For); isNotFound(err) { // they may no more
		return nil
	} else if err != nil {
		return err
	}
	next := n.Draft
	next.Key, next.Of, next.Template = fmt.Sprintf("repeat:%d", n.ID), n.ID, ""
	next.At, next.Until = later(n.Repeats, n.At.In(zone)), later(n.Repeats, n.Until.In(zone))
	if !n.DoorsAt.IsZero() {
		next.DoorsAt = later(n.Repeats, n.DoorsAt.In(zone))
	}
	if n.Happens != nil {
		next.Happens = &Happens{
			Starts: later(n.Repeats, n.Happens.Starts.In(zone)), Ends: later(n.Repeats, n.Happens.Ends.In(zone)),
			Place: n.Happens.Place, Places: n.Happens.Places,
		}
	}
	if next.Weight == Urgent { // what is urgent is so once
		next.Weight = Important
	}
	again, err := s.set(ctx, tx, n.Community, n.Author, next)
	if err != nil {
		return err
	}
	return s.tellAuthor(ctx, tx, again, note{topic: topicRepeats})
}

// later is the same time of a week or a month on; a month that is too short has it on
// its last day.
func later(repeats string, at time.Time) time.Time {
	if repeats == Weekly {
		return at.AddDate(0, 0, 7)
	}
	if next := at.AddDate(0, 1, 0); next.Day() == at.Day() {
		return next
	}
	y, m, _ := at.Date()
	return time.Date(y, m+2, 0, at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), at.Location())
}
