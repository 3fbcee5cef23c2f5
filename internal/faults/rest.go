package faults

import (
	"context"
	"fmt"
	"math"
	"time"
)

// polls counts how often the towns' bots were asked for updates.
func (s *Stage) polls() (n int64) {
	for _, t := range s.towns {
		n += t.bot.Polls()
	}
	return n
}

// pending counts the updates that nobody has confirmed.
func (s *Stage) pending() (n int) {
	for _, t := range s.towns {
		n += t.bot.Pending()
	}
	return n
}

// until looks again and again whether something has come true, for so long.
func (s *Stage) until(ctx context.Context, patience time.Duration, come func() (bool, error)) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for {
		if ok, err := come(); ok || err != nil && ctx.Err() == nil {
			return ok, err
		}
		select {
		case <-ctx.Done():
			return false, nil
		case <-look.C:
		}
	}
}

// pause waits in real time.
func (s *Stage) pause(ctx context.Context, d time.Duration) {
	_ = s.clk.Until(ctx, s.clk.Now().Add(d)) // ends early only with ctx
}

// Rest waits until nothing is left to do: every update confirmed and worked
// through, every message to a person settled. It is patient for as long as less
// and less is left: a person gets one message a second.
func (s *Stage) Rest(ctx context.Context) error { return s.restBut(ctx, planned) }

// restBut is Rest where some messages to people may wait.
func (s *Stage) restBut(ctx context.Context, waits string) error {
	var left [3]int
	for before := math.MaxInt; left[0]+left[1]+left[2] < before; {
		before = left[0] + left[1] + left[2]
		if before == 0 {
			before = math.MaxInt // nothing was looked at yet
		}
		ok, err := s.until(ctx, restPatience, func() (bool, error) {
			left[0] = s.pending()
			err := s.db.QueryRowContext(ctx, `
				SELECT (SELECT count(*) FROM inbox WHERE done_at IS NULL AND parked_at IS NULL),
					(SELECT count(*) FROM outbox WHERE state IN ('waiting', 'claimed') AND (person_id <> 0 AND NOT `+waits+` OR due_at <= $1))`,
				s.clk.Now()).Scan(&left[1], &left[2])
			return left == [3]int{}, err
		})
		if err != nil || ok {
			return err
		}
	}
	return fmt.Errorf("linli comes to no rest: %d updates unconfirmed, %d inbox rows unfinished, %d outbox rows waiting %s\n%s",
		left[0], left[1], left[2], s.waiting(ctx), s.Said())
}

// waiting describes what lies in the outbox: codes and numbers only.
func (s *Stage) waiting(ctx context.Context) (list string) {
	err := s.db.QueryRowContext(ctx, `
		SELECT coalesce(string_agg(concat_ws(' ', key, 'edits', edits, state, 'attempts', attempts, 'held', held, 'due', due_at,
			'lease', lease_until, 'by', worker, 'message', message_id), '; '), '')
		FROM outbox WHERE state IN ('waiting', 'claimed')`).Scan(&list)
	if err != nil {
		return err.Error()
	}
	return list
}

// planned is a message that changes at its time and not before, like the end of a
// day's list.
const planned = `(edits <> '' AND topic IN ('today.over', 'today.edit') AND attempts = 0)`

// midway is a question that waits until its reader has said what they are about to say:
// one of those of [flow.CanWait].
const midway = `(topic IN ('case.check', 'case.check_again', 'case.still') AND held AND due_at > now())`

// called is a message by which somebody opened a case themselves. It is an answer to
// their tap, which the outbox knows only so that it can be taken away.
const called = `o.topic = 'card.opened'`

const restPatience = 2 * time.Minute
