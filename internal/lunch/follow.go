package lunch

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

var _ people.Follower = (*Service)(nil)

// PersonChanged lets somebody's lunch rest while they are away or in hospital, ends it
// when they are gone, gives it back, and moves it to who they turned out to be, in the
// transaction in which that changes. No door is knocked at for nothing: what the
// kitchen has on its sheet already is dropped too, and the lead told.
func (s *Service) PersonChanged(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	do := map[people.What]func(context.Context, guest, people.Change) error{
		people.Paused: s.absent, people.Back: s.back, people.Gone: s.gone, people.Merged: s.merged,
	}[c.What]
	if do == nil {
		return nil
	}
	if c.What == people.Merged {
		if err := rename(ctx, tx, c); err != nil {
			return fmt.Errorf("what person %d said of lunch: %w", c.Person, err)
		}
	}
	d, err := lockDiner(ctx, tx, c.Community, c.Person)
	if isNotFound(err) {
		return nil // they never ate here
	}
	if err != nil {
		return err
	}
	p, err := people.ReadPerson(ctx, tx, c.Community, c.Person)
	if err != nil {
		return err
	}
	if err := do(ctx, guest{tx: tx, person: p, diner: d}, c); err != nil {
		return fmt.Errorf("lunch of person %d, %s: %w", c.Person, c.What, err)
	}
	return nil
}

// absent cancels what somebody has until they return; what rested for a longer
// absence comes again.
func (s *Service) absent(ctx context.Context, g guest, c people.Change) error {
	if g.diner.EndedAt != nil {
		return nil
	}
	n, err := s.align(ctx, g, c.By, func(d Day, g guest) string {
		if !here(g.person, d.Day) {
			return "absent"
		}
		return ""
	})
	if err != nil {
		return err
	}
	return s.tellCount(ctx, g, c, n)
}

// gone ends it for good.
func (s *Service) gone(ctx context.Context, g guest, c people.Change) error {
	if g.diner.EndedAt != nil {
		return nil
	}
	at := s.now()
	g.diner.EndedAt = &at
	if err := writeDiner(ctx, g.tx, g.diner); err != nil {
		return err
	}
	h := happened{community: c.Community, person: c.Person, by: c.By, code: "ended", detail: detail{"why": "gone"}, at: at}
	if _, err := log(ctx, g.tx, h); err != nil {
		return err
	}
	_, err := s.align(ctx, g, c.By, func(Day, guest) string { return "gone" })
	return err
}

// back gives somebody what rested, as far as there is room; who was called gone by
// mistake eats here as before.
func (s *Service) back(ctx context.Context, g guest, c people.Change) error {
	if g.diner.EndedAt != nil {
		var why string
		err := g.tx.GetContext(ctx, &why, `
			SELECT coalesce((SELECT detail->>'why' FROM lunch_events
				WHERE community_id = $1 AND person_id = $2 AND code IN ('ended', 'let_in') ORDER BY id DESC LIMIT 1), '')`, c.Community, c.Person)
		if err != nil || why != "gone" {
			return err
		}
		g.diner.EndedAt = nil
		if err := writeDiner(ctx, g.tx, g.diner); err != nil {
			return err
		}
		h := happened{community: c.Community, person: c.Person, by: c.By, code: "let_in", detail: detail{"why": "back"}, at: s.now()}
		if _, err := log(ctx, g.tx, h); err != nil {
			return err
		}
	}
	n, err := s.align(ctx, g, c.By, func(d Day, g guest) string {
		if !here(g.person, d.Day) { // who was called gone may be away still
			return "absent"
		}
		return ""
	})
	if err != nil {
		return err
	}
	return s.tellCount(ctx, g, c, n)
}

// tellCount tells somebody who did not say it themselves how many lunches of theirs
// are cancelled, or ordered again.
func (s *Service) tellCount(ctx context.Context, g guest, c people.Change, n aligned) error {
	for topic, count := range map[string]int{topicOff: n.ended, topicAgain: n.again} {
		if count == 0 {
			continue
		}
		err := s.tell(ctx, g.tx, c.Community, news{
			to: []int64{c.Person}, topic: topic, subject: fmt.Sprintf("diner:%d", c.Person), of: c.At.UnixMicro(),
			args: detail{"person": c.Person, "n": count, "by": c.By}, urgency: outbox.Notice,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
