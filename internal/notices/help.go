package notices

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// Desk opens cases in the caller's transaction.
type Desk interface {
	Help(ctx context.Context, tx *sqlx.Tx, need Need) (id, number int64, err error)
}

// Need is that somebody needs help about a notice. The key makes a repeat harmless.
type Need struct {
	By     people.Actor // who says so
	Person int64        // who needs it
	Words  string       // that say so, with those of the notice
	Urgent bool         // the notice is: everybody on duty is rung
	Key    string
}

// Helps says who opens the cases of those who need help. It is called while linli is
// wired.
func (s *Service) Helps(d Desk) { s.desk = d }

// Help opens a case for somebody who needs help about a notice: the person, or for whom
// the actor acts; 0 is the actor. The words say so to whoever comes. Returned are the
// case and its number; repeated, they are the same ones.
func (s *Service) Help(ctx context.Context, actor people.Actor, id, person int64, words string) (of, number int64, err error) {
	if s.desk == nil {
		return 0, 0, access.NotFound()
	}
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		a, err := s.reply(ctx, tx, actor, id, person)
		if err != nil {
			return err
		}
		of, number, err = a.needsHelp(ctx, words)
		return err
	})
	if err != nil {
		return 0, 0, fmt.Errorf("help about notice %d: %w", id, err)
	}
	return of, number, nil
}

func (a *answer) needsHelp(ctx context.Context, words string) (of, number int64, err error) {
	of, number, err = a.s.desk.Help(ctx, a.tx, Need{
		By: a.actor, Person: a.person.ID, Words: words, Urgent: a.n.Weight == Urgent,
		Key: fmt.Sprintf("notice:%d:%d", a.n.ID, a.person.ID),
	})
	if err != nil {
		return 0, 0, err
	}
	return of, number, a.knows(ctx, ByHelp, of)
}
