package childcare

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// Concern is that somebody is worried about a child.
type Concern struct {
	Child, About int64  // 0: about nobody
	Words        string // "": none
	Key          string // makes a repeat harmless
}

// Worry opens a case that one person alone reads: who the secretary named for it, or, where
// it is about them or nobody is named, who is in charge; never the one whom it is about,
// nor who decides for the child.
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
		to, err := s.hearsWorry(ctx, tx, actor, c)
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

// hearsWorry is who hears of a worry: neither whom it is about, nor a guardian of the
// child, nor who is worried. It is care.nobody_hears where there is nobody else.
func (s *Service) hearsWorry(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, c Concern) (int64, error) {
	h, err := readHouse(ctx, q, actor.Community)
	if err != nil {
		return 0, err
	}
	not, err := guardians(ctx, q, actor.Community, c.Child)
	if err != nil {
		return 0, err
	}
	not = append(not, c.About, actor.Person)
	if h.Confidant != 0 && !slices.Contains(not, h.Confidant) {
		hears, err := mayHear(ctx, q, actor.Community, h.Confidant)
		if err != nil || hears {
			return h.Confidant, err
		}
	}
	_, office, err := people.Hearers(ctx, q, actor.Community)
	if err != nil {
		return 0, err
	}
	for _, id := range office {
		if !slices.Contains(not, id) {
			return id, nil
		}
	}
	return 0, conflict("care.nobody_hears")
}

// mayHear reports whether a worry can be somebody's to hear: they hold an office to which
// cases are given, and are there.
func mayHear(ctx context.Context, q sqlx.QueryerContext, community, person int64) (bool, error) {
	p, err := people.ReadPerson(ctx, q, community, person)
	if err != nil {
		return false, err
	}
	a, err := people.ReadActor(ctx, q, community, person)
	return !p.Gone() && access.Allow(access.Take, a.Roles, access.Assigned) == nil, err
}
