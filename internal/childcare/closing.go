package childcare

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

const (
	asksAgain = 10 * time.Minute // of a child that is still there
	asksMost  = 18               // times
	waitsFor  = 5 * time.Minute  // longer than somebody said that they need
)

// lateLane is the subject of what is asked of a child that is still there.
func (w *ward) lateLane() string { return w.lane() + ":late" }

// closing asks, from the time on at which a part of the day ends, for all children whose
// time is over and who are still there: one who decides, ten minutes later the others, and
// then who runs the hall, again and again. A child that should be at school again is the
// lead's at once. It goes on until midnight: one may come late, or come back.
func (s *Service) closing(ctx context.Context, community, sitting int64) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		sit, err := readSitting(ctx, tx, community, sitting)
		if err != nil {
			return err
		}
		today, err := s.today(ctx, tx, community)
		if err != nil || !today.Equal(sit.Day) {
			return err
		}
		paper, known, err := onPaper(ctx, tx, sit)
		if err != nil {
			return err
		}
		if paper {
			err = s.unwritten(ctx, tx, sit, known)
		} else {
			err = s.stillHere(ctx, tx, community, sit.Day)
		}
		if err != nil {
			return err
		}
		return outbox.Enqueue(ctx, tx, community, closingJob(sit, s.now().Add(asksAgain)))
	})
}

