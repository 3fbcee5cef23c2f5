package childcare

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// Overriding is the word of who runs the hall: who has the child, and why.
type Overriding struct {
	Child, Person int64
	Name          string // where they are not on the register
	Reason        string
}

// Override gives a child to somebody whatever speaks for them, at the word of who runs the
// hall; who decides is told, with the reason. It is care.no_reason without one, care.who
// where nobody is named, care.not_here where staff do not hold the child, and care.barred
// for who is barred: that nobody overrides. Repeated, it changes nothing.
func (s *Service) Override(ctx context.Context, actor people.Actor, o Overriding) (Custody, error) {
	var c Custody
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.lead(ctx, tx, actor); err != nil {
			return err
		}
		day, err := s.today(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		w, err := s.ward(ctx, tx, actor, o.Child, day, s.now())
		if err != nil {
			return err
		}
		err = w.override(ctx, o)
		c = w.is
		return err
	})
	if err != nil {
		return Custody{}, fmt.Errorf("child %d leaves at the lead's word: %w", o.Child, err)
	}
	return c, nil
}

func (w *ward) override(ctx context.Context, o Overriding) error {
	t := taker{person: o.Person, name: pg.Cut(pg.Text(o.Name), maxName)}
	reason := pg.Cut(pg.Text(o.Reason), maxReason)
	switch {
	case reason == "":
		return invalid("care.no_reason")
	case t.person == 0 && t.name == "", t.person == w.child.ID:
		return invalid("care.who")
	}
	if t.person != 0 {
		p, err := people.ReadPerson(ctx, w.tx, w.by.Community, t.person)
		if err == nil && p.Gone() {
			err = access.NotFound()
		}
		if err != nil {
			return err
		}
		t.name = ""
	}
	if w.is.How == Override && w.is.Holder == t.person && w.is.HolderName == t.name && w.is.By == w.by.Person && w.now.Sub(w.is.Since) < sameTap {
		return nil
	}
	if !w.is.Place.ours() {
		return conflict("care.not_here")
	}
	if err := w.bars(ctx, &t); err != nil {
		return err
	}
	if t.barred {
		return conflict("care.barred")
	}
	return w.leaves(ctx, t, Override, reason)
}
