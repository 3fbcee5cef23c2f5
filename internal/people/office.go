package people

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
)

// HandOffice makes a deputy the secretary in the actor's place, who is a deputy
// from then on: what the actor has in hand stays theirs. Both are told by the
// answer to the tap and by a message. Done again, it is not found: the actor
// has no office to give any more.
func (s *Service) HandOffice(ctx context.Context, actor Actor, deputy int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := turnOffice(ctx, tx, actor.Community); err != nil {
			return err
		}
		_, now, err := onPerson(ctx, tx, actor, access.HandOffice, actor.Person)
		if err != nil {
			return err
		}
		them, err := ReadActor(ctx, tx, actor.Community, deputy)
		if err != nil {
			return err
		}
		if !them.Has(access.Deputy) {
			return access.NotFound()
		}
		return s.swap(ctx, tx, now, deputy)
	})
	if err != nil {
		return fmt.Errorf("hand the office to person %d: %w", deputy, err)
	}
	return nil
}

// swap lets two people change places: the one becomes deputy before the office is
// empty, and the other no longer is one once it is theirs.
func (s *Service) swap(ctx context.Context, tx *sqlx.Tx, secretary Actor, deputy int64) error {
	in, by := secretary.Community, secretary.Person
	if _, err := s.give(ctx, tx, holding{in, by, by, access.Deputy, Where{}}); err != nil {
		return err
	}
	was, err := s.endAs(ctx, tx, ending{in, by, by}, access.Secretary)
	if err != nil {
		return err
	}
	if _, err := s.give(ctx, tx, holding{in, by, deputy, access.Secretary, Where{}}); err != nil {
		return err
	}
	if _, err := s.endAs(ctx, tx, ending{in, deputy, by}, access.Deputy); err != nil {
		return err
	}
	return s.tell(ctx, tx, in, news{to: deputy, topic: "role.given", of: was,
		args: args{"role": access.Secretary, "by": by}})
}

// endAs ends a role that somebody holds once, and returns its id.
func (s *Service) endAs(ctx context.Context, tx *sqlx.Tx, e ending, role access.Role) (id int64, err error) {
	err = tx.GetContext(ctx, &id, `
		SELECT id FROM person_roles
		WHERE community_id = $1 AND person_id = $2 AND role = $3 AND ended_at IS NULL`, e.community, e.person, role)
	if err != nil {
		return 0, err
	}
	_, err = s.end(ctx, tx, e, id)
	return id, err
}
