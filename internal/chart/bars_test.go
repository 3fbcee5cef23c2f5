package chart

import (
	"bytes"
	"image/png"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAChartWithChineseLabels(t *testing.T) {
	t.Parallel()
	data, err := Draw(Bars{
		Title: "11月：报来的和办好的", Series: []string{"报来", "办好"},
		Groups: []Group{{"楼道灯", []float64{5, 4}}, {"停水", []float64{3, 3}}, {"电梯", []float64{2, 0}}, {"下水道", []float64{7, 5}}},
	})
	require.NoError(t, err)
	picture, err := png.Decode(bytes.NewReader(data))
	require.NoError(t, err)
	require.Equal(t, width, picture.Bounds().Dx())
	if to := os.Getenv("LOOK"); to != "" { // for somebody's eyes
		require.NoError(t, os.WriteFile(to, data, 0o600))
	}
}

func TestTheAxisHasWholeSteps(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		most, top float64
		labels    int
	}{{0, 2, 3}, {1, 2, 3}, {3, 4, 5}, {6, 7, 8}, {7, 8, 5}, {12, 14, 8}, {23, 25, 6}, {60, 70, 8}, {61, 80, 5}, {150, 160, 5}} {
		top, labels := scale([][]float64{{0, row.most}, {0, 0}})
		require.InDelta(t, row.top, top, 0, "the top of %v", row.most)
		require.Equal(t, row.labels, labels, "labels up to %v", row.most)
		step := top / float64(labels-1)
		require.InDelta(t, math.Round(step), step, 0, "a step up to %v", row.most)
	}
}

func TestWhatCannotBeDrawn(t *testing.T) {
	t.Parallel()
	for name, b := range map[string]Bars{
		"nothing":          {Series: []string{"a"}},
		"a value too few":  {Series: []string{"a", "b"}, Groups: []Group{{"x", []float64{1}}}},
		"more than fit in": {Series: []string{"a"}, Groups: make([]Group, most+1)},
	} {
		_, err := Draw(b)
		require.ErrorIs(t, err, errShape, name)
	}
	_, err := Draw(Bars{Series: []string{"a"}, Groups: []Group{{"x", []float64{0}}}})
	require.NoError(t, err, "a month in which nothing came")
}
