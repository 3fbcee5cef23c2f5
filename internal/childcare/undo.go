package childcare

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// StillHere takes back, within ten minutes, that a child left: it was a wrong tap, for who
// tapped it or runs the hall. The child is with them as before; what was written stays, as
// what nobody did, and speaks for nobody. Who was told that it left is told otherwise. It is
// care.too_late afterwards. Repeated, it changes nothing.
func (s *Service) StillHere(ctx context.Context, actor people.Actor, custody int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		var c Custody
		err := tx.GetContext(ctx, &c, `
			SELECT `+custodyColumns+` FROM care_custody WHERE community_id = $1 AND id = $2`, actor.Community, custody)
		if err = found(err, "custody", custody); err != nil {
			return err
		}
		day, err := s.today(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		w, err := s.ward(ctx, tx, actor, c.Child, day, s.now())
		if err != nil {
			return err
		}
		if c.Place != Out || c.How == Begin {
			return access.NotFound()
		}
		was, err := readBefore(ctx, tx, c)
		if err != nil {
			return err
		}
		if err := w.mayUndo(ctx, c, was); err != nil {
			return err
		}
		if w.is.ID != c.ID {
			return w.undoneAlready(ctx, c)
		}
		if w.now.Sub(c.Since) >= sameTap || !c.Day.Equal(day) {
			return conflict("care.too_late")
		}
		return w.undo(ctx, c, was)
	})
	if err != nil {
		return fmt.Errorf("the child of custody %d is still here: %w", custody, err)
	}
	return nil
}

// readBefore reads where a child was before.
func readBefore(ctx context.Context, q sqlx.QueryerContext, c Custody) (was Custody, err error) {
	err = sqlx.GetContext(ctx, q, &was, `
		SELECT `+custodyColumns+` FROM care_custody WHERE community_id = $1 AND child_id = $2 AND id < $3 ORDER BY id DESC LIMIT 1`,
		c.Community, c.Child, c.ID)
	return was, err
}

// mayUndo lets the actor have the child back as it was before who gave it away and may still
// keep it so, or who runs the hall.
func (w *ward) mayUndo(ctx context.Context, c, was Custody) error {
	if c.By == w.by.Person {
		who, err := people.ReadActor(ctx, w.tx, w.by.Community, w.by.Person)
		if err != nil || was.mayKeep(who) {
			return err
		}
	}
	return w.s.lead(ctx, w.tx, w.by)
}

// undoneAlready is nothing where it was taken back before, and otherwise too late.
func (w *ward) undoneAlready(ctx context.Context, c Custody) error {
	var is bool
	err := w.tx.GetContext(ctx, &is, `SELECT undone FROM care_custody WHERE community_id = $1 AND id = $2`, c.Community, c.ID)
	if err == nil && !is {
		err = conflict("care.too_late")
	}
	return err
}

// undo has the child be where it was before it left, in the hands of the actor.
func (w *ward) undo(ctx context.Context, c, was Custody) error {
	back := Custody{Place: was.Place, Holder: w.by.Person, How: ByStaff}
	if was.Reason == ofTalk {
		back.Reason = ofTalk
		if was.How == Brought {
			back.How = Brought
		}
	}
	if err := w.pass(ctx, back); err != nil {
		return err
	}
	for _, undo := range []string{
		`UPDATE care_custody SET undone = true WHERE community_id = $1 AND id = $2`,
		`UPDATE care_codes o SET right_at = NULL FROM care_custody c WHERE c.community_id = $1 AND c.id = $2 AND c.how = 'code'
			AND o.community_id = c.community_id AND o.child_id = c.child_id AND o.day = c.day AND o.right_at = c.since`,
		`UPDATE care_asks a SET used_at = NULL FROM care_custody c WHERE c.community_id = $1 AND c.id = $2
			AND a.community_id = c.community_id AND a.id = c.ask_id`,
	} {
		if _, err := w.tx.ExecContext(ctx, undo, c.Community, c.ID); err != nil {
			return err
		}
	}
	if err := w.logged(ctx, "still_here", detail{"undone": c.ID}); err != nil {
		return err
	}
	return w.tellStillHere(ctx, was.Reason == ofTalk)
}

// tellStillHere tells who was told that the child left that it did not, also in the messages
// that say so.
func (w *ward) tellStillHere(ctx context.Context, talk bool) error {
	args := detail{"custody": w.is.ID}
	for _, topic := range []string{topicLeft, topicOverride} {
		if err := w.over(ctx, news{subject: w.lane(), topic: topic, args: args}); err != nil {
			return err
		}
	}
	told, err := outbox.Told(ctx, w.tx, w.by.Community, w.lane(), w.lane()+":"+topicArrived+":", gone)
	if err != nil {
		return err
	}
	for _, t := range told {
		if err := outbox.Withdraw(ctx, w.tx, w.by.Community, t.Key+left); err != nil {
			return err
		}
		person, err := personOf(t.Key)
		if err != nil {
			return err
		}
		if t.SentAt == nil {
			continue
		}
		err = outbox.Enqueue(ctx, w.tx, w.by.Community, outbox.Row{
			Key: fmt.Sprintf("%s:still:%d", t.Key, w.is.ID), Person: person, Subject: w.lane(), Topic: topicStillHere, Args: w.args(),
			Urgency: outbox.Notice, Due: w.s.now(), Edits: t.Key,
		})
		if err != nil {
			return err
		}
	}
	to, err := w.hearersOf(ctx, talk)
	if err != nil {
		return err
	}
	return w.tell(ctx, news{to: to, topic: topicStillHere, subject: w.lane(), of: w.event, args: args})
}
