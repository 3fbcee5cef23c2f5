package childcare

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Meal is what one child eats; who it is the kitchen does not learn.
type Meal struct {
	Diet    Codes[Diet]
	Allergy string
}

// Meals reads the children's meals of a day, for the kitchen.
func (s *Service) Meals(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) ([]Meal, error) {
	all := []Meal{}
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT c.diet, c.allergy FROM care_bookings b
		JOIN care_legs l ON l.community_id = b.community_id AND l.booking_id = b.id
		JOIN care_sittings s ON s.community_id = l.community_id AND s.id = l.sitting_id AND s.what = 'lunch'
		JOIN care_children c ON c.community_id = b.community_id AND c.child_id = b.child_id
		WHERE b.community_id = $1 AND b.day = $2 AND b.state = 'booked' ORDER BY b.child_id`, community, day)
	if err != nil {
		return nil, fmt.Errorf("read the children's meals of %s: %w", day.Format(time.DateOnly), err)
	}
	return all, nil
}

// Booked reads who decides for the children that come on a day, at midnight UTC.
func (s *Service) Booked(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) ([]int64, error) {
	ids := []int64{}
	err := sqlx.SelectContext(ctx, q, &ids, `
		SELECT DISTINCT t.person_id FROM care_bookings b
		JOIN ties t ON t.community_id = b.community_id AND t.for_id = b.child_id
		WHERE b.community_id = $1 AND b.day = $2 AND b.state = 'booked' AND b.part <> 'talk' AND `+decidesSQL+`
		ORDER BY t.person_id`, community, day)
	if err != nil {
		return nil, fmt.Errorf("read whose children come on %s: %w", day.Format(time.DateOnly), err)
	}
	return ids, nil
}
