package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/pg"
)

// lease is how long a claimed row belongs to its worker, longer than any call
// may take; then another takes it over.
const lease = time.Minute

// mostCopies is how often a notice or a digest is sent when it is not known
// whether it arrived; urgent messages and tasks repeat until they do.
const mostCopies = 2

// Claimed is a row in a worker's hands.
type Claimed struct {
	Community int64           `db:"community_id"`
	ID        int64           `db:"id"`
	Key       string          `db:"key"`
	Person    int64           `db:"person_id"`
	Subject   string          `db:"subject"`
	Topic     string          `db:"topic"`
	Args      json.RawMessage `db:"args"`
	Urgency   Urgency         `db:"urgency"`
	Edits     string          `db:"edits"`
	Claim     int             `db:"claims"`     // whose claim this is: a late finisher has an older one
	Attempt   int             `db:"attempt"`    // 1 for the first
	Copies    int             `db:"copies"`     // that may have arrived already
	Unknown   bool            `db:"unknown"`    // there are such copies
	Message   int64           `db:"message_id"` // of the message that it edits; 0: that was never sent
	EditForm  string          `db:"form"`       // how that was sent
}

// ready is what may be claimed at $1: due or left behind by its worker, first
// of its lane, and, where it edits, with the edited message settled. What was
// claimed once keeps its lane: it was the head then. A row that was put off
// (held) holds its lane back; one that is merely scheduled does not, nor does an
// edit whose message is still to be sent: that may stand behind it.
const ready = `
	(o.state = 'claimed' AND o.lease_until < now()
	OR o.state = 'waiting' AND o.due_at <= $1
		AND (o.person_id = 0 OR o.subject = '' OR NOT EXISTS (
			SELECT FROM outbox p
			WHERE p.community_id = o.community_id AND p.person_id = o.person_id AND p.subject = o.subject
				AND p.id <> o.id AND p.state IN ('waiting', 'claimed')
				AND (p.state = 'claimed' OR p.id < o.id AND (p.held OR p.due_at <= $1) AND NOT EXISTS (
					SELECT FROM outbox e
					WHERE p.edits <> '' AND e.community_id = p.community_id AND e.key = p.edits
						AND e.state IN ('waiting', 'claimed')))))
		AND (o.edits = '' OR NOT EXISTS (
			SELECT FROM outbox e
			WHERE e.community_id = o.community_id AND e.key = o.edits AND e.state IN ('waiting', 'claimed'))))`

// claimQuery takes heads of lanes. The CTE is materialized so that the planner
// cannot look again while it locks.
const claimQuery = `
	WITH head AS MATERIALIZED (
		SELECT o.community_id, o.id FROM outbox o
		WHERE o.state IN ('waiting', 'claimed') AND ` + ready + `
		ORDER BY o.urgency, o.due_at, o.id
		LIMIT $2
		FOR UPDATE OF o SKIP LOCKED),
	taken AS (
		UPDATE outbox o SET worker = $3, claims = o.claims + 1, attempting = false,
			lease_until = now() + $4 * interval '1 second',
			state = CASE WHEN o.urgency > $5 AND o.copies >= $6 THEN 'uncertain' ELSE 'claimed' END
		FROM head h
		WHERE o.community_id = h.community_id AND o.id = h.id
		RETURNING o.community_id, o.id, o.key, o.person_id, o.subject, o.topic, o.args, o.urgency, o.due_at, o.edits,
			o.state, o.claims, o.attempts + 1 AS attempt, o.copies)
	SELECT o.community_id, o.id, o.key, o.person_id, o.subject, o.topic, o.args, o.urgency, o.edits, o.claims,
		o.attempt, o.copies, o.copies > 0 AS unknown, coalesce(e.message_id, 0) AS message_id, coalesce(e.form, '') AS form
	FROM taken o
	LEFT JOIN outbox e ON e.community_id = o.community_id AND e.key = o.edits AND e.state = 'sent'
	WHERE o.state = 'claimed'
	ORDER BY o.urgency, o.due_at, o.id`

// Claim takes up to most rows that are due, the urgent first, and of each lane
// only its head. A row of another worker whose lease is over is taken too,
// except a notice or digest that may have arrived twice: that is uncertain.
func (s *Store) Claim(ctx context.Context, worker string, most int) ([]Claimed, error) {
	for tries := 1; ; tries++ {
		rows, err := s.claim(ctx, worker, most)
		// Another worker took the same lane at the same moment: look again.
		if pg.IsUnique(err, "outbox_one_of_lane") && tries < claimTries {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("claim from outbox: %w", err)
		}
		return rows, nil
	}
}

// claimTries bounds how often a claim looks again; each time another worker
// has got something done.
const claimTries = 10

func (s *Store) claim(ctx context.Context, worker string, most int) (rows []Claimed, err error) {
	err = pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		rows = nil
		return tx.SelectContext(ctx, &rows, claimQuery,
			s.clk.Now(), most, worker, lease.Seconds(), Task, mostCopies)
	})
	return rows, err
}

// NextDue tells when the next row falls due that is not due yet; ok is false
// where none waits.
func (s *Store) NextDue(ctx context.Context) (due time.Time, ok bool, err error) {
	err = s.db.GetContext(ctx, &due, `
		SELECT due_at FROM outbox WHERE state = 'waiting' AND due_at > $1 ORDER BY due_at LIMIT 1`, s.clk.Now())
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, false, nil
	}
	if err != nil {
		return time.Time{}, false, fmt.Errorf("next due in outbox: %w", err)
	}
	return due, true, nil
}

// Quiet reports whether nothing can be claimed and nothing is in anybody's
// hands. What waits behind a row that was put off is at rest too.
func (s *Store) Quiet(ctx context.Context) (bool, error) {
	var busy bool
	err := s.db.GetContext(ctx, &busy, `
		SELECT EXISTS (SELECT FROM outbox o WHERE o.state IN ('waiting', 'claimed') AND (o.state = 'claimed' OR `+ready+`))`, s.clk.Now())
	if err != nil {
		return false, fmt.Errorf("look at outbox: %w", err)
	}
	return !busy, nil
}

// ErrNotSent says that a row's message has not reached anybody.
var ErrNotSent = errors.New("this was not sent")

// MessageOf tells the id and form of the message that a row became;
// ErrNotSent where it became none.
func (s *Store) MessageOf(ctx context.Context, community int64, key string) (message int64, form string, err error) {
	err = s.db.QueryRowxContext(ctx, `
		SELECT message_id, form FROM outbox WHERE community_id = $1 AND key = $2 AND state = 'sent'`,
		community, key).Scan(&message, &form)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotSent
	}
	if err != nil {
		return 0, "", fmt.Errorf("message of %s: %w", key, err)
	}
	return message, form, nil
}
