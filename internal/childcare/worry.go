package childcare

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// Concern is that somebody is worried about a child.
type Concern struct {
	Child, About int64  // 0: about nobody
	Words        string // "": none
	Key          string // makes a repeat harmless
}

// Worry opens a case that one person alone reads: who the secretary named for it, or, where
// it is about them or nobody is named, who is in charge; never the one whom it is about.
// Returned is its number. Whoever minds children today may be worried about any that comes.
func (s *Service) Worry(ctx context.Context, actor people.Actor, c Concern) (number int64, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		day, err := s.today(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		w, err := s.minded(ctx, tx, actor, c.Child, day, s.now())
		if err != nil {
			return err
		}
		to, err := s.hearsWorry(ctx, tx, actor.Community, c.About)
		if err != nil {
			return err
		}
		if s.desk == nil {
			if err := w.logged(ctx, "worry", nil); err != nil {
				return err
			}
			return w.tell(ctx, news{to: []int64{to}, topic: topicWorry, subject: w.lane() + ":worry", of: w.event, args: detail{"by": actor.Person}, rings: true})
		}
		_, number, err = s.desk.Confide(ctx, tx, actor, Confidence{Child: c.Child, About: c.About, To: to, Words: c.Words, Key: c.Key})
		if err != nil {
			return err
		}
		return w.logged(ctx, "worry", nil)
	})
	if err != nil {
		return 0, fmt.Errorf("worry about child %d: %w", c.Child, err)
	}
	return number, nil
}

// hearsWorry is who hears of a worry that is about somebody, and is not them. It is
// care.nobody_hears where there is nobody else.
func (s *Service) hearsWorry(ctx context.Context, q sqlx.QueryerContext, community, about int64) (int64, error) {
	h, err := readHouse(ctx, q, community)
	if err != nil {
		return 0, err
	}
	if h.Confidant != 0 && h.Confidant != about {
		p, err := people.ReadPerson(ctx, q, community, h.Confidant)
		if err != nil {
			return 0, err
		}
		if !p.Gone() {
			return p.ID, nil
		}
	}
	charge, err := people.InChargeBut(ctx, q, community, about)
	if isNotFound(err) {
		return 0, conflict("care.nobody_hears")
	}
	return charge.ID, err
}
