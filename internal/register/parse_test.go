package register_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/register"
)

var words = register.Words{
	Headings: map[register.Column][]string{
		register.Name: {"姓名", "Name"}, register.Building: {"楼号", "Building"}, register.Entrance: {"单元", "Entrance"},
		register.Flat: {"门牌", "Flat"}, register.Floor: {"楼层", "Floor"}, register.Phone: {"电话", "Phone"},
		register.Born: {"出生年份", "Birth year"}, register.Tags: {"情况", "To know"}, register.Languages: {"会说的话", "Languages"},
		register.Notes: {"门口备注", "Door notes"}, register.Agreed: {"本人同意", "Agreed"},
	},
	Tags:      map[string][]string{"alone": {"独居", "lives alone"}, "hearing": {"耳背", "hard of hearing"}},
	Languages: map[string][]string{"en": {"英语", "English"}},
	Yes:       []string{"是", "yes"},
	Examples:  []string{"（例）王大妈", "(example) Mrs Wang"},
}

var reader = register.Reader{
	Words: words, ThisYear: 2026,
	Buildings: []community.Building{{ID: 33, Name: "3", Entrances: 4}, {ID: 44, Name: "Rose House", Entrances: 1}},
}

const headings = "姓名,楼号,单元,门牌,楼层,电话,出生年份,情况,会说的话,门口备注,本人同意\n"

func parse(t *testing.T, csv string) ([]register.Row, []register.Fault) {
	t.Helper()
	cells, err := register.Read("people.csv", []byte(csv))
	require.NoError(t, err)
	rows, faults, err := register.Parse(cells, reader)
	require.NoError(t, err)
	return rows, faults
}

func TestARowIsUnderstoodAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	five := 5
	want := people.Entry{
		Name: "王秀兰", Building: 33, Entrance: 2, Flat: "501", Floor: &five, Phone: "13800000501", BirthYear: 1951,
		Tags: people.Codes{"alone", "hearing"}, Languages: people.Codes{"en"}, DoorNotes: "按两下门铃", Agreed: true,
	}
	for name, csv := range map[string]string{
		"Chinese":           headings + "王秀兰,3,2,501,5,13800000501,1951,独居、耳背,英语,按两下门铃,是\n",
		"with words":        headings + " 王秀兰 ,3号楼,2单元,501室,5楼,13800000501,1951-03-02,\"耳背,独居\",英语,按两下门铃,Yes\n",
		"English, shuffled": "Phone,NAME ,Birth year (e.g. 1951),Agreed,Building,Entrance,Flat,Floor,To know,Languages,Door notes,No.\n1.3800000501E10,王秀兰,1951.0,yes,building 3,entrance 2,501,5,lives alone; hard of hearing,English,按两下门铃,1\n",
		"tabs and a BOM":    "\xef\xbb\xbf" + strings.ReplaceAll(headings+"王秀兰,3,2,501,5,13800000501,1951,独居、耳背,英语,按两下门铃,是\n", ",", "\t"),
		"the example":       headings + "（例）王大妈,9,9,x,,,,,,,\n\n王秀兰,3,2,501,5,13800000501,1951,独居、耳背,英语,按两下门铃,是\n",
	} {
		rows, faults := parse(t, csv)
		require.Empty(t, faults, name)
		require.Len(t, rows, 1, name)
		require.Equal(t, want, rows[0].Entry, name)
	}
}

func TestFaultsNameRowAndColumn(t *testing.T) {
	t.Parallel()
	for row, want := range map[string][]register.Fault{
		",3,2,501":                         {{Row: 3, Column: register.Name, Code: "missing"}},
		"王秀兰,9,2,501":                      {{Row: 3, Column: register.Building, Code: "building", Args: []any{"name", "9"}}},
		"王秀兰,,2,501":                       {{Row: 3, Column: register.Building, Code: "missing"}},
		"王秀兰,3,5,501":                      {{Row: 3, Column: register.Entrance, Code: "number", Args: []any{"from", 1, "to", 4}}},
		"王秀兰,3,second,501":                 {{Row: 3, Column: register.Entrance, Code: "number", Args: []any{"from", 1, "to", 99}}},
		"王秀兰,3,2,1234567890123":            {{Row: 3, Column: register.Flat, Code: "long", Args: []any{"max", 12}}},
		"王秀兰,3,2,501,,call me":             {{Row: 3, Column: register.Phone, Code: "phone"}},
		"王秀兰,3,2,501,,,51":                 {{Row: 3, Column: register.Born, Code: "year", Args: []any{"to", 2026}}},
		"王秀兰,3,2,501,,,2030":               {{Row: 3, Column: register.Born, Code: "year", Args: []any{"to", 2026}}},
		"王秀兰,3,2,501,,,,富":                 {{Row: 3, Column: register.Tags, Code: "word", Args: []any{"word", "富"}}},
		strings.Repeat("王", 61) + ",3,2,1": {{Row: 3, Column: register.Name, Code: "long", Args: []any{"max", 60}}},
		"王秀兰,8,x,501":                      {{Row: 3, Column: register.Building, Code: "building", Args: []any{"name", "8"}}, {Row: 3, Column: register.Entrance, Code: "number", Args: []any{"from", 1, "to", 99}}},
	} {
		_, faults := parse(t, headings+"张三,3,1,101\n"+row+"\n")
		require.Equal(t, want, faults, row)
	}
}

