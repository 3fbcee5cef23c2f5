package cases

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// lookers are who can be the second pair of eyes, in the order in which they are
// asked: who is in charge, then who stands in for them, then the members there;
// who brought the case, or whom it is for, only where there is nobody else.
func (t *turn) lookers(ctx context.Context) ([]int64, error) {
	members, charge, err := roster.Staff(ctx, t.tx, t.c.Community, t.c.Area, t.now)
	if err != nil {
		return nil, err
	}
	if members, err = t.byLoad(ctx, members); err != nil {
		return nil, err
	}
	deputy, err := t.inCharge(ctx, t.c.ProposedBy)
	if err != nil {
		return nil, err
	}
	all, err := t.reachable(ctx, append([]int64{charge, deputy}, members...))
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		all = []int64{deputy} // not reached, and yet the one whose it is to decide
	}
	var some, involved []int64
	for _, id := range all {
		may, err := t.mayDecide(ctx, id)
		switch {
		case err != nil:
			return nil, err
		case !may || slices.Contains(some, id) || slices.Contains(involved, id):
		case id == t.c.Reporter || id == t.c.For:
			involved = append(involved, id)
		default:
			some = append(some, id)
		}
	}
	return append(some, involved...), nil
}

func (t *turn) reachable(ctx context.Context, some []int64) ([]int64, error) {
	there, err := people.Reachable(ctx, t.tx, t.c.Community, some)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(some, func(id int64) bool { return !slices.Contains(there, id) }), nil
}

// mayDecide reports whether somebody may look at what is proposed: never who
// proposed it, nor whom it is about.
func (t *turn) mayDecide(ctx context.Context, id int64) (bool, error) {
	if id == 0 || id == t.c.ProposedBy || id == t.c.Holder || id == t.c.About {
		return false, nil
	}
	a, err := people.ReadActor(ctx, t.tx, t.c.Community, id)
	if err != nil {
		return false, err
	}
	return access.Allow(access.Decide, a.Roles, relation(t.c, a)) == nil, nil
}

// lookWithin is how long the last who was asked to look has: a day, or where there is
// danger as long as on the ladder.
func (t *turn) lookWithin(ctx context.Context) (time.Duration, error) {
	if t.c.Danger == "" {
		return LookWithin, nil
	}
	asked, err := t.lookersAsked(ctx)
	switch {
	case err != nil:
		return 0, err
	case len(asked) <= rungs:
		return takeUrgent, nil
	case len(asked) <= 2*rungs:
		return againUrgent, nil
	}
	return LookWithin, nil
}

// lookLater is the job that asks another, where nobody has looked.
func (t *turn) lookLater(ctx context.Context) error {
	within, err := t.lookWithin(ctx)
	if err != nil {
		return err
	}
	return t.enqueue(ctx, []outbox.Row{{
		Key: fmt.Sprintf("%s:look:%d", Subject(t.c.ID), t.event), Subject: Subject(t.c.ID), Topic: "case.look_again",
		Args: t.args(nil), Urgency: outbox.Task, Due: t.now.Add(within),
	}})
}

// LookAgain asks the next who can look at what is proposed, where nobody has
// decided in time; when all were asked, the first once more.
func (s *Service) LookAgain(ctx context.Context, community, id int64) error {
	return s.job(ctx, community, id, func(t *turn) error {
		last, err := t.latest(ctx, `code IN ('proposed', 'asked_again')`)
		if err != nil || t.from != Proposed {
			return err
		}
		if within, err := t.lookWithin(ctx); err != nil || t.now.Sub(last.At) < within {
			return err
		}
		return t.lookNext(ctx)
	})
}

// lookNext asks the next second pair of eyes.
func (t *turn) lookNext(ctx context.Context) error {
	some, err := t.lookers(ctx)
	if err != nil {
		return err
	}
	next, err := t.leastAsked(ctx, some)
	if err != nil {
		return err
	}
	was, err := t.second(ctx)
	if err != nil {
		return err
	}
	if err := t.aside(ctx, MoveAskAgain, detail{"second": next}); err != nil {
		return err
	}
	for _, person := range []int64{was, next} {
		if err := t.onBoard(ctx, person); err != nil {
			return err
		}
	}
	if err := t.lookLater(ctx); err != nil || next == 0 {
		return err
	}
	return t.ping(ctx, news{topic: "case.proposed"}, next)
}

// leastAsked is of some people the first who was asked least often to look at what is
// proposed now, 0 where there is nobody.
func (t *turn) leastAsked(ctx context.Context, some []int64) (int64, error) {
	asked, err := t.lookersAsked(ctx)
	if err != nil || len(some) == 0 {
		return 0, err
	}
	times := map[int64]int{}
	for _, id := range asked {
		times[id]++
	}
	return slices.MinFunc(some, func(a, b int64) int { return times[a] - times[b] }), nil
}

// lookersAsked are those who were asked to look at what is proposed now, as often as
// they were.
func (t *turn) lookersAsked(ctx context.Context) (asked []int64, err error) {
	err = t.tx.SelectContext(ctx, &asked, secondOf+` AND e.case_id = $2 AND e.detail ? 'second' AND e.id >= (
		SELECT max(id) FROM case_events WHERE community_id = $1 AND case_id = $2 AND code = 'proposed')`, t.c.Community, t.c.ID)
	return asked, err
}

// looks reports whether somebody was the last who was asked to look at what is
// proposed.
func (t *turn) looks(ctx context.Context, person int64) (bool, error) {
	if t.from != Proposed {
		return false, nil
	}
	second, err := t.second(ctx)
	return second == person, err
}

// second is the last who was asked to look at what is or was proposed, 0 for nobody.
func (t *turn) second(ctx context.Context) (id int64, err error) {
	err = t.tx.GetContext(ctx, &id, `SELECT coalesce((`+secondOf+` AND e.case_id = $2 ORDER BY e.id DESC LIMIT 1), 0)`, t.c.Community, t.c.ID)
	return id, err
}

// secondOf reads whom the events of a case of $1 ask to look.
const secondOf = `
	SELECT (e.detail->>'second')::bigint FROM case_events e
	WHERE e.community_id = $1 AND e.code IN ('proposed', 'asked_again')`

// toLook are the cases of $1 of which $2 is the last who was asked to look.
const toLook = `
	SELECT id FROM cases
	WHERE community_id = $1 AND status = 'proposed'
		AND $2 = (` + secondOf + ` AND e.case_id = cases.id ORDER BY e.id DESC LIMIT 1)`

// ToLook reads at which ends that were proposed somebody is asked to look, the
// longest waiting first.
func (s *Service) ToLook(ctx context.Context, actor people.Actor) ([]Case, error) {
	var all []Case
	err := s.db.SelectContext(ctx, &all, `
		SELECT `+columns+` FROM cases
		WHERE community_id = $1 AND status = 'proposed' AND private = ''
			AND $2 = (`+secondOf+` AND e.case_id = cases.id ORDER BY e.id DESC LIMIT 1)
		ORDER BY cases.id`, actor.Community, actor.Person)
	if err != nil {
		return nil, fmt.Errorf("read at what person %d is to look: %w", actor.Person, err)
	}
	return slices.DeleteFunc(all, func(c Case) bool { return !MayDecide(c, actor) }), nil
}

// MayDecide reports whether somebody can be the second pair of eyes for a case.
func MayDecide(c Case, a people.Actor) bool {
	return c.Status == Proposed && a.Person != c.ProposedBy && a.Person != c.Holder && a.Person != c.About &&
		access.Allow(access.Decide, a.Roles, relation(c, a)) == nil
}
