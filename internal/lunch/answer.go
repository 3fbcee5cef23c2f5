package lunch

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// No is the answer to a request that is not granted.
const No = -1

// Wishes reads what whoever runs the kitchen is asked and has not answered, of days to
// come, the oldest first.
func (s *Service) Wishes(ctx context.Context, actor people.Actor) ([]Request, error) {
	if err := s.lead(ctx, s.db, actor); err != nil {
		return nil, fmt.Errorf("read the wishes: %w", err)
	}
	all := []Request{}
	err := s.db.SelectContext(ctx, &all, `
		SELECT `+requestColumns+` FROM lunch_wishes w
		WHERE community_id = $1 AND decided_at IS NULL AND EXISTS (
			SELECT FROM lunch_days d WHERE d.community_id = w.community_id AND d.day = w.day AND d.state IN ('published', 'closed') AND d.serves_at > $2)
		ORDER BY asked_at, id`, actor.Community, s.now())
	if err != nil {
		return nil, fmt.Errorf("read the wishes: %w", err)
	}
	return all, nil
}

// Answer answers a request with so many portions in all, or with No. After the cut-off
// what is granted is cooked, also where there were no more places, and is a correction
// of the sheet; before it a voice is an order like any other, and waits where no place
// is free. Whoever asked is told. It is lunch.answered where somebody answered
// otherwise, and lunch.too_late once the meals are on the table. Repeated, it changes
// nothing.
func (s *Service) Answer(ctx context.Context, actor people.Actor, wish int64, portions int) (Request, error) {
	var r Request
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.lead(ctx, tx, actor); err != nil {
			return err
		}
		k, err := readKitchen(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		if portions < No || portions > k.Most {
			return invalid("lunch.too_many", "max", k.Most)
		}
		if r, err = readRequest(ctx, tx, actor.Community, wish); err != nil {
			return err
		}
		g, err := s.on(ctx, tx, actor, r.Person)
		if err != nil {
			return err
		}
		b, err := s.hold(ctx, tx, actor.Community, r.Day, actor.Person)
		if err != nil {
			return err
		}
		if r, err = readRequest(ctx, tx, actor.Community, wish); err != nil {
			return err
		}
		r, err = b.answer(ctx, g, r, portions)
		return err
	})
	if err != nil {
		return Request{}, fmt.Errorf("answer request %d: %w", wish, err)
	}
	return r, nil
}

// readRequest reads one; the day, held alone, keeps it as it is.
func readRequest(ctx context.Context, q sqlx.QueryerContext, community, id int64) (r Request, err error) {
	err = sqlx.GetContext(ctx, q, &r, `
		SELECT `+requestColumns+` FROM lunch_wishes WHERE community_id = $1 AND id = $2`, community, id)
	return r, found(err, "request", id)
}

// answer decides a request.
func (b *book) answer(ctx context.Context, g guest, r Request, portions int) (Request, error) {
	granted := portions != No
	if r.DecidedAt != nil {
		if r.Granted == granted && (!granted || r.Portions == portions) {
			return r, nil
		}
		return r, b.answeredBy(ctx, r)
	}
	if err := b.lasts(); err != nil {
		return r, err
	}
	if !b.now.Before(b.day.ServesAt) {
		return r, conflict("lunch.too_late")
	}
	if granted {
		if err := b.grant(ctx, g, r, portions); err != nil {
			return r, err
		}
		r.Portions = portions
	}
	r.DecidedAt, r.DecidedBy, r.Granted = &b.now, b.by, granted
	_, err := b.tx.ExecContext(ctx, `
		UPDATE lunch_wishes SET portions = $3, decided_at = $4, decided_by = $5, granted = $6
		WHERE community_id = $1 AND id = $2 AND decided_at IS NULL`, r.Community, r.ID, r.Portions, b.now, b.by, granted)
	if err != nil {
		return r, err
	}
	return r, b.tellAnswer(ctx, r)
}

// answeredBy is that somebody answered otherwise.
func (b *book) answeredBy(ctx context.Context, r Request) error {
	by, err := people.ReadPerson(ctx, b.tx, r.Community, r.DecidedBy)
	if err != nil {
		return err
	}
	return conflict("lunch.answered", "name", by.Name)
}

// tellAnswer tells whoever asked, and takes the question from the others who were asked.
func (b *book) tellAnswer(ctx context.Context, r Request) error {
	var err error
	b.event, err = log(ctx, b.tx, happened{
		community: r.Community, day: r.Day, person: r.Person, by: b.by, code: "wish_answered", at: b.now,
		detail: detail{"wish": r.ID, "granted": r.Granted, "portions": r.Portions},
	})
	if err != nil {
		return err
	}
	if err := b.over(ctx, r.subject(), r.topic(), detail{"wish": r.ID}); err != nil {
		return err
	}
	to, err := b.hearers(ctx, Order{Community: r.Community, Day: r.Day, Person: r.Person, By: r.By})
	if err != nil {
		return err
	}
	return b.tell(ctx, news{to: to, topic: topicWished, subject: r.subject(), of: b.event, args: r.args(), urgency: outbox.Task})
}

// grant makes somebody's order what was granted.
func (b *book) grant(ctx context.Context, g guest, r Request, portions int) error {
	was, err := readOrder(ctx, b.tx, b.day.Community, b.day.Day, r.Person)
	if err != nil {
		return err
	}
	to := was
	if portions > 0 {
		if to, err = b.wished(ctx, g.diner, was, Wish{Portions: portions}); err != nil {
			return err
		}
	}
	to.By, to.How = r.By, TooLate
	open := b.day.Open(b.now)
	switch {
	case open:
		to.How = AtDesk
		return b.grantOpen(ctx, was, to, portions)
	case portions == 0 && was.Status != Ordered, portions > 0 && was.Status == Ordered && same(was, to):
		return nil
	case portions == 0:
		_, err = b.endAs(ctx, was, to, "late")
	default:
		if err := b.makeRoom(ctx, was, to); err != nil {
			return err
		}
		to, err = b.seat(ctx, was, to, "late")
	}
	if err != nil {
		return err
	}
	return b.corrected(ctx, detail{"order": to.ID})
}

// grantOpen is grant while the day can be ordered.
func (b *book) grantOpen(ctx context.Context, was, to Order, portions int) (err error) {
	switch {
	case portions == 0 && was.Status == Cancelled:
		return nil
	case portions == 0:
		if was.Status == nothing {
			d, err := readDiner(ctx, b.tx, to.Community, to.Person)
			if err != nil {
				return err
			}
			to.Mode, to.Portions, to.Since = d.Mode, d.Portions, b.now
		}
		_, err = b.endAs(ctx, was, to, "said")
	default:
		_, _, err = b.put(ctx, was, to, TakeForMe)
	}
	if err != nil {
		return err
	}
	return b.moveOn(ctx)
}

// makeRoom adds the places that an order lacks: whoever runs the kitchen says that there
// is enough.
func (b *book) makeRoom(ctx context.Context, was, to Order) error {
	p := b.places[to.Mode]
	if p == nil {
		return invalid("lunch.no_mode")
	}
	need := p.Taken + to.Portions
	if was.Holds() && was.Mode == to.Mode {
		need -= was.Portions
	}
	if need <= p.Capacity {
		return nil
	}
	return b.holdsSoMany(ctx, to.Mode, need)
}
