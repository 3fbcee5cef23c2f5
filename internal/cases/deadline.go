package cases

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/outbox"
)

// The rule of the clock by which a case is to be done. It runs from when the case was
// opened, and stands while nobody who holds it could do anything: while it waits for
// the resident, while it is reported done and the resident is asked, and after it had
// ended. What comes back goes on with the time that was left, not with all of it anew,
// and with what ran out before or meanwhile not said once more: the one card that
// brings it back says that it is late, and whoever has it has a day of work before who
// is in charge hears of it again, as if they had taken it then (comesBack).

// How soon is what cannot wait. All of it runs day and night.
const (
	takeUrgent   = 10 * time.Minute // then the next is asked
	doDanger     = 2 * time.Hour
	doUrgent     = 24 * time.Hour
	againUrgent  = 30 * time.Minute // between reminders, the first few of them
	unnamedAfter = 15 * time.Minute // of office hours in which nobody does anything, then whoever holds it is asked of what kind it is,
	unnamedLast  = 25 * time.Minute // and who is in charge
	graceUrgent  = 15 * time.Minute // from the owner's alarm to that of who is in charge
	grace        = 2 * time.Hour    // of office hours, where it is not urgent
	longestLead  = 24 * time.Hour
	lingers      = 8 * time.Hour    // late, then what was urgent is no matter of minutes
	afterComing  = time.Hour        // after the time for which they announced themselves
	slipUrgent   = 30 * time.Minute // nobody goes, though several were asked: whoever brought it hears that
	daysStill    = 3                // working days between looks at what stays late
)

// rungs is how many the ladder has.
const rungs = 4

// A tick is what one of the clocks of a case says when it has run out.
type tick string

// The ticks, in the order in which those of one moment are seen to.
const (
	tickUnnamed tick = "unnamed" // nobody has said yet of what kind it is
	tickUnsure  tick = "unsure"  // nor after that
	tickClimb   tick = "climb"   // nobody took it
	tickSlip    tick = "slip"    // what the resident was told will not be kept
	tickComing  tick = "coming"  // they announced themselves for a time that is over
	tickWarn    tick = "warn"    // it is to be done soon
	tickLate    tick = "late"    // it is not done
	tickCharge  tick = "charge"  // nor after that
	tickSilent  tick = "silent"  // and whoever has it says nothing
	tickStill   tick = "still"   // it is late all the same, and is looked at again and again
)

// Whatever has happened to a case that is to be done, there is a moment to come at
// which somebody is asked to move it, so that silence keeps nothing for ever:
//
//   - nobody has taken it: the next rung of the ladder, and from the last on again
//     and again (climbs);
//   - somebody has, or it waits for parts or a date: what the clock says until it is
//     late, and from then on every third working day whether its holder says anything (doing);
//   - it waits for the resident: its clocks stand, and it wakes by itself (WakeItself);
//     what two sides agreed wakes on its day (KeptDue);
//   - an end is proposed: the next pair of eyes is asked day by day, or where there
//     is danger every few minutes (LookAgain);
//   - it is before whose trouble it is: they are asked again, then whoever heard it week
//     by week, until it rests (KeptSilent).

// moment is when a clock says something.
type moment struct {
	at   time.Time
	what tick
}

// untaken are the states in which nobody goes yet.
func untaken(s Status) bool { return s == Open || s == Assigned }

// By is by when something happens next to a case, by the clock that runs: until it
// is taken that people hear, and then that it is done, or that somebody comes as
// they said. It is false where none runs, as while it waits for the resident.
func (c Case) By() (at time.Time, runs bool) {
	by := c.DueAt
	switch {
	case c.Status == Taken && c.ComingAt != nil && (c.DoneBy == nil || c.ComingAt.Before(*c.DoneBy)):
		by = c.ComingAt
	case c.Status == Taken, c.Status == Waiting, c.Status == Proposed:
		by = c.DoneBy
	}
	if by == nil {
		return time.Time{}, false
	}
	return *by, true
}

// Paused reports whether the clocks of a case stand, as it waits for the resident.
func (c Case) Paused() bool { return c.Status == Waiting && c.Pauses.open() }

// Lingers reports whether somebody is asked to take what was to be done long since
// though it was urgent: it is not a matter of minutes any more, and rings nobody.
func (c Case) Lingers() bool {
	return c.Urgent && untaken(c.Status) && c.DoneBy != nil && c.AskedAt != nil && c.AskedAt.After(c.DoneBy.Add(lingers))
}

