package roster

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

const (
	nudgeAfter  = 10 * time.Minute // whoever has not said that they are there is asked, alone
	unseenAfter = 20 * time.Minute // the lead is told who has not said that they are there, early enough for a night shift to be seen to in the evening
	lateYes     = 2 * time.Hour    // who said within so long before it that they come is expected, not asked for
	early       = 2 * time.Hour    // nobody is there longer before it
)

// Confirm notes that somebody comes.
func (s *Service) Confirm(ctx context.Context, actor people.Actor, place int64) (Assignment, error) {
	a, err := s.onPlace(ctx, actor, place, access.LeaveShift, func(tx *sqlx.Tx, a Assignment, sh Shift) error {
		if !sh.EndsAt.After(s.now()) {
			return refusal.New(refusal.Conflict, "roster.over")
		}
		return s.note(ctx, tx, a, "confirmed", actor.Person)
	})
	if err != nil {
		return Assignment{}, fmt.Errorf("confirm place %d: %w", place, err)
	}
	return a, nil
}

// Arrive notes that somebody is there: they say so, or whoever plans does. It is
// refused long before the shift (roster.too_early) and after it (roster.over).
func (s *Service) Arrive(ctx context.Context, actor people.Actor, place int64) (Assignment, error) {
	a, err := s.onPlace(ctx, actor, place, access.LeaveShift, func(tx *sqlx.Tx, a Assignment, sh Shift) error {
		switch {
		case earlier(sh.ArriveAt, a.Comes(sh)).Sub(s.now()) > early:
			return refusal.New(refusal.Conflict, "roster.too_early")
		case sh.OverAt != nil && actor.Person == a.Person:
			return refusal.New(refusal.Conflict, "roster.over")
		}
		return s.note(ctx, tx, a, "arrived", actor.Person)
	})
	if err != nil {
		return Assignment{}, fmt.Errorf("arrive at place %d: %w", place, err)
	}
	return a, nil
}

// Seen notes that somebody who acts is there, where they have a shift now: who
// takes a case is not asked whether they came.
func (s *Service) Seen(ctx context.Context, actor people.Actor) error {
	var ids []int64
	err := s.db.SelectContext(ctx, &ids, `
		SELECT id FROM assignments
		WHERE community_id = $1 AND person_id = $2 AND ended_at IS NULL AND arrived_at IS NULL AND starts_at <= $3 AND ends_at > $3`,
		actor.Community, actor.Person, s.now())
	if err != nil {
		return fmt.Errorf("read whether person %d was seen: %w", actor.Person, err)
	}
	for _, id := range ids {
		if _, err := s.Arrive(ctx, actor, id); err != nil {
			return err
		}
	}
	return nil
}

