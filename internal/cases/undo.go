package cases

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// UndoWithin is how long whoever made the last step can undo it.
const UndoWithin = 10 * time.Minute

// stepTaken is the last move of a case, or the last one of a kind.
type stepTaken struct {
	ID     int64
	Code   Move
	Actor  int64
	At     time.Time
	Detail json.RawMessage
}

// undoes are what a step said to whom: what is put right when it is undone.
var undoes = map[Move][]string{
	MoveTake:    {"case.taken"},
	MoveWait:    {"case.waits", "case.question"},
	MovePropose: {"case.deciding", "case.not_so"},
	MoveDone:    {"case.check", "case.to_phone"},
}

// Undo takes back the last step of whoever holds a case, while it is the last and
// for UndoWithin: I'll go, it waits, it is done; that it ends otherwise until somebody
// has looked at it. What was told of it is put right where it was told. Later it is
// refused (case.too_late_to_undo).
func (s *Service) Undo(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"undo the last step of", access.Progress, actor, id}, func(t *turn) error {
		last, err := t.lastStep(ctx)
		if err != nil || last.Code == MoveUndo && last.Actor == t.actor.Person {
			return err
		}
		if !mayUndo(t.c, t.actor.Person) {
			return t.tooLate(ctx)
		}
		if !last.undoable(t.actor.Person, t.now) {
			return refusal.New(refusal.Conflict, "case.too_late_to_undo")
		}
		return t.undo(ctx, last, undoes[last.Code])
	})
}

// CanUndo reports whether somebody can still undo the last step of a case.
func (s *Service) CanUndo(ctx context.Context, actor people.Actor, c Case) (bool, error) {
	if !mayUndo(c, actor.Person) {
		return false, nil
	}
	last, err := latest(ctx, s.db, c, aStep)
	if err != nil {
		return false, fmt.Errorf("read the last step of case %d: %w", c.ID, err)
	}
	return last.undoable(actor.Person, s.now()), nil
}

// mayUndo reports whether a step of a case as it stands could be somebody's to undo.
// Where two sides are heard, both were asked.
func mayUndo(c Case, person int64) bool {
	asked := c.Mediated() && (c.Status == Proposed || c.Status == Waiting)
	return c.Holder == person && leads(c.Status, MoveUndo) && !asked
}

// undoable reports whether a step can be undone by somebody at a moment.
func (s stepTaken) undoable(by int64, now time.Time) bool {
	_, own := undoes[s.Code]
	late := now.Sub(s.At) > UndoWithin && s.Code != MovePropose
	return own && !late && s.Actor == by
}

func (t *turn) undo(ctx context.Context, last stepTaken, topics []string) error {
	was, to, had := t.from, Taken, int64(0)
	switch was {
	case Taken:
		var err error
		if had, err = t.heldBefore(ctx, last); err != nil {
			return err
		}
		to = Assigned
		t.afresh()
		t.c.Holder = had
	case Waiting:
		t.c.Why, t.c.WhyWords = "", ""
	case Proposed:
		t.unpropose()
	case Done:
		t.c.DoneAt, t.c.Reason = nil, ""
		if err := t.unshow(ctx, last); err != nil {
			return err
		}
	}
	if err := t.become(ctx, MoveUndo, to, detail{"step": last.Code, "holder": t.c.Holder}); err != nil {
		return err
	}
	if err := t.unsay(ctx, news{"case.undone", outbox.Task, detail{"code": last.Code, "by": t.actor.Person}}, last, topics...); err != nil {
		return err
	}
	if err := t.unsayNear(ctx, last); err != nil {
		return err
	}
	again, also := behind, t.c.Holder // their card stands elsewhere than the button
	if was == Taken {                 // whoever is asked anew gets a card of their own
		again, also = taskNews("case.ping_gone"), t.actor.Person
	}
	if err := t.drawn(ctx, again, `person_id IN ($3, $4)`, t.actor.Person, also); err != nil {
		return err
	}
	if was == Proposed {
		return t.settle(ctx, taskNews("case.proposal_gone"))
	}
	if had != t.actor.Person && had != 0 {
		return t.ping(ctx, news{topic: "case.ping"}, had)
	}
	return nil
}

// heldBefore is whose it was before somebody said that they go: they go on with
// it where they still can, else it stays with who took it.
func (t *turn) heldBefore(ctx context.Context, took stepTaken) (int64, error) {
	var d struct{ Had int64 }
	if err := json.Unmarshal(took.Detail, &d); err != nil || d.Had == 0 || d.Had == t.actor.Person {
		return t.actor.Person, err
	}
	passed, err := t.passed(ctx)
	if err != nil {
		return 0, err
	}
	reached, err := people.Reachable(ctx, t.tx, t.c.Community, []int64{d.Had})
	if err != nil {
		return 0, err
	}
	engaged, err := people.Engage(ctx, t.tx, t.c.Community, d.Had)
	if err != nil || !engaged || len(reached) == 0 || slices.Contains(passed, d.Had) {
		return t.actor.Person, err
	}
	return d.Had, nil
}

