package cases

import (
	"context"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// UnmetApart is how far apart two times of meeting nobody are: at another hour of
// another day.
const UnmetApart = 20 * time.Hour

// Unmet writes down that whoever hears what is private went to ask for the word on it,
// and met nobody. Nobody else may be sent there; so that, as everywhere, silence closes
// nothing, and where nobody was met twice it stays not confirmed. A late word counts.
func (s *Service) Unmet(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"meet nobody about", access.Mediate, actor, id}, func(t *turn) error {
		switch {
		case t.c.Private == "":
			return access.NotFound()
		case t.from == Unconfirmed:
			return nil
		case t.from != Done:
			return t.tooLate(ctx)
		}
		if err := t.speaksFor(ctx, OneSide); err != nil {
			return err
		}
		last, err := t.lastOf(ctx, MoveNoReply)
		tried := last.At.After(*t.c.DoneAt)
		if err != nil || tried && t.now.Sub(last.At) < UnmetApart {
			return err
		}
		if err := t.aside(ctx, MoveNoReply, detail{"private": t.c.Private}); err != nil || !tried {
			return err
		}
		return t.leftUnconfirmed(ctx)
	})
}

// leftUnconfirmed ends what is private where nobody could be asked, and tells both sides.
func (t *turn) leftUnconfirmed(ctx context.Context) error {
	t.c.ClosedAt = &t.now
	if err := t.become(ctx, MoveUnconfirmed, Unconfirmed, nil); err != nil {
		return err
	}
	if err := t.refresh(ctx); err != nil {
		return err
	}
	return t.tell(ctx, news{"case.unconfirmed", outbox.Task, nil}, t.c.For, t.c.Other)
}

// UnmetBefore is when whoever hears what is private met nobody, zero where they did not.
func (s *Service) UnmetBefore(ctx context.Context, c Case) (time.Time, error) {
	last, err := latest(ctx, s.db, c, `code = $3`, MoveNoReply)
	if err != nil || c.DoneAt == nil || last.At.Before(*c.DoneAt) {
		return time.Time{}, err
	}
	return last.At, nil
}
