package bench

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// row is a goal.
type row struct {
	key, figure string
	setting     string // of the measurement that it is read from
	of          func(f figures) float64
	unit        unit
	goal        float64
	by          compare
}

// unit is how a figure is printed.
type unit struct {
	format string
	scale  float64
}

var (
	milliseconds = unit{"%.2f ms", 1e3}
	perSecond    = unit{"%.0f/s", 1}
	times        = unit{"%.1f ×", 1}
	megabytes    = unit{"%.0f MB", 1.0 / (1 << 20)}
	plain        = unit{"%.2f", 1}
	whole        = unit{"%.0f", 1}
)

func (u unit) print(v float64) string { return fmt.Sprintf(u.format, v*u.scale) }

// compare says what is held against the goal.
type compare int

const (
	ratioAtMost  compare = iota // linli's figure in floors
	ratioAtLeast                // likewise
	atMost                      // linli's figure alone
)

// settings are what is measured; rows that share one are measured at once.
var settings = map[string]setting{
	"few":       {residents: 50},
	"few slow":  {residents: 50, latency: 40 * time.Millisecond},
	"many calm": {residents: 500, think: time.Second},
	"many slow": {residents: 500, latency: 40 * time.Millisecond},
	"many":      {residents: 500},
}

// rows are the goals under Speed, in their order.
var rows = []row{
	{"cpu", "CPU of the bot per conversation", "few", func(f figures) float64 { return f.CPU.Seconds() }, milliseconds, 2, ratioAtMost},
	{"rate", "conversations per second", "few", func(f figures) float64 { return f.PerSecond }, perSecond, 0.6, ratioAtLeast},
	{"p99", "p99 from update to answer", "many calm", func(f figures) float64 { return f.P99.Seconds() }, milliseconds, 2, ratioAtMost},
	{"tap", "p50 of a tap", "few slow", func(f figures) float64 { return f.Tap.Seconds() }, milliseconds, 0.045, atMost},
	{"slow", "conversations per second", "many slow", func(f figures) float64 { return f.PerSecond }, perSecond, 0.8, ratioAtLeast},
	{"fair", "p99 / p50", "many", func(f figures) float64 { return f.P99.Seconds() / max(f.P50.Seconds(), 1e-9) }, times, 3, atMost},
	{"memory", "peak memory", "many", func(f figures) float64 { return float64(f.Peak) }, megabytes, 64 << 20, atMost},
	{"connections", "new connections per conversation", "few", func(f figures) float64 { return f.Opened }, plain, newPeaks, atMost},
	{"kill", "after kill -9: stuck, doubled, untold or lost", "few", nil, whole, 0, atMost},
}

// newPeaks is how many new connections still are none: as long as the most
// calls at once have not come yet, now and then one more is opened and kept.
const newPeaks = 0.05

// Rows are the names by which a row can be asked for.
func Rows() []string {
	names := make([]string, 0, len(rows))
	for _, r := range rows {
		names = append(names, r.key)
	}
	return names
}

// at describes a setting as the table of goals does.
func (s setting) at() string {
	words := fmt.Sprintf("%d residents", s.residents)
	switch {
	case s.latency > 0:
		words += fmt.Sprintf(", each call takes %s", s.latency)
	case s.think > 0:
		words += fmt.Sprintf(", %s between updates", s.think)
	default:
		words += ", saturated"
	}
	return words
}

// Result is a row with what was found.
type Result struct {
	Row    string   `json:"row"`
	Figure string   `json:"figure"`
	At     string   `json:"at"`
	Floor  *float64 `json:"floor,omitempty"` // seconds, per second, bytes or times
	Linli  float64  `json:"linli"`
	Ratio  *float64 `json:"ratio,omitempty"` // linli in floors
	Goal   string   `json:"goal"`
	Met    *bool    `json:"met,omitempty"` // nil: it cannot be said without a floor
	Off    string   `json:"off,omitempty"` // by how much not
	unit   unit
}

// judge holds the figures of a row's rounds against its goal.
func (r row) judge(at string, floor, linli []figures) Result {
	res := Result{Row: r.key, Figure: r.figure, At: at, Linli: r.mean(linli), Goal: r.want(), unit: r.unit}
	if len(floor) > 0 {
		f := r.mean(floor)
		res.Floor = &f
		if f > 0 {
			ratio := res.Linli / f
			res.Ratio = &ratio
		}
	}
	return r.verdict(res)
}

// judgeDamage does it for kills, of which the floor would not live to tell.
func (r row) judgeDamage(at string, d Damage) Result {
	return r.verdict(Result{
		Row: r.key, Figure: r.figure, At: fmt.Sprintf("%s, %d kills", at, d.Kills), Linli: float64(d.sum()), Goal: r.want(), unit: r.unit,
	})
}

// verdict says whether the goal is met.
func (r row) verdict(res Result) Result {
	held := res.Linli
	if r.by != atMost {
		if res.Ratio == nil {
			return res
		}
		held = *res.Ratio
	}
	met := held <= r.goal
	if r.by == ratioAtLeast {
		met = held >= r.goal
	}
	res.Met = &met
	if !met {
		res.Off = r.off(held)
	}
	return res
}

func (r row) mean(list []figures) (sum float64) {
	for _, f := range list {
		sum += r.of(f) / float64(len(list))
	}
	return sum
}

func (r row) want() string {
	switch r.by {
	case ratioAtMost:
		return fmt.Sprintf("≤ %.1f × floor", r.goal)
	case ratioAtLeast:
		return fmt.Sprintf("≥ %.1f × floor", r.goal)
	default:
		return "≤ " + r.unit.print(r.goal)
	}
}

func (r row) off(held float64) string {
	switch {
	case r.goal == 0:
		return r.unit.print(held) + " too many"
	case r.by == ratioAtLeast:
		return fmt.Sprintf("%.0f %% too few", (1-held/r.goal)*100)
	default:
		return fmt.Sprintf("%.0f %% too much", (held/r.goal-1)*100)
	}
}

// chosen are the rows to measure; an unknown name is an error.
func chosen(name string) ([]row, error) {
	if name == "" {
		return rows, nil
	}
	at := slices.IndexFunc(rows, func(r row) bool { return r.key == name })
	if at < 0 {
		return nil, fmt.Errorf("there is no row %q; there are: %s", name, strings.Join(Rows(), " "))
	}
	return rows[at : at+1], nil
}
