package main

import (
	"context"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
)

// townsfolk are those of a sample town who are on the register and have no
// phone on the page: somebody to find.
var townsfolk = map[string][]people.Registration{
	"zh": {
		{Name: "赵德福", BirthYear: 1943, Phone: "0535-555-0111", Entrance: 1, Flat: "201", Tags: people.Codes{"hearing"}},
		{Name: "孙桂英", BirthYear: 1948, Phone: "0535-555-0112", Entrance: 2, Flat: "402", Tags: people.Codes{"alone", "walking"}},
		{Name: "周建国", BirthYear: 1950, Entrance: 2, Flat: "502"},
		{Name: "吴秀珍", BirthYear: 1939, Phone: "0535-555-0114", Entrance: 3, Flat: "101", Tags: people.Codes{"alone", "memory"}},
	},
	"en": {
		{Name: "Arthur", BirthYear: 1943, Phone: "555-0111", Entrance: 1, Flat: "201", Tags: people.Codes{"hearing"}},
		{Name: "Dorothy", BirthYear: 1948, Phone: "555-0112", Entrance: 2, Flat: "402", Tags: people.Codes{"alone", "walking"}},
		{Name: "George", BirthYear: 1950, Entrance: 2, Flat: "502"},
		{Name: "Edith", BirthYear: 1939, Phone: "555-0114", Entrance: 3, Flat: "101", Tags: people.Codes{"alone", "memory"}},
	},
}

// people puts them on the register: on paper they all agreed, but one.
func (t town) people(ctx context.Context, a *app, by people.Actor, home community.Building) error {
	for _, r := range townsfolk[t.lang] {
		r.Building, r.Consent = home.ID, r.Phone != ""
		if _, err := a.people.Register(ctx, by, r); err != nil {
			return err
		}
	}
	return nil
}
