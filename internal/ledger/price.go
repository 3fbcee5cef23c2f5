package ledger

import "github.com/linli-bot/linli/internal/refusal"

// PerPortion is the price at cost of one of some portions: what was spent, less
// what is not to be paid by those who eat, divided among them and rounded up to
// the next multiple of step, 50 for half a yuan. So all portions together pay what
// they cost, and each at most a step more than its share; where nothing is left to
// pay it is 0. It is invalid (ledger.no_portions) without portions, and without a
// step that is above zero it counts by the smallest unit.
func PerPortion(spent int64, portions int, step int64) (int64, error) {
	if portions < 1 {
		return 0, refusal.New(refusal.Invalid, "ledger.no_portions")
	}
	if spent <= 0 {
		return 0, nil
	}
	step = max(step, 1)
	return up(up(spent, int64(portions)), step) * step, nil
}

// up is a quotient rounded up, of what is above zero.
func up(a, b int64) int64 { return (a-1)/b + 1 }
