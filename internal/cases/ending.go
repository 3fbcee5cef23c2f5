package cases

import (
	"context"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// Bodies are the codes of who else looks after things; others are named in words.
var Bodies = []string{"property", "street", "water", "power", "gas", "heating", "police"}

// Whys are the codes of why a case ends otherwise, by the end. Residents read them.
var Whys = map[Status][]string{
	Referred: {"theirs", "their_right", "their_tools"},
	Cannot:   {"not_allowed", "private_ground", "no_money", "no_way", "others_object"},
	Wish:     {"good_idea", "for_all"},
	Spam:     {"prank", "advert", "no_matter"},
}

// Refusals are the codes of why a second pair of eyes does not agree.
var Refusals = []string{"is_ours", "can_be_done", "ask_first", "say_more"}

// Limits of an ending.
const (
	MaxBody     = 60                  // characters of what another body is called
	AskAtMost   = 90 * 24 * time.Hour // until another body is asked how it goes
	LookWithin  = 24 * time.Hour      // then another is asked to look; of a danger soon (looker.go)
	proposeGone = "case.proposal_gone"
)

// Proposal is how a case is to end otherwise than held, and why.
type Proposal struct {
	As    Status // one of Endings
	Why   string // one of its Whys
	Words string // in public, at most MaxWhyWords
	To    string // of Referred: one of Bodies, or a name of at most MaxBody
	AskOn time.Time
}

func (p Proposal) check(now time.Time) (Proposal, error) {
	p.Words, p.To = pg.Text(p.Words), pg.Text(p.To)
	referred := p.As == Referred
	switch {
	case !slices.Contains(Endings, p.As), !slices.Contains(Whys[p.As], p.Why):
		return p, refusal.New(refusal.Invalid, "case.no_reason")
	case referred != (p.To != ""), len([]rune(p.To)) > MaxBody:
		return p, refusal.New(refusal.Invalid, "case.no_body")
	case referred != !p.AskOn.IsZero(), referred && (!p.AskOn.After(now) || p.AskOn.After(now.Add(AskAtMost))):
		return p, refusal.New(refusal.Invalid, "case.no_date")
	}
	return p, checkWhyWords(p.Words)
}

// Propose says that a case ends otherwise than held, and why. On one that waits for
// whoever says so it takes it first, without a word of it: nobody will come. It has not ended
// before somebody else has looked at it: who is in charge, or where that is who
// proposes it or who brought it, a deputy or a member of the area. It is refused
// where nobody else is there (case.nobody_to_look).
func (s *Service) Propose(ctx context.Context, actor people.Actor, id int64, p Proposal) (Case, error) {
	p, err := p.check(s.now())
	if err != nil {
		return Case{}, err
	}
	return s.on(ctx, call{"propose an end of", access.Propose, actor, id}, func(t *turn) error {
		switch {
		case t.from == Proposed && t.c.ProposedBy == t.actor.Person && t.proposesSo(p):
			return nil
		case t.c.Holder != t.actor.Person || t.from != Assigned && !leads(t.from, MovePropose):
			return t.tooLate(ctx)
		case t.c.Private != "": // a second pair of eyes would see what is sealed
			return refusal.New(refusal.Conflict, "case.not_now")
		}
		if err := t.takeFirst(ctx); err != nil {
			return err
		}
		return t.propose(ctx, p)
	})
}

func (t *turn) proposesSo(p Proposal) bool {
	return t.c.Ending == p.As && t.c.Why == p.Why && t.c.WhyWords == p.Words && t.c.PassedTo == p.To
}

func (t *turn) propose(ctx context.Context, p Proposal) error {
	t.c.Ending, t.c.Why, t.c.WhyWords, t.c.PassedTo, t.c.ProposedBy = p.As, p.Why, p.Words, p.To, t.actor.Person
	if !p.AskOn.IsZero() {
		on := p.AskOn.Truncate(time.Microsecond)
		t.c.AskOn = &on
	}
	second, err := t.lookers(ctx)
	if err != nil {
		return err
	}
	if len(second) == 0 {
		return refusal.New(refusal.Conflict, "case.nobody_to_look")
	}
	if err := t.become(ctx, MovePropose, Proposed, t.pressing(detail{"ending": p.As, "why": p.Why, "second": second[0]})); err != nil {
		return err
	}
	if err := t.redrawBehind(ctx); err != nil {
		return err
	}
	if err := t.lookLater(ctx); err != nil {
		return err
	}
	if err := t.tellPressing(ctx, "case.deciding"); err != nil {
		return err
	}
	return t.ping(ctx, news{topic: "case.proposed"}, second[0])
}

// pressing notes of a step that there is danger, and so it was told at home.
func (t *turn) pressing(d detail) detail {
	if t.c.Danger != "" {
		d["pressing"] = "yes"
	}
	return d
}

// tellPressing tells those who are in danger how it goes between two steps of which
// they hear.
func (t *turn) tellPressing(ctx context.Context, topic string) error {
	if t.c.Danger == "" {
		return nil
	}
	return t.tellHome(ctx, news{topic: topic, urgency: noticeOf(t.c)})
}

// unpropose forgets what was proposed.
func (t *turn) unpropose() {
	t.c.Ending, t.c.Why, t.c.WhyWords, t.c.PassedTo, t.c.AskOn, t.c.ProposedBy = "", "", "", "", nil, 0
}

// Agree is the second pair of eyes: the case ends as was proposed, and the
// resident reads why.
func (s *Service) Agree(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"agree to the end of", access.Decide, actor, id}, func(t *turn) error {
		if t.c.ProposedBy == t.actor.Person {
			return access.NotFound() // one pair of eyes is not two
		}
		if slices.Contains(Endings, t.from) && t.c.DecidedBy == t.actor.Person {
			return nil
		}
		if t.from != Proposed {
			return t.tooLate(ctx)
		}
		return t.agree(ctx)
	})
}

