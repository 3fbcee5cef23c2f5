package notices

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// note is something that the author of a notice hears of it, once.
type note struct {
	topic string
	group int64  // it is about; 0: none
	again string // not "" where it changes what they were told of that
	due   time.Time
}

func (w note) key(n Notice) string {
	key := subject(n.ID) + ":" + w.topic
	if w.group != 0 {
		key += fmt.Sprintf(":g%d", w.group)
	}
	return key
}

// showEvery is how often an author reads anew how far a notice is.
const showEvery = 5 * time.Second

// tellProgressSoon shows the author how far a notice is, when it is time for that again.
func (s *Service) tellProgressSoon(ctx context.Context, tx *sqlx.Tx, n Notice) error {
	due := s.now().Truncate(showEvery).Add(showEvery)
	return s.tellAuthor(ctx, tx, n, note{topic: topicProgress, again: fmt.Sprintf(":%d", due.Unix()), due: due})
}

// tellProgress shows the author at once how far a notice is, in the one message that they
// have of it.
func (s *Service) tellProgress(ctx context.Context, tx *sqlx.Tx, n Notice) error {
	w := note{topic: topicProgress, due: s.now()}
	told, err := outbox.Known(ctx, tx, n.Community, w.key(n))
	if err != nil {
		return err
	}
	if len(told) > 0 {
		w.again = fmt.Sprintf(":%d", s.now().UnixMilli())
	}
	return s.tellAuthor(ctx, tx, n, w)
}

// tellAuthor tells the author something, or who is in charge where Telegram does not
// reach them.
func (s *Service) tellAuthor(ctx context.Context, tx *sqlx.Tx, n Notice, w note) error {
	to, err := people.Reachable(ctx, tx, n.Community, []int64{n.Author})
	if err == nil && len(to) == 0 {
		to, err = inCharge(ctx, tx, n.Community)
	}
	if err != nil || len(to) == 0 {
		return err
	}
	row := outbox.Row{
		Key: w.key(n), Person: to[0], Subject: w.key(n), Topic: w.topic, Args: About{n.ID, w.group}, Urgency: outbox.Task, Due: latest(w.due, s.now()),
	}
	if w.again != "" {
		row.Key, row.Edits = row.Key+w.again, row.Key
	}
	return outbox.Enqueue(ctx, tx, n.Community, row)
}

// inCharge is who does what is the secretary's to do, if anybody.
func inCharge(ctx context.Context, q sqlx.QueryerContext, community int64) ([]int64, error) {
	charge, err := people.InCharge(ctx, q, community)
	if isNotFound(err) {
		return nil, nil
	}
	return []int64{charge.ID}, err
}
