package cases

import (
	"context"
	"maps"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// Again says that what had held is broken again: the same case goes on with the
// same member, for some weeks after it held.
func (s *Service) Again(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"say again", access.Confirm, actor, id}, func(t *turn) error {
		if !t.answers() {
			return access.NotFound()
		}
		return t.breaks(ctx, nil)
	})
}

// AgainFor writes that down for somebody who says so on the phone or at the door; who
// did the work never answers for who has to live with it.
func (s *Service) AgainFor(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"say again for somebody", access.AnswerFor, actor, id}, func(t *turn) error {
		if t.c.Private != "" || t.c.Holder == t.actor.Person {
			return access.NotFound()
		}
		if err := t.breaks(ctx, byPhone); err != nil {
			return err
		}
		return t.spoke(ctx)
	})
}

func (t *turn) breaks(ctx context.Context, how detail) error {
	if back, err := t.cameBackBy(ctx, MoveAgain); err != nil || back {
		return err
	}
	if !leads(t.from, MoveAgain) {
		return t.tooLate(ctx)
	}
	if !t.c.BreaksAgain(t.now) {
		return refusal.New(refusal.Conflict, "case.again_too_late")
	}
	return t.again(ctx, NotFixed, how)
}

// BreaksAgain reports whether somebody whose case it is can still say that it is
// broken again.
func (c Case) BreaksAgain(now time.Time) bool {
	return c.Status == Held && c.ClosedAt != nil && !now.After(c.ClosedAt.Add(Broken))
}

// cameBackBy reports whether it was by that move that the case came to where it is.
func (t *turn) cameBackBy(ctx context.Context, code Move) (bool, error) {
	var is bool
	err := t.tx.GetContext(ctx, &is, `
		SELECT coalesce((SELECT code = $3 FROM case_events
			WHERE community_id = $1 AND case_id = $2 AND to_status = $4 AND from_status <> $4 ORDER BY id DESC LIMIT 1), false)`,
		t.c.Community, t.c.ID, code, t.from)
	return is, err
}

// brokeAgain is the outcome by which people hear of what had held.
const brokeAgain = "again"

func (t *turn) again(ctx context.Context, outcome Outcome, how detail) error {
	t.comesBack()
	logged := detail{"outcome": outcome}
	maps.Copy(logged, how)
	if err := t.become(ctx, MoveAgain, Taken, logged); err != nil {
		return err
	}
	return t.backAt(ctx, brokeAgain)
}

// backAt tells of a case that came back to who holds it, and to who is in charge.
func (t *turn) backAt(ctx context.Context, outcome Outcome) error {
	if t.c.Private == "" || t.c.Holder != t.actor.Person { // who hears it wrote it down themselves
		if err := t.ping(ctx, news{topic: "case.reopened", args: detail{"outcome": outcome, "by": t.speaker()}}, t.c.Holder); err != nil {
			return err
		}
	}
	if err := t.tellFollowers(ctx, news{topic: "case.reopened_near", urgency: outbox.Notice}); err != nil {
		return err
	}
	if err := t.tellCharge(ctx, outcome); err != nil {
		return err
	}
	return t.withSomebody(ctx)
}

// withSomebody hands a case over that came back to who can go no more.
func (t *turn) withSomebody(ctx context.Context) error {
	a, err := people.ReadActor(ctx, t.tx, t.c.Community, t.c.Holder)
	if err != nil {
		return err
	}
	holder, err := people.ReadPerson(ctx, t.tx, t.c.Community, t.c.Holder)
	if err != nil {
		return err
	}
	goes, err := t.goesAnyway(ctx, holder)
	if err != nil || mayGo(t.c, a) && (goes || holder.Here() && holder.Reachable) {
		return err
	}
	return t.handOver(ctx, t.c.Holder)
}

func (t *turn) tellCharge(ctx context.Context, outcome Outcome) error {
	if t.c.Private != "" {
		return nil
	}
	charge, err := people.InCharge(ctx, t.tx, t.c.Community)
	if refusal.Is(err, refusal.NotFound) || err == nil && charge.ID == t.c.Holder {
		return nil
	}
	if err != nil {
		return err
	}
	return t.tell(ctx, news{"case.reopened_secretary", outbox.Task, detail{"outcome": outcome}}, charge.ID)
}

// StillHolds is the resident's word, weeks later, that it held.
func (s *Service) StillHolds(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"say still of", access.Confirm, actor, id}, func(t *turn) error {
		if !t.answers() {
			return access.NotFound()
		}
		v, open, err := t.openVisit(ctx)
		if err != nil || !open || v.Kind != KeyMatter {
			return err
		}
		if err := t.judgesItself(ctx); err != nil {
			return err
		}
		if err := t.endVisit(ctx, v, FoundHeld); err != nil {
			return err
		}
		if err := t.aside(ctx, MoveVisit, detail{"visit": v.ID, "outcome": FoundHeld}); err != nil || t.from == Held {
			return err
		}
		return t.held(ctx, nil)
	})
}

// NotThere says that the body to which a case was passed did not mend it: it is
// seen to here again.
func (s *Service) NotThere(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"take up", access.Confirm, actor, id}, func(t *turn) error {
		if !t.answers() {
			return access.NotFound()
		}
		if back, err := t.cameBackBy(ctx, MoveReopen); err != nil || back {
			return err
		}
		if t.from != Referred {
			return t.tooLate(ctx)
		}
		return t.takeUp(ctx, nil)
	})
}

// takeUp opens a case again that another body had: with who passed it there, or
// the next who can go.
func (t *turn) takeUp(ctx context.Context, how detail) error {
	from := t.c.Holder
	t.c.DoneAt, t.c.Reason, t.c.ClosedAt = nil, "", nil
	a, err := people.ReadActor(ctx, t.tx, t.c.Community, from)
	if err != nil {
		return err
	}
	to := from
	if from == 0 || !mayGo(t.c, a) {
		if to, err = t.successor(ctx, from); err != nil {
			return err
		}
	}
	if to == 0 {
		return refusal.New(refusal.Conflict, "case.nobody_else")
	}
	t.afresh()
	t.c.Holder = to
	logged := detail{"outcome": NotFixed, "holder": to}
	maps.Copy(logged, how)
	if err := t.become(ctx, MoveReopen, Assigned, logged); err != nil {
		return err
	}
	if err := t.ping(ctx, news{topic: "case.ping"}, to); err != nil {
		return err
	}
	if err := t.tellCharge(ctx, NotFixed); err != nil {
		return err
	}
	return t.tellFamily(ctx, taskNews("case.taken_up"))
}
