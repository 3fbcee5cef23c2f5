package main

import "github.com/linli-bot/linli/internal/childcare"

// schools are those from which the children of the towns are fetched.
var schools = map[string]childcare.School{
	"zh": {Name: "海阳小学", Gate: "东门，大槐树下"},
	"en": {Name: "Haiyang school", Gate: "the east gate, under the big tree"},
}
