package cases

import (
	"context"
	"fmt"
	"time"
)

// askedLately is how old an unanswered question may be that is asked again:
// what lies longer was not answered for other reasons.
const askedLately = 24 * time.Hour

// Unanswered lists the cases whose holder was asked lately to go, or whose
// resident was asked whether it holds, and has not said so.
func (s *Service) Unanswered(ctx context.Context, community int64) ([]int64, error) {
	var ids []int64
	err := s.db.SelectContext(ctx, &ids, `
		SELECT c.id FROM cases c
		WHERE c.community_id = $1 AND c.status IN ('assigned', 'done')
			AND EXISTS (SELECT FROM case_events e WHERE e.community_id = c.community_id AND e.case_id = c.id AND e.at > $2)
		ORDER BY c.id`, community, s.clk.Now().Add(-askedLately))
	if err != nil {
		return nil, fmt.Errorf("unanswered cases: %w", err)
	}
	return ids, nil
}

// AskAgain asks once more who has not answered, since their tap may be lost.
// The key makes a repeat harmless.
func (s *Service) AskAgain(ctx context.Context, community, id int64, key string) error {
	return s.job(ctx, community, id, func(t *turn) error {
		if there, err := t.repeated(ctx, key); err != nil || there {
			return err
		}
		if t.from != Assigned && t.from != Done {
			return nil // answered meanwhile
		}
		if err := t.aside(ctx, MoveAskAgain, detail{"key": key}); err != nil {
			return err
		}
		if t.from == Assigned {
			return t.pingAgain(ctx)
		}
		both, err := t.asksBoth(ctx)
		if err != nil {
			return err
		}
		if both {
			topic, asked, err := t.unsaid(ctx)
			if err != nil {
				return err
			}
			return t.tell(ctx, taskNews(topic), asked...)
		}
		return t.askWhether(ctx, taskNews("case.check_again"))
	})
}

// pingAgain sends the cards that still ask once more, and takes the old ones
// away: of each there is one.
func (t *turn) pingAgain(ctx context.Context) error {
	var asked []int64
	err := t.tx.SelectContext(ctx, &asked, `
		SELECT DISTINCT person_id FROM case_cards WHERE community_id = $1 AND case_id = $2 AND settled_at IS NULL`, t.c.Community, t.c.ID)
	if err != nil {
		return err
	}
	err = t.cards(ctx, taskNews("case.withdrawn"), `
		UPDATE case_cards SET settled_at = $3
		WHERE community_id = $1 AND case_id = $2 AND settled_at IS NULL
		RETURNING person_id, key`)
	if err != nil {
		return err
	}
	return t.ping(ctx, news{topic: "case.ping_again"}, asked...)
}
