package cases

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// The keys of a draft's jobs: of each there is one.
func selfSendKey(id int64) string { return Subject(id) + ":self_send" }
func unsentKey(id int64) string   { return Subject(id) + ":unsent" }
func alarmKey(id int64) string    { return Subject(id) + ":alarm" }

// againKey is a self-send's key after its time was moved while it ran.
func againKey(id int64, due time.Time) string {
	return fmt.Sprintf("%s:%d", selfSendKey(id), due.UnixMilli())
}

func (t *turn) job(key, topic string, due time.Time) outbox.Row {
	return outbox.Row{Key: key, Topic: topic, Args: t.args(nil), Urgency: outbox.Task, Due: due}
}

// schedule enqueues what happens to a new draft when nobody answers.
func (t *turn) schedule(ctx context.Context, ring bool) error {
	var rows []outbox.Row
	if ring {
		row := t.job(alarmKey(t.c.ID), "case.alarm", t.now.Add(Ringing))
		row.Urgency = outbox.Urgent
		rows = append(rows, row)
	}
	if t.c.SelfSends {
		rows = append(rows, t.job(selfSendKey(t.c.ID), "case.self_send", *t.c.QuietUntil))
	} else {
		rows = append(rows, t.job(unsentKey(t.c.ID), "case.unsent", t.now.Add(Unanswered)))
	}
	return t.enqueue(ctx, rows)
}

// postpone moves the end of the quiet time.
func (t *turn) postpone(ctx context.Context) error {
	if t.c.SelfSends {
		return outbox.Postpone(ctx, t.tx, t.c.Community, selfSendKey(t.c.ID), *t.c.QuietUntil)
	}
	return outbox.Postpone(ctx, t.tx, t.c.Community, unsentKey(t.c.ID), t.now.Add(Unanswered))
}

// retire takes a draft's jobs away, and the cards that asked about it.
func (t *turn) retire(ctx context.Context) error {
	id := t.c.ID
	if err := outbox.Withdraw(ctx, t.tx, t.c.Community, selfSendKey(id), unsentKey(id), alarmKey(id)); err != nil {
		return err
	}
	return t.settle(ctx, news{topic: "case.withdrawn", urgency: outbox.Task})
}

// maySendItself is the rule for a report that nobody confirms: own media of a
// known person with a known place, a few times a day.
func (t *turn) maySendItself(ctx context.Context, d NewDraft) (bool, error) {
	if !d.Own || len(d.Media) == 0 {
		return false, nil
	}
	// Two reports at once must not both find that there is room for one more.
	p, err := people.LockPerson(ctx, t.tx, t.c.Community, t.c.Reporter)
	if err != nil || !p.Known() || !p.Settled() {
		return false, err
	}
	n, err := t.sentThemselves(ctx)
	return n < MaxSelf, err
}

// sentThemselves counts the reporter's other reports of today, in the
// community's zone, that sent themselves or are about to.
func (t *turn) sentThemselves(ctx context.Context) (int, error) {
	home, err := community.Read(ctx, t.tx, t.c.Community)
	if err != nil {
		return 0, err
	}
	var n int
	err = t.tx.GetContext(ctx, &n, `
		SELECT count(*) FROM cases
		WHERE community_id = $1 AND reporter_id = $2 AND id <> $3 AND self_sends
			AND (self_sent AND opened_at >= $4 OR status = 'draft')`,
		t.c.Community, t.c.Reporter, t.c.ID, startOfDay(t.now, home.Location()))
	return n, err
}

// SendItself is the job at the end of the quiet time. A draft that was
// answered meanwhile is left alone.
func (s *Service) SendItself(ctx context.Context, community, id int64) error {
	return s.job(ctx, community, id, func(t *turn) error {
		if t.from != Draft || !t.c.SelfSends {
			return nil
		}
		if due := *t.c.QuietUntil; due.After(t.now) {
			return t.enqueue(ctx, []outbox.Row{t.job(againKey(id, due), "case.self_send", due)})
		}
		if blocked, err := t.ofBlocked(ctx); err != nil || blocked {
			return t.dropIf(ctx, err)
		}
		if asks, err := t.asksSame(ctx); err != nil || asks {
			return err
		}
		if err := t.unaskSame(ctx); err != nil {
			return err
		}
		t.c.SelfSent = true
		return t.open(ctx, opening{code: MoveSendItself, unread: true})
	})
}

// Unsent is the job of a draft that waits for an answer: it goes before the
// secretary or who stands in for her, or where there is none before a member.
func (s *Service) Unsent(ctx context.Context, community, id int64) error {
	return s.job(ctx, community, id, func(t *turn) error {
		if t.from != Draft || t.c.Holder != 0 {
			return nil
		}
		if blocked, err := t.ofBlocked(ctx); err != nil || blocked {
			return t.dropIf(ctx, err)
		}
		return t.unsent(ctx, MoveUnsent, nil)
	})
}

// unsent puts a draft before whoever reads those now.
func (t *turn) unsent(ctx context.Context, code Move, more detail) error {
	who, err := t.reader(ctx)
	if err != nil {
		return err
	}
	t.c.Holder = who
	said := detail{"holder": who}
	maps.Copy(said, more)
	if err := t.become(ctx, code, Draft, said); err != nil || who == 0 {
		return err
	}
	return t.ping(ctx, news{topic: "case.unsent_ping"}, who)
}

// reader is who reads those: who is in charge, or where Telegram reaches nobody
// of them a member. One of but does not count.
func (t *turn) reader(ctx context.Context, but ...int64) (int64, error) {
	_, charge, err := people.Staff(ctx, t.tx, t.c.Community, t.c.Area)
	if err != nil {
		return 0, err
	}
	if charge != 0 && !slices.Contains(but, charge) {
		if engaged, err := people.Engage(ctx, t.tx, t.c.Community, charge); err != nil || engaged {
			return charge, err
		}
	}
	return t.next(ctx, but...)
}

// dropIf lets go of a draft unless something failed.
func (t *turn) dropIf(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	return t.drop(ctx)
}
