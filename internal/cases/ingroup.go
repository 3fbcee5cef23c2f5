package cases

import (
	"context"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// TakeInGroup says "I'll go" by the button of a post in a group: what the group
// does not read comes to whoever tapped, in private.
func (s *Service) TakeInGroup(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"take", access.Take, actor, id}, func(t *turn) error {
		if t.from == Taken && t.c.Holder == t.actor.Person {
			return nil
		}
		if err := t.take(ctx); err != nil {
			return err
		}
		if err := t.tellFamily(ctx, news{"case.taken", noticeOf(t.c), detail{"by": t.actor.Person}}); err != nil {
			return err
		}
		if err := t.refresh(ctx); err != nil { // what asked them in private was answered in the group
			return err
		}
		return t.ping(ctx, news{topic: "case.ping"}, t.actor.Person)
	})
}
