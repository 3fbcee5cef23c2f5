package cases

import (
	"context"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// Amendment is what staff see otherwise than it was said: nil, and no kind, leave
// it as it is.
type Amendment struct {
	Kind   string
	First  bool // only where nobody has named a kind yet
	Urgent *bool
	Key    *bool // it is visited again though it held
}

// Amend names the kind of a case, says how urgent it is, and that it matters. A
// promise to the resident is only ever brought nearer by it, and what is a danger
// stays urgent. A private kind seals it. With another kind it goes to who is named
// for that, as long as whoever was asked has not touched it.
func (s *Service) Amend(ctx context.Context, actor people.Actor, id int64, a Amendment) (Case, error) {
	return s.on(ctx, call{"amend", access.Amend, actor, id}, func(t *turn) error {
		if !leads(t.from, MoveAmend) {
			return t.tooLate(ctx)
		}
		return t.amend(ctx, a)
	})
}

func (t *turn) amend(ctx context.Context, a Amendment) error {
	if err := checkKind(t.kinds, a.Kind); err != nil {
		return err
	}
	if a.First && t.c.Kind != "" {
		return nil
	}
	if a.Urgent != nil && !*a.Urgent && t.c.Danger != "" {
		return refusal.New(refusal.Conflict, "case.stays_urgent")
	}
	if k, _ := t.kinds.Find(a.Kind); k.Private() != "" && t.c.Private == "" {
		return t.sealAs(ctx, k)
	}
	how := t.apply(a)
	if len(how) == 0 {
		return nil
	}
	if due := t.due(*t.c.OpenedAt); due.Before(*t.c.DueAt) && due.After(t.now) {
		t.c.DueAt = &due
	}
	if err := t.become(ctx, MoveAmend, t.from, how); err != nil {
		return err
	}
	if err := t.redrawOthers(ctx); err != nil {
		return err
	}
	if _, renamed := how["kind"]; renamed {
		return t.toNamed(ctx)
	}
	return nil
}

// sealAs names a private kind: what is of it goes to who may hear it, and nobody is
// named whom it is about.
func (t *turn) sealAs(ctx context.Context, k community.Kind) error {
	if !leads(t.from, MoveSeal) {
		return t.tooLate(ctx)
	}
	t.c.Kind, t.c.Private, t.c.KeyMatter = k.Code, Privacy(k.Private()), false
	return t.seal(ctx)
}

// apply changes the case and returns what is different.
func (t *turn) apply(a Amendment) detail {
	how := detail{}
	if a.Kind != "" && a.Kind != t.c.Kind {
		how["kind"], how["was"], t.c.Kind = a.Kind, t.c.Kind, a.Kind
	}
	if a.Urgent != nil && *a.Urgent != t.c.Urgent {
		how["urgent"], t.c.Urgent = *a.Urgent, *a.Urgent
	}
	if a.Key != nil && *a.Key != t.c.KeyMatter {
		how["key_matter"], t.c.KeyMatter = *a.Key, *a.Key
	}
	return how
}

// redraw draws the holder's cards again, and leaves them what they ask. One that
// was not sent yet is drawn as the case stands then.
func (t *turn) redraw(ctx context.Context) error {
	return t.drawn(ctx, taskNews("case.ping_gone"), `person_id = $3`, t.c.Holder)
}

// behind draws a card again after a step that is answered in a message of its own: that
// one has the buttons from then on.
var behind = news{"case.ping_gone", outbox.Task, detail{"code": Behind}}

// redrawBehind draws the holder's cards again after such a step of theirs.
func (t *turn) redrawBehind(ctx context.Context) error {
	return t.drawn(ctx, behind, `person_id = $3`, t.c.Holder)
}

// redrawOthers draws again what the actor does not see change by their own tap: the
// holder's cards, and those that still ask.
func (t *turn) redrawOthers(ctx context.Context) error {
	return t.drawn(ctx, taskNews("case.ping_gone"), `person_id <> $3 AND (person_id = $4 OR settled_at IS NULL)`, t.actor.Person, t.c.Holder)
}

// drawn draws some cards again, but for what somebody said; which is a constant of
// this package, never input.
func (t *turn) drawn(ctx context.Context, n news, which string, of ...any) error {
	var cards []struct {
		Person int64 `db:"person_id"`
		Key    string
	}
	err := t.tx.SelectContext(ctx, &cards, `
		SELECT person_id, key FROM case_cards WHERE community_id = $1 AND case_id = $2 AND NOT says AND `+which+`
		ORDER BY person_id, round`, append([]any{t.c.Community, t.c.ID}, of...)...)
	if err != nil {
		return err
	}
	rows := make([]outbox.Row, 0, len(cards))
	for _, c := range cards {
		rows = append(rows, t.edit(n, c.Person, c.Key))
	}
	return t.enqueue(ctx, rows)
}
