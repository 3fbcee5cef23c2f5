package cases

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// Questions are the codes of what a resident can be asked before it goes on.
var Questions = []string{"when_home", "tell_more", "may_we", "which_one"}

// Limits of waiting.
const (
	AnswerWithin = 3 * 24 * time.Hour // then a question to the resident comes back to who asked
	WaitAtMost   = 60 * 24 * time.Hour
	MaxWhyWords  = 200 // characters
)

// Pending is why a case cannot go on now.
type Pending struct {
	For   WaitFor
	Until time.Time // of parts and of a date: when it goes on by itself
	Why   string    // of the resident: one of Questions
	Words string    // in public, at most MaxWhyWords
}

func (p Pending) check(now time.Time) (Pending, error) {
	p.Words = pg.Text(p.Words)
	bad := refusal.New(refusal.Invalid, "case.bad_wait")
	switch p.For {
	case ForResident:
		if !slices.Contains(Questions, p.Why) {
			return p, bad
		}
		p.Until = now.Add(AnswerWithin)
	case ForParts, ForDate:
		if p.Why != "" || !p.Until.After(now) || p.Until.After(now.Add(WaitAtMost)) {
			return p, bad
		}
	default:
		return p, bad
	}
	return p, checkWhyWords(p.Words)
}

func checkWhyWords(words string) error {
	if len([]rune(words)) > MaxWhyWords {
		return refusal.New(refusal.Invalid, "case.words_too_long", "max", MaxWhyWords)
	}
	return nil
}

// Wait says that a case cannot go on now: the resident is asked something, or
// reads until when it waits. It goes on by itself at its time, and at the
// resident's answer. It is refused where the resident is to be asked and Telegram
// does not reach them (case.not_reached).
func (s *Service) Wait(ctx context.Context, actor people.Actor, id int64, p Pending) (Case, error) {
	p, err := p.check(s.now())
	if err != nil {
		return Case{}, err
	}
	return s.on(ctx, call{"let wait", access.Progress, actor, id}, func(t *turn) error {
		if t.c.Holder != t.actor.Person || !leads(t.from, MoveWait) {
			return t.tooLate(ctx)
		}
		if t.from == Waiting && t.waitsSo(p) {
			return nil
		}
		return t.wait(ctx, p)
	})
}

// waitsSo reports whether the case waits for just that: a second tap is no second
// question.
func (t *turn) waitsSo(p Pending) bool {
	same := t.c.WaitFor == p.For && t.c.Why == p.Why && t.c.WhyWords == p.Words && t.c.WaitUntil != nil
	return same && t.c.WaitUntil.Sub(p.Until).Abs() < doubled
}

func (t *turn) wait(ctx context.Context, p Pending) error {
	to, err := t.asked(ctx)
	if err != nil {
		return err
	}
	if p.For == ForResident {
		if err := t.toReachAny(ctx, to); err != nil {
			return err
		}
	}
	until := p.Until.Truncate(time.Microsecond)
	t.c.WaitFor, t.c.WaitUntil, t.c.Why, t.c.WhyWords = p.For, &until, p.Why, p.Words
	if err := t.become(ctx, MoveWait, Waiting, detail{"for": p.For, "until": until, "why": p.Why}); err != nil {
		return err
	}
	if err := t.enqueue(ctx, []outbox.Row{{
		Key: fmt.Sprintf("%s:wake:%d", Subject(t.c.ID), t.event), Subject: Subject(t.c.ID), Topic: "case.wake",
		Args: t.args(nil), Urgency: outbox.Task, Due: until,
	}}); err != nil {
		return err
	}
	if err := t.redrawBehind(ctx); err != nil {
		return err
	}
	if p.For == ForResident {
		return t.tell(ctx, taskNews("case.question"), to...)
	}
	return t.tellFamily(ctx, news{"case.waits", noticeOf(t.c), detail{"by": t.actor.Person}})
}

// toReachAny refuses where Telegram reaches none of some people.
func (t *turn) toReachAny(ctx context.Context, some []int64) error {
	reached, err := people.Reachable(ctx, t.tx, t.c.Community, some)
	if err != nil || len(reached) > 0 {
		return err
	}
	return t.toReach(ctx, t.c.For)
}

// GoOn says that what a case waited for is there.
func (s *Service) GoOn(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"go on with", access.Progress, actor, id}, func(t *turn) error {
		if t.c.Holder != t.actor.Person {
			return t.tooLate(ctx)
		}
		if woken, err := t.wasLast(ctx, MoveWake); err != nil || woken && t.from == Taken {
			return err
		}
		if !leads(t.from, MoveWake) {
			return t.tooLate(ctx)
		}
		return t.wake(ctx, nil)
	})
}

// WakeItself goes on with what has waited for long enough.
func (s *Service) WakeItself(ctx context.Context, community, id int64) error {
	return s.job(ctx, community, id, func(t *turn) error {
		if t.from != Waiting || t.c.WaitUntil == nil || t.now.Before(*t.c.WaitUntil) {
			return nil
		}
		waited := t.c.WaitFor
		if err := t.wake(ctx, detail{"for": waited}); err != nil {
			return err
		}
		return t.ping(ctx, news{topic: "case.woken", args: detail{"code": waited}}, t.c.Holder)
	})
}

// wake lets a case go on; whoever was told that it waits hears of it.
func (t *turn) wake(ctx context.Context, how detail) error {
	quiet := t.c.WaitFor == ForResident // who did not answer is not told so
	t.c.Why, t.c.WhyWords = "", ""
	if err := t.become(ctx, MoveWake, Taken, how); err != nil {
		return err
	}
	if quiet {
		return nil
	}
	return t.tellFamily(ctx, news{"case.goes_on", noticeOf(t.c), detail{"by": t.c.Holder}})
}

// unask takes the question off the phones of whoever was asked something that
// nobody waits for any more, also of who has just answered: mostly not by its button.
func (t *turn) unask(ctx context.Context) error {
	last, err := t.lastOf(ctx, MoveWait)
	if err != nil || last.ID == 0 {
		return err
	}
	heard, err := t.mayHaveHeard(ctx)
	if err != nil {
		return err
	}
	return t.unsayTo(ctx, news{"case.question_gone", outbox.Task, detail{"by": t.actor.Person}}, last, heard, "case.question")
}

// Answer is what the resident says to what a case waits for: it goes on, and
// whoever holds it hears it.
func (s *Service) Answer(ctx context.Context, actor people.Actor, id int64, n Note) (Case, error) {
	return s.later(ctx, call{"answer of", access.Confirm, actor, id}, n, func(t *turn, key, words string) error {
		if !t.answers() {
			return access.NotFound()
		}
		if t.from != Waiting || t.c.WaitFor != ForResident {
			return t.tooLate(ctx)
		}
		if err := t.become(ctx, MoveJoin, t.from, detail{"key": key}); err != nil {
			return err
		}
		if err := t.note(ctx, Answered, words); err != nil {
			return err
		}
		if err := t.add(ctx, Answered, n.Media); err != nil {
			return err
		}
		if woken, err := t.answered(ctx); err != nil || !woken {
			return err
		}
		return t.ping(ctx, news{topic: "case.answered", args: detail{"by": t.speaker()}}, t.c.Holder)
	})
}

// answered goes on with a case that waits for what the resident has just said, and
// reports whether it did; any other is left alone.
func (t *turn) answered(ctx context.Context) (bool, error) {
	if t.from != Waiting || t.c.WaitFor != ForResident {
		return false, nil
	}
	return true, t.wake(ctx, detail{"for": ForResident, "person": t.actor.Person})
}
