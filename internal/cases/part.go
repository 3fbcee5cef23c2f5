package cases

import (
	"context"
	"slices"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// NoAgreement is why talks end that came to nothing.
const NoAgreement = "no_agreement"

// Ways are where two sides can turn who did not agree.
var Ways = []string{"committee", "legal_aid", "police", "court"}

// AsksWhose reports whether an end is, or stayed, before whose trouble it is: of what
// is private they are the second pair of eyes.
func (c Case) AsksWhose() bool {
	return (c.Status == Proposed || c.Status == Unconfirmed) && (c.Why == NoAgreement || c.Why == NotSo)
}

// PartWays proposes that the talks end without an agreement, with a way on. The
// second pair of eyes is whose trouble it is: nobody else may know of it.
func (s *Service) PartWays(ctx context.Context, actor people.Actor, id int64, way string) (Case, error) {
	if !slices.Contains(Ways, way) {
		return Case{}, access.NotFound()
	}
	return s.on(ctx, call{"end the talks of", access.Mediate, actor, id}, func(t *turn) error {
		if t.from == Proposed && t.c.PassedTo == way {
			return nil
		}
		if !t.c.Mediated() || !leads(t.from, MovePropose) {
			return t.tooLate(ctx)
		}
		t.c.Ending, t.c.Why, t.c.PassedTo = Referred, NoAgreement, way
		return t.askWhose(ctx, "case.parting")
	})
}

// askWhose puts an end before whose trouble it is.
func (t *turn) askWhose(ctx context.Context, topic string) error {
	t.c.ProposedBy, t.c.WaitFor, t.c.WaitUntil = t.actor.Person, "", nil
	how := detail{"ending": t.c.Ending, "why": t.c.Why, "to": t.c.PassedTo}
	if err := t.become(ctx, MovePropose, Proposed, how); err != nil {
		return err
	}
	if err := t.tell(ctx, taskNews(topic), t.c.For); err != nil {
		return err
	}
	return t.askAfterSilence(ctx)
}

// Part is the word of whose trouble it is on the end that was put before them: it
// ends so, or not.
func (s *Service) Part(ctx context.Context, actor people.Actor, id int64, yes bool) (Case, error) {
	return s.on(ctx, call{"part in", access.Side, actor, id}, func(t *turn) error {
		if t.c.For != t.actor.Person {
			return access.NotFound()
		}
		return t.part(ctx, yes)
	})
}

// PartFor writes that word down at the door, where it was asked for in vain.
func (s *Service) PartFor(ctx context.Context, actor people.Actor, id int64, yes bool) (Case, error) {
	return s.on(ctx, call{"write down the word on", access.Mediate, actor, id}, func(t *turn) error {
		if err := t.speaksFor(ctx, OneSide); err != nil {
			return err
		}
		return t.part(ctx, yes)
	})
}

func (t *turn) part(ctx context.Context, yes bool) error {
	switch {
	case t.c.Private == Complaint:
		return t.sawNotSo(ctx, yes)
	case yes && t.from == Referred, !yes && t.from == Taken:
		return nil
	case !t.c.AsksWhose():
		return t.tooLate(ctx)
	case !yes:
		return t.talkOn(ctx)
	}
	if err := t.endSo(ctx); err != nil {
		return err
	}
	return t.tell(ctx, news{"case.parted", outbox.Task, nil}, t.c.For, t.c.Other, t.c.Holder)
}

// endSo ends it as was put before whose trouble it is.
func (t *turn) endSo(ctx context.Context) error {
	t.c.DecidedBy, t.c.ClosedAt = t.c.For, &t.now
	return t.become(ctx, MoveAgree, t.c.Ending, detail{"ending": t.c.Ending, "why": t.c.Why, "to": t.c.PassedTo})
}

// talkOn goes on with the talks, also where they had come to rest for want of a word.
func (t *turn) talkOn(ctx context.Context) error {
	code := MoveRefuse
	if t.from == Unconfirmed {
		code = MoveReopen
		t.comesBack()
	}
	t.unpropose()
	if err := t.become(ctx, code, Taken, nil); err != nil {
		return err
	}
	if err := t.ping(ctx, news{topic: "case.parting_no"}, t.c.Holder); err != nil {
		return err
	}
	return t.withSomebody(ctx)
}

// unsaidOver ends what nobody said a word on for weeks, though they were asked again
// and again: it is not confirmed, and a late word still counts.
func (t *turn) unsaidOver(ctx context.Context, asked stepTaken) error {
	t.c.DoneAt = &asked.At // when whoever heard it had done what they could
	if err := t.leftUnconfirmed(ctx); err != nil {
		return err
	}
	return t.tell(ctx, taskNews("case.unsaid_over"), t.c.Holder)
}

// Concerns reports whether somebody is one of those whom a private case is about,
// or who hear it: nobody else sees it.
func (c Case) Concerns(a people.Actor) bool {
	return c.Private == "" || relation(c, a) != access.Sealed
}
