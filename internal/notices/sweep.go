package notices

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/outbox"
)

// Why somebody does not have a notice. Codes are stored.
const (
	NoTelegram = "no_telegram"
	Blocked    = "blocked"  // Telegram does not deliver to them
	Refused    = "refused"  // Telegram takes no such message
	Broken     = "broken"   // a fault of ours
	GoneAway   = "gone"     // they moved, died or left meanwhile
	TooLate    = "too_late" // it was over before it came to them
)

// end is how a row of a notice ends.
type end struct{ State, Reason string }

// ended is the end of a recipient, by the fate of their message.
func ended(f outbox.Fate) end {
	switch f.State {
	case "sent", "kept": // a digest told of it
		return end{State: "sent"}
	case "uncertain":
		return end{State: "uncertain"}
	case "withdrawn":
		return end{State: "withdrawn"}
	case "skipped":
		if f.Reason == "gone" {
			return end{"withdrawn", GoneAway}
		}
		return end{State: "withdrawn"}
	}
	switch f.Reason {
	case "no telegram":
		return end{"failed", NoTelegram}
	case "refused":
		return end{"failed", Refused}
	case "not drawn", "panic", "no reader", "not decided":
		return end{"failed", Broken}
	}
	return end{"failed", Blocked}
}

// sweep gathers what became of the rows of a notice, and shows its author how far it is.
// It comes again until each has its end.
func (s *Service) sweep(ctx context.Context, tx *sqlx.Tx, n Notice) error {
	some, left, err := s.advance(ctx, tx, n)
	switch {
	case err != nil || some == 0:
		return err
	case left > 0:
		return s.tellProgressSoon(ctx, tx, n)
	}
	return s.tellProgress(ctx, tx, n)
}

// advance gathers, and says of how many rows and how many are left; when each has its
// end, so has the notice.
func (s *Service) advance(ctx context.Context, tx *sqlx.Tx, n Notice) (some, left int, err error) {
	some, left, err = s.gather(ctx, tx, n)
	switch {
	case err != nil:
		return 0, 0, err
	case left > 0 && n.State == Paused: // whoever lets it go on sees to that
		return some, left, nil
	case left > 0:
		return some, left, s.sweepNext(ctx, tx, n, left)
	case n.EndedAt != nil:
		return 0, 0, nil
	}
	return some + 1, 0, s.finish(ctx, tx, n)
}

// gather writes down the ends of rows that have one, and how many have none yet.
func (s *Service) gather(ctx context.Context, tx *sqlx.Tx, n Notice) (some, left int, err error) {
	told, err := s.gatherIn(ctx, tx, n, openPeople, endPeople, keyOf)
	if err != nil {
		return 0, 0, fmt.Errorf("gather what became of its messages: %w", err)
	}
	posts, err := s.gatherIn(ctx, tx, n, openPosts, endPosts, postKey)
	if err != nil {
		return 0, 0, fmt.Errorf("gather what became of its posts: %w", err)
	}
	return told.ended + posts.ended, told.left + posts.left, nil
}

// The rows that have no end yet, by the number in the keys of their messages.
const (
	openPeople = `SELECT coalesce(as_id, person_id) FROM notice_recipients WHERE community_id = $1 AND notice_id = $2 AND state = 'waiting'`
	openPosts  = `SELECT group_id FROM notice_posts WHERE community_id = $1 AND notice_id = $2 AND state = 'waiting'`

	endPeople = `
		UPDATE notice_recipients r SET state = f.state, reason = f.reason, settled_at = f.at
		FROM unnest($3::bigint[], $4::text[], $5::text[], $6::timestamptz[]) AS f (id, state, reason, at)
		WHERE r.community_id = $1 AND r.notice_id = $2 AND coalesce(r.as_id, r.person_id) = f.id AND r.state = 'waiting'`
	endPosts = `
		UPDATE notice_posts p SET state = f.state, reason = f.reason, settled_at = f.at
		FROM unnest($3::bigint[], $4::text[], $5::text[], $6::timestamptz[]) AS f (id, state, reason, at)
		WHERE p.community_id = $1 AND p.notice_id = $2 AND p.group_id = f.id AND p.state = 'waiting'`
)

