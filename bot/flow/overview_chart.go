package flow

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/chart"
)

// ownChart is how a chart is called, before "<what>.<month>.<language>". The edge
// sends what is called *.png as a picture.
const ownChart = "chart:"

// The charts there are.
const (
	ofKinds  = "kinds"
	ofMonths = "months"
)

// How many kinds, and how many months, one chart shows.
const (
	chartKinds  = 7
	chartMonths = 6
)

// overviewChart brings a picture of a month, or of the last months:
// "<month>[.months]".
func (h *House) overviewChart(_ context.Context, v Visit, value string) (Reply, error) {
	if !v.overviews() {
		return Reply{}, access.NotFound()
	}
	code, what, _ := strings.Cut(value, ".")
	month := v.monthIn(code)
	other, label, text := ofMonths, "overview.chart_months", "overview.chart_kinds_text"
	if what == ofMonths {
		other, label, text = ofKinds, "overview.chart_kinds", "overview.chart_months_text"
	} else {
		what = ofKinds
	}
	s := v.say(text, "month", v.month(month))
	s.File = ownChart + strings.Join([]string{what, month.Format(monthForm), v.Person.Language}, ".")
	row(&s, v.Texts.T(label), "ovchart", month.Format(monthForm), other)
	return Reply{Screen: s, Where: Apart, Beside: true}, nil
}

// chartFile draws a chart of a community.
func (h *House) chartFile(ctx context.Context, in int64, of string) (name string, data []byte, err error) {
	parts := strings.Split(of, ".")
	if len(parts) != 3 {
		return "", nil, fmt.Errorf("no chart is called %q", of)
	}
	c, err := h.Communities.ByID(ctx, in)
	if err != nil {
		return "", nil, fmt.Errorf("draw a chart: %w", err)
	}
	v := Visit{Community: c, Zone: c.Location(), Texts: h.Texts(parts[2], time.Time{}, c.Location())}
	v.Person.Language = parts[2]
	month, err := time.ParseInLocation(monthForm, parts[1], v.Zone)
	if err != nil {
		return "", nil, fmt.Errorf("draw a chart: %w", err)
	}
	draw := h.kindBars
	if parts[0] == ofMonths {
		draw = h.monthBars
	}
	bars, err := draw(ctx, v, month)
	if err != nil {
		return "", nil, err
	}
	data, err = chart.Draw(bars)
	return parts[0] + ".png", data, err
}

// kindBars are the kinds of which most was brought in a month, the rest in one.
func (h *House) kindBars(ctx context.Context, v Visit, month time.Time) (chart.Bars, error) {
	lives, err := h.Cases.Brought(ctx, v.Community.ID, spanOf(month))
	if err != nil {
		return chart.Bars{}, fmt.Errorf("draw a chart: %w", err)
	}
	b := v.bars("overview.chart_kinds_title", month)
	all := byKind(lives, nil)
	for _, s := range all[:min(chartKinds, len(all))] {
		b.Groups = append(b.Groups, chart.Group{Label: kindName(v, s.key), Values: []float64{float64(s.brought), float64(s.settled)}})
	}
	if len(all) > chartKinds {
		rest := chart.Group{Label: v.Texts.T("overview.chart_rest"), Values: make([]float64, 2)}
		for _, s := range all[chartKinds:] {
			rest.Values[0] += float64(s.brought)
			rest.Values[1] += float64(s.settled)
		}
		b.Groups = append(b.Groups, rest)
	}
	if len(b.Groups) == 0 {
		b.Groups = []chart.Group{{Label: v.Texts.T("overview.chart_nothing"), Values: make([]float64, 2)}}
	}
	return b, nil
}

// monthBars are the last months up to one, with all cases of each.
func (h *House) monthBars(ctx context.Context, v Visit, until time.Time) (chart.Bars, error) {
	b := v.bars("overview.chart_months_title", until)
	for back := chartMonths - 1; back >= 0; back-- {
		month := until.AddDate(0, -back, 0)
		lives, err := h.Cases.Brought(ctx, v.Community.ID, spanOf(month))
		if err != nil {
			return chart.Bars{}, fmt.Errorf("draw a chart: %w", err)
		}
		b.Groups = append(b.Groups, chart.Group{Label: v.month(month), Values: []float64{float64(len(lives)), float64(settledOf(lives))}})
	}
	return b, nil
}

func (v Visit) bars(title string, month time.Time) chart.Bars {
	return chart.Bars{
		Title:  v.Texts.T(title, "month", v.month(month)),
		Series: []string{v.Texts.T("overview.chart_brought"), v.Texts.T("overview.chart_settled")},
	}
}

func settledOf(all []cases.Life) (n int) {
	for _, l := range all {
		if l.Settled() {
			n++
		}
	}
	return n
}
