package lunch_test

import (
	"cmp"
	"flag"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/people"
)

// modelDays is how many days the model goes through.
var modelDays = flag.Int("days", 40, "how many days the model of orders goes through")

// meal is what somebody has of the day, as the model knows it.
type meal struct {
	status   lunch.Status
	mode     lunch.Mode
	portions int
	takes    bool
	turn     int       // on the list: who has the smaller one came first
	until    time.Time // the hold
	offer    int       // which of all offers it is
}

func (m meal) holds() bool { return m.status == lunch.Ordered || m.status == lunch.Offered }

// dayModel is one day as doc.go says that it is.
type dayModel struct {
	*rapid.T
	h      *hall
	day    time.Time
	closes time.Time
	all    []people.Actor // the last is a guest
	meals  []meal
	places map[lunch.Mode]int
	turns  int
}

// TestADayKeepsItsWord: whatever people order, change, cancel and answer, and however
// many places there are, everybody has what the model says, in its order.
func TestADayKeepsItsWord(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	all := h.eaters(6)
	h.exec(`UPDATE diners SET why = 'guest', reason = 'pays' WHERE person_id = $1`, all[5].Person)
	day := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	days := 0
	luck.Check(t, func(rt *rapid.T) {
		if days++; days > *modelDays {
			return
		}
		day = day.AddDate(0, 0, 1)
		m := &dayModel{T: rt, h: h, day: day, all: all, meals: make([]meal, len(all)), places: map[lunch.Mode]int{}}
		m.begin()
		for range rapid.IntRange(0, 8).Draw(rt, "a queue") {
			m.list()
		}
		steps := map[string]func(){
			"order": m.order, "list": m.list, "not": m.not, "accept": m.accept, "decline": m.decline, "capacity": m.capacity, "advance": m.advance,
			"silence": m.silence,
		}
		names := []string{"order", "list", "list", "not", "not", "accept", "decline", "capacity", "capacity", "advance", "silence", "silence"}
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 6, 14).Draw(rt, "steps") {
			steps[name]()
			m.check()
		}
		m.close()
	})
}

// begin makes the day: it closes in thirty hours, and has few places.
func (m *dayModel) begin() {
	now := m.h.clk.Now()
	m.closes = now.Add(30 * time.Hour)
	m.h.exec(`INSERT INTO lunch_days (community_id, day, state, price, asks_at, calls_at, closes_at, serves_at, published_at)
		VALUES ($1, $2, 'published', 800, $3, $3, $4, $5, $3)`, m.h.id, m.day, now, m.closes, m.closes.Add(time.Hour))
	for _, mode := range lunch.Modes {
		m.places[mode] = rapid.IntRange(0, 2).Draw(m.T, string(mode))
		m.h.exec(`INSERT INTO lunch_places (community_id, day, mode, capacity) VALUES ($1, $2, $3, $4)`, m.h.id, m.day, mode, m.places[mode])
	}
}

func (m *dayModel) who() int { return rapid.IntRange(0, len(m.all)-1).Draw(m.T, "who") }

func (m *dayModel) order() { m.orders(lunch.AskNow) }
func (m *dayModel) list() {
	m.orders(rapid.SampledFrom([]string{lunch.TakeForMe, lunch.AskMeFirst}).Draw(m.T, "list"))
}

// left is how many of a way are free, and none where more are taken than there are.
func (m *dayModel) left(mode lunch.Mode) int {
	n := m.places[mode]
	for _, x := range m.meals {
		if x.holds() && x.mode == mode {
			n -= x.portions
		}
	}
	return max(0, n)
}

// orders is one order, changed or new.
func (m *dayModel) orders(list string) {
	i := m.who()
	w := lunch.Wish{
		Day: m.day, Person: m.all[i].Person, List: list, Portions: rapid.IntRange(0, 2).Draw(m.T, "portions"),
		Mode: rapid.SampledFrom([]lunch.Mode{"", lunch.Bring, lunch.Bring, lunch.Eat}).Draw(m.T, "mode"),
	}
	want, refusing := m.ordered(m.meals[i], w)
	_, err := m.h.lunch.Order(m.h.ctx, m.all[i], w)
	m.expect(refusing, err)
	m.meals[i] = want
	m.moveOn()
}

// ordered is what becomes of an order, and why it does not.
func (m *dayModel) ordered(was meal, w lunch.Wish) (meal, string) {
	to := was
	if was.status == "" || was.status == lunch.Cancelled {
		to = meal{mode: lunch.Bring, portions: 1}
	}
	to.mode, to.portions = cmp.Or(w.Mode, to.mode), cmp.Or(w.Portions, to.portions)
	free, keeps := m.left(to.mode), was.holds() && was.mode == to.mode
	if keeps {
		free += was.portions
	}
	waits := was.status == lunch.Waiting && was.mode == to.mode
	switch {
	case to.portions <= free:
		return meal{status: lunch.Ordered, mode: to.mode, portions: to.portions}, ""
	case keeps, w.List == lunch.AskNow && !waits:
		return was, "lunch.full"
	}
	if w.List != lunch.AskNow {
		to.takes = w.List == lunch.TakeForMe
	}
	if !waits {
		m.turns++
		to.turn = m.turns
	}
	to.status, to.until = lunch.Waiting, time.Time{}
	return to, ""
}

