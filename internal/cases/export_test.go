package cases

import (
	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// Allowed is what the tables say of a move by somebody who is as given.
func Allowed(c Case, code Move, a people.Actor) bool {
	for _, m := range moves {
		if m.from == c.Status && m.code == code && m.who != itself &&
			access.Allow(m.who, a.Roles, relation(c, a)) == nil {
			return true
		}
	}
	return false
}
