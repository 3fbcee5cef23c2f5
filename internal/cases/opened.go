package cases

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// OpenedTopic is under what the outbox knows a message by which somebody opened a case.
const OpenedTopic = "card.opened"

// Opened notes that a message in somebody's chat shows a case, as they opened it from a
// list: it is a card of theirs like those that were sent to them, and goes when the case
// becomes private, is taken back, or is theirs no more. It asks nothing. A repeat
// changes nothing.
func (s *Service) Opened(ctx context.Context, actor people.Actor, id, message int64, form string) error {
	return s.job(ctx, actor.Community, id, func(t *turn) error {
		key := fmt.Sprintf("%s:opened:%d:%d", Subject(id), actor.Person, message)
		fresh, err := outbox.Lying(ctx, t.tx, t.c.Community, outbox.Row{
			Key: key, Person: actor.Person, Subject: Subject(id), Topic: OpenedTopic, Args: t.args(nil), Urgency: outbox.Task, Due: t.now,
		}, message, form)
		if err != nil || !fresh {
			return err
		}
		if t.from == TakenBack || !t.c.Concerns(actor) { // since it was drawn
			t.event = t.now.UnixMicro()
			return t.enqueue(ctx, []outbox.Row{t.edit(taskNews("case.withdrawn"), actor.Person, key)})
		}
		_, err = t.tx.ExecContext(ctx, `
			INSERT INTO case_cards (community_id, case_id, person_id, round, key, settled_at, says)
			SELECT $1, $2, $3, coalesce(max(round), 0) + 1, $4, $5, true FROM case_cards WHERE community_id = $1 AND case_id = $2
			HAVING bool_and(key <> $4) IS NOT FALSE`,
			t.c.Community, t.c.ID, actor.Person, key, t.now)
		return err
	})
}
