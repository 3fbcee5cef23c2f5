package lunch

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// head is the day at the beginning of a line.
type head struct {
	found bool
	day   time.Time
	wrong error // it names no day, or two
}

const months = `jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?`

// The ways in which a day is written, each from the beginning of a text.
var (
	zhWeekday = regexp.MustCompile(`^(本|这|这个|下|下个)?(?:周|星期|礼拜)([一二三四五六日天1-7])`)
	enWeekday = regexp.MustCompile(`(?i)^(?:(this|next)\s+)?(mon|tue|wed|thu|fri|sat|sun)(?:s|r|rs|day|sday|nesday|rsday|urday)?\b\.?`)
	fullDate  = regexp.MustCompile(`^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?`)
	zhDate    = regexp.MustCompile(`^(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?`)
	zhDay     = regexp.MustCompile(`^(\d{1,2})\s*[日号]`)
	slashed   = regexp.MustCompile(`^(\d{1,2})\s*[/.-]\s*(\d{1,2})\b`)
	dayMonth  = regexp.MustCompile(`(?i)^(\d{1,2})(?:st|nd|rd|th)?\s+(` + months + `)\b\.?(?:,?\s+(\d{4}))?`)
	monthDay  = regexp.MustCompile(`(?i)^(` + months + `)\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s+(\d{4}))?`)

	between = regexp.MustCompile(`^[\s(（\[【,，/|·]+`)
	behind  = regexp.MustCompile(`^[\s)）\]】:：,，、|·.–—-]+`)
	opening = regexp.MustCompile(`^[\s(（\[【*#•·-]+`)
)

// head reads the day at the beginning of a line, and what is left of the line.
func (r *menuReader) head(text string) (h head, rest string) {
	rest = opening.ReplaceAllString(text, "")
	var weekday, date *time.Time
	for weekday == nil || date == nil {
		at := between.ReplaceAllString(rest, "")
		if !h.found {
			at = rest
		}
		if day, n := r.weekday(at); weekday == nil && n > 0 {
			weekday, rest, h.found = &day, at[n:], true
			continue
		}
		day, n, ok := r.date(at)
		if date != nil || n == 0 {
			break
		}
		if date, rest, h.found = &day, at[n:], true; !ok {
			h.wrong = invalid("lunch.no_such_day", "text", shortened(text))
		}
	}
	if !h.found {
		return h, text
	}
	switch {
	case date == nil:
		h.day = *weekday
	case weekday != nil && Weekday(*date) != Weekday(*weekday) && h.wrong == nil:
		h.wrong = invalid("lunch.other_weekday", "text", shortened(text))
		fallthrough
	default:
		h.day = *date
	}
	return h, behind.ReplaceAllString(rest, "")
}

