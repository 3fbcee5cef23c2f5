package roster

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

var _ people.Follower = (*Service)(nil)

// PersonChanged lets others be asked for the shifts of somebody who cannot come,
// in the transaction in which that changes. Who stands in a pattern while they
// are away stands in it still, and has the places again when they are back.
func (s *Service) PersonChanged(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	var err error
	switch c.What {
	case people.Paused:
		err = s.paused(ctx, tx, c)
	case people.Back:
		err = s.back(ctx, tx, c)
	case people.Gone, people.RoleEnded:
		err = s.unfit(ctx, tx, c)
	case people.Merged:
		err = s.merged(ctx, tx, c)
	case people.OffDuty: // the office, not the hours: a secretary who is away says so of herself
	}
	if err == nil && c.What != people.Back && c.What != people.Merged {
		err = s.passAlarms(ctx, tx, c.Community, c.Person)
	}
	if err != nil {
		return fmt.Errorf("shifts of person %d, %s: %w", c.Person, c.What, err)
	}
	return nil
}

// toCome reads somebody's places in shifts that are not over, in the order in
// which shifts are locked.
func (s *Service) toCome(ctx context.Context, tx *sqlx.Tx, c people.Change) ([]Assignment, error) {
	var all []Assignment
	err := tx.SelectContext(ctx, &all, `
		SELECT `+assignmentColumns+` FROM assignments a
		WHERE a.community_id = $1 AND a.person_id = $2 AND a.ended_at IS NULL AND a.ends_at > $3 ORDER BY a.shift_id`,
		c.Community, c.Person, s.now())
	return all, err
}