// unshow makes what was to show that it is done a picture on the way, as far as
// there is room.
func (t *turn) unshow(ctx context.Context, done stepTaken) error {
	var shown []Media
	err := t.tx.SelectContext(ctx, &shown, `
		WITH gone AS (
			DELETE FROM case_media WHERE community_id = $1 AND case_id = $2 AND stage = 'after' AND at >= $3
			RETURNING nth, kind, file_id, unique_id, stage)
		SELECT kind, file_id, unique_id, stage FROM gone ORDER BY nth`, t.c.Community, t.c.ID, done.At)
	if err != nil || len(shown) == 0 {
		return err
	}
	var there int
	err = t.tx.GetContext(ctx, &there, `
		SELECT count(*) FROM case_media WHERE community_id = $1 AND case_id = $2 AND stage = 'progress'`, t.c.Community, t.c.ID)
	if err != nil {
		return err
	}
	return t.add(ctx, Under, shown[:min(len(shown), MaxMedia-there)])
}

// unsay changes what others were told by a step: what was not sent yet stays away.
// Who acts sees what they did.
func (t *turn) unsay(ctx context.Context, n news, of stepTaken, topics ...string) error {
	heard, err := t.mayHaveHeard(ctx)
	if err != nil {
		return err
	}
	return t.unsayTo(ctx, n, of, slices.DeleteFunc(heard, func(id int64) bool { return id == t.actor.Person }), topics...)
}

func (t *turn) unsayTo(ctx context.Context, n news, of stepTaken, heard []int64, topics ...string) error {
	edits := map[string]int64{}
	for _, topic := range topics {
		for _, person := range heard {
			edits[t.newsKey(topic, person, of.ID)] = person
		}
	}
	keys, err := outbox.Known(ctx, t.tx, t.c.Community, slices.Collect(maps.Keys(edits))...)
	if err != nil || len(keys) == 0 {
		return err
	}
	slices.Sort(keys)
	rows := make([]outbox.Row, 0, len(keys))
	for _, key := range keys {
		rows = append(rows, t.edit(n, edits[key], key))
	}
	if err := outbox.Withdraw(ctx, t.tx, t.c.Community, keys...); err != nil {
		return err
	}
	return t.enqueue(ctx, rows)
}

// mayHaveHeard is everybody who may have been told of a step: who brought the
// case, and who phones them.
func (t *turn) mayHaveHeard(ctx context.Context) ([]int64, error) {
	all, err := t.family(ctx)
	if err != nil {
		return nil, err
	}
	asked, err := t.asked(ctx)
	if err != nil {
		return nil, err
	}
	charge, err := t.inCharge(ctx, t.c.Holder)
	if err != nil {
		return nil, err
	}
	return append(slices.Concat(all, asked), t.c.Reporter, charge), nil
}

// aStep is every move but those that leave a case where it is.
const aStep = `from_status <> to_status OR code = 'waits'`

// lastStep is the last of those.
func (t *turn) lastStep(ctx context.Context) (stepTaken, error) {
	return t.latest(ctx, aStep)
}

// lastOf is the last move of a kind.
func (t *turn) lastOf(ctx context.Context, code Move) (stepTaken, error) {
	return t.latest(ctx, `code = $3`, code)
}

// wasLast reports whether the last step was of a kind, by the actor.
func (t *turn) wasLast(ctx context.Context, code Move) (bool, error) {
	last, err := t.lastStep(ctx)
	return last.Code == code && last.Actor == t.actor.Person, err
}

func (t *turn) latest(ctx context.Context, such string, more ...any) (stepTaken, error) {
	return latest(ctx, t.tx, t.c, such, more...)
}

// latest reads the last event of a case that is such; the zero one where there is
// none. The clause is a constant of this package, never input.
func latest(ctx context.Context, q sqlx.QueryerContext, c Case, such string, more ...any) (stepTaken, error) {
	var all []stepTaken
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT id, code, coalesce(actor_id, 0) AS actor, at, detail FROM case_events
		WHERE community_id = $1 AND case_id = $2 AND (`+such+`)
		ORDER BY id DESC LIMIT 1`, append([]any{c.Community, c.ID}, more...)...)
	if err != nil || len(all) == 0 {
		return stepTaken{}, err
	}
	return all[0], nil
}
