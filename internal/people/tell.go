package people

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
)

// args is what a row of the outbox says: ids and codes.
type args map[string]any

// news is something about a role that somebody hears; of makes its key: the same
// news of the same thing is told once.
type news struct {
	to    int64
	topic string
	of    int64
	args  args
}

// tell enqueues news. Whom Telegram does not reach hears nothing: who asks will
// see it, and who is told something is not the one who needs it most.
func (s *Service) tell(ctx context.Context, tx *sqlx.Tx, community int64, n news) error {
	reached, err := Reachable(ctx, tx, community, []int64{n.to})
	if err != nil || len(reached) == 0 {
		return err
	}
	return outbox.Enqueue(ctx, tx, community, outbox.Row{
		Key:    fmt.Sprintf("%s:%d:%d", n.topic, n.of, n.to),
		Person: n.to, Subject: "role", Topic: n.topic, Args: n.args, Urgency: outbox.Task, Due: s.clk.Now(),
	})
}
