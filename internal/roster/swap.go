package roster

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// Swap is that somebody would give a place of theirs for one of another's.
type Swap struct {
	Community, ID int64
	Mine, Theirs  int64 // places: of who asks, and of who is asked
	AskedAt       time.Time
	DecidedAt     *time.Time
	Accepted      *bool
}

const swapColumns = `w.community_id AS community, w.id, w.mine_id AS mine, w.theirs_id AS theirs, w.asked_at AS askedat,
	w.decided_at AS decidedat, w.accepted`

// Trade is a place of another's that somebody could have for theirs.
type Trade struct {
	Assignment
	Shift Shift
}

// Trades are the places to come of others, of the same activity, that the actor
// could have for a place of theirs, and who has them that one: both are free then.
func (s *Service) Trades(ctx context.Context, actor people.Actor, place int64) ([]Trade, error) {
	mine, sh, err := s.Place(ctx, actor.Community, place)
	if err != nil || mine.Person != actor.Person {
		return nil, fmt.Errorf("trades for place %d: %w", place, access.NotFound())
	}
	now, err := people.ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return nil, fmt.Errorf("trades for place %d: %w", place, err)
	}
	var all []Assignment
	err = s.db.SelectContext(ctx, &all, `
		SELECT `+assignmentColumns+` FROM assignments a
		JOIN shifts o ON o.community_id = a.community_id AND o.id = a.shift_id
		JOIN persons p ON p.community_id = a.community_id AND p.id = a.person_id AND p.reachable
		WHERE a.community_id = $1 AND a.person_id <> $2 AND a.ended_at IS NULL AND o.activity = $3 AND o.cancelled_at IS NULL AND o.starts_at > $4
			AND o.id <> $5
			AND NOT EXISTS (SELECT FROM assignments m
				WHERE m.community_id = $1 AND m.person_id = $2 AND m.id <> $6 AND m.ended_at IS NULL AND m.starts_at < a.ends_at AND m.ends_at > a.starts_at)
			AND NOT EXISTS (SELECT FROM assignments m
				WHERE m.community_id = $1 AND m.person_id = a.person_id AND m.id <> a.id AND m.ended_at IS NULL AND m.starts_at < $8 AND m.ends_at > $7)
		ORDER BY a.starts_at, a.id`, actor.Community, actor.Person, sh.Activity, s.now(), sh.ID, mine.ID, sh.StartsAt, sh.EndsAt)
	if err != nil {
		return nil, fmt.Errorf("trades for place %d: %w", place, err)
	}
	var trades []Trade
	for _, a := range all {
		theirs, err := readShift(ctx, s.db, actor.Community, a.Shift)
		if err != nil {
			return nil, fmt.Errorf("trades for place %d: %w", place, err)
		}
		other, err := people.ReadActor(ctx, s.db, actor.Community, a.Person)
		if err != nil {
			return nil, fmt.Errorf("trades for place %d: %w", place, err)
		}
		if eligible(now, theirs) && eligible(other, sh) {
			trades = append(trades, Trade{a, theirs})
		}
	}
	return trades, nil
}

// AskSwap asks somebody whether they would take the actor's place for theirs.
// Asked again while it waits, it is the same question. It ends by itself when the
// earlier of the two shifts begins. It is refused to who holds children of that shift
// (roster.holds).
func (s *Service) AskSwap(ctx context.Context, actor people.Actor, mine, theirs int64) (Swap, error) {
	var w Swap
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		b, err := readBoth(ctx, tx, actor.Community, mine, theirs)
		if err != nil {
			return err
		}
		if err := b.lock(ctx, tx); err != nil {
			return err
		}
		if b.mine.Person != actor.Person {
			return access.NotFound()
		}
		if err := s.emptyHanded(ctx, tx, b.mine, b.mineIn, actor.Person); err != nil {
			return err
		}
		if err := b.check(s.now()); err != nil {
			return err
		}
		w, err = s.askSwap(ctx, tx, b)
		return err
	})
	if err != nil {
		return Swap{}, fmt.Errorf("ask to swap place %d: %w", mine, err)
	}
	return w, nil
}

