package cases

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

var _ people.Follower = (*Service)(nil)

// PersonChanged hands over what somebody holds who can go no more, in the
// transaction in which that changes, and ends what waits for somebody who is
// gone for good.
func (s *Service) PersonChanged(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	var err error
	switch c.What {
	case people.RoleEnded:
		var handed []int64
		if handed, err = s.handOver(ctx, tx, c, Draft, Assigned, Taken, Waiting, Proposed, Done); err == nil {
			err = s.disarm(ctx, tx, c, handed)
		}
	case people.Paused:
		_, err = s.handOver(ctx, tx, c, Draft, Assigned, Taken, Waiting, Proposed, Done)
	case people.OffDuty:
		_, err = s.handOver(ctx, tx, c, Draft, Assigned)
	case people.Gone:
		if _, err = s.handOver(ctx, tx, c, Draft, Assigned, Taken, Waiting, Proposed, Done); err == nil {
			err = s.without(ctx, tx, c)
		}
	case people.Merged:
		err = s.merged(ctx, tx, c)
	case people.Back:
	}
	if err == nil && slices.Contains([]people.What{people.RoleEnded, people.Paused, people.OffDuty, people.Gone}, c.What) {
		if err = s.visitsPass(ctx, tx, c); err == nil {
			err = s.looksPass(ctx, tx, c)
		}
	}
	if err != nil {
		return fmt.Errorf("cases of person %d, %s: %w", c.Person, c.What, err)
	}
	return nil
}

// handOver gives what somebody holds to others, as far as it stands so, and
// returns which cases those were.
func (s *Service) handOver(ctx context.Context, tx *sqlx.Tx, c people.Change, standing ...Status) (handed []int64, err error) {
	was, err := people.ReadActor(ctx, tx, c.Community, c.Person)
	if err != nil {
		return nil, err
	}
	var ids []int64
	err = tx.SelectContext(ctx, &ids, `
		SELECT id FROM cases
		WHERE community_id = $1 AND holder_id = $2 AND status IN ('draft', 'assigned', 'taken', 'waiting', 'proposed', 'done')
		ORDER BY urgent DESC, id`, c.Community, c.Person)
	if err != nil {
		return nil, err
	}
	err = s.each(ctx, tx, c, ids, func(t *turn) error {
		if t.c.Holder != c.Person || !slices.Contains(standing, t.from) || c.What == people.RoleEnded && mayGo(t.c, was) {
			return nil
		}
		if c.What == people.Paused { // said once more: they are away until another day
			if goes, err := t.holderGoes(ctx); err != nil || goes {
				return err
			}
		}
		handed = append(handed, t.c.ID)
		return t.handOver(ctx, c.Person)
	})
	return handed, err
}

// each locks cases one after the other, for whoever brought the change about.
func (s *Service) each(ctx context.Context, tx *sqlx.Tx, c people.Change, ids []int64, do func(t *turn) error) error {
	for _, id := range ids {
		t, err := s.lock(ctx, tx, people.Actor{Community: c.Community, Person: c.By}, id)
		if err != nil {
			return err
		}
		if err := do(t); err != nil {
			return err
		}
	}
	return nil
}

// mayGo reports whether somebody could be asked to go there, if they did not
// hold the case already.
func mayGo(c Case, a people.Actor) bool {
	if c.Private != "" {
		return mayHear(c, a)
	}
	c.Holder = 0
	return access.Allow(access.Take, a.Roles, relation(c, a)) == nil
}

// handOver gives the case to another: what was taken waits to be taken again,
// what is reported done stays so. Where nobody else is to be found it goes to who
// is in charge, reached or not: nothing is ownerless while there is anybody.
func (t *turn) handOver(ctx context.Context, from int64) error {
	next, err := t.successor(ctx, from)
	if err != nil || next == 0 && !slices.Contains(toDo, t.from) {
		return err
	}
	return t.handOverTo(ctx, from, next)
}

