package notices

import (
	"cmp"
	"slices"
	"time"
)

// Way is how somebody is told whom a notice did not reach.
type Way string

// The ways.
const (
	ByPhone Way = "phone"
	AtDoor  Way = "door"
)

// Outcome is what became of a door or of a call. Codes are stored.
type Outcome string

// The outcomes.
const (
	NoOutcome Outcome = ""
	Reached   Outcome = "reached" // they were told
	Nobody    Outcome = "nobody"  // nobody opened, or answered: it stays open
	Told      Outcome = "told"    // by a neighbour, or on paper at the door
)

// What whoever goes can do in an evening, and from what age on somebody is gone to first.
const (
	DoorsEach = 12 // an hour on the stairs
	CallsEach = 20 // forty minutes on the telephone
	OldFrom   = 70
)

// Door is a household that a notice did not reach, or one person without.
type Door struct {
	Community, ID, Notice int64
	Household             int64 // 0: not known
	Person                int64 // whom to ask for: of a household the oldest
	Name, Phone           string
	Alone                 bool
	Age                   int   // 0: not known
	Building              int64 // 0: not known
	House                 string
	Entrance              int
	Floor                 int
	Flat, Notes           string // of the door
	Area                  int64  // 0: not known
	Nth                   int
	Way                   Way
	To                    int64 // who is to go; 0: whoever has the sheet
	Outcome               Outcome
	Tries                 int
	At                    *time.Time
	By                    int64
}

// Open reports whether nobody has told them yet.
func (d Door) Open() bool { return d.Outcome == NoOutcome || d.Outcome == Nobody }

// rank is how soon somebody is to be told: the old who live alone, then whoever is one
// of both.
func (d Door) rank() int {
	switch old := d.Age >= OldFrom; {
	case old && d.Alone:
		return 0
	case old || d.Alone:
		return 1
	}
	return 2
}

// SameHome reports whether it is the door of another, whoever is asked for there: of two
// notices that can be two people.
func (d Door) SameHome(o Door) bool {
	if d.Household != 0 || o.Household != 0 {
		return d.Household == o.Household
	}
	return d.Person == o.Person
}

// entrance is where the door is.
func (d Door) entrance() Home { return Home{Building: d.Building, Entrance: d.Entrance} }

// AsWalked orders doors as somebody walks to them.
func AsWalked(a, b Door) int {
	return cmp.Or(cmp.Compare(a.House, b.House), cmp.Compare(a.Building, b.Building), cmp.Compare(a.Entrance, b.Entrance),
		cmp.Compare(a.Floor, b.Floor), cmp.Compare(len(a.Flat), len(b.Flat)), cmp.Compare(a.Flat, b.Flat), cmp.Compare(a.Person, b.Person))
}

// hands are who can go, of those whom Telegram reaches: who is on duty, by area, and the
// helpers of an entrance.
type hands struct {
	duty    map[int64][]int64
	helpers map[Home][]int64
}

// share orders the doors, the old and alone first and then as somebody walks, and says
// who goes to which: those on duty as far as they get in an evening, at doors of one
// entrance the same one; then the helpers of that entrance. For whom nobody is left
// there is the sheet alone. Who has a telephone is called.
func share(doors []Door, by hands) []Door {
	doors = slices.Clone(doors)
	slices.SortFunc(doors, func(a, b Door) int { return cmp.Or(cmp.Compare(a.rank(), b.rank()), AsWalked(a, b)) })
	load := loads{}
	for i := range doors {
		d := &doors[i]
		d.Nth, d.Way = i+1, AtDoor
		if d.Phone != "" {
			d.Way = ByPhone
		}
		d.To = cmp.Or(load.pick(by.duty[d.Area], *d), load.pick(by.helpers[d.entrance()], *d))
		load.add(*d)
	}
	return doors
}

// load is who has how much of which way, and where.
type load struct {
	to  int64
	way Way
	at  Home
}

type loads map[load]int

// of is how many doors or calls somebody has.
func (l loads) of(to int64, w Way) int { return l[load{to: to, way: w}] }

var atMost = map[Way]int{AtDoor: DoorsEach, ByPhone: CallsEach}

func (l loads) add(d Door) {
	l[load{to: d.To, way: d.Way}]++
	l[load{d.To, d.Way, d.entrance()}]++
}

// pick is who of some goes to a door: of those who have room whoever goes to that
// entrance already, and then whoever has least; 0 is nobody.
func (l loads) pick(some []int64, d Door) (to int64) {
	for _, id := range some {
		has, there := l[load{to: id, way: d.Way}], l[load{id, d.Way, d.entrance()}]
		switch {
		case id == d.Person || has >= atMost[d.Way]:
			continue
		case to == 0,
			there > 0 && l[load{to, d.Way, d.entrance()}] == 0,
			(there > 0) == (l[load{to, d.Way, d.entrance()}] > 0) && has < l[load{to: to, way: d.Way}]:
			to = id
		}
	}
	return to
}
