package roster

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// HeldOn reads in which of some activities somebody has a place on a day, which is at
// midnight UTC. Until the transaction ends they have it: whoever would end it waits, and
// finds what they did by it.
func HeldOn(ctx context.Context, q sqlx.QueryerContext, community, person int64, day time.Time, some ...Activity) ([]Activity, error) {
	all := []Activity{}
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT s.activity FROM shifts s
		JOIN assignments a ON a.community_id = s.community_id AND a.shift_id = s.id AND a.ended_at IS NULL
		WHERE s.community_id = $1 AND a.person_id = $2 AND s.day = $3 AND s.cancelled_at IS NULL AND s.activity = ANY ($4)
		ORDER BY s.activity, a.id FOR SHARE OF a`, community, person, day.Format(time.DateOnly), pq.Array(some))
	if err != nil {
		return nil, fmt.Errorf("read what person %d does on a day: %w", person, err)
	}
	return slices.Compact(all), nil
}

// Present is when somebody has a place.
type Present struct {
	Person      int64
	From, Until time.Time
}

// PresentBetween reads when those have a place in an activity whom DoingBetween tells of.
func PresentBetween(ctx context.Context, q sqlx.QueryerContext, community int64, of Activity, from, until time.Time) ([]Present, error) {
	all := []Present{}
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT a.person_id AS person, s.starts_at AS "from", s.ends_at AS until FROM shifts s
		JOIN assignments a ON a.community_id = s.community_id AND a.shift_id = s.id AND a.ended_at IS NULL
		WHERE s.community_id = $1 AND s.activity = $2 AND s.cancelled_at IS NULL AND s.starts_at < $4 AND s.ends_at > $3
		ORDER BY s.starts_at, a.person_id`, community, of, from, until)
	if err != nil {
		return nil, fmt.Errorf("read when somebody does %s: %w", of, err)
	}
	return all, nil
}

// DoingBetween reads who has a place in an activity at any moment from one to another,
// each once.
func DoingBetween(ctx context.Context, q sqlx.QueryerContext, community int64, of Activity, from, until time.Time) ([]int64, error) {
	ids := []int64{}
	err := sqlx.SelectContext(ctx, q, &ids, `
		SELECT DISTINCT a.person_id FROM shifts s
		JOIN assignments a ON a.community_id = s.community_id AND a.shift_id = s.id AND a.ended_at IS NULL
		WHERE s.community_id = $1 AND s.activity = $2 AND s.cancelled_at IS NULL AND s.starts_at < $4 AND s.ends_at > $3
		ORDER BY a.person_id`, community, of, from, until)
	if err != nil {
		return nil, fmt.Errorf("read who does %s then: %w", of, err)
	}
	return ids, nil
}
