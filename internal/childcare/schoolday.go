package childcare

import (
	"time"

	"github.com/linli-bot/linli/internal/calendar"
)

// kept is how the hall keeps a day.
type kept struct {
	shut    bool // nobody minds children
	school  bool
	weekday int // as which it runs
}

// keeps says how a day is kept: as the break says that began last of those that hold it,
// otherwise as the calendar does. On a holiday families are at home, and so is who minds
// children; a weekend that makes up for one runs as the nearest weekday. The day is at
// midnight UTC.
func keeps(day time.Time, days calendar.Days, breaks []Break) kept {
	k := kept{weekday: Weekday(day), school: days.Workday(day)}
	b, differs := breakOn(day, breaks)
	switch {
	case differs && b.Kind == Shut:
		return kept{shut: true, weekday: k.weekday}
	case differs && b.Kind == Free:
		k.school = false
		return k
	case differs:
		k.school = true
		if b.Like != 0 {
			k.weekday = b.Like
			return k
		}
	case days[calendar.DateOf(day)] == calendar.Off:
		return kept{shut: true, weekday: k.weekday}
	}
	if k.school {
		k.weekday = nearest(k.weekday)
	}
	return k
}

// nearest is the weekday without a weekend that is nearest to one.
func nearest(weekday int) int {
	switch weekday {
	case 6:
		return 5
	case 7:
		return 1
	}
	return weekday
}

// breakOn is the break that counts on a day: of several the one that began last.
func breakOn(day time.Time, breaks []Break) (b Break, ok bool) {
	for _, x := range breaks {
		if !day.Before(x.From) && !day.After(x.Until) && (!ok || x.From.After(b.From)) {
			b, ok = x, true
		}
	}
	return b, ok
}

// runs reports whether there is something of it on a day.
func (p Pattern) runs(k kept) bool {
	return !k.shut && p.Free != k.school && p.Weekdays.Has(k.weekday)
}
