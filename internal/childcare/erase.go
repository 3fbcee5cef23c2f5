package childcare

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// keptDays is how long what is known of a child is kept after its last booking.
const keptDays = 30

// Erase forgets what is known of a child, but for the names of who never may have it: else
// whoever is barred would only have to wait. What it has on days to come is cancelled first.
// It is care.is_here while the child is in somebody's hands. Repeated, it changes nothing.
func (s *Service) Erase(ctx context.Context, actor people.Actor, child int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := shareHouse(ctx, tx, actor.Community); err != nil && !isNotFound(err) {
			return err
		}
		now, _, c, err := s.mayHeld(ctx, tx, actor, access.BookCare, child)
		if err != nil || c.ID == 0 || c.ErasedAt != nil {
			return err
		}
		return s.erase(ctx, tx, now, c)
	})
	if err != nil {
		return fmt.Errorf("erase child %d: %w", child, err)
	}
	return nil
}

// erase forgets a child, which is held.
func (s *Service) erase(ctx context.Context, tx *sqlx.Tx, actor people.Actor, c Child) error {
	var here bool
	err := tx.GetContext(ctx, &here, `
		SELECT EXISTS (SELECT FROM care_custody
			WHERE community_id = $1 AND child_id = $2 AND until IS NULL AND place IN ('way', 'hall', 'missing') AND since > $3)`,
		c.Community, c.ID, s.now().AddDate(0, 0, -2)) // of one before that nobody wrote down how it left
	if err == nil && here {
		err = conflict("care.is_here", "name", c.Name)
	}
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM care_standing WHERE community_id = $1 AND child_id = $2`, c.Community, c.ID); err != nil {
		return err
	}
	if err := s.endAll(ctx, tx, actor, c, "erased"); err != nil {
		return err
	}
	for _, forget := range []string{
		`UPDATE care_children SET school_id = NULL, grade = 0, class = '', diet = '{}', allergy = '', know = '', naps = true, subject = '',
			consent_at = NULL, consent_by = NULL, erased_at = $3 WHERE community_id = $1 AND child_id = $2`,
		`UPDATE care_absences SET kind = 'other', ended_at = coalesce(ended_at, $3) WHERE community_id = $1 AND child_id = $2`,
		`UPDATE care_bookings SET absent = 'other' WHERE community_id = $1 AND child_id = $2 AND absent <> '' AND $3::timestamptz IS NOT NULL`,
		`UPDATE care_events SET detail = detail - ARRAY['kind', 'absent', 'codes']
			WHERE community_id = $1 AND child_id = $2 AND detail ?| ARRAY['kind', 'absent', 'codes'] AND $3::timestamptz IS NOT NULL`,
		`UPDATE care_collectors SET phone = '', why = '' WHERE community_id = $1 AND child_id = $2 AND $3::timestamptz IS NOT NULL`,
		`UPDATE care_collectors SET name = '-', ended_at = coalesce(ended_at, $3), person_id = NULL
			WHERE community_id = $1 AND child_id = $2 AND NOT (barred AND ended_at IS NULL)`,
		`UPDATE care_custody SET holder_name = CASE WHEN holder_name = '' THEN '' ELSE '-' END,
			giver_name = CASE WHEN giver_name = '' THEN '' ELSE '-' END, reason = CASE WHEN reason IN ('', 'talk', 'paper') THEN reason ELSE '-' END,
			taken_by = CASE WHEN taken_by = '' THEN '' ELSE '-' END
			WHERE community_id = $1 AND child_id = $2 AND $3::timestamptz IS NOT NULL`,
		`UPDATE care_asks SET name = '-' WHERE community_id = $1 AND child_id = $2 AND $3::timestamptz IS NOT NULL`,
		`DELETE FROM care_codes WHERE community_id = $1 AND child_id = $2 AND $3::timestamptz IS NOT NULL`,
		`DELETE FROM care_looks WHERE community_id = $1 AND child_id = $2 AND $3::timestamptz IS NOT NULL`,
		`DELETE FROM care_notes n USING care_bookings b WHERE b.community_id = n.community_id AND b.id = n.booking_id
			AND b.community_id = $1 AND b.child_id = $2 AND $3::timestamptz IS NOT NULL`,
	} {
		if _, err := tx.ExecContext(ctx, forget, c.Community, c.ID, s.now()); err != nil {
			return fmt.Errorf("forget child %d: %w", c.ID, err)
		}
	}
	event, err := log(ctx, tx, happened{community: c.Community, child: c.ID, by: actor.Person, code: "erased", at: s.now()})
	if err != nil {
		return err
	}
	to, err := deciders(ctx, tx, c.Community, c.ID)
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, c.Community, news{
		to: to, topic: topicErased, subject: fmt.Sprintf("care:child:%d", c.ID), of: event, args: detail{"child": c.ID}, urgency: outbox.Notice,
	})
}

// endAll cancels what a child has on days that are not over.
func (s *Service) endAll(ctx context.Context, tx *sqlx.Tx, actor people.Actor, c Child, why string) error {
	today, err := s.today(ctx, tx, c.Community)
	if err != nil {
		return err
	}
	g := Gone{Community: c.Community, Child: c.ID, From: today, Until: today.AddDate(1, 0, 0), By: actor.Person}
	return s.eachDay(ctx, tx, g, func(b *book) error {
		all, err := b.of(ctx, c.ID)
		if err != nil {
			return err
		}
		for _, was := range all {
			if was.Status == Cancelled || was.Outcome == Came {
				continue
			}
			w, err := b.end(ctx, was, was, why)
			if err != nil {
				return err
			}
			if err := b.tellOthers(ctx, w); err != nil {
				return err
			}
		}
		return b.moveOn(ctx)
	})
}

// forgetOld erases the children whose last booking is long ago, one after the other.
func (s *Service) forgetOld(ctx context.Context, community int64) error {
	today, err := s.today(ctx, s.db, community)
	if err != nil {
		return err
	}
	var ids []int64
	err = s.db.SelectContext(ctx, &ids, `
		SELECT c.child_id FROM care_children c
		WHERE c.community_id = $1 AND c.consent_at IS NOT NULL AND c.since < $2 AND NOT EXISTS (
			SELECT FROM care_bookings b WHERE b.community_id = c.community_id AND b.child_id = c.child_id AND b.day >= $2::date)
		ORDER BY c.child_id`, community, today.AddDate(0, 0, -keptDays))
	if err != nil {
		return fmt.Errorf("read whom to forget: %w", err)
	}
	for _, id := range ids {
		err := s.inTx(ctx, func(tx *sqlx.Tx) error {
			c, err := lockChild(ctx, tx, community, id)
			if err != nil || c.ErasedAt != nil {
				return err
			}
			return s.erase(ctx, tx, people.Actor{Community: community}, c)
		})
		if isConflict(err) { // it is in somebody's hands: tomorrow
			continue
		}
		if err != nil {
			return fmt.Errorf("forget child %d: %w", id, err)
		}
	}
	return nil
}
