package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/pg"
)

// How long a claimed row belongs to its worker; then another takes it over. One
// that is being sent may be anywhere, longer than any call takes; one that is
// not has only been looked at, and is soon anybody's.
const (
	lease      = 10 * time.Second
	leaseToTry = time.Minute
)

// mostCopies is how often a notice or a digest is sent when it is not known
// whether it arrived; urgent messages and tasks repeat until they do.
const mostCopies = 2

// Claimed is a row in a worker's hands.
type Claimed struct {
	Community int64           `db:"community_id"`
	ID        int64           `db:"id"`
	Key       string          `db:"key"`
	Person    int64           `db:"person_id"`
	Chat      int64           `db:"chat_id"`
	Subject   string          `db:"subject"`
	Topic     string          `db:"topic"`
	Args      json.RawMessage `db:"args"`
	Urgency   Urgency         `db:"urgency"`
	Edits     string          `db:"edits"`
	Claim     int             `db:"claims"`     // whose claim this is: a late finisher has an older one
	Attempt   int             `db:"attempt"`    // 1 for the first
	Faults    int             `db:"faults"`     // tries that failed by our own fault
	Copies    int             `db:"copies"`     // that may have arrived already
	Unknown   bool            `db:"unknown"`    // there are such copies
	Message   int64           `db:"message_id"` // of the message that it edits; 0: that was never sent
	EditForm  string          `db:"form"`       // how that was sent
	Sounds    Sounds          `db:"sounds"`     // what was decided of it before
}

// Job reports whether the row is for nobody: something that the bot does.
func (c Claimed) Job() bool { return c.Person == 0 && c.Chat == 0 }

// Bucket is whose limit a message counts against: a private chat is one
// person's, and so the person stands for it.
func (c Claimed) Bucket() int64 { return c.Person + c.Chat }

// Want is how much a worker takes of a community: jobs, and messages as far as
// its limits let them go.
type Want struct{ Community, Jobs, Messages int64 }

// ready is what of the waiting messages may be claimed at $1: first of its lane
// and, where it edits, with the edited message settled. What was claimed once
// keeps its lane: it was the head then. A row that was put off (held) holds its
// lane back; one that is merely scheduled does not, nor does an edit whose
// message is still to be sent: that may stand behind it. That no row edits
// itself is said so that each is looked up: else all that wait would be read
// into a table first.
const ready = `
	(o.subject = '' OR NOT EXISTS (
		SELECT FROM outbox p
		WHERE p.community_id = o.community_id AND p.person_id = o.person_id AND p.chat_id = o.chat_id AND p.subject = o.subject
			AND p.id <> o.id AND p.state IN ('waiting', 'claimed')
			AND (p.state = 'claimed' OR p.id < o.id AND (p.held OR p.due_at <= $1) AND NOT EXISTS (
				SELECT FROM outbox e
				WHERE p.edits <> '' AND e.community_id = p.community_id AND e.key = p.edits
					AND e.state IN ('waiting', 'claimed')))))
	AND (o.edits = '' OR NOT EXISTS (
		SELECT FROM outbox e
		WHERE e.community_id = o.community_id AND e.key = o.edits AND e.id <> o.id AND e.state IN ('waiting', 'claimed')))`

