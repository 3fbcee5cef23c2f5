package lunch

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/linli-bot/linli/internal/refusal"
)

// Written is what a text says of a day.
type Written struct {
	Day   time.Time // at midnight UTC
	Lines []Line    // none: the text says that there is no lunch
}

// Fault is what cannot be used of a text, with its line.
type Fault struct {
	Line int // from 1
	Why  *refusal.Refusal
}

// ReadMenus reads the menus of a week as people write them, in Chinese or in English: a
// weekday or a date, or both, and behind it or on the lines below the dishes. They are
// parted by commas of either kind, 、, semicolons, or lines; Chinese ones by spaces too.
// Two between which a stroke stands, or 或, or "or", are a choice, and so are lines that
// begin with A and B. A day without lunch says 休息 or "closed".
//
// A weekday is the first from a day on, which is at midnight UTC; where it or the
// heading says 本周 or 下周, "this week" or "next week", it is of that week. A date
// without a year is the one nearest to that day.
func ReadMenus(text string, from time.Time) ([]Written, []Fault) {
	r := menuReader{from: from}
	for i, line := range strings.Split(strings.ReplaceAll(text, "\r", "\n"), "\n") {
		r.no = i + 1
		for _, part := range strings.Split(sets.ReplaceAllString(line, "\n$1"), "\n") {
			r.line(strings.TrimSpace(part))
		}
	}
	r.done()
	if len(r.all) == 0 && len(r.faults) == 0 {
		r.no = 1
		r.fault(invalid("lunch.no_day", "text", ""))
	}
	slices.SortFunc(r.all, func(a, b Written) int { return a.Day.Compare(b.Day) })
	slices.SortStableFunc(r.faults, func(a, b Fault) int { return cmp.Compare(a.Line, b.Line) })
	return r.all, r.faults
}

var (
	// sets are the marks of the two that are chosen from, inside a line.
	sets = regexp.MustCompile(`(?:^|[\s;；,，:：])((?:套餐\s*)?[ABab]\s*(?:套餐|餐)?\s*[:：.、)）])`)
	set  = regexp.MustCompile(`^(?:套餐\s*)?([ABab])\s*(?:套餐|餐)?\s*[:：.、)）]\s*`)

	bullet  = regexp.MustCompile(`^(?:[-–—•·*●○▪]\s*|\d{1,2}\s*[)）]\s*|\d{1,2}\s*\.\s*([^\d\s]))`)
	heading = regexp.MustCompile(`(?i)菜单|菜谱|食谱|午饭|午餐|周|星期|menu|week|lunch`)
	parted  = regexp.MustCompile(`[、，,；;|｜+＋\t。]+`)
	either  = regexp.MustCompile(`(?i)\s*[/／]\s*|\s*或者?\s*|\s+or\s+`)
	aside   = regexp.MustCompile(`(?i)[(（](?:二选一|任选(?:其)?一|两样选一样|choose one|pick one)[)）]|(?:二选一|任选其一)[:：]?`)
	money   = regexp.MustCompile(`(?i)^[¥￥]?\s*\d+(?:\.\d+)?\s*(?:元|块|yuan|rmb)?$`)
	nothere = regexp.MustCompile(`(?i)^(?:休息|休|停餐|停供|不供餐|不供应|放假|无|没有|不做|不开|closed|no lunch|none|holiday|off|no service|-+|—+)$`)
)

// menuReader goes through a text.
type menuReader struct {
	from   time.Time
	week   *time.Time // the Monday of the week of which the heading speaks
	no     int        // of the line
	all    []Written
	faults []Fault

	day   *Written // the one that is read
	at    int      // its line
	off   bool     // it says that there is no lunch
	wrong bool     // something of it could not be used
}

func (r *menuReader) fault(err error) {
	if why, ok := refusal.As(err); ok {
		r.faults = append(r.faults, Fault{r.no, why})
	}
	r.wrong = true
}

