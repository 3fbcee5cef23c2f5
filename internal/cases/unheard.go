package cases

import (
	"context"
	"slices"

	"github.com/linli-bot/linli/internal/people"
)

// What is private goes from one who may hear it to another, as everything else goes up
// its ladder: nobody who is silent or away keeps it. Whoever had it before sees it no
// more, both sides read who hears them now, and nobody else hears anything of it. Where
// all who may hear it were silent the last keeps it and is told again, and who is in
// charge learns that a private case waits for a mediator, and nothing else.

// climbUnheard asks the next who may hear what nobody has taken.
func (t *turn) climbUnheard(ctx context.Context) error {
	from := t.c.Holder
	next, err := t.unasked(ctx)
	if err != nil {
		return err
	}
	t.c.Step++
	if next == 0 {
		t.c.Step = max(t.c.Step, rungs)
		if err := t.againAsked(ctx); err != nil {
			return err
		}
		return t.wantsMediator(ctx)
	}
	if _, err := t.askNext(ctx, next); err != nil {
		return err
	}
	if from != 0 {
		if err := t.settleOf(ctx, from); err != nil {
			return err
		}
	}
	return t.tellHearer(ctx)
}

// relievedHearer hands over what its mediator has taken and says nothing of, and
// reports whether it did.
func (t *turn) relievedHearer(ctx context.Context) (bool, error) {
	next, err := t.unasked(ctx)
	if err != nil {
		return false, err
	}
	if next == 0 {
		return false, t.wantsMediator(ctx)
	}
	return true, t.handOverTo(ctx, t.c.Holder, next)
}

// unasked is the next who may hear what is private and has neither it now, nor passed
// it, nor been silent about it; 0 is nobody.
func (t *turn) unasked(ctx context.Context) (int64, error) {
	not, err := t.silentBefore(ctx)
	if err != nil {
		return 0, err
	}
	passed, err := t.passed(ctx)
	if err != nil {
		return 0, err
	}
	not = slices.Concat(not, passed, []int64{t.c.Holder})
	for {
		id, err := t.hearer(ctx, not)
		if err != nil || id == 0 {
			return 0, err
		}
		if engaged, err := people.Engage(ctx, t.tx, t.c.Community, id); err != nil || engaged {
			return id, err
		}
		not = append(not, id) // their role ended a moment ago
	}
}

// silentBefore are those from whom the clock took the case.
func (t *turn) silentBefore(ctx context.Context) (ids []int64, err error) {
	err = t.tx.SelectContext(ctx, &ids, `
		SELECT DISTINCT (detail->>'person')::bigint FROM case_events
		WHERE community_id = $1 AND case_id = $2 AND code IN ($3, $4) AND actor_id IS NULL AND (detail->>'person')::bigint <> 0`,
		t.c.Community, t.c.ID, MoveEscalate, MoveHandOver)
	return ids, err
}

// tellHearer tells both sides of what is private who hears them now.
func (t *turn) tellHearer(ctx context.Context) error {
	if t.c.Private == "" || t.c.Holder == 0 || t.from == Draft {
		return nil
	}
	return t.tell(ctx, taskNews("case.hears_now"), t.c.For, t.c.Other)
}

// wantsMediator tells who is in charge that a private case waits for a mediator, and
// nothing of it: it is no card, and names neither the case nor anybody. Who holds it
// knows, and none of those whom it is about is told.
func (t *turn) wantsMediator(ctx context.Context) error {
	_, office, err := people.Hearers(ctx, t.tx, t.c.Community)
	if err != nil {
		return err
	}
	kin, err := people.Kin(ctx, t.tx, t.c.Community, t.c.concerned())
	if err != nil {
		return err
	}
	office = slices.DeleteFunc(office, func(id int64) bool {
		return slices.Contains(t.c.concerned(), id) || slices.Contains(kin, id)
	})
	if len(office) == 0 || office[0] == t.c.Holder {
		return nil
	}
	return t.tell(ctx, taskNews("case.mediator_wanted"), office[0])
}
