package paper

import (
	"bytes"
	"fmt"

	"github.com/xuri/excelize/v2"
)

// Number is a cell that a spreadsheet counts with, as its digits: "8.50". Any other
// text, whatever it begins with, is text.
type Number string

// Table is a spreadsheet of one sheet: a head, and rows of strings and Numbers.
func Table(head []string, rows [][]any) ([]byte, error) {
	book := excelize.NewFile()
	defer func() { _ = book.Close() }() // it holds nothing but memory
	const sheet = "Sheet1"
	last, err := excelize.ColumnNumberToName(len(head))
	if err != nil {
		return nil, fmt.Errorf("table: %w", err)
	}
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, fmt.Errorf("table: %w", err)
	}
	steps := []error{
		book.SetColWidth(sheet, "A", last, 16),
		book.SetSheetRow(sheet, "A1", &head),
		book.SetCellStyle(sheet, "A1", last+"1", bold),
		book.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}),
	}
	for r, row := range rows {
		for c, value := range row {
			steps = append(steps, setCell(book, sheet, c+1, r+2, value))
		}
	}
	for _, err := range steps {
		if err != nil {
			return nil, fmt.Errorf("table: %w", err)
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		return nil, fmt.Errorf("table: %w", err)
	}
	return out.Bytes(), nil
}

func setCell(book *excelize.File, sheet string, col, row int, value any) error {
	at, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		return err
	}
	if n, is := value.(Number); is {
		return book.SetCellDefault(sheet, at, string(n))
	}
	return book.SetCellStr(sheet, at, fmt.Sprint(value))
}
