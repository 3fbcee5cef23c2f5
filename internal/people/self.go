package people

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// Limits of what people say of themselves, in characters.
const (
	MaxName  = 60
	MaxFlat  = 12
	MaxPhone = 30
)

// Agree keeps what to call somebody, and that they agreed by saying so: who had
// left is here again.
func (s *Service) Agree(ctx context.Context, actor Actor, name string) (Person, error) {
	name = pg.Text(name)
	if n := len([]rune(name)); n == 0 || n > MaxName {
		return Person{}, refusal.New(refusal.Invalid, "people.bad_name", "max", MaxName)
	}
	var p Person
	err := s.inTx(ctx, func(tx *sqlx.Tx) (err error) {
		p, err = s.agreed(ctx, tx, actor, name)
		return err
	})
	if err != nil {
		return Person{}, fmt.Errorf("person %d agrees: %w", actor.Person, err)
	}
	return p, nil
}

func (s *Service) agreed(ctx context.Context, tx *sqlx.Tx, actor Actor, name string) (Person, error) {
	return s.changeIn(ctx, tx, actor, "agreed", `
		UPDATE persons SET name = $3, initials = $4, consent_at = coalesce(consent_at, $5),
			presence = CASE WHEN presence IN ('moved', 'left') THEN 'here' ELSE presence END
		WHERE community_id = $1 AND id = $2 AND (name <> $3 OR consent_at IS NULL)`, name, initialsOf(name), s.clk.Now())
}

// Settle keeps where somebody lives. Entrance 0 and flat "" are not said.
func (s *Service) Settle(ctx context.Context, actor Actor, building int64, entrance int, flat string) (Person, error) {
	flat = pg.Text(flat)
	if err := checkHome(ctx, s.db, actor.Community, Home{building, entrance, flat}); err != nil {
		return Person{}, err
	}
	return s.change(ctx, actor, "settled", `
		UPDATE persons SET building_id = $3, entrance = nullif($4::int, 0), flat = $5
		WHERE community_id = $1 AND id = $2
			AND (building_id, entrance, flat) IS DISTINCT FROM ($3::bigint, nullif($4::int, 0), $5::text)`, building, entrance, flat)
}

// SetFlat keeps the number of somebody's flat.
func (s *Service) SetFlat(ctx context.Context, actor Actor, flat string) (Person, error) {
	flat = pg.Text(flat)
	if err := checkFlat(flat); err != nil {
		return Person{}, err
	}
	return s.change(ctx, actor, "flat_said", `
		UPDATE persons SET flat = $3 WHERE community_id = $1 AND id = $2 AND flat <> $3`, flat)
}

// SetLanguage keeps the language in which somebody is spoken to.
func (s *Service) SetLanguage(ctx context.Context, actor Actor, language string) (Person, error) {
	if n := len(language); n < 2 || n > 3 {
		return Person{}, refusal.New(refusal.Invalid, "people.unknown_language")
	}
	return s.change(ctx, actor, "language_chosen", `
		UPDATE persons SET language = $3 WHERE community_id = $1 AND id = $2 AND language <> $3`, language)
}

// change does what somebody may always do: change their own row. A change that
// is there already leaves no second event.
func (s *Service) change(ctx context.Context, actor Actor, code, update string, args ...any) (Person, error) {
	var p Person
	err := s.inTx(ctx, func(tx *sqlx.Tx) (err error) {
		p, err = s.changeIn(ctx, tx, actor, code, update, args...)
		return err
	})
	if err != nil {
		return Person{}, fmt.Errorf("change person %d: %w", actor.Person, err)
	}
	return p, nil
}

func (s *Service) changeIn(ctx context.Context, tx *sqlx.Tx, actor Actor, code, update string, args ...any) (Person, error) {
	if _, _, err := onPerson(ctx, tx, actor, access.EditSelf, actor.Person); err != nil {
		return Person{}, err
	}
	res, err := tx.ExecContext(ctx, update, append([]any{actor.Community, actor.Person}, args...)...)
	if err != nil {
		return Person{}, err
	}
	if n, err := res.RowsAffected(); err != nil {
		return Person{}, err
	} else if n > 0 {
		h := happened{community: actor.Community, person: actor.Person, by: actor.Person, code: code, at: s.clk.Now()}
		if err := event(ctx, tx, h); err != nil {
			return Person{}, err
		}
		if err := housed(ctx, tx, actor.Community, actor.Person); err != nil {
			return Person{}, err
		}
		if err := s.spokenTo(ctx, tx, actor, code); err != nil {
			return Person{}, err
		}
	}
	return ReadPerson(ctx, tx, actor.Community, actor.Person)
}

// spokenTo lets the commands of whoever serves follow their language; those of
// everybody are there in every one.
func (s *Service) spokenTo(ctx context.Context, tx *sqlx.Tx, actor Actor, code string) error {
	if code != "language_chosen" {
		return nil
	}
	now, err := ReadActor(ctx, tx, actor.Community, actor.Person)
	if err != nil || !now.Serves() {
		return err
	}
	return s.commandsChanged(ctx, tx, actor.Community, actor.Person)
}

func checkHome(ctx context.Context, q sqlx.QueryerContext, communityID int64, h Home) error {
	b, err := community.ReadBuilding(ctx, q, communityID, h.Building)
	if err != nil {
		return err
	}
	if h.Entrance < 0 || h.Entrance > b.Entrances {
		return refusal.New(refusal.Invalid, "people.no_entrance", "max", b.Entrances)
	}
	return checkFlat(h.Flat)
}

func checkFlat(flat string) error {
	if len([]rune(flat)) > MaxFlat {
		return refusal.New(refusal.Invalid, "people.bad_flat", "max", MaxFlat)
	}
	return nil
}
