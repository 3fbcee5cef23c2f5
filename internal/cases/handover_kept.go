package cases

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// keep leaves what nobody took with the giver, and tells them and who is in
// charge, once; nobody where nothing is left of it, nor where it is all just as they
// heard it after an earlier shift.
func (s *Service) keep(ctx context.Context, tx *sqlx.Tx, h HandOver) error {
	left, err := heldOf(ctx, tx, h)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE hand_overs SET kept_at = $3 WHERE community_id = $1 AND id = $2`, h.Community, h.ID, s.now())
	if err != nil || len(left) == 0 {
		return err
	}
	if news, err := s.keptAnew(ctx, tx, h, left); err != nil || !news {
		return err
	}
	to := []int64{h.Giver}
	charge, err := people.InCharge(ctx, tx, h.Community)
	if err != nil && !refusal.Is(err, refusal.NotFound) {
		return err
	}
	if charge.ID != h.Giver {
		to = append(to, charge.ID)
	}
	if to, err = people.Reachable(ctx, tx, h.Community, to); err != nil {
		return err
	}
	return outbox.Enqueue(ctx, tx, h.Community, h.rows("hand.kept", to, s.now())...)
}

// keptAnew reports whether something of what stays with the giver was not told them so
// after an earlier shift, or somebody did something about it since.
func (s *Service) keptAnew(ctx context.Context, tx *sqlx.Tx, h HandOver, left []Case) (bool, error) {
	ids := make([]int64, len(left))
	for i, c := range left {
		ids[i] = c.ID
	}
	var anew bool
	err := tx.GetContext(ctx, &anew, `
		SELECT EXISTS (
			SELECT FROM unnest($4::bigint[]) AS c (id) WHERE NOT EXISTS (
				SELECT FROM hand_overs e
				WHERE e.community_id = $1 AND e.giver_id = $2 AND e.id < $3 AND e.kept_at IS NOT NULL AND c.id = ANY (e.case_ids)
					AND NOT EXISTS (
						SELECT FROM case_events v WHERE v.community_id = $1 AND v.case_id = c.id AND v.at > e.kept_at
							AND (v.actor_id IS NOT NULL OR v.from_status <> v.to_status OR v.detail ? 'person' AND v.detail ? 'holder'))))`, h.Community, h.Giver, h.ID, pq.Array(ids))
	if err != nil {
		return false, fmt.Errorf("read what was kept before: %w", err)
	}
	return anew, nil
}
