package lunch

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/people"
)

// ToCall is somebody to be phoned about a day.
type ToCall struct {
	Person   int64
	Name     string
	Phone    string // "": they have none
	Mode     Mode   // as they usually eat,
	Portions int    // and how many
	Telegram bool   // they were asked there, and did not answer
	Voice    int64  // the wish with what they said, to be listened to; 0: none
	TriedAt  *time.Time
}

// CallList reads who is to be phoned about a day, by name, and behind them those who
// did not answer: of the published day who said nothing of it, as far as they have
// eaten in the two weeks before, or Telegram does not reach them; of one that was
// called off who had ordered it, and whom Telegram does not reach. It is for whoever
// runs the kitchen, and who helps on that day.
func (s *Service) CallList(ctx context.Context, actor people.Actor, day time.Time) ([]ToCall, error) {
	d, err := readDay(ctx, s.db, actor.Community, day)
	if err == nil {
		_, err = s.works(ctx, s.db, actor, day, Help)
	}
	if err != nil {
		return nil, fmt.Errorf("read whom to call: %w", err)
	}
	return callList(ctx, s.db, d)
}

// Whom a call is for, of diners d, about the day $2.
const (
	unanswered = unsaid + ` AND (EXISTS (SELECT FROM persons p
		WHERE p.community_id = d.community_id AND p.id = d.person_id AND NOT p.reachable)
	OR EXISTS (SELECT FROM lunch_orders o WHERE o.community_id = d.community_id AND o.person_id = d.person_id
		AND o.day >= $2::date - 14 AND o.day < $2::date AND o.state = 'ordered'))`

	uninformed = `AND EXISTS (SELECT FROM persons p
		WHERE p.community_id = d.community_id AND p.id = d.person_id AND NOT p.reachable)
	AND EXISTS (SELECT FROM lunch_events e WHERE e.community_id = d.community_id AND e.day = $2::date
		AND e.person_id = d.person_id AND e.detail->>'why' = 'called_off' AND NOT EXISTS (
			SELECT FROM lunch_events c WHERE c.community_id = e.community_id AND c.day = e.day AND c.person_id = e.person_id
				AND c.code = 'called' AND c.detail->>'outcome' <> 'no_reply' AND c.id > e.id))`
)

func callList(ctx context.Context, q sqlx.QueryerContext, d Day) ([]ToCall, error) {
	which := map[State]string{Published: unanswered, CalledOff: uninformed}[d.State]
	if which == "" {
		return []ToCall{}, nil
	}
	diners, err := eaters(ctx, q, d, which)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(diners))
	for i, x := range diners {
		ids[i] = x.Person
	}
	persons, err := people.ReadPersons(ctx, q, d.Community, ids)
	if err != nil {
		return nil, err
	}
	tries, err := readTries(ctx, q, d, ids)
	if err != nil {
		return nil, err
	}
	all := []ToCall{}
	for i, p := range persons { // in the order of ids, and so of the diners
		t := tries[p.ID]
		if d.State == Published && (t.Outcome == SaysYes || t.Outcome == SaysNo) { // they have an order, unless it rests
			continue
		}
		all = append(all, ToCall{
			Person: p.ID, Name: p.Name, Phone: p.Phone, Mode: diners[i].Mode, Portions: diners[i].Portions,
			Telegram: p.Reachable, Voice: t.Voice, TriedAt: t.At,
		})
	}
	slices.SortStableFunc(all, ToCall.before)
	return all, nil
}

// before orders a call round: who was not called yet, by name, and then those who did
// not answer, the one who was called first.
func (a ToCall) before(b ToCall) int {
	switch {
	case a.TriedAt == nil && b.TriedAt == nil:
		return strings.Compare(a.Name, b.Name)
	case a.TriedAt == nil:
		return -1
	case b.TriedAt == nil:
		return 1
	}
	return a.TriedAt.Compare(*b.TriedAt)
}

// try is what came of calling somebody about a day, and what they said into their
// telephone meanwhile.
type try struct {
	Person  int64
	Outcome Called
	At      *time.Time
	Voice   int64
}

func readTries(ctx context.Context, q sqlx.QueryerContext, d Day, ids []int64) (map[int64]try, error) {
	var all []try
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT i.id AS person, coalesce(c.outcome, '') AS outcome, c.at, coalesce(w.id, 0) AS voice
		FROM unnest($3::bigint[]) AS i (id)
		LEFT JOIN lunch_calls c ON c.community_id = $1 AND c.day = $2 AND c.person_id = i.id
		LEFT JOIN lunch_wishes w ON w.community_id = $1 AND w.day = $2 AND w.person_id = i.id AND w.decided_at IS NULL AND w.voice <> ''`,
		d.Community, d.Day, pq.Array(ids))
	if err != nil {
		return nil, fmt.Errorf("read who was called about %s: %w", d.Day.Format(time.DateOnly), err)
	}
	by := map[int64]try{}
	for _, t := range all {
		by[t.Person] = t
	}
	return by, nil
}

// callAtTime tells whoever runs the kitchen, in the afternoon before a day, how many
// are to be phoned; and once more where nobody wrote yet what there is.
func (b *book) callAtTime(ctx context.Context) error {
	switch {
	case b.now.Before(b.day.CallsAt) || !b.now.Before(b.day.ClosesAt): // it moved, or is too late for it
		return nil
	case b.day.State == Planned:
		return b.once(ctx, "calls", topicNoMenu, nil)
	case b.day.State != Published:
		return nil
	}
	all, err := callList(ctx, b.tx, b.day)
	if err != nil || len(all) == 0 {
		return err
	}
	return b.once(ctx, "calls", topicCall, detail{"n": len(all)})
}

// once tells whoever runs the kitchen something of the day, once.
func (b *book) once(ctx context.Context, code, topic string, more detail) error {
	did, err := b.did(ctx, code)
	if err != nil || did {
		return err
	}
	if err := b.noted(ctx, code, more); err != nil {
		return err
	}
	return b.tellLeads(ctx, topic, more)
}
