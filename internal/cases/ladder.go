package cases

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// Chats knows the group chats in which those on duty for a building read.
type Chats interface {
	DutyChats(ctx context.Context, tx *sqlx.Tx, community, building int64) ([]int64, error)
}

// Posts says which groups there are. It is called while linli is wired.
func (s *Service) Posts(c Chats) { s.chats = c }

// ladder is who is asked when nobody goes, one rung after the other. A rung that
// asks nobody is passed over at once.
func (t *turn) ladder() [rungs]func(ctx context.Context, but []int64) (asked bool, err error) {
	return [...]func(context.Context, []int64) (bool, error){t.askSecond, t.askGroup, t.askDeputy, t.askCharge}
}

// climb goes up until somebody is asked: whoever was asked before, as all are whom a
// danger rings, and said nothing is passed over while there is somebody else. From the
// last rung on the case stays with who is in charge, who is reminded. A private case
// has a ladder of its own.
func (t *turn) climb(ctx context.Context) error {
	if t.c.Private != "" {
		return t.climbUnheard(ctx)
	}
	silent, err := t.unanswering(ctx)
	if err != nil {
		return err
	}
	step := t.c.Step
	for _, but := range [][]int64{silent, nil} {
		t.c.Step = step
		if asked, err := t.climbPast(ctx, but); err != nil || asked {
			return err
		}
	}
	t.c.Step++
	if t.c.Holder == 0 {
		if asked, err := t.askCharge(ctx, nil); err != nil || asked {
			return err
		}
	}
	return t.againAsked(ctx)
}

// climbPast goes up from where the case is until somebody is asked who is none of but.
func (t *turn) climbPast(ctx context.Context, but []int64) (bool, error) {
	for t.c.Step < rungs {
		rung := t.ladder()[t.c.Step]
		t.c.Step++
		if asked, err := rung(ctx, but); err != nil || asked {
			return asked, err
		}
	}
	return false, nil
}

// unanswering are those who were asked to go and have not said whether they do.
func (t *turn) unanswering(ctx context.Context) ([]int64, error) {
	var some []int64
	err := t.tx.SelectContext(ctx, &some, `
		SELECT DISTINCT person_id FROM case_cards WHERE community_id = $1 AND case_id = $2 AND settled_at IS NULL`, t.c.Community, t.c.ID)
	return some, err
}

// againAsked reminds whoever holds it that nobody goes.
func (t *turn) againAsked(ctx context.Context) error {
	if err := t.become(ctx, MoveEscalate, t.from, detail{"step": t.c.Step, "holder": t.c.Holder}); err != nil {
		return err
	}
	return t.ping(ctx, news{topic: "case.climbed"}, t.c.Holder)
}

// askNext puts it into the hands of another. Whoever had it keeps their card: they
// may go all the same, until somebody does.
func (t *turn) askNext(ctx context.Context, next int64) (bool, error) {
	if next == 0 || next == t.c.Holder {
		return false, nil
	}
	from := t.c.Holder
	t.c.Holder = next
	if err := t.become(ctx, MoveEscalate, Assigned, detail{"person": from, "holder": next, "step": t.c.Step}); err != nil {
		return false, err
	}
	return true, t.ping(ctx, news{topic: "case.climbed"}, next)
}

// askSecond asks another of those on duty there, or of the members of the area: who
// is named for the kind first.
func (t *turn) askSecond(ctx context.Context, but []int64) (bool, error) {
	members, charge, err := roster.Staff(ctx, t.tx, t.c.Community, t.c.Area, t.now)
	if err != nil {
		return false, err
	}
	if members, err = t.byKind(ctx, slices.DeleteFunc(members, func(id int64) bool { return id == charge })); err != nil {
		return false, err
	}
	return t.askOneOf(ctx, members, but)
}

// askOneOf asks the first who can be asked.
func (t *turn) askOneOf(ctx context.Context, ids, but []int64) (bool, error) {
	id, err := t.firstOf(ctx, ids, but)
	if err != nil {
		return false, err
	}
	return t.askNext(ctx, id)
}

