package cases

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/people"
)

// listed reports whether a case stands among what its holder has in hand: what is to
// be done, and of what is private, which no other list shows, also what waits for
// somebody's word.
func listed(c Case) bool {
	return inHand(c.Status) || c.Private != "" && slices.Contains([]Status{Proposed, Done, Held}, c.Status)
}

// comes is what can still come of a private case that somebody holds and nothing is to
// be done of at present: the word of a side, or the last visit to both.
const comes = `private <> '' AND (status IN ('proposed', 'done') OR ` + looksIn + `)`

// looksIn is true of the cases in which both sides said that it was kept, until they
// were visited once more.
const looksIn = `status = 'held' AND private IN ('quarrel', 'family')
	AND EXISTS (SELECT FROM case_events e WHERE e.community_id = cases.community_id AND e.case_id = cases.id
		AND e.code = 'held' AND e.at >= cases.closed_at AND e.detail ? 'side')
	AND NOT EXISTS (SELECT FROM case_events e WHERE e.community_id = cases.community_id AND e.case_id = cases.id
		AND e.code = 'visited' AND e.at >= cases.closed_at)`

// Tending reads the private cases that I hold of which something can still come, beside
// what is mine to do (Holding): what waits longest for a word is first, and what is to
// be looked in on comes last. Nobody else has them in any list.
func (s *Service) Tending(ctx context.Context, actor people.Actor) ([]Case, error) {
	now, err := people.ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return nil, err
	}
	var all []Case
	err = s.db.SelectContext(ctx, &all, `
		SELECT `+columns+` FROM cases
		WHERE community_id = $1 AND holder_id = $2 AND `+comes+`
		ORDER BY closed_at NULLS FIRST, coalesce(done_at, due_at), cases.id`, actor.Community, actor.Person)
	if err != nil {
		return nil, fmt.Errorf("read what person %d waits for in private: %w", actor.Person, err)
	}
	return slices.DeleteFunc(all, func(c Case) bool { return !mayHear(c, now) }), nil
}

// LookInAt is when whoever heard both sides looks in once more on what was kept.
func (c Case) LookInAt() time.Time { return c.ClosedAt.Add(LookInAfter) }
