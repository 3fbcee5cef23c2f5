package notices

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// Stop ends a notice: who does not have it yet gets none.
func (s *Service) Stop(ctx context.Context, actor people.Actor, id int64) (Notice, error) {
	return s.steer(ctx, actor, id, stops, s.cut)
}

// Pause holds a notice: who does not have it yet waits.
func (s *Service) Pause(ctx context.Context, actor people.Actor, id int64) (Notice, error) {
	return s.steer(ctx, actor, id, pauses, func(ctx context.Context, tx *sqlx.Tx, n Notice) error {
		return outbox.PostponeAll(ctx, tx, n.Community, subject(n.ID), n.Until.Add(held))
	})
}

// held is how long after its end a paused notice would go: when that comes, it is over.
const held = 24 * time.Hour

// GoOn lets a paused notice go on.
func (s *Service) GoOn(ctx context.Context, actor people.Actor, id int64) (Notice, error) {
	return s.steer(ctx, actor, id, goesOn, func(ctx context.Context, tx *sqlx.Tx, n Notice) error {
		if err := outbox.PostponeAll(ctx, tx, n.Community, subject(n.ID), s.now()); err != nil {
			return err
		}
		return s.sweepNext(ctx, tx, n, unknown)
	})
}

// Withdraw takes a notice back: who does not have it yet gets none, and who has it reads
// that it was withdrawn.
func (s *Service) Withdraw(ctx context.Context, actor people.Actor, id int64) (Notice, error) {
	return s.steer(ctx, actor, id, withdraws, func(ctx context.Context, tx *sqlx.Tx, n Notice) error {
		if err := s.cut(ctx, tx, n); err != nil {
			return err
		}
		return s.change(ctx, tx, n, withdrawal)
	})
}

// cut takes back what nobody has yet. What is on its way is gathered when it has its end.
func (s *Service) cut(ctx context.Context, tx *sqlx.Tx, n Notice) error {
	if n.StartedAt == nil {
		return nil
	}
	if err := outbox.WithdrawAll(ctx, tx, n.Community, subject(n.ID), s.now()); err != nil {
		return err
	}
	_, _, err := s.advance(ctx, tx, n)
	return err
}

// steer makes a move of the actor's, and what follows from it. A move that was made
// before changes nothing.
func (s *Service) steer(ctx context.Context, actor people.Actor, id int64, m move, then func(context.Context, *sqlx.Tx, Notice) error) (Notice, error) {
	var n Notice
	err := s.inTx(ctx, func(tx *sqlx.Tx) (err error) {
		if n, err = s.hold(ctx, tx, actor, id); err != nil {
			return err
		}
		switch _, done, possible := m.after(n.State); {
		case !possible:
			return conflict("notices.too_late")
		case done:
			return nil
		}
		if n, err = s.make(ctx, tx, n, m, happened{by: actor.Person, at: s.now()}); err != nil {
			return err
		}
		if err := then(ctx, tx, n); err != nil {
			return err
		}
		if n.StartedAt != nil {
			if err := s.tellProgress(ctx, tx, n); err != nil {
				return err
			}
		}
		n, err = read(ctx, tx, n.Community, n.ID)
		return err
	})
	if err != nil {
		return Notice{}, fmt.Errorf("%s, notice %d: %w", m, id, err)
	}
	return n, nil
}

// hold takes a notice into the actor's hands, who may write such a one.
func (s *Service) hold(ctx context.Context, tx *sqlx.Tx, actor people.Actor, id int64) (Notice, error) {
	n, err := lock(ctx, tx, actor.Community, id)
	if err != nil {
		return Notice{}, err
	}
	return n, s.announces(ctx, tx, actor, n.Weight, n.For)
}

// make writes a move down, with its event.
func (s *Service) make(ctx context.Context, tx *sqlx.Tx, n Notice, m move, h happened) (Notice, error) {
	to, _, _ := m.after(n.State)
	_, err := tx.ExecContext(ctx, `
		UPDATE notices SET state = $3, started_at = CASE WHEN $4 THEN $6 ELSE started_at END,
			ended_at = CASE WHEN $5 THEN coalesce(ended_at, $6) ELSE ended_at END
		WHERE community_id = $1 AND id = $2`,
		n.Community, n.ID, to, m == starts, to == Stopped && n.StartedAt == nil || to == Out, h.at)
	if err != nil {
		return Notice{}, err
	}
	h.notice, h.code = n, string(m)
	if _, err := log(ctx, tx, h); err != nil {
		return Notice{}, err
	}
	return read(ctx, tx, n.Community, n.ID)
}

// over ends what is current no more: who does not have it gets none, and groups lose
// its pin.
func (s *Service) over(ctx context.Context, tx *sqlx.Tx, n Notice) error {
	if n.Until.After(s.now()) {
		return nil
	}
	if n.Pin {
		if err := s.change(ctx, tx, n, unpinning); err != nil {
			return err
		}
	}
	if n.State != Going && n.State != Paused {
		return nil
	}
	if err := s.cut(ctx, tx, n); err != nil {
		return err
	}
	return s.tellProgress(ctx, tx, n)
}