// handOverTo gives it from one to another; 0 is nobody.
func (t *turn) handOverTo(ctx context.Context, from, next int64) error {
	proposed := t.from == Proposed
	taken, to := t.from != Open && t.from != Assigned && slices.Contains(toDo, t.from), t.from
	switch {
	case next == 0:
		to = Open
	case taken:
		to = Assigned
	}
	if to != Done {
		t.afresh()
	}
	t.c.Holder = next
	if err := t.become(ctx, MoveHandOver, to, detail{"person": from, "holder": next}); err != nil {
		return err
	}
	if err := t.settleOf(ctx, from); err != nil {
		return err
	}
	if proposed { // nobody need look at it any more
		if err := t.settle(ctx, taskNews("case.proposal_gone")); err != nil {
			return err
		}
	}
	if taken && t.c.Private == "" {
		if err := t.tellFamily(ctx, news{topic: "case.handed_over", urgency: noticeOf(t.c)}); err != nil {
			return err
		}
	}
	if err := t.tellHearer(ctx); err != nil {
		return err
	}
	if err := t.findHearer(ctx); err != nil {
		return err
	}
	switch to {
	case Draft:
		return t.ping(ctx, news{topic: "case.unsent_ping"}, next)
	case Assigned:
		return t.ping(ctx, news{topic: "case.ping"}, next)
	default:
		return nil
	}
}

// successor is who holds the case from now on: the next who could go, else who
// is in charge, 0 where there is nobody at all.
func (t *turn) successor(ctx context.Context, from int64) (int64, error) {
	if t.from == Draft {
		return t.reader(ctx, from)
	}
	next, err := t.next(ctx, from)
	if err != nil || next != 0 || t.c.Private != "" {
		return next, err
	}
	return t.inCharge(ctx, from)
}

// settleOf takes the buttons off the cards of somebody who is asked no more.
func (t *turn) settleOf(ctx context.Context, person int64) error {
	topic := "case.not_yours"
	if t.from == Draft {
		topic = "case.withdrawn"
	}
	return t.cards(ctx, taskNews(topic), `
		UPDATE case_cards SET settled_at = coalesce(settled_at, $3)
		WHERE community_id = $1 AND case_id = $2 AND person_id = $4
		RETURNING person_id, key`, person)
}

// disarm takes the buttons off the other cards of somebody whose role ended:
// those of cases that others hold, handed over now aside.
func (s *Service) disarm(ctx context.Context, tx *sqlx.Tx, c people.Change, handed []int64) error {
	was, err := people.ReadActor(ctx, tx, c.Community, c.Person)
	if err != nil {
		return err
	}
	var ids []int64
	err = tx.SelectContext(ctx, &ids, `
		SELECT DISTINCT c.id FROM case_cards k JOIN cases c ON c.community_id = k.community_id AND c.id = k.case_id
		WHERE k.community_id = $1 AND k.person_id = $2 AND c.holder_id IS DISTINCT FROM $2
			AND c.status IN ('draft', 'open', 'assigned', 'taken', 'waiting', 'proposed') AND c.id <> ALL (coalesce($3::bigint[], '{}'))
		ORDER BY c.id`, c.Community, c.Person, pq.Array(handed))
	if err != nil {
		return err
	}
	// Their rows stay free: who passes such a case on right now waits for this role to be over.
	for _, id := range ids {
		of, err := read(ctx, tx, c.Community, id, "")
		if err != nil {
			return err
		}
		if mayGo(of, was) {
			continue
		}
		t := s.turn(tx, people.Actor{Community: c.Community, Person: c.By}, of)
		t.event = t.now.UnixMicro() // it has none of its own: the moment keys what is told
		if err := t.settleOf(ctx, c.Person); err != nil {
			return err
		}
	}
	return nil
}

// drop lets go of a draft, and keeps nothing of it but that it was.
func (t *turn) drop(ctx context.Context) error {
	if err := t.retire(ctx); err != nil {
		return err
	}
	if err := t.erase(ctx); err != nil {
		return err
	}
	t.c.ClosedAt, t.c.QuietUntil = &t.now, nil
	if err := t.become(ctx, MoveDrop, Dropped, nil); err != nil {
		return err
	}
	return t.tell(ctx, news{topic: "case.dropped", urgency: outbox.Notice}, t.c.Reporter)
}
