package roster

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// news is something about a shift that somebody hears; of makes its key: the
// same news of the same thing is told once.
type news struct {
	to      int64
	topic   string
	of      int64
	args    detail
	urgency outbox.Urgency // 0: a task
}

// subject is the lane of what is told of a shift.
func subject(sh Shift) string { return fmt.Sprintf("shift:%d", sh.ID) }

// tell enqueues news. Whom Telegram does not reach hears nothing: the lead sees
// who has said that they come.
func (s *Service) tell(ctx context.Context, tx *sqlx.Tx, n news, sh Shift) error {
	reached, err := people.Reachable(ctx, tx, sh.Community, []int64{n.to})
	if err != nil || len(reached) == 0 {
		return err
	}
	urgency := n.urgency
	if urgency == 0 {
		urgency = outbox.Task
	}
	return outbox.Enqueue(ctx, tx, sh.Community, outbox.Row{
		Key: fmt.Sprintf("%s:%s:%d:%d", subject(sh), n.topic, n.of, n.to), Person: n.to, Subject: subject(sh),
		Topic: n.topic, Args: n.args, Urgency: urgency, Due: s.now(),
	})
}

// sent is a message about a shift that was told somebody.
type sent struct {
	Person int64
	Key    string
}

// change edits messages that were told, as things stand when it is read; what
// was not sent yet stays away.
func (s *Service) change(ctx context.Context, tx *sqlx.Tx, sh Shift, topic string, all []sent, args detail) error {
	keys := make([]string, len(all))
	rows := make([]outbox.Row, len(all))
	for i, m := range all {
		keys[i] = m.Key
		rows[i] = outbox.Row{
			Key: m.Key + ":over", Person: m.Person, Subject: subject(sh), Topic: topic, Args: args,
			Urgency: outbox.Task, Due: s.now(), Edits: m.Key,
		}
	}
	if err := outbox.Withdraw(ctx, tx, sh.Community, keys...); err != nil {
		return err
	}
	return outbox.Enqueue(ctx, tx, sh.Community, rows...)
}
