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
func leaveKey(g Group) string { return fmt.Sprintf("%s:leave:%d", subject(g.ID), g.Waits) }

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
	once := fmt.Sprintf("%d:%d:%d", g.Waits, topic, now.Truncate(greetEvery).Unix())
	return outbox.Row{
		Key: subject(g.ID) + ":hello:" + once, Chat: g.Chat, Subject: subject(g.ID), Topic: "group.greeting",
		Args: map[string]any{"group": g.ID, "topic": topic}, Urgency: outbox.Notice, Due: now,
	}
}

// warn tells something to whoever is in charge; nobody hears where nobody is.
func (s *Service) warn(ctx context.Context, tx *sqlx.Tx, community int64, row outbox.Row) error {
	to, err := people.InCharge(ctx, tx, community)
	if refusal.Is(err, refusal.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	row.Person = to.ID
	return outbox.Enqueue(ctx, tx, community, row)
}
