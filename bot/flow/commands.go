package flow

import (
	"slices"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/notices"
	"github.com/linli-bot/linli/internal/people"
)

// Commands lists the commands that everybody has, as the command menu shows
// them; each has its description under "command.<name>".
var Commands = []string{"report", "mine", "notices", "family", "call", "language", "settings", "leave", "help", "cancel"}

// serving are the commands of those who have a part in the work.
var serving = []string{"report", "mine", "notices", "people", "invite", "family", "call", "language", "settings", "leave", "help", "cancel"}

// The commands of those who have shifts: what there is today, first; and of those
// who are on duty, when.
var (
	ownDay  = []string{"today"}
	onShift = []string{"today", "duty"}
)

// inCharge are those of who sees how it all stands, beside the ones of who is on duty.
var inCharge = []string{"today", "overview", "duty"}

// The commands of a group: for everybody, and for those who run it.
var (
	GroupCommands = []string{"help"}
	AdminCommands = []string{"setup", "help"}
)

// WithKitchen adds to the commands that somebody has those of a community that has a
// kitchen: lunch for everybody, and the kitchen for who works there.
func WithKitchen(commands []string, a people.Actor) []string {
	more := []string{"lunch"}
	if a.May(access.RunKitchen, access.SameCommunity) || a.Has(access.Volunteer) {
		more = append(more, "kitchen")
	}
	return belowReports(commands, more)
}

// WithHall adds those of a community that minds children: childcare for everybody, and the
// hall for who works there.
func WithHall(commands []string, a people.Actor) []string {
	more := []string{"childcare"}
	if a.May(access.RunCare, access.SameCommunity) || a.Has(access.Carer, access.Counsellor) {
		more = append(more, "care")
	}
	return belowReports(commands, more)
}

func belowReports(commands, more []string) []string {
	return slices.Insert(slices.Clone(commands), slices.Index(commands, "mine")+1, more...)
}

// CommandsOf are the commands that somebody has; own is false for those of
// everybody.
func CommandsOf(a people.Actor) (commands []string, own bool) {
	var shifts []string
	switch {
	case a.May(access.SeeDay, access.SameCommunity):
		shifts = inCharge
	case a.Staff():
		shifts = onShift
	case a.Has(access.Volunteer, access.Carer, access.Mediator):
		shifts = ownDay
	}
	switch {
	case notices.May(a):
		return slices.Concat(shifts, slices.Insert(slices.Clone(serving), 2, "notice")), true
	case a.Serves():
		return slices.Concat(shifts, serving), true
	case shifts != nil:
		return slices.Concat(shifts, Commands), true
	}
	return Commands, false
}
