package roster

import (
	"context"
	"fmt"
	"time"

	ics "github.com/arran4/golang-ical"
)

// CalendarFile is an iCalendar file (RFC 5545) with somebody's shifts, for the
// calendar of their phone. The words are the reader's; times are UTC, which
// every calendar shows by its own clock. A shift keeps its UID, so that a file
// that is loaded again moves what it made, and does not make it twice. Nothing
// rings: the bot reminds.
func CalendarFile(shifts []Shift, words func(Shift) string, made time.Time) []byte {
	cal := ics.NewCalendarFor("linli")
	cal.SetMethod(ics.MethodPublish)
	for _, sh := range shifts {
		e := cal.AddEvent(fmt.Sprintf("shift-%d-%d@linli", sh.Community, sh.ID))
		e.SetDtStampTime(made)
		e.SetStartAt(sh.StartsAt)
		e.SetEndAt(sh.EndsAt)
		e.SetSummary(words(sh))
	}
	return []byte(cal.Serialize(ics.WithNewLineWindows))
}

// CalendarOf is the file with the shifts of somebody to come.
func (s *Service) CalendarOf(ctx context.Context, community, person int64, words func(Shift) string) ([]byte, error) {
	shifts, err := s.ToCome(ctx, community, person)
	if err != nil {
		return nil, err
	}
	return CalendarFile(shifts, words, s.now()), nil
}