// firstOf is the first who can be asked instead of who holds it, 0 for nobody: never
// who passed, nor whose it is, or who it is about, or somebody else who does not count.
func (t *turn) firstOf(ctx context.Context, ids, but []int64) (int64, error) {
	passed, err := t.passed(ctx)
	if err != nil {
		return 0, err
	}
	not := append(slices.Concat(passed, but), t.c.Holder, t.c.Reporter, t.c.For, t.c.About)
	for _, id := range ids {
		if slices.Contains(not, id) {
			continue
		}
		engaged, err := people.Engage(ctx, t.tx, t.c.Community, id)
		if err != nil {
			return 0, err
		}
		if engaged {
			return id, nil
		}
	}
	return 0, nil
}

// askGroup posts it where those on duty read: building and kind alone, and a button.
// Whoever holds it holds it still.
func (t *turn) askGroup(ctx context.Context, _ []int64) (bool, error) {
	if t.s.chats == nil {
		return false, nil
	}
	chats, err := t.s.chats.DutyChats(ctx, t.tx, t.c.Community, t.c.Place.Building)
	if err != nil || len(chats) == 0 {
		return false, err
	}
	if err := t.become(ctx, MoveEscalate, t.from, detail{"step": t.c.Step, "holder": t.c.Holder, "groups": len(chats)}); err != nil {
		return false, err
	}
	var rows []outbox.Row
	for _, chat := range chats {
		key := fmt.Sprintf("%s:group:%d:%d", Subject(t.c.ID), chat, t.event)
		rows = append(rows, outbox.Row{
			Key: key, Chat: chat, Subject: Subject(t.c.ID), Topic: "case.group", Args: t.args(nil), Urgency: outbox.Task, Due: t.now,
		})
		_, err := t.tx.ExecContext(ctx, `
			INSERT INTO case_posts (community_id, case_id, key, chat_id) VALUES ($1, $2, $3, $4)
			ON CONFLICT DO NOTHING`, t.c.Community, t.c.ID, key, chat)
		if err != nil {
			return false, err
		}
	}
	return true, t.enqueue(ctx, rows)
}

// settlePosts lets the groups read that nobody has to go any more.
func (t *turn) settlePosts(ctx context.Context) error {
	var posts []struct {
		Key  string
		Chat int64 `db:"chat_id"`
	}
	err := t.tx.SelectContext(ctx, &posts, `
		UPDATE case_posts SET settled_at = $3 WHERE community_id = $1 AND case_id = $2 AND settled_at IS NULL
		RETURNING key, chat_id`, t.c.Community, t.c.ID, t.now)
	if err != nil || len(posts) == 0 {
		return err
	}
	rows, keys := make([]outbox.Row, len(posts)), make([]string, len(posts))
	for i, p := range posts {
		keys[i] = p.Key
		rows[i] = outbox.Row{
			Key: p.Key + ":gone", Chat: p.Chat, Subject: Subject(t.c.ID), Topic: "case.group_gone", Args: t.args(nil),
			Urgency: outbox.Task, Due: t.now, Edits: p.Key,
		}
	}
	if err := outbox.Withdraw(ctx, t.tx, t.c.Community, keys...); err != nil {
		return err
	}
	return t.enqueue(ctx, rows)
}

// askDeputy asks the longest-serving deputy who is here and is reached.
func (t *turn) askDeputy(ctx context.Context, but []int64) (bool, error) {
	var ids []int64
	err := t.tx.SelectContext(ctx, &ids, `
		SELECT p.id FROM person_roles r JOIN persons p ON p.community_id = r.community_id AND p.id = r.person_id
		WHERE r.community_id = $1 AND r.role = 'deputy' AND r.ended_at IS NULL AND p.presence = 'here' AND p.reachable
		ORDER BY r.id`, t.c.Community)
	if err != nil {
		return false, err
	}
	return t.askOneOf(ctx, ids, but)
}

// askCharge asks the secretary, or who stands in for her, also where she passed it
// on: it ends with her.
func (t *turn) askCharge(ctx context.Context, but []int64) (bool, error) {
	charge, err := t.inCharge(ctx, t.c.About)
	if err != nil || slices.Contains(but, charge) {
		return false, err
	}
	return t.askNext(ctx, charge)
}
