package lunch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// Diner reads how somebody eats here, to whom they may say it. It is lunch.no_diner
// for whom nobody let in.
func (s *Service) Diner(ctx context.Context, actor people.Actor, person int64) (Diner, error) {
	d, err := s.readable(ctx, s.db, actor, person)
	if err != nil {
		return Diner{}, fmt.Errorf("read diner %d: %w", person, err)
	}
	return d, nil
}

// readable reads a diner for whom the actor may order.
func (s *Service) readable(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, person int64) (Diner, error) {
	now, err := people.ReadActor(ctx, q, actor.Community, actor.Person)
	if err != nil {
		return Diner{}, err
	}
	p, err := people.ReadPerson(ctx, q, actor.Community, person)
	if err == nil && p.Merged != 0 {
		p, err = people.ReadPerson(ctx, q, actor.Community, p.Merged)
	}
	if err != nil {
		return Diner{}, err
	}
	rel, err := people.Toward(ctx, q, now, p)
	if err != nil {
		return Diner{}, err
	}
	if err := access.Allow(access.OrderLunch, now.Roles, rel); err != nil {
		return Diner{}, err
	}
	d, err := readDiner(ctx, q, actor.Community, p.ID)
	if isNotFound(err) || err == nil && d.EndedAt != nil {
		return Diner{}, conflict("lunch.no_diner", "name", p.Name)
	}
	return d, err
}

// Diners reads all who eat here, for who runs the kitchen, by name.
func (s *Service) Diners(ctx context.Context, actor people.Actor) ([]Diner, error) {
	if err := s.lead(ctx, s.db, actor); err != nil {
		return nil, fmt.Errorf("read the diners: %w", err)
	}
	all := []Diner{}
	err := s.db.SelectContext(ctx, &all, `
		SELECT `+dinerColumns+` FROM diners
		WHERE community_id = $1 AND ended_at IS NULL
		ORDER BY (SELECT p.name FROM persons p WHERE p.community_id = diners.community_id AND p.id = diners.person_id), person_id`,
		actor.Community)
	if err != nil {
		return nil, fmt.Errorf("read the diners: %w", err)
	}
	return all, nil
}

// Change is what is to be usual from now on; nil stays.
type Change struct {
	Mode     *Mode
	Portions *int
	Diet     *[]Diet
	Dislikes *string // at most 100 characters
	Tells    *Tells
}

// maxDislikes is how long what somebody dislikes may be.
const maxDislikes = 100

// apply changes a diner, and refuses what cannot be usual.
func (c Change) apply(d *Diner, most int) error {
	if c.Mode != nil {
		if !slices.Contains(Modes, *c.Mode) {
			return invalid("lunch.no_mode")
		}
		d.Mode = *c.Mode
	}
	if c.Portions != nil {
		if *c.Portions < 1 || *c.Portions > most {
			return invalid("lunch.too_many", "max", most)
		}
		d.Portions = *c.Portions
	}
	if c.Tells != nil {
		if !slices.Contains([]Tells{TellDoors, TellWorry, TellNever}, *c.Tells) {
			return invalid("lunch.no_rule")
		}
		d.Tells = *c.Tells
	}
	if c.Dislikes != nil {
		d.Dislikes = pg.Text(*c.Dislikes)
		if len([]rune(d.Dislikes)) > maxDislikes {
			return invalid("lunch.too_long", "max", maxDislikes)
		}
	}
	if c.Diet == nil {
		return nil
	}
	if slices.ContainsFunc(*c.Diet, func(x Diet) bool { return !slices.Contains(Diets, x) }) {
		return invalid("lunch.no_diet")
	}
	d.Diet = nil
	for _, x := range Diets {
		if slices.Contains(*c.Diet, x) {
			d.Diet = append(d.Diet, x)
		}
	}
	return nil
}

// Likes changes what is usual for somebody. What is ordered stays as it is; the diet
// holds for it too.
func (s *Service) Likes(ctx context.Context, actor people.Actor, person int64, c Change) (Diner, error) {
	return s.becomes(ctx, actor, person, becoming{"likes", func(ctx context.Context, g guest, d *Diner) error {
		k, err := readKitchen(ctx, g.tx, actor.Community)
		if err != nil {
			return err
		}
		return c.apply(d, k.Most)
	}, nil})
}

// Standing makes somebody eat on some weekdays without being asked; none ends it. Days
// that can be ordered already, of which they said nothing, are ordered at once; what
// is ordered stays.
func (s *Service) Standing(ctx context.Context, actor people.Actor, person int64, on Weekdays) (Diner, error) {
	return s.becomes(ctx, actor, person, becoming{"standing", func(_ context.Context, _ guest, d *Diner) error {
		d.Standing = nil
		for day := 1; day <= 7; day++ {
			if slices.Contains(on, day) {
				d.Standing = append(d.Standing, day)
			}
		}
		if slices.ContainsFunc(on, func(day int) bool { return day < 1 || day > 7 }) {
			return invalid("lunch.no_weekday")
		}
		return nil
	}, func(Day, guest) string { return "" }})
}