func TestHostileContentStaysText(t *testing.T) {
	t.Parallel()
	book := excelize.NewFile()
	require.NoError(t, book.SetSheetRow("Sheet1", "A1", &[]any{"姓名", "门口备注"}))
	require.NoError(t, book.SetSheetRow("Sheet1", "A2", &[]any{"=HYPERLINK(\"http://x\")", "'; DROP TABLE persons; --"}))
	require.NoError(t, book.SetSheetRow("Sheet1", "A3", &[]any{"a\u202eb\x00c <b>", "@SUM(1)"}))
	require.NoError(t, book.SetCellFormula("Sheet1", "A4", "1+1"))
	require.NoError(t, book.SetCellValue("Sheet1", "B4", "x"))
	var out bytes.Buffer
	require.NoError(t, book.Write(&out))
	cells, err := register.Read("x.xlsx", out.Bytes())
	require.NoError(t, err)
	rows, faults, err := register.Parse(cells, reader)
	require.NoError(t, err)
	require.Equal(t, "=HYPERLINK(\"http://x\")", rows[0].Name)
	require.Equal(t, "'; DROP TABLE persons; --", rows[0].DoorNotes)
	require.Equal(t, "abc <b>", strings.ReplaceAll(rows[1].Name, "\ufffd", ""))
	require.Equal(t, []register.Fault{{Row: 4, Column: register.Name, Code: "missing"}}, faults, "a formula is not worked out")
}

func TestFilesThatAreNotOpened(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	part, err := z.Create("xl/workbook.xml")
	require.NoError(t, err)
	_, err = part.Write(bytes.Repeat([]byte{'0'}, 100<<20))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	require.Less(t, bomb.Len(), register.MaxBytes)
	for name, row := range map[string]struct {
		data []byte
		key  string
	}{
		"too big":        {make([]byte, register.MaxBytes+1), "register.too_big"},
		"a bomb":         {bomb.Bytes(), "register.too_big"},
		"too many rows":  {[]byte("姓名\n" + strings.Repeat("王\n", register.MaxRows)), "register.too_many"},
		"a zip":          {[]byte("PK\x03\x04 and no more"), "register.unreadable"},
		"an old book":    {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00"), "register.unreadable"},
		"no headings":    {[]byte("1,2,3\n"), "register.no_headings"},
		"nothing":        {nil, "register.empty"},
		"headings alone": {[]byte(headings), "register.empty"},
	} {
		cells, err := register.Read("x", row.data)
		if err == nil {
			_, _, err = register.Parse(cells, reader)
		}
		r, ok := refusal.As(err)
		require.True(t, ok, "%s: %v", name, err)
		require.Equal(t, row.key, r.Key, name)
	}
}

func TestGB18030(t *testing.T) {
	t.Parallel()
	data, err := simplifiedchinese.GB18030.NewEncoder().String(headings + "王秀兰,3号楼,2,501\n")
	require.NoError(t, err)
	rows, faults := parse(t, data)
	require.Empty(t, faults)
	require.Equal(t, "王秀兰", rows[0].Name)
}

func TestTheTemplateIsUnderstoodAndIsNobody(t *testing.T) {
	t.Parallel()
	data, err := register.Template([]string{"Name", "Building"}, []string{"(example) Mrs Wang", "3"})
	require.NoError(t, err)
	cells, err := register.Read("t.xlsx", data)
	require.NoError(t, err)
	_, _, err = register.Parse(cells, reader)
	require.ErrorContains(t, err, "register.empty")
}

func TestCompare(t *testing.T) {
	t.Parallel()
	wang := people.Entry{ID: 1, Name: "王秀兰", Building: 33, Entrance: 2, Flat: "501", Phone: "0535-555-0101", BirthYear: 1951}
	have := []people.Entry{wang, {ID: 2, Name: "美玲", Building: 33, Entrance: 1}}
	for name, row := range map[string]struct {
		rows string
		want register.Counts
		of   []int
	}{
		"nobody new":                     {"王秀兰,3,2,501,,05355550101,1951", register.Counts{Changed: 1}, nil},
		"the same once more":             {"王秀兰,3,2,501,,,1951", register.Counts{Unchanged: 1}, nil},
		"an empty cell changes nothing":  {"王秀兰,3,2,501,,,", register.Counts{Unchanged: 1}, nil},
		"somebody new":                   {"张大爷,3,2,502", register.Counts{New: 1}, nil},
		"a family with one number":       {"张大爷,3,2,501,,0535-555-0101", register.Counts{New: 1}, nil},
		"the number of somebody else":    {"张大爷,3,1,101,,0535 555 0101", register.Counts{Doubles: 1}, []int{0}},
		"who moved within":               {"王秀兰,3,1,101,,0535-555-0101", register.Counts{Changed: 1}, nil},
		"the same name at another door":  {"王秀兰,3,1,101", register.Counts{New: 1}, nil},
		"whose flat was not known":       {"美玲,3,1,602", register.Counts{Changed: 1}, nil},
		"twice in the list":              {"赵一,3,1,1\n赵一,3,1,1", register.Counts{New: 1, Doubles: 1}, []int{2}},
		"twice, on the register already": {"王秀兰,3,2,501\n王秀兰,3,2,501", register.Counts{Unchanged: 1, Doubles: 1}, []int{2}},
		"one number twice in the list":   {"赵一,3,1,1,,13900000000\n钱二,3,1,2,,13900000000", register.Counts{New: 1, Doubles: 1}, []int{2}},
		"a couple in the list":           {"赵一,3,1,1,,13900000000\n钱二,3,1,1,,13900000000", register.Counts{New: 2}, nil},
	} {
		rows, faults := parse(t, headings+row.rows+"\n")
		require.Empty(t, faults, name)
		plan := register.Compare(rows, have)
		require.Equal(t, row.want, plan.Counts(), name)
		var of []int
		for _, d := range plan.Doubles {
			of = append(of, d.Of)
		}
		require.Equal(t, row.of, of, name)
	}
}
