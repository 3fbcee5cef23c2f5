package cases

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// Allowed is what the tables say of a move by somebody who is as given.
func Allowed(c Case, code Move, a people.Actor) bool {
	for _, to := range Statuses {
		if who, ok := can(c.Status, code, to); ok && who != itself && access.Allow(who, a.Roles, relation(c, a)) == nil {
			return true
		}
	}
	return false
}

// Belongs is what belongs to each list of the morning, and Bound what they share.
var Belongs = matters

// Bound lets every list have the same arguments.
const Bound = bound

// NearestAs is the neighbours' question with its values written into it.
func NearestAs(community, building, area int64, now time.Time) string {
	values := []string{
		fmt.Sprint(community), fmt.Sprint(building), fmt.Sprint(area), "'" + now.Add(-nearFor).Format(time.RFC3339) + "'", "''", "'{neighbours}'::text[]",
		"2", "''", "NULL", "NULL", "'lamp'", "'" + now.Add(-unnamedFor).Format(time.RFC3339) + "'", "'{0}'::bigint[]", "0", "0", "true",
	}
	query := nearest
	for i, value := range slices.Backward(values) {
		query = strings.ReplaceAll(query, fmt.Sprintf("$%d", i+1), value)
	}
	return query
}

// Want is the table of the moves as the tests write it down, the other way round.
var Want = want
