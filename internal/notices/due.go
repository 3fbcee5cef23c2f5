package notices

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
)

// What falls due of a notice.
const (
	topicStart   = "notice.start"
	topicSweep   = "notice.sweep"   // gathers what became of its rows, while it goes
	topicCorrect = "notice.correct" // has everybody who has it read what it says now
	topicOver    = "notice.over"    // it is current no more
	topicList    = "notice.list"    // lists the doors that it did not reach
	topicCloses  = "notice.closes"  // a question takes no voice any more
	topicAsk     = "notice.ask"     // two weeks after its result: what was done about it?
	topicReminds = "notice.reminds" // on the day before an event
)

// About is what a row of the outbox is about: its args.
type About struct {
	Notice int64 `json:"notice"`
	Group  int64 `json:"group,omitempty"`
}

// Do does what falls due: the jobs of the outbox whose topics begin with "notice.".
func (s *Service) Do(ctx context.Context, community int64, topic string, args []byte) error {
	var a About
	if err := json.Unmarshal(args, &a); err != nil {
		return fmt.Errorf("do %s: %w", topic, err)
	}
	do := map[string]func(context.Context, *sqlx.Tx, Notice) error{
		topicStart:   s.startAtTime,
		topicSweep:   s.sweep,
		topicCorrect: s.spread,
		topicOver:    s.over,
		topicList:    s.listDoors,
		topicCloses:  s.tellClosed,
		topicAsk:     s.askWhatWasDone,
		topicReminds: s.remind,
	}[topic]
	if do == nil {
		return fmt.Errorf("do %s: unknown job", topic)
	}
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		n, err := lock(ctx, tx, community, a.Notice)
		if err != nil {
			return err
		}
		return do(ctx, tx, n)
	})
	if err != nil {
		return fmt.Errorf("do %s of notice %d: %w", topic, a.Notice, err)
	}
	return nil
}

// enqueue has a job done for a notice, once at that time.
func enqueue(ctx context.Context, tx *sqlx.Tx, n Notice, topic string, at time.Time) error {
	return outbox.Enqueue(ctx, tx, n.Community, outbox.Row{
		Key: fmt.Sprintf("%s:%d:%d", topic, n.ID, at.Unix()), Topic: topic, Args: n.args(), Urgency: outbox.Task, Due: at,
	})
}
