package cases

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/roster"
)

// next chooses who is asked: of who is on duty there, else of the members of the
// area, who is named for its kind (named.go), of these the one with the least to move
// (toMove), then who is in charge. Who reported it, and last of all whom it is for, only
// where there is nobody else: what concerns them they would judge themselves. Never
// somebody who passed, nor one of but, nor whom a complaint is about. 0 is nobody.
func (t *turn) next(ctx context.Context, but ...int64) (int64, error) {
	for {
		id, err := t.pick(ctx, but)
		if err != nil || id == 0 {
			return 0, err
		}
		if engaged, err := people.Engage(ctx, t.tx, t.c.Community, id); err != nil || engaged {
			return id, err
		}
		but = append(but, id) // their role ended a moment ago
	}
}

func (t *turn) pick(ctx context.Context, but []int64) (int64, error) {
	if t.confidant != 0 && !slices.Contains(but, t.confidant) {
		return t.confidant, nil
	}
	if t.c.Private != "" {
		passed, err := t.passed(ctx)
		if err != nil {
			return 0, err
		}
		silent, err := t.silentBefore(ctx)
		if err != nil {
			return 0, err
		}
		if id, err := t.hearer(ctx, slices.Concat(passed, silent, but)); err != nil || id != 0 {
			return id, err
		}
		return t.hearer(ctx, slices.Concat(passed, but)) // one who was silent before, rather than nobody
	}
	members, charge, err := roster.Staff(ctx, t.tx, t.c.Community, t.c.Area, t.now)
	if err != nil {
		return 0, err
	}
	if members, err = t.byKind(ctx, members); err != nil {
		return 0, err
	}
	passed, err := t.passed(ctx)
	if err != nil {
		return 0, err
	}
	not := slices.Concat(passed, but)
	return t.choose(slices.DeleteFunc(append(members, charge), func(id int64) bool { return slices.Contains(not, id) })), nil
}

