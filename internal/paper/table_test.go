package paper_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/linli-bot/linli/internal/paper"
)

// TestATableCountsAndIsNoFormula: sums are numbers to a spreadsheet, and words are words,
// whatever they begin with.
func TestATableCountsAndIsNoFormula(t *testing.T) {
	t.Parallel()
	data, err := paper.Table([]string{"what", "sum"}, [][]any{{"=1+1", paper.Number("86.50")}, {"米面", paper.Number("8.00")}})
	require.NoError(t, err)
	book, err := excelize.OpenReader(bytes.NewReader(data))
	require.NoError(t, err)
	defer func() { require.NoError(t, book.Close()) }()
	rows, err := book.GetRows("Sheet1")
	require.NoError(t, err)
	require.Equal(t, [][]string{{"what", "sum"}, {"=1+1", "86.5"}, {"米面", "8"}}, rows, "as a spreadsheet shows numbers")
	formula, err := book.GetCellFormula("Sheet1", "A2")
	require.NoError(t, err)
	require.Empty(t, formula)
	kind, err := book.GetCellType("Sheet1", "B2")
	require.NoError(t, err)
	require.NotEqual(t, excelize.CellTypeSharedString, kind)
	require.NotEqual(t, excelize.CellTypeInlineString, kind)
}
