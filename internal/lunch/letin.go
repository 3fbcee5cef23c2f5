package lunch

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// Entry is somebody who wants to eat here.
type Entry struct {
	Person int64
	By     By         // "": ByAge
	Reason string     // of an exception or a guest, at most 200 characters
	Until  *time.Time // the last day of it, at midnight UTC; nil: nobody knows
	Born   int        // the year that they name where the register knows none; 0: they were not asked
}

const (
	maxReason = 200
	earliest  = 1880 // year of birth that is believed
)

// LetIn lets somebody eat here: by their age whoever may order for them, for a reason
// or as a guest whoever runs the kitchen. Where the register does not know the year of
// birth it is lunch.born_unknown, until they name it; then a member or the lead is
// asked, and the diner is Looking: nobody yet. It is lunch.too_young ("age") for whom
// the kitchen takes no one's word. Repeated, it changes nothing.
func (s *Service) LetIn(ctx context.Context, actor people.Actor, e Entry) (Diner, error) {
	var d Diner
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		n, err := s.newcomer(ctx, tx, actor, e.Person)
		if err != nil {
			return err
		}
		if e.By == "" || e.By == ByAge {
			d, err = s.byAge(ctx, n, e.Born)
		} else {
			d, err = s.byWord(ctx, n, e)
		}
		return err
	})
	if err != nil {
		return Diner{}, fmt.Errorf("let person %d eat here: %w", e.Person, err)
	}
	return d, nil
}

// newcomer is somebody who wants to eat here, held, and who says so.
type newcomer struct {
	tx     *sqlx.Tx
	actor  people.Actor
	person people.Person
	rel    access.Relation
	k      Kitchen
	today  time.Time
}

// newcomer holds a person, so that of any number who let them in, or note that they
// are gone, one goes after the other.
func (s *Service) newcomer(ctx context.Context, tx *sqlx.Tx, actor people.Actor, person int64) (n newcomer, err error) {
	n.tx = tx
	if n.actor, err = people.ReadActor(ctx, tx, actor.Community, actor.Person); err != nil {
		return n, err
	}
	n.person, err = people.LockPerson(ctx, tx, actor.Community, person)
	if err == nil && n.person.Merged != 0 {
		n.person, err = people.LockPerson(ctx, tx, actor.Community, n.person.Merged)
	}
	if err != nil {
		return n, err
	}
	if n.rel, err = people.Toward(ctx, tx, n.actor, n.person); err != nil {
		return n, err
	}
	if err := access.Allow(access.OrderLunch, n.actor.Roles, n.rel); err != nil {
		return n, err
	}
	if n.person.Gone() {
		return n, conflict("people.is_gone", "name", n.person.Name)
	}
	if n.k, err = readKitchen(ctx, tx, actor.Community); err != nil {
		return n, err
	}
	y, err := s.year(ctx, tx, actor.Community)
	n.today = date(s.now(), y.zone)
	return n, err
}

// byAge lets somebody in whom the register, or a look, says to be old enough.
func (s *Service) byAge(ctx context.Context, n newcomer, born int) (Diner, error) {
	d, err := lockDiner(ctx, n.tx, n.actor.Community, n.person.ID)
	if err != nil && !isNotFound(err) || err == nil && n.eats(d) {
		return d, err
	}
	looked := int64(0)
	if n.person.BirthYear != 0 {
		born = n.person.BirthYear
	}
	switch {
	case born == 0:
		return d, conflict("lunch.born_unknown")
	case born < earliest || born > n.today.Year():
		return d, invalid("people.bad_year", "max", n.today.Year())
	case !n.k.OldEnough(born, n.today):
		return d, conflict("lunch.too_young", "age", n.k.Age)
	case n.person.BirthYear == 0 && !n.vouches():
		return s.look(ctx, n, born)
	case n.person.BirthYear == 0:
		looked = n.actor.Person
	}
	return s.letIn(ctx, n, Diner{By: ByAge, LetInBy: looked})
}

// eats reports whether somebody eats here as they are: for another reason than their
// age only while the register does not know that they are old enough.
func (n newcomer) eats(d Diner) bool {
	if d.EndedAt != nil || d.Until != nil && d.Until.Before(n.today) {
		return false
	}
	return d.By == ByAge || !n.k.OldEnough(n.person.BirthYear, n.today)
}

// byWord lets somebody in for whom there is another reason than their age.
func (s *Service) byWord(ctx context.Context, n newcomer, e Entry) (Diner, error) {
	if err := access.Allow(access.RunKitchen, n.actor.Roles, n.rel); err != nil {
		return Diner{}, err
	}
	e.Reason = pg.Text(e.Reason)
	switch {
	case e.By != ByException && e.By != AsGuest:
		return Diner{}, invalid("lunch.no_reason")
	case e.Reason == "":
		return Diner{}, invalid("lunch.no_reason")
	case len([]rune(e.Reason)) > maxReason:
		return Diner{}, invalid("lunch.too_long", "max", maxReason)
	case e.Until != nil && e.Until.Before(n.today):
		return Diner{}, invalid("lunch.bad_day")
	}
	d, err := lockDiner(ctx, n.tx, n.actor.Community, n.person.ID)
	if err != nil && !isNotFound(err) {
		return d, err
	}
	if err == nil && d.EndedAt == nil && d.By == e.By && d.Reason == e.Reason && dayOf(d.Until) == dayOf(e.Until) {
		return d, nil
	}
	return s.letIn(ctx, n, Diner{By: e.By, Reason: e.Reason, Until: e.Until, LetInBy: n.actor.Person})
}

// letIn makes somebody a diner, as usual for them where they were one before, and
// tells them where another said so.
func (s *Service) letIn(ctx context.Context, n newcomer, d Diner) (Diner, error) {
	err := n.tx.GetContext(ctx, &d, `
		INSERT INTO diners (community_id, person_id, why, reason, let_in_by, since, until)
		VALUES ($1, $2, $3, $4, nullif($5::bigint, 0), $6, nullif($7, '')::date)
		ON CONFLICT (community_id, person_id) DO UPDATE SET why = EXCLUDED.why, reason = EXCLUDED.reason,
			let_in_by = EXCLUDED.let_in_by, until = EXCLUDED.until, ended_at = NULL
		RETURNING `+dinerColumns, n.actor.Community, n.person.ID, d.By, d.Reason, d.LetInBy, s.now(), dayOf(d.Until))
	if err != nil {
		return d, err
	}
	h := happened{community: d.Community, person: d.Person, by: n.actor.Person, code: "let_in", at: s.now(),
		detail: detail{"by": d.By, "until": dayOf(d.Until)}}
	event, err := log(ctx, n.tx, h)
	if err != nil || n.actor.Person == d.Person {
		return d, err
	}
	return d, s.tell(ctx, n.tx, d.Community, news{
		to: []int64{d.Person}, topic: topicLetIn, subject: fmt.Sprintf("diner:%d", d.Person), of: event,
		args: detail{"person": d.Person, "by": n.actor.Person}, urgency: outbox.Notice,
	})
}