// moveOn gives what is free to the first for whom it is enough, guests last.
func (m *dayModel) moveOn() {
	for _, mode := range lunch.Modes {
		for next := m.next(mode); next >= 0; next = m.next(mode) {
			x := &m.meals[next]
			x.status = lunch.Ordered
			if !x.takes {
				m.turns++
				x.status, x.until, x.offer = lunch.Offered, m.holdEnds(), m.turns
			}
			x.takes = x.takes && x.status != lunch.Ordered
		}
	}
}

func (m *dayModel) next(mode lunch.Mode) int {
	for _, i := range m.queue(mode) {
		if m.meals[i].portions <= m.left(mode) {
			return i
		}
	}
	return -1
}

// queue is who waits for a way, in their order.
func (m *dayModel) queue(mode lunch.Mode) (all []int) {
	for i, x := range m.meals {
		if x.status == lunch.Waiting && x.mode == mode {
			all = append(all, i)
		}
	}
	guest := len(m.all) - 1
	slices.SortFunc(all, func(a, b int) int {
		if a == guest || b == guest {
			return cmp.Compare(a/guest, b/guest)
		}
		return cmp.Compare(m.meals[a].turn, m.meals[b].turn)
	})
	return all
}

func (m *dayModel) not() {
	i := m.who()
	_, err := m.h.lunch.NotThen(m.h.ctx, m.all[i], m.day, m.all[i].Person)
	m.expect("", err)
	if m.meals[i].status == "" {
		m.meals[i] = meal{mode: lunch.Bring, portions: 1}
	}
	m.ends(i)
	m.moveOn()
}

func (m *dayModel) ends(i int) {
	m.meals[i] = meal{status: lunch.Cancelled, mode: m.meals[i].mode, portions: m.meals[i].portions}
}

// answers is somebody's answer to an offer that they may have.
func (m *dayModel) answers(do func(i int, order int64) error, refusing map[lunch.Status]string, then func(i int)) {
	i := m.who()
	was := m.meals[i].status
	if was == "" {
		return
	}
	var id int64
	if err := m.h.db.Get(&id, `SELECT id FROM lunch_orders WHERE day = $1 AND person_id = $2`, m.day, m.all[i].Person); err != nil {
		m.Fatal(err)
	}
	m.expect(refusing[was], do(i, id))
	if was == lunch.Offered {
		then(i)
		m.moveOn()
	}
}

func (m *dayModel) accept() {
	m.answers(func(i int, order int64) error {
		_, err := m.h.lunch.Accept(m.h.ctx, m.all[i], order)
		return err
	}, map[lunch.Status]string{lunch.Waiting: "lunch.not_offered", lunch.Cancelled: "lunch.hold_over"}, func(i int) {
		m.meals[i] = meal{status: lunch.Ordered, mode: m.meals[i].mode, portions: m.meals[i].portions}
	})
}

func (m *dayModel) decline() {
	m.answers(func(i int, order int64) error {
		_, err := m.h.lunch.Decline(m.h.ctx, m.all[i], order)
		return err
	}, map[lunch.Status]string{lunch.Waiting: "lunch.not_offered", lunch.Ordered: "lunch.not_offered"}, m.ends)
}

func (m *dayModel) capacity() {
	mode, n := rapid.SampledFrom(lunch.Modes).Draw(m.T, "of"), rapid.IntRange(0, 4).Draw(m.T, "places")
	taken := 0
	for _, x := range m.meals {
		if x.holds() && x.mode == mode {
			taken += x.portions
		}
	}
	affected, err := m.h.lunch.Capacity(m.h.ctx, m.h.chef, m.day, mode, n)
	m.expect("", err)
	m.places[mode] = n
	for _, o := range affected {
		taken -= o.Portions
	}
	if len(affected) > 0 && (taken > n || taken+affected[len(affected)-1].Portions <= n) {
		m.Fatalf("%d are affected, and %d remain of %d", len(affected), taken, n)
	}
	m.moveOn()
}

// close ends the day: who waits does so no more.
func (m *dayModel) close() {
	m.expect("", m.h.lunch.Unlist(m.h.ctx, m.h.id, m.day))
	for i, x := range m.meals {
		if x.status == lunch.Waiting || x.status == lunch.Offered {
			m.ends(i)
		}
	}
	m.check()
}
