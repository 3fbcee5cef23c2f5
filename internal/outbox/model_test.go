package outbox_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"pgregory.net/rapid"

	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/outbox"
)

// parcel is a row as the model knows it.
type parcel struct {
	outbox.Row
	state     string // waiting, hand, lost (its worker died), or how it ended
	held      bool
	trying    bool
	copies    int // that may have arrived, as the outbox counts them
	delivered int // that did arrive
	faults    int
	claim     outbox.Claimed
}

func (p *parcel) open() bool { return slices.Contains([]string{"waiting", "hand", "lost"}, p.state) }
func (p *parcel) job() bool  { return p.Person == 0 && p.Chat == 0 }

// model is the outbox as its papers say it is: every row in the order in which
// it was enqueued.
type model struct {
	*rapid.T
	w    *town
	rows []*parcel
	late []outbox.Claimed // in the hands of workers that seemed dead
}

// Whatever happens to rows and workers, in whatever order: a lane goes one by
// one and in its order, an edit after its message, nothing is sent more often
// than it may be, and all that can go does.
func TestTheOutboxKeepsItsWord(t *testing.T) {
	t.Parallel()
	shared, bot := atNoon(t), int64(100)
	luck.Check(t, func(rt *rapid.T) {
		w := *shared
		bot++
		w.id = w.community(bot)
		m := &model{T: rt, w: &w}
		steps := map[string]func(){
			"enqueue": m.enqueue, "claim": m.claimSome, "end": m.end, "end more": m.end, "advance": m.advance,
			"tidy": m.tidy, "withdraw": m.withdraw, "postpone": m.postpone, "late": m.lateFinish, "again": m.again,
			"keep": m.keep, "release": m.release,
		}
		names := []string{"enqueue", "claim", "end", "end more", "advance", "withdraw", "postpone", "late", "again", "claim", "end", "enqueue", "tidy", "keep", "release"}
		m.enqueue()
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 5, 40).Draw(rt, "steps") {
			steps[name]()
		}
		m.drain()
	})
}

func (m *model) now() time.Time { return m.w.clk.Now() }

func (m *model) ok(err error) {
	if err != nil {
		m.Fatal(err)
	}
}

func (m *model) enqueue() {
	n := rapid.IntRange(1, 4).Draw(m.T, "rows")
	var rows []outbox.Row
	for range n {
		r := outbox.Row{
			Key: fmt.Sprint(len(m.rows)), Topic: "x", Due: m.now(),
			Urgency: outbox.Urgency(rapid.IntRange(0, 3).Draw(m.T, "urgency")),
		}
		switch rapid.IntRange(0, 5).Draw(m.T, "for") {
		case 0: // a job
		case 1:
			r.Chat, r.Subject = -100, "s"
		default:
			r.Person, r.Subject = int64(rapid.IntRange(1, 2).Draw(m.T, "person")), rapid.SampledFrom([]string{"s", "s", "t", ""}).Draw(m.T, "subject")
		}
		if rapid.IntRange(0, 3).Draw(m.T, "scheduled") == 0 {
			r.Due = m.now().Add(time.Duration(rapid.IntRange(1, 100).Draw(m.T, "in")) * time.Second)
		}
		if r.Person != 0 && rapid.IntRange(0, 3).Draw(m.T, "edits") == 0 { // also a message that comes next
			r.Edits = fmt.Sprint(rapid.IntRange(0, len(m.rows)+1).Draw(m.T, "of"))
			if r.Edits == r.Key || m.edited(r.Key) {
				r.Edits = "" // no two change each other, and none itself
			}
		}
		m.rows = append(m.rows, &parcel{Row: r, state: "waiting"})
		rows = append(rows, r)
	}
	m.ok(m.w.tryEnqueue(rows...))
	m.isToCome(rows...)
}

// isToCome looks once more where messages are to be sent, after all, that others change:
// a change lets pass then what stood behind it, and that is seen a little later.
func (m *model) isToCome(rows ...outbox.Row) {
	if slices.ContainsFunc(rows, func(r outbox.Row) bool { return m.edited(r.Key) }) {
		m.tidy()
	}
}

// edited reports whether a row is changed by another.
func (m *model) edited(key string) bool {
	return slices.ContainsFunc(m.rows, func(p *parcel) bool { return p.Edits == key })
}

func (m *model) isOpen(key string) bool {
	return slices.ContainsFunc(m.rows, func(p *parcel) bool { return p.Key == key && p.open() })
}

