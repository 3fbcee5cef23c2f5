package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/lunch"
)

// runVerbs are the buttons of who carries: "m.krun.<day>", "m.kstop.<day>.<building>.<entrance>",
// and those of a door, "m.kgave.<order>".
func (h *House) runVerbs() map[string]verb {
	return map[string]verb{
		"krun": h.onKitchenDay(h.round), "kstop": h.stopTap,
		"kgave": h.atWork(onID(h.gaveIt)), "kshut": h.atWork(onID(h.shutDoor)), "kworry": h.atWork(onID(h.worries)), "kwith": h.atWork(h.leftWith),
	}
}

// atWork notes that whoever says something at a door is there.
func (h *House) atWork(do verb) verb {
	return func(ctx context.Context, v Visit, value string) (Reply, error) {
		r, err := do(ctx, v, value)
		if err != nil {
			return r, err
		}
		return r, h.Roster.Seen(ctx, v.Actor)
	}
}

// round shows the entrances of a day with how many doors are left, to be walked in any
// order.
func (h *House) round(ctx context.Context, v Visit, day time.Time) (Reply, error) {
	s, err := h.roundScreen(ctx, v, day)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Screen: s, Beside: true}, nil
}

func (h *House) roundScreen(ctx context.Context, v Visit, day time.Time) (dialog.Screen, error) {
	stops, err := h.Lunch.Run(ctx, v.Actor, day)
	if err != nil {
		return dialog.Screen{}, err
	}
	at, left := dayIn(day, v.Zone), doorsLeft(stops)
	var s dialog.Screen
	switch {
	case len(stops) == 0:
		s = v.say("kitchen.run.none", "day", at)
	case left == 0:
		s = v.say("kitchen.run.done", "day", at)
	default:
		s = v.say("kitchen.run.head", "day", at, "n", left)
	}
	for _, stop := range stops {
		row(&s, v.stopLabel(stop), "kstop", ofDay(day), number(stop.Building), strconv.Itoa(stop.Entrance))
	}
	if len(stops) > 0 {
		row(&s, v.Texts.T("kitchen.paper_run"), "kpaper", asRun, ofDay(day))
	}
	if v.runsKitchen() {
		v.back(&s, "kday", ofDay(day))
	}
	return s, nil
}

// doorsLeft is of how many doors nobody has said anything.
func doorsLeft(stops []lunch.Stop) (n int) {
	for _, s := range stops {
		n += s.Left()
	}
	return n
}

// stopLabel is an entrance on a button.
func (v Visit) stopLabel(s lunch.Stop) string {
	key := "kitchen.run.stop"
	if s.Left() == 0 {
		key = "kitchen.run.stop_done"
	}
	return fit(v.stopCode(s), func(at string) string { return v.Texts.T(key, "at", at, "n", s.Left()) })
}

// stopCode is how an entrance is called where there is little room: 3-2.
func (v Visit) stopCode(s lunch.Stop) string {
	switch {
	case s.Building == 0:
		return v.Texts.T("kitchen.paper_nowhere")
	case s.Entrance == 0:
		return s.House
	}
	return v.Texts.T("kitchen.run.code", "building", s.House, "entrance", s.Entrance)
}

// doorCode is how a door is called: 3-2-501, with the name where that is not one person.
func (v Visit) doorCode(s lunch.Stop, m lunch.Meal) string {
	same := 0
	for _, o := range s.Meals {
		if o.Door.Flat == m.Door.Flat {
			same++
		}
	}
	parts := []string{v.stopCode(s), m.Door.Flat}
	if m.Door.Flat == "" || same > 1 {
		parts = append(parts, m.Name)
	}
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), "-")
}

// stopTap shows an entrance: "20261124.3.2". It comes as a message of its own, with keys
// that can be tapped where there is no network.
func (h *House) stopTap(ctx context.Context, v Visit, value string) (Reply, error) {
	parts := append(strings.Split(value, "."), "", "")
	day, err := time.Parse("20060102", parts[0])
	if err != nil {
		return v.toast("tap.old"), nil
	}
	stops, err := h.Lunch.Run(ctx, v.Actor, day)
	if err != nil {
		return Reply{}, err
	}
	at := slices.IndexFunc(stops, func(s lunch.Stop) bool {
		return number(s.Building) == parts[1] && strconv.Itoa(s.Entrance) == parts[2]
	})
	if at < 0 {
		return Reply{}, access.NotFound()
	}
	return Reply{Screen: v.stopScreen(stops, at), Where: Apart, Beside: true}, nil
}

// stopScreen is an entrance, door by door, with its keys.
func (v Visit) stopScreen(stops []lunch.Stop, at int) dialog.Screen {
	stop := stops[at]
	lines := []string{v.Texts.T("kitchen.run.at", "stairs", v.stairs(lunch.Entrance{Building: stop.Building, House: stop.House, Entrance: stop.Entrance}), "n", len(stop.Meals))}
	for _, m := range stop.Meals {
		lines = append(lines, v.doorLine(m))
	}
	return dialog.Screen{Text: strings.Join(lines, "\n"), Keyboard: v.stopKeys(stops, at)}
}

// doorLine is a door as who carries reads it, with what became of it.
func (v Visit) doorLine(m lunch.Meal) string {
	door := v.Texts.T("kitchen.paper_door", "flat", m.Door.Flat, "name", m.Name)
	line := v.Texts.T("kitchen.run.door", "door", door, "n", m.Portions)
	if mind := v.mind(m.Label); mind != "" {
		line = v.Texts.T("kitchen.run.door_mind", "door", door, "n", m.Portions, "words", mind)
	}
	if is := v.became(m); is != "" {
		line += v.Texts.T("kitchen.run.is", "is", is)
	}
	return line
}

// became is what became of a meal in a few words, "" for nothing yet.
func (v Visit) became(m lunch.Meal) string {
	switch {
	case m.Outcome != lunch.NoOutcome:
		return v.Texts.T("kitchen.became." + string(m.Outcome))
	case m.Worried, m.Case != 0:
		return v.Texts.T("kitchen.became.worried")
	case m.Tries > 1:
		return v.Texts.T("kitchen.became.shut_twice")
	case m.Tries == 1:
		return v.Texts.T("kitchen.became.shut")
	}
	return ""
}

// tellRun gives the round to who carries, as their shift begins.
func (h *House) tellRun(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	s, err := h.roundScreen(ctx, v, dateOf(a.Day))
	if _, no := v.Refused(err); no { // their place has ended
		return dialog.Screen{Gone: true}, nil
	}
	return s, err
}

// doorOf finds the door of an order in the round of its day.
func (h *House) doorOf(ctx context.Context, v Visit, order int64) (d doorAt, err error) {
	o, err := h.Lunch.OrderByID(ctx, v.Community.ID, order)
	if err != nil {
		return d, err
	}
	stops, err := h.Lunch.Run(ctx, v.Actor, o.Day)
	if err != nil {
		return d, fmt.Errorf("door of meal %d: %w", order, err)
	}
	for i, s := range stops {
		for j, m := range s.Meals {
			if m.Order == order {
				return doorAt{o.Day, stops, i, j}, nil
			}
		}
	}
	return d, access.NotFound()
}

// doorAt is a door in a round.
type doorAt struct {
	day        time.Time
	stops      []lunch.Stop
	stop, meal int
}

func (d doorAt) at() lunch.Stop { return d.stops[d.stop] }
func (d doorAt) of() lunch.Meal { return d.stops[d.stop].Meals[d.meal] }
