package flow

import "github.com/linli-bot/linli/internal/people"

// Commands lists the commands that everybody has, as the command menu shows
// them; each has its description under "command.<name>".
var Commands = []string{"report", "mine", "family", "call", "language", "settings", "leave", "help", "cancel"}

// serving are the commands of those who have a part in the work.
var serving = []string{"report", "mine", "people", "invite", "family", "call", "language", "settings", "leave", "help", "cancel"}

// The commands of a group: for everybody, and for those who run it.
var (
	GroupCommands = []string{"help"}
	AdminCommands = []string{"setup", "help"}
)

// CommandsOf are the commands that somebody has; own is false for those of
// everybody.
func CommandsOf(a people.Actor) (commands []string, own bool) {
	if a.Serves() {
		return serving, true
	}
	return Commands, false
}
