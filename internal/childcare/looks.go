package childcare

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// LookTime is how long one who runs the hall is left to look for a missing child.
const LookTime = 15 * time.Minute

// rung are who is rung now for a child that is missing since a moment: who decides, but for
// whom said that they do not know where it is; and who runs the hall, unless one of them
// said just now that they look for it.
func (w *ward) rung(ctx context.Context, since time.Time) ([]int64, error) {
	to, err := deciders(ctx, w.tx, w.by.Community, w.child.ID)
	if err != nil {
		return nil, err
	}
	var said struct {
		Unknown pq.Int64Array
		Looks   bool
	}
	err = w.tx.GetContext(ctx, &said, `
		SELECT coalesce(array_agg(actor_id) FILTER (WHERE code = 'unknown'), '{}') AS unknown,
			coalesce(bool_or(code = 'looks' AND at > $4), false) AS looks
		FROM care_events
		WHERE community_id = $1 AND child_id = $2 AND code IN ('unknown', 'looks') AND at >= $3 AND actor_id IS NOT NULL`,
		w.by.Community, w.child.ID, since, w.now.Add(-LookTime))
	if err != nil {
		return nil, err
	}
	if !said.Looks {
		run, err := leads(ctx, w.tx, w.by.Community)
		if err != nil {
			return nil, err
		}
		to = without(append(to, run...), 0)
	}
	return slices.DeleteFunc(to, func(id int64) bool { return slices.Contains(said.Unknown, id) }), nil
}

// LooksFor notes that one who runs the hall looks for a missing child: those who run it are
// not rung for a quarter of an hour, and read who does; who decides is rung as before, and
// what else falls due does. Repeated within it, it changes nothing.
func (s *Service) LooksFor(ctx context.Context, actor people.Actor, booking int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.lead(ctx, tx, actor); err != nil {
			return err
		}
		w, b, err := s.holdOf(ctx, tx, actor, booking)
		if err != nil || w.is.Place != Lost || b.MissingAt == nil || b.FoundAt != nil {
			return err
		}
		var said bool
		err = tx.GetContext(ctx, &said, `
			SELECT EXISTS (SELECT FROM care_events
				WHERE community_id = $1 AND child_id = $2 AND code = 'looks' AND actor_id = $3 AND at > $4 AND at >= $5)`,
			actor.Community, b.Child, actor.Person, w.now.Add(-LookTime), b.MissingAt)
		if err != nil || said {
			return err
		}
		if err := w.logged(ctx, "looks", detail{"booking": b.ID}); err != nil {
			return err
		}
		to, err := w.all(ctx)
		if err != nil {
			return err
		}
		args := detail{"booking": b.ID, "by": actor.Person}
		return w.tell(ctx, news{to: without(to, actor.Person), topic: topicLooks, subject: w.lostLane(), of: w.event, args: args, urgency: outbox.Task})
	})
	if err != nil {
		return fmt.Errorf("look for the child of booking %d: %w", booking, err)
	}
	return nil
}
