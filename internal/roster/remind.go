package roster

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// reminders are how long before a shift those on it are asked whether they come.
var reminders = []time.Duration{24 * time.Hour, time.Hour}

// afterPage is how long after the hour a reminder comes: where they are on at that
// hour of the day before, the page of that day goes first.
const afterPage = time.Minute

// remind asks somebody before their shift whether they come; what is past by
// then, or is nearly so when they take the place, is left out. Who has no Telegram is
// not asked.
func (s *Service) remind(ctx context.Context, tx *sqlx.Tx, a Assignment) error {
	p, err := people.ReadPerson(ctx, tx, a.Community, a.Person)
	if err != nil || p.Telegram == 0 {
		return err
	}
	sh, err := readShift(ctx, tx, a.Community, a.Shift)
	if err != nil {
		return err
	}
	var rows []outbox.Row
	for i, before := range reminders {
		due := a.Comes(sh).Add(afterPage - before)
		if due.Before(s.now().Add(before / 2)) {
			continue
		}
		rows = append(rows, outbox.Row{
			Key: reminderKey(a, i), Person: a.Person, Subject: fmt.Sprintf("place:%d", a.ID), Topic: "shift.remind",
			Args: detail{"place": a.ID}, Urgency: outbox.Task, Due: due,
		})
		if i > 0 { // it asks the same once more
			rows = append(rows, asksNoMore(a, reminderKey(a, i-1), askedAgain, due))
		}
	}
	return outbox.Enqueue(ctx, tx, a.Community, rows...)
}

func reminderKey(a Assignment, i int) string { return fmt.Sprintf("place:%d:remind:%d", a.ID, i) }

// moveReminders has somebody asked by the hours that a shift has now.
func moveReminders(ctx context.Context, tx *sqlx.Tx, a Assignment, sh Shift) error {
	for i, before := range reminders {
		keys := []string{reminderKey(a, i)}
		if i > 0 {
			keys = append(keys, reminderKey(a, i-1)+":"+askedAgain)
		}
		for _, key := range keys {
			if err := outbox.Postpone(ctx, tx, a.Community, key, a.Comes(sh).Add(-before)); err != nil {
				return err
			}
		}
	}
	return nil
}

// askedAgain is why the reminder before the last asks no more.
const askedAgain = "again"

func begunKey(a Assignment) string { return fmt.Sprintf("place:%d:begun", a.ID) }

// remindersOf are the keys of what asks somebody before their shift whether they come.
func remindersOf(a Assignment) []string {
	keys := make([]string, len(reminders))
	for i := range reminders {
		keys[i] = reminderKey(a, i)
	}
	return keys
}

// unremind takes back what was not asked yet.
func (s *Service) unremind(ctx context.Context, tx *sqlx.Tx, a Assignment) error {
	keys := remindersOf(a)
	for _, key := range remindersOf(a) {
		keys = append(keys, key+":"+askedAgain)
	}
	return outbox.Withdraw(ctx, tx, a.Community, keys...)
}

// asksNoMore takes the buttons off a question to which something newer is the answer,
// or that asks the same; why makes its key.
func asksNoMore(a Assignment, question, why string, at time.Time) outbox.Row {
	return outbox.Row{
		Key: question + ":" + why, Person: a.Person, Subject: fmt.Sprintf("place:%d", a.ID), Topic: "shift.asked_over",
		Args: detail{"place": a.ID}, Urgency: outbox.Task, Due: at, Edits: question,
	}
}

// askNoMore takes the buttons off what somebody was asked about their place.
func (s *Service) askNoMore(ctx context.Context, tx *sqlx.Tx, a Assignment, why string) error {
	keys := append(remindersOf(a), begunKey(a))
	if err := outbox.Withdraw(ctx, tx, a.Community, keys...); err != nil {
		return err
	}
	asked, err := outbox.Known(ctx, tx, a.Community, keys...)
	if err != nil {
		return err
	}
	var rows []outbox.Row
	for _, key := range asked {
		rows = append(rows, asksNoMore(a, key, why, s.now()))
	}
	return outbox.Enqueue(ctx, tx, a.Community, rows...)
}

// Daily reports whether somebody has the same shift on the day before too, and it
// still goes on or they were there: they know their hours, and a reminder need not
// be heard. Who did not come yesterday, or has a first day, hears it.
func (s *Service) Daily(ctx context.Context, a Assignment) (daily bool, err error) {
	err = s.db.GetContext(ctx, &daily, `
		SELECT EXISTS (SELECT FROM shifts n
			JOIN shifts b ON b.community_id = n.community_id AND b.activity = n.activity AND b.slot = n.slot
				AND b.area_id IS NOT DISTINCT FROM n.area_id AND b.day = n.day - 1 AND b.cancelled_at IS NULL
			JOIN assignments y ON y.community_id = b.community_id AND y.shift_id = b.id AND y.ended_at IS NULL
			WHERE n.community_id = $1 AND n.id = $2 AND y.person_id = $3 AND (y.arrived_at IS NOT NULL OR y.ends_at > $4))`,
		a.Community, a.Shift, a.Person, s.now())
	if err != nil {
		return false, fmt.Errorf("read whether person %d was on the day before: %w", a.Person, err)
	}
	return daily, nil
}
