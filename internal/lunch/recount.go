package lunch

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Count is what is cooked on a day.
type Count struct {
	Orders   int
	Portions int
	Modes    map[Mode]int // portions, as they were ordered
	Choices  map[int]int  // portions; 0 where there was no choice
}

// add counts an order that has its place.
func (c *Count) add(p part) {
	if p.Status != Ordered {
		return
	}
	c.Orders++
	c.Portions += p.Portions
	c.Modes[p.Mode] += p.Portions
	c.Choices[p.Choice] += p.Portions
}

func newCount() Count { return Count{Modes: map[Mode]int{}, Choices: map[int]int{}} }

// part is what the kitchen knows of an order, as an event says it.
type part struct {
	Status   Status `json:"state"`
	Mode     Mode   `json:"mode"`
	Choice   int    `json:"choice"`
	Portions int    `json:"portions"`
}

// meal reports whether two make the same meal.
func (p part) meal(q part) bool {
	return p == q || p.Status != Ordered && q.Status != Ordered
}

// story is what the events of a day say, replayed: every order as it stands now, and
// as it stood when the orders closed.
type story struct {
	now, closed map[int64]part
	late        []int64             // the orders of which something was different after that, as it first was
	at          map[int64]time.Time // when it last was
}

// Recount counts once more what is cooked on a day, from what happened alone: no order
// is looked at. The sheet says the same.
func (s *Service) Recount(ctx context.Context, community int64, day time.Time) (Count, error) {
	t, err := readStory(ctx, s.db, community, day)
	if err != nil {
		return Count{}, fmt.Errorf("recount %s: %w", day.Format(time.DateOnly), err)
	}
	c := newCount()
	for _, p := range t.now {
		c.add(p)
	}
	return c, nil
}

func readStory(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) (story, error) {
	var events []struct {
		Code   string
		Order  int64
		Detail json.RawMessage
		At     time.Time
	}
	err := sqlx.SelectContext(ctx, q, &events, `
		SELECT code, coalesce((detail->>'order')::bigint, 0) AS "order", detail, at FROM lunch_events
		WHERE community_id = $1 AND day = $2 AND (code = 'closed' OR detail ? 'state') ORDER BY id`, community, day)
	if err != nil {
		return story{}, fmt.Errorf("read the events of %s: %w", day.Format(time.DateOnly), err)
	}
	t := story{now: map[int64]part{}, at: map[int64]time.Time{}}
	for _, e := range events {
		if e.Code == string(Closed) {
			t.close()
			continue
		}
		var p part
		if err := json.Unmarshal(e.Detail, &p); err != nil {
			return story{}, fmt.Errorf("read an event of order %d: %w", e.Order, err)
		}
		t.happens(e.Order, p, e.At)
	}
	return t, nil
}

// close keeps how things stand.
func (t *story) close() {
	t.closed = make(map[int64]part, len(t.now))
	for id, p := range t.now {
		t.closed[id] = p
	}
}

// happens makes an order what an event says.
func (t *story) happens(order int64, p part, at time.Time) {
	if was := t.now[order]; t.closed != nil && !was.meal(p) {
		if _, known := t.at[order]; !known {
			t.late = append(t.late, order)
		}
		t.at[order] = at
	}
	t.now[order] = p
}

// Correction is an order that is not as the kitchen had it on its first sheet.
type Correction struct {
	Order         int64
	Was, Is       int  // portions; 0: none
	WasMode, Mode Mode // where that is different, or the choice, the portions may be the same
	WasChoice     int
	Choice        int
	At            time.Time
}

// corrections are what is different from the first sheet, as it first was.
func (t story) corrections() (all []Correction) {
	for _, id := range t.late {
		was, is := t.closed[id], t.now[id]
		if was.meal(is) { // there and back again
			continue
		}
		c := Correction{Order: id, WasMode: was.Mode, Mode: is.Mode, WasChoice: was.Choice, Choice: is.Choice, At: t.at[id]}
		if was.Status == Ordered {
			c.Was = was.Portions
		}
		if is.Status == Ordered {
			c.Is = is.Portions
		}
		all = append(all, c)
	}
	return all
}
