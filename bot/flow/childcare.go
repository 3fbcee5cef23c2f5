package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// careDays is how many days ahead a family sees.
const careDays = 7

// childcareVerbs are the buttons of a family, "m.cc<what>.<child or booking>…".
func (h *House) childcareVerbs() map[string]verb {
	return eachOnce(map[string]verb{
		"cchome": h.childcare, "cc": onID(h.careOf), "ccmore": onID(h.careMore),
		"ccdays": h.careDays, "ccday": h.onChildDay(h.careDay),
		"ccbook": h.booksCare, "ccweek": h.booksWeek, "cclike": onID(h.likeLastWeek), "ccall": h.booksAll,
		"ccdrop": onID(h.dropsCare), "ccself": h.takesItself, "ccyes": onID(h.answersCare(true)), "ccno": onID(h.answersCare(false)),
		"ccnot": h.doesNotCome, "ccaway": onID(h.awayFrom), "cccomes": h.onChildDay(h.comesAfterAll), "ccstand": h.careStands, "ccpaid": h.carePaid,
	}, h.fileVerbs(), h.fetchVerbs(), h.talkCareVerbs())
}

// onChildDay answers a button about a child on a day: "<day>.<child>".
func (h *House) onChildDay(do func(ctx context.Context, v Visit, day time.Time, child int64) (Reply, error)) verb {
	return func(ctx context.Context, v Visit, value string) (Reply, error) {
		head, rest, _ := strings.Cut(value, ".")
		day, err := time.Parse("20060102", head)
		child, _, ok := pair(rest)
		if err != nil || !ok {
			return v.toast("tap.old"), nil
		}
		return do(ctx, v, day, child)
	}
}

// childcare answers /childcare: the child for whom somebody decides, or which of them.
func (h *House) childcare(ctx context.Context, v Visit, _ string) (Reply, error) {
	if _, err := h.Childcare.House(ctx, v.Community.ID); err != nil {
		if _, none := v.Refused(err); none {
			return show(h.withMenu(v, "care.home.no_house")), nil
		}
		return Reply{}, fmt.Errorf("childcare: %w", err)
	}
	children, err := h.Childcare.Children(ctx, v.Actor)
	if err != nil {
		return Reply{}, fmt.Errorf("childcare: %w", err)
	}
	switch len(children) {
	case 0:
		s := v.say("care.home.no_child")
		row(&s, v.Texts.T("family.add_child"), "addchild")
		return show(s), nil
	case 1:
		return h.careOf(ctx, v, children[0].ID)
	}
	return h.careOfWhom(ctx, v, children)
}

// careOfWhom shows how it stands with each of several children, and books them together
// where the same is open for all.
func (h *House) careOfWhom(ctx context.Context, v Visit, children []childcare.Child) (Reply, error) {
	s := v.say("care.home.whose")
	open := map[string]int{}
	var next time.Time
	for _, c := range children {
		label := named(v.Texts, "care.home.child_new", c.Name)
		if c.ConsentAt != nil {
			d, err := h.nextCareDay(ctx, v, c.ID)
			if err != nil {
				return Reply{}, err
			}
			label = fit(c.Name, alone)
			for _, o := range d.offers {
				if o.Open && o.Booking == nil && !d.away() && o.Left > 0 {
					open[ofDay(d.day)]++
					next = d.day
					break
				}
			}
		}
		row(&s, label, "cc", number(c.ID))
	}
	if !next.IsZero() && open[ofDay(next)] > 1 {
		row(&s, v.dayLabel("care.home.book_all", next), "ccall", ofDay(next))
	}
	return show(s), nil
}

// careDay is what there is for a child on a day.
type careDay struct {
	day    time.Time // at midnight UTC
	offers []childcare.Offer
}

// said reports whether its family has said something of the day.
func (d careDay) said() bool {
	return slices.ContainsFunc(d.offers, func(o childcare.Offer) bool { return o.Told })
}

// open reports whether it can be booked and cancelled by one tap.
func (d careDay) open() bool {
	return slices.ContainsFunc(d.offers, func(o childcare.Offer) bool { return o.Open })
}

// away reports whether the child does not come.
func (d careDay) away() bool {
	return slices.ContainsFunc(d.offers, func(o childcare.Offer) bool { return o.Absent != childcare.Present })
}

// careDaysOf reads the days to come of a child; what is confidential stands elsewhere.
func (h *House) careDaysOf(ctx context.Context, v Visit, child int64, from time.Time, n int) (days []careDay, err error) {
	offers, err := h.Childcare.Offers(ctx, v.Actor, child, from, n)
	if err != nil {
		return nil, fmt.Errorf("days of child %d: %w", child, err)
	}
	for _, o := range offers {
		if o.Part == childcare.Talk {
			continue
		}
		if len(days) == 0 || !days[len(days)-1].day.Equal(o.Day) {
			days = append(days, careDay{day: o.Day})
		}
		last := &days[len(days)-1]
		last.offers = append(last.offers, o)
	}
	for _, d := range days {
		slices.SortStableFunc(d.offers, func(a, b childcare.Offer) int { return partOrder(a.Part) - partOrder(b.Part) })
	}
	return days, nil
}

