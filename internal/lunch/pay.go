package lunch

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// Pay writes down cash that a diner brought, or got back; the same key again is the same
// payment. Whoever runs the kitchen does, but not for themselves or their family; the
// diner is told at once, or the family of one whom Telegram does not reach. It is
// refused as ledger.Post is, and lunch.no_diner where nobody of them eats here.
func (s *Service) Pay(ctx context.Context, actor people.Actor, p ledger.Payment) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.bookkeeper(ctx, tx, actor, p.Person); err != nil {
			return err
		}
		if err := ateHere(ctx, tx, actor.Community, p.Person); err != nil {
			return err
		}
		today, err := s.today(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		id, err := s.books.Post(ctx, tx, actor, p.Entry(ledger.Lunch, today))
		if err != nil {
			return err
		}
		return s.tellOwner(ctx, tx, actor.Community, topicPaid, p.Person, id)
	})
	if err != nil {
		return fmt.Errorf("pay for person %d: %w", p.Person, err)
	}
	return nil
}

// ateHere refuses whoever never ate here; who eats here no more may be owed something.
func ateHere(ctx context.Context, q sqlx.QueryerContext, community, person int64) error {
	_, err := readDiner(ctx, q, community, person)
	if !isNotFound(err) {
		return err
	}
	p, err := people.ReadPerson(ctx, q, community, person)
	if err != nil {
		return err
	}
	return conflict("lunch.no_diner", "name", p.Name)
}

// tellOwner tells whose account an entry is of, or their family where Telegram does not
// reach them.
func (s *Service) tellOwner(ctx context.Context, tx *sqlx.Tx, community int64, topic string, person, entry int64) error {
	to, err := s.orFamily(ctx, tx, community, person)
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, community, news{
		to: to, topic: topic, subject: moneyOf(person), of: entry, args: detail{"person": person, "entry": entry}, urgency: outbox.Task,
	})
}

// moneyOf is the lane of what is told of somebody's account.
func moneyOf(person int64) string { return fmt.Sprintf("lunch:money:%d", person) }

// orFamily is a person whom Telegram reaches, or who acts for them.
func (s *Service) orFamily(ctx context.Context, q sqlx.QueryerContext, community, person int64) ([]int64, error) {
	to, err := people.Reachable(ctx, q, community, []int64{person})
	if err != nil || len(to) > 0 {
		return to, err
	}
	return family(ctx, q, community, person)
}

// Mend corrects an entry of the kitchen's accounts that was written wrongly, by one more,
// with a reason; whose account it is hears of it. Of a meal both are corrected, what was
// paid and what nobody paid. It is refused as ledger.Correct is.
func (s *Service) Mend(ctx context.Context, actor people.Actor, m ledger.Mistake) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.bookkeeper(ctx, tx, actor, 0); err != nil {
			return err
		}
		was, err := s.books.Read(ctx, tx, actor, m.Entry)
		if err != nil {
			return err
		}
		if was.Book != ledger.Lunch {
			return conflict("lunch.nothing")
		}
		m.Key = "mend:" + m.Key
		id, err := s.books.Correct(ctx, tx, actor, m)
		if err != nil || was.About == 0 || was.Reversed != 0 { // it was done before: what stands now is another
			return err
		}
		if err := s.mendRest(ctx, tx, actor, m, was); err != nil || was.Code == ledger.Free {
			return err
		}
		return s.tellOwner(ctx, tx, actor.Community, topicMended, was.About, id)
	})
	if err != nil {
		return fmt.Errorf("mend entry %d: %w", m.Entry, err)
	}
	return nil
}

// Pays says how much of a portion a diner pays at most from now on: 0 is nothing, nil
// what it costs. Whoever runs the kitchen does, with a reason, but not for themselves or
// their family; the diner is told. Repeated, it changes nothing.
func (s *Service) Pays(ctx context.Context, actor people.Actor, person int64, most *int, why string) error {
	why = pg.Cut(pg.Text(why), maxWhy)
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.bookkeeper(ctx, tx, actor, person); err != nil {
			return err
		}
		switch {
		case most == nil:
			why = ""
		case *most < 0 || *most > maxPrice:
			return invalid("lunch.bad_count", "max", maxPrice)
		case why == "":
			return invalid("lunch.no_reason")
		}
		return s.becomesPaying(ctx, tx, actor, person, most, why)
	})
	if err != nil {
		return fmt.Errorf("what person %d pays: %w", person, err)
	}
	return nil
}

func (s *Service) becomesPaying(ctx context.Context, tx *sqlx.Tx, actor people.Actor, person int64, most *int, why string) error {
	if err := ateHere(ctx, tx, actor.Community, person); err != nil {
		return err
	}
	done, err := tx.ExecContext(ctx, `
		UPDATE diners SET pays = $3, pays_why = $4
		WHERE community_id = $1 AND person_id = $2 AND (pays IS DISTINCT FROM $3 OR pays_why <> $4)`, actor.Community, person, most, why)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	event, err := log(ctx, tx, happened{
		community: actor.Community, person: person, by: actor.Person, code: "pays", detail: detail{"pays": most}, at: s.now(),
	})
	if err != nil {
		return err
	}
	to, err := s.orFamily(ctx, tx, actor.Community, person)
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, actor.Community, news{
		to: to, topic: topicPays, subject: moneyOf(person), of: event, args: detail{"person": person}, urgency: outbox.Notice,
	})
}
