package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/linli-bot/linli/internal/botapi"
)

// sheetRows are the lists that a transcript can send, by language and name: the
// headings first, a line a row, cells between bars.
var sheetRows = map[string]string{
	"zh.faulty": `姓名|楼号|单元|门牌|电话|出生年份
（例）王大妈|3|2|501||1951
郑小芳|9|2|601||1962
冯大刚|3|7|602|没有|62`,
	"zh.good": `姓名|楼号|单元|门牌|楼层|电话|出生年份|情况|会说的话|门口备注|本人同意（是）
（例）王大妈|3|2|501|5||1951||||
郑小芳|3号楼|2单元|601|6|13800000601|1962|独居、耳背|本地话|按两下门铃|是
冯大刚|3|2|602|||1960||||
孙桂英|3|2|402||0535-555-0112|1948||||
赵德福|3|1|201||0535-555-0199|||||
郑小芳|3|2|601|||||||
李四|3|1|101||0535-555-0112|||||`,
	"en.faulty": `Name|Building|Entrance|Flat|Phone|Birth year
(example) Mary Smith|3|2|501||1951
Flora|9|2|601||1962
Frank|3|7|602|none|62`,
	"en.good": `Name|Building|Entrance|Flat|Floor|Phone|Birth year|To know|Languages|Note for the door|Agreed (yes)
(example) Mary Smith|3|2|501|5||1951||||
Flora|building 3|entrance 2|601|6|13800000601|1962|Lives alone, Hard of hearing|English|Ring twice|yes
Frank|3|2|602|||1960||||
Dorothy|3|2|402||555-0112|1948||||
Arthur|3|1|201||555-0199|||||
Flora|3|2|601|||||||
Larry|3|1|101||555-0112|||||`,
}

// sheetFile makes the workbook of a list.
func sheetFile(t *testing.T, name string) botapi.File {
	t.Helper()
	rows, ok := sheetRows[name]
	require.True(t, ok, "no list is called %s", name)
	book := excelize.NewFile()
	for i, line := range strings.Split(rows, "\n") {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		require.NoError(t, err)
		cells := strings.Split(line, "|")
		require.NoError(t, book.SetSheetRow("Sheet1", cell, &cells))
	}
	var out bytes.Buffer
	require.NoError(t, book.Write(&out))
	return botapi.File{Name: name + ".xlsx", MIME: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Data: out.Bytes()}
}
