package notices

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// How somebody's word on a question came. Codes are stored.
const (
	ByTap    = "tap"
	WordDoor = "door"
	WordCall = "phone"
)

// Say gives a person's voice to an option of a question, counted from 0: of a household
// it is the voice of all of it, and the last word before it closes counts. Person 0 is
// the actor. How it came is ByTap for oneself and for whom one acts; at the door or on
// the telephone it is for who may knock there. It is notices.closed when it has closed,
// and notices.not_asked of who is not among those whom it asks. Repeated, it changes
// nothing.
func (s *Service) Say(ctx context.Context, actor people.Actor, id, person int64, choice int, how string) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		a, err := s.speaks(ctx, tx, actor, answering{id, person, how})
		if err != nil {
			return err
		}
		return a.say(ctx, choice, how)
	})
	if err != nil {
		return fmt.Errorf("voice on notice %d: %w", id, err)
	}
	return nil
}

// answering is on which notice somebody answers, for whom and how.
type answering struct {
	id, person int64
	how        string
}

// speaks lets the actor speak for somebody.
func (s *Service) speaks(ctx context.Context, tx *sqlx.Tx, actor people.Actor, of answering) (answer, error) {
	switch of.how {
	case ByTap:
		return s.reply(ctx, tx, actor, of.id, of.person)
	case WordDoor, WordCall:
	default:
		return answer{}, invalid("notices.no_outcome")
	}
	a := answer{s: s, tx: tx, now: s.now()}
	var err error
	if a.actor, err = people.ReadActor(ctx, tx, actor.Community, actor.Person); err != nil {
		return a, err
	}
	if a.n, err = readHeld(ctx, tx, actor.Community, of.id); err != nil {
		return a, err
	}
	if a.person, err = whoIs(ctx, tx, actor.Community, of.person); err != nil {
		return a, err
	}
	rel, err := people.Toward(ctx, tx, a.actor, people.Person{Building: a.person.Building, Entrance: a.person.Entrance})
	if err != nil {
		return a, err
	}
	if err := access.Allow(access.Knock, a.actor.Roles, rel); err == nil {
		return a, a.n.answerable()
	}
	var theirs bool
	err = tx.GetContext(ctx, &theirs, `
		SELECT EXISTS (SELECT FROM notice_doors WHERE community_id = $1 AND notice_id = $2 AND person_id = $3 AND to_id = $4)`,
		a.n.Community, a.n.ID, a.person.ID, a.actor.Person)
	switch {
	case err != nil:
		return a, fmt.Errorf("read whose door it is: %w", err)
	case !theirs:
		return a, access.NotFound()
	}
	return a, a.n.answerable()
}

// say writes a voice, and that whoever spoke knows of the notice.
func (a *answer) say(ctx context.Context, choice int, how string) error {
	switch asked, err := a.asked(ctx); {
	case err != nil:
		return err
	case a.n.Answer != Question || choice < 0 || choice >= len(a.n.Options):
		return invalid("notices.no_outcome")
	case a.n.State == Stopped || !a.now.Before(a.n.Until):
		return conflict("notices.closed")
	case !asked:
		return conflict("notices.not_asked")
	}
	whose, of := OfPerson, a.person.ID
	if a.n.Voice == OfHousehold && a.person.Household != 0 {
		whose, of = OfHousehold, a.person.Household
	}
	_, err := a.tx.ExecContext(ctx, `
		INSERT INTO notice_voices AS v (community_id, notice_id, whose, whose_id, choice, building_id, person_id, by_id, how, at)
		VALUES ($1, $2, $3, $4, $5, nullif($6::bigint, 0), $7, $8, $9, $10)
		ON CONFLICT (community_id, notice_id, whose, whose_id) DO UPDATE SET
			choice = excluded.choice, building_id = excluded.building_id, person_id = excluded.person_id, by_id = excluded.by_id,
			how = excluded.how, at = excluded.at
		WHERE v.choice <> excluded.choice`,
		a.n.Community, a.n.ID, whose, of, choice, a.person.Building, a.person.ID, a.actor.Person, how, a.now)
	if err != nil {
		return fmt.Errorf("write the voice of person %d: %w", a.person.ID, err)
	}
	return a.knows(ctx, map[string]Knows{ByTap: BySeen, WordDoor: ByVisit, WordCall: ByCall}[how], 0)
}

// asked reports whether the question is for somebody: they or their household were sent
// it, or it went to groups alone and they live where it is for.
func (a *answer) asked(ctx context.Context) (is bool, err error) {
	if !a.n.For.People {
		return a.n.For.livesIn(a.person), nil
	}
	err = a.tx.GetContext(ctx, &is, `
		SELECT EXISTS (SELECT FROM notice_recipients
			WHERE community_id = $1 AND notice_id = $2 AND (person_id = $3 OR household_id = nullif($4::bigint, 0)))`,
		a.n.Community, a.n.ID, a.person.ID, a.person.Household)
	if err != nil {
		return false, fmt.Errorf("read whether person %d is asked: %w", a.person.ID, err)
	}
	return is, nil
}