// stillHere asks for every child in the hands of staff whose time is over, whatever became
// of its booking.
func (s *Service) stillHere(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time) error {
	children, err := ours(ctx, tx, community, day)
	if err != nil {
		return err
	}
	for _, child := range children {
		w, err := s.ward(ctx, tx, people.Actor{Community: community}, child, day, s.now())
		if err != nil {
			return err
		}
		b, over, err := w.hereFor(ctx)
		if err != nil {
			return err
		}
		if !over || !w.here() || w.is.Reason == ofTalk && w.is.How == Brought {
			continue
		}
		if err := w.late(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// ours are the children of a day for whom staff answer now, in the order in which children
// are held.
func ours(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) (ids []int64, err error) {
	err = sqlx.SelectContext(ctx, q, &ids, `
		SELECT child_id FROM care_custody
		WHERE community_id = $1 AND day = $2 AND until IS NULL AND place IN ('way', 'hall') ORDER BY child_id`, community, day)
	if err != nil {
		return nil, fmt.Errorf("read whom staff hold: %w", err)
	}
	return ids, nil
}

// hereFor is the booking for which the child is there, by what was said last, and whether
// its time is over. Who is there for a talk alone is nobody's to ask for: not is over.
func (w *ward) hereFor(ctx context.Context) (b Booking, over bool, err error) {
	var is struct {
		ID   int64
		Over bool
	}
	err = w.tx.GetContext(ctx, &is, `
		SELECT b.id, coalesce((SELECT max(l.ends_at) FROM care_legs l WHERE l.community_id = b.community_id AND l.booking_id = b.id)
				+ CASE WHEN b.part = 'noon' THEN $5::bigint ELSE 0 END * interval '1 microsecond' <= $4, true) AS over
		FROM care_bookings b
		LEFT JOIN LATERAL (SELECT max(e.id) AS last FROM care_events e
			WHERE e.community_id = b.community_id AND e.child_id = b.child_id AND e.day = b.day AND e.code IN ('met', 'arrived', 'found')
				AND (e.detail->>'booking')::bigint = b.id) e ON true
		WHERE b.community_id = $1 AND b.child_id = $2 AND b.day = $3 AND b.part <> 'talk'
		ORDER BY e.last DESC NULLS LAST, b.state = 'booked' DESC, b.id DESC LIMIT 1`, w.by.Community, w.child.ID, w.day, w.now, asksAgain.Microseconds())
	if none, err := noRow(err); none || err != nil {
		return b, false, err
	}
	b, err = readBooking(ctx, w.tx, w.by.Community, is.ID)
	return b, is.Over, err
}

// askedLate is how often it was asked who comes for the child since it is there, and when last.
func (w *ward) askedLate(ctx context.Context) (rounds int, last time.Time, err error) {
	var is struct {
		N    int
		Last *time.Time
	}
	err = w.tx.GetContext(ctx, &is, `
		SELECT count(*) AS n, max(at) AS last FROM care_events
		WHERE community_id = $1 AND child_id = $2 AND day = $3 AND code = 'late'
			AND at >= coalesce((SELECT max(until) FROM care_custody WHERE community_id = $1 AND child_id = $2 AND day = $3 AND place NOT IN ('way', 'hall')), '-infinity')`,
		w.by.Community, w.child.ID, w.day)
	if is.Last != nil {
		last = *is.Last
	}
	return is.N, last, err
}

// late asks who comes for the child, every ten minutes. While somebody is on the way, as
// they said, nobody is.
func (w *ward) late(ctx context.Context, b Booking) error {
	round, last, err := w.askedLate(ctx)
	if err != nil || w.now.Before(last.Add(asksAgain)) {
		return err
	}
	coming, err := w.coming(ctx)
	if err != nil || coming {
		return err
	}
	if err := w.logged(ctx, "late", detail{"booking": b.ID, "round": round}); err != nil {
		return err
	}
	all, err := deciders(ctx, w.tx, b.Community, b.Child)
	if err != nil {
		return err
	}
	all, err = people.Reachable(ctx, w.tx, b.Community, all)
	if err != nil {
		return err
	}
	if b.Part != Noon && round < asksMost {
		args := detail{"booking": b.ID, "round": round}
		err := w.tell(ctx, news{to: askedNow(all, b.By, round), topic: topicLate, subject: w.lateLane(), of: w.event, args: args, rings: true})
		if err != nil {
			return err
		}
	}
	if round < 2 && b.Part != Noon && len(all) > 0 {
		return nil
	}
	to, err := leads(ctx, w.tx, b.Community)
	if err != nil {
		return err
	}
	args := detail{"booking": b.ID, "person": w.is.Holder}
	return w.tell(ctx, news{to: to, topic: topicStill, subject: w.lateLane(), of: w.event, args: args, rings: true})
}

// askedNow are who is asked in a round: first who booked, or the first of all; then the
// others; then all.
func askedNow(all []int64, booked int64, round int) []int64 {
	if len(all) < 2 || round > 1 {
		return all
	}
	first := all[0]
	if slices.Contains(all, booked) {
		first = booked
	}
	if round == 0 {
		return []int64{first}
	}
	return without(all, first)
}

// coming reports whether somebody said that they come, and has some time still.
func (w *ward) coming(ctx context.Context) (is bool, err error) {
	err = w.tx.GetContext(ctx, &is, `
		SELECT EXISTS (SELECT FROM care_events
			WHERE community_id = $1 AND child_id = $2 AND day = $3 AND code = 'coming'
				AND at + (detail->>'minutes')::int * interval '1 minute' + $5::bigint * interval '1 microsecond' > $4)`,
		w.by.Community, w.child.ID, w.day, w.now, waitsFor.Microseconds())
	return is, err
}

// maxMinutes is how late somebody may say that they are.
const maxMinutes = 120

// Coming answers who comes for a child that is still there: somebody, in so many minutes.
// Who holds it is told, and nobody is asked before that time is over. It is care.not_here
// where it is there no more.
func (s *Service) Coming(ctx context.Context, actor people.Actor, child int64, minutes int) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		day, err := s.today(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		w, err := s.decided(ctx, tx, actor, child, day, s.now())
		if err != nil {
			return err
		}
		if !w.is.Place.ours() {
			return conflict("care.not_here")
		}
		if minutes < 1 || minutes > maxMinutes {
			return invalid("care.bad_minutes", "max", maxMinutes)
		}
		if err := w.logged(ctx, "coming", detail{"minutes": minutes}); err != nil {
			return err
		}
		args := detail{"minutes": minutes, "by": actor.Person}
		if err := w.over(ctx, news{subject: w.lateLane(), topic: topicLate, args: args}); err != nil {
			return err
		}
		return w.tell(ctx, news{to: []int64{w.is.Holder}, topic: topicComing, subject: w.lateLane(), of: w.event, args: args, rings: true})
	})
	if err != nil {
		return fmt.Errorf("somebody comes for child %d: %w", child, err)
	}
	return nil
}

// ShiftEnds tells who runs the hall of those whose shift is over and who hold children
// still, in the transaction in which it ends; of whom another one begins it says nothing.
func (s *Service) ShiftEnds(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time, on []int64) error {
	stay, err := s.goesOn(ctx, tx, community)
	if err != nil {
		return err
	}
	for _, person := range on {
		if slices.Contains(stay, person) {
			continue
		}
		n, err := s.Holding(ctx, tx, community, person, day)
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		to, err := leads(ctx, tx, community)
		if err != nil {
			return err
		}
		event, err := log(ctx, tx, happened{community: community, day: day, code: "holds", detail: detail{"person": person, "n": n}, at: s.now()})
		if err != nil {
			return err
		}
		args := detail{"person": person, "n": n, "day": day.Format(time.DateOnly)}
		err = s.tell(ctx, tx, community, news{to: to, topic: topicHolds, subject: fmt.Sprintf("care:holds:%d", person), of: event, args: args, rings: true})
		if err != nil {
			return err
		}
	}
	return nil
}

// goesOn are who has a place for the children from this moment on.
func (s *Service) goesOn(ctx context.Context, q sqlx.QueryerContext, community int64) (all []int64, err error) {
	if s.hands == nil {
		return nil, nil
	}
	for _, w := range []Work{Walk, Minding} {
		some, err := s.hands.Doing(ctx, q, community, w, s.now(), s.now().Add(time.Minute))
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}
