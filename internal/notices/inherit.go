package notices

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// release leaves the open doors of who cannot go any more to whoever has the sheet.
func release(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE notice_doors SET to_id = NULL WHERE community_id = $1 AND to_id = $2 AND outcome IN ('', 'nobody')`, c.Community, c.Person)
	if err != nil {
		return fmt.Errorf("release the doors of person %d: %w", c.Person, err)
	}
	return nil
}

// stayAway gives back the places of who is gone, at every event to come.
func (s *Service) stayAway(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	var ids []int64
	err := tx.SelectContext(ctx, &ids, `
		SELECT g.notice_id FROM notice_signups g
		JOIN notice_events e ON e.community_id = g.community_id AND e.notice_id = g.notice_id AND e.starts_at > $3 AND e.off_at IS NULL
		WHERE g.community_id = $1 AND g.person_id = $2 AND g.state <> 'not' ORDER BY g.notice_id`, c.Community, c.Person, s.now())
	if err != nil {
		return fmt.Errorf("read where person %d comes: %w", c.Person, err)
	}
	for _, id := range ids {
		n, err := readHeld(ctx, tx, c.Community, id)
		if err != nil {
			return err
		}
		h := happening{answer: answer{s: s, tx: tx, n: n, now: s.now(), actor: people.Actor{Community: c.Community, Person: c.Person}}}
		h.person.ID = c.Person
		if err := h.hold(ctx); err != nil {
			return err
		}
		was, err := h.read(ctx)
		if err != nil {
			return err
		}
		if err := h.leave(ctx, was); err != nil {
			return err
		}
	}
	return nil
}

// inherit gives what somebody said, and has to do, to who they turned out to be. Of two
// words the one on the register stays; who has two places at an event gives one back.
func (s *Service) inherit(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	for _, statement := range []string{
		`UPDATE notice_doors SET to_id = $3 WHERE community_id = $1 AND to_id = $2`,
		`UPDATE notice_doors SET by_id = $3 WHERE community_id = $1 AND by_id = $2`,
		`UPDATE notice_doors SET person_id = $3 WHERE community_id = $1 AND person_id = $2 AND household_id IS NOT NULL`,
		`DELETE FROM notice_doors d WHERE community_id = $1 AND person_id = $2 AND EXISTS (
			SELECT FROM notice_recipients r WHERE r.community_id = $1 AND r.notice_id = d.notice_id AND r.person_id = $3)`,
		`UPDATE notice_doors SET person_id = $3 WHERE community_id = $1 AND person_id = $2`,

		`UPDATE notice_voices SET person_id = $3 WHERE community_id = $1 AND person_id = $2`,
		`UPDATE notice_voices SET by_id = $3 WHERE community_id = $1 AND by_id = $2`,
		`DELETE FROM notice_voices v WHERE community_id = $1 AND whose = 'person' AND whose_id = $2 AND EXISTS (
			SELECT FROM notice_voices o WHERE o.community_id = $1 AND o.notice_id = v.notice_id AND o.whose = 'person' AND o.whose_id = $3)`,
		`UPDATE notice_voices SET whose_id = $3 WHERE community_id = $1 AND whose = 'person' AND whose_id = $2`,

		`UPDATE notice_events e SET taken = taken - 1 WHERE community_id = $1 AND 2 = (
			SELECT count(*) FROM notice_signups g
			WHERE g.community_id = $1 AND g.notice_id = e.notice_id AND g.person_id IN ($2, $3) AND g.state = 'coming')`,
		`UPDATE notice_signups r SET state = f.state, since = f.since FROM notice_signups f
		WHERE r.community_id = $1 AND r.person_id = $3 AND f.community_id = $1 AND f.notice_id = r.notice_id AND f.person_id = $2 AND f.state = 'coming'`,
		`DELETE FROM notice_signups f WHERE community_id = $1 AND person_id = $2 AND EXISTS (
			SELECT FROM notice_signups r WHERE r.community_id = $1 AND r.notice_id = f.notice_id AND r.person_id = $3)`,
		`UPDATE notice_signups SET person_id = $3 WHERE community_id = $1 AND person_id = $2`,
		`UPDATE notice_signups SET by_id = $3 WHERE community_id = $1 AND by_id = $2`,
	} {
		if _, err := tx.ExecContext(ctx, statement, c.Community, c.Person, c.Into); err != nil {
			return err
		}
	}
	return s.fillPlaces(ctx, tx, c.Community)
}

// fillPlaces gives the places that are free to those who wait for them.
func (s *Service) fillPlaces(ctx context.Context, tx *sqlx.Tx, community int64) error {
	var ids []int64
	err := tx.SelectContext(ctx, &ids, `
		SELECT notice_id FROM notice_events e
		WHERE community_id = $1 AND starts_at > $2 AND off_at IS NULL AND taken < places AND EXISTS (SELECT FROM notice_signups g
			WHERE g.community_id = e.community_id AND g.notice_id = e.notice_id AND g.state = 'waiting') ORDER BY notice_id`, community, s.now())
	if err != nil {
		return fmt.Errorf("read where places are free: %w", err)
	}
	for _, id := range ids {
		n, err := readHeld(ctx, tx, community, id)
		if err != nil {
			return err
		}
		h := happening{answer: answer{s: s, tx: tx, n: n, now: s.now()}}
		if err := h.hold(ctx); err != nil {
			return err
		}
		if err := h.moveUp(ctx); err != nil {
			return err
		}
	}
	return nil
}
