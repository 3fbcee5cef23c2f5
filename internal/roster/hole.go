package roster

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
)

// When those who fit are asked, and the lead is alarmed, before a shift that
// lacks somebody.
const (
	askAhead  = 7 * 24 * time.Hour // not earlier
	allAtOnce = 6 * time.Hour      // nearer than that nobody waits for the likeliest
	firstWave = 3                  // so many are asked first,
	restAfter = 2 * time.Hour      // and the rest so long after them
	choosing  = 30 * time.Minute   // who makes a shift is left so long to say who has it
	tooSoon   = time.Hour          // after one alarm for another
)

// alarms are how long before a shift its lead is told again that it lacks somebody.
var alarms = []time.Duration{24 * time.Hour, 3 * time.Hour}

// mealAlarms are those of a work for a meal: it begins when people have just got up, and
// who asked in the evening may have heard nothing since.
var mealAlarms = []time.Duration{24 * time.Hour, 3 * time.Hour, lastAlarm}

const (
	lastAlarm = time.Hour     // so long before a work its lead is rung, whatever the hour
	tooLate   = 3 * time.Hour // who fails nearer than that before a work leaves no time: its lead is rung
)

// alarms are how long before it the lead of a shift is told.
func (s Shift) alarms() []time.Duration {
	if s.Activity.IsWork() {
		return mealAlarms
	}
	return alarms
}

// presses reports whether the meal hangs on who lacks in a work, so near is it.
func (s Shift) presses(now time.Time, within time.Duration) bool {
	return s.Activity.IsWork() && s.StartsAt.Sub(now) <= within
}

// fillAt is when those who fit are asked for a shift that nobody was given. Who
// plans is about to say who has it, so nobody is asked between two of their taps,
// also shortly before it begins.
func (s *Service) fillAt(sh Shift) time.Time {
	at, now := sh.StartsAt.Add(-askAhead), s.now()
	switch {
	case at.After(now):
		return at
	case sh.StartsAt.Sub(now) <= allAtOnce:
		return earlier(sh.StartsAt, now.Add(settles))
	}
	return now.Add(choosing)
}

// lacks reports whether somebody is needed in a shift.
func (s *Service) lacks(sh Shift) bool {
	return sh.CancelledAt == nil && sh.OverAt == nil && sh.EndsAt.After(s.now()) && sh.Free() > 0
}

// lookAgain sees to a shift whose places, or those who have them, were planned
// anew: a hole that is no more is closed, and for a new one others are asked, once
// who plans has had time to say who has it. The cause is its key.
func (s *Service) lookAgain(ctx context.Context, tx *sqlx.Tx, of Shift, cause string) error {
	sh, err := readShift(ctx, tx, of.Community, of.ID)
	if err != nil {
		return err
	}
	if !s.lacks(sh) {
		return s.closeHole(ctx, tx, sh, closing{})
	}
	again := s.job(sh, "fill", s.fillAt(sh))
	again.Key += ":" + cause
	return outbox.Enqueue(ctx, tx, sh.Community, again)
}

// fill asks for the places of a shift that nobody has.
func (s *Service) fill(ctx context.Context, tx *sqlx.Tx, sh Shift) error {
	if !s.lacks(sh) || sh.HoleSince != nil {
		return nil
	}
	sh, err := s.openHole(ctx, tx, sh, 0)
	if err != nil {
		return err
	}
	if err := s.askOn(ctx, tx, sh); err != nil || sh.StartsAt.Sub(s.now()) > alarms[0] {
		return err
	}
	return s.alarm(ctx, tx, sh, alarm{topic: "shift.hole"})
}

// freed asks others where somebody left, and alarms the lead at once, but for
// who took them off themselves, and for who is away longer than until tomorrow:
// of those the lead hears in one message.
func (s *Service) freed(ctx context.Context, tx *sqlx.Tx, left Assignment, why Why, by int64) error {
	sh, err := readShift(ctx, tx, left.Community, left.Shift)
	if err != nil || !s.lacks(sh) {
		return err
	}
	if why == Removed && sh.HoleSince == nil { // by who plans, and may have somebody else in mind
		return s.lookAgain(ctx, tx, sh, fmt.Sprintf("left:%d", left.ID))
	}
	if sh.HoleSince == nil {
		if sh, err = s.openHole(ctx, tx, sh, by); err != nil {
			return err
		}
	}
	if err := s.askOn(ctx, tx, sh); err != nil {
		return err
	}
	soon := sh.StartsAt.Sub(s.now()) <= alarms[0]
	if why == Removed || why == Absent && !soon {
		return nil
	}
	al := lacking(sh, s.now())
	al.but, al.args = by, detail{"person": left.Person, "why": why}
	al.rings = al.rings || sh.presses(s.now(), tooLate)
	return s.alarm(ctx, tx, sh, al)
}

