package cases

import (
	"context"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// Take says "I'll go". The first tap wins: everybody else's card says who it
// was, and so hears the resident.
func (s *Service) Take(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"take", access.Take, actor, id}, func(t *turn) error {
		if t.from == Taken && t.c.Holder == t.actor.Person {
			return nil
		}
		if err := t.take(ctx); err != nil {
			return err
		}
		return t.tellFamily(ctx, news{"case.taken", noticeOf(t.c), detail{"by": t.actor.Person}})
	})
}

func (t *turn) take(ctx context.Context) error {
	if !leads(t.from, MoveTake) {
		return t.tooLate(ctx)
	}
	t.c.Holder, t.c.TakenAt = t.actor.Person, &t.now
	if err := t.become(ctx, MoveTake, Taken, nil); err != nil {
		return err
	}
	return t.settle(ctx, news{"case.ping_gone", outbox.Task, detail{"by": t.actor.Person}})
}

// Pass says "somebody else, please": where it was theirs to go, the next is
// asked, and nobody who passed ever again.
func (s *Service) Pass(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"pass", access.Pass, actor, id}, func(t *turn) error {
		passed, err := t.passed(ctx)
		if err != nil {
			return err
		}
		mine := t.c.Holder == t.actor.Person
		if t.from == Assigned && !mine && slices.Contains(passed, t.actor.Person) {
			return nil
		}
		return t.pass(ctx, mine)
	})
}

func (t *turn) pass(ctx context.Context, mine bool) error {
	if !leads(t.from, MovePass) {
		return t.tooLate(ctx)
	}
	t.c.Status = t.from
	if err := t.log(ctx, MovePass, nil); err != nil {
		return err
	}
	if err := t.settleMine(ctx); err != nil || !mine {
		return err
	}
	next, err := t.next(ctx)
	if err != nil {
		return err
	}
	if next == 0 {
		return refusal.New(refusal.Conflict, "case.nobody_else")
	}
	t.c.Holder = next
	if err := t.save(ctx); err != nil {
		return err
	}
	return t.ping(ctx, news{topic: "case.ping"}, next)
}

// Call returns whom to call about a case, and notes that their number was
// given: whom it is for, or who reported it where only they have a number.
func (s *Service) Call(ctx context.Context, actor people.Actor, id int64) (people.Person, error) {
	var p people.Person
	_, err := s.on(ctx, call{"call about", access.Call, actor, id}, func(t *turn) error {
		if !leads(t.from, MoveCall) {
			return t.tooLate(ctx)
		}
		var err error
		if p, err = people.ReadPerson(ctx, t.tx, t.c.Community, t.c.For); err != nil {
			return err
		}
		if p.Phone == "" && t.c.For != t.c.Reporter {
			if p, err = people.ReadPerson(ctx, t.tx, t.c.Community, t.c.Reporter); err != nil {
				return err
			}
		}
		again, err := t.justCalled(ctx)
		if err != nil || again {
			return err
		}
		return t.aside(ctx, MoveCall, detail{"person": p.ID})
	})
	return p, err
}

// doubled is how soon a second tap is the same one.
const doubled = time.Minute

// justCalled reports whether the actor asked for the number a moment ago: a
// second tap is no second call.
func (t *turn) justCalled(ctx context.Context) (bool, error) {
	var is bool
	err := t.tx.GetContext(ctx, &is, `
		SELECT EXISTS (SELECT 1 FROM case_events
			WHERE community_id = $1 AND case_id = $2 AND code = $3 AND actor_id = $4 AND at > $5)`,
		t.c.Community, t.c.ID, MoveCall, t.actor.Person, t.now.Add(-doubled))
	return is, err
}

// Progress notes what happened on the way. On a case that waits for whoever
// says so it takes it first.
func (s *Service) Progress(ctx context.Context, actor people.Actor, id int64, n Note) (Case, error) {
	return s.later(ctx, call{"note progress of", access.Progress, actor, id}, n, func(t *turn, key string, words string) error {
		if err := t.takeFirst(ctx); err != nil {
			return err
		}
		if err := t.become(ctx, MoveProgress, Taken, detail{"key": key}); err != nil {
			return err
		}
		if err := t.note(ctx, Under, words); err != nil {
			return err
		}
		return t.add(ctx, Under, n.Media)
	})
}

// ReportDone says that it is done, with a photo or the reason why there is
// none. The resident is asked whether it held.
func (s *Service) ReportDone(ctx context.Context, actor people.Actor, id int64, n Note) (Case, error) {
	if len(n.Media) == 0 && !slices.Contains(Reasons, n.Reason) {
		return Case{}, refusal.New(refusal.Invalid, "case.photo_or_reason")
	}
	return s.later(ctx, call{"report done", access.ReportDone, actor, id}, n, func(t *turn, key string, words string) error {
		if err := t.takeFirst(ctx); err != nil {
			return err
		}
		t.c.DoneAt, t.c.Reason = &t.now, ""
		if len(n.Media) == 0 {
			t.c.Reason = n.Reason
		}
		if err := t.become(ctx, MoveDone, Done, detail{"key": key, "reason": t.c.Reason}); err != nil {
			return err
		}
		if err := t.note(ctx, After, words); err != nil {
			return err
		}
		if err := t.add(ctx, After, n.Media); err != nil {
			return err
		}
		if err := t.refresh(ctx); err != nil {
			return err
		}
		if err := t.askWhether(ctx, taskNews("case.check")); err != nil {
			return err
		}
		return t.askByPhone(ctx)
	})
}

// takeFirst takes a case for a holder who went without saying so. What
// somebody else holds is theirs. That they will come is not told: they were there.
func (t *turn) takeFirst(ctx context.Context) error {
	if t.c.Holder != t.actor.Person {
		return t.tooLate(ctx)
	}
	if t.from != Assigned {
		return nil
	}
	return t.take(ctx)
}

// later runs a verb that adds something with a key: a repeat adds nothing.
func (s *Service) later(ctx context.Context, v call, n Note, do func(t *turn, key, words string) error) (Case, error) {
	if err := checkKey(n.Key); err != nil {
		return Case{}, err
	}
	if err := checkMedia(n.Media); err != nil {
		return Case{}, err
	}
	words, err := cleanWords(n.Words)
	if err != nil {
		return Case{}, err
	}
	key := string(v.action) + ":" + n.Key
	return s.on(ctx, v, func(t *turn) error {
		if there, err := t.repeated(ctx, key); err != nil || there {
			return err
		}
		return do(t, key, words)
	})
}
