package childcare

// What is told of a child's day. All name the child and the day; those of a hand-over
// name its custody, those of a booking it.
const (
	topicArrived   = "care.arrived"    // to who decides: it is in the hall. What is told when it leaves edits it
	topicAfterAll  = "care.after_all"  // to who decides: it is there ("custody"), though somebody said that it does not come
	topicLeft      = "care.left"       // to who decides: it left ("custody": with whom, and why they might)
	topicStillHere = "care.still_here" // to who decides: that it left was a wrong tap
	topicNoWord    = "care.no_word"    // to who minds children and runs the hall: of a gate ("sitting") nobody said who is there
	topicUnheard   = "care.unheard"    // to who decides: nobody has said whether it was met ("booking"); where it is takes its place
	topicMissing   = "care.missing"    // to who decides and runs the hall: it is not at the gate ("round", from 0)
	topicFound     = "care.found"      // to whoever was told that it is missing: where it is ("custody")
	topicUnknown   = "care.unknown"    // to who runs the hall: who decides ("by") does not know either where it is
	topicLooks     = "care.looks"      // to who decides and runs the hall: one who runs it ("by") looks for it
	topicMay       = "care.may"        // to who decides: may somebody have it? ("ask")
	topicSaid      = "care.said"       // to who asked: what was answered ("ask")
	topicOverride  = "care.override"   // to who decides: who runs the hall gave it to somebody, and why ("custody")
	topicBarred    = "care.barred"     // to who decides and runs the hall: one who is barred is there ("collector", "by")
	topicLate      = "care.late"       // to who decides: it is still there, who comes? ("round", from 0)
	topicStill     = "care.still"      // to who runs the hall: it is still there
	topicComing    = "care.coming"     // to who holds it: they come in so many minutes ("minutes", "by")
	topicHolds     = "care.holds"      // to who runs the hall: whose shift ("person") is over holds so many ("n")
	topicFell      = "care.fell"       // to who runs the hall: so many ("n") are theirs, whom "person" had
	topicIsAway    = "care.is_away"    // to who decides: somebody put it down as away ("ask", "from", "until"): is that so?
	topicComesNot  = "care.not_away"   // to who put it down: who decides ("by") says that it is not away
	topicPaper     = "care.paper"      // to who runs the hall: who ("by") says that the day is on paper
	topicTaps      = "care.taps"       // to who said so: who ("by") says that it is tapped again
	topicUntyped   = "care.untyped"    // to who runs the hall: of so many ("n") of a day on paper nobody knows what became
	topicHomework  = "care.homework"   // to who decides: how far the homework came
	topicWorry     = "care.worry"      // to who alone is to hear it: somebody ("by") is worried
)