// openHole notes that a shift lacks somebody, and when the lead is alarmed again.
func (s *Service) openHole(ctx context.Context, tx *sqlx.Tx, sh Shift, by int64) (Shift, error) {
	_, err := tx.ExecContext(ctx, `
		UPDATE shifts SET hole = hole + 1, hole_since = $3 WHERE community_id = $1 AND id = $2`, sh.Community, sh.ID, s.now())
	if err != nil {
		return Shift{}, fmt.Errorf("open the hole of shift %d: %w", sh.ID, err)
	}
	if sh, err = readShift(ctx, tx, sh.Community, sh.ID); err != nil {
		return Shift{}, err
	}
	if _, err := log(ctx, tx, happened{sh.Community, sh.ID, by, "hole", detail{"hole": sh.Hole, "free": sh.Free()}, s.now()}); err != nil {
		return Shift{}, err
	}
	var rows []outbox.Row
	for i, before := range sh.alarms() {
		if at := sh.StartsAt.Add(-before); at.Sub(s.now()) >= tooSoon {
			rows = append(rows, s.holeJob(sh, "alarm", i, at))
		}
	}
	return sh, outbox.Enqueue(ctx, tx, sh.Community, rows...)
}

// holeJob is one thing that is due while a hole stays; the hole and n are its key.
func (s *Service) holeJob(sh Shift, name string, n int, at time.Time) outbox.Row {
	return outbox.Row{
		Key: holeKey(sh, name, n), Topic: "roster." + name, Args: jobArgs{Shift: sh.ID, Round: sh.Hole}, Urgency: outbox.Task, Due: at,
	}
}

func holeKey(sh Shift, name string, n int) string {
	return fmt.Sprintf("shift:%d:hole:%d:%s:%d", sh.ID, sh.Hole, name, n)
}

// onHole does something about a hole, if it is that one still.
func (s *Service) onHole(ctx context.Context, community int64, a jobArgs, do func(ctx context.Context, tx *sqlx.Tx, sh Shift) error) error {
	return s.onShift(ctx, community, a.Shift, func(ctx context.Context, tx *sqlx.Tx, sh Shift) error {
		if sh.HoleSince == nil || sh.Hole != a.Round || !s.lacks(sh) {
			return nil
		}
		return do(ctx, tx, sh)
	})
}

// filled closes the hole of a shift in which nobody lacks any more.
func (s *Service) filled(ctx context.Context, tx *sqlx.Tx, a Assignment, by int64) error {
	sh, err := readShift(ctx, tx, a.Community, a.Shift)
	if err != nil || sh.HoleSince == nil {
		return err
	}
	if sh.Free() == 0 {
		return s.closeHole(ctx, tx, sh, closing{by: by, person: a.Person, planned: a.How == Standing})
	}
	return s.settleAsks(ctx, tx, sh, a.Person)
}

// closing is who closed a hole, and for whom; person 0: the shift is over or off.
type closing struct {
	by, person int64
	planned    bool // on the week plan, not on an alarm
}

// closeHole ends what goes on while a shift lacks somebody: nobody is asked any
// more, and who was alarmed sees that it is well.
func (s *Service) closeHole(ctx context.Context, tx *sqlx.Tx, sh Shift, c closing) error {
	if sh.HoleSince == nil {
		return nil
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE shifts SET hole_since = NULL WHERE community_id = $1 AND id = $2`, sh.Community, sh.ID)
	if err != nil {
		return fmt.Errorf("close the hole of shift %d: %w", sh.ID, err)
	}
	of, err := log(ctx, tx, happened{sh.Community, sh.ID, c.by, "hole_closed", detail{"hole": sh.Hole, "person": c.person}, s.now()})
	if err != nil {
		return err
	}
	keys := []string{holeKey(sh, "ask", 1), holeKey(sh, "ask", 2)}
	for i := range sh.alarms() {
		keys = append(keys, holeKey(sh, "alarm", i))
	}
	if err := outbox.Withdraw(ctx, tx, sh.Community, keys...); err != nil {
		return err
	}
	if err := s.settleAsks(ctx, tx, sh, 0); err != nil {
		return err
	}
	return s.calmDown(ctx, tx, sh, c, of)
}
