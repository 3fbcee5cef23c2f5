package roster

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// settles is how long after the last change of the plan people hear what became
// of it: who plans a week taps many times, and whoever is on it hears once.
const settles = 3 * time.Minute

// planNews are shifts of which people who took a place in them hear, by what is
// told.
type planNews map[int64]map[string][]int64

func (n planNews) add(person int64, topic string, shift int64) {
	if n[person] == nil {
		n[person] = map[string][]int64{}
	}
	n[person][topic] = append(n[person][topic], shift)
}

// tellPlaces enqueues them, once for an event: whoever plans sees it on the screen.
func (p *planning) tellPlaces(ctx context.Context, news planNews, event int64) error {
	delete(news, p.actor.Person)
	to, err := people.Reachable(ctx, p.tx, p.actor.Community, slices.Sorted(maps.Keys(news)))
	if err != nil {
		return err
	}
	for _, person := range to {
		for _, topic := range slices.Sorted(maps.Keys(news[person])) {
			if err := outbox.Enqueue(ctx, p.tx, p.actor.Community, outbox.Row{
				Key: fmt.Sprintf("%s:%d:%d", topic, person, event), Person: person, Subject: planOf(person), Topic: topic,
				Args: detail{"shifts": news[person][topic]}, Urgency: outbox.Task, Due: p.now,
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// planOf is the lane of what is told somebody of the plan.
func planOf(person int64) string { return fmt.Sprintf("plan:%d", person) }

// tellLater enqueues the job that tells what the plan has become.
func (p *planning) tellLater(ctx context.Context, event int64) error {
	return outbox.Enqueue(ctx, p.tx, p.actor.Community, outbox.Row{
		Key: fmt.Sprintf("roster:tell:%d", event), Topic: "roster.tell", Urgency: outbox.Task, Due: p.now.Add(settles),
	})
}

// untold is somebody who stands in a pattern, or does no more, and has not heard.
type untold struct {
	Person, Pattern int64
	Ended, Knows    bool
	slotTime
}

// slotTime is when and where a pattern is: one that was ended and made anew is the
// same to those who stand in it.
type slotTime struct {
	Area           int64
	Activity, Slot string
	Weekday        int
	From, Until    calendar.Clock
}

// tellWeeks tells everybody whose place in the week has changed what it is now, once
// the plan has been left alone for a while.
func (s *Service) tellWeeks(ctx context.Context, community int64) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		all, err := s.takeUntold(ctx, tx, community)
		if err != nil {
			return err
		}
		by := map[int64][]untold{}
		for _, u := range all {
			by[u.Person] = append(by[u.Person], u)
		}
		to, err := people.Reachable(ctx, tx, community, slices.Sorted(maps.Keys(by)))
		if err != nil {
			return err
		}
		for _, person := range to {
			if err := s.tellWeek(ctx, tx, community, person, by[person]); err != nil {
				return err
			}
		}
		return nil
	})
}

// takeUntold reads who has not heard, and notes that they have. There is nobody
// while the plan is still being changed.
func (s *Service) takeUntold(ctx context.Context, tx *sqlx.Tx, community int64) ([]untold, error) {
	var all []untold
	err := tx.SelectContext(ctx, &all, `
		WITH was AS (
			SELECT id, knows FROM standing_assignments
			WHERE community_id = $1 AND NOT told AND NOT EXISTS (SELECT FROM shift_events e
				WHERE e.community_id = $1 AND e.shift_id IS NULL AND e.code = 'planned' AND e.at > $2)
			FOR UPDATE)
		UPDATE standing_assignments g SET told = true, knows = g.knows OR g.ended_at IS NULL FROM was, shift_patterns p
		WHERE g.community_id = $1 AND g.id = was.id AND p.community_id = $1 AND p.id = g.pattern_id
		RETURNING g.person_id AS person, g.pattern_id AS pattern, g.ended_at IS NOT NULL AS ended, was.knows,
			coalesce(p.area_id, 0) AS area, p.activity, p.slot, p.weekday, p.from_minute AS "from", p.until_minute AS until`,
		community, s.now().Add(-settles))
	if err != nil {
		return nil, fmt.Errorf("read who has not heard of the plan: %w", err)
	}
	return all, nil
}

// tellWeek tells one person. What ended before they had heard of it, and what
// ended and began again, is nothing to tell.
func (s *Service) tellWeek(ctx context.Context, tx *sqlx.Tx, community, person int64, news []untold) error {
	on, off := map[slotTime]int64{}, map[slotTime]int64{}
	for _, u := range news {
		switch {
		case !u.Ended:
			on[u.slotTime] = u.Pattern
		case u.Knows:
			off[u.slotTime] = u.Pattern
		}
	}
	for at := range on {
		if _, again := off[at]; again {
			delete(on, at)
			delete(off, at)
		}
	}
	for _, of := range []struct {
		topic string
		told  map[slotTime]int64
	}{{"plan.not_yours", off}, {"plan.yours", on}} {
		patterns := slices.Sorted(maps.Values(of.told))
		if len(patterns) == 0 {
			continue
		}
		if err := outbox.Enqueue(ctx, tx, community, outbox.Row{
			Key: fmt.Sprintf("%s:%d:%d", of.topic, person, s.now().UnixMicro()), Person: person, Subject: planOf(person), Topic: of.topic,
			Args: detail{"patterns": patterns}, Urgency: outbox.Task, Due: s.now(),
		}); err != nil {
			return err
		}
	}
	return nil
}

// Planned reads some patterns as a person comes to them, also those that have ended, by
// weekday, and when the first of their shifts to come begins; the zero time where there
// is none.
func (s *Service) Planned(ctx context.Context, community, person int64, patterns []int64) (some []Pattern, first time.Time, err error) {
	err = s.db.SelectContext(ctx, &some, `
		SELECT `+patternColumns+` FROM shift_patterns p WHERE p.community_id = $1 AND p.id = ANY ($2)`, community, pq.Array(patterns))
	if err != nil {
		return nil, first, fmt.Errorf("read patterns: %w", err)
	}
	own, err := ownTimes(ctx, s.db, community)
	if err != nil {
		return nil, first, err
	}
	for i, p := range some {
		if early, is := own[p.ID][person]; is {
			some[i].Early = early
		}
	}
	slices.SortFunc(some, func(a, b Pattern) int { return cmp.Compare(a.begins(), b.begins()) })
	var next *time.Time
	err = s.db.GetContext(ctx, &next, `
		SELECT min(starts_at) FROM shifts
		WHERE community_id = $1 AND pattern_id = ANY ($2) AND cancelled_at IS NULL AND starts_at > $3`, community, pq.Array(patterns), s.now())
	if err != nil {
		return nil, first, fmt.Errorf("read the first shift: %w", err)
	}
	if next != nil {
		first = *next
	}
	return some, first, nil
}

// Extra reads the shifts to come in which somebody stands although they are on another
// weekday than their patterns, the next first.
func (s *Service) Extra(ctx context.Context, community, person int64, patterns []int64) ([]Shift, error) {
	var all []Shift
	err := s.db.SelectContext(ctx, &all, `
		SELECT `+shiftColumns+` FROM shifts s
		JOIN shift_patterns p ON p.community_id = s.community_id AND p.id = s.pattern_id
		JOIN assignments a ON a.community_id = s.community_id AND a.shift_id = s.id AND a.person_id = $2 AND a.ended_at IS NULL
		WHERE s.community_id = $1 AND p.id = ANY ($3) AND s.starts_at > $4 AND extract(isodow FROM s.day) <> p.weekday
		ORDER BY s.starts_at`, community, person, pq.Array(patterns), s.now())
	if err != nil {
		return nil, fmt.Errorf("read the shifts on other weekdays: %w", err)
	}
	return all, nil
}
