package faults

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/linli-bot/linli/internal/botapi"
)

// Outage is a Postgres that is gone for a while, and what people do meanwhile.
type Outage struct {
	For     time.Duration
	Updates int // of all people together, taps among them
}

// errand is something that people do which has an answer of its own, so that
// answers show the order in which they were worked through.
type errand struct {
	name string
	do   func(r *resident)
	key  string // of the words that answer it
	tap  bool   // it lives no longer than tapLife at Telegram
}

var errands = []errand{
	{"/call", func(r *resident) { r.say("/call") }, "call.office", false},
	{"/mine", func(r *resident) { r.say("/mine") }, "mine.list", false},
	{"a word that is no command", func(r *resident) { r.say("/nosuch") }, "command.unknown", false},
	{"a tap on what was reported", func(r *resident) { r.tapOn("m.mine") }, "mine.list", true},
}

// Telegram drops a tap that nobody asked for after so long; around that moment
// nobody can say whether it did, and nobody taps.
const (
	tapLife = 150 * time.Second
	unsure  = 30 * time.Second
)

// tapOn taps the newest button whose data begin so; where it was shown once and
// is gone by now, the tap comes from another phone.
func (r *resident) tapOn(verb string) {
	for _, m := range slices.Backward(r.phone.Chat().Messages) {
		for _, row := range m.Buttons {
			if strings.HasPrefix(row[0].Data, verb) && r.tap(m.ID, row[0].Data) {
				return
			}
		}
	}
	r.act()
	tap := r.phone.TapOld(1, verb)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.taps = append(r.taps, tap)
}

// firstAnswer is how soon after its return Postgres must have been found: longer than
// linli's longest pause, beside other tests on a busy machine.
const firstAnswer = tooLate

// Endure settles everybody, takes Postgres away, lets everybody do errands and
// bring a photo, and brings Postgres back: then all is answered, in the order
// in which each did it, and nobody was told anything before.
func (s *Stage) Endure(ctx context.Context, o Outage) ([]string, error) {
	if err := s.Settle(ctx); err != nil {
		return nil, err
	}
	if err := s.Rest(ctx); err != nil {
		return nil, err
	}
	if err := s.StopPostgres(syscall.SIGINT); err != nil {
		return nil, err
	}
	gone := s.marks()
	expected := s.runErrands(ctx, o)
	found := s.saidMeanwhile(gone)
	if err := s.StartPostgres(ctx); err != nil {
		return nil, err
	}
	ok, err := s.until(ctx, firstAnswer, func() (bool, error) { return s.answeredSince(gone), nil })
	if err != nil {
		return nil, err
	}
	if !ok {
		found.add("nobody was answered %s after Postgres was back", firstAnswer)
	}
	if err := s.Rest(ctx); err != nil {
		return nil, err
	}
	for r, want := range expected {
		if got := s.answersTo(r, gone[r.town]); !slices.Equal(got, want) {
			found.add("%s asked for %v and was answered %v", r.name, want, got)
		}
	}
	more, err := s.Finish(ctx)
	return append(found, more...), err
}

func (s *Stage) marks() map[*town]int64 {
	at := map[*town]int64{}
	for _, t := range s.towns {
		at[t] = int64(len(t.bot.Calls(0)))
	}
	return at
}

// runErrands spreads what people do over the outage, and returns the answers
// that each must get, in order. Nobody does the same twice in a row.
func (s *Stage) runErrands(ctx context.Context, o Outage) map[*resident][]string {
	all := s.all()
	expected := map[*resident][]string{}
	between := o.For / time.Duration(o.Updates)
	for n := range o.Updates {
		r := all[n%len(all)]
		if n >= o.Updates-len(all) { // their last: kept, however long it has to wait
			r.note(true)
			r.bring()
		} else {
			left := o.For - time.Duration(n)*between
			e := r.errand(expected[r], left)
			e.do(r)
			if e.tap && left > tapLife {
				r.tooLate()
			} else {
				expected[r] = append(expected[r], e.key)
			}
		}
		s.pause(ctx, between)
	}
	return expected
}

// errand is what somebody does next, while Postgres is gone for so long still.
func (r *resident) errand(done []string, left time.Duration) errand {
	for {
		e := errands[r.rng.IntN(len(errands))]
		same := len(done) > 0 && done[len(done)-1] == e.key
		if unclear := e.tap && (left-tapLife).Abs() < unsure; !same && !unclear {
			return e
		}
	}
}

// saidMeanwhile finds what nobody may say while nothing can be kept: only a
// safety text comes from memory.
func (s *Stage) saidMeanwhile(since map[*town]int64) (found findings) {
	for _, t := range s.towns {
		for _, call := range t.bot.Calls(since[t]) {
			if call.OK && strings.HasPrefix(call.Method, "send") {
				found.add("chat %d was told %q while nothing could be kept", call.Chat, call.Params["text"])
			}
		}
	}
	return found
}

func (s *Stage) answeredSince(since map[*town]int64) bool {
	for _, t := range s.towns {
		if slices.ContainsFunc(t.bot.Calls(since[t]), func(c botapi.Call) bool { return c.OK && c.Chat != 0 }) {
			return true
		}
	}
	return false
}

// answersTo lists by their keys the answers that somebody got, each once where
// it was drawn again.
func (s *Stage) answersTo(r *resident, since int64) (keys []string) {
	for _, call := range r.town.bot.Calls(since) {
		if !call.OK || call.Chat != r.id {
			continue
		}
		for _, e := range errands {
			if s.phrases.says(call.Params["text"], e.key) && (len(keys) == 0 || keys[len(keys)-1] != e.key) {
				keys = append(keys, e.key)
			}
		}
	}
	return keys
}

// String describes an outage.
func (o Outage) String() string {
	return fmt.Sprintf("%s without Postgres, %d updates", o.For, o.Updates)
}
