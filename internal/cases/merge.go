package cases

import (
	"context"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// merged gives the cases, the cards in chats and the open draft of somebody to
// the person on the register who they turned out to be. Events, notes and
// pictures keep who it was then.
func (s *Service) merged(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	if err := s.apartFrom(ctx, tx, c); err != nil {
		return err
	}
	for _, statement := range mergers {
		if _, err := tx.ExecContext(ctx, statement, c.Community, c.Person, c.Into); err != nil {
			return err
		}
	}
	return nil
}

// apartFrom gives to another what one of two persons hears of the other, who are one:
// nobody hears what is about themselves.
func (s *Service) apartFrom(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	var ids []int64
	err := tx.SelectContext(ctx, &ids, `
		SELECT id FROM cases
		WHERE community_id = $1 AND holder_id IN ($2, $3) AND private <> '' AND status IN ('assigned', 'taken', 'waiting', 'proposed')
			AND (for_id IN ($2, $3) OR about_id IN ($2, $3) OR other_id IN ($2, $3) OR child_id IN ($2, $3))
		ORDER BY id`, c.Community, c.Person, c.Into)
	if err != nil {
		return err
	}
	return s.each(ctx, tx, c, ids, func(t *turn) error { return t.handOver(ctx, t.c.Holder) })
}

// mergers move from person $2 to person $3, as far as they do not have the same already.
// Who proposed an end and who decided it stay two, and somebody is no other side of
// their own trouble.
var mergers = []string{
	`WITH moved AS (
		SELECT id, CASE reporter_id WHEN $2 THEN $3 ELSE reporter_id END AS reporter, CASE for_id WHEN $2 THEN $3 ELSE for_id END AS whom,
			CASE holder_id WHEN $2 THEN $3 ELSE holder_id END AS holder, CASE about_id WHEN $2 THEN $3 ELSE about_id END AS about,
			CASE other_id WHEN $2 THEN $3 ELSE other_id END AS other
		FROM cases WHERE community_id = $1 AND $2 IN (reporter_id, for_id, holder_id, about_id, other_id, proposed_by, decided_by))
	UPDATE cases c SET reporter_id = moved.reporter, for_id = moved.whom, holder_id = moved.holder,
		about_id = CASE WHEN moved.about = moved.holder THEN NULL ELSE moved.about END,
		other_id = CASE WHEN moved.other IN (moved.whom, moved.holder) THEN NULL ELSE moved.other END,
		proposed_by = CASE WHEN c.proposed_by = $2 AND c.decided_by IS DISTINCT FROM $3 THEN $3 ELSE c.proposed_by END,
		decided_by = CASE WHEN c.decided_by = $2 AND c.proposed_by IS DISTINCT FROM $3 THEN $3 ELSE c.decided_by END
	FROM moved WHERE c.community_id = $1 AND c.id = moved.id`,
	`UPDATE cases SET child_id = $3 WHERE community_id = $1 AND child_id = $2`,
	`UPDATE case_cards k SET person_id = $3
	WHERE community_id = $1 AND person_id = $2 AND NOT EXISTS (
		SELECT FROM case_cards o
		WHERE o.community_id = $1 AND o.case_id = k.case_id AND o.person_id = $3 AND o.round = k.round)`,
	`UPDATE case_followers f SET person_id = $3
	WHERE community_id = $1 AND person_id = $2 AND NOT EXISTS (
		SELECT FROM case_followers o
		WHERE o.community_id = $1 AND o.case_id = f.case_id AND o.own_id = f.own_id AND o.person_id = $3)`,
	`UPDATE case_visits SET person_id = $3 WHERE community_id = $1 AND person_id = $2 AND ended_at IS NULL`,
	`UPDATE hand_overs h SET giver_id = $3
	WHERE community_id = $1 AND giver_id = $2 AND NOT EXISTS (
		SELECT FROM hand_overs o WHERE o.community_id = $1 AND o.shift_id = h.shift_id AND o.giver_id = $3)`,
	`UPDATE hand_over_takers t SET person_id = $3
	WHERE community_id = $1 AND person_id = $2 AND NOT EXISTS (
		SELECT FROM hand_over_takers o
		WHERE o.community_id = $1 AND o.hand_over_id = t.hand_over_id AND o.person_id = $3)`,
	`UPDATE case_side_links SET used_by = $3 WHERE community_id = $1 AND used_by = $2`,
	`UPDATE case_shares SET person_id = $3 WHERE community_id = $1 AND person_id = $2`,
}