// line reads a line, or the part of one that begins with a set.
func (r *menuReader) line(text string) {
	if text == "" {
		return
	}
	h, rest := r.head(text)
	switch {
	case h.found:
		r.done()
		r.begin(h)
		r.dishes(rest)
	case r.day == nil && heading.MatchString(text):
		r.titled(text)
	case r.day == nil:
		r.fault(invalid("lunch.no_day", "text", shortened(text)))
	default:
		r.dishes(text)
	}
}

// titled takes the week from a heading.
func (r *menuReader) titled(text string) {
	if monday, ok := weekOf(text, r.from); ok {
		r.week = &monday
	}
}

// begin begins a day.
func (r *menuReader) begin(h head) {
	r.at, r.off, r.wrong, r.day = r.no, false, false, &Written{Day: h.day}
	switch {
	case h.wrong != nil:
		r.fault(h.wrong)
	case slices.ContainsFunc(r.all, func(w Written) bool { return w.Day.Equal(h.day) }):
		r.fault(invalid("lunch.day_twice", "day", h.day.Format(time.DateOnly)))
	}
}

// done ends the day that is read.
func (r *menuReader) done() {
	if r.day == nil {
		return
	}
	no := r.no
	r.no = r.at
	w := *r.day
	if !r.off && !r.wrong {
		lines, err := tidy(w.Lines)
		if err != nil {
			r.fault(err)
		}
		w.Lines = lines
	}
	if r.off && len(w.Lines) > 0 {
		r.fault(invalid("lunch.off_or_not"))
	}
	if !r.wrong {
		r.all = append(r.all, w)
	}
	r.no, r.day = no, nil
}

// dishes reads what there is on the day.
func (r *menuReader) dishes(text string) {
	choice := 0
	if m := set.FindStringSubmatch(text); m != nil {
		choice = map[string]int{"a": 1, "b": 2}[strings.ToLower(m[1])]
		text = text[len(m[0]):]
	}
	text = aside.ReplaceAllString(text, "")
	for _, part := range parted.Split(text, -1) {
		for _, name := range words(bullet.ReplaceAllString(strings.TrimSpace(part), "$1")) {
			r.dish(name, choice)
		}
	}
}

// dish reads one, or two of which one is chosen.
func (r *menuReader) dish(text string, choice int) {
	switch {
	case text == "" || money.MatchString(text):
		return
	case nothere.MatchString(text):
		r.off = true
		return
	}
	two := either.Split(text, -1)
	if len(two) == 1 {
		r.day.Lines = append(r.day.Lines, Line{text, choice})
		return
	}
	chosen := slices.ContainsFunc(r.day.Lines, func(l Line) bool { return l.Choice > 0 })
	if len(two) > 2 || choice > 0 || chosen {
		r.fault(invalid("lunch.two_choices", "text", shortened(text)))
		return
	}
	r.day.Lines = append(r.day.Lines, Line{two[0], 1}, Line{two[1], 2})
}

// words parts Chinese dishes between which a space stands; what is written with
// letters keeps its spaces.
func words(text string) (all []string) {
	var one []string
	flush := func() {
		if len(one) > 0 {
			all = append(all, strings.Join(one, " "))
		}
		one = nil
	}
	for _, w := range strings.Fields(text) {
		if len(one) > 0 && (!han(one[len(one)-1]) || !han(w)) {
			one = append(one, w)
			continue
		}
		flush()
		one = append(one, w)
	}
	flush()
	return all
}

// han reports whether a word is Chinese, and no stroke between two.
func han(word string) bool {
	return strings.ContainsFunc(word, func(c rune) bool { return unicode.Is(unicode.Han, c) }) && !strings.HasPrefix(word, "或") && !strings.HasSuffix(word, "或")
}

// shortened is what is shown of a line.
func shortened(text string) string {
	if r := []rune(text); len(r) > 30 {
		return string(r[:30])
	}
	return text
}
