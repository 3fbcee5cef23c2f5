package cases

import (
	"slices"
	"time"
)

// Life is what the event log says of one case, as far as figures go. A report that
// was taken back was none, and has no life.
type Life struct {
	Kind    string // as it stands now
	Danger  string // its code, "" where there was none
	Area    int64  // 0: everybody's
	Private bool
	Brought time.Time  // it left the draft
	Reached *time.Time // first in somebody's hands, or ended: nil while neither
	Ended   *time.Time // when it came to its end, a later word on what was seen aside: nil while it is at work
	Stands  Status
	Word    Outcome // the first that the resident said of our work: "" while none, and of another body's
}

// FoundNotSo is where a complaint stands in the figures that was heard and not found
// so, whether it ended here or passed outside.
const FoundNotSo Status = NotSo

// WithinADay is how soon somebody is to have taken a case in hand for the rate of
// response.
const WithinADay = 24 * time.Hour

// Rate is how many of how many.
type Rate struct{ Of, All int }

// Percent rounds to the nearest; ok is false where there is nothing to compare.
func (r Rate) Percent() (percent int, ok bool) {
	if r.All == 0 {
		return 0, false
	}
	return (200*r.Of + r.All) / (2 * r.All), true
}

// Response is, of the cases brought in a span, how many were in somebody's hands, or
// had ended, within a day (WithinADay, by the clock on the wall). One that is younger
// than that and still waits is not counted yet. It is the "response rate" that
// China's 12345 lines report, with one time for all.
func Response(all []Life, now time.Time) Rate {
	var r Rate
	for _, l := range all {
		limit := l.Brought.Add(WithinADay)
		if l.Reached == nil && now.Before(limit) {
			continue
		}
		r.All++
		if l.Reached != nil && !l.Reached.After(limit) {
			r.Of++
		}
	}
	return r
}

// Resolution is, of the cases brought in a span that were this community's to settle,
// how many are settled: they held by the resident's word, or were seen to hold on the
// spot. What was passed on, cannot be done, is a wish, a double or nonsense was not
// to be settled, and is not counted: an honest refusal is no failure. What is still
// at work, and what nobody confirmed, is not settled.
func Resolution(all []Life) Rate {
	var r Rate
	for _, l := range all {
		if l.Apart() {
			continue
		}
		r.All++
		if l.Settled() {
			r.Of++
		}
	}
	return r
}

// Satisfaction is, of the cases brought in a span of which the resident said anything
// when they were asked, of how many the first word was "fixed". Half and not fixed
// are no: that it was mended afterwards shows in Resolution.
func Satisfaction(all []Life) Rate {
	var r Rate
	for _, l := range all {
		if l.Word == "" {
			continue
		}
		r.All++
		if l.Word == Held {
			r.Of++
		}
	}
	return r
}

// UntilReached is the median time from when a case was brought until it was in
// somebody's hands or ended, of those that were.
func UntilReached(all []Life) (long time.Duration, of int) {
	return median(all, func(l Life) *time.Time { return l.Reached })
}

// UntilSettled is the median time from when a case was brought until it held or was
// seen to hold, of those that are settled. One that was reopened counts to its last
// end.
func UntilSettled(all []Life) (long time.Duration, of int) {
	return median(all, func(l Life) *time.Time {
		if !l.Settled() {
			return nil
		}
		return l.Ended
	})
}

// median is the time that half of them took at most: of an even number, the lower of
// the two in the middle, which one of them really took; and of how many it is so.
func median(all []Life, until func(Life) *time.Time) (time.Duration, int) {
	var long []time.Duration
	for _, l := range all {
		if at := until(l); at != nil {
			long = append(long, at.Sub(l.Brought))
		}
	}
	if len(long) == 0 {
		return 0, 0
	}
	slices.Sort(long)
	return long[(len(long)-1)/2], len(long)
}

// Stands counts where the cases brought in a span stand now: each end apart, and
// every case once.
func Stands(all []Life) map[Status]int {
	counts := map[Status]int{}
	for _, l := range all {
		counts[l.Stands]++
	}
	return counts
}

// Settled reports whether a case held, or was seen to hold.
func (l Life) Settled() bool { return l.Stands == Held || l.Stands == Seen }

// Apart reports whether a case ended so that it was not to be settled here.
func (l Life) Apart() bool {
	return slices.Contains(Endings, l.Stands) || l.Stands == Duplicate || l.Stands == FoundNotSo
}

// InPublic is what may be counted by kind and by area: private cases stand in the
// totals alone.
func InPublic(all []Life) []Life {
	return slices.DeleteFunc(slices.Clone(all), func(l Life) bool { return l.Private })
}
