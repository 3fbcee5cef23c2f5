package cases

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// Confirm is the resident's word on what is reported done. Held closes the
// case; Half and NotFixed give it back to the same member, and who is in charge
// hears of it. Who did the work themselves does not say that it held (case.own_work).
func (s *Service) Confirm(ctx context.Context, actor people.Actor, id int64, outcome Outcome) (Case, error) {
	if !slices.Contains([]Outcome{Held, Half, NotFixed}, outcome) {
		return Case{}, refusal.New(refusal.Invalid, "case.unknown_outcome")
	}
	return s.on(ctx, call{"confirm", access.Confirm, actor, id}, func(t *turn) error {
		if !t.answers() {
			return access.NotFound()
		}
		return t.said(ctx, outcome, nil)
	})
}

// said takes in what a resident says of what is reported done, themselves or,
// as how tells, by phone.
func (t *turn) said(ctx context.Context, outcome Outcome, how detail) error {
	if t.from == Duplicate {
		return t.ofDouble(ctx, outcome, how)
	}
	if outcome != Held {
		return t.reopen(ctx, outcome, how)
	}
	if err := t.judgesItself(ctx); err != nil {
		return err
	}
	return t.held(ctx, how)
}

func (t *turn) held(ctx context.Context, how detail) error {
	if t.from == Held {
		return nil
	}
	if !leads(t.from, MoveHeld) {
		return t.tooLate(ctx)
	}
	t.c.ClosedAt = &t.now
	if err := t.become(ctx, MoveHeld, Held, how); err != nil {
		return err
	}
	if err := t.settleCheck(ctx, Held); err != nil {
		return err
	}
	if err := t.refresh(ctx); err != nil {
		return err
	}
	if err := t.tellFollowers(ctx, news{topic: "case.held_near", urgency: outbox.Notice}); err != nil {
		return err
	}
	return t.tell(ctx, news{"case.held", outbox.Notice, detail{"by": t.speaker()}}, t.c.Holder)
}

func (t *turn) reopen(ctx context.Context, outcome Outcome, how detail) error {
	if said, err := t.reopenedAs(ctx); err != nil || said == outcome {
		return err
	}
	if t.from == Held {
		if theirs, err := t.heldByNeighbour(ctx); err != nil || theirs {
			return t.brokeIf(ctx, err, outcome)
		}
	}
	if !leads(t.from, MoveReopen) {
		return t.tooLate(ctx)
	}
	t.comesBack()
	logged := detail{"outcome": outcome}
	maps.Copy(logged, how)
	if err := t.become(ctx, MoveReopen, Taken, logged); err != nil {
		return err
	}
	if err := t.settleCheck(ctx, outcome); err != nil {
		return err
	}
	return t.backAt(ctx, outcome)
}

// reopenedAs is the outcome by which a taken case came back, "" where it did not.
func (t *turn) reopenedAs(ctx context.Context) (Outcome, error) {
	if t.from != Taken {
		return "", nil
	}
	var details []json.RawMessage
	err := t.tx.SelectContext(ctx, &details, `
		SELECT detail FROM case_events WHERE community_id = $1 AND case_id = $2 AND code IN ($3, $4)
		ORDER BY id DESC LIMIT 1`, t.c.Community, t.c.ID, MoveReopen, MoveAgain)
	if err != nil || len(details) == 0 {
		return "", err
	}
	var d struct{ Outcome Outcome }
	return d.Outcome, json.Unmarshal(details[0], &d)
}

// Left says what is left to do after Half or NotFixed, or a word about what held.
func (s *Service) Left(ctx context.Context, actor people.Actor, id int64, n Note) (Case, error) {
	return s.later(ctx, call{"add to", access.Confirm, actor, id}, n, func(t *turn, key, words string) error {
		if !t.answers() {
			return access.NotFound()
		}
		if t.from == Duplicate {
			return t.leftOfDouble(ctx, n, key, words)
		}
		return t.leave(ctx, key, words, n.Media)
	})
}

// LeftFor writes down what somebody said of it to who asked them, on the phone or
// at the door.
func (s *Service) LeftFor(ctx context.Context, actor people.Actor, id int64, n Note) (Case, error) {
	return s.later(ctx, call{"add for somebody to", access.AnswerFor, actor, id}, n, func(t *turn, key, words string) error {
		if t.c.Holder == t.actor.Person {
			return access.NotFound()
		}
		return t.leave(ctx, key, words, n.Media)
	})
}

func (t *turn) leave(ctx context.Context, key, words string, media []Media) error {
	if err := t.become(ctx, MoveLeft, t.from, detail{"key": key}); err != nil {
		return err
	}
	stage := Rest
	if t.from == Held {
		stage = Word
	}
	if err := t.note(ctx, stage, words); err != nil {
		return err
	}
	if err := t.add(ctx, stage, media); err != nil {
		return err
	}
	return t.ping(ctx, news{topic: "case.left", args: detail{"words": words != ""}}, t.c.Holder)
}

// TakeBack undoes a report within the first half hour: its words and pictures
// are erased, its cards withdrawn, and who had taken it is told.
func (s *Service) TakeBack(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"take back", access.TakeBack, actor, id}, func(t *turn) error {
		if t.from == TakenBack {
			return nil
		}
		if !leads(t.from, MoveTakeBack) {
			return t.tooLate(ctx)
		}
		if t.now.After(t.c.OpenedAt.Add(Regret)) {
			return refusal.New(refusal.Conflict, "case.too_late")
		}
		held := slices.Contains([]Status{Taken, Waiting, Proposed}, t.from)
		if err := t.erase(ctx); err != nil {
			return err
		}
		t.c.ClosedAt = &t.now
		if err := t.become(ctx, MoveTakeBack, TakenBack, nil); err != nil {
			return err
		}
		if err := t.withdraw(ctx); err != nil {
			return err
		}
		if err := t.freeDoubles(ctx); err != nil {
			return err
		}
		if err := t.tellFamily(ctx, news{"case.taken_back_by", outbox.Notice, detail{"by": t.actor.Person}}); err != nil || !held {
			return err
		}
		return t.tell(ctx, taskNews("case.taken_back"), t.c.Holder)
	})
}
