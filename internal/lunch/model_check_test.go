package lunch_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/refusal"
)

func (m *dayModel) expect(key string, err error) {
	m.Helper()
	if key == "" && err != nil {
		m.Fatal(err)
	}
	if r, ok := refusal.As(err); key != "" && (!ok || r.Key != key) {
		m.Fatalf("got %v, want %s", err, key)
	}
}

// check compares everything that there is of the day.
func (m *dayModel) check() {
	m.Helper()
	var rows []struct {
		Person         int64
		State, Mode    string
		Portions, Rank int
		Until          *time.Time
	}
	err := m.h.db.Select(&rows, `
		SELECT o.person_id AS person, o.state, o.mode, o.portions, o.held_until AS until,
			row_number() OVER (PARTITION BY o.mode, o.state ORDER BY d.why = 'guest', o.waits_since)::int AS rank
		FROM lunch_orders o JOIN diners d ON d.community_id = o.community_id AND d.person_id = o.person_id WHERE o.day = $1`, m.day)
	if err != nil {
		m.Fatal(err)
	}
	got, want := map[int64]string{}, map[int64]string{}
	for _, r := range rows {
		s := fmt.Sprint(r.State, " ", r.Mode, " ", r.Portions)
		if r.State == "waiting" {
			s += fmt.Sprint(" ", r.Rank)
		}
		if r.Until != nil {
			s += r.Until.UTC().Format(" 2 15:04")
		}
		got[r.Person] = s
	}
	for i, x := range m.meals {
		if x.status == "" {
			continue
		}
		s := fmt.Sprint(x.status, " ", x.mode, " ", x.portions)
		if x.status == lunch.Waiting {
			s += fmt.Sprint(" ", slices.Index(m.queue(x.mode), i)+1)
		}
		if x.status == lunch.Offered {
			s += x.until.UTC().Format(" 2 15:04")
		}
		want[m.all[i].Person] = s
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		m.Fatalf("there is %v\nand should be %v", got, want)
	}
	m.counted()
}

// counted checks that the places count what is taken.
func (m *dayModel) counted() {
	var wrong int
	err := m.h.db.Get(&wrong, `
		SELECT count(*) FROM lunch_places p WHERE day = $1 AND taken <> (
			SELECT coalesce(sum(portions), 0) FROM lunch_orders o WHERE o.day = p.day AND o.mode = p.mode AND state IN ('ordered', 'offered'))`, m.day)
	if err != nil || wrong > 0 {
		m.Fatalf("%d places are counted wrongly: %v", wrong, err)
	}
}
