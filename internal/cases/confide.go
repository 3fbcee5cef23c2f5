package cases

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// Confidence is what somebody who minds a child tells one person alone.
type Confidence struct {
	Child, About, To int64 // About 0: about nobody
	Words, Key       string
}

// Confide opens a private case of whoever is worried about a child, in the transaction of
// the service that minds it. Whoever is to hear it does, where they hold an office to which
// cases are given; where that is whom it is about, or one who is close to them or to the
// child, it is heard as a complaint is. Nobody who decides for the child learns of it. The
// key makes a repeat harmless.
func (s *Service) Confide(ctx context.Context, tx *sqlx.Tx, by people.Actor, c Confidence) (id, number int64, err error) {
	if id, number, err = s.confide(ctx, tx, by, c); err != nil {
		return 0, 0, fmt.Errorf("confide a worry about child %d: %w", c.Child, err)
	}
	return id, number, nil
}

func (s *Service) confide(ctx context.Context, tx *sqlx.Tx, by people.Actor, c Confidence) (id, number int64, err error) {
	child, err := people.ReadPerson(ctx, tx, by.Community, c.Child)
	if err != nil {
		return 0, 0, err
	}
	t, err := s.bring(ctx, tx, by, c.Key)
	if err != nil {
		return 0, 0, err
	}
	t.c.Private = Complaint
	near := []int64{c.About, c.Child}
	kin, err := people.Kin(ctx, tx, by.Community, near)
	if err != nil {
		return 0, 0, err
	}
	not := slices.Concat(near, kin, []int64{by.Person})
	if !slices.Contains(not, c.To) {
		t.confidant = c.To
	}
	words := pg.Cut(pg.Text(child.Name+": "+c.Words), MaxWords)
	fresh, err := t.start(ctx, Report{Key: c.Key, Words: words, Channel: AtDoor})
	if err != nil || !fresh {
		return t.c.ID, t.c.Number, err
	}
	t.c.About, t.c.Child = c.About, c.Child
	err = t.open(ctx, opening{code: MoveSend})
	return t.c.ID, t.c.Number, err
}
