package register

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/linli-bot/linli/internal/refusal"
)

// maxUnpacked bounds what a workbook unpacks to: a small file can hold a bomb.
const maxUnpacked = 64 << 20

// Read reads the cells of a file: .csv in UTF-8 or GB18030, or the first sheet
// of a workbook. A file that is too large is refused before it is opened.
func Read(name string, data []byte) ([][]string, error) {
	if len(data) > MaxBytes {
		return nil, refusal.New(refusal.Invalid, "register.too_big", "mb", MaxBytes>>20)
	}
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return readWorkbook(data)
	}
	if strings.HasSuffix(strings.ToLower(name), ".xls") || bytes.IndexByte(data, 0) >= 0 {
		return nil, refusal.New(refusal.Invalid, "register.unreadable")
	}
	return readCSV(data)
}

func readWorkbook(data []byte) ([][]string, error) {
	if !unpacks(data) {
		return nil, refusal.New(refusal.Invalid, "register.too_big", "mb", MaxBytes>>20)
	}
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked,
	})
	if err != nil {
		return nil, refusal.New(refusal.Invalid, "register.unreadable")
	}
	defer func() { _ = book.Close() }() // it holds nothing but memory
	sheets := book.GetSheetList()
	if len(sheets) == 0 {
		return nil, refusal.New(refusal.Invalid, "register.unreadable")
	}
	rows, err := book.Rows(sheets[0])
	if err != nil {
		return nil, refusal.New(refusal.Invalid, "register.unreadable")
	}
	defer func() { _ = rows.Close() }() // as above
	var cells [][]string
	for rows.Next() {
		row, err := rows.Columns()
		if err != nil {
			return nil, refusal.New(refusal.Invalid, "register.unreadable")
		}
		if cells = append(cells, row); len(cells) > MaxRows {
			return nil, refusal.New(refusal.Invalid, "register.too_many", "max", MaxRows)
		}
	}
	return cells, nil
}

// unpacks reports whether a workbook stays small when it is unpacked, whatever
// it says of itself.
func unpacks(data []byte) bool {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return true // the next to open it says that it cannot be read
	}
	left := int64(maxUnpacked)
	for _, f := range archive.File {
		part, err := f.Open()
		if err != nil {
			continue
		}
		n, err := io.Copy(io.Discard, io.LimitReader(part, left+1))
		_ = part.Close() // it was only read
		if left -= n; left < 0 {
			return false
		}
		if err != nil && !errors.Is(err, io.EOF) {
			continue
		}
	}
	return true
}

func readCSV(data []byte) ([][]string, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		var err error
		if data, err = simplifiedchinese.GB18030.NewDecoder().Bytes(data); err != nil {
			return nil, refusal.New(refusal.Invalid, "register.unreadable")
		}
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = comma(data), -1, true
	var cells [][]string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return cells, nil
		}
		if err != nil {
			return nil, refusal.New(refusal.Invalid, "register.unreadable")
		}
		line, _ := r.FieldPos(0)
		for len(cells) < line-1 && len(cells) <= MaxRows { // the reader leaves out empty lines, which count
			cells = append(cells, nil)
		}
		if cells = append(cells, row); len(cells) > MaxRows {
			return nil, refusal.New(refusal.Invalid, "register.too_many", "max", MaxRows)
		}
	}
}

// comma is what stands between the cells, by the first line.
func comma(data []byte) rune {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	best, most := ',', 0
	for _, c := range []rune{',', ';', '\t'} {
		if n := bytes.Count(first, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}
