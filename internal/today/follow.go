package today

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// ShiftBegan puts the page of the day before everybody who has a place; it is one of
// duty: who cooks or carries has no use for it.
func (s *Service) ShiftBegan(ctx context.Context, tx *sqlx.Tx, sh roster.Shift, on []int64) error {
	if sh.Activity != roster.Duty {
		return nil
	}
	on, err := people.Reachable(ctx, tx, sh.Community, on)
	if err != nil {
		return err
	}
	slices.Sort(on) // who locks several locks them in one order
	for _, person := range on {
		p := page{Person: person, Key: fmt.Sprintf("today:%d:shift:%d", person, sh.ID), Shift: sh.ID, Until: sh.EndsAt}
		if sh.BegunAt != nil { // they come in the middle of it: first they hear that it is theirs
			p.after = time.Second
		}
		if err := s.show(ctx, tx, sh.Community, p); err != nil {
			return fmt.Errorf("show the day of person %d: %w", person, err)
		}
	}
	return nil
}

// ShiftEnded closes the pages of the shift, but for those who go on: theirs is
// replaced as their next shift begins.
func (s *Service) ShiftEnded(ctx context.Context, tx *sqlx.Tx, sh roster.Shift, _, next []int64) error {
	var pages []page
	err := tx.SelectContext(ctx, &pages, `
		SELECT person_id AS person, key, coalesce(shift_id, 0) AS shift FROM today_pages WHERE community_id = $1 AND shift_id = $2 ORDER BY person_id`,
		sh.Community, sh.ID)
	if err != nil {
		return fmt.Errorf("read pages of shift %d: %w", sh.ID, err)
	}
	for _, p := range pages {
		if slices.Contains(next, p.Person) {
			continue
		}
		if err := s.close(ctx, tx, sh.Community, p); err != nil {
			return err
		}
	}
	return nil
}

// close says on a page that it is over. It stays where it is, and is nobody's.
func (s *Service) close(ctx context.Context, tx *sqlx.Tx, community int64, p page) error {
	_, err := tx.ExecContext(ctx, `
		DELETE FROM today_pages WHERE community_id = $1 AND person_id = $2 AND key = $3`, community, p.Person, p.Key)
	if err != nil {
		return fmt.Errorf("close page of person %d: %w", p.Person, err)
	}
	if err := outbox.Withdraw(ctx, tx, community, append(p.pending(s.now()), p.Key+":over")...); err != nil {
		return err
	}
	return outbox.Enqueue(ctx, tx, community, p.row(p.Key+":over:now", "today.over", p.Key, s.now()))
}

// PersonChanged closes the page of somebody who works no more, and gives it to
// who they turned out to be.
func (s *Service) PersonChanged(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	if c.What != people.RoleEnded && c.What != people.Gone && c.What != people.Merged {
		return nil
	}
	var pages []page
	err := tx.SelectContext(ctx, &pages, `
		SELECT person_id AS person, key, coalesce(shift_id, 0) AS shift FROM today_pages WHERE community_id = $1 AND person_id = $2`, c.Community, c.Person)
	if err != nil {
		return fmt.Errorf("read page of person %d: %w", c.Person, err)
	}
	for _, p := range pages {
		if c.What == people.RoleEnded {
			now, err := people.ReadActor(ctx, tx, c.Community, c.Person)
			if err != nil {
				return err
			}
			if MayHave(now) {
				return s.Changed(ctx, tx, c.Community, c.Person)
			}
		}
		if err := s.close(ctx, tx, c.Community, p); err != nil {
			return err
		}
	}
	return nil
}
