package childcare

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// goes sees to it that no child is with nobody as somebody minds none any more, because
// they are away or gone, or have the role or the clearance no more: whoever runs the hall
// answers from then on for those in their hands, and is rung. Who would go of themselves
// has to hand them over first: care.holds ("n").
func (s *Service) goes(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	day, err := s.today(ctx, tx, c.Community)
	if err != nil {
		return err
	}
	held, err := heldBy(ctx, tx, c.Community, c.Person, day)
	if err != nil || len(held) == 0 {
		return err
	}
	if _, err := lockHouse(ctx, tx, c.Community); err != nil && !isNotFound(err) { // before the children: their hours of talk may end too
		return err
	}
	who, err := people.ReadActor(ctx, tx, c.Community, c.Person)
	if err != nil {
		return err
	}
	var left []*ward
	for _, child := range held {
		w, err := s.ward(ctx, tx, people.Actor{Community: c.Community, Person: c.By}, child, day, s.now())
		if err != nil {
			return err
		}
		if w.is.Holder == c.Person && w.here() && (c.What != people.RoleEnded || !w.is.mayKeep(who)) {
			left = append(left, w)
		}
	}
	switch {
	case len(left) == 0:
		return nil
	case c.By == c.Person:
		return conflict("care.holds", "n", len(left))
	}
	return s.fall(ctx, tx, c, left)
}

// mayKeep reports whether somebody may answer for a child that is there, by what they are.
func (c Custody) mayKeep(who people.Actor) bool {
	do := access.MindChild
	if c.Reason == ofTalk {
		do = access.Counsel
	}
	return access.Allow(do, who.Roles, access.SameCommunity) == nil ||
		who.Cleared && access.Allow(do, who.Roles, access.Assigned) == nil
}

// fall passes children on to whoever runs the hall; where there is nobody they stay with
// who has them.
func (s *Service) fall(ctx context.Context, tx *sqlx.Tx, c people.Change, left []*ward) error {
	to, err := leadBut(ctx, tx, c)
	if err != nil || to == 0 {
		return err
	}
	for _, w := range left {
		if err := w.pass(ctx, Custody{Place: w.is.Place, Holder: to, How: ByStaff}); err != nil {
			return err
		}
		if err := w.logged(ctx, "fell", detail{"from": c.Person}); err != nil {
			return err
		}
	}
	return left[len(left)-1].tellFell(ctx, to, c.Person, len(left))
}

// tellFell rings who has so many children from now on whom another had.
func (w *ward) tellFell(ctx context.Context, to, had int64, n int) error {
	return w.s.tell(ctx, w.tx, w.by.Community, news{
		to: []int64{to}, topic: topicFell, subject: fmt.Sprintf("care:holds:%d", had), of: w.event, rings: true,
		args: detail{"person": had, "n": n},
	})
}

// minder is who answers for a child in the hall that somebody had before: they do, as long
// as they are there; else who minds children now, or who runs the hall.
func (w *ward) minder(ctx context.Context, had int64) (int64, error) {
	there, err := w.isThere(ctx, had)
	if err != nil || there {
		return had, err
	}
	some, err := w.s.hands.Doing(ctx, w.tx, w.by.Community, Minding, w.now, w.now.Add(time.Minute))
	if err != nil {
		return 0, err
	}
	if len(some) > 0 {
		return some[0], nil
	}
	to, err := leadBut(ctx, w.tx, people.Change{Community: w.by.Community, Person: had})
	if to == 0 {
		to = had
	}
	return to, err
}

// isThere reports whether somebody minds children at the moment: they have a place, or
// others in their hands, or run the hall.
func (w *ward) isThere(ctx context.Context, person int64) (bool, error) {
	on, err := w.s.goesOn(ctx, w.tx, w.by.Community)
	if err != nil || w.s.hands == nil || slices.Contains(on, person) {
		return true, err
	}
	who, err := people.ReadActor(ctx, w.tx, w.by.Community, person)
	if err != nil || access.Allow(access.MindChild, who.Roles, access.SameCommunity) == nil {
		return true, err
	}
	n, err := w.s.Holding(ctx, w.tx, w.by.Community, person, w.day)
	return n > 0 && access.Allow(access.MindChild, who.Roles, access.Assigned) == nil, err
}

// leadBut is who runs the hall beside somebody: who acts, the first of all, or without
// them who is in charge; 0 where there is nobody.
func leadBut(ctx context.Context, tx *sqlx.Tx, c people.Change) (int64, error) {
	some, err := people.Having(ctx, tx, c.Community, access.Childcare)
	if err != nil {
		return 0, err
	}
	some = without(some, c.Person)
	switch {
	case slices.Contains(some, c.By):
		return c.By, nil
	case len(some) > 0:
		return some[0], nil
	}
	charge, err := people.InChargeBut(ctx, tx, c.Community, c.Person)
	if isNotFound(err) {
		return 0, nil
	}
	return charge.ID, err
}
