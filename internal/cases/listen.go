package cases

import (
	"cmp"
	"context"
	"slices"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/roster"
)

// dangerous is the danger that a kind of problem is where it presses, "" is none.
func dangerous(kind string) string {
	if slices.Contains(community.DangerKinds, kind) {
		return kind
	}
	return ""
}

// PressHeard says that a case presses, by somebody who listened to it: while nobody
// goes everybody on duty is rung, and where it is a danger, one of the community's
// DangerKinds or "", the home hears at once what to do.
func (s *Service) PressHeard(ctx context.Context, actor people.Actor, id int64, danger string) (Case, error) {
	if danger != dangerous(danger) {
		return Case{}, refusal.New(refusal.Invalid, "case.unknown_danger")
	}
	return s.on(ctx, call{"press what was heard in", access.Amend, actor, id}, func(t *turn) error {
		danger := cmp.Or(danger, t.c.Danger, dangerous(t.c.Kind))
		if t.c.Urgent && t.c.Danger == danger {
			return nil
		}
		if !leads(t.from, MoveAmend) {
			return t.tooLate(ctx)
		}
		t.c.Urgent, t.c.Danger = true, danger
		if due := t.due(t.now); due.Before(*t.c.DueAt) {
			t.c.DueAt = &due
		}
		if err := t.become(ctx, MoveAmend, t.from, detail{"urgent": true, "danger": danger}); err != nil {
			return err
		}
		if t.c.Danger != "" {
			if err := t.tellFamily(ctx, news{topic: "case.safety", urgency: outbox.Urgent}); err != nil {
				return err
			}
		}
		return t.ringOthers(ctx)
	})
}

// ringOthers rings everybody on duty but who acts, and who has to live with it,
// where nobody goes yet. What is private rings nobody else.
func (t *turn) ringOthers(ctx context.Context) error {
	if t.from != Open && t.from != Assigned || t.c.Private != "" {
		return nil
	}
	duty, err := roster.Ring(ctx, t.tx, t.c.Community, t.c.Area, t.now)
	if err != nil {
		return err
	}
	to := []int64{t.c.Holder}
	for _, p := range duty {
		to = append(to, p.ID)
	}
	to = slices.DeleteFunc(to, func(id int64) bool { return id == t.actor.Person || id == t.c.Reporter })
	return t.ping(ctx, news{topic: "case.ping"}, to...)
}
