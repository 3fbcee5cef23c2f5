package alarms

import "time"

// Readings are the figures of one look. They are of everything that one database
// holds, and of this machine's disk.
type Readings struct {
	Inbox    time.Duration // how long the first update has waited
	Outbox   time.Duration // how long the first message or job has been due
	Parked   int           // updates that failed three times
	Unsent   int           // messages that failed within the last hour by our fault, or of which nobody knows whether they arrived
	Restarts int           // how often one machine's linli began within RestartsWithin
	Disk     Room
}

// Room is what is left on a disk.
type Room struct {
	Known  bool  // somebody looked
	FreeMB int64 // for linli
}

// RestartsWithin is the time in which restarts are counted.
const RestartsWithin = 10 * time.Minute

// UnsentWithin is how far back what was not sent is counted: what is older was
// told, and waits for somebody.
const UnsentWithin = time.Hour

// Cause is one thing that can be wrong.
type Cause struct {
	Code   string
	From   int64 // the figure at which it is wrong
	Below  bool  // it is wrong below From, and not from there on
	Again  time.Duration
	Counts bool // what grew is told again, though Again is not over
	figure func(Readings) (figure int64, known bool)
}

// Causes are all of them. Again is after how long it is told once more while it
// lasts; an hour at least, see Tell.
var Causes = []Cause{
	{Code: "inbox", From: 5, Again: time.Hour, figure: minutes(func(r Readings) time.Duration { return r.Inbox })},
	{Code: "outbox", From: 10, Again: time.Hour, figure: minutes(func(r Readings) time.Duration { return r.Outbox })},
	{Code: "parked", From: 1, Again: day, Counts: true, figure: count(func(r Readings) int { return r.Parked })},
	{Code: "unsent", From: 1, Again: day, Counts: true, figure: count(func(r Readings) int { return r.Unsent })},
	{Code: "disk", From: 500, Below: true, Again: 6 * time.Hour, figure: func(r Readings) (int64, bool) { return r.Disk.FreeMB, r.Disk.Known }},
	{Code: "restarts", From: 4, Again: time.Hour, figure: count(func(r Readings) int { return r.Restarts })},
}

const day = 24 * time.Hour

func minutes(of func(Readings) time.Duration) func(Readings) (int64, bool) {
	return func(r Readings) (int64, bool) { return int64(of(r) / time.Minute), true }
}

func count(of func(Readings) int) func(Readings) (int64, bool) {
	return func(r Readings) (int64, bool) { return int64(of(r)), true }
}

// Found is a cause that is so now, and by how much.
type Found struct {
	Cause
	Figure int64
}

// Check looks up what is wrong, in the order of Causes.
func Check(r Readings) (found []Found) {
	for _, c := range Causes {
		figure, known := c.figure(r)
		if known && (figure < c.From) == c.Below {
			found = append(found, Found{c, figure})
		}
	}
	return found
}
