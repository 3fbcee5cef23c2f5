package roster

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// mostOpen is how many questions about shifts after tomorrow somebody has at one
// time: a week that is planned anew asks nobody for all of it.
const mostOpen = 2

// Ask is that somebody was asked to take a place.
type Ask struct {
	Community, ID int64
	Shift, Person int64
	DeclinedAt    *time.Time
	SettledAt     *time.Time // it asks no more
}

const askColumns = `k.community_id AS community, k.id, k.shift_id AS shift, k.person_id AS person, k.declined_at AS declinedat, k.settled_at AS settledat`

func readAsk(ctx context.Context, q sqlx.QueryerContext, community, id int64) (Ask, error) {
	var k Ask
	err := sqlx.GetContext(ctx, q, &k, `SELECT `+askColumns+` FROM shift_asks k WHERE k.community_id = $1 AND k.id = $2`, community, id)
	return k, found(err, "ask", id)
}

// askOn asks who is next to be asked for a hole: the likeliest first and the rest
// later, or all at once where there is little time. Each is asked once. Where
// nobody is left to answer, the lead is told.
func (s *Service) askOn(ctx context.Context, tx *sqlx.Tx, sh Shift) error {
	before := sh.StartsAt.Sub(s.now())
	if before > askAhead {
		return outbox.Enqueue(ctx, tx, sh.Community, s.holeJob(sh, "ask", 1, sh.StartsAt.Add(-askAhead)))
	}
	all, err := s.candidates(ctx, tx, sh)
	if err != nil {
		return err
	}
	next := Likeliest(all)
	if before > alarms[0] {
		next = slices.DeleteFunc(next, func(c Candidate) bool { return c.Open >= mostOpen })
	}
	asked, open, err := askedFor(ctx, tx, sh)
	switch {
	case err != nil:
		return err
	case len(all) == 0 && open == 0:
		return s.nobodyLeft(ctx, tx, sh)
	case asked == 0 && before > allAtOnce && len(next) > firstWave:
		next = next[:firstWave]
		if err := outbox.Enqueue(ctx, tx, sh.Community, s.holeJob(sh, "ask", 2, s.now().Add(restAfter))); err != nil {
			return err
		}
	}
	return s.ask(ctx, tx, sh, next)
}

// askedFor counts who was asked for a hole, and who of them has not answered.
func askedFor(ctx context.Context, tx *sqlx.Tx, sh Shift) (asked, open int, err error) {
	err = tx.QueryRowxContext(ctx, `
		SELECT count(*), count(*) FILTER (WHERE settled_at IS NULL) FROM shift_asks
		WHERE community_id = $1 AND shift_id = $2 AND round = $3`, sh.Community, sh.ID, sh.Hole).Scan(&asked, &open)
	return asked, open, err
}

