package cases

import (
	"context"
	"fmt"
)

// Unreached is told when Telegram delivers nothing to a person any more. What
// was theirs to go to passes on at once, without counting as their pass; where
// nobody is left, the case is open and whoever comes may take it. What they have
// taken stays theirs: it is noted that they were not told.
func (s *Service) Unreached(ctx context.Context, community, id, person int64) error {
	return s.job(ctx, community, id, func(t *turn) error {
		switch {
		case t.c.Holder != person || !leads(t.from, MoveUnreached):
			return t.notTold(ctx, person)
		case t.from == Draft:
			return t.unsent(ctx, MoveUnreached, detail{"person": person})
		default:
			return t.passOn(ctx, person)
		}
	})
}

func (t *turn) passOn(ctx context.Context, person int64) error {
	next, err := t.next(ctx)
	if err != nil {
		return err
	}
	t.c.Holder = next
	to := Assigned
	if next == 0 {
		to = Open
	}
	if err := t.become(ctx, MoveUnreached, to, detail{"person": person, "holder": next}); err != nil || next == 0 {
		return err
	}
	return t.ping(ctx, news{topic: "case.ping"}, next)
}

// notTold notes once that somebody did not hear of a case.
func (t *turn) notTold(ctx context.Context, person int64) error {
	key := fmt.Sprintf("unreached:%d", person)
	if there, err := t.repeated(ctx, key); err != nil || there {
		return err
	}
	return t.aside(ctx, MoveNotTold, detail{"key": key, "person": person})
}
