package chart

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/go-analyze/charts"
	"github.com/golang/freetype/truetype"

	"github.com/linli-bot/linli/internal/font"
)

// Bars are groups of bars, one bar of every series a group.
type Bars struct {
	Title  string
	Series []string // what the bars of each colour are
	Groups []Group
}

// Group is one label with a value of every series.
type Group struct {
	Label  string
	Values []float64 // not below 0
}

// The size in pixels: as wide as a phone shows sharply, and as high as it takes.
const (
	width, height = 1000, 600
	titleSize     = 26
	labelSize     = 18
	smallSize     = 14 // of labels, where there are more than
	roomy         = 6
)

// most is how many groups find room beside one another.
const most = 12

var errShape = errors.New("every group needs a value of every series, and there are 1 to 12 groups")

// Draw returns the chart as a PNG. Its axis begins at 0: a bar twice as long is
// twice as much.
func Draw(b Bars) ([]byte, error) {
	if len(b.Groups) == 0 || len(b.Groups) > most {
		return nil, fmt.Errorf("draw chart: %w", errShape)
	}
	f, err := font.Read()
	if err != nil {
		return nil, fmt.Errorf("draw chart: read font: %w", err)
	}
	values, labels := make([][]float64, len(b.Series)), make([]string, len(b.Groups))
	for i, g := range b.Groups {
		if len(g.Values) != len(b.Series) {
			return nil, fmt.Errorf("draw chart: %w", errShape)
		}
		labels[i] = g.Label
		for s, v := range g.Values {
			values[s] = append(values[s], v)
		}
	}
	p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: width, Height: height, Font: f})
	if err := p.BarChart(option(b, f, values, labels)); err != nil {
		return nil, fmt.Errorf("draw chart: %w", err)
	}
	data, err := p.Bytes()
	if err != nil {
		return nil, fmt.Errorf("draw chart: %w", err)
	}
	return data, nil
}

// option says how the library draws it: every number also stands on its bar.
func option(b Bars, f *truetype.Font, values [][]float64, names []string) charts.BarChartOption {
	style := func(size float64) charts.FontStyle {
		return charts.FontStyle{Font: f, FontSize: size, FontColor: charts.ColorBlack}
	}
	o := charts.NewBarChartOptionWithData(values)
	o.Padding = charts.NewBoxEqual(24)
	o.Title = charts.TitleOption{Text: b.Title, FontStyle: style(titleSize)}
	o.Legend = charts.LegendOption{SeriesNames: b.Series, FontStyle: style(labelSize), Offset: charts.OffsetRight}
	o.CategoryAxis.Labels, o.CategoryAxis.LabelFontStyle = names, style(labelSize)
	o.CategoryAxis.LabelCount = len(names) // every one: the library leaves out what it finds narrow
	if len(names) > roomy {
		o.CategoryAxis.LabelFontStyle = style(smallSize)
	}
	top, labels := scale(values)
	o.ValueAxis[0].Min, o.ValueAxis[0].Max, o.ValueAxis[0].LabelFontStyle = charts.Ptr(0.0), charts.Ptr(top), style(labelSize)
	o.ValueAxis[0].LabelCount, o.ValueAxis[0].RangeValuePaddingScale = labels, charts.Ptr(0.0)
	o.ValueFormatter = whole
	for i := range o.SeriesList {
		o.SeriesList[i].Label = charts.SeriesLabel{Show: charts.Ptr(true), ValueFormatter: whole, FontStyle: style(labelSize)}
	}
	return o
}

// mostSteps is how many steps the axis has at most.
const mostSteps = 6

// scale is how high the axis reaches and how many labels stand beside it, 0 among them: its
// steps are whole numbers, as there are no half cases.
func scale(values [][]float64) (top float64, labels int) {
	highest := 1.0
	for _, some := range values {
		highest = max(highest, slices.Max(some))
	}
	step := 1.0
	for _, by := range []float64{2, 2.5, 2} { // 1, 2, 5, 10
		if step*mostSteps >= highest {
			break
		}
		step *= by
	}
	for step*mostSteps < highest {
		step *= 2
	}
	steps := math.Floor(highest/step) + 1 // above the highest bar stands its number
	return step * steps, int(steps) + 1
}

// whole tells counts, which have no fractions.
func whole(v float64) string { return strconv.FormatFloat(v, 'f', 0, 64) }
