package childcare

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// wordMost is how often it is asked what is the matter where children are met, before all
// who are expected there are missing.
const wordMost = 12

// atTheGate looks ten minutes after its time whom nobody has met of those whose day begins
// with a sitting, at a gate or where they are brought. Where somebody said something of it,
// these are missing. Where nobody has, it is not the children that are missed: who meets
// them and who runs the hall are rung, and from the second time on who decides knows, until
// somebody says a word. After an hour without one all are missing, and urgent cases.
func (s *Service) atTheGate(ctx context.Context, community, sitting int64, round int) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		sit, err := readSitting(ctx, tx, community, sitting)
		if err != nil || sit.CancelledAt != nil {
			return err
		}
		if at := sit.StartsAt.Add(missingAfter); s.now().Before(at) { // it was moved
			return outbox.Enqueue(ctx, tx, community, gateJob(sit, 0, at))
		}
		if today, err := s.today(ctx, tx, community); err != nil || !today.Equal(sit.Day) {
			return err
		}
		some, err := s.unmet(ctx, tx, sit)
		if err != nil || len(some) == 0 {
			return err
		}
		paper, err := isOnPaper(ctx, tx, sit.Community, sit.Day)
		if err != nil {
			return err
		}
		if paper { // somebody may tap again: then it is asked as ever
			return outbox.Enqueue(ctx, tx, community, gateJob(sit, round, s.now().Add(ringsAgain)))
		}
		said, err := saidOf(ctx, tx, sit)
		if err != nil {
			return err
		}
		switch {
		case said:
			return missing(ctx, some)
		case round < wordMost:
			return s.noWord(ctx, tx, sit, some, round)
		}
		return unheard(ctx, some)
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

// missing says of all of them that they are.
func missing(ctx context.Context, some []absentee) error {
	for _, one := range some {
		if err := one.w.miss(ctx, one.b); err != nil {
			return err
		}
	}
	return nil
}

// unheard says that they are missing, and opens their cases at once: nobody has said a word
// of them for an hour.
func unheard(ctx context.Context, some []absentee) error {
	for _, one := range some {
		if err := one.w.miss(ctx, one.b); err != nil {
			return err
		}
		b, err := readBooking(ctx, one.w.tx, one.b.Community, one.b.ID)
		if err == nil && b.MissingAt != nil {
			err = one.w.urgent(ctx, b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// noWord rings who meets the children, and who runs the hall; from the second time on who
// decides for them reads, once, that nobody said anything.
func (s *Service) noWord(ctx context.Context, tx *sqlx.Tx, sit Sitting, some []absentee, round int) error {
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
	args := detail{"sitting": sit.ID, "day": day, "n": len(some), "round": round, "brought": sit.Pattern.What != Fetch}
	err = s.tell(ctx, tx, sit.Community, news{to: to, topic: topicNoWord, subject: fmt.Sprintf("care:gate:%d", sit.ID), of: event, args: args, rings: true})
	if err != nil {
		return err
	}
	for _, one := range some {
		if err := one.w.unheardOf(ctx, one.b, sit, round); err != nil {
			return err
		}
	}
	return outbox.Enqueue(ctx, tx, sit.Community, gateJob(sit, round+1, s.now().Add(ringsAgain)))
}

// unheardOf tells who decides for the child that nobody said whether it was met: once of a
// gate, from the second round on.
func (w *ward) unheardOf(ctx context.Context, b Booking, sit Sitting, round int) error {
	if round == 0 {
		return nil
	}
	to, err := deciders(ctx, w.tx, b.Community, b.Child)
	if err != nil {
		return err
	}
	args := detail{"booking": b.ID, "sitting": sit.ID}
	return w.tell(ctx, news{to: to, topic: topicUnheard, subject: w.lane(), of: sit.ID, args: args, rings: true})
}

// heard says in the place of that, now that it is known, where the child is.
func (w *ward) heard(ctx context.Context) error {
	if w.mute {
		return nil
	}
	return w.over(ctx, news{subject: w.lane(), topic: topicUnheard, args: detail{"custody": w.is.ID}})
}
