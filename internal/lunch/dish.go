package lunch

import (
	"slices"
	"time"
)

// Tick is something about a dish that matters to some diners. Codes are stored.
type Tick string

// The ticks, in the order in which they are offered.
const (
	Pork  Tick = "pork"
	Meat  Tick = "meat" // other than pork
	Fish  Tick = "fish"
	Egg   Tick = "egg"
	Nut   Tick = "nut"
	Wheat Tick = "wheat"
	Dairy Tick = "dairy"
	Spicy Tick = "spicy"
	Salty Tick = "salty"
	Sugar Tick = "sugar"
	Hard  Tick = "hard" // to chew
)

// Ticks are all ticks.
var Ticks = []Tick{Pork, Meat, Fish, Egg, Nut, Wheat, Dairy, Spicy, Salty, Sugar, Hard}

// Dish is something that the kitchen cooks; its name is unique in its community.
type Dish struct {
	Community, ID int64
	Name          string // at most 40 characters
	Ticks         Codes[Tick]
	Since         time.Time
}

// Serving is a dish on a day's menu.
type Serving struct {
	Dish
	Nth    int // in its order, from 1
	Choice int // 1 or 2: one of these is chosen; 0: it comes with everything
}

// Menu is what there is on a day, in its order.
type Menu []Serving

// Chosen reports whether there is a choice.
func (m Menu) Chosen() bool {
	return slices.ContainsFunc(m, func(s Serving) bool { return s.Choice > 0 })
}

// Of are the dishes that somebody gets who made a choice.
func (m Menu) Of(choice int) (all []Dish) {
	for _, s := range m {
		if s.Choice == 0 || s.Choice == choice {
			all = append(all, s.Dish)
		}
	}
	return all
}
