package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// dutyAhead is how far /duty looks for who comes next.
const dutyAhead = 36 * time.Hour

// duty says who is on now and who is next, the reader's own area first. Whoever
// has no shifts is told whom to call.
func (h *House) duty(ctx context.Context, v Visit) (Reply, error) {
	if !v.Actor.Staff() {
		return h.call(ctx, v)
	}
	areas, err := h.Communities.Areas(ctx, v.Community.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("areas: %w", err)
	}
	turns, err := h.Roster.Turns(ctx, v.Community.ID, v.Now, v.Now.Add(dutyAhead))
	if err != nil {
		return Reply{}, fmt.Errorf("on duty: %w", err)
	}
	own := func(a community.Area) bool { return slices.Contains(v.Actor.Areas, a.ID) }
	slices.SortStableFunc(areas, func(a, b community.Area) int {
		switch {
		case own(a) == own(b):
			return 0
		case own(a):
			return -1
		}
		return 1
	})
	whole := whose(turns, 0)
	var lines []string
	for _, a := range areas {
		some, err := h.dutyLines(ctx, v, a.ID, whose(turns, a.ID), whole)
		if err != nil {
			return Reply{}, err
		}
		if len(areas) > 1 && len(some) > 0 {
			lines = append(lines, v.Texts.T("duty.area", "area", v.areaWords(a)))
		}
		lines = append(lines, some...)
	}
	if len(whole) > 0 {
		lines = append(lines, v.Texts.T("duty.area", "area", v.Texts.T("week.whole")))
		lines = append(lines, v.turnLines(whole)...)
	}
	s := dialog.Screen{Text: strings.Join(lines, "\n")}
	h.shiftRows(v, &s)
	return show(s), nil
}

// whose are the shifts of one area alone, or of the whole community.
func whose(turns []roster.Turn, area int64) []roster.Turn {
	return slices.DeleteFunc(slices.Clone(turns), func(t roster.Turn) bool { return t.Area != area })
}

func (h *House) dutyTap(ctx context.Context, v Visit, _ string) (Reply, error) { return h.duty(ctx, v) }

// dutyLines say who is on in an area and who comes next; where nothing is planned
// now, or nobody is on it, also for the whole community, who is rung.
func (h *House) dutyLines(ctx context.Context, v Visit, area int64, turns, whole []roster.Turn) ([]string, error) {
	lines, key := v.turnLines(turns), "duty.unplanned"
	for _, t := range slices.Concat(turns, whole) {
		if t.Runs(v.Now) && len(t.Persons) > 0 {
			return lines, nil
		}
		if t.Runs(v.Now) {
			key = "duty.meanwhile"
		}
	}
	rung, err := h.unplanned(ctx, v, key, area)
	return append(rung, lines...), err
}

// turnLines say who is on, until when, and who comes next.
func (v Visit) turnLines(turns []roster.Turn) (lines []string) {
	var next time.Time
	for _, t := range turns {
		switch {
		case t.Runs(v.Now):
			lines = append(lines, v.Texts.T("duty.now", "who", v.onTurn(t), "until", clockOf(t.EndsAt.In(v.Zone))))
		case next.IsZero() || t.StartsAt.Equal(next):
			next = t.StartsAt
			lines = append(lines, v.Texts.T("duty.next", "who", v.onTurn(t), "hours", v.hours(t.StartsAt, t.EndsAt)))
		}
	}
	return lines
}

// unplanned says who is rung where no shift is planned now, or nobody is on it.
func (h *House) unplanned(ctx context.Context, v Visit, key string, area int64) ([]string, error) {
	rung, err := h.Roster.Ring(ctx, v.Community.ID, area)
	if err != nil {
		return nil, fmt.Errorf("on duty: %w", err)
	}
	if len(rung) == 0 {
		return []string{v.Texts.T("duty.nobody")}, nil
	}
	return []string{v.Texts.T(key, "who", v.withPhones(rung))}, nil
}

// onTurn names those who have a place in a shift, with their numbers.
func (v Visit) onTurn(t roster.Turn) string {
	if len(t.Persons) == 0 {
		return v.Texts.T("week.hole")
	}
	return v.withPhones(t.Persons)
}

func (v Visit) withPhones(some []people.Person) string {
	words := make([]string, len(some))
	for i, p := range some {
		switch {
		case p.ID == v.Person.ID:
			words[i] = v.Texts.T("duty.you")
		case p.Phone == "":
			words[i] = p.Name
		default:
			words[i] = v.Texts.T("duty.person", "name", p.Name, "phone", p.Phone)
		}
	}
	return listed(v.Texts, words)
}

// ownShifts is how the file of somebody's shifts is called, before their number:
// screens name it, and screens are made here alone.
const ownShifts = "shifts:"

// calendarFile shows somebody their own shifts as a file for the calendar.
func (h *House) calendarFile(ctx context.Context, v Visit, _ string) (Reply, error) {
	shifts, err := h.Roster.ToCome(ctx, v.Community.ID, v.Person.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("calendar: %w", err)
	}
	if len(shifts) == 0 {
		return Reply{Screen: v.say("duty.no_shifts"), Where: Apart}, nil
	}
	s := v.say("duty.file", "n", len(shifts))
	s.File = ownShifts + strconv.FormatInt(v.Person.ID, 10)
	return Reply{Screen: s, Where: Apart}, nil
}

// shiftsFile makes it, in the words of whose shifts they are.
func (h *House) shiftsFile(ctx context.Context, in int64, person string) (name string, data []byte, err error) {
	id, err := strconv.ParseInt(person, 10, 64)
	if err != nil {
		return "", nil, fmt.Errorf("no file is called %q", ownShifts+person)
	}
	c, err := h.Communities.ByID(ctx, in)
	if err != nil {
		return "", nil, fmt.Errorf("calendar: %w", err)
	}
	p, _, err := h.People.Reader(ctx, in, id)
	if err != nil {
		return "", nil, fmt.Errorf("calendar: %w", err)
	}
	t := h.Texts(p.Language, time.Time{}, c.Location()) // no time is told in words
	data, err = h.Roster.CalendarOf(ctx, in, id, func(sh roster.Shift) string {
		return t.T("duty.event", "slot", t.T("shift.slot."+sh.Slot), "town", c.Name)
	})
	return t.T("duty.file_name") + ".ics", data, err
}
