package setup

import (
	"fmt"
	"strings"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/refusal"
)

// File is what a community file says. A part that is not in the file (nil)
// leaves the community as it is; a part that is there says all there is to say
// about it.
type File struct {
	Name, Language, Zone, OfficePhone *string
	OutsideBody                       *string
	DutyHours, QuietHours             *string // as community.HoursText writes them

	Emergency map[string]string // kind of danger → number
	Areas     []AreaPart        // one without a name where the community is not divided
	Kinds     []KindPart        // those that are offered, in their order
	Roles     map[string]community.Names
	Danger    map[string]community.Words
	Holidays  map[int]calendar.Notice // by year; other years stay
}

// AreaPart is an area and its buildings.
type AreaPart struct {
	Name      string
	Buildings []HousePart
}

// HousePart is one building.
type HousePart struct {
	Name      string
	Entrances int
}

// KindPart is a kind of problem: a code of the bot's own list, or a name, or
// both.
type KindPart struct {
	Code  string
	Names community.Names
	Hours int    // 0: as usual
	Take  int    // minutes; 0: as usual
	Do    int    // hours; 0: as usual
	Clock string // community.ByDuty or ByWall; "": as usual
}

// Fault is one thing that is wrong with a file.
type Fault struct {
	Line  int    // from 1
	Field string // like areas[2].buildings[1].entrances; "" is the file as a whole
	Why   *refusal.Refusal
}

// Faults are all that is wrong with a file.
type Faults []Fault

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, one := range f {
		lines[i] = fmt.Sprintf("line %d: %s: %s", one.Line, one.Field, one.Why.Key)
	}
	return strings.Join(lines, "\n")
}
