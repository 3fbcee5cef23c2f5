package childcare

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

var _ people.Follower = (*Service)(nil)

// PersonChanged cancels what a child has while it is away or in hospital, gives it back
// where it returns before, and ends all that it has when it is gone; leaves no child with
// who minds none any more; ends the hours of a counsellor who is none any more; and names
// who people turned out to be, in the transaction in which that changes.
func (s *Service) PersonChanged(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	var err error
	switch c.What {
	case people.Paused, people.Gone, people.RoleEnded:
		err = s.goes(ctx, tx, c)
	case people.Back, people.Merged, people.OffDuty:
	}
	if err == nil {
		err = s.changed(ctx, tx, c)
	}
	if err != nil {
		return fmt.Errorf("children's days of person %d, %s: %w", c.Person, c.What, err)
	}
	return nil
}

func (s *Service) changed(ctx context.Context, tx *sqlx.Tx, c people.Change) (err error) {
	switch c.What {
	case people.Paused:
		err = s.paused(ctx, tx, c)
	case people.Back:
		err = s.back(ctx, tx, c)
	case people.Gone:
		err = s.left(ctx, tx, c)
	case people.Merged:
		err = s.merged(ctx, tx, c)
	case people.RoleEnded:
		if c.Role == access.Counsellor {
			err = s.counselsNoMore(ctx, tx, c)
		}
	}
	return err
}

// paused notes that a child does not come until it returns, as far ahead as days are made;
// later days it does not come to by itself while it is away. Where it is not one who decides
// for it that says so, these are asked, and it is expected until they say yes.
func (s *Service) paused(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	child, err := lockChild(ctx, tx, c.Community, c.Person)
	if isNotFound(err) || err == nil && child.ConsentAt == nil {
		return nil
	}
	if err != nil {
		return err
	}
	p, err := people.ReadPerson(ctx, tx, c.Community, c.Person)
	if err != nil {
		return err
	}
	today, err := s.today(ctx, tx, c.Community)
	if err != nil {
		return err
	}
	g := Gone{Community: c.Community, Child: c.Person, From: today, Until: today.AddDate(0, 0, ahead), Kind: Away, By: c.By, At: s.now()}
	if p.Until != nil {
		g.Until = p.Until.AddDate(0, 0, -1)
	}
	if p.Presence == people.Hospital {
		g.Kind = Ill
	}
	if g.By == 0 {
		g.By = c.Person
	}
	if g.Until.Before(g.From) {
		return nil
	}
	some, err := deciders(ctx, tx, c.Community, c.Person)
	if err != nil {
		return err
	}
	if !slices.Contains(some, c.By) {
		return s.asksAway(ctx, tx, g, some)
	}
	return s.pausedFor(ctx, tx, g)
}

// pausedFor notes an absence that ends when the child is back.
func (s *Service) pausedFor(ctx context.Context, tx *sqlx.Tx, g Gone) error {
	g, err := s.goneFor(ctx, tx, g)
	if err != nil {
		return err
	}
	_, err = log(ctx, tx, happened{
		community: g.Community, child: g.Child, by: g.By, code: "paused", at: s.now(), detail: detail{"absence": g.ID},
	})
	return err
}

// back lets a child come again that returned, or was never away.
func (s *Service) back(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	child, err := lockChild(ctx, tx, c.Community, c.Person)
	if isNotFound(err) || err == nil && child.ConsentAt == nil {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.askedAway(ctx, tx, c.Community, c.Person, nil); err != nil {
		return err
	}
	var all []Gone
	err = tx.SelectContext(ctx, &all, `
		SELECT `+goneColumns+` FROM care_absences a
		WHERE community_id = $1 AND child_id = $2 AND ended_at IS NULL AND EXISTS (SELECT FROM care_events e
			WHERE e.community_id = $1 AND e.child_id = $2 AND e.code = 'paused' AND (e.detail->>'absence')::bigint = a.id)
		ORDER BY id`, c.Community, c.Person)
	if err != nil {
		return err
	}
	for _, g := range all {
		g.By = c.By
		if err := s.notGone(ctx, tx, g, wisher{Child: child, how: ByTap}); err != nil {
			return err
		}
	}
	return nil
}

// left ends all that a child has, and lets nobody hear of worries who is gone.
func (s *Service) left(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE care_houses SET confidant_id = NULL WHERE community_id = $1 AND confidant_id = $2`, c.Community, c.Person)
	if err != nil {
		return err
	}
	if err := s.counselsNoMore(ctx, tx, c); err != nil {
		return err
	}
	child, err := lockChild(ctx, tx, c.Community, c.Person)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM care_standing WHERE community_id = $1 AND child_id = $2`, c.Community, c.Person); err != nil {
		return err
	}
	return s.endAll(ctx, tx, people.Actor{Community: c.Community, Person: c.By}, child, "gone")
}

