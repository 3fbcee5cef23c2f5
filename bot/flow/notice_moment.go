package flow

import (
	"context"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/dialog"
)

// maxMoment is how long a moment may be written.
const maxMoment = 40

// Hours at which things usually are.
var (
	morningHour = calendar.ClockAt(8, 0)
	eveningHour = calendar.ClockAt(19, 0)
)

// momentStep asks for a day and an hour: one of a few likely ones, or in people's own
// words. Besides holds answers that are no moment. It rejects with no_moment and past.
func momentStep[D any](name string, field func(*D) *string, likely func(*D, dialog.Turn) []time.Time, besides ...string) dialog.Step[D] {
	return dialog.Text(name, field, 1, maxMoment).
		Suggest(func(_ context.Context, d *D, t dialog.Turn) ([]dialog.Option, error) {
			var options []dialog.Option
			for _, value := range besides {
				options = append(options, dialog.Option{Value: value})
			}
			for _, at := range likely(d, t) {
				options = append(options, dialog.Option{Value: momentValue(at), Label: momentLabel(at, t)})
			}
			return options, nil
		}).
		Check(func(_ context.Context, d *D, t dialog.Turn) error {
			if slices.Contains(besides, *field(d)) {
				return nil
			}
			at := momentOf(*field(d))
			if at.IsZero() {
				var ok bool
				if at, ok = calendar.ReadMoment(*field(d), t.Now.In(t.Zone), morningHour); !ok {
					return dialog.Reject("no_moment")
				}
				*field(d) = momentValue(at)
			}
			if !at.After(t.Now) {
				return dialog.Reject("past")
			}
			return nil
		}, "no_moment", "past").
		Show(func(d *D, t dialog.Turn) string {
			if at := momentOf(*field(d)); !at.IsZero() {
				return t.Texts.T("board.moment", "at", at)
			}
			return t.Texts.T("notice." + name + ".opt." + *field(d))
		})
}

// momentValue is a moment in a draft, and momentOf reads it; what is none is zero.
func momentValue(at time.Time) string { return at.UTC().Format("2006-01-02T15:04Z") }

func momentOf(value string) time.Time {
	at, err := time.Parse("2006-01-02T15:04Z", value)
	if err != nil {
		return time.Time{}
	}
	return at
}

// momentLabel is a moment on a button.
func momentLabel(at time.Time, t dialog.Turn) string {
	return Visit{Now: t.Now, Zone: t.Zone, Texts: t.Texts}.timeLabel(at)
}

// onDays are some clocks of the days ahead that are still to come: a pair says how many
// days ahead, and when.
func onDays(t dialog.Turn, of ...dayClock) []time.Time {
	var some []time.Time
	for _, o := range of {
		if at := o.clock.On(startOfDay(t).AddDate(0, 0, o.days)); at.After(t.Now) {
			some = append(some, at)
		}
	}
	return some
}

type dayClock struct {
	days  int
	clock calendar.Clock
}