// note sets one of a place's marks, with its event. A second time a person says
// that they come it is the later one that counts; that they are there is noted once.
func (s *Service) note(ctx context.Context, tx *sqlx.Tx, a Assignment, code string, by int64) error {
	query := `UPDATE assignments SET confirmed_at = $3 WHERE community_id = $1 AND id = $2 AND ended_at IS NULL`
	if code == "arrived" {
		query = `UPDATE assignments SET arrived_at = $3 WHERE community_id = $1 AND id = $2 AND ended_at IS NULL AND arrived_at IS NULL`
	}
	res, err := tx.ExecContext(ctx, query, a.Community, a.ID, s.now())
	if err != nil {
		return fmt.Errorf("note that place %d is %s: %w", a.ID, code, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if err := s.show(ctx, tx, a); err != nil {
		return err
	}
	if code == "arrived" {
		if err := s.askNoMore(ctx, tx, a, "here"); err != nil {
			return err
		}
	}
	_, err = log(ctx, tx, happened{a.Community, a.Shift, by, code, detail{"person": a.Person}, s.now()})
	return err
}

// NoShow notes that somebody did not come, for whoever plans: their place is
// offered to others while the shift lasts, and its hours do not count. It is
// refused before the shift begins (roster.not_begun), and where they have said
// that they are there (roster.was_there), or hold children (roster.holds_still).
func (s *Service) NoShow(ctx context.Context, actor people.Actor, place int64) (Assignment, error) {
	a, err := s.onPlace(ctx, actor, place, access.PlanShifts, func(tx *sqlx.Tx, a Assignment, sh Shift) error {
		switch {
		case sh.StartsAt.After(s.now()):
			return refusal.New(refusal.Conflict, "roster.not_begun")
		case a.ArrivedAt != nil:
			return refusal.New(refusal.Conflict, "roster.was_there")
		}
		if err := s.emptyHanded(ctx, tx, a, sh, actor.Person); err != nil {
			return err
		}
		if _, err := s.leave(ctx, tx, a, Missed, actor.Person); err != nil || a.Person == actor.Person || sh.OverAt != nil {
			return err
		}
		return s.tell(ctx, tx, news{to: a.Person, topic: "shift.missed", of: a.ID, args: detail{"place": a.ID}}, sh)
	})
	if err != nil {
		return Assignment{}, fmt.Errorf("note that nobody came to place %d: %w", place, err)
	}
	return a, nil
}

// stays notes of those who go on from the shift before that they are there: they
// are not asked.
func (s *Service) stays(ctx context.Context, tx *sqlx.Tx, sh Shift, here []Assignment) error {
	var stay []int64
	err := tx.SelectContext(ctx, &stay, `
		SELECT a.person_id FROM assignments a JOIN shifts b ON b.community_id = a.community_id AND b.id = a.shift_id
		WHERE a.community_id = $1 AND a.ended_at IS NULL AND a.ends_at = $2 AND b.activity = $3 AND b.cancelled_at IS NULL`,
		sh.Community, sh.StartsAt, sh.Activity)
	if err != nil {
		return fmt.Errorf("read who stays for shift %d: %w", sh.ID, err)
	}
	for _, a := range here {
		if !slices.Contains(stay, a.Person) {
			continue
		}
		if err := s.note(ctx, tx, a, "arrived", 0); err != nil {
			return err
		}
	}
	return nil
}

// nudge asks each of those who have a place whether they are there, a while after
// their shift began: the page of the day came without a sound. Who has said so by
// then hears nothing.
func (s *Service) nudge(ctx context.Context, tx *sqlx.Tx, sh Shift, here []Assignment) error {
	reached, err := people.Reachable(ctx, tx, sh.Community, persons(here))
	if err != nil {
		return err
	}
	var rows []outbox.Row
	for _, a := range here {
		if slices.Contains(reached, a.Person) && a.ArrivedAt == nil {
			rows = append(rows, outbox.Row{
				Key: begunKey(a), Person: a.Person, Subject: fmt.Sprintf("place:%d", a.ID), Topic: "shift.begun",
				Args: detail{"place": a.ID}, Urgency: outbox.Task, Due: later(s.now(), a.Comes(sh)).Add(nudgeAfter),
			})
			for _, key := range remindersOf(a) {
				rows = append(rows, asksNoMore(a, key, "begun", later(s.now(), a.Comes(sh)).Add(nudgeAfter)))
			}
		}
	}
	return outbox.Enqueue(ctx, tx, sh.Community, rows...)
}

// expected reports whether somebody said shortly before the shift that they come:
// the lead is not troubled with it.
func (a Assignment) expected() bool {
	return a.ConfirmedAt != nil && a.StartsAt.Sub(*a.ConfirmedAt) <= lateYes
}

// unseenAt is when the lead is told who has not said that they are there.
func (s *Service) unseenAt(sh Shift) time.Time {
	at := sh.StartsAt
	if now := s.now(); at.Before(now) {
		at = now
	}
	return at.Add(unseenAfter)
}

// unseen tells the lead who has not said that they are there, where there is
// anybody beside themselves.
func (s *Service) unseen(ctx context.Context, tx *sqlx.Tx, sh Shift) error {
	to, err := lead(ctx, tx, sh)
	if err != nil || to == 0 || sh.OverAt != nil {
		return err
	}
	if err := s.unseenLater(ctx, tx, sh); err != nil {
		return err
	}
	some, err := unseen(ctx, tx, sh, s.now())
	if err != nil || !slices.ContainsFunc(some, func(a Assignment) bool { return a.Person != to }) {
		return err
	}
	of := sh.ID
	for _, a := range some {
		if a.Comes(sh).After(sh.StartsAt) {
			of = -a.ID // once more, for who was to come later; no shift has such a number
		}
	}
	return s.tell(ctx, tx, news{to: to, topic: "shift.unseen", of: of, args: detail{"shift": sh.ID}}, sh)
}

// unseenLater looks once more when the next of those was to be there who come later.
func (s *Service) unseenLater(ctx context.Context, tx *sqlx.Tx, sh Shift) error {
	all, err := on(ctx, tx, sh.Community, sh.ID)
	if err != nil {
		return err
	}
	var next time.Time
	for _, a := range all {
		if at := a.Comes(sh).Add(unseenAfter); a.ArrivedAt == nil && a.later(sh, s.now()) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	if next.IsZero() {
		return nil
	}
	again := s.job(sh, "unseen", next)
	again.Key += ":" + next.UTC().Format("1504")
	return outbox.Enqueue(ctx, tx, sh.Community, again)
}

func unseen(ctx context.Context, q sqlx.QueryerContext, sh Shift, now time.Time) ([]Assignment, error) {
	all, err := on(ctx, q, sh.Community, sh.ID)
	return slices.DeleteFunc(all, func(a Assignment) bool { return a.ArrivedAt != nil || a.expected() || a.later(sh, now) }), err
}

// Unseen reads who is on a shift and has not said that they are there, nor a
// moment before it that they come.
func (s *Service) Unseen(ctx context.Context, sh Shift) ([]Assignment, error) {
	return unseen(ctx, s.db, sh, s.now())
}