// candidates reads who could take a place in a shift and was not asked for this
// hole: who is eligible, here and reached, has no other place at that time, and
// has not said that they cannot. The secretary and the lead are told otherwise.
func (s *Service) candidates(ctx context.Context, tx *sqlx.Tx, sh Shift) ([]Candidate, error) {
	but, err := lead(ctx, tx, sh)
	if err != nil {
		return nil, err
	}
	var all []Candidate
	err = tx.SelectContext(ctx, &all, `
		SELECT p.id AS person,
			(SELECT count(*) FROM assignments a JOIN shifts o ON o.community_id = a.community_id AND o.id = a.shift_id
				WHERE a.community_id = $1 AND a.person_id = p.id AND a.ended_at IS NULL AND a.starts_at < $7 AND a.starts_at > $7::timestamptz - interval '90 days'
					AND o.activity = $8 AND o.slot = $9 AND extract(isodow FROM o.day) = extract(isodow FROM $4::date)) AS had,
			(SELECT count(*) FROM shift_asks k
				WHERE k.community_id = $1 AND k.person_id = p.id AND k.declined_at > $7::timestamptz - interval '90 days') AS declined,
			(SELECT coalesce(sum(extract(epoch FROM a.ends_at - a.starts_at) / 60), 0)::int FROM assignments a
				WHERE a.community_id = $1 AND a.person_id = p.id AND a.ended_at IS NULL AND a.starts_at < $7
					AND a.starts_at > $7::timestamptz - interval '30 days') AS minutes,
			(SELECT count(*) FROM shift_asks k JOIN shifts o ON o.community_id = k.community_id AND o.id = k.shift_id
				WHERE k.community_id = $1 AND k.person_id = p.id AND k.settled_at IS NULL AND o.ends_at > $7) AS open
		FROM persons p
		WHERE p.community_id = $1 AND p.reachable AND p.id <> $10 AND `+hereSQL+` AND `+eligibleSQL+`
			AND NOT EXISTS (SELECT FROM person_roles r
				WHERE r.community_id = $1 AND r.person_id = p.id AND r.role = 'secretary' AND r.ended_at IS NULL)
			AND NOT EXISTS (SELECT FROM assignments a
				WHERE a.community_id = $1 AND a.person_id = p.id AND a.ended_at IS NULL AND a.starts_at < $6 AND a.ends_at > $5)
			AND NOT EXISTS (SELECT FROM assignments a
				WHERE a.community_id = $1 AND a.person_id = p.id AND a.shift_id = $11 AND a.ended_why IN ('cannot', 'removed', 'missed'))
			AND NOT EXISTS (SELECT FROM shift_asks k
				WHERE k.community_id = $1 AND k.person_id = p.id AND k.shift_id = $11 AND (k.round = $12 OR k.declined_at IS NOT NULL))
		ORDER BY p.id`,
		sh.Community, sh.Area, pq.Array(parts[sh.Activity].roles), sh.Day.Format(time.DateOnly), sh.StartsAt, sh.EndsAt, s.now(),
		sh.Activity, sh.Slot, but, sh.ID, sh.Hole)
	if err != nil {
		return nil, fmt.Errorf("read who could take shift %d: %w", sh.ID, err)
	}
	return all, nil
}

