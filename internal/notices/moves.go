package notices

// move is something that is done to a notice.
type move string

// The moves.
const (
	starts    move = "started"
	pauses    move = "paused"
	goesOn    move = "went_on"
	stops     move = "stopped"
	withdraws move = "withdrawn"
	ends      move = "ended"
)

// moves are all that may be done, and where it leads. What was never sent is stopped,
// not withdrawn: nobody has it.
var moves = map[move]map[State]State{
	starts:    {Set: Going},
	pauses:    {Going: Paused},
	goesOn:    {Paused: Going},
	stops:     {Set: Stopped, Going: Stopped, Paused: Stopped},
	withdraws: {Set: Stopped, Going: Withdrawn, Paused: Withdrawn, Out: Withdrawn, Stopped: Withdrawn},
	ends:      {Going: Out, Paused: Out},
}

// after is where a move leads; done where it was made before, not possible where it
// cannot be made any more.
func (m move) after(s State) (to State, done, possible bool) {
	if to, possible = moves[m][s]; possible {
		return to, false, true
	}
	for _, to := range moves[m] {
		done = done || to == s
	}
	return s, done, done
}
