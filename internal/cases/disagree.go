package cases

import (
	"context"
	"maps"
	"slices"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// Disagree is the resident's one word against an end that is not "held": the case
// goes on, with somebody who had no part in the end where there is one.
func (s *Service) Disagree(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"disagree with the end of", access.Disagree, actor, id}, func(t *turn) error {
		if !t.answers() {
			return access.NotFound()
		}
		return t.dispute(ctx, nil)
	})
}

// DisagreeFor writes down that one word, on the phone or at the door, where somebody
// was told there how theirs ended. Who proposed or decided it does not write it down
// while there is another who could.
func (s *Service) DisagreeFor(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"disagree for somebody with the end of", access.AnswerFor, actor, id}, func(t *turn) error {
		if t.c.Private != "" {
			return access.NotFound()
		}
		if left, err := t.leavesToOther(ctx); err != nil || left {
			return errOr(err, refusal.New(refusal.Conflict, "case.own_end"))
		}
		if err := t.dispute(ctx, byPhone); err != nil {
			return err
		}
		return t.spoke(ctx)
	})
}

// leavesToOther reports whether the actor had a part in how the case ended, and there
// is another who can tell whose it is, and write down what they say of it.
func (t *turn) leavesToOther(ctx context.Context) (bool, error) {
	part := []int64{t.c.ProposedBy, t.c.DecidedBy}
	if !slices.Contains(Endings, t.from) || !slices.Contains(part, t.actor.Person) {
		return false, nil
	}
	other, err := t.visitor(ctx, part...)
	return other != 0, err
}

// dispute takes in that somebody does not agree, themselves or, as how tells, by phone.
func (t *turn) dispute(ctx context.Context, how detail) error {
	if said, err := t.wasLast(ctx, MoveDisagree); err != nil || said && t.from == Assigned {
		return err
	}
	if !slices.Contains(Endings, t.from) || t.c.Private != "" { // that ended by their own word
		return t.tooLate(ctx)
	}
	if t.c.DisputedAt != nil {
		return refusal.New(refusal.Conflict, "case.disagreed_once")
	}
	if err := t.letsIn(ctx); err != nil { // it would call somebody anew
		return err
	}
	return t.disagree(ctx, how)
}

func (t *turn) disagree(ctx context.Context, noted detail) error {
	part := []int64{t.c.ProposedBy, t.c.DecidedBy}
	next, err := t.uninvolved(ctx, part)
	if err != nil {
		return err
	}
	ended := detail{"outcome": t.c.Ending, "code": t.c.Why, "by": t.speaker()}
	t.afresh()
	t.c.Holder, t.c.DisputedAt, t.c.ClosedAt = next, &t.now, nil
	how := detail{"ending": ended["outcome"], "why": ended["code"], "holder": next}
	maps.Copy(how, noted)
	if err := t.become(ctx, MoveDisagree, Assigned, how); err != nil {
		return err
	}
	if err := t.ping(ctx, news{topic: "case.disagreed", args: ended}, next); err != nil {
		return err
	}
	family, err := t.family(ctx)
	if err != nil {
		return err
	}
	hear := slices.DeleteFunc(slices.Concat(family, part), func(id int64) bool { return id == next })
	return t.tell(ctx, news{"case.disputed", outbox.Notice, detail{"by": ended["by"]}}, hear...)
}

// uninvolved is who looks at it anew: nobody who proposed or decided it, unless
// there is nobody else.
func (t *turn) uninvolved(ctx context.Context, part []int64) (int64, error) {
	next, err := t.next(ctx, part...)
	if err != nil || next != 0 {
		return next, err
	}
	members, _, err := people.Staff(ctx, t.tx, t.c.Community, t.c.Area) // on duty or not
	if err != nil {
		return 0, err
	}
	if next, err = t.firstOf(ctx, members, part); err != nil || next != 0 {
		return next, err
	}
	charge, err := t.inCharge(ctx, part[0])
	if err != nil || charge != 0 {
		return charge, err
	}
	if charge, err = t.inCharge(ctx, 0); err != nil || charge != 0 {
		return charge, err
	}
	return 0, refusal.New(refusal.Conflict, "case.nobody_else")
}

// Object adds why a resident disagrees, after they did.
func (s *Service) Object(ctx context.Context, actor people.Actor, id int64, n Note) (Case, error) {
	return s.later(ctx, call{"say why they disagree with the end of", access.Confirm, actor, id}, n, func(t *turn, key, words string) error {
		if !t.answers() {
			return access.NotFound()
		}
		if t.c.DisputedAt == nil || !leads(t.from, MoveJoin) {
			return t.tooLate(ctx)
		}
		if err := t.become(ctx, MoveJoin, t.from, detail{"key": key}); err != nil {
			return err
		}
		if err := t.note(ctx, Against, words); err != nil {
			return err
		}
		if err := t.add(ctx, Against, n.Media); err != nil {
			return err
		}
		return t.ping(ctx, news{topic: "case.objection", args: detail{"by": t.speaker(), "words": words != ""}}, t.c.Holder)
	})
}