// long is how long there is to do a case of its kind.
func (r rules) long(c Case) time.Duration { return time.Duration(r.kinds.Of(c.Kind).Do) * time.Hour }

// doneBy is by when a case is to be reported done: by its kind, and sooner where it
// is urgent, from then on. It is false while the clocks stand.
func (r rules) doneBy(c Case) (time.Time, bool) {
	count := calendar.After
	if r.kinds.Of(c.Kind).Duty {
		count = r.worked
	}
	by, ok := count(*c.OpenedAt, r.long(c), c.Pauses...)
	if !c.Urgent || !ok {
		return by, ok
	}
	within, from := doUrgent, *c.OpenedAt
	if c.Danger != "" {
		within = doDanger
	}
	if c.UrgentAt != nil {
		from = *c.UrgentAt
	}
	if soon, _ := calendar.After(from, within, c.Pauses...); soon.Before(by) {
		return soon, true
	}
	return by, true
}

// lead is how long before its end a clock warns.
func (r rules) lead(c Case) time.Duration {
	long := r.long(c)
	switch {
	case c.Urgent && c.Danger != "":
		long = doDanger
	case c.Urgent:
		long = min(long, doUrgent)
	}
	return min(long/4, longestLead)
}

// climbs is when the ladder goes one rung up: after so many minutes of office hours
// by the kind, or after ten by the clock where it is urgent. On the last rung it is
// asked again and again, with longer pauses. What lingers climbs like all else.
func (r rules) climbs(c Case) time.Time {
	last := c.Step >= rungs
	switch {
	case c.Lingers():
	case c.Urgent && !last:
		return c.AskedAt.Add(takeUrgent)
	case c.Urgent && c.Step < 2*rungs:
		return c.AskedAt.Add(againUrgent)
	}
	wait := time.Duration(r.kinds.Of(c.Kind).Take) * time.Minute
	if last {
		wait = max(wait, r.day())
	}
	at, _ := r.worked(*c.AskedAt, wait)
	return at
}

// moments are all that the clocks of a case have to say as it stands, in order.
func (r rules) moments(c Case) []moment {
	var all []moment
	add := func(at time.Time, what tick) { all = append(all, moment{at, what}) }
	if !slices.Contains(toDo, c.Status) || c.OpenedAt == nil || c.AskedAt == nil {
		return nil
	}
	if c.Kind == "" && c.Danger == "" && c.Private == "" && untaken(c.Status) { // who goes there names it on the card
		soon, _ := r.worked(*c.OpenedAt, unnamedAfter)
		last, _ := r.worked(*c.OpenedAt, unnamedLast)
		add(soon, tickUnnamed)
		add(last, tickUnsure)
	}
	if untaken(c.Status) {
		add(r.climbs(c), tickClimb)
		for _, at := range r.slips(c) {
			add(at, tickSlip)
		}
		add(*c.DueAt, tickCharge)
	}
	if c.Status == Taken && c.ComingAt != nil {
		add(c.ComingAt.Add(afterComing), tickComing)
	}
	if slices.Contains([]Status{Taken, Waiting, Proposed}, c.Status) && c.DoneBy != nil && !c.AsksWhose() {
		all = append(all, r.doing(c)...)
	}
	slices.SortStableFunc(all, func(a, b moment) int { return a.at.Compare(b.at) })
	return all
}

// slips are when people are told that nobody has taken it: before they should have
// heard; and where it is urgent soon, and once more when it should have been done.
func (r rules) slips(c Case) []time.Time {
	if !c.Urgent {
		return []time.Time{c.DueAt.Add(-r.dueLead(c))}
	}
	from := *c.OpenedAt
	if c.UrgentAt != nil {
		from = *c.UrgentAt
	}
	if c.DoneBy == nil {
		return []time.Time{from.Add(slipUrgent)}
	}
	return []time.Time{from.Add(slipUrgent), *c.DoneBy}
}

// dueLead is how long before people should have heard they are told that nobody
// has taken it.
func (r rules) dueLead(c Case) time.Duration { return min(c.DueAt.Sub(*c.OpenedAt)/4, longestLead/2) }

