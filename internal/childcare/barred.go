package childcare

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// Barred says that one who is barred stands there: who runs the hall, who decides and who
// is on duty are rung, and nothing that the actor reads says so. Repeated within the hour,
// it rings nobody.
func (s *Service) Barred(ctx context.Context, actor people.Actor, child, collector int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		day, err := s.today(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		if err := s.minds(ctx, tx, actor, child, day); err != nil {
			return err
		}
		w, err := s.ward(ctx, tx, actor, child, day, s.now())
		if err != nil {
			return err
		}
		t, err := w.taker(ctx, Leaving{Collector: collector})
		if err != nil {
			return err
		}
		if !t.barred {
			return invalid("care.not_barred")
		}
		return w.alarm(ctx, t.collector)
	})
	if err != nil {
		return fmt.Errorf("one who is barred from child %d is there: %w", child, err)
	}
	return nil
}

// alarm rings for one who is barred, once in an hour.
func (w *ward) alarm(ctx context.Context, collector int64) error {
	var rung bool
	err := w.tx.GetContext(ctx, &rung, `
		SELECT EXISTS (SELECT FROM care_events
			WHERE community_id = $1 AND child_id = $2 AND code = 'barred' AND at > $3::timestamptz - interval '1 hour'
				AND (detail->>'collector')::bigint = $4)`, w.by.Community, w.child.ID, w.now, collector)
	if err != nil || rung {
		return err
	}
	if err := w.logged(ctx, "barred", detail{"collector": collector}); err != nil {
		return err
	}
	to, err := w.all(ctx)
	if err != nil {
		return err
	}
	args := detail{"collector": collector, "by": w.by.Person}
	err = w.tell(ctx, news{to: without(to, w.by.Person), topic: topicBarred, subject: w.lane(), of: w.event, args: args, rings: true})
	if err != nil || w.s.desk == nil {
		return err
	}
	h, err := readHouse(ctx, w.tx, w.by.Community)
	if err != nil {
		return err
	}
	a := Alarm{Child: w.child.ID, Where: h.Place, Danger: "crime", Key: fmt.Sprintf("care:barred:%d", w.event)}
	_, _, err = w.s.desk.Worry(ctx, w.tx, w.by, a)
	return err
}

// without keeps everybody once, but for one.
func without(some []int64, one int64) []int64 {
	seen := map[int64]bool{one: true}
	kept := []int64{}
	for _, id := range some {
		if !seen[id] {
			seen[id] = true
			kept = append(kept, id)
		}
	}
	return kept
}
