package notices

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// reply lets the actor answer a notice for a person, or for who they turned out to be;
// 0 is themselves. The notice is held as it is.
func (s *Service) reply(ctx context.Context, tx *sqlx.Tx, actor people.Actor, id, person int64) (answer, error) {
	a := answer{s: s, tx: tx, now: s.now()}
	var err error
	if a.actor, err = people.ReadActor(ctx, tx, actor.Community, actor.Person); err != nil {
		return a, err
	}
	if person == 0 {
		person = actor.Person
	}
	if a.n, err = readHeld(ctx, tx, actor.Community, id); err != nil {
		return a, err
	}
	if a.person, err = whoIs(ctx, tx, actor.Community, person); err != nil {
		return a, err
	}
	rel, err := people.Toward(ctx, tx, a.actor, a.person)
	if err != nil {
		return a, err
	}
	if err := access.Allow(access.Reply, a.actor.Roles, rel); err != nil {
		return a, err
	}
	if err := a.n.answerable(); err != nil {
		return a, err
	}
	if rel == access.ActsFor {
		return a, people.ActedFor(ctx, tx, a.actor, a.person.ID, a.now)
	}
	return a, nil
}

// readHeld reads a notice that nobody changes until the transaction ends; any number
// answer it at once.
func readHeld(ctx context.Context, tx *sqlx.Tx, community, id int64) (Notice, error) {
	var k kept
	err := tx.GetContext(ctx, &k, `
		SELECT `+columns+` FROM `+tables+` WHERE n.community_id = $1 AND n.id = $2 FOR SHARE OF n`, community, id)
	return k.notice(), found(err, "notice", id)
}

// answer is somebody's answer to a notice, in the transaction that writes it.
type answer struct {
	s      *Service
	tx     *sqlx.Tx
	actor  people.Actor
	n      Notice
	person people.Person
	now    time.Time
}

// whoIs reads a person, or who they turned out to be.
func whoIs(ctx context.Context, q sqlx.QueryerContext, community, person int64) (people.Person, error) {
	p, err := people.ReadPerson(ctx, q, community, person)
	if err == nil && p.Merged != 0 {
		p, err = people.ReadPerson(ctx, q, community, p.Merged)
	}
	return p, err
}

// answerable refuses what answers a notice that nobody was told, or that was taken back.
func (n Notice) answerable() error {
	switch n.State {
	case Set:
		return access.NotFound()
	case Withdrawn:
		return conflict("notices.withdrawn")
	}
	return nil
}
