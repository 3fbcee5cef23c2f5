package notices

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// What is told of what a notice brought about. Each names the notice.
const (
	topicDoors    = "notice.doors"     // to who is to go: so many doors, so many calls
	topicListed   = "notice.listed"    // to the author: so many homes were not reached, and who goes
	topicClosed   = "notice.closed"    // to the author: a question has closed
	topicAsksDone = "notice.asks_done" // to the author: what was done about it?
	topicPlace    = "notice.place"     // a place came free, and is yours
	topicForYou   = "notice.for_you"   // somebody signed you up, or off
	topicRemind   = "notice.remind"    // tomorrow it is on
	topicOff      = "notice.off"       // it does not take place, and why
)

// news is something of a notice that some people hear; of makes its key: the same news
// of the same event is told once.
type news struct {
	to      []int64
	topic   string
	of      int64
	args    detail
	urgency outbox.Urgency // 0: a task
	due     time.Time      // zero: now
}

// tell enqueues news for those of some people whom Telegram reaches.
func (s *Service) tell(ctx context.Context, tx *sqlx.Tx, n Notice, say news) error {
	reached, err := people.Reachable(ctx, tx, n.Community, say.to)
	if err != nil {
		return err
	}
	if say.urgency == 0 {
		say.urgency = outbox.Task
	}
	if say.due.IsZero() {
		say.due = s.now()
	}
	args := detail{"notice": n.ID}
	for k, v := range say.args {
		args[k] = v
	}
	rows := make([]outbox.Row, len(reached))
	for i, to := range reached {
		rows[i] = outbox.Row{
			Key: fmt.Sprintf("%s:%d:%d:%d", say.topic, n.ID, say.of, to), Person: to, Subject: fmt.Sprintf("%s:%d", say.topic, n.ID),
			Topic: say.topic, Args: args, Urgency: say.urgency, Due: say.due,
		}
	}
	return outbox.Enqueue(ctx, tx, n.Community, rows...)
}
