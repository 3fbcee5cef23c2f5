package cases

import (
	"context"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

func taskNews(topic string) news { return news{topic: topic, urgency: outbox.Task} }

// noticeOf is how soon a resident hears what is no question.
func noticeOf(c Case) outbox.Urgency {
	if c.Urgent {
		return outbox.Urgent
	}
	return outbox.Notice
}

// Send opens a draft by somebody's tap.
func (s *Service) Send(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"send", access.SendDraft, actor, id}, func(t *turn) error {
		if t.sent() {
			return nil
		}
		if err := t.letsIn(ctx); err != nil {
			return err
		}
		return t.open(ctx, opening{code: MoveSend})
	})
}

// sent reports whether it was opened and not taken back: a tap on Send then
// finds what it wanted.
func (t *turn) sent() bool { return t.c.Number != 0 && t.from != TakenBack }

// Drop says that it was a mistake: nothing of it is kept but that it was.
func (s *Service) Drop(ctx context.Context, actor people.Actor, id int64) error {
	_, err := s.on(ctx, call{"drop", access.SendDraft, actor, id}, func(t *turn) error {
		if t.from == Dropped {
			return nil
		}
		if !leads(t.from, MoveDrop) {
			return t.tooLate(ctx)
		}
		return t.drop(ctx)
	})
	return err
}

// Alarm opens an urgent case and rings everybody on duty. Where nobody is, the
// case has no holder, which must be said plainly.
func (s *Service) Alarm(ctx context.Context, actor people.Actor, r Report) (Case, error) {
	r.Words, r.Urgent = pg.Cut(pg.Text(r.Words), MaxWords), true
	return s.whole(ctx, actor, r, func(t *turn) error { return t.open(ctx, opening{code: MoveAlarm, ring: true}) })
}

// AskAlarm keeps what may be a danger. With ring it rings after a minute of
// silence; without, only on AlarmYes.
func (s *Service) AskAlarm(ctx context.Context, actor people.Actor, r Report, ring bool) (Case, error) {
	r.Words, r.Urgent = pg.Cut(pg.Text(r.Words), MaxWords), false
	return s.whole(ctx, actor, r, func(t *turn) error {
		return t.schedule(ctx, ring)
	})
}

// whole begins a case and goes on with it, unless its key was here before.
func (s *Service) whole(ctx context.Context, actor people.Actor, r Report, then func(t *turn) error) (Case, error) {
	place, err := checkPlace(r.Place)
	if err != nil {
		return Case{}, err
	}
	r.Place = place
	var c Case
	err = s.begin(ctx, actor, r, func(t *turn) error {
		fresh, err := t.start(ctx, r)
		if err != nil {
			return err
		}
		if fresh {
			err = then(t)
		}
		c = t.c
		return err
	})
	if err != nil {
		return Case{}, err
	}
	return c, nil
}

// AlarmYes says that it is dangerous now: everybody on duty is rung.
func (s *Service) AlarmYes(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"raise the alarm for", access.SendDraft, actor, id}, func(t *turn) error { return t.alarm(ctx, false) })
}

// AlarmItself is the job after a minute of silence. A draft that was answered
// meanwhile is left alone.
func (s *Service) AlarmItself(ctx context.Context, community, id int64) error {
	return s.job(ctx, community, id, func(t *turn) error {
		if t.from != Draft || t.c.Danger == "" {
			return nil
		}
		return t.alarm(ctx, true)
	})
}

func (t *turn) alarm(ctx context.Context, unread bool) error {
	if t.c.Number != 0 && t.c.Urgent {
		return nil
	}
	t.c.Urgent = true
	if t.from == Draft {
		return t.open(ctx, opening{code: MoveAlarm, ring: true, unread: unread})
	}
	if err := t.become(ctx, MoveAlarm, t.from, nil); err != nil {
		return err
	}
	return t.ask(ctx, true)
}

// AlarmNo says that it is not dangerous: nobody is rung, the draft stays.
func (s *Service) AlarmNo(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"deny the alarm of", access.SendDraft, actor, id}, func(t *turn) error {
		if t.from == Draft && t.c.Danger == "" {
			return nil
		}
		if t.sent() && t.c.Urgent {
			return refusal.New(refusal.Conflict, "case.rung")
		}
		t.c.Danger = ""
		if err := t.become(ctx, MoveAlarmNo, Draft, nil); err != nil {
			return err
		}
		return outbox.Withdraw(ctx, t.tx, t.c.Community, alarmKey(id))
	})
}
