package childcare

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// NoteOn is what a note is about. Codes are stored.
type NoteOn string

// What notes are about.
const (
	Homework NoteOn = "homework"
	Slept    NoteOn = "nap"
)

// NoteCode is one thing that a note says. Codes are stored.
type NoteCode string

// HomeworkCodes and NapCodes are what notes can say, in the order in which it is offered.
var (
	HomeworkCodes = []NoteCode{
		"all_done", "chinese_done", "maths_done", "english_done", "chinese_left", "maths_left", "english_left", "reading_left", "needs_help",
	}
	NapCodes = []NoteCode{"slept", "rested", "awake"}
)

// Note is what is said of a child's day.
type Note struct {
	Booking int64
	On      NoteOn
	Codes   Codes[NoteCode]
	Voice   string // its file at Telegram
	By      int64
	At      time.Time
}

// maxVoice is how long the name of a voice's file may be.
const maxVoice = 300

// wrong is the key of what a note cannot say.
func (n Note) wrong() string {
	switch {
	case n.codes() == nil, slices.ContainsFunc(n.Codes, func(c NoteCode) bool { return !slices.Contains(n.codes(), c) }):
		return "care.no_note"
	case len(n.Codes) == 0 && n.Voice == "", len(n.Voice) > maxVoice:
		return "care.no_note"
	}
	return ""
}

// Note writes one of a child that came today, in the place of what was said before; of
// homework who decides is told. Repeated, it changes nothing.
func (s *Service) Note(ctx context.Context, actor people.Actor, n Note) error {
	return s.one(ctx, actor, n.Booking, func(w *ward, b Booking) error {
		if key := n.wrong(); key != "" {
			return invalid(key)
		}
		if b.Outcome != Came {
			return conflict("care.not_here")
		}
		_, err := w.note(ctx, n.inOrder())
		return err
	})
}

// codes are what a note of its kind can say.
func (n Note) codes() []NoteCode {
	return map[NoteOn][]NoteCode{Homework: HomeworkCodes, Slept: NapCodes}[n.On]
}

// inOrder is a note that says each thing once, in the order in which it is offered.
func (n Note) inOrder() Note {
	n.Codes = slices.DeleteFunc(slices.Clone(n.codes()), func(c NoteCode) bool { return !slices.Contains(n.Codes, c) })
	return n
}

// note writes a note where it says something else than what is there.
func (w *ward) note(ctx context.Context, n Note) (bool, error) {
	res, err := w.tx.ExecContext(ctx, `
		INSERT INTO care_notes (community_id, booking_id, what, codes, voice, by_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (community_id, booking_id, what) DO UPDATE SET codes = excluded.codes, voice = excluded.voice, by_id = excluded.by_id, at = excluded.at
			WHERE (care_notes.codes, care_notes.voice) IS DISTINCT FROM (excluded.codes, excluded.voice)`,
		w.by.Community, n.Booking, n.On, n.Codes, n.Voice, w.by.Person, w.now)
	if err != nil {
		return false, fmt.Errorf("note of booking %d: %w", n.Booking, err)
	}
	changed, err := res.RowsAffected()
	if err != nil || changed == 0 {
		return false, err
	}
	if err := w.logged(ctx, "noted", detail{"booking": n.Booking, "on": n.On, "codes": n.Codes}); err != nil || n.On != Homework {
		return true, err
	}
	to, err := deciders(ctx, w.tx, w.by.Community, w.child.ID)
	if err != nil {
		return false, err
	}
	args := detail{"booking": n.Booking}
	return true, w.tell(ctx, news{to: to, topic: topicHomework, subject: w.lane(), of: w.event, args: args, urgency: outbox.Notice})
}

// Napped notes who of a sitting slept: all that are here, but for some children, who only
// rested. Returned is of how many it said something new.
func (s *Service) Napped(ctx context.Context, actor people.Actor, sitting int64, not ...int64) (int, error) {
	return s.each(ctx, actor, sitting, []What{Nap}, func(_ roll, w *ward, b Booking) (bool, error) {
		if w.is.Place != InHall {
			return false, nil
		}
		code := NoteCode("slept")
		if slices.Contains(not, w.child.ID) {
			code = "rested"
		}
		return w.note(ctx, Note{Booking: b.ID, On: Slept, Codes: Codes[NoteCode]{code}})
	})
}

// Notes reads what is said of a booking, for who decides and who minds the child that day.
func (s *Service) Notes(ctx context.Context, actor people.Actor, booking int64) ([]Note, error) {
	b, err := readBooking(ctx, s.db, actor.Community, booking)
	if err == nil {
		if err = s.decides(ctx, s.db, actor, b.Child); isNotFound(err) {
			err = s.minds(ctx, s.db, actor, 0, b.Day)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the notes of booking %d: %w", booking, err)
	}
	all, err := readNotes(ctx, s.db, actor.Community, b.Day)
	return all[booking], err
}

// readNotes reads the notes of a day, by booking.
func readNotes(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) (map[int64][]Note, error) {
	var some []Note
	err := sqlx.SelectContext(ctx, q, &some, `
		SELECT n.booking_id AS booking, n.what AS on, n.codes, n.voice, n.by_id AS by, n.at
		FROM care_notes n JOIN care_bookings b ON b.community_id = n.community_id AND b.id = n.booking_id
		WHERE n.community_id = $1 AND b.day = $2 ORDER BY n.what`, community, day)
	if err != nil {
		return nil, fmt.Errorf("read the notes of %s: %w", day.Format(time.DateOnly), err)
	}
	all := map[int64][]Note{}
	for _, n := range some {
		all[n.Booking] = append(all[n.Booking], n)
	}
	return all, nil
}
