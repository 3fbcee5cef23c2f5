package groups

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// subject is what orders the messages about a group.
func subject(id int64) string { return fmt.Sprintf("group:%d", id) }

// leaveKey is of the job that leaves a group: one each time that it begins to
// wait for somebody to tie it.
func leaveKey(g Group) string {
	if g.LeaveAt == nil {
		return ""
	}
	return fmt.Sprintf("%s:leave:%d", subject(g.ID), g.LeaveAt.UnixMilli())
}

// leaving is that job: Telegram's own, and so the edge's.
func leaving(g Group) outbox.Row {
	return outbox.Row{
		Key: leaveKey(g), Topic: "chat.leave", Args: map[string]any{"group": g.ID}, Urgency: outbox.Task, Due: *g.LeaveAt,
	}
}

// greetEvery is how often a group is told how to reach the bot, however often
// it is asked.
const greetEvery = time.Minute

// hello is the one sentence that a group gets to whatever is said to the bot
// there, in the topic where it was said.
func hello(g Group, topic int64, now time.Time) outbox.Row {
	once := fmt.Sprintf("%d:%d:%d", g.AddedAt.UnixMilli(), topic, now.Truncate(greetEvery).Unix())
	return outbox.Row{
		Key: subject(g.ID) + ":hello:" + once, Chat: g.Chat, Subject: subject(g.ID), Topic: "group.hello",
		Args: map[string]any{"group": g.ID, "topic": topic}, Urgency: outbox.Notice, Due: now,
	}
}

// warn tells whoever is in charge what has become of a group; nobody hears
// where nobody is.
func (s *Service) warn(ctx context.Context, tx *sqlx.Tx, community int64, g Group, topic string) error {
	to, err := people.Secretary(ctx, tx, community)
	if refusal.Is(err, refusal.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	now := s.clk.Now()
	return outbox.Enqueue(ctx, tx, community, outbox.Row{
		Key: fmt.Sprintf("%s:%s:%d", subject(g.ID), topic, now.UnixMilli()), Person: to.ID, Subject: subject(g.ID),
		Topic: topic, Args: map[string]any{"group": g.ID}, Urgency: outbox.Task, Due: now,
	})
}
