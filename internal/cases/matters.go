package cases

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// Which names one of the lists of cases that the page of the morning counts.
type Which string

// The lists.
const (
	// Fresh is what was opened since yesterday's page and not taken back.
	Fresh Which = "fresh"
	// Late is what is late by the clock that runs: nobody took it in the time in which
	// people should have heard, or it was taken and is not done, also where an end of
	// it is proposed and nobody has looked at that.
	Late Which = "late"
	// Ownerless is what nobody holds, though it is to be done: there should be none.
	Ownerless Which = "ownerless"
	// Unsaid is what is reported done and waits for the resident's word.
	Unsaid Which = "waiting"
	// ToAgree is of what somebody proposed an end, at which a second person is to look.
	ToAgree Which = "agree"
	// Disputed is what a resident did not agree had ended, and is to be done again.
	Disputed Which = "disputed"
	// NotTaken is what was left at the end of a shift since yesterday's page, was
	// taken over by nobody, and is the giver's to do still.
	NotTaken Which = "not_taken"
	// Asked is what waits until the resident has answered something.
	Asked Which = "asked"
	// VisitsDue is where somebody is to see whether it held, today or earlier.
	VisitsDue Which = "visits"
)

// matters is what belongs to each list, of the cases c of $1 at $2, since $3. They
// are constants of this file, never input.
var matters = map[Which]string{
	Fresh: `c.number IS NOT NULL AND c.opened_at >= $3 AND c.status <> 'taken_back'`,
	Late: `c.status IN ('open', 'assigned', 'taken', 'waiting', 'proposed')
		AND CASE WHEN c.status IN ('open', 'assigned') THEN c.due_at ELSE c.done_by END <= $2`,
	Ownerless: `c.status = 'open'`,
	Unsaid:    `c.status = 'done'`,
	NotTaken: `c.status IN ('assigned', 'taken', 'waiting') AND EXISTS (
		SELECT FROM hand_overs h
		WHERE h.community_id = c.community_id AND h.kept_at >= $3 AND c.id = ANY (h.case_ids) AND c.holder_id = h.giver_id)`,
	ToAgree: `c.status = 'proposed'`,
	Disputed: `c.disputed_at IS NOT NULL AND c.status IN ('open', 'assigned', 'taken', 'waiting') AND NOT EXISTS (
		SELECT FROM case_events e
		WHERE e.community_id = c.community_id AND e.case_id = c.id AND e.to_status = 'done' AND e.at > c.disputed_at)`,
	Asked: `c.status = 'waiting' AND c.wait_for = 'resident'`,
	VisitsDue: `c.id IN (
		SELECT v.case_id FROM case_visits v WHERE v.community_id = $1 AND v.ended_at IS NULL AND v.due_at <= $2)`,
}

// sinceWhen is from when a case c belongs to each list; where nothing is said, from when
// whoever holds it does. They are constants of this file, never input.
var sinceWhen = map[Which]string{
	Fresh:     `c.opened_at`,
	Late:      `CASE WHEN c.status IN ('open', 'assigned') THEN c.due_at ELSE c.done_by END`,
	Ownerless: stands,
	Unsaid:    `c.done_at`,
	ToAgree:   stands,
	Disputed:  `c.disputed_at`,
	Asked:     stands,
	VisitsDue: `(SELECT min(v.due_at) FROM case_visits v WHERE v.community_id = c.community_id AND v.case_id = c.id AND v.ended_at IS NULL)`,
}

// stands is from when a case stands as it does.
const stands = `(
	SELECT max(e.at) FROM case_events e
	WHERE e.community_id = c.community_id AND e.case_id = c.id AND e.to_status = c.status AND e.from_status IS DISTINCT FROM e.to_status)`

// isHeld is from when somebody holds a case.
const isHeld = `(
	SELECT max(e.at) FROM case_events e
	WHERE e.community_id = c.community_id AND e.case_id = c.id AND e.code = ANY ($4))`

// Matter is a case of a list, with since when it belongs there: since it is late, not
// since it is somebody's.
type Matter struct {
	Case
	Since time.Time
}

// MattersAtMost is how many cases a list shows.
const MattersAtMost = 80

// CountMatters counts the cases of each list, for who may see the day; yesterday is
// when yesterday's page came.
func (s *Service) CountMatters(ctx context.Context, actor people.Actor, yesterday time.Time) (map[Which]int, error) {
	if err := s.seesDay(ctx, actor); err != nil {
		return nil, err
	}
	counts := map[Which]int{}
	for which, belongs := range matters {
		var n int
		err := s.db.GetContext(ctx, &n, `
			SELECT count(*) FROM cases c WHERE c.community_id = $1 AND `+bound+` AND `+belongs, actor.Community, s.now(), yesterday)
		if err != nil {
			return nil, fmt.Errorf("count cases that are %s: %w", which, err)
		}
		counts[which] = n
	}
	return counts, nil
}

// bound lets every list have the same arguments. What is private is in no list.
const bound = `c.private = '' AND $2::timestamptz IS NOT NULL AND $3::timestamptz IS NOT NULL`

// Matters reads the cases of a list, the longest waiting first.
func (s *Service) Matters(ctx context.Context, actor people.Actor, which Which, yesterday time.Time) ([]Matter, error) {
	belongs, known := matters[which]
	if !known {
		return nil, access.NotFound()
	}
	if err := s.seesDay(ctx, actor); err != nil {
		return nil, err
	}
	from, said := sinceWhen[which]
	if !said {
		from = isHeld
	}
	var all []Matter
	err := s.db.SelectContext(ctx, &all, `
		SELECT `+columns+`, first.since FROM (
			SELECT c.id AS listed, coalesce(`+from+`, c.opened_at, c.drafted_at) AS since
			FROM cases c WHERE c.community_id = $1 AND `+bound+` AND $4::text[] IS NOT NULL AND `+belongs+`
			ORDER BY c.urgent DESC, since, c.id LIMIT $5) first
		JOIN cases c ON c.community_id = $1 AND c.id = first.listed
		ORDER BY c.urgent DESC, first.since, c.id`,
		actor.Community, s.now(), yesterday, pq.Array(holds), MattersAtMost)
	if err != nil {
		return nil, fmt.Errorf("read cases that are %s: %w", which, err)
	}
	return all, nil
}

// holds are the moves by which somebody comes to hold a case.
var holds = []Move{MoveSend, MoveSendItself, MoveAlarm, MoveTake, MovePass, MoveUnreached, MoveHandOver, MoveGive, MoveEscalate}

func (s *Service) seesDay(ctx context.Context, actor people.Actor) error {
	now, err := people.ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return err
	}
	return access.Allow(access.SeeDay, now.Roles, access.SameCommunity)
}

// FindManaged reads a case for who may remind of it or give it to somebody.
func (s *Service) FindManaged(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.managed(ctx, actor, id, access.Give)
}
