package outbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/pg"
)

// ErrLate says that a row is no longer this worker's: another took it over
// when its lease was done, or it was withdrawn. Nothing was written down, and
// the worker drops it.
var ErrLate = errors.New("the row is no longer this worker's")

// Attempting is written just before the call to Telegram: if the worker dies
// from here on, nobody knows whether the message arrived. On any error the call
// must not be made: the row may have been withdrawn, or be another worker's.
func (s *Store) Attempting(ctx context.Context, c Claimed) error {
	args := []any{c.Community, c.ID, c.Claim, c.Attempt, c.Copies + 1, leaseToTry.Seconds()}
	return named(c, pg.Repeat(ctx, func(bool) error {
		return changeIn(ctx, s.db, `attempting = true, attempts = $4, copies = $5, lease_until = now() + $6 * interval '1 second'`, args)
	}))
}

// Sent writes down that a message arrived, under which id and in which form.
func (s *Store) Sent(ctx context.Context, c Claimed, message int64, form string) error {
	return s.settle(ctx, c, `state = 'sent', message_id = $4, form = $5, settled_at = $6`, message, form, s.clk.Now())
}

// Done writes down that a job was done.
func (s *Store) Done(ctx context.Context, c Claimed) error {
	return s.settle(ctx, c, `state = 'done', settled_at = $4`, s.clk.Now())
}

// Later puts a row off, and its lane with it. One that does not count, such as
// a 429, is tried as if it had not been. One that counts after Attempting may
// have arrived: a notice or digest is then sent twice at most. What was postponed
// while it was on its way stays so.
func (s *Store) Later(ctx context.Context, c Claimed, due time.Time, counts bool) error {
	if !counts {
		return s.settle(ctx, c, `state = 'waiting', held = true, attempting = false, due_at = greatest(due_at, $4), attempts = $5, copies = $6`,
			due, c.Attempt-1, c.Copies)
	}
	return s.settle(ctx, c, `
		state = CASE WHEN attempting AND urgency > $6 AND copies >= $7 THEN 'uncertain' ELSE 'waiting' END,
		settled_at = CASE WHEN attempting AND urgency > $6 AND copies >= $7 THEN $8::timestamptz END,
		held = true, attempting = false, due_at = greatest(due_at, $4), attempts = $5`, due, c.Attempt, Task, mostCopies, s.clk.Now())
}

// mostFaults is how often a row is tried that fails by our own fault: over half
// an hour in all.
const mostFaults = 8

// Broken puts a row off that cannot be drawn, or a job that failed, for longer
// each time; it holds nothing back meanwhile, and counts neither as a try nor as
// a copy. After the eighth time it is parked as failed.
func (s *Store) Broken(ctx context.Context, c Claimed, reason string) (parked bool, err error) {
	faults := c.Faults + 1
	if faults >= mostFaults {
		return true, s.settle(ctx, c, `state = 'failed', reason = $4, settled_at = $5, faults = $6, attempting = false`,
			printable(reason), s.clk.Now(), faults)
	}
	return false, s.settle(ctx, c, `state = 'waiting', held = false, attempting = false, due_at = greatest(due_at, $4), faults = $5`,
		s.clk.Now().Add(faultPause(faults)), faults)
}

// faultPause is how long a row rests after so many faults: from 10 s to 10 min.
func faultPause(faults int) time.Duration {
	return min(10*time.Second<<min(faults-1, 10), 10*time.Minute)
}

// Moved readdresses what waits for a group that has another chat now, in the
// caller's transaction. What a worker holds finds out by itself.
func Moved(ctx context.Context, tx *sqlx.Tx, community, from, to int64) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE outbox SET chat_id = $3 WHERE community_id = $1 AND chat_id = $2 AND state = 'waiting'`, community, from, to)
	if err != nil {
		return fmt.Errorf("readdress outbox: %w", err)
	}
	return nil
}

// Moved puts a row back that found its group moved, and readdresses it with
// whatever else waits for that group.
func (s *Store) Moved(ctx context.Context, c Claimed, to int64) error {
	args := []any{c.Community, c.ID, c.Claim, c.Attempt - 1, c.Copies}
	return named(c, pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		err := changeIn(ctx, tx, `state = 'waiting', held = true, attempting = false, attempts = $4, copies = $5`, args)
		if err != nil {
			return err
		}
		return Moved(ctx, tx, c.Community, c.Chat, to)
	}))
}

// Failed writes down that a message cannot arrive, and why.
func (s *Store) Failed(ctx context.Context, c Claimed, reason string) error {
	return s.settle(ctx, c, `state = 'failed', reason = $4, settled_at = $5`, printable(reason), s.clk.Now())
}

// Uncertain writes down that nobody knows whether a message arrived, and that
// it is not sent once more.
func (s *Store) Uncertain(ctx context.Context, c Claimed) error {
	return s.settle(ctx, c, `state = 'uncertain', settled_at = $4`, s.clk.Now())
}

// Skipped writes down that a row is no longer wanted, and why.
func (s *Store) Skipped(ctx context.Context, c Claimed, reason string) error {
	return s.settle(ctx, c, `state = 'skipped', reason = $4, settled_at = $5`, printable(reason), s.clk.Now())
}

// settle ends a claim. The changes are constants of this file, never input.
// Where an earlier try was answered by silence, finding the claim ended means
// that it was carried out.
func (s *Store) settle(ctx context.Context, c Claimed, changes string, args ...any) error {
	args = append([]any{c.Community, c.ID, c.Claim}, args...)
	return named(c, pg.Repeat(ctx, func(again bool) error {
		err := changeIn(ctx, s.db, changes, args)
		if again && errors.Is(err, ErrLate) {
			return nil
		}
		return err
	}))
}

func named(c Claimed, err error) error {
	if err != nil {
		return fmt.Errorf("settle outbox row %d: %w", c.ID, err)
	}
	return nil
}

// changeIn changes a row that is still this worker's. It also lets go of what was put aside behind the row, in the same
// statement: mostly there is nothing of that.
func changeIn(ctx context.Context, q sqlx.QueryerContext, changes string, args []any) error {
	var n int
	err := sqlx.GetContext(ctx, q, &n, `
		WITH changed AS (
			UPDATE outbox SET `+changes+`
			WHERE community_id = $1 AND id = $2 AND claims = $3 AND state = 'claimed'
			RETURNING community_id, person_id, chat_id, subject, key),
		freed AS (
			UPDATE outbox o SET aside = false FROM changed c
			WHERE o.community_id = c.community_id AND o.state = 'waiting' AND o.aside
				AND (o.edits = c.key OR o.person_id = c.person_id AND o.chat_id = c.chat_id AND o.subject = c.subject))
		SELECT count(*) FROM changed`, args...)
	if err == nil && n == 0 {
		return ErrLate
	}
	return err
}

// printable drops what Postgres refuses in a text, so that a reason quoted from
// elsewhere cannot keep a row from being settled.
func printable(reason string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(reason, ""), "\x00", "")
}