// PauseLunch lets somebody's lunch rest from a day until before another, on which it
// begins again by itself; until nil is until they say so, and from nil that the pause
// is over. What they have of days in it is cancelled, as far as those take changes;
// what they order for one of them nevertheless they get. Days are at midnight UTC.
func (s *Service) PauseLunch(ctx context.Context, actor people.Actor, person int64, from, until *time.Time) (Diner, error) {
	return s.becomes(ctx, actor, person, becoming{"paused", func(_ context.Context, _ guest, d *Diner) error {
		if from == nil && until != nil || from != nil && until != nil && !until.After(*from) {
			return invalid("lunch.bad_day")
		}
		d.PausedFrom, d.PausedUntil = from, until
		return nil
	}, func(day Day, g guest) string {
		if day.Open(s.now()) && !g.diner.Eats(day.Day) {
			return "paused"
		}
		return ""
	}})
}

// EndDiner notes that somebody eats here no more: what they have of days that take
// changes is cancelled, and the next get it. LetIn begins it anew.
func (s *Service) EndDiner(ctx context.Context, actor people.Actor, person int64) (Diner, error) {
	return s.becomes(ctx, actor, person, becoming{"ended", func(_ context.Context, _ guest, d *Diner) error {
		at := s.now()
		d.EndedAt, d.Standing = &at, nil
		return nil
	}, func(day Day, _ guest) string {
		if day.Open(s.now()) {
			return "ended"
		}
		return ""
	}})
}

// becoming is how a diner changes: what is different then, and why their orders of a
// day end by it, "" where they do not; without it no order is touched.
type becoming struct {
	code string
	do   func(ctx context.Context, g guest, d *Diner) error
	ends func(day Day, g guest) string
}

// becomes changes a diner where anything is different, and their orders with them.
func (s *Service) becomes(ctx context.Context, actor people.Actor, person int64, c becoming) (Diner, error) {
	var d Diner
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		g, err := s.on(ctx, tx, actor, person)
		if err != nil {
			return err
		}
		d = g.diner
		if err := c.do(ctx, g, &d); err != nil || alike(d, g.diner) {
			return err
		}
		if err := writeDiner(ctx, tx, d); err != nil {
			return err
		}
		g.diner = d
		_, err = log(ctx, tx, happened{community: d.Community, person: d.Person, by: actor.Person, code: c.code, at: s.now(), detail: detail{
			"mode": d.Mode, "portions": d.Portions, "diet": d.Diet, "standing": d.Standing, "from": dayOf(d.PausedFrom), "until": dayOf(d.PausedUntil),
		}})
		if err != nil || c.ends == nil {
			return err
		}
		_, err = s.align(ctx, g, actor.Person, c.ends)
		return err
	})
	if err != nil {
		return Diner{}, fmt.Errorf("%s of diner %d: %w", c.code, person, err)
	}
	return d, nil
}

// alike reports whether nothing is different.
func alike(a, b Diner) bool {
	return a.Mode == b.Mode && a.Tells == b.Tells && a.Portions == b.Portions && a.Dislikes == b.Dislikes && slices.Equal(a.Diet, b.Diet) &&
		slices.Equal(a.Standing, b.Standing) && dayOf(a.PausedFrom) == dayOf(b.PausedFrom) && dayOf(a.PausedUntil) == dayOf(b.PausedUntil) &&
		(a.EndedAt == nil) == (b.EndedAt == nil)
}

// dayOf is a day as it is stored, "" where there is none.
func dayOf(day *time.Time) string {
	if day == nil {
		return ""
	}
	return day.Format(time.DateOnly)
}

// writeDiner writes all that may become different of a diner.
func writeDiner(ctx context.Context, tx *sqlx.Tx, d Diner) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE diners SET diet = $3, dislikes = $4, mode = $5, portions = $6, weekdays = $7,
			paused_from = nullif($8, '')::date, paused_until = nullif($9, '')::date, ended_at = $10, tells = $11
		WHERE community_id = $1 AND person_id = $2`, d.Community, d.Person, d.Diet, d.Dislikes, d.Mode, d.Portions, d.Standing,
		dayOf(d.PausedFrom), dayOf(d.PausedUntil), d.EndedAt, d.Tells)
	if err != nil {
		return fmt.Errorf("change diner %d: %w", d.Person, err)
	}
	return nil
}