// ask asks some people for a place. What is more than a day off is no task yet.
func (s *Service) ask(ctx context.Context, tx *sqlx.Tx, sh Shift, some []Candidate) error {
	if len(some) == 0 {
		return nil
	}
	urgency := outbox.Task
	if sh.StartsAt.Sub(s.now()) > alarms[0] {
		urgency = outbox.Notice
	}
	rows, whom := make([]outbox.Row, len(some)), make([]int64, len(some))
	for i, c := range some {
		key := fmt.Sprintf("%s:ask:%d:%d", subject(sh), sh.Hole, c.Person)
		var id int64
		err := tx.GetContext(ctx, &id, `
			INSERT INTO shift_asks (community_id, shift_id, person_id, round, key, asked_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
			sh.Community, sh.ID, c.Person, sh.Hole, key, s.now())
		if err != nil {
			return fmt.Errorf("ask for shift %d: %w", sh.ID, err)
		}
		whom[i] = c.Person
		rows[i] = outbox.Row{
			Key: key, Person: c.Person, Subject: subject(sh), Topic: "shift.ask", Args: detail{"shift": sh.ID, "ask": id}, Urgency: urgency, Due: s.now(),
		}
	}
	if _, err := log(ctx, tx, happened{sh.Community, sh.ID, 0, "asked", detail{"hole": sh.Hole, "persons": whom}, s.now()}); err != nil {
		return err
	}
	return outbox.Enqueue(ctx, tx, sh.Community, rows...)
}

// nobodyLeft tells the lead once of a hole that there is nobody to wait for.
func (s *Service) nobodyLeft(ctx context.Context, tx *sqlx.Tx, sh Shift) error {
	var before bool
	err := tx.GetContext(ctx, &before, `
		SELECT EXISTS (SELECT FROM shift_events
			WHERE community_id = $1 AND shift_id = $2 AND code = 'nobody_left' AND (detail->>'hole')::int = $3)`, sh.Community, sh.ID, sh.Hole)
	if err != nil || before {
		return err
	}
	if _, err := log(ctx, tx, happened{sh.Community, sh.ID, 0, "nobody_left", detail{"hole": sh.Hole}, s.now()}); err != nil {
		return err
	}
	asked, _, err := askedFor(ctx, tx, sh)
	if err != nil || asked == 0 { // the alarm says so
		return err
	}
	return s.alarm(ctx, tx, sh, alarm{topic: "shift.hole"})
}

// settleAsks lets the questions about a shift ask no more: those of one person,
// or 0 for all.
func (s *Service) settleAsks(ctx context.Context, tx *sqlx.Tx, sh Shift, person int64) error {
	var open []sent
	err := tx.SelectContext(ctx, &open, `
		UPDATE shift_asks SET settled_at = $3
		WHERE community_id = $1 AND shift_id = $2 AND settled_at IS NULL AND ($4::bigint = 0 OR person_id = $4)
		RETURNING person_id AS person, key`, sh.Community, sh.ID, s.now(), person)
	if err != nil || len(open) == 0 {
		return err
	}
	return s.change(ctx, tx, sh, "shift.ask_gone", open, detail{"shift": sh.ID})
}

// Accept takes the place that the actor was asked to take, as Sign does.
func (s *Service) Accept(ctx context.Context, actor people.Actor, ask int64) (Assignment, error) {
	var a Assignment
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		k, err := ownAsk(ctx, tx, actor, ask)
		if err != nil {
			return err
		}
		a, err = s.take(ctx, tx, taking{actor.Community, k.Shift, actor.Person, actor.Person, Asked}, func(who people.Actor, sh Shift) error {
			if err := mayJoin(who, sh); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, `
				UPDATE shift_asks SET settled_at = $3 WHERE community_id = $1 AND id = $2 AND settled_at IS NULL`, k.Community, k.ID, s.now())
			return err // their message changes by their own tap
		})
		return err
	})
	if err != nil {
		return Assignment{}, fmt.Errorf("accept ask %d: %w", ask, err)
	}
	return a, nil
}

func ownAsk(ctx context.Context, tx *sqlx.Tx, actor people.Actor, ask int64) (Ask, error) {
	k, err := readAsk(ctx, tx, actor.Community, ask)
	if err == nil && k.Person != actor.Person {
		err = access.NotFound()
	}
	return k, err
}

// Decline notes that the actor cannot take the place that they were asked to
// take: for this shift they are not asked again.
func (s *Service) Decline(ctx context.Context, actor people.Actor, ask int64) (Shift, error) {
	var sh Shift
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		k, err := ownAsk(ctx, tx, actor, ask)
		if err != nil {
			return err
		}
		if sh, err = lockShift(ctx, tx, actor.Community, k.Shift); err != nil {
			return err
		}
		return s.declined(ctx, tx, k, sh)
	})
	if err != nil {
		return Shift{}, fmt.Errorf("decline ask %d: %w", ask, err)
	}
	return sh, nil
}

func (s *Service) declined(ctx context.Context, tx *sqlx.Tx, k Ask, sh Shift) error {
	res, err := tx.ExecContext(ctx, `
		UPDATE shift_asks SET declined_at = $3, settled_at = coalesce(settled_at, $3)
		WHERE community_id = $1 AND id = $2 AND declined_at IS NULL`, k.Community, k.ID, s.now())
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	_, err = log(ctx, tx, happened{sh.Community, sh.ID, k.Person, "declined", detail{"ask": k.ID}, s.now()})
	if err != nil || sh.HoleSince == nil || !s.lacks(sh) {
		return err
	}
	if _, open, err := askedFor(ctx, tx, sh); err != nil || open > 0 {
		return err
	}
	return s.askOn(ctx, tx, sh)
}
