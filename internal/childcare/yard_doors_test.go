package childcare_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/people"
)

// shifts are who has one, and when.
type shifts map[int64]time.Time

func (s shifts) Works(_ context.Context, _ sqlx.QueryerContext, _, person int64, day time.Time) ([]childcare.Work, error) {
	if on, there := s[person]; !there || !on.Equal(day) {
		return []childcare.Work{}, nil
	}
	return []childcare.Work{childcare.Walk, childcare.Minding}, nil
}

func (s shifts) Doing(_ context.Context, _ sqlx.QueryerContext, _ int64, _ childcare.Work, _, _ time.Time) (ids []int64, _ error) {
	for person := range s {
		ids = append(ids, person)
	}
	slices.Sort(ids)
	return ids, nil
}

func (s shifts) Stints(ctx context.Context, q sqlx.QueryerContext, community int64, w childcare.Work, from, until time.Time) (all []childcare.Stint, err error) {
	ids, err := s.Doing(ctx, q, community, w, from, until)
	for _, person := range ids {
		all = append(all, childcare.Stint{Person: person, From: from, Until: until})
	}
	return all, err
}

// desk writes down what it is asked to open.
type desk struct {
	mu         sync.Mutex
	urgent     []string // danger and child, of each key once
	confidence []childcare.Confidence
	keys       map[string]bool
}

func (d *desk) fresh(key string) bool {
	if d.keys == nil {
		d.keys = map[string]bool{}
	}
	was := d.keys[key]
	d.keys[key] = true
	return !was
}

func (d *desk) Worry(_ context.Context, _ *sqlx.Tx, _ people.Actor, a childcare.Alarm) (int64, int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fresh(a.Key) {
		d.urgent = append(d.urgent, fmt.Sprintf("%s %d", a.Danger, a.Child))
	}
	return 1, 1, nil
}

func (d *desk) Confide(_ context.Context, _ *sqlx.Tx, _ people.Actor, c childcare.Confidence) (int64, int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fresh(c.Key) {
		d.confidence = append(d.confidence, c)
	}
	return 1, 7, nil
}
