package roster

import (
	"cmp"
	"slices"
)

// Candidate is somebody who could take a place, with what makes it likely.
type Candidate struct {
	Person   int64
	Had      int // how often they had this slot of this weekday, in 90 days
	Declined int // how often they said that they cannot, in 90 days
	Minutes  int // that they were on shifts, in 30 days
	Open     int // questions that they have not answered
}

// Likeliest orders people by how likely and how fair it is that they come: who
// knows the hour, who seldom says no, who did the least of late.
func Likeliest(all []Candidate) []Candidate {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Candidate) int {
		return cmp.Or(
			cmp.Compare(b.Had, a.Had), cmp.Compare(a.Declined, b.Declined), cmp.Compare(a.Minutes, b.Minutes), cmp.Compare(a.Person, b.Person))
	})
	return all
}
