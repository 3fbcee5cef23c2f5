package flow

import (
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// careScreen is a day of a child: what is said of each part, and a button for each.
func (v Visit) careScreen(c childcare.Child, d careDay) dialog.Screen {
	at := dayIn(d.day, v.Zone)
	var s dialog.Screen
	if d.away() {
		s = v.say("care.home.away", "name", c.Name, "day", at, "why", v.whyAway(d.offers[0].Absent))
		row(&s, v.Texts.T("care.home.comes"), "cccomes", ofDay(d.day), number(c.ID))
		return s
	}
	if len(d.offers) == 1 {
		s = v.say("care.home.only", "name", c.Name, "day", at, "what", v.offerWords(d.offers[0]))
		s.Text += v.meetsWords(d.offers[0])
	} else {
		s.Text = strings.Join(append([]string{v.Texts.T("care.home.several", "name", c.Name, "day", at)}, v.offersWords(d)...), "\n")
	}
	for _, o := range d.offers {
		v.offerRow(&s, c.ID, o, len(d.offers) > 1)
	}
	return s
}

// offersWords are the parts of a day, a line each.
func (v Visit) offersWords(d careDay) (lines []string) {
	for _, o := range d.offers {
		lines = append(lines, v.offerWords(o)+v.meetsWords(o))
	}
	return lines
}

// meetsWords is a line that says where a child is met who is booked; "" at the hall.
func (v Visit) meetsWords(o childcare.Offer) string {
	if o.Meets() == "" || o.Booking == nil || o.Booking.Status != childcare.Booked {
		return ""
	}
	return "\n" + v.Texts.T("care.home.meets", "at", o.Meets())
}

// offerWords is a part of a day with how it stands: "after school until 6 pm: 4 places
// left, 12 yuan".
func (v Visit) offerWords(o childcare.Offer) string {
	return v.Texts.T("care.home.line", "what", v.partWords(o), "is", v.offerIs(o))
}

// partWords is a part of a day with its hours.
func (v Visit) partWords(o childcare.Offer) string {
	return v.Texts.T("care.home.part."+string(o.Part), "from", v.clockOf(o.From), "until", v.clockOf(o.Until))
}

// clockOf is the time of the day of a moment.
func (v Visit) clockOf(at time.Time) calendar.Clock {
	at = at.In(v.Zone)
	return calendar.Clock(at.Hour()*60 + at.Minute())
}

// offerIs is how a part of a day stands for a child.
func (v Visit) offerIs(o childcare.Offer) string {
	switch b := o.Booking; {
	case b != nil && b.Status == childcare.Booked:
		return v.Texts.T("care.home.is.booked")
	case b != nil && b.Status == childcare.Offered:
		return v.Texts.T("care.home.is.offered")
	case b != nil && b.Status == childcare.Waiting:
		return v.Texts.T("care.home.is.waiting", "n", o.Position)
	case o.Left == 0:
		return v.Texts.T("care.home.is.full")
	}
	return v.Texts.T("care.home.left", "n", o.Left, "price", v.price(o.Price))
}

// offerRow is the button of a part of a day; where there are several, it says which.
func (v Visit) offerRow(s *dialog.Screen, child int64, o childcare.Offer, which bool) {
	switch b := o.Booking; {
	case !o.Open && (b == nil || b.Status != childcare.Offered):
	case b != nil && b.Status == childcare.Offered:
		row(s, v.Texts.T("lunch.yes_please"), "ccyes", number(b.ID))
		row(s, v.Texts.T("lunch.no_need"), "ccno", number(b.ID))
	case b != nil && b.Status != childcare.Cancelled:
		key := "care.home.drop"
		if which {
			key = "care.home.drop_part." + string(o.Part)
		}
		row(s, v.Texts.T(key), "ccdrop", number(b.ID))
	default:
		key := "care.home.book"
		if which {
			key = "care.home.book_part." + string(o.Part)
		}
		row(s, v.dayLabel(key, o.Day), "ccbook", ofDay(o.Day), number(child), string(o.Part))
	}
}

// dayLabel is a label that names a day, tomorrow by that word.
func (v Visit) dayLabel(key string, day time.Time) string {
	if day.Equal(v.tomorrow()) {
		return v.Texts.T(key, "day", v.Texts.T("care.home.tomorrow"))
	}
	at := in(day, v.Zone)
	return v.Texts.T(key, "day", v.Texts.T("care.home.short_day", "weekday", v.shortDay(at), "d", at.Day()))
}

// weekRows offers the rest of the week, for each part that is open on the day shown.
func (v Visit) weekRows(s *dialog.Screen, c childcare.Child, d careDay) {
	if d.away() {
		return
	}
	for _, o := range d.offers {
		if o.Booking == nil && o.Open {
			key := "care.home.all_week"
			if len(d.offers) > 1 {
				key = "care.home.all_week_part." + string(o.Part)
			}
			row(s, v.Texts.T(key), "ccweek", ofDay(d.day), number(c.ID), string(o.Part))
		}
	}
}

// careDayLabel is a day on a button: which, and what is said of it.
func (v Visit) careDayLabel(d careDay) string {
	key := "open"
	switch is := func(s childcare.Status) bool {
		return slices.ContainsFunc(d.offers, func(o childcare.Offer) bool { return o.Booking != nil && o.Booking.Status == s })
	}; {
	case d.away():
		key = "away"
	case is(childcare.Booked):
		key = "booked"
	case is(childcare.Waiting), is(childcare.Offered):
		key = "waiting"
	case is(childcare.Cancelled):
		key = "none"
	}
	at := in(d.day, v.Zone)
	return v.Texts.T("lunch.label", "weekday", v.shortDay(at), "d", at.Day(), "what", v.Texts.T("care.home.label."+key))
}
