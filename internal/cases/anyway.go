package cases

import (
	"context"

	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/people"
)

// byHand are the moves by which somebody says that they see to a case.
var byHand = []string{
	string(MoveTake), string(MoveHandOver), string(MovePlan), string(MoveProgress), string(MoveWait), string(MoveWake),
	string(MoveDone), string(MovePropose), string(MoveUndo),
}

// goesAnyway reports whether the holder sees to the case although they are away:
// they took it, or did something for it, by their own hand since they are. Then it is
// theirs as it would be anybody's, and the clocks ask them as they ask others, until
// Telegram does not reach them or they are gone.
func (t *turn) goesAnyway(ctx context.Context, holder people.Person) (is bool, err error) {
	if holder.Here() || holder.Gone() || !holder.Reachable {
		return false, nil
	}
	since, err := people.AwaySince(ctx, t.tx, t.c.Community, holder.ID)
	if err != nil || since.IsZero() {
		return false, err
	}
	err = t.tx.GetContext(ctx, &is, `
		SELECT EXISTS (SELECT FROM case_events
			WHERE community_id = $1 AND case_id = $2 AND actor_id = $3 AND at > $4 AND code = ANY ($5)
				AND (code <> $6 OR (detail->>'holder')::bigint = $3))`,
		t.c.Community, t.c.ID, holder.ID, since, pq.Array(byHand), MoveHandOver)
	return is, err
}

// holderGoes is goesAnyway of who holds the case.
func (t *turn) holderGoes(ctx context.Context) (bool, error) {
	holder, err := people.ReadPerson(ctx, t.tx, t.c.Community, t.c.Holder)
	if err != nil {
		return false, err
	}
	return t.goesAnyway(ctx, holder)
}
