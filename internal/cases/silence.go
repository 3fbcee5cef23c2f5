package cases

import (
	"context"
	"fmt"
	"time"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// awaitWord sees to it that silence is noticed, from the moment on at which it is
// reported done.
func (t *turn) awaitWord(ctx context.Context) error {
	return t.enqueue(ctx, []outbox.Row{t.job(fmt.Sprintf("%s:silence:%d", Subject(t.c.ID), t.event), "case.silence", t.now.Add(Silence))})
}

// Silent is the job when nobody has said whether what is reported done holds: the
// resident is asked once more, and when that stays without an answer too,
// somebody goes there. Silence closes nothing.
func (s *Service) Silent(ctx context.Context, community, id int64) error {
	return s.job(ctx, community, id, func(t *turn) error {
		if t.from != Done || t.now.Before(t.c.DoneAt.Add(Silence)) {
			return nil // answered, or reported done once more: that has its own
		}
		if both, err := t.asksBoth(ctx); err != nil || both {
			return err // so has what two sides are asked: KeptSilent
		}
		key := fmt.Sprintf("silent:%d", t.c.DoneAt.UnixMicro())
		asked, err := t.repeated(ctx, key)
		if err != nil {
			return err
		}
		if !asked {
			return t.askOnce(ctx, key)
		}
		if t.now.Before(t.c.DoneAt.Add(2 * Silence)) {
			return nil
		}
		return t.lookThere(ctx)
	})
}

// askOnce asks once more those who were asked. Whom Telegram does not reach was on
// the list of calls all the time: somebody goes there at once.
func (t *turn) askOnce(ctx context.Context, key string) error {
	to, err := t.asked(ctx)
	if err != nil {
		return err
	}
	reached, err := people.Reachable(ctx, t.tx, t.c.Community, to)
	if err != nil {
		return err
	}
	if err := t.aside(ctx, MoveAskAgain, detail{"key": key}); err != nil {
		return err
	}
	if len(reached) == 0 {
		return t.lookThere(ctx)
	}
	if err := t.askWhether(ctx, news{"case.check_again", outbox.Task, detail{"code": afterSilence}}); err != nil {
		return err
	}
	return t.enqueue(ctx, []outbox.Row{t.job(fmt.Sprintf("%s:silence:%d", Subject(t.c.ID), t.event), "case.silence", t.c.DoneAt.Add(2*Silence))})
}

// afterSilence is the code of a question that is asked once more for want of an answer.
const afterSilence = "silence"

// lookThere plans that somebody goes and looks. What is private stays with whoever
// hears both sides: they are told that no word came, and again each week.
func (t *turn) lookThere(ctx context.Context) error {
	if t.c.Private != "" {
		return t.stillSilent(ctx, "silence", "case.silent", `code = 'asked_again' AND detail ? 'holder' AND at >= $3`, *t.c.DoneAt)
	}
	zone, err := t.zone(ctx)
	if err != nil {
		return err
	}
	return t.planVisit(ctx, Visit{Kind: AfterSilence, DueAt: nextForenoon(t.now.In(zone))})
}

// SilentAgain is after how long whoever hears what is private is told once more that
// no word came: nobody else sees that it waits.
const SilentAgain = 7 * 24 * time.Hour

// stillSilent tells them, where that was not done a while ago, and has it looked at
// again. Such is by what was told before, a constant of this package.
func (t *turn) stillSilent(ctx context.Context, job, topic, such string, more ...any) error {
	last, err := t.latest(ctx, such, more...)
	if err != nil || last.ID != 0 && t.now.Before(last.At.Add(SilentAgain)) {
		return err
	}
	if err := t.aside(ctx, MoveAskAgain, detail{"holder": t.c.Holder}); err != nil {
		return err
	}
	if err := t.silentAgain(ctx, job); err != nil {
		return err
	}
	return t.tell(ctx, taskNews(topic), t.c.Holder)
}

func (t *turn) silentAgain(ctx context.Context, job string) error {
	due := t.now.Add(SilentAgain)
	return t.enqueue(ctx, []outbox.Row{t.job(timed(t.c.ID, job, due), "case."+job, due)})
}
