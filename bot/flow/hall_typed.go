package flow

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/childcare"
)

// onPaper is how somebody was checked of whom a paper says that they took a child.
const onPaper = "paper"

// paperLine is one entry: a number and a letter with the hour, or a number that was not
// there: "3a 17:40", "5-".
var paperLine = regexp.MustCompile(`^(\d{1,3})\s*(?:([a-zA-Z])\s*(\d{1,2})[:：.](\d{2})|[-–—])$`)

// readPaper reads what was noted on a printed list. A child that is named with a letter
// left with whom that letter is; one with "-" was not there; of all others who were to come
// it is taken that they came, and where they are taken back to school, that they were.
// Returned is the first entry that cannot be.
func readPaper(text string, sheet childcare.Sheet, zone *time.Location) (lines []childcare.Typed, wrong string) {
	numbers := numbersOn(sheet)
	missed, left := map[int64]bool{}, map[int64]childcare.Typed{}
	for entry := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("\n,;，；、", r) }) {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		m := paperLine.FindStringSubmatch(entry)
		if m == nil {
			return nil, entry
		}
		n, _ := strconv.Atoi(m[1])
		if n < 1 || n > len(numbers) {
			return nil, entry
		}
		child := numbers[n-1]
		if m[2] == "" {
			missed[child] = true
			continue
		}
		l, ok := leftOnPaper(m, child, sheet, zone)
		if !ok {
			return nil, entry
		}
		left[child] = l
	}
	for _, list := range sheet.Lists {
		for _, c := range list.Children {
			if c.Absent == childcare.Present && (!c.Done || c.Settled) {
				lines = append(lines, didOn(list.Sitting, c, missed[c.Child])...)
			}
		}
	}
	for _, child := range numbers {
		if l, has := left[child]; has && !missed[child] {
			lines = append(lines, l)
		}
	}
	slices.SortStableFunc(lines, func(a, b childcare.Typed) int { return a.At.Compare(b.At) })
	return lines, ""
}

// leftOnPaper is that a child left with whom a letter is.
func leftOnPaper(m []string, child int64, sheet childcare.Sheet, zone *time.Location) (childcare.Typed, bool) {
	who := int(strings.ToLower(m[2])[0] - 'a')
	hour, _ := strconv.Atoi(m[3])
	minute, _ := strconv.Atoi(m[4])
	may := sheet.Collectors[child]
	if who >= len(may) || hour > 23 || minute > 59 {
		return childcare.Typed{}, false
	}
	day := sheet.Day.Day
	l := childcare.Leaving{Child: child, Hand: onPaper, Collector: may[who].ID}
	if may[who].Guardian {
		l.Guardian, l.Collector = may[who].Person, 0
	}
	c, _ := onSheet(sheet, child)
	return childcare.Typed{
		At: time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, zone), Did: childcare.DidLeave, Booking: c.Booking, Leaving: l,
	}, true
}

// didOn is what happened at a sitting: one child was there, as planned, or was not. What
// nobody fetches is there as its part of the day begins.
func didOn(st childcare.Sitting, c childcare.OnList, missed bool) []childcare.Typed {
	at := func(when time.Time, did childcare.Did) childcare.Typed {
		return childcare.Typed{At: when, Did: did, Booking: c.Booking}
	}
	switch what := st.Pattern.What; {
	case missed && c.First:
		return []childcare.Typed{at(st.StartsAt, childcare.DidMiss)}
	case missed:
		return nil
	case what == childcare.Fetch:
		return []childcare.Typed{at(st.StartsAt, childcare.DidMeet), at(st.EndsAt, childcare.DidCome)}
	case what == childcare.Back:
		return []childcare.Typed{at(st.StartsAt, childcare.DidLead), at(st.EndsAt, childcare.DidReturn)}
	case c.First:
		return []childcare.Typed{at(st.StartsAt, childcare.DidCome)}
	}
	return nil
}
