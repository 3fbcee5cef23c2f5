package register

import (
	"cmp"
	"slices"

	"github.com/linli-bot/linli/internal/people"
)

// Plan is what loading a list comes to.
type Plan struct {
	New, Changed []people.Entry
	Unchanged    int
	Doubles      []Double // left out
	Faults       []Fault  // where there are any, nothing is loaded
}

// Double is a row that seems to be somebody who is there already.
type Double struct {
	Row, Of int    // Of is the other row; 0: somebody on the register
	Name    string // of the row
	Why     string // "name" and flat, or "phone"
}

// Counts are how many people a plan is about.
type Counts struct{ New, Changed, Unchanged, Doubles int }

// Counts counts.
func (p Plan) Counts() Counts {
	return Counts{len(p.New), len(p.Changed), p.Unchanged, len(p.Doubles)}
}

func (c Counts) told() map[string]int {
	return map[string]int{"new": c.New, "changed": c.Changed, "unchanged": c.Unchanged, "doubles": c.Doubles}
}

func countsOf(told map[string]int) Counts {
	return Counts{told["new"], told["changed"], told["unchanged"], told["doubles"]}
}

// Compare finds out of each row whether it is somebody new, or who. The same
// person is the same name at the same home, or the same name with the same
// number. One number in one home may be a family's.
func Compare(rows []Row, have []people.Entry) Plan {
	c := comparing{homes: map[living][]int{}, phones: map[string][]int{}, names: map[string][]int{}, taken: map[int64]int{}}
	for _, e := range have {
		c.knows(e, 0)
	}
	var plan Plan
	for _, row := range rows {
		twin, double := c.find(row)
		switch {
		case double.Row != 0:
			plan.Doubles = append(plan.Doubles, double)
			continue
		case twin == nil:
			plan.New = append(plan.New, row.Entry)
			c.knows(row.Entry, row.No)
			continue
		}
		c.taken[twin.ID] = row.No
		is := overlay(*twin, row.Entry)
		if same(*twin, is) {
			plan.Unchanged++
		} else {
			plan.Changed = append(plan.Changed, is)
		}
		if is.Phone != twin.Phone || livesAt(is) != livesAt(*twin) {
			c.knows(is, row.No)
		}
	}
	return plan
}

// living is a name at a home.
type living struct {
	name     string
	building int64
	entrance int
	flat     string
}

func livesAt(e people.Entry) living { return living{e.Name, e.Building, e.Entrance, e.Flat} }

// comparing is what is known so far: the register, and the rows before.
type comparing struct {
	all    []known
	homes  map[living][]int
	phones map[string][]int
	names  map[string][]int
	taken  map[int64]int // rows that were somebody on the register
}

type known struct {
	people.Entry
	row int // 0: on the register
}

func (c *comparing) knows(e people.Entry, row int) {
	i := len(c.all)
	c.all = append(c.all, known{e, row})
	c.homes[livesAt(e)] = append(c.homes[livesAt(e)], i)
	c.names[e.Name] = append(c.names[e.Name], i)
	if digits := people.DigitsOf(e.Phone); digits != "" {
		c.phones[digits] = append(c.phones[digits], i)
	}
}

// find tells who a row is: nobody so far, somebody on the register, or a double.
func (c *comparing) find(row Row) (twin *people.Entry, double Double) {
	if i := c.byHome(row); i >= 0 {
		return c.is(row, i, "name")
	}
	for _, i := range c.phones[people.DigitsOf(row.Phone)] {
		if row.Phone != "" && c.all[i].Name == row.Name {
			return c.is(row, i, "phone")
		}
	}
	for _, i := range c.phones[people.DigitsOf(row.Phone)] {
		if at := c.all[i]; row.Phone != "" && !family(at.Entry, row.Entry) {
			return nil, Double{row.No, at.row, row.Name, "phone"}
		}
	}
	return nil, Double{}
}

// is takes a row for somebody who is known, unless another row is them already.
func (c *comparing) is(row Row, i int, why string) (*people.Entry, Double) {
	at := c.all[i]
	of := at.row
	if at.ID != 0 && of == 0 {
		of = c.taken[at.ID]
	}
	if of != 0 {
		return nil, Double{row.No, of, row.Name, why}
	}
	return &at.Entry, Double{}
}

// byHome finds the same name at the same home, or the only one of that name
// whose home is not known as well; -1 where there is nobody.
func (c *comparing) byHome(row Row) int {
	if same := c.homes[livesAt(row.Entry)]; len(same) > 0 {
		return same[0]
	}
	var some []int
	for _, i := range c.names[row.Name] {
		if c.all[i].row == 0 && fits(c.all[i].Entry, row.Entry) {
			some = append(some, i)
		}
	}
	if len(some) != 1 {
		return -1
	}
	return some[0]
}

// fits reports whether two homes of one building may be the same, as one of
// them lacks the entrance or the flat.
func fits(a, b people.Entry) bool {
	if a.Building == 0 || a.Building != b.Building {
		return false
	}
	phones := a.Phone == "" || b.Phone == "" || people.DigitsOf(a.Phone) == people.DigitsOf(b.Phone)
	return phones && (a.Entrance == b.Entrance || a.Entrance == 0 || b.Entrance == 0) && (a.Flat == b.Flat || a.Flat == "" || b.Flat == "")
}

// family reports whether two people live in one flat.
func family(a, b people.Entry) bool {
	a.Name = b.Name
	return a.Flat != "" && livesAt(a) == livesAt(b)
}

// overlay is somebody as a row tells them: what the row leaves empty stays.
func overlay(was, row people.Entry) people.Entry {
	is := was
	is.Phone, is.BirthYear = cmp.Or(row.Phone, was.Phone), cmp.Or(row.BirthYear, was.BirthYear)
	if row.Building != 0 && row.Building != was.Building {
		is.Building, is.Entrance, is.Flat = row.Building, row.Entrance, row.Flat
	} else {
		is.Entrance, is.Flat = cmp.Or(row.Entrance, was.Entrance), cmp.Or(row.Flat, was.Flat)
	}
	is.DoorNotes = cmp.Or(row.DoorNotes, was.DoorNotes)
	if row.Floor != nil {
		is.Floor = row.Floor
	}
	if len(row.Tags) > 0 {
		is.Tags = row.Tags
	}
	if len(row.Languages) > 0 {
		is.Languages = row.Languages
	}
	is.Agreed = was.Agreed || row.Agreed
	return is
}

func same(a, b people.Entry) bool {
	floor := a.Floor == b.Floor || a.Floor != nil && b.Floor != nil && *a.Floor == *b.Floor
	sorted := func(c people.Codes) []string { return slices.Sorted(slices.Values(c)) }
	return floor && livesAt(a) == livesAt(b) && a.Phone == b.Phone && a.BirthYear == b.BirthYear && a.DoorNotes == b.DoorNotes &&
		a.Agreed == b.Agreed && slices.Equal(sorted(a.Tags), sorted(b.Tags)) && slices.Equal(sorted(a.Languages), sorted(b.Languages))
}
