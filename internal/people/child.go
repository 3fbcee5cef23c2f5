package people

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// Limits of the children that a guardian enters.
const (
	GrownUp     = 18 // years: nobody decides for them any more
	MaxChildren = 12 // for whom one person decides
)

// child reports whether somebody is known to be one, in a year. A child has no
// Telegram of their own here.
func (p Person) child(thisYear int) bool {
	return p.Telegram == 0 && p.BirthYear != 0 && p.BirthYear >= thisYear-GrownUp
}

// AddChild enters a child, who lives where the guardian does and has no
// Telegram. A child of that name and year is not entered twice.
func (s *Service) AddChild(ctx context.Context, actor Actor, name string, birthYear int) (Person, error) {
	name = pg.Text(name)
	if n := len([]rune(name)); n == 0 || n > MaxName {
		return Person{}, refusal.New(refusal.Invalid, "people.bad_name", "max", MaxName)
	}
	if year := s.clk.Now().Year(); birthYear < year-GrownUp || birthYear > year {
		return Person{}, refusal.New(refusal.Invalid, "people.no_child", "max", GrownUp)
	}
	var child Person
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		guardian, _, err := onPerson(ctx, tx, actor, access.AddChild, actor.Person)
		if err != nil {
			return err
		}
		child, err = s.addChild(ctx, tx, actor, guardian, Registration{Name: name, BirthYear: birthYear})
		return err
	})
	if err != nil {
		return Person{}, fmt.Errorf("add a child: %w", err)
	}
	return child, nil
}

func (s *Service) addChild(ctx context.Context, tx *sqlx.Tx, actor Actor, guardian Person, r Registration) (Person, error) {
	var children []Person
	err := tx.SelectContext(ctx, &children, `
		SELECT `+columns+` FROM persons
		WHERE community_id = $1 AND id IN (
			SELECT for_id FROM ties WHERE community_id = $1 AND person_id = $2 AND kind = 'guardian' AND ended_at IS NULL)`,
		actor.Community, actor.Person)
	if err != nil {
		return Person{}, err
	}
	for _, c := range children {
		if c.Name == r.Name && c.BirthYear == r.BirthYear {
			return c, nil
		}
	}
	if len(children) >= MaxChildren {
		return Person{}, refusal.New(refusal.Conflict, "people.too_many_children", "max", MaxChildren)
	}
	r.Language, r.Building, r.Entrance, r.Flat, r.Consent = guardian.Language, guardian.Building, guardian.Entrance, guardian.Flat, true
	// Never somebody who is on the register already: a name would make its giver their guardian.
	child, err := s.add(ctx, tx, actor.Community, r)
	if err != nil {
		return Person{}, err
	}
	if err := housed(ctx, tx, actor.Community, child.ID); err != nil {
		return Person{}, err
	}
	h := happened{community: actor.Community, person: child.ID, by: actor.Person, code: "registered", at: s.clk.Now()}
	if err := event(ctx, tx, h); err != nil {
		return Person{}, err
	}
	_, err = s.tie(ctx, tx, tying{actor.Community, actor.Person, actor.Person, child.ID, Guardian})
	return child, err
}
