package people

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// Home is where somebody lives. Entrance 0 and flat "" are not known.
type Home struct {
	Building int64
	Entrance int
	Flat     string
}

// Correction is what is to be known of somebody from now on; nil stays.
type Correction struct {
	Name      *string
	BirthYear *int // 0: not known
	Phone     *string
	Home      *Home
	Languages *Codes
	Tags      *Codes
}

// Correct changes what is known of somebody. One's own number is told by
// OwnPhone, which knows that it is.
func (s *Service) Correct(ctx context.Context, actor Actor, person int64, c Correction) (Person, error) {
	var p Person
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		was, now, err := onPerson(ctx, tx, actor, access.EditPerson, person)
		if err != nil {
			return err
		}
		if c.Phone != nil && was.ID == now.Person {
			return refusal.New(refusal.Invalid, "people.own_phone")
		}
		p = was
		if err := p.apply(c, s.clk.Now().Year()); err != nil {
			return err
		}
		if c.Home != nil {
			if err := checkHome(ctx, tx, actor.Community, *c.Home); err != nil {
				return err
			}
		}
		return s.keep(ctx, tx, now, was, &p)
	})
	if err != nil {
		return Person{}, fmt.Errorf("correct person %d: %w", person, err)
	}
	return p, nil
}

// OwnPhone keeps somebody's own number, as their Telegram told it.
func (s *Service) OwnPhone(ctx context.Context, actor Actor, phone string) (Person, error) {
	phone = pg.Text(phone)
	if phone == "" || len([]rune(phone)) > MaxPhone {
		return Person{}, refusal.New(refusal.Invalid, "people.bad_phone")
	}
	return s.change(ctx, actor, "phone_shared", `
		UPDATE persons SET phone = $3 WHERE community_id = $1 AND id = $2 AND (phone <> $3 OR NOT `+toldByTelegram+`)`, phone)
}

// apply fills in what changes, or says what cannot be.
func (p *Person) apply(c Correction, thisYear int) error {
	if c.Name != nil {
		p.Name = pg.Text(*c.Name)
		p.Initials = initialsOf(p.Name)
	}
	if c.BirthYear != nil {
		p.BirthYear = *c.BirthYear
	}
	if c.Phone != nil {
		p.Phone = pg.Text(*c.Phone)
	}
	if c.Home != nil {
		c.Home.Flat = pg.Text(c.Home.Flat)
		p.Building, p.Entrance, p.Flat = c.Home.Building, c.Home.Entrance, c.Home.Flat
	}
	if c.Languages != nil {
		p.Languages = *c.Languages
	}
	if c.Tags != nil {
		p.Tags = *c.Tags
	}
	return Registration{Name: p.Name, Phone: p.Phone, BirthYear: p.BirthYear, Tags: p.Tags}.check(thisYear)
}

// keep writes somebody as they are to be, with one event that tells which parts
// changed, or nothing where none did.
func (s *Service) keep(ctx context.Context, tx *sqlx.Tx, by Actor, was Person, p *Person) error {
	parts := changedParts(was, *p)
	if len(parts) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE persons SET name = $3, initials = $4, birth_year = nullif($5::int, 0), phone = $6, building_id = nullif($7::bigint, 0),
			entrance = nullif($8::int, 0), flat = $9, languages = $10, tags = $11
		WHERE community_id = $1 AND id = $2`,
		by.Community, p.ID, p.Name, p.Initials, p.BirthYear, p.Phone, p.Building, p.Entrance, p.Flat, p.Languages, p.Tags)
	if err != nil {
		return err
	}
	if err := housed(ctx, tx, by.Community, p.ID); err != nil {
		return err
	}
	h := happened{by.Community, p.ID, by.Person, "corrected", map[string]any{"parts": parts}, s.clk.Now()}
	if err := event(ctx, tx, h); err != nil {
		return err
	}
	*p, err = ReadPerson(ctx, tx, by.Community, p.ID)
	return err
}

// changedParts names what differs: what it was and is stays out of the event.
func changedParts(was, is Person) (parts []string) {
	for _, part := range []struct {
		name    string
		differs bool
	}{
		{"name", was.Name != is.Name},
		{"birth_year", was.BirthYear != is.BirthYear},
		{"phone", was.Phone != is.Phone},
		{"home", was.Building != is.Building || was.Entrance != is.Entrance || was.Flat != is.Flat},
		{"languages", !slices.Equal(was.Languages, is.Languages)},
		{"tags", !slices.Equal(was.Tags, is.Tags)},
	} {
		if part.differs {
			parts = append(parts, part.name)
		}
	}
	return parts
}
