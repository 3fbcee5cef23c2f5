package cases

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/people"
)

// Span is from a moment to before another.
type Span struct{ From, Until time.Time }

// Lives reads what the event log says of the cases brought in a span, for who may
// see the day.
func (s *Service) Lives(ctx context.Context, actor people.Actor, in Span) ([]Life, error) {
	if err := s.seesDay(ctx, actor); err != nil {
		return nil, err
	}
	return s.Brought(ctx, actor.Community, in)
}

// Brought reads it for nobody in particular: for what the bot itself draws. Which
// cases are looked at is found by opened_at, which is the time of the event that
// opened them.
func (s *Service) Brought(ctx context.Context, community int64, in Span) ([]Life, error) {
	return s.lives(ctx, community, in, `c.opened_at >= $2 AND c.opened_at < $3`)
}

// SettledIn reads what the event log says of the cases that held, or were seen to
// hold, in a span, whenever they were brought.
func (s *Service) SettledIn(ctx context.Context, community int64, in Span) ([]Life, error) {
	return s.lives(ctx, community, in, `c.closed_at >= $2 AND c.closed_at < $3 AND c.status IN ('held', 'seen')`)
}

// lives reads the lives of the cases c that belong; what belongs is a constant of
// this file, never input.
func (s *Service) lives(ctx context.Context, community int64, in Span, belongs string) ([]Life, error) {
	var all []Life
	err := s.db.SelectContext(ctx, &all, `
		SELECT c.kind, c.danger, coalesce(c.area_id, 0) AS area, c.private <> '' AS private, l.*
		FROM cases c CROSS JOIN LATERAL (
			SELECT min(e.at) FILTER (WHERE e.from_status = 'draft' AND e.to_status IN ('open', 'assigned')) AS brought,
				min(e.at) FILTER (WHERE e.to_status NOT IN ('draft', 'open', 'assigned')) AS reached,
				CASE WHEN (array_agg(e.to_status ORDER BY e.id DESC))[1] = ANY ($4)
					THEN max(e.at) FILTER (WHERE e.to_status <> e.from_status AND e.from_status NOT IN ('held', 'seen')) END AS ended,
				CASE WHEN c.why = 'not_so' AND c.status IN ('cannot', 'referred') THEN 'not_so' -- what was found of a complaint is counted apart
					ELSE (array_agg(e.to_status ORDER BY e.id DESC))[1] END AS stands,
				coalesce((array_agg(CASE e.code WHEN 'held' THEN 'held' ELSE e.detail->>'outcome' END ORDER BY e.id)
					FILTER (WHERE e.code = 'held' OR e.code = 'reopened' AND e.detail ? 'outcome' AND e.from_status <> 'referred'))[1], '') AS word
			FROM case_events e WHERE e.community_id = c.community_id AND e.case_id = c.id
		) l
		WHERE c.community_id = $1 AND c.opened_at IS NOT NULL AND `+belongs+` AND l.stands <> 'taken_back'
		ORDER BY c.id`, community, in.From, in.Until, pq.Array(over))
	if err != nil {
		return nil, fmt.Errorf("read the lives of cases: %w", err)
	}
	return all, nil
}

// over are the states in which nothing more is to be done of a case.
var over = []Status{Held, Seen, Unconfirmed, Referred, Cannot, Wish, Duplicate, Spam}
