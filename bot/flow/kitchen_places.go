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

// offeredPortions are the numbers of portions that are offered for a way of eating.
var offeredPortions = []int{0, 20, 40, 60, 80, 100, 120, 160}

// capacity shows how many portions there are for each way of a day, asks for one of them,
// or changes it: "20261124", "20261124.bring", "20261124.bring.80".
func (h *House) capacity(ctx context.Context, v Visit, value string) (Reply, error) {
	parts := append(strings.Split(value, "."), "", "")
	day, err := time.Parse("20060102", parts[0])
	mode := lunch.Mode(parts[1])
	if err != nil || mode != "" && !slices.Contains(lunch.Modes, mode) {
		return v.toast("tap.old"), nil
	}
	if n, err := strconv.Atoi(parts[2]); err == nil {
		return h.holdsSoMany(ctx, v, day, mode, n)
	}
	if mode != "" {
		return show(v.howManyPortions(day, mode)), nil
	}
	s, err := h.capacityScreen(ctx, v, day)
	return show(s), err
}

func (h *House) capacityScreen(ctx context.Context, v Visit, day time.Time) (dialog.Screen, error) {
	all, err := h.Lunch.Ahead(ctx, v.Actor, 31)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("portions: %w", err)
	}
	at := slices.IndexFunc(all, func(a lunch.Ahead) bool { return ofDay(a.Day.Day) == ofDay(day) })
	if at < 0 {
		return dialog.Screen{}, access.NotFound()
	}
	lines := []string{v.Texts.T("kitchen.places", "day", dayIn(day, v.Zone))}
	var s dialog.Screen
	for _, mode := range lunch.Modes {
		p := all[at].Places[mode]
		lines = append(lines, v.Texts.T("kitchen.places_of", "way", v.Texts.T("kitchen.by."+string(mode)), "taken", p.Taken, "n", p.Capacity))
		row(&s, v.Texts.T("kitchen.by."+string(mode)), "kcap", ofDay(day), string(mode))
	}
	s.Text = strings.Join(lines, "\n")
	v.back(&s, "kday", ofDay(day))
	return s, nil
}

// howManyPortions asks how many there are for a way.
func (v Visit) howManyPortions(day time.Time, mode lunch.Mode) dialog.Screen {
	s := v.say("kitchen.places_ask", "day", dayIn(day, v.Zone), "way", v.Texts.T("kitchen.by."+string(mode)))
	for _, n := range offeredPortions {
		row(&s, v.Texts.T("kitchen.places_n", "n", n), "kcap", ofDay(day), string(mode), strconv.Itoa(n))
	}
	v.back(&s, "kcap", ofDay(day))
	return s
}

// holdsSoMany changes the number; where it is less than is ordered, it says for how many.
func (h *House) holdsSoMany(ctx context.Context, v Visit, day time.Time, mode lunch.Mode, n int) (Reply, error) {
	affected, err := h.Lunch.Capacity(ctx, v.Actor, day, mode, n)
	if err != nil {
		return Reply{}, err
	}
	s, err := h.capacityScreen(ctx, v, day)
	if len(affected) > 0 {
		names := make([]string, len(affected))
		for i, o := range affected {
			names[i] = h.name(ctx, v, o.Person)
		}
		s.Text = v.Texts.T("kitchen.places_over", "names", listed(v.Texts, names)) + "\n" + s.Text
	}
	return show(s), err
}
