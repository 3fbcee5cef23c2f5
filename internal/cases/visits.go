package cases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// lookedAt are the states in which a case may be looked at once more.
var lookedAt = []Status{Done, Held, Seen, Referred}

// lookAfter keeps the visit of a case right as it moves from one state to another:
// what is needed no more is over, what is needed now is planned.
func (t *turn) lookAfter(ctx context.Context, to Status) error {
	if slices.Contains(lookedAt, t.from) && (t.from != Seen || to != Held) { // a late word ends no key matter
		if err := t.needless(ctx); err != nil {
			return err
		}
	}
	if t.from == Held { // its pictures are not so any more
		if err := t.showNoMore(ctx); err != nil {
			return err
		}
	}
	switch {
	case to == Done:
		return t.awaitWord(ctx)
	case to == Held || to == Seen:
		return t.planReturn(ctx)
	case to == Referred && t.c.AskOn != nil && t.c.Private == "":
		return t.planVisit(ctx, Visit{Kind: OtherBody, DueAt: *t.c.AskOn})
	}
	return nil
}

// needless ends the visit of a case that went another way.
func (t *turn) needless(ctx context.Context) error {
	v, open, err := t.openVisit(ctx)
	if err != nil || !open {
		return err
	}
	return t.endVisit(ctx, v, NotNeeded)
}

// planReturn plans that a key matter is looked at again.
func (t *turn) planReturn(ctx context.Context) error {
	if t.c.Private != "" {
		return nil
	}
	key, err := t.isKey(ctx)
	if err != nil || !key {
		return err
	}
	zone, err := t.zone(ctx)
	if err != nil {
		return err
	}
	planned, err := t.visitsByDay(ctx, zone)
	if err != nil {
		return err
	}
	return t.planVisit(ctx, Visit{Kind: KeyMatter, DueAt: clockOn(t.now.In(zone), returnDay(planned), forenoon)})
}

// isKey reports whether a case is looked at again though it held: staff said so,
// it was dangerous, it came back before, or whose it is lives alone.
func (t *turn) isKey(ctx context.Context) (bool, error) {
	if t.c.KeyMatter || t.c.Danger != "" {
		return true, nil
	}
	var back bool
	err := t.tx.GetContext(ctx, &back, `
		SELECT EXISTS (SELECT FROM case_events WHERE community_id = $1 AND case_id = $2 AND code IN ($3, $4))`,
		t.c.Community, t.c.ID, MoveReopen, MoveAgain)
	if err != nil || back {
		return back, err
	}
	p, err := people.ReadPerson(ctx, t.tx, t.c.Community, t.c.For)
	return slices.Contains(p.Tags, "alone"), err
}

// visitsByDay counts the visits that are planned, by how many days from now they are due.
func (t *turn) visitsByDay(ctx context.Context, zone *time.Location) (map[int]int, error) {
	var days []struct{ Day, N int }
	err := t.tx.SelectContext(ctx, &days, `
		SELECT (due_at AT TIME ZONE $3)::date - ($2::timestamptz AT TIME ZONE $3)::date AS day, count(*) AS n FROM case_visits
		WHERE community_id = $1 AND ended_at IS NULL AND due_at > $2 GROUP BY 1`, t.c.Community, t.now, zone.String())
	planned := map[int]int{}
	for _, d := range days {
		planned[d.Day] = d.N
	}
	return planned, err
}

// planVisit writes down that a case is looked at, of which there is one at a time.
func (t *turn) planVisit(ctx context.Context, v Visit) error {
	err := t.tx.GetContext(ctx, &v.ID, `
		INSERT INTO case_visits (community_id, case_id, kind, due_at, tried) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (community_id, case_id) WHERE ended_at IS NULL DO NOTHING RETURNING id`,
		t.c.Community, t.c.ID, v.Kind, v.DueAt, v.Tried)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return t.wakeVisit(ctx, v.ID, v.DueAt)
}

// wakeVisit has a visit looked after at a moment.
func (t *turn) wakeVisit(ctx context.Context, id int64, at time.Time) error {
	return t.enqueue(ctx, []outbox.Row{t.job(fmt.Sprintf("%s:visit:%d:%d", Subject(t.c.ID), id, at.Unix()), "case.visit_due", at)})
}

// VisitDue is the job of a visit whose time has come: the bot asks where it can,
// else somebody goes; and who did not go within the time is relieved.
func (s *Service) VisitDue(ctx context.Context, community, id int64) error {
	return s.job(ctx, community, id, func(t *turn) error {
		v, open, err := t.openVisit(ctx)
		switch {
		case err != nil || !open || v.DueAt.After(t.now):
			return err
		case v.Person != 0 && v.LateAt != nil && v.LateAt.After(t.now):
			return nil
		case v.Person != 0:
			return t.relieve(ctx, v)
		case v.AskedAt != nil && t.now.Before(v.AskedAt.Add(Silence)):
			return nil
		case v.Kind == KeyMatter && v.AskedAt == nil && v.Tried == 0:
			if asked, err := t.askStill(ctx, v); err != nil || asked {
				return err
			}
		}
		return t.sendThere(ctx, v)
	})
}