// gathered is how many rows came to their end, and how many did not.
type gathered struct{ ended, left int }

func (s *Service) gatherIn(ctx context.Context, tx *sqlx.Tx, n Notice, open, end string, key func(notice, of int64) string) (g gathered, err error) {
	var ids []int64
	if err := tx.SelectContext(ctx, &ids, open, n.Community, n.ID); err != nil || len(ids) == 0 {
		return g, err
	}
	keys, of := make([]string, len(ids)), map[string]int64{}
	for i, id := range ids {
		keys[i] = key(n.ID, id)
		of[keys[i]] = id
	}
	fates, err := outbox.Fates(ctx, tx, n.Community, keys...)
	if err != nil {
		return g, err
	}
	g.ended, g.left = len(fates), len(ids)-len(fates)
	if g.ended == 0 {
		return g, nil
	}
	var whose []int64
	var states, reasons []string
	var at []time.Time
	for _, f := range fates {
		e := ended(f)
		if e.State == "withdrawn" && e.Reason == "" {
			e.Reason = n.why(s.now())
		}
		whose, states, reasons, at = append(whose, of[f.Key]), append(states, e.State), append(reasons, e.Reason), append(at, f.At)
	}
	_, err = tx.ExecContext(ctx, end, n.Community, n.ID, pq.Array(whose), pq.Array(states), pq.Array(reasons), pq.Array(at))
	return g, err
}

// why is why what waited of a notice was not sent.
func (n Notice) why(now time.Time) string {
	switch {
	case n.State == Stopped || n.State == Withdrawn:
		return ""
	case !n.Until.After(now):
		return TooLate
	}
	return GoneAway
}

// finish ends a notice whose every row has its end. Whom nobody knows whether it
// reached, its author reads by name.
func (s *Service) finish(ctx context.Context, tx *sqlx.Tx, n Notice) error {
	if n.State == Going || n.State == Paused {
		var err error
		if n, err = s.make(ctx, tx, n, ends, happened{at: s.now()}); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE notices SET ended_at = coalesce(ended_at, $3) WHERE community_id = $1 AND id = $2`, n.Community, n.ID, s.now())
	if err != nil {
		return err
	}
	d, err := readDoubt(ctx, tx, n)
	if err != nil || len(d.People)+len(d.Groups) == 0 {
		return err
	}
	return s.tellAuthor(ctx, tx, n, note{topic: topicUncertain})
}

// unknown is how many are left where nobody has counted: very many.
const unknown = 1_000_000

// rest is how long a notice rests between two sweeps, by how long nothing has happened:
// little while it goes, less when the few that are left will be out before, and long in
// a night.
func rest(idle time.Duration, left int) time.Duration {
	switch {
	case idle < 15*time.Second:
		return max(time.Second, min(5*time.Second, Takes(left).Round(time.Second)))
	case idle < time.Minute:
		return 15 * time.Second
	}
	return time.Minute
}

// sweepNext has a notice swept again, of which so many messages are left. Its time is one
// of a raster, so that however often it is asked for there is one.
func (s *Service) sweepNext(ctx context.Context, tx *sqlx.Tx, n Notice, left int) error {
	now := s.now()
	var last time.Time
	err := tx.GetContext(ctx, &last, `
		SELECT greatest((SELECT max(settled_at) FROM notice_recipients WHERE community_id = $1 AND notice_id = $2),
			(SELECT max(at) FROM notice_happenings WHERE community_id = $1 AND notice_id = $2))`, n.Community, n.ID)
	if err != nil {
		return err
	}
	every := rest(now.Sub(last), left)
	return enqueue(ctx, tx, n, topicSweep, now.Truncate(every).Add(every))
}
