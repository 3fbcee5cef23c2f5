package calendar

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/linli-bot/linli/internal/refusal"
)

// Fault is what cannot be used in the list of a year, with its line.
type Fault struct {
	Line int // from 1
	Why  *refusal.Refusal
}

// Limits of a list.
const (
	MaxRuns = 100 // lines
	maxLong = 31  // days of one holiday: more is a slip of the pen
	maxName = 30  // characters
)

// whats are the words for what a day is.
var whats = map[string]Kind{
	"off": Off, "holiday": Off, "休": Off, "放假": Off, "休息": Off, "假": Off,
	"work": Work, "workday": Work, "班": Work, "上班": Work, "补班": Work, "调休上班": Work,
}

// ParseNotice reads the list of one year: from, until, what, and the holiday's
// name, a line each. Until may be empty for a single day; what is off or work, 休
// or 班. A first line of headings is left out. The year is that of most lines; a
// list may reach into the December before and the January after.
func ParseNotice(cells [][]string) (Notice, []Fault) {
	p := &noticeParser{}
	for i, row := range cells {
		row = trimmed(row)
		if blank(row) || len(p.lines) == 0 && heading(row) {
			continue
		}
		p.line(i+1, row)
	}
	if len(p.lines) == 0 && len(p.faults) == 0 {
		p.fault(1, "calendar.no_days")
	}
	if len(p.lines) > MaxRuns {
		p.fault(p.lines[MaxRuns].no, "calendar.too_many_days", "max", MaxRuns)
		return Notice{}, p.faults
	}
	n := Notice{Year: p.year()}
	p.fits(n.Year)
	for _, l := range p.lines {
		n.Runs = append(n.Runs, l.Run)
	}
	slices.SortFunc(n.Runs, func(a, b Run) int { return a.From.Compare(b.From) })
	slices.SortStableFunc(p.faults, func(a, b Fault) int { return cmp.Compare(a.Line, b.Line) })
	return n, p.faults
}

// noticeParser collects the lines of a list, and what is wrong with them.
type noticeParser struct {
	lines  []line
	faults []Fault
}

type line struct {
	no int
	Run
}

func (p *noticeParser) fault(no int, key string, args ...any) {
	p.faults = append(p.faults, Fault{no, &refusal.Refusal{Kind: refusal.Invalid, Key: key, Args: args}})
}

func (p *noticeParser) line(no int, row []string) {
	row = append(row, "", "", "", "")
	from, ok := parseDay(row[0])
	if !ok {
		p.fault(no, "calendar.no_day", "text", shortened(row[0]))
		return
	}
	until := from
	if row[1] != "" {
		if until, ok = parseDay(row[1]); !ok {
			p.fault(no, "calendar.no_day", "text", shortened(row[1]))
			return
		}
	}
	kind, ok := whats[strings.ToLower(row[2])]
	r := Run{from, until, kind, strings.TrimSpace(shortened(row[3]))}
	switch {
	case !ok:
		p.fault(no, "calendar.off_or_work", "text", shortened(row[2]))
	case until.Before(from):
		p.fault(no, "calendar.backwards")
	case r.Long() > maxLong:
		p.fault(no, "calendar.too_long", "n", r.Long())
	case kind == Work && weekday(r):
		p.fault(no, "calendar.worked_anyway")
	default:
		p.lines = append(p.lines, line{no, r})
	}
}

// weekday reports whether a day of a run is worked anyway: to say that it is
// worked is a slip of the pen.
func weekday(r Run) bool {
	for day := range r.all() {
		if (Days{}).Workday(day) {
			return true
		}
	}
	return false
}

// year is the year of most lines.
func (p *noticeParser) year() (most int) {
	count := map[int]int{}
	for _, l := range p.lines {
		y := l.Until.Year()
		if count[y]++; count[y] > count[most] || most == 0 {
			most = y
		}
	}
	return most
}

// fits finds what is of another year, and days of which two lines speak.
func (p *noticeParser) fits(year int) {
	first, last := time.Date(year-1, 12, 1, 0, 0, 0, 0, time.UTC), time.Date(year+1, 1, 31, 0, 0, 0, 0, time.UTC)
	said := map[time.Time]int{}
	for _, l := range p.lines {
		if l.From.Before(first) || l.Until.After(last) {
			p.fault(l.no, "calendar.other_year", "year", year)
			continue
		}
		for day := range l.all() {
			if said[day] != 0 {
				p.fault(l.no, "calendar.day_twice", "line", said[day])
				break
			}
			said[day] = l.no
		}
	}
}

func trimmed(row []string) []string {
	var cells []string
	for _, cell := range row {
		cells = append(cells, strings.Join(strings.Fields(cell), " "))
	}
	if len(cells) == 1 { // written with Chinese commas, which no spreadsheet knows
		cells = strings.Split(strings.ReplaceAll(cells[0], "，", ","), ",")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
	}
	return cells
}

func blank(row []string) bool {
	return !slices.ContainsFunc(row, func(cell string) bool { return cell != "" })
}

// heading reports whether a row names the columns: it has no digit.
func heading(row []string) bool {
	return !slices.ContainsFunc(row, func(cell string) bool { return strings.ContainsFunc(cell, unicode.IsDigit) })
}

var dayForm = regexp.MustCompile(`^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?(?: 0:00:00| 00:00:00)?$`)

// serialForm is a day as a workbook keeps it.
var serialForm = regexp.MustCompile(`^[45]\d{4}$`)

// parseDay reads 2027-01-01, 2027/1/1, 2027.1.1, 2027年1月1日, or the number by
// which a workbook keeps a day.
func parseDay(text string) (time.Time, bool) {
	if serialForm.MatchString(text) {
		n, err := strconv.Atoi(text)
		return time.Date(1899, 12, 30+n, 0, 0, 0, 0, time.UTC), err == nil
	}
	m := dayForm.FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, false
	}
	number := func(s string) int { n, _ := strconv.Atoi(s); return n } // digits
	y, month, d := number(m[1]), number(m[2]), number(m[3])
	day := time.Date(y, time.Month(month), d, 0, 0, 0, 0, time.UTC)
	return day, day.Day() == d && int(day.Month()) == month && y >= 2000
}

// shortened is what is shown and kept of a cell.
func shortened(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, text)
	if runes := []rune(text); len(runes) > maxName {
		return string(runes[:maxName])
	}
	return text
}
