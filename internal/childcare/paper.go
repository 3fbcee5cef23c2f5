package childcare

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/people"
)

const (
	asksToType  = time.Hour // after it was asked what became of those of a day on paper, until it is again
	asksToTypeN = 2         // times; the morning after it is a thing to do
)

// taps are what who minds children says on the phone: each ends that a day is on paper.
var taps = []string{"off_paper", "met", "arrived", "leads", "back", "left", "not_yet", "missing", "found", "took_over", "still_here"}

// OnPaper says that a day is written on paper and typed in later: nobody is rung because
// nothing is said at a gate, or at the end, until somebody taps something. Whoever minds
// children on it may say so; who runs the hall is told, and asked at closing. Repeated, it
// changes nothing.
func (s *Service) OnPaper(ctx context.Context, actor people.Actor, day time.Time) error {
	return s.paper(ctx, actor, day, func(tx *sqlx.Tx, is bool) error {
		if is {
			return nil
		}
		event, err := log(ctx, tx, happened{community: actor.Community, day: day, by: actor.Person, code: "paper", at: s.now()})
		if err != nil {
			return err
		}
		to, err := leads(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		return s.tell(ctx, tx, actor.Community, news{
			to: without(to, actor.Person), topic: topicPaper, subject: paperLane(day), of: event, args: paperArgs(actor, day), rings: true,
		})
	})
}

// OffPaper says that a day is tapped again: what falls due rings as ever, and what fell due
// meanwhile within minutes. Repeated, it changes nothing.
func (s *Service) OffPaper(ctx context.Context, actor people.Actor, day time.Time) error {
	return s.paper(ctx, actor, day, func(tx *sqlx.Tx, is bool) error {
		if !is {
			return nil
		}
		var who []int64
		err := tx.SelectContext(ctx, &who, `
			SELECT actor_id FROM care_events WHERE community_id = $1 AND day = $2 AND code = 'paper' ORDER BY id DESC LIMIT 1`, actor.Community, day)
		if err != nil {
			return err
		}
		event, err := log(ctx, tx, happened{community: actor.Community, day: day, by: actor.Person, code: "off_paper", at: s.now()})
		if err != nil {
			return err
		}
		args := paperArgs(actor, day)
		if err := s.over(ctx, tx, actor.Community, news{subject: paperLane(day), topic: topicPaper, args: args}); err != nil {
			return err
		}
		return s.tell(ctx, tx, actor.Community, news{
			to: without(who, actor.Person), topic: topicTaps, subject: paperLane(day), of: event, args: args, rings: true,
		})
	})
}

// paper does something to a day for who minds children on it, with whether it is on paper.
func (s *Service) paper(ctx context.Context, actor people.Actor, day time.Time, do func(tx *sqlx.Tx, is bool) error) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.minds(ctx, tx, actor, 0, day); err != nil {
			return err
		}
		if _, err := lockDay(ctx, tx, actor.Community, day, true); err != nil {
			return err
		}
		is, err := isOnPaper(ctx, tx, actor.Community, day)
		if err != nil {
			return err
		}
		return do(tx, is)
	})
	if err != nil {
		return fmt.Errorf("%s on paper: %w", day.Format(time.DateOnly), err)
	}
	return nil
}

// paperLane is the subject of what is told of a day on paper.
func paperLane(day time.Time) string { return "care:paper:" + day.Format(time.DateOnly) }

func paperArgs(by people.Actor, day time.Time) detail {
	return detail{"by": by.Person, "day": day.Format(time.DateOnly)}
}

// IsOnPaper reports whether a day is written on paper, and nothing was tapped since.
func (s *Service) IsOnPaper(ctx context.Context, community int64, day time.Time) (bool, error) {
	return isOnPaper(ctx, s.db, community, day)
}

func isOnPaper(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) (is bool, err error) {
	err = sqlx.GetContext(ctx, q, &is, `
		SELECT EXISTS (SELECT FROM care_events p WHERE p.community_id = $1 AND p.day = $2 AND p.code = 'paper'
			AND NOT EXISTS (SELECT FROM care_events e WHERE e.community_id = $1 AND e.day = $2 AND e.id > p.id
				AND e.code = ANY ($3) AND e.actor_id IS NOT NULL AND e.detail->'typed' IS NULL))`, community, day, pq.Array(taps))
	if err != nil {
		return false, fmt.Errorf("read whether %s is on paper: %w", day.Format(time.DateOnly), err)
	}
	return is, nil
}

