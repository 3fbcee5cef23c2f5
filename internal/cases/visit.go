package cases

import "time"

// VisitKind is why a case is looked at once more.
type VisitKind string

// The kinds of visits.
const (
	AfterSilence VisitKind = "silence" // it is reported done, and nobody said whether it holds
	KeyMatter    VisitKind = "key"     // it held, and matters enough to be looked at again weeks later
	OtherBody    VisitKind = "body"    // another body has it, and is asked how it goes
)

// Found is what a visit came to.
type Found string

// What is found.
const (
	FoundHeld  Found = "held"       // says the resident
	FoundHalf  Found = "half"       // says the resident
	FoundNot   Found = "not_fixed"  // says the resident; of another body: nothing was done there
	FoundSeen  Found = "seen"       // the visitor saw it, with a photo
	Nobody     Found = "nobody"     // was there
	DoneThere  Found = "done_there" // by the other body
	AskLater   Found = "ask_again"  // the other body, later
	NotNeeded  Found = "answered"   // the resident said so before, or it went another way
	foundCalls Found = "called"     // of the event that a visitor asked for the number
)

// When visits happen.
const (
	Silence     = 3 * 24 * time.Hour  // without a word: asked once more, and as long again until somebody goes
	VisitWithin = 48 * time.Hour      // that a visit is somebody's; then it is another's
	Broken      = 30 * 24 * time.Hour // in which what held can be said to be broken again
	returnFrom  = 14                  // days after it held: a key matter is looked at again
	returnUntil = 28
	anotherTry  = 2 // days after nobody was there
)

// Hours of the day at which visits fall due; who was not there in the morning is
// looked for in the evening.
const (
	forenoon = 10
	evening  = 18
)

// Visit is one look at a case: planned, on somebody's list, or over.
type Visit struct {
	ID      int64
	Kind    VisitKind
	DueAt   time.Time
	Person  int64      // on whose list it stands; 0: its day has not come, or the bot asks first
	AskedAt *time.Time // the resident was asked by the bot
	LateAt  *time.Time // when it goes to another
	Tried   int        // so often nobody was there before
	Outcome Found      // "": it is not over
	EndedBy int64
}

// ToVisit is a visit with the case that is looked at.
type ToVisit struct {
	Case
	Visit Visit
}

// returnDay is after how many days a key matter is looked at again: of those in
// which it may be, the first with the fewest visits. planned counts by day from
// now.
func returnDay(planned map[int]int) int {
	best := returnFrom
	for day := returnFrom; day <= returnUntil; day++ {
		if planned[day] < planned[best] {
			best = day
		}
	}
	return best
}

// clockOn is an hour of a day, so many days after a moment, in its zone.
func clockOn(at time.Time, days, hour int) time.Time {
	y, m, d := at.Date()
	return time.Date(y, m, d+days, hour, 0, 0, 0, at.Location())
}

// nextForenoon is the next moment at which a visit may fall due.
func nextForenoon(at time.Time) time.Time {
	if today := clockOn(at, 0, forenoon); today.After(at) {
		return today
	}
	return clockOn(at, 1, forenoon)
}
