package lunch

import (
	"context"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
)

// hereSQL holds for a diner d who is here on the day $2, as here says.
const hereSQL = `EXISTS (SELECT FROM persons p WHERE p.community_id = d.community_id AND p.id = d.person_id AND p.merged_into IS NULL
	AND (p.presence = 'here' OR p.presence IN ('away', 'hospital') AND p.presence_until <= $2::date))`

// stand orders a published day, which the caller holds alone, for all whose standing
// order holds for it and who said nothing of it. Where no place is left they wait for
// one, and are told.
func (s *Service) stand(ctx context.Context, tx *sqlx.Tx, d Day) error {
	b, err := s.open(ctx, tx, d, 0)
	if err != nil {
		return err
	}
	return b.stands(ctx)
}

func (b *book) stands(ctx context.Context) error {
	by := b.by
	b.by = 0 // it is the standing order that says so, whoever published the day
	defer func() { b.by = by }()
	all, err := b.eaters(ctx, unsaid+` AND extract(isodow FROM $2::date) = ANY (weekdays)`)
	if err != nil {
		return err
	}
	for _, diner := range all {
		if err := b.standFor(ctx, diner); err != nil {
			return err
		}
	}
	return nil
}

// standFor orders the day for one whose standing order holds for it. Where all that
// there is clashes with their diet they are told, so that they can say no.
func (b *book) standFor(ctx context.Context, d Diner) error {
	choice, ok, err := b.suits(ctx, d)
	if err != nil {
		return err
	}
	o, err := b.again(ctx, Order{Community: d.Community, Day: b.day.Day, Person: d.Person}, Order{
		Community: d.Community, Day: b.day.Day, Person: d.Person, How: ByStanding, Mode: d.Mode, Choice: choice, Portions: d.Portions, Since: b.now,
	}, "standing")
	if err != nil || ok {
		return err
	}
	return b.tellOf(ctx, o, topicClash, outbox.Task)
}

// again gives somebody what the standing order or an earlier wish of theirs says, or
// lets it wait for a place, which it takes by itself.
func (b *book) again(ctx context.Context, was, to Order, why string) (Order, error) {
	if to.Portions <= b.left(to.Mode) {
		return b.seat(ctx, was, to, why)
	}
	to.TakesItself = true
	o, err := b.wait(ctx, was, to, why)
	if err != nil {
		return was, err
	}
	return o, b.tellOf(ctx, o, topicWaits, outbox.Task)
}