// endPlaces ends those of somebody's places to come that may not be kept, and returns
// how many.
func (s *Service) endPlaces(ctx context.Context, tx *sqlx.Tx, c people.Change, keeps func(Shift) bool) (n int, err error) {
	all, err := s.toCome(ctx, tx, c)
	if err != nil {
		return 0, err
	}
	for _, a := range all {
		a, sh, err := lockAssignment(ctx, tx, c.Community, a.ID)
		if err != nil {
			return n, err
		}
		if keeps(sh) || a.EndedAt != nil {
			continue
		}
		if _, err := s.leave(ctx, tx, a, Absent, c.By); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// paused takes somebody off the shifts until they return; they and the lead hear
// of it once.
func (s *Service) paused(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	p, err := people.ReadPerson(ctx, tx, c.Community, c.Person)
	if err != nil {
		return err
	}
	n, err := s.endPlaces(ctx, tx, c, func(sh Shift) bool { return hereOn(p, sh) && !sh.Runs(s.now()) })
	if err != nil || n == 0 {
		return err
	}
	if err := s.tellOne(ctx, tx, c, c.Person, "shift.off", n); err != nil {
		return err
	}
	return s.tellAbsent(ctx, tx, c, n)
}

// tellAbsent tells whoever is in charge that somebody is off so many shifts.
func (s *Service) tellAbsent(ctx context.Context, tx *sqlx.Tx, c people.Change, n int) error {
	charge, err := people.InCharge(ctx, tx, c.Community)
	if isNotFound(err) {
		return nil
	}
	if err != nil || charge.ID == c.Person {
		return err
	}
	return s.tellOne(ctx, tx, c, charge.ID, "shift.absent", n)
}

// tellOne tells somebody what became of so many shifts of a person.
func (s *Service) tellOne(ctx context.Context, tx *sqlx.Tx, c people.Change, to int64, topic string, n int) error {
	reached, err := people.Reachable(ctx, tx, c.Community, []int64{to})
	if err != nil || len(reached) == 0 {
		return err
	}
	return outbox.Enqueue(ctx, tx, c.Community, outbox.Row{
		Key: fmt.Sprintf("shifts:%s:%d:%d:%d", topic, c.Person, to, c.At.UnixMicro()), Person: to,
		Topic: topic, Args: detail{"person": c.Person, "n": n}, Urgency: outbox.Task, Due: s.now(),
	})
}

// back gives somebody the places again that they lost by being away, and those
// of the patterns in which they stand, as far as nobody has them by now.
func (s *Service) back(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	who, err := people.ReadActor(ctx, tx, c.Community, c.Person)
	if err != nil {
		return err
	}
	var shifts []struct {
		ID  int64
		How How
	}
	err = tx.SelectContext(ctx, &shifts, `
		SELECT s.id, coalesce(l.how, 'standing') AS how FROM shifts s
		LEFT JOIN LATERAL (SELECT a.how, a.ended_why FROM assignments a
			WHERE a.community_id = s.community_id AND a.shift_id = s.id AND a.person_id = $2 ORDER BY a.id DESC LIMIT 1) l ON true
		WHERE s.community_id = $1 AND s.cancelled_at IS NULL AND s.starts_at > $3 AND (l.ended_why = 'absent' OR l.how IS NULL AND EXISTS (
			SELECT FROM standing_assignments g
			WHERE g.community_id = s.community_id AND g.pattern_id = s.pattern_id AND g.person_id = $2 AND g.ended_at IS NULL))
		ORDER BY s.id`, c.Community, c.Person, s.now())
	if err != nil {
		return err
	}
	n := 0
	for _, of := range shifts {
		sh, err := lockShift(ctx, tx, c.Community, of.ID)
		if err != nil {
			return err
		}
		if !eligible(who, sh) || sh.Free() == 0 {
			continue
		}
		switch _, err := s.seat(ctx, tx, sh, c.Person, of.How, 0); {
		case err == nil:
			n++
		case !refusal.Is(err, refusal.Conflict):
			return err
		}
	}
	if n == 0 {
		return nil
	}
	return s.tellOne(ctx, tx, c, c.Person, "shift.again", n)
}

// unfit ends what somebody has by a role that ended, or because they are gone,
// as far as no other role of theirs keeps it.
func (s *Service) unfit(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	who, err := people.ReadActor(ctx, tx, c.Community, c.Person)
	if err != nil {
		return err
	}
	keeps := func(sh Shift) bool { return c.What != people.Gone && eligible(who, sh) }
	var standing []struct {
		ID       int64
		Activity Activity
		Area     int64
	}
	err = tx.SelectContext(ctx, &standing, `
		SELECT g.id, p.activity, coalesce(p.area_id, 0) AS area FROM standing_assignments g
		JOIN shift_patterns p ON p.community_id = g.community_id AND p.id = g.pattern_id
		WHERE g.community_id = $1 AND g.person_id = $2 AND g.ended_at IS NULL ORDER BY g.id`, c.Community, c.Person)
	if err != nil {
		return err
	}
	for _, g := range standing {
		if keeps(Shift{Activity: g.Activity, Area: g.Area}) {
			continue
		}
		_, err := tx.ExecContext(ctx, `
			UPDATE standing_assignments SET ended_at = greatest($3, since), told = true WHERE community_id = $1 AND id = $2 AND ended_at IS NULL`,
			c.Community, g.ID, s.now())
		if err != nil {
			return err
		}
	}
	n, err := s.endPlaces(ctx, tx, c, keeps)
	if err != nil {
		return err
	}
	if err := s.unask(ctx, tx, c, keeps); err != nil || n == 0 {
		return err
	}
	return s.tellAbsent(ctx, tx, c, n)
}

// unask takes back what somebody is asked who may not take it any more.
func (s *Service) unask(ctx context.Context, tx *sqlx.Tx, c people.Change, keeps func(Shift) bool) error {
	var ids []int64
	err := tx.SelectContext(ctx, &ids, `
		SELECT DISTINCT shift_id FROM shift_asks WHERE community_id = $1 AND person_id = $2 AND settled_at IS NULL ORDER BY shift_id`,
		c.Community, c.Person)
	if err != nil {
		return err
	}
	for _, id := range ids {
		sh, err := lockShift(ctx, tx, c.Community, id)
		if err != nil {
			return err
		}
		if keeps(sh) {
			continue
		}
		if err := s.settleAsks(ctx, tx, sh, c.Person); err != nil {
			return err
		}
	}
	return nil
}

// merged gives what somebody has to the person on the register who they turned
// out to be; of two places at one time theirs ends.
func (s *Service) merged(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	all, err := s.toCome(ctx, tx, c)
	if err != nil {
		return err
	}
	for _, a := range all {
		a, sh, err := lockAssignment(ctx, tx, c.Community, a.ID)
		if err != nil {
			return err
		}
		var busy bool
		err = tx.GetContext(ctx, &busy, `
			SELECT EXISTS (SELECT FROM assignments
				WHERE community_id = $1 AND person_id = $2 AND ended_at IS NULL AND starts_at < $4 AND ends_at > $3)`,
			c.Community, c.Into, sh.StartsAt, sh.EndsAt)
		if err != nil {
			return err
		}
		if busy {
			if _, err := s.leave(ctx, tx, a, Removed, c.By); err != nil {
				return err
			}
		}
	}
	if err := forgetTwice(ctx, tx, c); err != nil {
		return err
	}
	return moveRows(ctx, tx, c, s.now())
}

// forgetTwice ends somebody's places in shifts that are over where who they turned
// out to be had one at that time: the hours of one person count once.
func forgetTwice(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE assignments a SET ended_at = greatest(starts_at, since), ended_why = 'removed'
		WHERE community_id = $1 AND person_id = $2 AND ended_at IS NULL AND EXISTS (
			SELECT FROM assignments o WHERE o.community_id = $1 AND o.person_id = $3 AND o.ended_at IS NULL
				AND o.starts_at < a.ends_at AND o.ends_at > a.starts_at)`, c.Community, c.Person, c.Into)
	return err
}

// moveRows names another person wherever one is named; histories keep who it was.
func moveRows(ctx context.Context, tx *sqlx.Tx, c people.Change, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE standing_assignments g SET ended_at = greatest($4, since), told = true
		WHERE community_id = $1 AND person_id = $2 AND ended_at IS NULL AND EXISTS (
			SELECT FROM standing_assignments o
			WHERE o.community_id = $1 AND o.person_id = $3 AND o.pattern_id = g.pattern_id AND o.ended_at IS NULL)`,
		c.Community, c.Person, c.Into, now)
	if err != nil {
		return err
	}
	for _, statement := range []string{
		`UPDATE assignments SET person_id = $3 WHERE community_id = $1 AND person_id = $2`,
		`UPDATE assignments SET thanked_by = $3 WHERE community_id = $1 AND thanked_by = $2`,
		`UPDATE standing_assignments SET person_id = $3 WHERE community_id = $1 AND person_id = $2`,
		`UPDATE shift_asks k SET settled_at = asked_at WHERE community_id = $1 AND person_id = $2 AND settled_at IS NULL AND EXISTS (
			SELECT FROM shift_asks o WHERE o.community_id = $1 AND o.person_id = $3 AND o.shift_id = k.shift_id AND o.round = k.round)`,
		`UPDATE shift_asks k SET person_id = $3 WHERE community_id = $1 AND person_id = $2 AND NOT EXISTS (
			SELECT FROM shift_asks o WHERE o.community_id = $1 AND o.person_id = $3 AND o.shift_id = k.shift_id AND o.round = k.round)`,
		`UPDATE shift_alarms SET person_id = $3 WHERE community_id = $1 AND person_id = $2`,
	} {
		if _, err := tx.ExecContext(ctx, statement, c.Community, c.Person, c.Into); err != nil {
			return err
		}
	}
	return nil
}
