package childcare

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/people"
)

// bookkeeper lets the actor write what is paid for a child, or for none: 0. What is paid for
// one of their own family another writes.
func (s *Service) bookkeeper(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, child int64) error {
	if s.books == nil {
		return access.NotFound()
	}
	if err := s.lead(ctx, q, actor); err != nil || child == 0 {
		return err
	}
	now, err := people.ReadActor(ctx, q, actor.Community, actor.Person)
	if err != nil {
		return err
	}
	p, err := people.ReadPerson(ctx, q, actor.Community, child)
	if err != nil {
		return err
	}
	rel, err := people.Toward(ctx, q, now, p)
	if err != nil {
		return err
	}
	return access.Allow(access.KeepAccounts, now.Roles, rel)
}

// Pay writes down cash that a family brought for a child, or got back; the same key again is
// the same payment. Whoever runs the hall does, but not for a child of their family; who
// decides for the child is told at once. It is refused as ledger.Post is, and NotFound for
// who never had a file.
func (s *Service) Pay(ctx context.Context, actor people.Actor, p ledger.Payment) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.bookkeeper(ctx, tx, actor, p.Person); err != nil {
			return err
		}
		if _, err := readChild(ctx, tx, actor.Community, p.Person); err != nil {
			return err
		}
		today, err := s.today(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		id, err := s.books.Post(ctx, tx, actor, p.Entry(ledger.Childcare, calendar.DateOf(today)))
		if err != nil {
			return err
		}
		return s.tellMoney(ctx, tx, actor.Community, topicPaid, p.Person, id)
	})
	if err != nil {
		return fmt.Errorf("pay for child %d: %w", p.Person, err)
	}
	return nil
}

// Mend corrects cash that was written wrongly, by one entry more, with a reason; who decides
// for the child hears of it. It is refused as ledger.Correct is, and NotFound for what is no
// cash of a child.
func (s *Service) Mend(ctx context.Context, actor people.Actor, m ledger.Mistake) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.bookkeeper(ctx, tx, actor, 0); err != nil {
			return err
		}
		was, err := s.books.Read(ctx, tx, actor, m.Entry)
		if err != nil {
			return err
		}
		if was.Book != ledger.Childcare || was.Code != ledger.TopUp && was.Code != ledger.PayOut {
			return access.NotFound()
		}
		if err := s.bookkeeper(ctx, tx, actor, was.About); err != nil {
			return err
		}
		m.Key = "mend:" + m.Key
		id, err := s.books.Correct(ctx, tx, actor, m)
		if err != nil || was.Reversed != 0 { // it was done before
			return err
		}
		return s.tellMoney(ctx, tx, actor.Community, topicMended, was.About, id)
	})
	if err != nil {
		return fmt.Errorf("mend entry %d: %w", m.Entry, err)
	}
	return nil
}

// tellMoney tells who decides for a child what was written to its account.
func (s *Service) tellMoney(ctx context.Context, tx *sqlx.Tx, community int64, topic string, child, entry int64) error {
	to, err := deciders(ctx, tx, community, child)
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, community, news{
		to: to, topic: topic, subject: fmt.Sprintf("care:money:%d", child), of: entry, args: detail{"child": child, "entry": entry},
	})
}

// Entry reads one entry of a child's account, for whoever may see the account.
func (s *Service) Entry(ctx context.Context, actor people.Actor, id int64) (ledger.Posted, error) {
	if s.books == nil {
		return ledger.Posted{}, access.NotFound()
	}
	e, err := s.books.Read(ctx, s.db, actor, id)
	if err == nil && e.Book != ledger.Childcare {
		err = access.NotFound()
	}
	return e, err
}

// Owed is what is still to be paid for a child.
type Owed struct {
	Child int64
	Name  string
	Sum   int64
}

// Owed reads for whom something is still to be paid, the most first, for who runs the hall.
func (s *Service) Owed(ctx context.Context, actor people.Actor) ([]Owed, error) {
	all := []Owed{}
	if err := s.bookkeeper(ctx, s.db, actor, 0); err != nil {
		return nil, fmt.Errorf("read who owes: %w", err)
	}
	ids, err := s.books.Moved(ctx, s.db, actor.Community, ledger.Childcare, ledger.Ever())
	if err != nil {
		return nil, fmt.Errorf("read who owes: %w", err)
	}
	for _, id := range ids {
		is, err := s.books.Balance(ctx, s.db, actor.Community, ledger.Childcare, id)
		if err != nil {
			return nil, fmt.Errorf("read who owes: %w", err)
		}
		if is >= 0 {
			continue
		}
		p, err := people.ReadPerson(ctx, s.db, actor.Community, id)
		if err != nil {
			return nil, fmt.Errorf("read who owes: %w", err)
		}
		all = append(all, Owed{Child: id, Name: p.Name, Sum: -is})
	}
	slices.SortStableFunc(all, func(a, b Owed) int { return cmp.Or(cmp.Compare(b.Sum, a.Sum), cmp.Compare(a.Name, b.Name)) })
	return all, nil
}
