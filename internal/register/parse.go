package register

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// Row is one person of a list; No is the row's number as the spreadsheet shows it.
type Row struct {
	No int
	people.Entry
}

// Fault is what cannot be used, with its place. Code has words under
// sheet.fault.<code>, filled by Args.
type Fault struct {
	Row    int
	Column Column
	Code   string
	Args   []any
}

// Reader is what cells are understood by.
type Reader struct {
	Words     Words
	Buildings []community.Building
	ThisYear  int
}

// Parse turns cells into rows, and what it cannot into faults. The first row
// that is not empty holds the headings.
func Parse(cells [][]string, r Reader) ([]Row, []Fault, error) {
	head := slices.IndexFunc(cells, func(row []string) bool { return !empty(row) })
	if head < 0 {
		return nil, nil, refusal.New(refusal.Invalid, "register.empty")
	}
	columns := r.headings(cells[head])
	if !slices.Contains(columns, Name) {
		return nil, nil, refusal.New(refusal.Invalid, "register.no_headings")
	}
	var (
		rows   []Row
		faults []Fault
	)
	houses := r.houses()
	for i, cells := range cells[head+1:] {
		row := reading{Reader: r, houses: houses, no: head + i + 2}
		for c, cell := range cells {
			if text := clean(cell); c < len(columns) && text != "" {
				row.cell(columns[c], text)
			}
		}
		if empty(cells) || oneOf(r.Words.Examples, row.e.Name) {
			continue
		}
		row.check()
		slices.SortStableFunc(row.faults, func(a, b Fault) int { return place(a.Column) - place(b.Column) })
		faults = append(faults, row.faults...)
		rows = append(rows, Row{row.no, row.e})
	}
	if len(rows) == 0 {
		return nil, nil, refusal.New(refusal.Invalid, "register.empty")
	}
	return rows, faults, nil
}

// place is where a column stands in the template.
func place(c Column) int { return slices.Index(Columns, c) }

// headings tells what each column holds; "" is one that nobody asked for.
func (r Reader) headings(row []string) []Column {
	columns := make([]Column, len(row))
	for i, cell := range row {
		for column, words := range r.Words.Headings {
			if oneOf(words, clean(cell)) {
				columns[i] = column
			}
		}
	}
	return columns
}

func empty(row []string) bool {
	return !slices.ContainsFunc(row, func(cell string) bool { return clean(cell) != "" })
}

var exponent = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?[eE]\+?[0-9]{1,2}$|^[0-9]+\.0+$`)

// clean is a cell's text on one line, without what cannot be seen. A number that
// the spreadsheet wrote its own way is written out.
func clean(cell string) string {
	cell = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co):
			return -1
		}
		return r
	}, pg.Text(cell))
	cell = strings.Join(strings.Fields(cell), " ")
	if exponent.MatchString(cell) {
		if n, err := strconv.ParseFloat(cell, 64); err == nil {
			return strconv.FormatFloat(n, 'f', -1, 64)
		}
	}
	return cell
}

// plain is a word as it is compared: without case, spaces and what stands in brackets.
func plain(word string) string {
	word = bracketed.ReplaceAllString(word, "")
	return strings.ToLower(strings.Join(strings.FieldsFunc(word, func(r rune) bool { return unicode.IsSpace(r) || r == '*' }), ""))
}

var bracketed = regexp.MustCompile(`[(（][^)）]*[)）]$`)

func oneOf(words []string, word string) bool {
	if word == "" {
		return false
	}
	bare := plain(word)
	return slices.ContainsFunc(words, func(w string) bool { return w == word || bare != "" && plain(w) == bare })
}

// reading is a row that is being read.
type reading struct {
	Reader
	houses map[string]int64
	no     int
	e      people.Entry
	faults []Fault
}

func (r *reading) fault(column Column, code string, args ...any) {
	r.faults = append(r.faults, Fault{r.no, column, code, args})
}

var (
	firstNumber = regexp.MustCompile(`^[^0-9-]*(-?[0-9]{1,4})[^0-9]*$`)
	firstYear   = regexp.MustCompile(`^([12][0-9]{3})([^0-9].*)?$`)
	goodPhone   = regexp.MustCompile(`^[0-9+() .\-—转#]{3,30}$`)
	ofFlat      = regexp.MustCompile(`(室|房|号)$`)
)