// askStill has the bot ask whether it still holds, where Telegram reaches who can tell.
func (t *turn) askStill(ctx context.Context, v Visit) (bool, error) {
	to, err := t.asked(ctx)
	if err != nil {
		return false, err
	}
	reached, err := people.Reachable(ctx, t.tx, t.c.Community, to)
	if err != nil || len(reached) == 0 {
		return false, err
	}
	if _, err := t.tx.ExecContext(ctx, `
		UPDATE case_visits SET asked_at = $3 WHERE community_id = $1 AND id = $2`, t.c.Community, v.ID, t.now); err != nil {
		return false, err
	}
	if err := t.aside(ctx, MoveVisitDue, detail{"visit": v.ID, "kind": v.Kind}); err != nil {
		return false, err
	}
	if err := t.tell(ctx, news{"case.still", outbox.Task, detail{"item": v.ID}}, reached...); err != nil {
		return false, err
	}
	return true, t.wakeVisit(ctx, v.ID, t.now.Add(Silence))
}

// sendThere puts a visit on the list of somebody else than who has it, and tells
// them. Where there is nobody it is tried again next forenoon.
func (t *turn) sendThere(ctx context.Context, v Visit) error {
	next, err := t.visitor(ctx, v.Person)
	if err != nil {
		return err
	}
	if next == 0 {
		zone, err := t.zone(ctx)
		if err != nil {
			return err
		}
		if err := t.putVisit(ctx, v, 0); err != nil {
			return err
		}
		return t.wakeVisit(ctx, v.ID, nextForenoon(t.now.In(zone)))
	}
	if err := t.putVisit(ctx, v, next); err != nil {
		return err
	}
	if err := t.aside(ctx, MoveVisitDue, detail{"visit": v.ID, "kind": v.Kind, "person": next}); err != nil {
		return err
	}
	if err := t.ping(ctx, news{topic: "case.visit", args: detail{"item": v.ID}}, next); err != nil {
		return err
	}
	return t.wakeVisit(ctx, v.ID, t.now.Add(VisitWithin))
}

// putVisit writes down on whose list a visit stands, and takes it off the other's.
func (t *turn) putVisit(ctx context.Context, v Visit, person int64) error {
	_, err := t.tx.ExecContext(ctx, `
		UPDATE case_visits SET person_id = nullif($3::bigint, 0), late_at = $4 WHERE community_id = $1 AND id = $2`,
		t.c.Community, v.ID, person, t.now.Add(VisitWithin))
	if err != nil {
		return err
	}
	if err := t.offList(ctx, v.Person); err != nil {
		return err
	}
	return t.onBoard(ctx, person)
}

// relieve gives a visit to another whom nobody made in time, and tells who is in
// charge; where there is no other it stays.
func (t *turn) relieve(ctx context.Context, v Visit) error {
	next, err := t.visitor(ctx, v.Person)
	if err != nil {
		return err
	}
	if next != 0 {
		err = t.sendThere(ctx, v)
	} else {
		err = t.leaveThere(ctx, v)
	}
	if err != nil {
		return err
	}
	charge, err := t.inCharge(ctx, t.c.Holder)
	if err != nil || charge == next || charge == v.Person {
		return err
	}
	return t.tell(ctx, news{"case.visit_late", outbox.Task, detail{"item": v.ID, "by": v.Person}}, charge)
}

// leaveThere leaves a visit for some more time with who has it.
func (t *turn) leaveThere(ctx context.Context, v Visit) error {
	if err := t.putVisit(ctx, Visit{ID: v.ID}, v.Person); err != nil {
		return err
	}
	if err := t.aside(ctx, MoveVisitDue, detail{"visit": v.ID, "kind": v.Kind, "person": v.Person}); err != nil {
		return err
	}
	return t.wakeVisit(ctx, v.ID, t.now.Add(VisitWithin))
}

// visitor chooses who goes and looks: of those on duty there who may, the one with
// the fewest visits and cases, else who is in charge. Never who did the work, whose
// it is, or who it is about; nor one of but. 0 is nobody.
func (t *turn) visitor(ctx context.Context, but ...int64) (int64, error) {
	some, charge, err := roster.Staff(ctx, t.tx, t.c.Community, t.c.Area, t.now)
	if err != nil {
		return 0, err
	}
	if some, err = t.byVisits(ctx, some); err != nil {
		return 0, err
	}
	other, err := t.inCharge(ctx, t.c.Holder)
	if err != nil {
		return 0, err
	}
	workers, err := t.workers(ctx)
	if err != nil {
		return 0, err
	}
	not := slices.Concat(workers, but, []int64{0, t.c.For, t.c.About})
	for _, id := range append(some, charge, other) {
		if slices.Contains(not, id) {
			continue
		}
		if may, err := t.mayVisit(ctx, id); err != nil || may {
			return id, err
		}
	}
	return 0, nil
}

