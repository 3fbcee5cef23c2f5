package childcare

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// wordMost is how often it is asked what is the matter where children are met.
const wordMost = 12

// atTheGate looks ten minutes after its time whom nobody has met of those whose day begins
// with a sitting, at a gate or where they are brought. Where somebody said something of it,
// these are missing. Where nobody has, it is not the children that are missed: who meets
// them and who runs the hall are rung, until somebody says a word.
func (s *Service) atTheGate(ctx context.Context, community, sitting int64, round int) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		sit, err := readSitting(ctx, tx, community, sitting)
		if err != nil || sit.CancelledAt != nil {
			return err
		}
		if at := sit.StartsAt.Add(missingAfter); s.now().Before(at) { // it was moved
			return outbox.Enqueue(ctx, tx, community, gateJob(sit, 0, at))
		}
		paper, err := onPaper(ctx, tx, community, sit.Day)
		if err != nil || paper {
			return err
		}
		some, err := s.unmet(ctx, tx, sit)
		if err != nil || len(some) == 0 {
			return err
		}
		said, err := saidOf(ctx, tx, sit)
		if err != nil {
			return err
		}
		if !said {
			return s.noWord(ctx, tx, sit, len(some), round)
		}
		for _, one := range some {
			if err := one.w.miss(ctx, one.b); err != nil {
				return err
			}
		}
		return nil
	})
}

// absentee is a child that nobody has met.
type absentee struct {
	w *ward
	b Booking
}

// unmet are the children who begin with a sitting and whom nobody has met, held.
func (s *Service) unmet(ctx context.Context, tx *sqlx.Tx, sit Sitting) (all []absentee, err error) {
	some, err := comesTo(ctx, tx, sit.Community, sit.ID, beginsSQL)
	if err != nil {
		return nil, err
	}
	for _, b := range some {
		w, err := s.ward(ctx, tx, people.Actor{Community: sit.Community}, b.Child, b.Day, s.now())
		if err != nil {
			return nil, err
		}
		if b, err = readBooking(ctx, tx, sit.Community, b.ID); err != nil {
			return nil, err
		}
		if b.Status == Booked && b.Outcome == NoOutcome && b.MissingAt == nil && !w.here() {
			all = append(all, absentee{w, b})
		}
	}
	return all, nil
}

// saidOf reports whether who meets the children who begin with a sitting has said anything of
// it.
func saidOf(ctx context.Context, q sqlx.QueryerContext, sit Sitting) (is bool, err error) {
	err = sqlx.GetContext(ctx, q, &is, `
		SELECT EXISTS (SELECT FROM care_events e
			JOIN care_legs l ON l.community_id = e.community_id AND l.booking_id = (e.detail->>'booking')::bigint
			WHERE e.community_id = $1 AND e.day = $2 AND e.code IN ('met', 'not_yet', 'missing', 'arrived') AND l.sitting_id = $3 AND `+beginsSQL+`)`,
		sit.Community, sit.Day, sit.ID)
	return is, err
}

// noWord rings who meets the children, and who runs the hall.
func (s *Service) noWord(ctx context.Context, tx *sqlx.Tx, sit Sitting, n, round int) error {
	to, err := s.meeting(ctx, tx, sit, s.now())
	if err != nil {
		return err
	}
	day := sit.Day.Format(time.DateOnly)
	event, err := log(ctx, tx, happened{
		community: sit.Community, day: sit.Day, code: "no_word", detail: detail{"sitting": sit.ID, "round": round}, at: s.now(),
	})
	if err != nil {
		return err
	}
	args := detail{"sitting": sit.ID, "day": day, "n": n, "round": round, "brought": sit.Pattern.What != Fetch}
	err = s.tell(ctx, tx, sit.Community, news{to: to, topic: topicNoWord, subject: fmt.Sprintf("care:gate:%d", sit.ID), of: event, args: args, rings: true})
	if err != nil || round+1 >= wordMost {
		return err
	}
	return outbox.Enqueue(ctx, tx, sit.Community, gateJob(sit, round+1, s.now().Add(ringsAgain)))
}

// onPaper reports whether a day is written on paper.
func onPaper(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) (is bool, err error) {
	err = sqlx.GetContext(ctx, q, &is, `
		SELECT EXISTS (SELECT FROM care_events WHERE community_id = $1 AND day = $2 AND code = 'paper')`, community, day)
	return is, err
}
