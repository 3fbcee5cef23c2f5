package cases

import (
	"context"
	"fmt"
	"time"

	"github.com/linli-bot/linli/internal/people"
)

// Pile is how many cases of one kind and danger in one area are to be done at this moment.
type Pile struct {
	Kind   string
	Danger string // its code, "" where there is none
	Area   int64  // 0: everybody's
	AtWork int    // not ended, what is reported done with it
	Late   int    // of those, as the list Late has it
}

// Piles counts what is to be done by kind and area, for who may see the day; private
// cases are left out.
func (s *Service) Piles(ctx context.Context, actor people.Actor) ([]Pile, error) {
	if err := s.seesDay(ctx, actor); err != nil {
		return nil, err
	}
	var all []Pile
	err := s.db.SelectContext(ctx, &all, `
		SELECT c.kind, c.danger, coalesce(c.area_id, 0) AS area, count(*) AS atwork, count(*) FILTER (WHERE `+matters[Late]+`) AS late
		FROM (
			SELECT * FROM cases WHERE community_id = $1 AND status = 'open'
			UNION ALL
			SELECT * FROM cases WHERE community_id = $1 AND status IN ('assigned', 'taken', 'waiting', 'proposed', 'done')
		) c
		WHERE `+bound+` AND c.private = ''
		GROUP BY c.kind, c.danger, c.area_id`, actor.Community, s.now(), time.Time{})
	if err != nil {
		return nil, fmt.Errorf("count cases by kind and area: %w", err)
	}
	return all, nil
}
