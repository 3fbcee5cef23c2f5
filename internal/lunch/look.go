package lunch

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
)

// Look is a year of birth that somebody named and another is asked to look at.
type Look struct {
	Community, ID int64
	Person, By    int64 // whose it is, and who wants them to eat here
	Born          int
	AskedAt       time.Time
	DecidedAt     *time.Time
	DecidedBy     int64 // 0: nobody yet
	Yes           bool
}

const lookColumns = `community_id AS community, id, person_id AS person, by_id AS by, born, asked_at AS askedat, decided_at AS decidedat,
	coalesce(decided_by, 0) AS decidedby, coalesce(yes, false) AS yes`

// vouches reports whether the actor's own word is enough of another's age: they run
// the kitchen, or are a member where that one lives.
func (n newcomer) vouches() bool {
	if n.rel == access.Own {
		return false
	}
	return n.actor.May(access.RunKitchen, n.rel) || n.actor.May(access.Register, n.rel)
}

// look asks the members where somebody lives, and who runs the kitchen, whether they
// are old enough. While it is asked it is asked no second time.
func (s *Service) look(ctx context.Context, n newcomer, born int) (Diner, error) {
	d := Diner{Community: n.actor.Community, Person: n.person.ID, Looking: true}
	var id int64
	err := n.tx.GetContext(ctx, &id, `
		INSERT INTO lunch_looks (community_id, person_id, by_id, born, asked_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (community_id, person_id) WHERE decided_at IS NULL DO NOTHING RETURNING id`,
		d.Community, d.Person, n.actor.Person, born, s.now())
	if errors.Is(err, sql.ErrNoRows) {
		return d, nil
	}
	if err != nil {
		return d, fmt.Errorf("ask how old person %d is: %w", d.Person, err)
	}
	h := happened{community: d.Community, person: d.Person, by: n.actor.Person, code: "look", at: s.now(), detail: detail{"look": id}}
	if _, err := log(ctx, n.tx, h); err != nil {
		return d, err
	}
	to, err := lookers(ctx, n.tx, d.Community, n.person)
	if err != nil {
		return d, err
	}
	return d, s.tell(ctx, n.tx, d.Community, news{
		to: to, topic: topicLook, subject: lookSubject(d.Person), of: id, args: detail{"look": id, "person": d.Person, "by": n.actor.Person},
	})
}

func lookSubject(person int64) string { return fmt.Sprintf("look:%d", person) }

// lookers are who could know somebody, but for themselves.
func lookers(ctx context.Context, q sqlx.QueryerContext, communityID int64, p people.Person) ([]int64, error) {
	some, err := leads(ctx, q, communityID)
	if err != nil || p.Building == 0 {
		return without(some, p.ID), err
	}
	home, err := community.ReadBuilding(ctx, q, communityID, p.Building)
	if err != nil {
		return nil, err
	}
	members, _, err := people.Staff(ctx, q, communityID, home.Area)
	return without(append(some, members...), p.ID), err
}

// without keeps everybody once, but for one.
func without(some []int64, one int64) []int64 {
	seen := map[int64]bool{one: true}
	kept := []int64{}
	for _, id := range some {
		if !seen[id] {
			seen[id] = true
			kept = append(kept, id)
		}
	}
	return kept
}

// ReadLook reads the year that somebody named, for whoever may say whether it is so:
// the newest, decided or not.
func (s *Service) ReadLook(ctx context.Context, actor people.Actor, person int64) (Look, error) {
	now, err := people.ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return Look{}, fmt.Errorf("read the look at person %d: %w", person, err)
	}
	p, err := people.ReadPerson(ctx, s.db, actor.Community, person)
	if err != nil {
		return Look{}, fmt.Errorf("read the look at person %d: %w", person, err)
	}
	rel, err := people.Toward(ctx, s.db, now, p)
	if err == nil && !(newcomer{actor: now, rel: rel}).vouches() {
		err = access.NotFound()
	}
	if err != nil {
		return Look{}, fmt.Errorf("read the look at person %d: %w", person, err)
	}
	return readLook(ctx, s.db, actor.Community, person)
}

func readLook(ctx context.Context, q sqlx.QueryerContext, community, person int64) (Look, error) {
	var l Look
	err := sqlx.GetContext(ctx, q, &l, `
		SELECT `+lookColumns+` FROM lunch_looks WHERE community_id = $1 AND person_id = $2 ORDER BY id DESC LIMIT 1`, community, person)
	return l, found(err, "look at person", person)
}

// Vouch answers whether somebody is as old as they say: a member where they live, or
// who runs the kitchen. With yes they eat here; they and who asked are told. The first
// answer holds: another's is lunch.looked ("name", who was first), and repeated it
// changes nothing.
func (s *Service) Vouch(ctx context.Context, actor people.Actor, person int64, yes bool) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		n, err := s.newcomer(ctx, tx, actor, person)
		if err != nil {
			return err
		}
		if !n.vouches() {
			return access.NotFound()
		}
		l, err := readLook(ctx, tx, actor.Community, n.person.ID)
		if err != nil {
			return err
		}
		if l.DecidedAt != nil {
			return l.first(ctx, tx, actor.Person, yes)
		}
		return s.vouched(ctx, n, l, yes)
	})
	if err != nil {
		return fmt.Errorf("vouch for person %d: %w", person, err)
	}
	return nil
}

// first refuses an answer that comes after another's.
func (l Look) first(ctx context.Context, q sqlx.QueryerContext, by int64, yes bool) error {
	if l.DecidedBy == by && l.Yes == yes {
		return nil
	}
	who, err := people.ReadPerson(ctx, q, l.Community, l.DecidedBy)
	if err != nil {
		return err
	}
	return conflict("lunch.looked", "name", who.Name)
}

// vouched writes the answer down, and does what it says.
func (s *Service) vouched(ctx context.Context, n newcomer, l Look, yes bool) error {
	_, err := n.tx.ExecContext(ctx, `
		UPDATE lunch_looks SET decided_at = $3, decided_by = $4, yes = $5
		WHERE community_id = $1 AND id = $2 AND decided_at IS NULL`, l.Community, l.ID, s.now(), n.actor.Person, yes)
	if err != nil {
		return err
	}
	args := detail{"look": l.ID, "person": l.Person, "by": n.actor.Person}
	if err := s.over(ctx, n.tx, l.Community, news{subject: lookSubject(l.Person), topic: topicLook, args: args}); err != nil {
		return err
	}
	h := happened{community: l.Community, person: l.Person, by: n.actor.Person, code: "looked", at: s.now(), detail: detail{"look": l.ID, "yes": yes}}
	if _, err := log(ctx, n.tx, h); err != nil {
		return err
	}
	topic := topicNotLetIn
	if yes {
		topic = topicLetIn
		if _, err := s.letIn(ctx, n, Diner{By: ByAge, LetInBy: n.actor.Person}); err != nil {
			return err
		}
	}
	to := []int64{l.By}
	if !yes {
		to = append(to, l.Person)
	} else if l.By == l.Person {
		return nil // letIn has told them
	}
	return s.tell(ctx, n.tx, l.Community, news{to: without(to, 0), topic: topic, subject: lookSubject(l.Person), of: l.ID, args: args})
}
