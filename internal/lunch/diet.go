package lunch

import "slices"

// Diet is what somebody must not, or need not, eat. Codes are stored.
type Diet string

// The diets, in the order in which they are offered.
const (
	Soft       Diet = "soft"
	LowSalt    Diet = "low_salt"
	Diabetic   Diet = "diabetic"
	Halal      Diet = "halal"
	Vegetarian Diet = "vegetarian"
	NoFish     Diet = "no_fish"
	NoEgg      Diet = "no_egg"
	NoNut      Diet = "no_nut"
	NoWheat    Diet = "no_wheat"
	NoDairy    Diet = "no_dairy"
	NoSpicy    Diet = "no_spicy"
)

// Diets are all diets.
var Diets = []Diet{Soft, LowSalt, Diabetic, Halal, Vegetarian, NoFish, NoEgg, NoNut, NoWheat, NoDairy, NoSpicy}

// clashes are the ticks of a dish that a diet does not go with.
var clashes = map[Diet][]Tick{
	Soft:       {Hard},
	LowSalt:    {Salty},
	Diabetic:   {Sugar},
	Halal:      {Pork},
	Vegetarian: {Pork, Meat, Fish},
	NoFish:     {Fish},
	NoEgg:      {Egg},
	NoNut:      {Nut},
	NoWheat:    {Wheat},
	NoDairy:    {Dairy},
	NoSpicy:    {Spicy},
}

// allergies are the diets for which no kitchen can leave something out of its pot:
// a dish that clashes must not be served to them. The others are a word to the cook.
var allergies = []Diet{Halal, Vegetarian, NoFish, NoEgg, NoNut, NoWheat, NoDairy}

// Clash is a dish that does not go with a diet.
type Clash struct {
	Dish Dish
	Diet Diet
	Tick Tick
}

// Serious reports whether the dish must not be served to who has the diet.
func (c Clash) Serious() bool { return slices.Contains(allergies, c.Diet) }

// Clashes are those between what somebody gets and their diets, in the order of the
// dishes.
func Clashes(dishes []Dish, diets []Diet) (all []Clash) {
	for _, dish := range dishes {
		for _, diet := range diets {
			for _, tick := range clashes[diet] {
				if slices.Contains(dish.Ticks, tick) {
					all = append(all, Clash{dish, diet, tick})
				}
			}
		}
	}
	return all
}

// Suits is the first choice of a menu that clashes with none of some diets, serious
// clashes before others; ok is false where each has a serious one. Where there is no
// choice it is 0.
func (m Menu) Suits(diets []Diet) (choice int, ok bool) {
	choices := []int{0}
	if m.Chosen() {
		choices = []int{1, 2}
	}
	best, least := choices[0], -1
	for _, c := range choices {
		weight := 0
		for _, x := range Clashes(m.Of(c), diets) {
			weight++
			if x.Serious() {
				weight += 100
			}
		}
		if least < 0 || weight < least {
			best, least = c, weight
		}
	}
	return best, least < 100
}
