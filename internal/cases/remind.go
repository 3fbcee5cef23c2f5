package cases

import (
	"context"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// RemindEvery is how often somebody is reminded of a case at most.
const RemindEvery = time.Hour

// Remind asks whoever holds a case how it goes. It is refused within an hour of
// the last time (case.reminded_already), and where Telegram does not reach them
// (case.not_reached).
func (s *Service) Remind(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"remind of", access.Remind, actor, id}, func(t *turn) error {
		if !leads(t.from, MoveRemind) || t.c.Holder == t.actor.Person {
			return refusal.New(refusal.Conflict, "case.not_now")
		}
		last, err := t.lastReminder(ctx)
		switch {
		case err != nil:
			return err
		case last.By == t.actor.Person && t.now.Sub(last.At) < doubled:
			return nil
		case t.now.Sub(last.At) < RemindEvery:
			return refusal.New(refusal.Conflict, "case.reminded_already")
		}
		if err := t.toReach(ctx, t.c.Holder); err != nil {
			return err
		}
		if err := t.aside(ctx, MoveRemind, detail{"holder": t.c.Holder}); err != nil {
			return err
		}
		return t.ping(ctx, news{topic: "case.reminded", args: detail{"by": t.actor.Person}}, t.c.Holder)
	})
}

// reminder is that somebody reminded another.
type reminder struct {
	By int64
	At time.Time
}

// lastReminder is the zero one where there was none to who holds the case now.
func (t *turn) lastReminder(ctx context.Context) (reminder, error) {
	var all []reminder
	err := t.tx.SelectContext(ctx, &all, `
		SELECT coalesce(actor_id, 0) AS by, at FROM case_events
		WHERE community_id = $1 AND case_id = $2 AND code = $3 AND (detail->>'holder')::bigint = $4
		ORDER BY id DESC LIMIT 1`, t.c.Community, t.c.ID, MoveRemind, t.c.Holder)
	if err != nil || len(all) == 0 {
		return reminder{}, err
	}
	return all[0], nil
}

// toReach refuses where Telegram does not reach somebody: they are to be phoned.
func (t *turn) toReach(ctx context.Context, person int64) error {
	reached, err := people.Reachable(ctx, t.tx, t.c.Community, []int64{person})
	if err != nil || len(reached) > 0 {
		return err
	}
	p, err := people.ReadPerson(ctx, t.tx, t.c.Community, person)
	if err != nil {
		return err
	}
	return refusal.New(refusal.Conflict, "case.not_reached", "name", p.Name)
}