// mayVisit reports whether somebody can write down what is said there, and stays so
// until the transaction ends.
func (t *turn) mayVisit(ctx context.Context, person int64) (bool, error) {
	engaged, err := people.Engage(ctx, t.tx, t.c.Community, person)
	if err != nil || !engaged {
		return false, err
	}
	a, err := people.ReadActor(ctx, t.tx, t.c.Community, person)
	if err != nil {
		return false, err
	}
	return access.Allow(access.AnswerFor, a.Roles, relation(t.c, a)) == nil, nil
}

// byVisits orders people by how much they have to do.
func (t *turn) byVisits(ctx context.Context, ids []int64) ([]int64, error) {
	ids, err := t.byLoad(ctx, ids)
	if err != nil {
		return nil, err
	}
	var loads []struct {
		Person int64
		N      int
	}
	err = t.tx.SelectContext(ctx, &loads, `
		SELECT person_id AS person, count(*) AS n FROM case_visits
		WHERE community_id = $1 AND person_id = ANY ($2) AND ended_at IS NULL GROUP BY person_id`, t.c.Community, pq.Array(ids))
	if err != nil {
		return nil, err
	}
	visits := map[int64]int{}
	for _, l := range loads {
		visits[l.Person] = l.N
	}
	slices.SortStableFunc(ids, func(a, b int64) int { return visits[a] - visits[b] })
	return ids, nil
}

// workers are who holds the case and who ever reported it done: they do not say
// whether it held.
func (t *turn) workers(ctx context.Context) ([]int64, error) {
	who := []int64{t.c.Holder}
	var did []int64
	err := t.tx.SelectContext(ctx, &did, `
		SELECT DISTINCT actor_id FROM case_events
		WHERE community_id = $1 AND case_id = $2 AND code = $3 AND actor_id IS NOT NULL`, t.c.Community, t.c.ID, MoveDone)
	return append(who, did...), err
}

const visitColumns = `id, kind, due_at AS dueat, coalesce(person_id, 0) AS person, asked_at AS askedat, late_at AS lateat, tried, outcome,
	coalesce(ended_by, 0) AS endedby`

// openVisit reads the visit of the case that is not over.
func (t *turn) openVisit(ctx context.Context) (v Visit, open bool, err error) {
	err = t.tx.GetContext(ctx, &v, `
		SELECT `+visitColumns+` FROM case_visits WHERE community_id = $1 AND case_id = $2 AND ended_at IS NULL`, t.c.Community, t.c.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return Visit{}, false, nil
	}
	return v, err == nil, err
}

// endVisit writes down what a visit came to, and takes it off the list.
func (t *turn) endVisit(ctx context.Context, v Visit, found Found) error {
	_, err := t.tx.ExecContext(ctx, `
		UPDATE case_visits SET outcome = $3, ended_at = $4, ended_by = nullif($5::bigint, 0) WHERE community_id = $1 AND id = $2 AND ended_at IS NULL`,
		t.c.Community, v.ID, found, t.now, t.actor.Person)
	if err != nil {
		return err
	}
	return t.offList(ctx, v.Person)
}

// offList takes a visit away from somebody: their page, and the buttons of their card.
func (t *turn) offList(ctx context.Context, person int64) error {
	if person == 0 {
		return nil
	}
	if err := t.onBoard(ctx, person); err != nil {
		return err
	}
	if person == t.actor.Person {
		return t.settleMine(ctx)
	}
	return t.cards(ctx, taskNews("case.visit_over"), `
		UPDATE case_cards SET settled_at = $3
		WHERE community_id = $1 AND case_id = $2 AND person_id = $4 AND settled_at IS NULL
		RETURNING person_id, key`, person)
}

// onBoard draws somebody's page of the day again.
func (t *turn) onBoard(ctx context.Context, person int64) error {
	if t.s.board == nil || person == 0 {
		return nil
	}
	return t.s.board.Changed(ctx, t.tx, t.c.Community, person)
}

// zone is where the case's days begin.
func (t *turn) zone(ctx context.Context) (*time.Location, error) {
	home, err := community.Read(ctx, t.tx, t.c.Community)
	return home.Location(), err
}

// visitsPass hands the visits of somebody over who can go no more.
func (s *Service) visitsPass(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	var ids []int64
	err := tx.SelectContext(ctx, &ids, `
		SELECT case_id FROM case_visits WHERE community_id = $1 AND person_id = $2 AND ended_at IS NULL ORDER BY case_id`, c.Community, c.Person)
	if err != nil {
		return err
	}
	return s.each(ctx, tx, c, ids, func(t *turn) error {
		v, open, err := t.openVisit(ctx)
		if err != nil || !open || v.Person != c.Person {
			return err
		}
		if c.What == people.RoleEnded {
			if may, err := t.mayVisit(ctx, c.Person); err != nil || may {
				return err
			}
		}
		t.event = t.now.UnixMicro() // it has none of its own: the moment keys what is told
		return t.sendThere(ctx, v)
	})
}
