package cases

import (
	"context"
	"fmt"
	"slices"
)

// Unreached is told when Telegram delivers nothing to a person any more. What
// was theirs to go to passes on at once, without counting as their pass; where
// nobody is left, the case is open and whoever comes may take it. What they have
// taken is handed over, where there is somebody: who hears nothing keeps no case.
func (s *Service) Unreached(ctx context.Context, community, id, person int64) error {
	return s.job(ctx, community, id, func(t *turn) error {
		v, open, err := t.openVisit(ctx)
		if err != nil {
			return err
		}
		if open && v.Person == person {
			return t.sendThere(ctx, v)
		}
		looks, err := t.looks(ctx, person)
		switch {
		case err != nil:
			return err
		case looks: // another is to look at what is proposed, at once
			return t.lookNext(ctx)
		case t.c.Holder == person && slices.Contains([]Status{Taken, Waiting, Done}, t.from):
			return t.leaveBehind(ctx, person)
		case t.c.Holder != person || !leads(t.from, MoveUnreached):
			return t.notTold(ctx, person)
		case t.from == Draft:
			return t.unsent(ctx, MoveUnreached, detail{"person": person})
		default:
			return t.passOn(ctx, person)
		}
	})
}

// leaveBehind hands over what somebody has taken; where nobody else could go, who
// brought it and who is in charge cannot be helped by its changing hands.
func (t *turn) leaveBehind(ctx context.Context, person int64) error {
	next, err := t.successor(ctx, person)
	if err != nil {
		return err
	}
	if next == 0 {
		return t.notTold(ctx, person)
	}
	return t.handOver(ctx, person)
}

// passOn asks the next; where all the others have passed it is who is in charge who
// has it.
func (t *turn) passOn(ctx context.Context, person int64) error {
	next, err := t.successor(ctx, person)
	if err != nil {
		return err
	}
	t.c.Holder = next
	to := Assigned
	if next == 0 {
		to = Open
	}
	if err := t.become(ctx, MoveUnreached, to, detail{"person": person, "holder": next}); err != nil {
		return err
	}
	if next == 0 {
		return t.findHearer(ctx)
	}
	if err := t.tellHearer(ctx); err != nil {
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

// Unreachable passes on all that somebody holds whom Telegram does not reach any more,
// where they were to look in again, and what they were to look at, as if each case
// had been told them in vain. What they proposed is with whoever looks at it.
func (s *Service) Unreachable(ctx context.Context, community, person int64) error {
	var ids []int64
	err := s.db.SelectContext(ctx, &ids, `
		SELECT c.id FROM cases c
		WHERE c.community_id = $1 AND EXISTS (SELECT FROM persons p WHERE p.community_id = $1 AND p.id = $2 AND NOT p.reachable) AND c.id IN (
			SELECT id FROM cases
			WHERE community_id = $1 AND holder_id = $2 AND status IN ('draft', 'assigned', 'taken', 'waiting', 'done')
			UNION SELECT case_id FROM case_visits WHERE community_id = $1 AND person_id = $2 AND ended_at IS NULL
			UNION `+toLook+`)
		ORDER BY c.urgent DESC, c.id`, community, person)
	if err != nil {
		return fmt.Errorf("what person %d holds: %w", person, err)
	}
	for _, id := range ids {
		if err := s.Unreached(ctx, community, id, person); err != nil {
			return err
		}
	}
	return nil
}