// partOrder puts first what is booked most.
func partOrder(p childcare.Part) int {
	return slices.Index([]childcare.Part{childcare.After, childcare.Whole, childcare.Noon}, p)
}

// nextCareDay is the first day that can be booked and of which nothing is said; where all
// is said, the first.
func (h *House) nextCareDay(ctx context.Context, v Visit, child int64) (careDay, error) {
	days, err := h.careDaysOf(ctx, v, child, v.tomorrow(), careDays)
	if err != nil || len(days) == 0 {
		return careDay{}, err
	}
	if at := slices.IndexFunc(days, func(d careDay) bool { return d.open() && !d.said() }); at >= 0 {
		return days[at], nil
	}
	return days[0], nil
}

// careChild reads a child as whoever decides for it, or runs the hall, may see it: that
// the latter looked is written down.
func (h *House) careChild(ctx context.Context, v Visit, child int64) (childcare.Child, error) {
	own, err := h.Childcare.Children(ctx, v.Actor)
	if err != nil {
		return childcare.Child{}, fmt.Errorf("children: %w", err)
	}
	if at := slices.IndexFunc(own, func(c childcare.Child) bool { return c.ID == child }); at >= 0 {
		return own[at], nil
	}
	c, err := h.Childcare.Child(ctx, v.Actor, child)
	if err != nil {
		return childcare.Child{}, fmt.Errorf("childcare of child %d: %w", child, err)
	}
	return c, nil
}

// careOf shows the next day of a child with what can be booked by one tap.
func (h *House) careOf(ctx context.Context, v Visit, child int64) (Reply, error) {
	c, err := h.careChild(ctx, v, child)
	if err != nil {
		return Reply{}, err
	}
	if c.ConsentAt == nil {
		s := v.say("care.home.no_file", "name", c.Name)
		row(&s, v.Texts.T("care.home.enrol"), "ccenrol", number(child))
		row(&s, v.Texts.T("care.home.not_now"), "cchome")
		return show(s), nil
	}
	d, err := h.nextCareDay(ctx, v, child)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("care.home.no_days", "name", c.Name)
	if len(d.offers) > 0 {
		s = v.careScreen(c, d)
	}
	v.weekRows(&s, c, d)
	row(&s, v.Texts.T("care.home.other_day"), "ccdays", number(child))
	row(&s, v.Texts.T("dialog.more"), "ccmore", number(child))
	return show(s), nil
}

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
		lines = append(lines, v.offerWords(o))
	}
	return lines
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

// careDays shows the days to come of a child, each with how it stands: "<child>[.<from>]".
func (h *House) careDays(ctx context.Context, v Visit, value string) (Reply, error) {
	child, at, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	from := v.thisDay()
	if day, err := time.Parse("20060102", at); err == nil && day.After(from) {
		from = day
	}
	c, err := h.careChild(ctx, v, child)
	if err != nil {
		return Reply{}, err
	}
	days, err := h.careDaysOf(ctx, v, child, from, careDays)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("care.home.days", "name", c.Name)
	for _, d := range days {
		row(&s, v.careDayLabel(d), "ccday", ofDay(d.day), number(child))
	}
	if len(days) > 0 && from.After(v.thisDay()) {
		v.weekRows(&s, c, days[0])
	}
	row(&s, v.Texts.T("care.home.later"), "ccdays", number(child), ofDay(from.AddDate(0, 0, careDays)))
	row(&s, v.Texts.T("care.home.like_last"), "cclike", number(child))
	v.back(&s, "cc", number(child))
	return show(s), nil
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

// careDay shows a day of a child with all that can be changed of it.
func (h *House) careDay(ctx context.Context, v Visit, day time.Time, child int64) (Reply, error) {
	s, err := h.childDay(ctx, v, day, child)
	if err != nil {
		return Reply{}, err
	}
	v.back(&s, "ccdays", number(child))
	return show(s), nil
}

// childDay is that day without the way back.
func (h *House) childDay(ctx context.Context, v Visit, day time.Time, child int64) (dialog.Screen, error) {
	c, err := h.careChild(ctx, v, child)
	if err != nil {
		return dialog.Screen{}, err
	}
	days, err := h.careDaysOf(ctx, v, child, day, 1)
	if err != nil {
		return dialog.Screen{}, err
	}
	if len(days) == 0 {
		return v.say("care.home.nothing_then", "name", c.Name, "day", dayIn(day, v.Zone)), nil
	}
	s := v.careScreen(c, days[0])
	if !days[0].away() {
		row(&s, v.Texts.T("care.home.does_not"), "ccnot", ofDay(day), number(child))
	}
	return s, nil
}

// careMore is what else there is about a child.
func (h *House) careMore(ctx context.Context, v Visit, child int64) (Reply, error) {
	c, err := h.careChild(ctx, v, child)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("care.home.more", "name", c.Name)
	for _, to := range []struct{ key, verb string }{
		{"care.home.to_fetch", "ccfetch"}, {"care.home.to_standing", "ccstand"}, {"care.home.to_away", "ccaway"},
		{"care.home.to_file", "ccfile"}, {"care.home.to_talk", "cctalk"}, {"account.button", "ccpaid"},
	} {
		row(&s, v.Texts.T(to.key), to.verb, strconv.FormatInt(child, 10))
	}
	v.back(&s, "cc", number(child))
	return show(s), nil
}