func (s *Service) askSwap(ctx context.Context, tx *sqlx.Tx, b both) (Swap, error) {
	var ids []int64
	err := tx.SelectContext(ctx, &ids, `
		INSERT INTO shift_swaps (community_id, mine_id, theirs_id, asked_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING RETURNING id`, b.mine.Community, b.mine.ID, b.theirs.ID, s.now())
	if err != nil {
		return Swap{}, fmt.Errorf("ask to swap: %w", err)
	}
	var w Swap
	err = tx.GetContext(ctx, &w, `
		SELECT `+swapColumns+` FROM shift_swaps w
		WHERE w.community_id = $1 AND w.mine_id = $2 AND w.theirs_id = $3 AND w.decided_at IS NULL`, b.mine.Community, b.mine.ID, b.theirs.ID)
	if err != nil || len(ids) == 0 {
		return w, err
	}
	_, err = log(ctx, tx, happened{w.Community, b.mineIn.ID, b.mine.Person, "swap_asked", detail{"swap": w.ID, "for": b.theirsIn.ID}, s.now()})
	if err != nil {
		return w, err
	}
	return w, outbox.Enqueue(ctx, tx, w.Community,
		outbox.Row{
			Key: swapKey(w.ID), Person: b.theirs.Person, Subject: fmt.Sprintf("swap:%d", w.ID), Topic: "shift.swap",
			Args: detail{"swap": w.ID}, Urgency: outbox.Task, Due: s.now(),
		},
		outbox.Row{
			Key: fmt.Sprintf("swap:%d:expires", w.ID), Topic: "roster.swap", Args: jobArgs{Swap: w.ID}, Urgency: outbox.Task, Due: b.expires(),
		})
}

func swapKey(id int64) string { return fmt.Sprintf("swap:%d:ask", id) }

// AnswerSwap says yes or no to a swap that the actor was asked for. With yes both
// get the other's place, or neither; who asked is told. It is refused where it is
// over (roster.swap_over) or has become impossible meanwhile.
func (s *Service) AnswerSwap(ctx context.Context, actor people.Actor, swap int64, yes bool) (Swap, error) {
	var w Swap
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		var err error
		if w, err = readSwap(ctx, tx, actor.Community, swap); err != nil {
			return err
		}
		b, err := readBoth(ctx, tx, actor.Community, w.Mine, w.Theirs)
		if err != nil {
			return err
		}
		if err := b.lock(ctx, tx); err != nil {
			return err
		}
		if b.theirs.Person != actor.Person {
			return access.NotFound()
		}
		if w, err = readSwap(ctx, tx, actor.Community, swap); err != nil { // only now: somebody may have answered
			return err
		}
		switch {
		case w.DecidedAt != nil && *w.Accepted == yes:
			return nil
		case w.DecidedAt != nil:
			return refusal.New(refusal.Conflict, "roster.swap_over")
		}
		return s.decide(ctx, tx, w, b, yes)
	})
	if err != nil {
		return Swap{}, fmt.Errorf("answer swap %d: %w", swap, err)
	}
	return w, nil
}

func (s *Service) decide(ctx context.Context, tx *sqlx.Tx, w Swap, b both, yes bool) error {
	if yes {
		if err := b.check(s.now()); err != nil {
			return err
		}
	}
	if settled, err := s.settleSwap(ctx, tx, w, yes); err != nil || !settled {
		return errOr(err, refusal.New(refusal.Conflict, "roster.swap_over"))
	}
	code, topic := "swap_refused", "shift.swap_no"
	if yes {
		code, topic = "swapped", "shift.swapped"
	}
	if _, err := log(ctx, tx, happened{w.Community, b.mineIn.ID, b.theirs.Person, code, detail{"swap": w.ID, "for": b.theirsIn.ID}, s.now()}); err != nil {
		return err
	}
	if yes {
		if err := s.exchange(ctx, tx, b); err != nil {
			return err
		}
	}
	return s.tell(ctx, tx, news{to: b.mine.Person, topic: topic, of: w.ID, args: detail{"swap": w.ID}}, b.mineIn)
}

// exchange ends both places and gives each to the other. The tables say whether
// that can be.
func (s *Service) exchange(ctx context.Context, tx *sqlx.Tx, b both) error {
	for _, held := range []struct {
		a  Assignment
		in Shift
	}{{b.mine, b.mineIn}, {b.theirs, b.theirsIn}} {
		if err := s.emptyHanded(ctx, tx, held.a, held.in, b.theirs.Person); err != nil {
			return err
		}
	}
	for _, a := range []Assignment{b.mine, b.theirs} {
		if _, err := s.leave(ctx, tx, a, ForAnother, b.theirs.Person); err != nil {
			return err
		}
	}
	if _, err := s.seat(ctx, tx, b.mineIn, b.theirs.Person, Swapped, b.theirs.Person); err != nil {
		return impossible(err)
	}
	_, err := s.seat(ctx, tx, b.theirsIn, b.mine.Person, Swapped, b.theirs.Person)
	return impossible(err)
}