// inCharge is who is in charge where one person does not count, 0 where nobody is.
func (t *turn) inCharge(ctx context.Context, but int64) (int64, error) {
	p, err := people.InChargeBut(ctx, t.tx, t.c.Community, but)
	if refusal.Is(err, refusal.NotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	engaged, err := people.Engage(ctx, t.tx, t.c.Community, p.ID)
	if err != nil || !engaged {
		return 0, err
	}
	return p.ID, nil
}

// choose takes the first, but for who reported it and whom it is for, where there is
// another.
func (t *turn) choose(staff []int64) int64 {
	for _, rather := range [][]int64{{0, t.c.Reporter, t.c.For}, {0, t.c.For}, {0}} {
		for _, id := range staff {
			if !slices.Contains(rather, id) {
				return id
			}
		}
	}
	return 0
}

// toMove is which of the cases that somebody holds are theirs to move on: what they
// were asked to go to, what they have taken, and what waits for parts or a date, which
// comes back to them. What waits for the resident's answer, or for a second pair of
// eyes, is another's to move. Whoever has the fewest of these is asked first.
const toMove = `status IN ('assigned', 'taken', 'waiting') AND wait_for <> 'resident'`

// byLoad orders people by how much they have to move, the longest serving first where
// it is as much.
func (t *turn) byLoad(ctx context.Context, ids []int64) ([]int64, error) {
	open, err := t.loads(ctx, ids)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(ids, func(a, b int64) int { return cmp.Compare(open[a], open[b]) })
	return ids, nil
}

// loads counts the open cases that people hold.
func (t *turn) loads(ctx context.Context, ids []int64) (map[int64]int, error) {
	var loads []struct {
		Holder int64
		Open   int
	}
	err := t.tx.SelectContext(ctx, &loads, `
		SELECT holder_id AS holder, count(*) AS open FROM cases
		WHERE community_id = $1 AND holder_id = ANY($2) AND `+toMove+`
		GROUP BY holder_id`, t.c.Community, pq.Array(ids))
	if err != nil {
		return nil, err
	}
	open := map[int64]int{}
	for _, l := range loads {
		open[l.Holder] = l.Open
	}
	return open, nil
}

// passed are those who are not asked to go any more: who said that they do not, and
// of an end with which the resident disagreed who proposed it and decided it.
func (t *turn) passed(ctx context.Context) ([]int64, error) {
	codes := []Move{MovePass}
	if t.c.DisputedAt != nil {
		codes = append(codes, MovePropose, MoveAgree)
	}
	var who []int64
	err := t.tx.SelectContext(ctx, &who, `
		SELECT DISTINCT actor_id FROM case_events
		WHERE community_id = $1 AND case_id = $2 AND code = ANY ($3) AND actor_id IS NOT NULL`, t.c.Community, t.c.ID, pq.Array(codes))
	return who, err
}

// urgentDue is how soon people hear of an urgent case at the latest.
const urgentDue = 24 * time.Hour

// opening is how a draft becomes a case.
type opening struct {
	code   Move
	ring   bool // everybody on duty, not only who is asked to go
	unread bool // whoever reported it did not tap, and gets a receipt
}

// open numbers a draft and asks somebody to go. The number is drawn by the
// last statement: what follows in the transaction would make others wait.
func (t *turn) open(ctx context.Context, o opening) error {
	if err := t.stillFor(ctx); err != nil {
		return err
	}
	if err := t.locate(ctx); err != nil {
		return err
	}
	t.sealByKind()
	holder, err := t.next(ctx)
	if err != nil {
		return err
	}
	to := Assigned
	if holder == 0 {
		to = Open
	}
	if holder == 0 && t.c.Private != "" {
		return nobodyHears()
	}
	if _, ok := can(t.from, o.code, to); !ok {
		return t.tooLate(ctx)
	}
	if err := t.retire(ctx); err != nil {
		return err
	}
	due := t.due(t.now)
	t.c.Status, t.c.Holder, t.c.OpenedAt, t.c.DueAt, t.c.QuietUntil = to, holder, &t.now, &due, nil
	if err := t.log(ctx, o.code, detail{"holder": holder}); err != nil {
		return err
	}
	if err := t.ask(ctx, o.ring); err != nil {
		return err
	}
	if o.unread || t.actor.Person != t.c.Reporter {
		if err := t.tell(ctx, news{topic: "case.receipt", urgency: noticeOf(t.c)}, t.c.Reporter); err != nil {
			return err
		}
	}
	if err := t.tellWhom(ctx); err != nil {
		return err
	}
	if err := t.number(ctx); err != nil {
		return err
	}
	t.from = to
	return nil
}

// due is when people hear of a case at the latest that was opened at a moment.
func (t *turn) due(opened time.Time) time.Time {
	after := t.kinds.Due(t.c.Kind)
	if t.c.Urgent {
		after = min(after, urgentDue)
	}
	return opened.Add(after)
}

// locate fills in what the case needs of the place: since it was begun they
// may have said where they live.
func (t *turn) locate(ctx context.Context) error {
	p, err := people.ReadPerson(ctx, t.tx, t.c.Community, t.c.For)
	if err != nil {
		return err
	}
	return t.locateAt(ctx, p)
}

// locateAt does so with who it is for at hand.
func (t *turn) locateAt(ctx context.Context, p people.Person) error {
	t.c.Place = guess(t.c.Place, p)
	building := t.c.Place.Building
	if building == 0 {
		building = p.Building
	}
	if building == 0 {
		t.c.Area = 0
		return nil
	}
	b, err := community.ReadBuilding(ctx, t.tx, t.c.Community, building)
	if err != nil {
		return err
	}
	if t.c.Place.Building != 0 && t.c.Place.Entrance > b.Entrances {
		return refusal.New(refusal.Invalid, "case.bad_place")
	}
	t.c.Area = b.Area
	return nil
}

// guess takes somebody's home for a place of which no more is known.
func guess(p community.Place, who people.Person) community.Place {
	if p.Building != 0 || p.Spot != community.SpotOwn && p.Spot != community.SpotHome {
		return p
	}
	p.Building, p.Entrance = who.Building, who.Entrance
	if p.Spot == community.SpotHome && p.Flat == "" {
		p.Flat = who.Flat
	}
	return p
}

// ask pings the holder, or everybody on duty.
func (t *turn) ask(ctx context.Context, ring bool) error {
	return t.askWith(ctx, ring, news{topic: "case.ping"})
}

func (t *turn) askWith(ctx context.Context, ring bool, n news) error {
	to := []int64{t.c.Holder}
	if ring {
		duty, err := roster.Ring(ctx, t.tx, t.c.Community, t.c.Area, t.now)
		if err != nil {
			return err
		}
		for _, p := range duty {
			if p.ID != t.c.Reporter {
				to = append(to, p.ID)
			}
		}
	}
	return t.ping(ctx, n, to...)
}