// doing are the moments of the clock by which a case is to be done. Whoever took it
// when it was late already has a day of work before anybody asks. Whether its holder
// says anything is looked at again every third working day after that. Of what is proposed another
// has to say something, who is asked anew by a job of its own.
func (r rules) doing(c Case) []moment {
	by, lead := *c.DoneBy, r.lead(c)
	charge := by.Add(graceUrgent)
	switch {
	case c.TakenAt != nil && c.TakenAt.After(by):
		charge, _ = r.worked(*c.TakenAt, max(r.day(), grace))
	case !c.Urgent:
		charge, _ = r.worked(by, grace)
	}
	silent, _ := r.worked(charge, max(r.day(), grace))
	all := []moment{
		{by.Add(-lead), tickWarn}, {by.Add(-lead / 2), tickSlip}, {by, tickLate}, {charge, tickCharge}, {silent, tickSilent},
	}
	if c.Status == Proposed {
		return all[1:4]
	}
	if c.SeenTo != nil && !silent.After(*c.SeenTo) { // no clock of a case runs out for good while it is to be done
		still, _ := r.worked(*c.SeenTo, daysStill*max(r.day(), grace))
		all = append(all, moment{still, tickStill})
	}
	return all
}

// wind sets the clocks of a case by what it becomes, and returns the job that looks
// when one of them runs out. It is part of every change of a case, so that no verb
// can forget it; a job that finds nothing does nothing.
func (t *turn) wind(ctx context.Context) ([]outbox.Row, error) {
	if t.c.OpenedAt == nil || !slices.Contains(atWork, t.c.Status) {
		return nil, nil
	}
	if err := t.ruled(ctx); err != nil {
		return nil, err
	}
	t.pause()
	c, was := &t.c, t.stood
	if c.AskedAt == nil || untaken(c.Status) && (t.from != c.Status || was.Holder != c.Holder || was.Step != c.Step) {
		c.AskedAt = &t.now
	}
	if was.OpenedAt != nil && c.Urgent && !was.Urgent {
		c.UrgentAt = &t.now
		if untaken(c.Status) { // whoever was asked at leisure is asked in haste from now on: the ladder goes up from here
			c.AskedAt = &t.now
		}
	}
	if c.SeenTo == nil {
		c.SeenTo = &t.now
	}
	c.DoneBy = nil
	if by, runs := t.doneBy(*c); runs {
		c.DoneBy = &by
	}
	return t.clock(), nil
}

// pause notes when the clocks of a case stand: while it waits for the resident's
// answer or word, and while it had ended.
func (t *turn) pause() {
	c := &t.c
	rests, rested := c.Status == Done || c.Status == Waiting && c.WaitFor == ForResident, c.Pauses.open()
	ended := t.stood.ClosedAt != nil && t.stood.OpenedAt != nil && !slices.Contains(atWork, t.from)
	pauses := slices.Clone(c.Pauses)
	switch {
	case rests && !rested:
		pauses = append(pauses, calendar.Pause{From: t.now})
	case !rests && rested:
		pauses[len(pauses)-1].Until = t.now
	case ended:
		pauses = append(pauses, calendar.Pause{From: *t.stood.ClosedAt, Until: t.now})
	}
	c.Pauses = pauses
	if ended {
		c.SeenTo = &t.now
	}
}

// comesBack sets the clocks of what whoever holds it has in hand again, as it did not
// hold.
func (t *turn) comesBack() {
	t.c.DoneAt, t.c.Reason, t.c.ClosedAt, t.c.ComingAt = nil, "", nil, nil
	t.c.TakenAt, t.c.SeenTo = &t.now, &t.now
}

// clock is the job that looks at the clocks of a case the next time that one of
// them says something, if any does. Its key is that moment's.
func (t *turn) clock() []outbox.Row {
	for _, m := range t.moments(t.c) {
		if m.at.After(*t.c.SeenTo) {
			at := m.at.Add(t.turnOf())
			if at.Before(t.now) {
				at = t.now
			}
			return []outbox.Row{t.job(fmt.Sprintf("%s:clock:%d", Subject(t.c.ID), at.UnixMicro()), "case.clock", at)}
		}
	}
	return nil
}

// turnOf is how long after its moment a case that does not press is looked at: what
// came in a night says all that it has to say as the office opens, and is to come in
// the order in which it came.
func (t *turn) turnOf() time.Duration {
	if t.c.Urgent {
		return 0
	}
	return time.Duration((t.c.Number-1)%60) * time.Second
}
