package lunch

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/people"
)

// ofMeal are the entries of the meal of an entry that stand: of a charge, what nobody
// paid of it; of that, the charge.
func (s *Service) ofMeal(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, of ledger.Posted) (some []ledger.Line, err error) {
	if of.About == 0 || !strings.HasPrefix(of.Ref, mealRef) {
		return nil, nil
	}
	page, err := s.books.Statement(ctx, q, actor, ledger.Page{Book: ledger.Lunch, Person: of.About, Span: ledger.Ever()})
	for _, l := range page.Lines {
		if l.Ref == of.Ref && l.Reverses == 0 && l.Reversed == 0 {
			some = append(some, l)
		}
	}
	return some, err
}

// mendRest corrects what else stands of the meal of an entry that was corrected.
func (s *Service) mendRest(ctx context.Context, tx *sqlx.Tx, actor people.Actor, m ledger.Mistake, was ledger.Posted) error {
	rest, err := s.ofMeal(ctx, tx, actor, was)
	if err != nil {
		return err
	}
	for _, l := range rest {
		too := ledger.Mistake{Entry: l.ID, Reason: m.Reason, Key: m.Key + ":" + string(l.Code)}
		if _, err := s.books.Correct(ctx, tx, actor, too); err != nil {
			return err
		}
	}
	return nil
}

// Rechargeable reads how many portions the meal of a corrected entry had, where it may be
// charged again: nothing stands of it. It is 0 for every other entry, and for whoever
// does not run the kitchen.
func (s *Service) Rechargeable(ctx context.Context, actor people.Actor, e ledger.Posted) (portions int, err error) {
	if e.Reversed == 0 {
		return 0, nil
	}
	err = s.bookkeeper(ctx, s.db, actor, e.About)
	if isNotFound(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("whether entry %d is charged again: %w", e.ID, err)
	}
	standing, err := s.ofMeal(ctx, s.db, actor, e)
	if err != nil || len(standing) > 0 {
		return 0, err
	}
	order, ok := mealOf(e)
	if !ok {
		return 0, nil
	}
	o, err := readOrderByID(ctx, s.db, actor.Community, order)
	return o.Portions, err
}

// mealOf is the order of the meal of an entry.
func mealOf(e ledger.Posted) (order int64, ok bool) {
	text, is := strings.CutPrefix(e.Ref, mealRef)
	order, err := strconv.ParseInt(text, 10, 64)
	return order, is && err == nil && e.About != 0
}

// ChargeAgain charges a meal once more of which an entry was corrected, for so many
// portions, and by what its diner pays now; whose account it is hears of it. Whoever runs
// the kitchen does, but not for themselves or their family. It is a conflict where the
// entry was not corrected, or a charge stands again (lunch.settled), and invalid where the
// order was for fewer (lunch.bad_count).
func (s *Service) ChargeAgain(ctx context.Context, actor people.Actor, entry int64, portions int) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.bookkeeper(ctx, tx, actor, 0); err != nil {
			return err
		}
		was, err := s.books.Read(ctx, tx, actor, entry)
		if err != nil {
			return err
		}
		order, ok := mealOf(was)
		if !ok {
			return access.NotFound()
		}
		if err := s.bookkeeper(ctx, tx, actor, was.About); err != nil {
			return err
		}
		return s.chargeAgain(ctx, tx, actor, was, bill{Order: order, Person: was.About, Portions: portions, Again: entry})
	})
	if err != nil {
		return fmt.Errorf("charge entry %d again: %w", entry, err)
	}
	return nil
}

func (s *Service) chargeAgain(ctx context.Context, tx *sqlx.Tx, actor people.Actor, was ledger.Posted, m bill) error {
	o, err := readOrderByID(ctx, tx, actor.Community, m.Order)
	if err != nil {
		return err
	}
	d, err := s.meal(ctx, tx, o) // one at a time charges it
	if err != nil {
		return err
	}
	standing, err := s.ofMeal(ctx, tx, actor, was)
	switch {
	case err != nil:
		return err
	case was.Reversed == 0 || len(standing) > 0:
		return conflict("lunch.settled")
	case m.Portions < 1 || m.Portions > d.o.Portions:
		return invalid("lunch.bad_count", "max", d.o.Portions)
	}
	diner, err := readDiner(ctx, tx, d.o.Community, d.o.Person)
	if err != nil {
		return err
	}
	m.Pays, m.PaysWhy = diner.Pays, diner.PaysWhy
	if err := d.post(ctx, actor, m); err != nil {
		return err
	}
	standing, err = s.ofMeal(ctx, tx, actor, was)
	if err != nil || len(standing) == 0 {
		return err
	}
	return s.tellOwner(ctx, tx, actor.Community, topicCharged, was.About, standing[0].ID)
}
