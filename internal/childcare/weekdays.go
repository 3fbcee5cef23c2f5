package childcare

import (
	"database/sql/driver"
	"slices"
	"time"

	"github.com/lib/pq"
)

// Weekdays are days of the week, 1 (Monday) to 7, rising.
type Weekdays []int

// Has reports whether a day of the week is one of them.
func (w Weekdays) Has(weekday int) bool { return slices.Contains(w, weekday) }

// Weekday is the day of the week, 1 (Monday) to 7.
func Weekday(day time.Time) int { return (int(day.Weekday())+6)%7 + 1 }

// Scan reads them as Postgres keeps them; none are nil.
func (w *Weekdays) Scan(from any) error {
	var list pq.Int64Array
	if err := list.Scan(from); err != nil {
		return err
	}
	*w = nil
	for _, d := range list {
		*w = append(*w, int(d))
	}
	return nil
}

// Value is them as Postgres takes them.
func (w Weekdays) Value() (driver.Value, error) {
	list := make(pq.Int64Array, len(w))
	for i, d := range w {
		list[i] = int64(d)
	}
	return list.Value()
}
