package cases

import (
	"context"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// NotSo is why a complaint ends that was heard, and found to be otherwise.
const NotSo = "not_so"

// Outside is to whom a complaint passes that nobody else here may hear: the body
// outside of the community that its settings name.
const Outside = "outside"

// FindNotSo proposes that a complaint ends as heard and not found so, and why, in
// words that whoever complained reads. They are the second pair of eyes.
func (s *Service) FindNotSo(ctx context.Context, actor people.Actor, id int64, words string) (Case, error) {
	words = pg.Text(words)
	if words == "" {
		return Case{}, refusal.New(refusal.Invalid, "case.no_reason")
	}
	if err := checkWhyWords(words); err != nil {
		return Case{}, err
	}
	return s.on(ctx, call{"find otherwise", access.Mediate, actor, id}, func(t *turn) error {
		if t.from == Proposed && t.c.Why == NotSo && t.c.WhyWords == words {
			return nil
		}
		if t.c.Private != Complaint || !leads(t.from, MovePropose) {
			return t.tooLate(ctx)
		}
		t.c.Ending, t.c.Why, t.c.WhyWords = Cannot, NotSo, words
		return t.askWhose(ctx, "case.not_so")
	})
}

// sawNotSo is the word of who complained: they see it, or they disagree. Who disagrees
// is heard anew by another who may hear it, once; then, and where there is nobody else,
// it passes to the body outside.
func (t *turn) sawNotSo(ctx context.Context, yes bool) error {
	if yes && t.from == Cannot {
		return nil
	}
	if said, err := t.lastStep(ctx); err != nil || !yes && said.Code == MoveDisagree {
		return err
	}
	switch {
	case !t.c.AsksWhose():
		return t.tooLate(ctx)
	case !yes:
		return t.heardAnew(ctx)
	}
	if err := t.endSo(ctx); err != nil {
		return err
	}
	if err := t.refresh(ctx); err != nil {
		return err
	}
	return t.tell(ctx, taskNews("case.saw_not_so"), t.c.For, t.c.Holder)
}

func (t *turn) heardAnew(ctx context.Context) error {
	next, err := t.anotherHearer(ctx)
	if err != nil {
		return err
	}
	t.c.DisputedAt = &t.now
	if next == 0 {
		return t.passOutside(ctx)
	}
	from := t.c.Holder
	t.afresh()
	t.c.Holder, t.c.DoneAt, t.c.ClosedAt = next, nil, nil
	if err := t.become(ctx, MoveDisagree, Assigned, detail{"why": NotSo, "person": from, "holder": next}); err != nil {
		return err
	}
	if err := t.settleOf(ctx, from); err != nil {
		return err
	}
	if err := t.tellHearer(ctx); err != nil {
		return err
	}
	return t.ping(ctx, news{topic: "case.disagreed", args: detail{"outcome": NotSo, "by": t.c.For}}, next)
}

// anotherHearer is who hears a complaint once more: never who heard it before, nor
// whom it is about; 0 is nobody.
func (t *turn) anotherHearer(ctx context.Context) (int64, error) {
	if t.c.DisputedAt != nil {
		return 0, nil
	}
	return t.next(ctx, t.c.ProposedBy, t.c.Holder)
}

// passOutside ends it with whom to turn to outside.
func (t *turn) passOutside(ctx context.Context) error {
	t.c.Ending, t.c.PassedTo, t.c.DecidedBy, t.c.ClosedAt = Referred, Outside, t.c.For, &t.now
	how := detail{"ending": Referred, "why": NotSo, "to": Outside}
	if err := t.become(ctx, MoveDisagree, Referred, how); err != nil {
		return err
	}
	if err := t.refresh(ctx); err != nil {
		return err
	}
	return t.tell(ctx, taskNews("case.passed_outside"), t.c.For, t.c.Holder)
}

// ProposedAt is since when an end is before whose trouble it is.
func (s *Service) ProposedAt(ctx context.Context, c Case) (time.Time, error) {
	last, err := latest(ctx, s.db, c, `code = $3`, MovePropose)
	return last.At, err
}
