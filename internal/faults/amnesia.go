package faults

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// soon is how long after the return of Redis everybody has an answer, or a
// question again: a moment, but beside other tests on a busy machine.
const soon = tooLate

// Steps tells how many acts a script has: before each of them something can
// befall.
func (s Script) Steps() int { return len(s.acts()) }

func (s Script) acts() []act { return acts(s.text) }

// away is how long Redis is gone, or stands still, while people act.
const away = 700 * time.Millisecond

// LoseRedis lives one life for each step given, up to that step; then Redis
// fails under all of them, and everybody does their next act into that. A
// Redis that comes back with what it had changes nothing: the lives go on to
// their ends and are like undisturbed ones. One that forgot costs a dialog and
// nothing that was confirmed.
func (w *Sweep) LoseRedis(ctx context.Context, b Blow, steps ...int) (found []string, err error) {
	list := w.lives[:len(steps)]
	w.lives = w.lives[len(steps):]
	before := make([]trace, len(steps))
	if stuck := eachLife(list, func(i int, l *life) error { return l.playOn(ctx, 0, steps[i]) }); len(stuck) > 0 {
		return stuck, nil
	}
	if err := w.Rest(ctx); err != nil {
		return nil, err
	}
	for i, l := range list {
		if before[i], err = w.traceOf(ctx, l.town); err != nil {
			return nil, err
		}
	}
	found, err = w.actInto(ctx, b, list, steps)
	if err != nil || len(found) > 0 {
		return found, err
	}
	if b.Name != FlushRedis.Name {
		found = eachLife(list, func(i int, l *life) error { return l.playOn(ctx, steps[i]+1, w.Script.Steps()) })
	} else {
		found = eachLife(list, func(_ int, l *life) error { return l.reportAnew(ctx) })
	}
	if len(found) > 0 {
		return found, nil
	}
	if err := w.Rest(ctx); err != nil {
		return nil, err
	}
	for i, l := range list {
		after, err := w.traceOf(ctx, l.town)
		if err != nil {
			return nil, err
		}
		for _, f := range judge(b, before[i], after, w.ref) {
			found = append(found, fmt.Sprintf("%s before act %d: %s", b.Name, steps[i]+1, f))
		}
	}
	return found, nil
}

// judge holds what a life has left after Redis failed against what it had
// before, and against an undisturbed one.
func judge(b Blow, before, after trace, ref reference) (found findings) {
	if b.Name != FlushRedis.Name {
		return after.against(ref)
	}
	missing, _ := differ(before.only("event"), after.only("event"))
	for _, fact := range missing {
		found.add("lost: %s", fact)
	}
	for _, fact := range slices.Concat(after.only("unsettled message"), after.only("unfinished update")) {
		found.add("left lying: %s", fact)
	}
	return found
}

func (t trace) only(of string) (list []string) {
	for _, fact := range t.facts {
		if strings.HasPrefix(fact, of+": ") {
			list = append(list, fact)
		}
	}
	return list
}

// actInto lets Redis fail, everybody act, and Redis come back; and sees that
// everybody who turned to linli is answered soon after that.
func (w *Sweep) actInto(ctx context.Context, b Blow, list []*life, steps []int) (found []string, err error) {
	seen := make([]int64, len(list))
	for i, l := range list {
		seen[i] = int64(len(l.town.bot.Calls(0)))
	}
	script := w.Script.acts()
	struck := make(chan error, 1)
	begun := make(chan struct{})
	go func() { struck <- w.befall(ctx, b, begun) }()
	<-begun
	stuck := eachLife(list, func(i int, l *life) error { return l.do(ctx, script[steps[i]]) })
	if err := <-struck; err != nil {
		return nil, err
	}
	if len(stuck) > 0 {
		return stuck, nil
	}
	unanswered := func() (who []string) {
		for i, l := range list {
			a := script[steps[i]]
			p := l.cast[a.who]
			if !a.isTime() && !l.answered(p, seen[i]) {
				who = append(who, fmt.Sprintf("%s before act %d: %s had no answer to %q %s later", b.Name, steps[i]+1, p.name, a.what, soon))
			}
		}
		return who
	}
	_, err = w.until(ctx, soon, func() (bool, error) { return len(unanswered()) == 0, nil })
	return unanswered(), err
}

// befall is a blow in slow motion: begun is closed when Redis is gone.
func (w *Sweep) befall(ctx context.Context, b Blow, begun chan<- struct{}) error {
	switch b.Name {
	case KillRedis.Name:
		err := w.KillRedis(ctx)
		close(begun)
		w.pause(ctx, away)
		if err != nil {
			return err
		}
		return w.StartRedis(ctx)
	case HangRedis.Name:
		goOn, err := w.HangRedis(ctx)
		close(begun)
		w.pause(ctx, away)
		if err != nil {
			return err
		}
		return goOn()
	default:
		err := b.Strike(ctx, w.Stage)
		close(begun)
		return err
	}
}

// answered reports whether anything came to somebody since a call: a message,
// a changed one, or the answer to a tap.
func (l *life) answered(p *person, since int64) bool {
	for _, call := range l.town.bot.Calls(since) {
		if call.OK && call.Chat == p.id {
			return true
		}
	}
	return false
}

// reportAnew brings a fresh report, as somebody who begins again: it must go
// through.
func (l *life) reportAnew(ctx context.Context) error {
	p := l.cast["newcomer"]
	p.start("")
	for _, a := range []act{{"newcomer", "{photo Quill anew}"}, {"newcomer", "/mine"}} {
		if err := l.act(ctx, a); err != nil {
			return fmt.Errorf("afterwards, %s> %s: %w", a.who, a.what, err)
		}
	}
	return l.heard(ctx)
}

// eachLife does something in all lives side by side and tells what went wrong.
func eachLife(list []*life, do func(i int, l *life) error) (stuck []string) {
	var mu sync.Mutex
	var all sync.WaitGroup
	for i, l := range list {
		all.Go(func() {
			if err := do(i, l); err != nil {
				mu.Lock()
				defer mu.Unlock()
				stuck = append(stuck, fmt.Sprintf("town %d: %v", l.town.nth, err))
			}
		})
	}
	all.Wait()
	return stuck
}