// ready reports whether the row at i may be claimed.
func (m *model) ready(i int) bool {
	p := m.rows[i]
	if p.state == "lost" {
		return true
	}
	if p.state != "waiting" || p.Due.After(m.now()) || p.Edits != "" && m.isOpen(p.Edits) {
		return false
	}
	if p.job() || p.Subject == "" {
		return true
	}
	for j, q := range m.rows {
		if j == i || q.Person != p.Person || q.Chat != p.Chat || q.Subject != p.Subject || !q.open() {
			continue
		}
		ahead := j < i && (q.held || !q.Due.After(m.now())) && (q.Edits == "" || !m.isOpen(q.Edits))
		if q.state != "waiting" || ahead {
			return false
		}
	}
	return true
}

func (m *model) claimSome() { m.claim(rapid.IntRange(1, 6).Draw(m.T, "most")) }

func (m *model) claim(most int) (taken int) {
	var may []int
	for i := range m.rows {
		if m.ready(i) {
			may = append(may, i)
		}
	}
	rows, err := m.w.box.Claim(m.w.Context(), "w", most, outbox.Want{Community: m.w.id, Jobs: int64(most), Messages: int64(most)})
	m.ok(err)
	for n, c := range rows {
		i := slices.IndexFunc(m.rows, func(p *parcel) bool { return p.Key == c.Key })
		p := m.rows[i]
		if !slices.Contains(may, i) {
			m.Fatalf("%s was claimed out of its turn", c.Key)
		}
		if n > 0 && rows[n-1].Urgency > c.Urgency {
			m.Fatalf("%s comes after what is less urgent", c.Key)
		}
		if p.state == "lost" {
			m.late = append(m.late, p.claim)
		}
		if c.Copies != p.copies || c.Unknown != (p.copies > 0) || c.Faults != p.faults {
			m.Fatalf("%s: %d copies and %d faults, the model counts %d and %d", c.Key, c.Copies, c.Faults, p.copies, p.faults)
		}
		p.state, p.claim, p.trying = "hand", c, false
	}
	dropped := 0
	for _, i := range may {
		if p := m.rows[i]; p.state == "lost" && p.Urgency > outbox.Task && p.copies >= 2 && m.stored(p) == "uncertain" {
			p.state = "uncertain"
			dropped++
			defer m.tidy()
		}
	}
	if len(rows)+dropped < min(most, len(may)) {
		m.Fatalf("%d of %d that may go were claimed", len(rows), len(may))
	}
	return len(rows) + dropped
}

func (m *model) stored(p *parcel) (state string) {
	m.ok(m.w.db.Get(&state, `SELECT state FROM outbox WHERE community_id = $1 AND key = $2`, m.w.id, p.Key))
	return state
}

// pick chooses one of the rows in some state; nil where there is none.
func (m *model) pick(states ...string) *parcel {
	var some []*parcel
	for _, p := range m.rows {
		if slices.Contains(states, p.state) {
			some = append(some, p)
		}
	}
	if len(some) == 0 {
		return nil
	}
	return some[rapid.IntRange(0, len(some)-1).Draw(m.T, "which")]
}

func (m *model) end() {
	if p := m.pick("hand"); p != nil {
		m.endAs(p, rapid.SampledFrom([]string{
			"sent", "sent", "sent", "limited", "lost", "broken", "failed", "unknown", "unknown but arrived", "lost on its way", "lost but arrived",
		}).Draw(m.T, "end"))
	}
}

func (m *model) endAs(p *parcel, how string) {
	ctx, box, later := m.w.Context(), m.w.box, m.now().Add(time.Duration(rapid.IntRange(0, 30).Draw(m.T, "wait"))*time.Second)
	if p.Edits != "" && p.claim.Message == 0 && how == "sent" {
		how = "failed"
	}
	if !p.job() && !slices.Contains([]string{"lost", "broken"}, how) {
		m.ok(box.Attempting(ctx, p.claim))
		p.trying = true
		p.copies++
	}
	switch how {
	case "sent":
		p.delivered++
		m.ok(box.Sent(ctx, p.claim, int64(1000+len(p.Key)), "text"))
		p.state = "sent"
	case "failed":
		m.ok(box.Failed(ctx, p.claim, "x"))
		p.state = "failed"
	case "limited":
		m.ok(box.Later(ctx, p.claim, later, false))
		p.state, p.held, p.Due, p.copies = "waiting", true, later, p.claim.Copies
	case "broken":
		p.faults++
		_, err := box.Broken(ctx, p.claim, "x")
		m.ok(err)
		p.state, p.held, p.Due = "waiting", false, m.now().Add(min(10*time.Second<<(p.faults-1), 10*time.Minute))
		if p.faults == 8 {
			p.state = "failed"
		}
	case "unknown", "unknown but arrived":
		if how != "unknown" {
			p.delivered++
		}
		m.ok(box.Later(ctx, p.claim, later, true))
		p.state, p.held, p.Due = "waiting", true, later
		if p.trying && p.Urgency > outbox.Task && p.copies >= 2 {
			p.state = "uncertain"
		}
	default: // the worker dies
		if how == "lost but arrived" {
			p.delivered++
		}
		p.state = "lost"
		_, err := m.w.db.ExecContext(ctx, `
			UPDATE outbox SET lease_until = now() - interval '1 second' WHERE community_id = $1 AND key = $2`, m.w.id, p.Key)
		m.ok(err)
	}
}

