package childcare

// Diet is what a child must not, or need not, eat. Codes are stored.
type Diet string

// Diets are all diets, in the order in which they are offered.
var Diets = []Diet{"soft", "low_salt", "diabetic", "halal", "vegetarian", "no_fish", "no_egg", "no_nut", "no_wheat", "no_dairy", "no_spicy"}
