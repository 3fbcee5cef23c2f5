package cases

import (
	"context"
	"encoding/json"
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
	if err := t.become(ctx, MoveTake, Taken, detail{"had": t.stood.Holder}); err != nil {
		return err
	}
	return t.settle(ctx, news{"case.ping_gone", outbox.Task, detail{"by": t.actor.Person}})
}

// Passes are the codes of why somebody passes.
var Passes = []string{"not_here", "no_time", "not_mine", "too_close"}

// Pass says "somebody else, please", and why: where it was theirs to go, the next
// is asked at once, and nobody who passed ever again.
func (s *Service) Pass(ctx context.Context, actor people.Actor, id int64, why string) (Case, error) {
	if !slices.Contains(Passes, why) {
		return Case{}, refusal.New(refusal.Invalid, "case.no_reason")
	}
	stuck := false
	c, err := s.on(ctx, call{"pass", access.Pass, actor, id}, func(t *turn) error {
		stuck = false
		passed, err := t.passed(ctx)
		if err != nil {
			return err
		}
		mine := t.c.Holder == t.actor.Person
		if t.from == Assigned && !mine && slices.Contains(passed, t.actor.Person) {
			return nil
		}
		if mine && leads(t.from, MovePass) {
			next, err := t.next(ctx, t.actor.Person)
			if err != nil {
				return err
			}
			if stuck = next == 0; stuck {
				return t.saysStuck(ctx)
			}
		}
		return t.pass(ctx, mine, why)
	})
	if err == nil && stuck {
		return Case{}, refusal.New(refusal.Conflict, "case.nobody_else")
	}
	return c, err
}

// saysStuck tells those who wait, once, that nobody is found who goes: whoever holds it
// would pass it on, and there is nobody else.
func (t *turn) saysStuck(ctx context.Context) error {
	last, err := t.lastOf(ctx, MoveSlip)
	if err != nil || last.ID != 0 {
		return err
	}
	return t.slip(ctx)
}

func (t *turn) pass(ctx context.Context, mine bool, why string) error {
	if !leads(t.from, MovePass) {
		return t.tooLate(ctx)
	}
	t.c.Status = t.from
	if err := t.log(ctx, MovePass, detail{"why": why}); err != nil {
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
	if err := t.tellHearer(ctx); err != nil {
		return err
	}
	return t.ping(ctx, news{topic: "case.ping"}, next)
}

// Call returns whom to call about a case, and notes that their number was
// given: whom it is for, or who reported it where only they have a number.
func (s *Service) Call(ctx context.Context, actor people.Actor, id int64) (people.Person, error) {
	return s.callSide(ctx, actor, id, OneSide)
}

// CallOther likewise returns the number of the other side of a quarrel, for whoever
// hears both.
func (s *Service) CallOther(ctx context.Context, actor people.Actor, id int64) (people.Person, error) {
	return s.callSide(ctx, actor, id, TheOther)
}

func (s *Service) callSide(ctx context.Context, actor people.Actor, id int64, side Side) (p people.Person, err error) {
	_, err = s.on(ctx, call{"call about", access.Call, actor, id}, func(t *turn) error {
		switch {
		case side == TheOther && (t.c.Other == 0 || t.c.Holder != t.actor.Person):
			return access.NotFound()
		case !leads(t.from, MoveCall):
			return t.tooLate(ctx)
		}
		if p, err = t.toBeCalled(ctx, side); err != nil {
			return err
		}
		last, err := t.lastOf(ctx, MoveCall)
		if again, errJust := t.just(ctx, MoveCall); err != nil || errJust != nil || again && last.called() == p.ID {
			return errOr(err, errJust)
		}
		return t.aside(ctx, MoveCall, detail{"person": p.ID})
	})
	return p, err
}

// called is whose number was given in that step.
func (s stepTaken) called() int64 {
	var d struct{ Person int64 }
	if err := json.Unmarshal(s.Detail, &d); err != nil {
		return 0 // it is noted once more
	}
	return d.Person
}

// toBeCalled is whose number helps to reach a side.
func (t *turn) toBeCalled(ctx context.Context, side Side) (people.Person, error) {
	p, err := people.ReadPerson(ctx, t.tx, t.c.Community, t.c.side(side))
	if err != nil || p.Phone != "" || side == TheOther || t.c.For == t.c.Reporter {
		return p, err
	}
	return people.ReadPerson(ctx, t.tx, t.c.Community, t.c.Reporter)
}

// doubled is how soon a second tap is the same one.
const doubled = time.Minute

// just reports whether the actor made that move a moment ago: a second tap is no
// second call.
func (t *turn) just(ctx context.Context, code Move) (bool, error) {
	var is bool
	err := t.tx.GetContext(ctx, &is, `
		SELECT EXISTS (SELECT 1 FROM case_events
			WHERE community_id = $1 AND case_id = $2 AND code = $3 AND actor_id = $4 AND at > $5)`,
		t.c.Community, t.c.ID, code, t.actor.Person, t.now.Add(-doubled))
	return is, err
}

// Progress notes what happened on the way. On a case that waits for whoever
// says so it takes it first.
func (s *Service) Progress(ctx context.Context, actor people.Actor, id int64, n Note) (Case, error) {
	return s.later(ctx, call{"note progress of", access.Progress, actor, id}, n, func(t *turn, key string, words string) error {
		if err := t.takeFirst(ctx); err != nil {
			return err
		}
		var before int
		err := t.tx.GetContext(ctx, &before, `
			SELECT count(*) FROM case_media WHERE community_id = $1 AND case_id = $2 AND stage = 'progress'`, t.c.Community, t.c.ID)
		if err != nil {
			return err
		}
		how := detail{"key": key}
		if t.c.Private == "" {
			how["home"] = "yes"
		}
		if err := t.become(ctx, MoveProgress, t.from, how); err != nil {
			return err
		}
		if err := t.note(ctx, Under, words); err != nil {
			return err
		}
		if err := t.add(ctx, Under, n.Media); err != nil || t.c.Private != "" {
			return err
		}
		return t.tellHome(ctx, news{"case.progress", outbox.Notice, detail{"by": t.actor.Person, "words": words != "", "from": before}})
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
		if err := t.tellFollowers(ctx, taskNews("case.check")); err != nil {
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

// later runs a verb that adds something with a key: a repeat adds nothing, and who is
// blocked says nothing.
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
		if err := t.letsSay(ctx, n); err != nil {
			return err
		}
		return do(t, key, words)
	})
}
