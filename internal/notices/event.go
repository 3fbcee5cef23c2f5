package notices

import (
	"context"
	"fmt"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// remindsAt is the hour of the day before at which those who come are reminded.
const remindsAt = 17

// maxWhy is how long the reason may be for which an event does not take place.
const maxWhy = 200

// happening is an event in the hands of one transaction: who signs up goes one after
// the other.
type happening struct {
	answer
	starts, ends  time.Time
	places, taken int // places 0: as many as come
	off           *time.Time
}

// hold takes the event of a notice into the hands of a transaction.
func (h *happening) hold(ctx context.Context) error {
	var row struct {
		Starts, Ends  time.Time
		Places, Taken int
		Off           *time.Time
	}
	err := h.tx.GetContext(ctx, &row, `
		SELECT starts_at AS starts, ends_at AS ends, coalesce(places, 0) AS places, taken, off_at AS off
		FROM notice_events WHERE community_id = $1 AND notice_id = $2 FOR NO KEY UPDATE`, h.n.Community, h.n.ID)
	h.starts, h.ends, h.places, h.taken, h.off = row.Starts, row.Ends, row.Places, row.Taken, row.Off
	return found(err, "event", h.n.ID)
}

// remindedAt is when those who come are reminded, in a zone; false where that has passed.
func (n Notice) remindedAt(now time.Time, zone *time.Location) (at time.Time, ok bool) {
	day := n.Happens.Starts.In(zone).AddDate(0, 0, -1)
	at = time.Date(day.Year(), day.Month(), day.Day(), remindsAt, 0, 0, 0, zone)
	return at, at.After(now)
}

// remind reminds everybody who comes to an event, and who signed them up.
func (s *Service) remind(ctx context.Context, tx *sqlx.Tx, n Notice) error {
	h := happening{answer: answer{s: s, tx: tx, n: n, now: s.now()}}
	if err := h.hold(ctx); err != nil || h.off != nil || n.State == Withdrawn || !h.now.Before(h.starts) {
		return err
	}
	all, err := signups(ctx, tx, n)
	if err != nil {
		return err
	}
	for _, g := range all {
		if g.State != Comes {
			continue
		}
		if err := h.tellGuest(ctx, g, news{topic: topicRemind, of: g.Person}); err != nil {
			return err
		}
	}
	return nil
}

// CallOff says that an event does not take place, and why; everybody who comes or waits
// hears it. It is for who may announce it. Repeated, it changes nothing.
func (s *Service) CallOff(ctx context.Context, actor people.Actor, id int64, why string) error {
	why = pg.Text(why)
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if why == "" || len([]rune(why)) > maxWhy {
			return invalid("notices.no_why", "max", maxWhy)
		}
		n, err := lock(ctx, tx, actor.Community, id)
		if err != nil {
			return err
		}
		if err := s.announces(ctx, tx, actor, n.Weight, n.For); err != nil {
			return err
		}
		h := happening{answer: answer{s: s, tx: tx, n: n, now: s.now()}}
		if err := h.hold(ctx); err != nil || h.off != nil {
			return err
		}
		if !h.now.Before(h.ends) {
			return conflict("notices.over")
		}
		return h.callOff(ctx, actor.Person, why)
	})
	if err != nil {
		return fmt.Errorf("call off the event of notice %d: %w", id, err)
	}
	return nil
}

func (h *happening) callOff(ctx context.Context, by int64, why string) error {
	_, err := h.tx.ExecContext(ctx, `
		UPDATE notice_events SET off_at = $3, why = $4 WHERE community_id = $1 AND notice_id = $2`, h.n.Community, h.n.ID, h.now, why)
	if err != nil {
		return err
	}
	event, err := log(ctx, h.tx, happened{notice: h.n, by: by, code: "called_off", at: h.now})
	if err != nil {
		return err
	}
	all, err := signups(ctx, h.tx, h.n)
	if err != nil {
		return err
	}
	for _, g := range all {
		if g.State == NotThen {
			continue
		}
		if err := h.tellGuest(ctx, g, news{topic: topicOff, of: event}); err != nil {
			return err
		}
	}
	return nil
}

// tellGuest tells whoever signed up something, and who did it for them.
func (h *happening) tellGuest(ctx context.Context, g Signup, say news) error {
	say.to, say.args = []int64{g.Person}, detail{"person": g.Person}
	if g.By != g.Person {
		say.to = append(say.to, g.By)
	}
	if say.urgency == 0 {
		say.urgency = outbox.Task
	}
	return h.s.tell(ctx, h.tx, h.n, say)
}

// Off is when and why an event was called off; nil: it was not.
func (s *Service) Off(ctx context.Context, n Notice) (at *time.Time, why string, err error) {
	var row struct {
		At  *time.Time
		Why string
	}
	err = s.db.GetContext(ctx, &row, `SELECT off_at AS at, why FROM notice_events WHERE community_id = $1 AND notice_id = $2`, n.Community, n.ID)
	return row.At, row.Why, found(err, "event", n.ID)
}

// Calendar is an iCalendar file (RFC 5545) with the event of a notice, named by its
// first line in a language. It keeps its UID: loaded again, it moves what it made.
func (s *Service) Calendar(ctx context.Context, community, id int64, title string) ([]byte, error) {
	n, err := read(ctx, s.db, community, id)
	if err == nil && n.Happens == nil {
		err = access.NotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("calendar file of notice %d: %w", id, err)
	}
	off, _, err := s.Off(ctx, n)
	if err != nil {
		return nil, fmt.Errorf("calendar file of notice %d: %w", id, err)
	}
	cal := ics.NewCalendarFor("linli")
	cal.SetMethod(ics.MethodPublish)
	e := cal.AddEvent(fmt.Sprintf("notice-%d-%d@linli", community, id))
	e.SetDtStampTime(s.now())
	e.SetStartAt(n.Happens.Starts)
	e.SetEndAt(n.Happens.Ends)
	e.SetSummary(title)
	e.SetLocation(n.Happens.Place)
	if off != nil {
		e.SetStatus(ics.ObjectStatusCancelled)
	}
	return []byte(cal.Serialize(ics.WithNewLineWindows)), nil
}
