package flow

import (
	"slices"
	"strconv"

	"github.com/linli-bot/linli/internal/calendar"
)

// weekday is what a day of the week is called, 1 is Monday.
func (v Visit) weekday(day int) string { return v.Texts.T("weekday.name." + strconv.Itoa(day)) }

// weekdays are some of them in their order, as people say them: Monday to
// Friday, Sunday.
func (v Visit) weekdays(days []int) string {
	const isRun = 3 // fewer are named one by one
	days = slices.Sorted(slices.Values(days))
	var words []string
	for len(days) > 0 {
		n := 1
		for n < len(days) && days[n] == days[n-1]+1 {
			n++
		}
		if n >= isRun {
			words = append(words, v.Texts.T("weekday.run", "from", v.weekday(days[0]), "until", v.weekday(days[n-1])))
		} else {
			for _, d := range days[:n] {
				words = append(words, v.weekday(d))
			}
		}
		days = days[n:]
	}
	return listed(v.Texts, words)
}

// span is from one time of the day until another.
func (v Visit) span(from, until calendar.Clock) string {
	return v.Texts.T("shift.span", "from", from, "until", until)
}

// byDays puts days together of which the same is to be said, in the order of
// their first days, one line each.
func (v Visit) byDays(days []int, said func(day int) string) []string {
	var order []string
	same := map[string][]int{}
	for _, d := range days {
		words := said(d)
		if words == "" {
			continue
		}
		if same[words] == nil {
			order = append(order, words)
		}
		same[words] = append(same[words], d)
	}
	lines := make([]string, len(order))
	for i, words := range order {
		lines[i] = v.Texts.T("weekday.line", "days", v.weekdays(same[words]), "words", words)
	}
	return lines
}

// slot is what the shifts of a part of the day are called.
func (v Visit) slot(code string) string { return v.Texts.T("shift.slot." + code) }
