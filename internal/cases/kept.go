package cases

import (
	"context"
	"fmt"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// KeptDue is the job on the day: both sides are asked whether it was kept. Where
// nobody hears them on that day, it waits for who does.
func (s *Service) KeptDue(ctx context.Context, community, id int64) error {
	return s.job(ctx, community, id, func(t *turn) error {
		a, err := t.agreement(ctx)
		if err != nil || !a.Signed() || a.OneKept != nil || a.OtherKept != nil {
			return err
		}
		if day, err := t.keptOn(ctx, a); err != nil || day.After(t.now) {
			return err
		}
		switch t.from {
		case Waiting, Taken:
		case Open, Assigned, Proposed:
			tomorrow := t.now.Add(24 * time.Hour)
			return t.enqueue(ctx, []outbox.Row{t.job(timed(id, "kept", tomorrow), "case.kept_due", tomorrow)})
		default:
			return nil
		}
		t.c.WaitFor, t.c.WaitUntil = "", nil
		if t.from == Waiting {
			if err := t.become(ctx, MoveWake, Taken, nil); err != nil {
				return err
			}
		}
		t.c.DoneAt, t.c.Reason = &t.now, "by_talking"
		if err := t.become(ctx, MoveDone, Done, detail{"reason": t.c.Reason, "item": a.ID}); err != nil {
			return err
		}
		if err := t.tell(ctx, taskNews("case.kept_ask"), t.c.For, t.c.Other); err != nil {
			return err
		}
		return t.askAfterSilence(ctx)
	})
}

// askSides asks of what two sides agreed to whether it was kept, each that has not
// said so; without an agreement it is for whose trouble it is to say whether it holds.
func (t *turn) askSides(ctx context.Context, n news) error {
	a, err := t.agreement(ctx)
	if err != nil || !a.Signed() {
		return errOr(err, t.tell(ctx, n, t.c.For))
	}
	for _, side := range []Side{OneSide, TheOther} {
		if a.Kept(side) != nil {
			continue
		}
		if err := t.tell(ctx, taskNews("case.kept_ask"), t.c.side(side)); err != nil {
			return err
		}
	}
	return nil
}

func (t *turn) askAfterSilence(ctx context.Context) error {
	due := t.now.Add(AskTwice)
	return t.enqueue(ctx, []outbox.Row{t.job(timed(t.c.ID, "kept_silent", due), "case.kept_silent", due)})
}

// UnsaidFor is how long an end waits for the word of whose trouble it is: asked once
// more, then four times looked for at the door.
const UnsaidFor = AskTwice + 4*SilentAgain

// KeptSilent is the job after some days in which a side said nothing: it is asked once
// more, and whoever hears both can ask at the door. They are told so week after week;
// of an end that was proposed for some weeks, then it rests as not confirmed.
func (s *Service) KeptSilent(ctx context.Context, community, id int64) error {
	return s.job(ctx, community, id, func(t *turn) error {
		last, err := t.latest(ctx, `code IN ('done', 'proposed')`)
		if err != nil || t.now.Before(last.At.Add(AskTwice)) {
			return err // they were asked anew since, and that has its own
		}
		topic, asked, err := t.unsaid(ctx)
		if err != nil || len(asked) == 0 {
			return err
		}
		key := fmt.Sprintf("kept_silent:%d", last.ID)
		there, err := t.repeated(ctx, key)
		if err != nil {
			return err
		}
		if there && t.from == Proposed && !t.now.Before(last.At.Add(UnsaidFor)) {
			return t.unsaidOver(ctx, last)
		}
		if there {
			return t.stillSilent(ctx, "kept_silent", "case.kept_silence", `code = 'asked_again'`)
		}
		if err := t.aside(ctx, MoveAskAgain, detail{"key": key}); err != nil {
			return err
		}
		if err := t.tell(ctx, taskNews(topic), asked...); err != nil {
			return err
		}
		if err := t.silentAgain(ctx, "kept_silent"); err != nil {
			return err
		}
		return t.tell(ctx, taskNews("case.kept_silence"), t.c.Holder)
	})
}

// unsaid is what is asked in the talks at this moment, and which sides have not
// answered it.
func (t *turn) unsaid(ctx context.Context) (topic string, asked []int64, err error) {
	switch {
	case t.from == Proposed && t.c.Why == NoAgreement:
		return "case.parting", []int64{t.c.For}, nil
	case t.from == Proposed && t.c.Why == NotSo:
		return "case.not_so", []int64{t.c.For}, nil
	case t.from != Done || !t.c.Mediated():
		return "", nil, nil
	}
	a, err := t.agreement(ctx)
	for _, side := range []Side{OneSide, TheOther} {
		if a.Kept(side) == nil {
			asked = append(asked, t.c.side(side))
		}
	}
	return "case.kept_ask", asked, err
}

// asksBoth reports whether two sides are asked whether what they agreed was kept, and
// not one of them whether what somebody did holds.
func (t *turn) asksBoth(ctx context.Context) (bool, error) {
	if t.from != Done || !t.c.Mediated() {
		return false, nil
	}
	done, err := t.lastOf(ctx, MoveDone)
	return done.Actor == 0, err
}

// Kept is one side's word on whether it was kept. Whose trouble it was closes the
// case; whoever says no brings both back to the talks.
func (s *Service) Kept(ctx context.Context, actor people.Actor, id int64, yes bool) (Case, error) {
	return s.on(ctx, call{"say whether it was kept in", access.Side, actor, id}, func(t *turn) error {
		return t.kept(ctx, t.c.SideOf(t.actor.Person), yes)
	})
}

// KeptFor writes down at the door what a side says that was asked in vain.
func (s *Service) KeptFor(ctx context.Context, actor people.Actor, id int64, side Side, yes bool) (Case, error) {
	return s.on(ctx, call{"write down whether it was kept in", access.Mediate, actor, id}, func(t *turn) error {
		if err := t.speaksFor(ctx, side); err != nil {
			return err
		}
		return t.kept(ctx, side, yes)
	})
}

func (t *turn) kept(ctx context.Context, side Side, yes bool) error {
	a, err := t.agreement(ctx)
	if err != nil {
		return err
	}
	if said := a.Kept(side); a.ID == 0 || said != nil && *said == yes {
		return nil
	}
	if !leads(t.from, MoveKept) {
		return t.tooLate(ctx)
	}
	if err := t.word(ctx, a.ID, side, "kept", yes); err != nil {
		return err
	}
	told := news{"case.kept_by", outbox.Task, detail{"item": int64(side), "outcome": yesOrNo(yes)}}
	switch {
	case !yes:
		return t.talksAgain(ctx, side, told)
	case side == TheOther || t.from == Held:
		if err := t.become(ctx, MoveKept, t.from, detail{"side": side}); err != nil {
			return err
		}
		return t.tell(ctx, told, t.c.Holder)
	}
	t.c.ClosedAt = &t.now
	if err := t.become(ctx, MoveHeld, Held, detail{"side": side}); err != nil {
		return err
	}
	due := t.now.Add(LookInAfter)
	if err := t.enqueue(ctx, []outbox.Row{t.job(timed(t.c.ID, "look_in", due), "case.look_in_due", due)}); err != nil {
		return err
	}
	return t.tell(ctx, told, t.c.Holder)
}

// SaidFor writes down, at the door or on the phone, what whose trouble it is says of
// what was done, where it is for them alone to say: a complaint, or a talk with the one
// that was enough. Nobody else may know of it, so that it is who hears it who asks;
// whom Telegram reaches has some days to say it themselves.
func (s *Service) SaidFor(ctx context.Context, actor people.Actor, id int64, outcome Outcome) (Case, error) {
	if outcome != Held && outcome != NotFixed {
		return Case{}, refusal.New(refusal.Invalid, "case.unknown_outcome")
	}
	return s.on(ctx, call{"write down what was said of", access.Mediate, actor, id}, func(t *turn) error {
		if t.c.Private == "" {
			return access.NotFound()
		}
		if both, err := t.asksBoth(ctx); err != nil || both {
			return errOr(err, access.NotFound()) // each side says it of its own: KeptFor
		}
		if err := t.speaksFor(ctx, OneSide); err != nil {
			return err
		}
		return t.said(ctx, outcome, byPhone)
	})
}

// talksAgain opens the talks once more with whoever heard both sides.
func (t *turn) talksAgain(ctx context.Context, side Side, told news) error {
	code := MoveReopen
	if t.from == Held {
		code = MoveAgain
	}
	t.c.DoneAt, t.c.Reason, t.c.ClosedAt = nil, "", nil
	if err := t.become(ctx, code, Taken, detail{"outcome": NotFixed, "side": side}); err != nil {
		return err
	}
	if t.c.Holder != t.actor.Person { // who wrote it down themselves knows
		if err := t.ping(ctx, told, t.c.Holder); err != nil {
			return err
		}
	}
	return t.withSomebody(ctx)
}

// LookInDue is the job some weeks after it held: whoever heard both sides visits
// them once more. One that is done twice, or of an earlier time that it held, does
// nothing.
func (s *Service) LookInDue(ctx context.Context, community, id int64) error {
	return s.job(ctx, community, id, func(t *turn) error {
		if t.from != Held || !t.c.Mediated() || t.now.Before(t.c.LookInAt()) {
			return nil
		}
		key := fmt.Sprintf("look_in_due:%d", t.c.ClosedAt.UnixMilli())
		if there, err := t.repeated(ctx, key); err != nil || there {
			return err
		}
		hears, err := t.hears(ctx, t.c.Holder)
		if err != nil {
			return err
		}
		if !hears { // somebody else who may hear it looks in
			next, err := t.next(ctx, t.c.Holder)
			if err != nil {
				return err
			}
			if next != 0 {
				t.c.Holder = next
			}
		}
		if err := t.become(ctx, MoveVisitDue, Held, detail{"key": key, "holder": t.c.Holder}); err != nil {
			return err
		}
		return t.ping(ctx, news{topic: "case.look_in"}, t.c.Holder)
	})
}

// LookIn says what was found when both sides were visited once more.
func (s *Service) LookIn(ctx context.Context, actor people.Actor, id int64, good bool) (Case, error) {
	return s.on(ctx, call{"look in on", access.Mediate, actor, id}, func(t *turn) error {
		if t.from != Held {
			return nil // said already
		}
		if err := t.settleMine(ctx); err != nil {
			return err
		}
		if good {
			key := fmt.Sprintf("look_in:%d", t.c.ClosedAt.UnixMilli())
			if there, err := t.repeated(ctx, key); err != nil || there {
				return err
			}
			if err := t.aside(ctx, MoveVisit, detail{"key": key, "outcome": Held}); err != nil {
				return err
			}
			return t.onBoard(ctx, t.c.Holder)
		}
		t.c.DoneAt, t.c.Reason, t.c.ClosedAt = nil, "", nil
		if err := t.become(ctx, MoveAgain, Taken, detail{"outcome": NotFixed}); err != nil {
			return err
		}
		return t.tell(ctx, taskNews("case.talks_again"), t.c.For, t.c.Other)
	})
}
