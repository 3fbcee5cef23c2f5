package calendar

import (
	"embed"
	"encoding/csv"
	"fmt"
	"iter"
	"path"
	"slices"
	"strings"
	"time"
)

// Notice is what is known of a year: its holidays, and the days worked to make up
// for them. China's State Council gives one every autumn.
type Notice struct {
	Year int
	Runs []Run // by day
}

// Run is some days of one kind, one after the other. A single day has the same
// From and Until.
type Run struct {
	From, Until time.Time // midnight UTC
	Kind        Kind
	Name        string // of the holiday; may be ""
}

// all are the days of a run.
func (r Run) all() iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		for day := r.From; !day.After(r.Until); day = day.AddDate(0, 0, 1) {
			if !yield(day) {
				return
			}
		}
	}
}

// Long is how many days it has.
func (r Run) Long() int { return int(r.Until.Sub(r.From)/(24*time.Hour)) + 1 }

// Days are the days of the notice.
func (n Notice) Days() Days {
	d := Days{}
	n.into(d)
	return d
}

func (n Notice) into(d Days) {
	for _, r := range n.Runs {
		for day := range r.all() {
			d[DateOf(day)] = r.Kind
		}
	}
}

// Off counts the days that are holidays.
func (n Notice) Off() (days int) {
	for _, r := range n.Runs {
		if r.Kind == Off {
			days += r.Long()
		}
	}
	return days
}

// Of keeps the runs of one kind.
func (n Notice) Of(k Kind) []Run {
	return slices.DeleteFunc(slices.Clone(n.Runs), func(r Run) bool { return r.Kind != k })
}

// Same reports whether two notices say the same.
func (n Notice) Same(as Notice) bool { return n.Year == as.Year && slices.Equal(n.Runs, as.Runs) }

// china has a file for each year whose notice was published when this was built,
// as the State Council gave it. 2026: 国务院办公厅, 4 November 2025.
//
//go:embed years/china-*.csv
var china embed.FS

// embeddedNotices are China's, by year.
var embeddedNotices = embedded()

// embedded reads them. What is wrong with them is seen when the program starts,
// and in every test.
func embedded() map[int]Notice {
	files, err := china.ReadDir("years")
	if err != nil {
		panic(err)
	}
	known := map[int]Notice{}
	for _, f := range files {
		text, err := china.ReadFile(path.Join("years", f.Name()))
		if err != nil {
			panic(err)
		}
		cells, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
		if err != nil {
			panic(err)
		}
		n, faults := ParseNotice(cells)
		if len(faults) > 0 {
			panic(fmt.Sprint(f.Name(), faults))
		}
		known[n.Year] = n
	}
	return known
}

// Example is a list as an example of how one is written.
func Example() Notice { return embeddedNotices[2026] }

// inChina are the zones in which China's notices hold. Hong Kong, Macau and
// Taipei have holidays of their own.
var inChina = []string{"Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing", "Asia/Chungking", "Asia/Harbin", "Asia/Kashgar", "PRC"}