// claimQuery takes what is due in the order in which the indexes keep it: jobs,
// messages of each urgency, and what another worker left behind. What another
// is taking at this moment is passed over. The urgencies are gone through in
// their order and only until there is enough; were they not, nothing worse
// would happen than that a notice goes a moment before a task.
const claimQuery = `
	WITH want AS (
		SELECT * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[]) AS w (community_id, jobs, messages)),
	head AS MATERIALIZED (
		SELECT j.* FROM want w CROSS JOIN LATERAL (
			SELECT o.community_id, o.id, o.urgency, o.due_at FROM outbox o
			WHERE o.community_id = w.community_id AND o.state = 'waiting' AND o.person_id = 0 AND o.chat_id = 0 AND o.due_at <= $1
			ORDER BY o.due_at, o.id
			LIMIT w.jobs
			FOR UPDATE SKIP LOCKED) j
		UNION ALL
		SELECT m.* FROM want w CROSS JOIN LATERAL (
			SELECT n.* FROM unnest('{0,1,2,3}'::smallint[]) AS u (urgency) CROSS JOIN LATERAL (
				SELECT o.community_id, o.id, o.urgency, o.due_at FROM outbox o
				WHERE o.community_id = w.community_id AND o.urgency = u.urgency AND o.state = 'waiting' AND NOT o.aside
					AND (o.person_id <> 0 OR o.chat_id <> 0) AND o.due_at <= $1 AND ` + ready + `
				ORDER BY o.due_at, o.id
				LIMIT w.messages
				FOR UPDATE SKIP LOCKED) n
			LIMIT w.messages) m
		UNION ALL
		SELECT l.* FROM want w CROSS JOIN LATERAL (
			SELECT o.community_id, o.id, o.urgency, o.due_at FROM outbox o
			WHERE o.community_id = w.community_id AND o.state = 'claimed' AND o.lease_until < now()
				AND (w.messages > 0 OR o.person_id = 0 AND o.chat_id = 0)
			FOR UPDATE SKIP LOCKED) l),
	chosen AS (
		SELECT h.community_id, h.id FROM head h ORDER BY h.urgency, h.due_at, h.id LIMIT $5),
	taken AS (
		UPDATE outbox o SET worker = $6, claims = o.claims + 1, attempting = false,
			lease_until = now() + $7 * interval '1 second',
			state = CASE WHEN o.urgency > $8 AND o.copies >= $9 THEN 'uncertain' WHEN o.due_at > $1 THEN 'waiting' ELSE 'claimed' END,
			settled_at = CASE WHEN o.urgency > $8 AND o.copies >= $9 THEN $1::timestamptz END
		FROM chosen c
		WHERE o.community_id = c.community_id AND o.id = c.id
		RETURNING o.community_id, o.id, o.key, o.person_id, o.chat_id, o.subject, o.topic, o.args, o.urgency, o.due_at, o.edits,
			o.state, o.claims, o.attempts + 1 AS attempt, o.faults, o.copies, o.sounds)
	SELECT o.community_id, o.id, o.key, o.person_id, o.chat_id, o.subject, o.topic, o.args, o.urgency, o.edits, o.claims,
		o.attempt, o.faults, o.copies, o.sounds, o.copies > 0 AS unknown, coalesce(e.message_id, 0) AS message_id, coalesce(e.form, '') AS form
	FROM taken o
	LEFT JOIN outbox e ON e.community_id = o.community_id AND e.key = o.edits AND e.state = 'sent'
	WHERE o.state = 'claimed'
	ORDER BY o.urgency, o.due_at, o.id`

// Claim takes up to most rows that are due, the urgent first, and of each lane
// only its head. A row of another worker whose lease is over is taken too,
// except a notice or digest that may have arrived twice: that is uncertain. What was
// postponed while its worker died waits.
func (s *Store) Claim(ctx context.Context, worker string, most int, wants ...Want) ([]Claimed, error) {
	for tries := 1; ; tries++ {
		rows, err := s.claim(ctx, worker, most, wants)
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

func (s *Store) claim(ctx context.Context, worker string, most int, wants []Want) (rows []Claimed, err error) {
	args := claimArgs(s.clk.Now(), worker, most, wants)
	err = pg.Repeat(ctx, func(bool) error { // rows of a claim that was not heard wait for their lease
		rows = nil
		return s.db.SelectContext(ctx, &rows, claimQuery, args...)
	})
	return rows, err
}

func claimArgs(now time.Time, worker string, most int, wants []Want) []any {
	var communities, jobs, messages []int64
	for _, w := range wants {
		communities, jobs, messages = append(communities, w.Community), append(jobs, w.Jobs), append(messages, w.Messages)
	}
	return []any{
		now, pq.Array(communities), pq.Array(jobs), pq.Array(messages), most, worker, lease.Seconds(), Task, mostCopies,
	}
}

// NextDue tells when the next row falls due after a moment; ok is false where
// none waits. Whoever sleeps until then asks as of the claim that found nothing:
// what has fallen due since is their next.
func (s *Store) NextDue(ctx context.Context, after time.Time) (due time.Time, ok bool, err error) {
	err = s.db.GetContext(ctx, &due, `
		SELECT due_at FROM outbox WHERE state = 'waiting' AND due_at > $1 ORDER BY due_at LIMIT 1`, after)
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
		SELECT EXISTS (SELECT FROM outbox o WHERE o.state = 'claimed' OR o.state = 'waiting' AND o.due_at <= $1
			AND (o.person_id = 0 AND o.chat_id = 0 OR `+ready+`))`, s.clk.Now())
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
