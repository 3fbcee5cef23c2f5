package childcare

import (
	"context"
	"fmt"
	"time"

	"github.com/linli-bot/linli/internal/outbox"
)

// lane is the subject of what is told of a child's day.
func (w *ward) lane() string {
	return fmt.Sprintf("care:child:%d:%s", w.child.ID, w.day.Format(time.DateOnly))
}

// args names the child and its day.
func (w *ward) args() detail { return detail{"child": w.child.ID, "day": w.day.Format(time.DateOnly)} }

// tell tells something of the child.
func (w *ward) tell(ctx context.Context, n news) error {
	for name, value := range w.args() {
		if n.args == nil {
			n.args = detail{}
		}
		n.args[name] = value
	}
	return w.s.tell(ctx, w.tx, w.by.Community, n)
}

// over takes back something of the child that was told.
func (w *ward) over(ctx context.Context, n news) error {
	for name, value := range w.args() {
		if n.args == nil {
			n.args = detail{}
		}
		n.args[name] = value
	}
	return w.s.over(ctx, w.tx, w.by.Community, n)
}

// hearers are who hears where the child is: who decides, and of a talk who booked it.
func (w *ward) hearers(ctx context.Context) ([]int64, error) {
	return w.hearersOf(ctx, w.is.Reason == ofTalk)
}

func (w *ward) hearersOf(ctx context.Context, talk bool) (ids []int64, err error) {
	all, err := deciders(ctx, w.tx, w.by.Community, w.child.ID)
	if err != nil || !talk {
		return all, err
	}
	err = w.tx.SelectContext(ctx, &ids, `
		SELECT DISTINCT by_id FROM care_bookings
		WHERE community_id = $1 AND child_id = $2 AND day = $3 AND part = 'talk' AND by_id IS NOT NULL AND care_decides($1, $2, by_id)`,
		w.by.Community, w.child.ID, w.day)
	return ids, err
}

// all are who decides and who runs the hall.
func (w *ward) all(ctx context.Context) ([]int64, error) {
	some, err := deciders(ctx, w.tx, w.by.Community, w.child.ID)
	if err != nil {
		return nil, err
	}
	run, err := leads(ctx, w.tx, w.by.Community)
	return without(append(some, run...), 0), err
}

// tellArrived tells who hears of it that the child is in the hall.
func (w *ward) tellArrived(ctx context.Context) error {
	if w.mute {
		return nil
	}
	to, err := w.hearers(ctx)
	if err != nil {
		return err
	}
	n := news{to: to, topic: topicArrived, subject: w.lane(), of: w.is.ID, args: detail{"custody": w.is.ID}, urgency: outbox.Notice}
	if w.unexpected {
		n.urgency = outbox.Task
	}
	return w.tell(ctx, n)
}

// left ends the key of what says, in the message that a child is there, that it left.
const left = ":left"

// tellLeft tells them that it left: in the message that said that it is there, and in a new
// one where it left with somebody who had to be checked, or at the word of the lead.
func (w *ward) tellLeft(ctx context.Context, talk bool) error {
	to, err := w.hearersOf(ctx, talk)
	if err != nil {
		return err
	}
	edited, err := w.editArrived(ctx)
	if err != nil {
		return err
	}
	n := news{to: to, topic: topicLeft, subject: w.lane(), of: w.is.ID, args: detail{"custody": w.is.ID}, urgency: outbox.Notice}
	switch {
	case w.is.How == Override:
		n.topic, n.urgency = topicOverride, outbox.Task
	case w.is.How == ByHand:
		n.urgency = outbox.Task
	case w.mute:
		n.to = nil
	default:
		for _, one := range edited {
			n.to = without(n.to, one)
		}
	}
	if err := w.tell(ctx, n); err != nil {
		return err
	}
	return w.over(ctx, news{subject: w.lateLane(), topic: topicLate, args: detail{"custody": w.is.ID}})
}

// editArrived says in what was told of the arrival that the child left, and returns whom
// that reaches. What they have not been told yet they are told no more.
func (w *ward) editArrived(ctx context.Context) (reached []int64, err error) {
	told, err := outbox.Told(ctx, w.tx, w.by.Community, w.lane(), w.lane()+":"+topicArrived+":", left)
	if err != nil {
		return nil, err
	}
	args := w.args()
	args["custody"] = w.is.ID
	for _, t := range told {
		if t.SentAt == nil {
			if err := outbox.Withdraw(ctx, w.tx, w.by.Community, t.Key); err != nil {
				return nil, err
			}
			continue
		}
		person, err := personOf(t.Key)
		if err != nil {
			return nil, err
		}
		reached = append(reached, person)
		err = outbox.Enqueue(ctx, w.tx, w.by.Community, outbox.Row{
			Key: t.Key + left, Person: person, Subject: w.lane(), Topic: topicLeft, Args: args, Urgency: outbox.Notice, Due: w.s.now(), Edits: t.Key,
		})
		if err != nil {
			return nil, err
		}
	}
	return reached, nil
}
