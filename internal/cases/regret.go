package cases

import "time"

// CanTakeBack reports whether the reporter may still take a sent report back.
func (c Case) CanTakeBack(now time.Time) bool {
	switch c.Status {
	case Open, Assigned, Taken:
		return c.OpenedAt != nil && !now.After(c.OpenedAt.Add(Regret))
	default:
		return false
	}
}
