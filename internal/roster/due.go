package roster

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// jobArgs say what a job is about.
type jobArgs struct {
	Shift int64 `json:"shift,omitempty"`
	Swap  int64 `json:"swap,omitempty"`
	Round int   `json:"round,omitempty"` // the hole of the shift
}

// Do does what falls due: the jobs of the outbox whose topics begin with
// "roster.".
func (s *Service) Do(ctx context.Context, community int64, topic string, args []byte) error {
	var a jobArgs
	if err := json.Unmarshal(args, &a); err != nil {
		return fmt.Errorf("do %s: %w", topic, err)
	}
	do := map[string]func() error{
		"roster.roll":   func() error { return s.roll(ctx, community) },
		"roster.tell":   func() error { return s.tellWeeks(ctx, community) },
		"roster.begin":  func() error { return s.onShift(ctx, community, a.Shift, s.begin) },
		"roster.end":    func() error { return s.onShift(ctx, community, a.Shift, s.end) },
		"roster.fill":   func() error { return s.onShift(ctx, community, a.Shift, s.fill) },
		"roster.ask":    func() error { return s.onHole(ctx, community, a, s.askOn) },
		"roster.alarm":  func() error { return s.onHole(ctx, community, a, s.alarmAgain) },
		"roster.unseen": func() error { return s.onShift(ctx, community, a.Shift, s.unseen) },
		"roster.swap":   func() error { return s.swapExpires(ctx, community, a.Swap) },
	}[topic]
	if do == nil {
		return fmt.Errorf("do %s: unknown job", topic)
	}
	if err := do(); err != nil {
		return fmt.Errorf("do %s: %w", topic, err)
	}
	return nil
}

// onShift does something to a shift that still is to come about, alone.
func (s *Service) onShift(ctx context.Context, community, id int64, do func(ctx context.Context, tx *sqlx.Tx, sh Shift) error) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		sh, err := lockShift(ctx, tx, community, id)
		if err != nil || sh.CancelledAt != nil {
			return err
		}
		return do(ctx, tx, sh)
	})
}

// begin notes once that a shift has begun, and tells who follows.
func (s *Service) begin(ctx context.Context, tx *sqlx.Tx, sh Shift) error {
	if marked, err := s.mark(ctx, tx, sh, `begun_at`); err != nil || !marked {
		return err
	}
	here, err := on(ctx, tx, sh.Community, sh.ID)
	if err != nil {
		return err
	}
	if err := s.tellBegun(ctx, tx, sh, persons(here)); err != nil {
		return err
	}
	if len(here) == 0 {
		return s.standIn(ctx, tx, sh)
	}
	if err := s.stays(ctx, tx, sh, here); err != nil {
		return err
	}
	return s.nudge(ctx, tx, sh, here)
}

// tellBegun tells who follows that a shift has begun for some people.
func (s *Service) tellBegun(ctx context.Context, tx *sqlx.Tx, sh Shift, on []int64) error {
	for _, f := range s.followers {
		if err := f.ShiftBegan(ctx, tx, sh, on); err != nil {
			return err
		}
	}
	return nil
}

// end notes once that a shift is over, and tells who follows.
func (s *Service) end(ctx context.Context, tx *sqlx.Tx, sh Shift) error {
	if marked, err := s.mark(ctx, tx, sh, `over_at`); err != nil || !marked {
		return err
	}
	had, err := on(ctx, tx, sh.Community, sh.ID)
	if err != nil {
		return err
	}
	for _, a := range had {
		if a.ArrivedAt != nil {
			continue // that ended it
		}
		if err := s.askNoMore(ctx, tx, a, "over"); err != nil {
			return err
		}
	}
	next, err := s.takers(ctx, tx, sh)
	if err != nil {
		return err
	}
	if err := s.closeHole(ctx, tx, sh, closing{}); err != nil {
		return err
	}
	for _, f := range s.followers {
		if err := f.ShiftEnded(ctx, tx, sh, persons(had), next); err != nil {
			return err
		}
	}
	return nil
}

// takers are who has a place in the shifts of the same activity that go on from
// the end of one: in its area, or in all.
func (s *Service) takers(ctx context.Context, tx *sqlx.Tx, sh Shift) ([]int64, error) {
	var ids []int64
	err := tx.SelectContext(ctx, &ids, `
		SELECT a.person_id FROM shifts s
		JOIN assignments a ON a.community_id = s.community_id AND a.shift_id = s.id AND a.ended_at IS NULL
		WHERE s.community_id = $1 AND s.activity = $2 AND s.cancelled_at IS NULL AND s.starts_at <= $4 AND s.ends_at > $4
			AND ($3::bigint = 0 OR s.area_id IS NULL OR s.area_id = $3)
		ORDER BY s.area_id IS NULL, s.id, a.seat`, sh.Community, sh.Activity, sh.Area, sh.EndsAt)
	if err != nil {
		return nil, fmt.Errorf("read who takes over: %w", err)
	}
	return ids, nil
}

// mark sets one of a shift's marks, once. The column is a constant of this file.
func (s *Service) mark(ctx context.Context, tx *sqlx.Tx, sh Shift, column string) (bool, error) {
	res, err := tx.ExecContext(ctx, `
		UPDATE shifts SET `+column+` = $3 WHERE community_id = $1 AND id = $2 AND `+column+` IS NULL`, sh.Community, sh.ID, s.now())
	if err != nil {
		return false, fmt.Errorf("mark shift %d: %w", sh.ID, err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
