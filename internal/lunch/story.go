package lunch

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// storyMeals is how many meals before it a story tells of.
const storyMeals = 3

// Story is what the kitchen knows of somebody about whose door an urgent case is: for
// whoever goes there.
type Story struct {
	Order  Order // the meal of that day, with what became of it
	Alone  bool  // they live alone
	Diet   Codes[Diet]
	Notes  string // about the door
	Before []Past // the meals before it, the newest first
}

// Past is a meal of an earlier day.
type Past struct {
	Day     time.Time // at midnight UTC
	Outcome Outcome
	Tries   int // how often nobody opened
}

// StoryOf reads what the kitchen knows of the person of an urgent case that came of one of
// its meals, for who sees that case; NotFound where none did.
func (s *Service) StoryOf(ctx context.Context, community, of int64) (Story, error) {
	st, err := readPerson(ctx, s.db, community, of)
	if err != nil {
		return Story{}, fmt.Errorf("what the kitchen knows of case %d: %w", of, err)
	}
	err = s.db.SelectContext(ctx, &st.Before, `
		SELECT day, outcome, tries FROM lunch_orders
		WHERE community_id = $1 AND person_id = $2 AND state = 'ordered' AND day < $3 ORDER BY day DESC LIMIT $4`,
		community, st.Order.Person, st.Order.Day, storyMeals)
	if err != nil {
		return Story{}, fmt.Errorf("what the kitchen knows of case %d: %w", of, err)
	}
	return st, nil
}

// readPerson reads the meal of a case, and what is known of who eats it.
func readPerson(ctx context.Context, q sqlx.QueryerContext, community, of int64) (st Story, err error) {
	err = sqlx.GetContext(ctx, q, &st.Order, `
		SELECT `+orderColumns+` FROM lunch_orders WHERE community_id = $1 AND case_id = $2`, community, of)
	if err = found(err, "meal of case", of); err != nil {
		return st, err
	}
	err = sqlx.GetContext(ctx, q, &st, `
		SELECT 'alone' = ANY (p.tags) AS alone, e.diet, coalesce(h.door_notes, '') AS notes
		FROM persons p JOIN diners e ON e.community_id = p.community_id AND e.person_id = p.id
		LEFT JOIN households h ON h.community_id = p.community_id AND h.id = p.household_id
		WHERE p.community_id = $1 AND p.id = $2`, community, st.Order.Person)
	if err != nil {
		return st, fmt.Errorf("read diner %d: %w", st.Order.Person, err)
	}
	return st, nil
}