// weekday reads a weekday, and how long it is.
func (r *menuReader) weekday(text string) (day time.Time, n int) {
	which, name := "", 0
	if m := zhWeekday.FindStringSubmatch(text); m != nil {
		which, n = m[1], len(m[0])
		name = map[string]int{"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7}[m[2]]
		if name == 0 {
			name, _ = strconv.Atoi(m[2]) // one digit
		}
	} else if m := enWeekday.FindStringSubmatch(text); m != nil && !hyphened.MatchString(text[len(m[0]):]) {
		which, n = strings.ToLower(m[1]), len(m[0])
		name = map[string]int{"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}[strings.ToLower(m[2])]
	}
	if n == 0 {
		return day, 0
	}
	switch {
	case which == "下" || which == "下个" || which == "next":
		return Monday(r.from).AddDate(0, 0, 6+name), n
	case which != "":
		return Monday(r.from).AddDate(0, 0, name-1), n
	case r.week != nil:
		return r.week.AddDate(0, 0, name-1), n
	}
	return r.from.AddDate(0, 0, (name-Weekday(r.from)+7)%7), n
}

// hyphened is what follows a word that is no weekday: sun-dried.
var hyphened = regexp.MustCompile(`^-[a-z]`)

var (
	thisWeek = regexp.MustCompile(`(?i)(?:本|这|这个)周|this week`)
	nextWeek = regexp.MustCompile(`(?i)(?:下|下个)周|next week`)
)

// weekOf is the Monday of the week of which a text speaks.
func weekOf(text string, from time.Time) (monday time.Time, ok bool) {
	switch {
	case nextWeek.MatchString(text):
		return Monday(from).AddDate(0, 0, 7), true
	case thisWeek.MatchString(text):
		return Monday(from), true
	}
	return time.Time{}, false
}

// date reads a date, and how long it is; ok is false where there is no such day.
func (r *menuReader) date(text string) (day time.Time, n int, ok bool) {
	if m := fullDate.FindStringSubmatch(text); m != nil {
		day, ok = dayOn(number(m[1]), number(m[2]), number(m[3]))
		return day, len(m[0]), ok
	}
	if m := zhDate.FindStringSubmatch(text); m != nil {
		day, ok = r.nearest(number(m[1]), number(m[2]))
		return day, len(m[0]), ok
	}
	if m := zhDay.FindStringSubmatch(text); m != nil {
		day, ok = r.next(number(m[1]))
		return day, len(m[0]), ok
	}
	if m := dayMonth.FindStringSubmatch(text); m != nil {
		day, ok = r.named(m[2], m[1], m[3])
		return day, len(m[0]), ok
	}
	if m := monthDay.FindStringSubmatch(text); m != nil {
		day, ok = r.named(m[1], m[2], m[3])
		return day, len(m[0]), ok
	}
	if m := slashed.FindStringSubmatch(text); m != nil && !r.measures(text[len(m[0]):]) {
		day, ok = r.slashed(number(m[1]), number(m[2]))
		return day, len(m[0]), ok
	}
	return day, 0, false
}

// measures reports whether what follows two numbers makes them a measure, as of
// 1.5斤排骨, and no date.
func (r *menuReader) measures(text string) bool {
	_, weekday := r.weekday(text)
	first, _ := utf8.DecodeRuneInString(text)
	return unicode.IsLetter(first) && weekday == 0
}

// number is a number of a few digits.
func number(digits string) int {
	n, _ := strconv.Atoi(digits) // "" is none, and is 0
	return n
}

// dayOn is a day of the calendar, at midnight UTC.
func dayOn(year, month, d int) (day time.Time, ok bool) {
	day = time.Date(year, time.Month(month), d, 0, 0, 0, 0, time.UTC)
	return day, day.Day() == d && int(day.Month()) == month && day.Year() == year
}

// nearest is the day of a month that is nearest to where the text begins.
func (r *menuReader) nearest(month, d int) (best time.Time, ok bool) {
	for _, year := range []int{r.from.Year() - 1, r.from.Year(), r.from.Year() + 1} {
		day, there := dayOn(year, month, d)
		if there && (!ok || day.Sub(r.from).Abs() < best.Sub(r.from).Abs()) {
			best, ok = day, true
		}
	}
	return best, ok
}

// next is the first day with a number from where the text begins.
func (r *menuReader) next(d int) (day time.Time, ok bool) {
	for n := range 62 {
		if day = r.from.AddDate(0, 0, n); day.Day() == d {
			return day, true
		}
	}
	return time.Time{}, false
}

// named is a day of a month that is named in English.
func (r *menuReader) named(month, d, year string) (time.Time, bool) {
	m := 1 + strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(month[:3]))/3
	if year != "" {
		return dayOn(number(year), m, number(d))
	}
	return r.nearest(m, number(d))
}

// slashed is 11/24 or 24/11: the one of which there is a day, and the nearer one.
func (r *menuReader) slashed(a, b int) (time.Time, bool) {
	day, ok := r.nearest(a, b)
	other, also := r.nearest(b, a)
	if also && (!ok || other.Sub(r.from).Abs() < day.Sub(r.from).Abs()) {
		return other, true
	}
	return day, ok
}
