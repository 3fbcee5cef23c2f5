package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// How many people Call a person names: those who are on duty, or where nobody
// is planned those who would be rung.
const (
	mostOnDuty = 2
	mostRung   = 3
)

// call names the people who can be phoned, with their numbers in the text: a
// number in a message can be tapped. Who is on duty now comes first, at night
// nobody else may be there; then who is later today, and the office.
func (h *House) call(ctx context.Context, v Visit) (Reply, error) {
	if !v.Person.Known() { // names and numbers of people are for neighbours
		return show(v.say("call.office", "phone", phoneWords(v))), nil
	}
	lines, later, err := h.onDutyToday(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	if len(lines) > 0 {
		lines = append(lines, later...)
		lines = append(lines[:min(mostOnDuty, len(lines))], v.Texts.T("call.office_too", "phone", phoneWords(v)))
	} else {
		if lines, err = h.rungLines(ctx, v); err != nil {
			return Reply{}, err
		}
		lines = append([]string{v.Texts.T("call.office", "phone", phoneWords(v))}, lines...)
	}
	return show(dialog.Screen{Text: strings.Join(lines, "\n"), Menu: true}), nil
}

// rungLines names who is rung where nobody is planned.
func (h *House) rungLines(ctx context.Context, v Visit) (lines []string, err error) {
	duty, err := h.Roster.Ring(ctx, v.Community.ID, 0)
	if err != nil {
		return nil, fmt.Errorf("on duty: %w", err)
	}
	for _, p := range duty {
		if p.Phone != "" && p.ID != v.Person.ID && len(lines) < mostRung {
			lines = append(lines, v.Texts.T("call.person", "name", p.Name, "phone", p.Phone))
		}
	}
	return lines, nil
}

// onDutyToday names who is on duty where somebody lives, but for themselves: now,
// with until when, and later today, with from when.
func (h *House) onDutyToday(ctx context.Context, v Visit) (now, later []string, err error) {
	area, err := h.areaOf(ctx, v)
	if err != nil {
		return nil, nil, err
	}
	midnight := v.Now.In(v.Zone).AddDate(0, 0, 1)
	midnight = time.Date(midnight.Year(), midnight.Month(), midnight.Day(), 0, 0, 0, 0, v.Zone)
	turns, err := h.Roster.Turns(ctx, v.Community.ID, v.Now, midnight)
	if err != nil {
		return nil, nil, fmt.Errorf("on duty: %w", err)
	}
	for _, turn := range ofArea(turns, area) {
		for _, p := range turn.Persons {
			switch {
			case p.ID == v.Person.ID || !p.Here():
			case turn.Runs(v.Now):
				now = append(now, v.callLine("call.now", turn.EndsAt, p))
			default:
				later = append(later, v.callLine("call.later", turn.StartsAt, p))
			}
		}
	}
	return now, later, nil
}

// callLine tells somebody with a time of the day, and their number where it is known.
func (v Visit) callLine(key string, at time.Time, p people.Person) string {
	line := v.Texts.T(key, "name", p.Name, "at", clockOf(at.In(v.Zone)))
	if p.Phone == "" {
		return line
	}
	return v.Texts.T("call.phone", "line", line, "phone", p.Phone)
}

// areaOf is the area in which somebody lives, 0 where that is not known.
func (h *House) areaOf(ctx context.Context, v Visit) (int64, error) {
	if v.Person.Building == 0 {
		return 0, nil
	}
	b, err := h.Communities.Building(ctx, v.Community.ID, v.Person.Building)
	if err != nil {
		return 0, fmt.Errorf("where they live: %w", err)
	}
	return b.Area, nil
}

// ofArea keeps the shifts of an area, and those of the whole community; area 0
// keeps all.
func ofArea(turns []roster.Turn, area int64) []roster.Turn {
	return slices.DeleteFunc(slices.Clone(turns), func(t roster.Turn) bool { return area != 0 && t.Area != 0 && t.Area != area })
}
