package childcare

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// UsualHouse is how a community minds children that says nothing else.
func UsualHouse() House {
	return House{AsksAt: int(calendar.ClockAt(18, 0)), ClosesAt: int(calendar.ClockAt(20, 0))}
}

// How long what people write here may be.
const (
	maxPlace = 100
	maxWhy   = 200
	minutes  = 24 * 60
)

// text is what people write, as far as it is not too long.
func text(s string, most int) (string, error) {
	s = pg.Text(s)
	if len([]rune(s)) > most {
		return "", invalid("care.too_long", "max", most)
	}
	return s, nil
}

// reason is why something is, as people read it.
func reason(why string) (string, error) {
	why, err := text(why, maxWhy)
	if err == nil && why == "" {
		err = invalid("care.no_reason")
	}
	return why, err
}

// check refuses a house that no day could be like.
func (h House) check() error {
	if h.AsksAt < 0 || h.AsksAt >= h.ClosesAt || h.ClosesAt >= minutes {
		return invalid("care.bad_clocks")
	}
	return nil
}

// House reads how a community minds children. It is NotFound where it does not.
func (s *Service) House(ctx context.Context, community int64) (House, error) {
	h, err := readHouse(ctx, s.db, community)
	if err != nil {
		return House{}, fmt.Errorf("read the house of community %d: %w", community, err)
	}
	return h, nil
}

// OpenHouse begins to mind children in a community, again where it had ceased: the
// secretary or a deputy does. One that is open is changed.
func (s *Service) OpenHouse(ctx context.Context, actor people.Actor, h House) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.inCharge(ctx, tx, actor); err != nil {
			return err
		}
		return s.becomesHouse(ctx, tx, actor, h)
	})
	if err != nil {
		return fmt.Errorf("open the house: %w", err)
	}
	return nil
}

// ChangeHouse changes its clocks and where it is; whoever runs the hall does. Who hears of
// a worry only the secretary and a deputy say: somebody to whom a case can be given,
// otherwise it is care.cannot_hear. It is NotFound where no children are minded.
func (s *Service) ChangeHouse(ctx context.Context, actor people.Actor, h House) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.lead(ctx, tx, actor); err != nil {
			return err
		}
		was, err := readHouse(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		if was.Confidant != h.Confidant {
			if err := s.inCharge(ctx, tx, actor); err != nil {
				return err
			}
		}
		return s.becomesHouse(ctx, tx, actor, h)
	})
	if err != nil {
		return fmt.Errorf("change the house: %w", err)
	}
	return nil
}

// becomesHouse writes a house, and lets the days to come follow it.
func (s *Service) becomesHouse(ctx context.Context, tx *sqlx.Tx, actor people.Actor, h House) error {
	var err error
	if h.Place, err = text(h.Place, maxPlace); err != nil {
		return err
	}
	if err := h.check(); err != nil {
		return err
	}
	if h.Confidant != 0 {
		p, err := people.ReadPerson(ctx, tx, actor.Community, h.Confidant)
		if err != nil {
			return err
		}
		if p.Gone() {
			return conflict("people.is_gone", "name", p.Name)
		}
		if hears, err := mayHear(ctx, tx, actor.Community, p.ID); err != nil {
			return err
		} else if !hears {
			return conflict("care.cannot_hear", "name", p.Name)
		}
	}
	was, err := lockHouse(ctx, tx, actor.Community)
	if err != nil && !isNotFound(err) {
		return err
	}
	minded := err == nil
	h.Community, h.Since = actor.Community, s.now()
	_, err = tx.ExecContext(ctx, `
		INSERT INTO care_houses (community_id, since, asks_at, closes_at, place, confidant_id) VALUES ($1, $2, $3, $4, $5, nullif($6::bigint, 0))
		ON CONFLICT (community_id) DO UPDATE SET closed_at = NULL, asks_at = excluded.asks_at, closes_at = excluded.closes_at,
			place = excluded.place, confidant_id = excluded.confidant_id`,
		h.Community, h.Since, h.AsksAt, h.ClosesAt, h.Place, h.Confidant)
	if err != nil {
		return fmt.Errorf("write the house: %w", err)
	}
	code := "house_opened"
	if minded {
		code = "house_changed"
		h.Since, h.ClosedAt = was.Since, nil
		if was == h {
			return nil
		}
	}
	event, err := log(ctx, tx, happened{
		community: h.Community, by: actor.Person, code: code, at: s.now(),
		detail: detail{"asks": h.AsksAt, "closes": h.ClosesAt, "confidant": h.Confidant},
	})
	if err != nil {
		return err
	}
	if !minded {
		if err := s.showsCommands(ctx, tx, h.Community, event); err != nil {
			return err
		}
	}
	return s.plan(ctx, tx, h, actor.Person, nil)
}

// showsCommands lets Telegram's menu learn that children are minded, or are no more.
func (s *Service) showsCommands(ctx context.Context, tx *sqlx.Tx, community, event int64) error {
	return people.CommandsOfAll(ctx, tx, community, fmt.Sprintf("care:%d", event), s.now())
}

// CloseHouse ends it: the days to come are called off, and those booked are told why.
// Repeated, it changes nothing.
func (s *Service) CloseHouse(ctx context.Context, actor people.Actor, why string) error {
	why, err := reason(why)
	if err != nil {
		return err
	}
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := s.inCharge(ctx, tx, actor); err != nil {
			return err
		}
		if _, err := lockHouse(ctx, tx, actor.Community); isNotFound(err) {
			return nil
		} else if err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE care_houses SET closed_at = $2 WHERE community_id = $1`, actor.Community, s.now())
		if err != nil {
			return err
		}
		event, err := log(ctx, tx, happened{community: actor.Community, by: actor.Person, code: "house_closed", at: s.now()})
		if err != nil {
			return err
		}
		if err := s.showsCommands(ctx, tx, actor.Community, event); err != nil {
			return err
		}
		if err := s.callOffAll(ctx, tx, actor, why); err != nil {
			return err
		}
		return s.staffs(ctx, tx, actor.Community, actor.Person)
	})
	if err != nil {
		return fmt.Errorf("close the house: %w", err)
	}
	return nil
}

// callOffAll calls off every day to come that did not close yet.
func (s *Service) callOffAll(ctx context.Context, tx *sqlx.Tx, actor people.Actor, why string) error {
	var days []time.Time
	err := tx.SelectContext(ctx, &days, `
		SELECT day FROM care_days WHERE community_id = $1 AND state = 'open' ORDER BY day`, actor.Community)
	if err != nil {
		return fmt.Errorf("read the days to come: %w", err)
	}
	for _, day := range days {
		b, err := s.hold(ctx, tx, actor.Community, day, actor.Person)
		if err != nil {
			return err
		}
		if err := b.callOff(ctx, why); err != nil {
			return err
		}
	}
	return nil
}

// shareHouse keeps the days ahead from being made meanwhile.
func shareHouse(ctx context.Context, tx *sqlx.Tx, community int64) error {
	var open bool
	err := tx.GetContext(ctx, &open, `
		SELECT true FROM care_houses WHERE community_id = $1 AND closed_at IS NULL FOR SHARE`, community)
	return found(err, "house of", community)
}
