package cases

import (
	"cmp"
	"context"
	"slices"

	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// MostNamed is how many open cases somebody may hold and still be asked before others
// because they are named for a kind: with more than a day's page of them, everybody
// else does it sooner.
const MostNamed = 9

// byKind orders people as byLoad does, but those who are named for the kind of the
// case before the others. Nobody is left out: where none of them is named for it, or
// all of those hold MostNamed, it is as if nobody were. What has no kind yet is
// everybody's. Open does the same within its one statement (draw).
func (t *turn) byKind(ctx context.Context, ids []int64) ([]int64, error) {
	open, err := t.loads(ctx, ids)
	if err != nil {
		return nil, err
	}
	named, err := t.named(ctx, ids, open)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(ids, func(a, b int64) int {
		return cmp.Or(first(slices.Contains(named, a), slices.Contains(named, b)), cmp.Compare(open[a], open[b]))
	})
	return ids, nil
}

// named are those of some people who are asked first for the kind of the case, by how
// many open cases each holds.
func (t *turn) named(ctx context.Context, ids []int64, open map[int64]int) ([]int64, error) {
	if t.c.Kind == "" {
		return nil, nil // nobody is an answer
	}
	named, err := people.Named(ctx, t.tx, t.c.Community, ids, t.c.Kind)
	return slices.DeleteFunc(named, func(id int64) bool { return open[id] >= MostNamed }), err
}

// toNamed hands a case on whose kind is another now: to who is named for that, where
// whoever was asked is not, has not taken it and has done nothing about it. Whoever
// looked keeps it, and can pass it; of a danger everybody was told.
func (t *turn) toNamed(ctx context.Context) error {
	if t.from != Assigned || t.c.Danger != "" || t.c.Holder == t.actor.Person {
		return nil
	}
	members, _, err := roster.Staff(ctx, t.tx, t.c.Community, t.c.Area, t.now)
	if err != nil {
		return err
	}
	open, err := t.loads(ctx, members)
	if err != nil {
		return err
	}
	named, err := t.named(ctx, members, open)
	if err != nil || len(named) == 0 {
		return err
	}
	settled, err := t.staysWith(ctx, t.c.Holder)
	if err != nil || settled {
		return err
	}
	slices.SortStableFunc(named, func(a, b int64) int { return cmp.Compare(open[a], open[b]) })
	next, err := t.firstOf(ctx, named, nil)
	if err != nil || next == 0 {
		return err
	}
	return t.give(ctx, MoveHandOver, next, news{topic: "case.ping"})
}

// staysWith reports whether somebody has a case for good reason, whatever it is called
// now: they are named for it, or have looked into it.
func (t *turn) staysWith(ctx context.Context, person int64) (stays bool, err error) {
	err = t.tx.GetContext(ctx, &stays, `
		SELECT EXISTS (
			SELECT FROM case_events WHERE community_id = $1 AND case_id = $2 AND actor_id = $3
		) OR EXISTS (
			SELECT FROM person_roles
			WHERE community_id = $1 AND person_id = $3 AND role = 'member' AND ended_at IS NULL AND $4 = ANY (kinds))`,
		t.c.Community, t.c.ID, person, t.c.Kind)
	return stays, err
}
