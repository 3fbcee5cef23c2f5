package register

import (
	"bytes"
	"fmt"

	"github.com/xuri/excelize/v2"
)

// Template is the empty list to fill in, as a workbook: headings, and one row
// that is only an example, both in the order of Columns.
func Template(headings, example []string) ([]byte, error) {
	book := excelize.NewFile()
	defer func() { _ = book.Close() }() // it holds nothing but memory
	const sheet = "Sheet1"
	text, err := book.NewStyle(&excelize.Style{NumFmt: 49}) // 49: text, so that 0 ahead of a number stays
	if err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	bold, err := book.NewStyle(&excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	grey, err := book.NewStyle(&excelize.Style{NumFmt: 49, Font: &excelize.Font{Italic: true, Color: "808080"}})
	if err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	last, err := excelize.ColumnNumberToName(len(headings))
	if err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	steps := []error{
		book.SetColStyle(sheet, "A:"+last, text),
		book.SetColWidth(sheet, "A", last, 16),
		book.SetSheetRow(sheet, "A1", &headings),
		book.SetSheetRow(sheet, "A2", &example),
		book.SetCellStyle(sheet, "A1", last+"1", bold),
		book.SetCellStyle(sheet, "A2", last+"2", grey),
		book.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}),
	}
	for _, err := range steps {
		if err != nil {
			return nil, fmt.Errorf("template: %w", err)
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	return out.Bytes(), nil
}