// impossible says kindly that a swap cannot be any more, whoever's the reason.
func impossible(err error) error {
	if refusal.Is(err, refusal.Conflict) {
		return refusal.New(refusal.Conflict, "roster.swap_over")
	}
	return err
}

// settleSwap writes down how a swap was decided. It is false where it was a moment
// ago: the job that ends it locks nobody.
func (s *Service) settleSwap(ctx context.Context, tx *sqlx.Tx, w Swap, yes bool) (bool, error) {
	res, err := tx.ExecContext(ctx, `
		UPDATE shift_swaps SET decided_at = $3, accepted = $4 WHERE community_id = $1 AND id = $2 AND decided_at IS NULL`,
		w.Community, w.ID, s.now(), yes)
	if err != nil {
		return false, fmt.Errorf("settle swap %d: %w", w.ID, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	return true, outbox.Withdraw(ctx, tx, w.Community, fmt.Sprintf("swap:%d:expires", w.ID))
}

func readSwap(ctx context.Context, q sqlx.QueryerContext, community, id int64) (Swap, error) {
	var w Swap
	err := sqlx.GetContext(ctx, q, &w, `SELECT `+swapColumns+` FROM shift_swaps w WHERE w.community_id = $1 AND w.id = $2`, community, id)
	return w, found(err, "swap", id)
}

// swapExpires ends a swap that nobody answered.
func (s *Service) swapExpires(ctx context.Context, community, id int64) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		w, err := readSwap(ctx, tx, community, id)
		if err != nil {
			return err
		}
		return s.callOff(ctx, tx, w, true)
	})
}

// dropSwaps calls off the swaps of a place that ended; who asked for it is told,
// unless it is their own place.
func (s *Service) dropSwaps(ctx context.Context, tx *sqlx.Tx, a Assignment, why Why) error {
	var all []Swap
	err := tx.SelectContext(ctx, &all, `
		SELECT `+swapColumns+` FROM shift_swaps w
		WHERE w.community_id = $1 AND (w.mine_id = $2 OR w.theirs_id = $2) AND w.decided_at IS NULL ORDER BY w.id`, a.Community, a.ID)
	if err != nil {
		return fmt.Errorf("read swaps of place %d: %w", a.ID, err)
	}
	for _, w := range all {
		if err := s.callOff(ctx, tx, w, w.Theirs == a.ID && why != Cancelled); err != nil {
			return err
		}
	}
	return nil
}

// callOff ends a swap that is undecided without an answer.
func (s *Service) callOff(ctx context.Context, tx *sqlx.Tx, w Swap, tellAsker bool) error {
	if settled, err := s.settleSwap(ctx, tx, w, false); err != nil || !settled {
		return err
	}
	b, err := readBoth(ctx, tx, w.Community, w.Mine, w.Theirs)
	if err != nil {
		return err
	}
	sh, err := readShift(ctx, tx, w.Community, b.mine.Shift)
	if err != nil {
		return err
	}
	if _, err := log(ctx, tx, happened{w.Community, sh.ID, 0, "swap_off", detail{"swap": w.ID}, s.now()}); err != nil {
		return err
	}
	if err := outbox.Withdraw(ctx, tx, w.Community, swapKey(w.ID)); err != nil {
		return err
	}
	err = outbox.Enqueue(ctx, tx, w.Community, outbox.Row{
		Key: swapKey(w.ID) + ":over", Person: b.theirs.Person, Subject: fmt.Sprintf("swap:%d", w.ID), Topic: "shift.swap_gone",
		Args: detail{"swap": w.ID}, Urgency: outbox.Task, Due: s.now(), Edits: swapKey(w.ID),
	})
	if err != nil || !tellAsker {
		return err
	}
	return s.tell(ctx, tx, news{to: b.mine.Person, topic: "shift.swap_no", of: w.ID, args: detail{"swap": w.ID}}, sh)
}

// SwapByID reads a swap.
func (s *Service) SwapByID(ctx context.Context, community, id int64) (Swap, error) {
	return readSwap(ctx, s.db, community, id)
}
