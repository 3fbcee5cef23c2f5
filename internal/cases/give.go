package cases

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// Give puts a case into the hands of somebody who may go there: a member of its
// area, a deputy, the secretary. They are pinged, whoever held it sees who does
// now, and who was told that somebody comes is told who it is. Giving it to who
// holds it changes nothing.
func (s *Service) Give(ctx context.Context, actor people.Actor, id, to int64) (Case, error) {
	return s.on(ctx, call{"give", access.Give, actor, id}, func(t *turn) error {
		if !leads(t.from, MoveGive) {
			return t.tooLate(ctx)
		}
		if t.c.Holder == to {
			return nil
		}
		if err := t.mayHold(ctx, to); err != nil {
			return err
		}
		return t.give(ctx, MoveGive, to, news{topic: "case.given", args: detail{"by": t.actor.Person}})
	})
}

// mayHold refuses to give the case to somebody who could not go there.
func (t *turn) mayHold(ctx context.Context, person int64) error {
	engaged, err := people.Engage(ctx, t.tx, t.c.Community, person)
	if err != nil {
		return err
	}
	a, err := people.ReadActor(ctx, t.tx, t.c.Community, person)
	if err != nil {
		return err
	}
	if !engaged || !mayGo(t.c, a) {
		return access.NotFound()
	}
	return t.toReach(ctx, person)
}

// give moves the case to another: what was taken waits to be taken again, whoever
// held it loses their buttons, and the resident hears of it where she was told
// that somebody comes. A zero news pings nobody.
func (t *turn) give(ctx context.Context, code Move, to int64, ping news) error {
	from, taken := t.c.Holder, t.from == Taken || t.from == Waiting
	t.afresh()
	t.c.Holder = to
	if err := t.become(ctx, code, Assigned, detail{"person": from, "holder": to}); err != nil {
		return err
	}
	if from != 0 {
		if err := t.settleOf(ctx, from); err != nil {
			return err
		}
	}
	if taken {
		if err := t.tellFamily(ctx, news{topic: "case.handed_over", urgency: noticeOf(t.c)}); err != nil {
			return err
		}
	}
	if ping.topic == "" {
		return nil
	}
	return t.ping(ctx, ping, to)
}

// afresh forgets what whoever held the case said of it: the next may see it
// otherwise.
func (t *turn) afresh() {
	t.c.TakenAt, t.c.ComingAt, t.c.WaitFor, t.c.WaitUntil, t.c.Step = nil, nil, "", nil, 0
	t.c.Ending, t.c.Why, t.c.WhyWords, t.c.PassedTo, t.c.AskOn, t.c.ProposedBy, t.c.DecidedBy = "", "", "", "", nil, 0, 0
}

// Candidate is somebody to whom a case can be given.
type Candidate struct {
	Person int64
	Name   string
	OnDuty bool
	Named  bool // for the kind of the case
	Holds  int  // cases that they have to move
}

// Candidates reads to whom a case can be given: who is on duty first, then who is
// named for its kind, then who holds fewest. Whoever holds it, is away or is not reached is left out.
func (s *Service) Candidates(ctx context.Context, actor people.Actor, id int64) ([]Candidate, error) {
	c, err := s.managed(ctx, actor, id, access.Give)
	if err != nil {
		return nil, err
	}
	var all []Candidate
	err = s.db.SelectContext(ctx, &all, `
		SELECT p.id AS person, p.name, (
			SELECT count(*) FROM cases c WHERE c.community_id = $1 AND c.holder_id = p.id AND `+toMove+`) AS holds, EXISTS (
			SELECT FROM person_roles r
			WHERE r.community_id = $1 AND r.person_id = p.id AND r.role = 'member' AND r.ended_at IS NULL AND $4 = ANY (r.kinds)) AS named
		FROM persons p
		WHERE p.community_id = $1 AND p.id <> $3 AND p.reachable AND p.presence = 'here' AND EXISTS (
			SELECT FROM person_roles r
			WHERE r.community_id = $1 AND r.person_id = p.id AND r.ended_at IS NULL
				AND (r.role IN ('deputy', 'secretary') OR r.role = 'member' AND ($2::bigint = 0 OR r.area_id = $2)))
		ORDER BY p.id`, c.Community, c.Area, c.Holder, c.Kind)
	if err != nil {
		return nil, fmt.Errorf("who could go to case %d: %w", id, err)
	}
	duty, planned, err := roster.OnDuty(ctx, s.db, c.Community, c.Area, s.now())
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].OnDuty = planned && slices.ContainsFunc(duty, func(p people.Person) bool { return p.ID == all[i].Person })
	}
	slices.SortStableFunc(all, func(a, b Candidate) int {
		return cmp.Or(first(a.OnDuty, b.OnDuty), first(a.Named, b.Named), cmp.Compare(a.Holds, b.Holds))
	})
	return all, nil
}

// first orders what is before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// FindToAmend reads a case for who may say what it is.
func (s *Service) FindToAmend(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.managed(ctx, actor, id, access.Amend)
}

// FindToPass reads a case for who may say that they do not go.
func (s *Service) FindToPass(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.managed(ctx, actor, id, access.Pass)
}

// managed reads a case for who may do something about it that is not theirs.
func (s *Service) managed(ctx context.Context, actor people.Actor, id int64, do access.Action) (Case, error) {
	c, err := read(ctx, s.db, actor.Community, id, "")
	if err != nil {
		return Case{}, err
	}
	now, err := people.ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return Case{}, err
	}
	if err := access.Allow(do, now.Roles, relation(c, now)); err != nil {
		return Case{}, err
	}
	return c, nil
}