// tidy lets go of what nothing else did, and puts the rest aside.
func (m *model) tidy() { m.ok(outbox.TidyAll(m.w.Context(), m.w.box, m.w.id)) }

// lateFinish lets a worker that seemed dead come back: it changes nothing.
func (m *model) lateFinish() {
	for _, c := range m.late {
		for _, err := range []error{
			m.w.box.Sent(m.w.Context(), c, 1, "text"), m.w.box.Later(m.w.Context(), c, m.now(), true), m.w.box.Attempting(m.w.Context(), c),
		} {
			if err == nil {
				m.Fatalf("a late worker settled %s", c.Key)
			}
		}
	}
}

func (m *model) advance() {
	m.w.clk.Advance(time.Duration(rapid.IntRange(1, 60).Draw(m.T, "seconds")) * time.Second)
}

func (m *model) withdraw() {
	defer m.tidy() // what was behind it is seen a little later
	if p := m.pick("waiting", "hand", "kept"); p != nil && !p.trying && (!p.job() || p.state == "waiting") {
		m.w.withdraw(p.Key)
		p.state = "withdrawn"
	}
}

// keep keeps a message for a job that comes with it.
func (m *model) keep() {
	if p := m.pick("hand"); p != nil && p.Person != 0 && p.Edits == "" {
		job := outbox.Row{Key: fmt.Sprint(len(m.rows)), Topic: "x", Urgency: outbox.Task, Due: m.now().Add(time.Minute)}
		m.ok(m.w.box.Keep(m.w.Context(), p.claim, job))
		m.rows = append(m.rows, &parcel{Row: job, state: "waiting"})
		p.state, p.held = "kept", false
	}
}

// release lets one go that is kept.
func (m *model) release() {
	if p := m.pick("kept"); p != nil {
		m.letGo(p)
	}
}

func (m *model) letGo(p *parcel) {
	m.ok(m.w.try(func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := outbox.Release(ctx, tx, outbox.Released{Community: m.w.id, Person: p.Person, Due: m.now()}, p.claim.ID)
		return err
	}))
	p.state, p.Due = "waiting", m.now()
	m.isToCome(p.Row)
}

func (m *model) postpone() {
	defer m.tidy()
	if p := m.pick("waiting"); p != nil {
		p.Due, p.held = m.now().Add(time.Duration(rapid.IntRange(0, 60).Draw(m.T, "by"))*time.Second), false
		m.w.postpone(p.Key, p.Due)
	}
}

func (m *model) again() {
	if p := m.pick("failed", "uncertain"); p != nil {
		m.ok(m.w.box.Again(m.w.Context(), m.w.id, p.claim.ID))
		p.state, p.held, p.Due, p.copies, p.faults = "waiting", false, m.now(), 0, 0
		p.delivered = 0
		m.isToCome(p.Row)
	}
}

// drain lets time pass until all that is open has been sent, then counts.
func (m *model) drain() {
	for _, p := range m.rows {
		if p.state == "kept" {
			m.letGo(p)
		}
	}
	for range 10 * len(m.rows) {
		for _, p := range slices.Clone(m.rows) {
			if p.state == "hand" {
				m.endAs(p, "sent")
			}
		}
		if !slices.ContainsFunc(m.rows, (*parcel).open) {
			break
		}
		if m.claim(100) > 0 {
			continue
		}
		m.w.clk.Advance(10 * time.Minute)
	}
	for _, p := range m.rows {
		if p.open() {
			m.Fatalf("%s never went: it is %s", p.Key, p.state)
		}
		if got := m.stored(p); got != p.state {
			m.Fatalf("%s is %s, not %s", p.Key, got, p.state)
		}
		if most := cmp.Or(p.copies, 1); !p.job() && (p.delivered > most || p.Urgency > outbox.Task && p.delivered > 2) {
			m.Fatalf("%s arrived %d times", p.Key, p.delivered)
		}
	}
}
