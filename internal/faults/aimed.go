package faults

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/faults/proxy"
)

// An Aim kills linli at the one moment at which a fault shows. It leaves linli
// running again.
type Aim func(ctx context.Context, s *Stage) error

// aimFor is how long an aim waits for its moment, and plainly how long for what linli
// must not do: one that does it has done it by then, also on a busy machine.
const (
	aimFor  = time.Minute
	plainly = 3 * time.Second
)

// AimBeforeCommit sends photos while the inbox cannot be written, and kills
// linli when it has confirmed them all the same, or plainly does not.
func AimBeforeCommit(ctx context.Context, s *Stage) error {
	if err := s.Rest(ctx); err != nil {
		return err
	}
	lock, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Rollback() }() // it holds a lock and nothing else
	if _, err := lock.ExecContext(ctx, `LOCK TABLE inbox IN EXCLUSIVE MODE`); err != nil {
		return err
	}
	for _, r := range s.all() {
		r.note(true)
		r.bring()
	}
	_, err = s.until(ctx, plainly, func() (bool, error) { return s.pending() == 0, nil })
	return errors.Join(err, s.Kill(), lock.Rollback(), s.Serve())
}

// AimFailedCommit sends photos while the inbox refuses them, and lets it take
// them only when linli has confirmed them all the same, or plainly does not.
func AimFailedCommit(ctx context.Context, s *Stage) error {
	if err := s.Rest(ctx); err != nil {
		return err
	}
	if _, err := s.db.ExecContext(ctx, `ALTER TABLE inbox ADD CONSTRAINT nothing CHECK (false) NOT VALID`); err != nil {
		return err
	}
	for _, r := range s.all() {
		r.note(true)
		r.bring()
	}
	_, err := s.until(ctx, plainly, func() (bool, error) { return s.pending() == 0, nil })
	_, mended := s.db.ExecContext(ctx, `ALTER TABLE inbox DROP CONSTRAINT nothing`)
	return errors.Join(err, mended)
}

// AimBeforeDone answers "where is it?" and kills linli when it has asked the
// next question and waits to hear that it was shown: the answer is played
// again, and must not answer that question too.
func AimBeforeDone(ctx context.Context, s *Stage) error {
	r := s.all()[0]
	where, err := r.reach(ctx, "report.where.ask")
	if err != nil {
		return err
	}
	if err := s.Rest(ctx); err != nil {
		return err
	}
	shown := s.telegram.Arm(proxy.Fault{Deed: proxy.HoldReply, Meets: func(call proxy.Request) bool {
		return call.Label == "sendMessage" && strings.Contains(call.Text, fmt.Sprintf(`"chat_id":%d,`, r.id))
	}})
	r.tell(where)
	if err := s.reached(ctx, shown); err != nil {
		return err
	}
	return errors.Join(s.Kill(), s.Serve())
}

// AimBeforeShown taps a button, and kills linli before it has answered the tap:
// the tap is played again, and then answered.
func AimBeforeShown(ctx context.Context, s *Stage) error {
	r := s.all()[0]
	kind, err := r.reach(ctx, "report.kind.ask")
	if err != nil {
		return err
	}
	if err := s.Rest(ctx); err != nil {
		return err
	}
	answering := s.telegram.Arm(proxy.Fault{Deed: proxy.HoldRequest, Meets: proxy.Labelled("answerCallbackQuery")})
	r.press(kind, kind.values[0])
	if err := s.reached(ctx, answering); err != nil {
		return err
	}
	_, err = s.until(ctx, plainly, func() (done bool, err error) {
		err = s.db.QueryRowContext(ctx, `SELECT NOT EXISTS (SELECT FROM inbox WHERE done_at IS NULL AND parked_at IS NULL)`).Scan(&done)
		return done, err
	})
	return errors.Join(err, s.Kill(), s.Serve())
}

// AimLostReply lets the answer to a message get lost: the failed call is noted
// in the log.
func AimLostReply(ctx context.Context, s *Stage) error {
	if err := s.Rest(ctx); err != nil {
		return err
	}
	lost := s.telegram.Arm(proxy.Fault{Deed: proxy.LoseReply, Meets: proxy.Labelled("sendMessage")})
	s.blow()
	s.all()[0].begin()
	return s.reached(ctx, lost)
}