func (t *turn) agree(ctx context.Context) error {
	t.c.DecidedBy, t.c.ClosedAt = t.actor.Person, &t.now
	how := detail{"ending": t.c.Ending, "why": t.c.Why, "proposed_by": t.c.ProposedBy}
	if err := t.become(ctx, MoveAgree, t.c.Ending, how); err != nil {
		return err
	}
	if err := t.settle(ctx, taskNews(proposeGone)); err != nil {
		return err
	}
	if err := t.refresh(ctx); err != nil {
		return err
	}
	by := detail{"by": t.actor.Person}
	if err := t.tell(ctx, news{"case.agreed", outbox.Notice, by}, t.c.Holder); err != nil {
		return err
	}
	return t.tellFamily(ctx, news{"case.ended", noticeOf(t.c), by})
}

// Refuse is the second pair of eyes that does not agree: it goes back to who
// proposed it, with why, and with words that they alone read.
func (s *Service) Refuse(ctx context.Context, actor people.Actor, id int64, why, words string) (Case, error) {
	words = pg.Text(words)
	if !slices.Contains(Refusals, why) {
		return Case{}, refusal.New(refusal.Invalid, "case.no_reason")
	}
	if err := checkWhyWords(words); err != nil {
		return Case{}, err
	}
	return s.on(ctx, call{"refuse the end of", access.Decide, actor, id}, func(t *turn) error {
		if t.c.Holder == t.actor.Person {
			return access.NotFound()
		}
		if refused, err := t.wasLast(ctx, MoveRefuse); err != nil || refused && t.from == Taken {
			return err
		}
		if !leads(t.from, MoveRefuse) {
			return t.tooLate(ctx)
		}
		t.unpropose()
		if err := t.become(ctx, MoveRefuse, Taken, t.pressing(detail{"why": why})); err != nil {
			return err
		}
		if err := t.note(ctx, Refused, words); err != nil {
			return err
		}
		if err := t.settleAll(ctx, taskNews(proposeGone)); err != nil {
			return err
		}
		err := t.ping(ctx, news{topic: "case.refused", args: detail{"by": t.actor.Person, "code": why, "words": words != ""}}, t.c.Holder)
		if err != nil {
			return err
		}
		if err := t.tellPressing(ctx, "case.goes_on"); err != nil {
			return err
		}
		return t.withSomebody(ctx)
	})
}
