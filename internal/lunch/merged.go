package lunch

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// merged gives what somebody has to the person on the register who they turned out to
// be. Of two orders for a day the one that is alive is kept, the other's first; of two
// diets everything holds.
func (s *Service) merged(ctx context.Context, g guest, c people.Change) error {
	if err := s.inherit(ctx, g, c); err != nil {
		return err
	}
	if err := s.twice(ctx, g, c); err != nil {
		return err
	}
	for _, move := range []string{
		`UPDATE lunch_orders o SET person_id = $3 WHERE community_id = $1 AND person_id = $2 AND NOT EXISTS (
			SELECT FROM lunch_orders x WHERE x.community_id = $1 AND x.person_id = $3 AND x.day = o.day)`,
		`UPDATE lunch_calls o SET person_id = $3 WHERE community_id = $1 AND person_id = $2 AND NOT EXISTS (
			SELECT FROM lunch_calls x WHERE x.community_id = $1 AND x.person_id = $3 AND x.day = o.day)`,
		`UPDATE lunch_wishes o SET person_id = $3 WHERE community_id = $1 AND person_id = $2 AND (decided_at IS NOT NULL OR NOT EXISTS (
			SELECT FROM lunch_wishes x WHERE x.community_id = $1 AND x.person_id = $3 AND x.day = o.day AND x.decided_at IS NULL))`,
	} {
		if _, err := g.tx.ExecContext(ctx, move, c.Community, c.Person, c.Into); err != nil {
			return err
		}
	}
	return nil
}

// rename names another person wherever one said something; histories keep who it was.
func rename(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	for _, statement := range []string{
		`UPDATE lunch_orders SET by_id = $3 WHERE community_id = $1 AND by_id = $2`,
		`UPDATE lunch_orders SET outcome_by = $3 WHERE community_id = $1 AND outcome_by = $2`,
		`UPDATE lunch_wishes SET by_id = $3 WHERE community_id = $1 AND by_id = $2`,
		`UPDATE lunch_looks SET by_id = $3 WHERE community_id = $1 AND by_id = $2`,
		`UPDATE lunch_looks o SET person_id = $3 WHERE community_id = $1 AND person_id = $2 AND (decided_at IS NOT NULL OR NOT EXISTS (
			SELECT FROM lunch_looks x WHERE x.community_id = $1 AND x.person_id = $3 AND x.decided_at IS NULL))`,
		`UPDATE diners SET let_in_by = $3 WHERE community_id = $1 AND let_in_by = $2`,
	} {
		if _, err := tx.ExecContext(ctx, statement, c.Community, c.Person, c.Into); err != nil {
			return err
		}
	}
	return nil
}

// inherit makes who they turned out to be a diner as they were, and ends the row that
// nobody is any more.
func (s *Service) inherit(ctx context.Context, g guest, c people.Change) error {
	_, err := g.tx.ExecContext(ctx, `
		INSERT INTO diners (community_id, person_id, why, reason, let_in_by, since, until, diet, dislikes, mode, portions, weekdays,
			paused_from, paused_until, ended_at, pays, pays_why)
		SELECT community_id, $3, why, reason, let_in_by, since, until, diet, dislikes, mode, portions, weekdays,
			paused_from, paused_until, ended_at, pays, pays_why
		FROM diners WHERE community_id = $1 AND person_id = $2
		ON CONFLICT DO NOTHING`, c.Community, c.Person, c.Into)
	if err != nil {
		return err
	}
	into, err := lockDiner(ctx, g.tx, c.Community, c.Into)
	if err != nil {
		return err
	}
	if g.diner.EndedAt == nil {
		into.EndedAt = nil
	}
	both := slices.Concat(into.Diet, g.diner.Diet)
	if err := (Change{Diet: (*[]Diet)(&both)}).apply(&into, into.Portions); err != nil {
		return err
	}
	if into.Dislikes == "" {
		into.Dislikes = g.diner.Dislikes
	}
	if len(into.Standing) == 0 {
		into.Standing = g.diner.Standing
	}
	if err := writeDiner(ctx, g.tx, into); err != nil {
		return err
	}
	at := s.now()
	g.diner.EndedAt = &at
	if err := writeDiner(ctx, g.tx, g.diner); err != nil {
		return err
	}
	_, err = log(ctx, g.tx, happened{
		community: c.Community, person: c.Into, by: c.By, code: "merged", detail: detail{"from": c.Person}, at: at,
	})
	return err
}

// twice leaves one order of two for each day to come.
func (s *Service) twice(ctx context.Context, g guest, c people.Change) error {
	var days []Day
	err := g.tx.SelectContext(ctx, &days, `
		SELECT `+dayColumns+` FROM lunch_days d
		WHERE community_id = $1 AND state IN ('planned', 'published', 'closed') AND serves_at > $2 AND (
			SELECT count(*) FROM lunch_orders o WHERE o.community_id = d.community_id AND o.day = d.day AND o.person_id IN ($3, $4)) = 2
		ORDER BY day FOR SHARE`, c.Community, s.now(), c.Person, c.Into)
	if err != nil {
		return fmt.Errorf("lock the days to come: %w", err)
	}
	for _, d := range days {
		if err := s.oneOf(ctx, g, d, c); err != nil {
			return err
		}
	}
	return nil
}

// oneOf ends the order of the row that nobody is any more; where the other has none
// that is alive, theirs becomes what that was.
func (s *Service) oneOf(ctx context.Context, g guest, d Day, c people.Change) error {
	b, err := s.open(ctx, g.tx, d, c.By)
	if err != nil {
		return err
	}
	from, err := readOrder(ctx, g.tx, c.Community, d.Day, c.Person)
	if err != nil || from.Status == Cancelled {
		return err
	}
	into, err := readOrder(ctx, g.tx, c.Community, d.Day, c.Into)
	if err != nil {
		return err
	}
	if _, err := b.end(ctx, from, "merged"); err != nil {
		return err
	}
	if into.Status == Cancelled {
		if err := b.instead(ctx, into, from); err != nil {
			return err
		}
	}
	return b.moveOn(ctx)
}

// instead makes a cancelled order what another, which has just ended, was.
func (b *book) instead(ctx context.Context, into, from Order) error {
	to := into
	to.By, to.How, to.Mode, to.Choice, to.Portions, to.Word = from.By, from.How, from.Mode, from.Choice, from.Portions, from.Word
	if from.Holds() {
		_, err := b.seat(ctx, into, to, "merged")
		return err
	}
	to.Status, to.WaitsSince, to.TakesItself = Waiting, from.WaitsSince, from.TakesItself
	_, err := b.turn(ctx, into, to, "merged")
	return err
}