// onPaper reports whether the day of a sitting is on paper, and whether it is known all the
// same what became of who comes to it: it was typed in since, or all are home.
func onPaper(ctx context.Context, q sqlx.QueryerContext, sit Sitting) (is, known bool, err error) {
	if is, err = isOnPaper(ctx, q, sit.Community, sit.Day); err != nil || !is {
		return false, false, err
	}
	err = sqlx.GetContext(ctx, q, &known, `
		SELECT EXISTS (SELECT FROM care_events WHERE community_id = $1 AND day = $2 AND code IN ('typed', 'all_home') AND at >= $3)`,
		sit.Community, sit.Day, sit.StartsAt)
	return is, known, err
}

// unwritten asks who runs the hall for those of a day on paper whose time is over and of
// whom nobody knows what became: it is typed in, or all are home. It asks when their time
// is over and an hour later; for those who are in somebody's hands by what is written,
// every hour.
func (s *Service) unwritten(ctx context.Context, tx *sqlx.Tx, sit Sitting, known bool) error {
	var is struct {
		N   int
		Due bool
	}
	err := tx.GetContext(ctx, &is, `
		SELECT count(DISTINCT b.child_id) AS n,
			coalesce(bool_or((a.n < $6 OR k.place IS NOT NULL) AND (a.last IS NULL OR a.last <= $5)), false) AS due
		FROM care_bookings b
		LEFT JOIN care_custody k ON k.community_id = b.community_id AND k.child_id = b.child_id AND k.until IS NULL AND k.day = b.day
			AND k.place IN ('way', 'hall')
		CROSS JOIN LATERAL (SELECT max(l.ends_at) AS at FROM care_legs l WHERE l.community_id = b.community_id AND l.booking_id = b.id) ends
		CROSS JOIN LATERAL (SELECT count(*) AS n, max(e.at) AS last FROM care_events e
			WHERE e.community_id = b.community_id AND e.day = b.day AND e.code = 'untyped' AND e.at >= ends.at) a
		WHERE b.community_id = $1 AND b.day = $2 AND b.part <> 'talk' AND b.state = 'booked'
			AND (b.outcome = '' AND NOT $4 OR k.place IS NOT NULL) AND ends.at <= $3`,
		sit.Community, sit.Day, s.now(), known, s.now().Add(-asksToType), asksToTypeN)
	if err != nil || !is.Due {
		return err
	}
	n := is.N
	event, err := log(ctx, tx, happened{community: sit.Community, day: sit.Day, code: "untyped", detail: detail{"n": n}, at: s.now()})
	if err != nil {
		return err
	}
	to, err := leads(ctx, tx, sit.Community)
	if err != nil {
		return err
	}
	args := detail{"n": n, "day": sit.Day.Format(time.DateOnly)}
	return s.tell(ctx, tx, sit.Community, news{to: to, topic: topicUntyped, subject: paperLane(sit.Day), of: event, args: args, rings: true})
}

// byPaper is the reason for which a child is home of which only a paper tells.
const byPaper = "paper"

// AllHome notes, at the word of who runs the hall, that all children of a day on paper are
// home: those in the hands of staff with one who decides for them, who is told. Returned is
// how many these are. Repeated, it changes nothing.
func (s *Service) AllHome(ctx context.Context, actor people.Actor, day time.Time) (int, error) {
	n := 0
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		n = 0
		if err := s.lead(ctx, tx, actor); err != nil {
			return err
		}
		is, err := isOnPaper(ctx, tx, actor.Community, day)
		if err == nil && !is {
			err = conflict("care.too_late")
		}
		if err != nil {
			return err
		}
		children, err := ours(ctx, tx, actor.Community, day)
		if err != nil {
			return err
		}
		for _, child := range children {
			w, err := s.ward(ctx, tx, actor, child, day, s.now())
			if err != nil {
				return err
			}
			home, err := deciders(ctx, tx, actor.Community, child)
			if err != nil {
				return err
			}
			_, over, err := w.hereFor(ctx)
			if err != nil {
				return err
			}
			if !over || !w.here() || len(home) == 0 {
				continue
			}
			w.mute = true
			if err := w.override(ctx, Overriding{Child: child, Person: home[0], Reason: byPaper}); err != nil {
				return err
			}
			n++
		}
		_, err = log(ctx, tx, happened{community: actor.Community, day: day, by: actor.Person, code: "all_home", detail: detail{"n": n}, at: s.now()})
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("all are home on %s: %w", day.Format(time.DateOnly), err)
	}
	return n, nil
}
