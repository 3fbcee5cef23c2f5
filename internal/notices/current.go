package notices

import (
	"context"
	"fmt"
	"slices"

	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/people"
)

// Current reads the notices that are current for the actor and for whom they act: those
// that were sent to one of them, that went to groups of where they live, or to which one
// of them has signed up; the newest first.
func (s *Service) Current(ctx context.Context, actor people.Actor) ([]Notice, error) {
	now, err := people.ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return nil, fmt.Errorf("read what is current: %w", err)
	}
	family := append([]int64{now.Person}, now.For...)
	var rows []struct {
		kept
		Mine bool
	}
	err = s.db.SelectContext(ctx, &rows, `
		SELECT * FROM (SELECT `+columns+`,
			EXISTS (SELECT FROM notice_recipients r WHERE r.community_id = n.community_id AND r.notice_id = n.id AND r.person_id = ANY ($2))
			OR EXISTS (SELECT FROM notice_signups g WHERE g.community_id = n.community_id AND g.notice_id = n.id AND g.person_id = ANY ($2)
				AND g.state <> 'not') AS mine
			FROM `+tables+` WHERE n.community_id = $1 AND n.state IN ('going', 'paused', 'out') AND n.over_at > $3) c
		WHERE mine OR (audience->>'groups')::boolean
		ORDER BY startedat DESC, id DESC`, actor.Community, pq.Array(family), s.now())
	if err != nil {
		return nil, fmt.Errorf("read what is current for person %d: %w", actor.Person, err)
	}
	them, err := people.ReadPersons(ctx, s.db, actor.Community, family)
	if err != nil {
		return nil, err
	}
	all := []Notice{}
	for _, r := range rows {
		n := r.notice()
		if r.Mine || slices.ContainsFunc(them, n.For.livesIn) {
			all = append(all, n)
		}
	}
	return all, nil
}

// livesIn reports whether somebody lives at one of the homes of an audience; without
// homes everybody does.
func (a Audience) livesIn(p people.Person) bool {
	return len(a.Homes) == 0 || slices.ContainsFunc(a.Homes, func(h Home) bool {
		return h.Building == p.Building && (h.Entrance == 0 || h.Entrance == p.Entrance)
	})
}
