package cases

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// without goes on where somebody who brought cases, whom they are for, or whose side of
// them is heard, is gone. What was not sent is dropped with its words; what waits for
// their answer goes on; what they were asked about is looked at; and who goes to the
// rest is told that there is nobody to ask.
func (s *Service) without(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	var ids []int64
	err := tx.SelectContext(ctx, &ids, `
		SELECT id FROM cases
		WHERE community_id = $1 AND (reporter_id = $2 OR for_id = $2 OR other_id = $2)
			AND status IN ('draft', 'assigned', 'taken', 'waiting', 'proposed', 'done')
		ORDER BY id`, c.Community, c.Person)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		DELETE FROM case_followers WHERE community_id = $1 AND person_id = $2 AND NOT double`, c.Community, c.Person)
	if err != nil {
		return err
	}
	return s.each(ctx, tx, c, ids, func(t *turn) error {
		if t.from != Draft {
			t.event = t.now.UnixMicro() // it has none of its own: the moment keys what is told
			return t.goesOnWithout(ctx, c.Person)
		}
		if t.c.Reporter != c.Person {
			return nil
		}
		return t.drop(ctx)
	})
}

// goesOnWithout goes on with a case without somebody of whom something was asked, unless
// others can be asked. Whoever holds it is told where it is still theirs to do.
func (t *turn) goesOnWithout(ctx context.Context, person int64) error {
	asks := t.from == Done || t.from == Waiting && t.c.WaitFor == ForResident
	if asks {
		to, err := t.asked(ctx)
		if err != nil {
			return err
		}
		others, err := people.Reachable(ctx, t.tx, t.c.Community, to)
		if err != nil {
			return err
		}
		asks = len(others) == 0
	}
	switch {
	case asks && t.from == Done && t.c.Private == "":
		return t.lookThere(ctx)
	case t.from == Done:
		return nil // others answer; what is private asks its sides by itself
	case asks:
		if err := t.wake(ctx, detail{"for": ForResident}); err != nil {
			return err
		}
	}
	return t.ping(ctx, news{topic: "case.reporter_gone", args: detail{"by": person}}, t.c.Holder)
}

// looksPass puts what somebody was to look at, and can no more, before the next.
func (s *Service) looksPass(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	var ids []int64
	err := tx.SelectContext(ctx, &ids, toLook+` ORDER BY id`, c.Community, c.Person)
	if err != nil {
		return fmt.Errorf("what person %d was to look at: %w", c.Person, err)
	}
	return s.each(ctx, tx, c, ids, func(t *turn) error {
		looks, err := t.looks(ctx, c.Person)
		if err != nil || !looks {
			return err
		}
		if c.What == people.RoleEnded {
			if may, err := t.mayDecide(ctx, c.Person); err != nil || may {
				return err
			}
		}
		if err := t.lookNext(ctx); err != nil {
			return err
		}
		looks, err = t.looks(ctx, c.Person)
		if err != nil || looks || c.What == people.RoleEnded { // there is nobody else; or their cards do nothing by now
			return err
		}
		return t.settleOf(ctx, c.Person)
	})
}