// counselsNoMore ends the hours of somebody to whom children talk: who booked one is told.
func (s *Service) counselsNoMore(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	var any bool
	err := tx.GetContext(ctx, &any, `
		SELECT EXISTS (SELECT FROM care_patterns WHERE community_id = $1 AND person_id = $2 AND ended_at IS NULL)`, c.Community, c.Person)
	if err != nil || !any {
		return err
	}
	h, err := lockHouse(ctx, tx, c.Community)
	if err != nil && !isNotFound(err) {
		return err
	}
	open := err == nil
	_, err = tx.ExecContext(ctx, `
		UPDATE care_patterns SET ended_at = $3 WHERE community_id = $1 AND person_id = $2 AND ended_at IS NULL`, c.Community, c.Person, s.now())
	if err != nil || !open {
		return err
	}
	return s.plan(ctx, tx, h, c.By, nil)
}

// merged names another person wherever one said or did something; histories keep who it
// was. A child that was entered twice has what its first file says.
func (s *Service) merged(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	if err := holdNamed(ctx, tx, c); err != nil {
		return err
	}
	for _, rename := range []string{
		`UPDATE care_bookings SET by_id = $3 WHERE community_id = $1 AND by_id = $2`,
		`UPDATE care_standing SET by_id = $3 WHERE community_id = $1 AND by_id = $2`,
		`UPDATE care_absences SET by_id = $3 WHERE community_id = $1 AND by_id = $2`,
		`UPDATE care_children SET consent_by = $3 WHERE community_id = $1 AND consent_by = $2`,
		`UPDATE care_collectors SET person_id = $3 WHERE community_id = $1 AND person_id = $2`,
		`UPDATE care_collectors SET by_id = $3 WHERE community_id = $1 AND by_id = $2`,
		`UPDATE care_asks SET answered_by = $3 WHERE community_id = $1 AND answered_by = $2`,
		`UPDATE care_custody SET holder_id = $3 WHERE community_id = $1 AND holder_id = $2`,
		`UPDATE care_custody SET giver_id = $3 WHERE community_id = $1 AND giver_id = $2`,
		`UPDATE care_patterns SET person_id = $3 WHERE community_id = $1 AND person_id = $2`,
		`UPDATE care_houses SET confidant_id = $3 WHERE community_id = $1 AND confidant_id = $2`,
		`UPDATE care_looks SET person_id = $3 WHERE community_id = $1 AND person_id = $2`,
	} {
		if _, err := tx.ExecContext(ctx, rename, c.Community, c.Person, c.Into); err != nil {
			return err
		}
	}
	child, err := lockChild(ctx, tx, c.Community, c.Person)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.keepBars(ctx, tx, c); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM care_standing WHERE community_id = $1 AND child_id = $2`, c.Community, c.Person); err != nil {
		return err
	}
	return s.endAll(ctx, tx, people.Actor{Community: c.Community, Person: c.By}, child, "merged")
}

// keepBars lets who never may have a child never have it, by whichever of its files.
func (s *Service) keepBars(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO care_children (community_id, child_id, since, erased_at)
		SELECT $1, $3, $4::timestamptz, $4::timestamptz
		WHERE EXISTS (SELECT FROM care_collectors WHERE community_id = $1 AND child_id = $2 AND barred AND ended_at IS NULL)
		ON CONFLICT DO NOTHING`, c.Community, c.Person, c.Into, s.now())
	if err == nil {
		_, err = tx.ExecContext(ctx, `
			UPDATE care_collectors SET child_id = $3 WHERE community_id = $1 AND child_id = $2 AND barred AND ended_at IS NULL`,
			c.Community, c.Person, c.Into)
	}
	if err != nil {
		return fmt.Errorf("keep who is barred from child %d: %w", c.Into, err)
	}
	return nil
}

// holdNamed holds what names somebody in the order in which all hold it: the house, then
// the children, by id.
func holdNamed(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	for _, lock := range []string{
		`SELECT FROM care_houses WHERE community_id = $1 AND confidant_id = $2 AND $3::bigint IS NOT NULL FOR NO KEY UPDATE`,
		`SELECT FROM care_children WHERE community_id = $1 AND (child_id IN ($2, $3) OR consent_by = $2
			OR child_id IN (SELECT child_id FROM care_bookings WHERE community_id = $1 AND by_id = $2)
			OR child_id IN (SELECT child_id FROM care_standing WHERE community_id = $1 AND by_id = $2)
			OR child_id IN (SELECT child_id FROM care_absences WHERE community_id = $1 AND by_id = $2)
			OR child_id IN (SELECT child_id FROM care_collectors WHERE community_id = $1 AND $2 IN (person_id, by_id))
			OR child_id IN (SELECT child_id FROM care_asks WHERE community_id = $1 AND answered_by = $2)
			OR child_id IN (SELECT child_id FROM care_custody WHERE community_id = $1 AND $2 IN (holder_id, giver_id))
			OR child_id IN (SELECT child_id FROM care_looks WHERE community_id = $1 AND person_id = $2))
		ORDER BY child_id FOR NO KEY UPDATE`,
	} {
		if _, err := tx.ExecContext(ctx, lock, c.Community, c.Person, c.Into); err != nil {
			return fmt.Errorf("hold what names person %d: %w", c.Person, err)
		}
	}
	return nil
}