// cell reads one cell that is not empty.
func (r *reading) cell(column Column, text string) {
	switch column {
	case Name:
		r.e.Name = text
	case Building:
		r.building(text)
	case Entrance:
		r.e.Entrance = r.number(column, text, 1, 99)
	case Flat:
		r.e.Flat = ofFlat.ReplaceAllString(text, "")
	case Floor:
		floor := r.number(column, text, -9, 199)
		r.e.Floor = &floor
	case Phone:
		if r.e.Phone = text; !goodPhone.MatchString(text) {
			r.fault(column, "phone")
		}
	case Born:
		r.born(text)
	case Tags:
		r.e.Tags = r.codes(column, text, r.Words.Tags)
	case Languages:
		r.e.Languages = r.codes(column, text, r.Words.Languages)
	case Notes:
		r.e.DoorNotes = text
	case Agreed:
		r.e.Agreed = oneOf(r.Words.Yes, text)
	}
}

func (r *reading) number(column Column, text string, from, to int) int {
	found := firstNumber.FindStringSubmatch(text)
	if found == nil {
		r.fault(column, "number", "from", from, "to", to)
		return 0
	}
	n, err := strconv.Atoi(found[1])
	if err != nil || n < from || n > to {
		r.fault(column, "number", "from", from, "to", to)
		return 0
	}
	return n
}

// born keeps the year alone, whatever more is told.
func (r *reading) born(text string) {
	found := firstYear.FindStringSubmatch(text)
	if found != nil {
		r.e.BirthYear, _ = strconv.Atoi(found[1]) // four digits
	}
	if r.e.BirthYear < 1880 || r.e.BirthYear > r.ThisYear {
		r.e.BirthYear = 0
		r.fault(Born, "year", "to", r.ThisYear)
	}
}

// building finds a house by its name, or by its number with whatever word.
func (r *reading) building(text string) {
	if id, ok := r.houses[house(text)]; ok {
		r.e.Building = id
		return
	}
	r.fault(Building, "building", "name", pg.Cut(text, 20))
}

// houses are the buildings by what house makes of their names.
func (r Reader) houses() map[string]int64 {
	all := map[string]int64{}
	for _, b := range slices.Backward(r.Buildings) { // of two alike, the first
		all[house(b.Name)] = b.ID
	}
	return all
}

var houseWords = regexp.MustCompile(`^(building|bldg\.?|house|no\.?|#)|(号楼|号|栋|幢|楼)$`)

func house(name string) string { return houseWords.ReplaceAllString(plain(name), "") }

// codes reads several words of one cell.
func (r *reading) codes(column Column, text string, known map[string][]string) people.Codes {
	var codes people.Codes
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(",，、;；/", c) }) {
		word = strings.TrimSpace(word)
		code := ""
		for c, words := range known {
			if oneOf(words, word) {
				code = c
			}
		}
		switch {
		case word == "" || slices.Contains(codes, code):
		case code == "":
			r.fault(column, "word", "word", pg.Cut(word, 20))
		default:
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return codes
}

// check looks at what only the whole row tells.
func (r *reading) check() {
	if r.e.Name == "" {
		r.fault(Name, "missing")
	}
	for _, long := range []struct {
		column Column
		text   string
		most   int
	}{{Name, r.e.Name, people.MaxName}, {Flat, r.e.Flat, people.MaxFlat}, {Notes, r.e.DoorNotes, people.MaxDoorNotes}} {
		if len([]rune(long.text)) > long.most {
			r.fault(long.column, "long", "max", long.most)
		}
	}
	if r.e.Building == 0 {
		if (r.e.Flat != "" || r.e.Entrance != 0) && !slices.ContainsFunc(r.faults, func(f Fault) bool { return f.Column == Building }) {
			r.fault(Building, "missing")
		}
		return
	}
	i := slices.IndexFunc(r.Buildings, func(b community.Building) bool { return b.ID == r.e.Building })
	if most := r.Buildings[i].Entrances; r.e.Entrance > most {
		r.fault(Entrance, "number", "from", 1, "to", most)
	}
}