// AimWithoutStore says words of danger while nothing can be stored: the safety
// text comes all the same.
func AimWithoutStore(ctx context.Context, s *Stage) error {
	if err := s.Rest(ctx); err != nil {
		return err
	}
	lock, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Rollback() }() // it holds a lock and nothing else
	if _, err := lock.ExecContext(ctx, `LOCK TABLE inbox IN EXCLUSIVE MODE`); err != nil {
		return err
	}
	who := s.towns[0].secretary
	who.say(canary + ", no smoke any more")
	warned, err := s.until(ctx, soon, func() (bool, error) {
		last := who.phone.Chat().Last()
		return s.phrases.says(last.Text, "danger.text.fire"), nil
	})
	if err == nil && !warned {
		s.noticed.add("%s had no safety text while nothing could be stored", who.name)
	}
	return errors.Join(err, lock.Rollback())
}

// AimBeforeSave taps Send while no session can be saved, and kills linli when
// the case is there: the tap is played again, and must find that case.
func AimBeforeSave(ctx context.Context, s *Stage) error {
	r := s.all()[0]
	summary, err := r.reach(ctx, isSummary)
	if err != nil {
		return err
	}
	if err := errors.Join(s.Rest(ctx), s.pauseRedis(ctx)); err != nil {
		return err
	}
	r.press(summary, summary.verbs["send"])
	ok, err := s.until(ctx, aimFor, func() (there bool, err error) {
		err = s.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM cases WHERE words LIKE $1)`, r.open.token+" %").Scan(&there)
		return there, err
	})
	if err == nil && !ok {
		err = fmt.Errorf("no case came of Send\n%s", s.Said())
	}
	return errors.Join(err, s.Kill(), s.wakeRedis(ctx), s.Serve())
}

// AimDuringCommit kills linli when it has asked for a commit to the inbox, and
// lets that commit happen only when the next process has begun and waits for
// it: what that one read at its start did not hold those rows, and Telegram
// hands them out as known.
func AimDuringCommit(ctx context.Context, s *Stage) error {
	if err := s.Rest(ctx); err != nil {
		return err
	}
	commit := make(chan struct{})
	asked := s.pgProxy.Arm(proxy.Fault{Deed: proxy.LateRequest, Until: commit, Meets: func(r proxy.Request) bool {
		return strings.HasPrefix(r.Label, "COMMIT of ") && strings.Contains(r.Label, "INSERT INTO inbox")
	}})
	for _, r := range s.all() {
		r.note(true)
		r.bring()
	}
	if err := s.reached(ctx, asked); err != nil {
		return err
	}
	err := errors.Join(s.Kill(), s.Serve(), s.waits(ctx))
	close(commit)
	return err
}

func (s *Stage) all() (list []*resident) {
	for _, t := range s.towns {
		list = append(list, t.residents...)
	}
	return list
}

// Settle lets everybody bring a first report, so that all are known.
func (s *Stage) Settle(ctx context.Context) error {
	if stuck := s.lastReports(ctx); len(stuck) > 0 {
		return fmt.Errorf("%s\n%s", strings.Join(stuck, "\n"), s.Said())
	}
	return nil
}

// reach goes on with a report, always elsewhere, until a question is asked.
func (r *resident) reach(ctx context.Context, kind string) (screen, error) {
	ctx, cancel := context.WithTimeout(ctx, aimFor)
	defer cancel()
	if r.open == nil {
		r.note(false)
		r.bring()
	}
	for ctx.Err() == nil {
		screens := r.screens(ctx, patience)
		if len(screens) == 0 {
			r.tryAgain()
			continue
		}
		for _, s := range slices.Backward(screens) {
			if s.kind == kind && !r.acted[s.session] {
				return s, nil
			}
		}
		for _, s := range screens {
			if s.kind == "report.place.ask" {
				s.values = s.values[len(s.values)-1:] // elsewhere
				r.press(s, s.values[0])
			}
		}
		r.answer(screens)
	}
	return screen{}, fmt.Errorf("%s never came to %s\n%s", r.name, kind, r.town.stage.Said())
}
