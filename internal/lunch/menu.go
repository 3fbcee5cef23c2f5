package lunch

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// Line is a dish as the lead writes it on a menu.
type Line struct {
	Name   string // at most 40 characters
	Choice int    // 1 or 2: one of these is chosen; 0: it comes with everything
}

// Limits of a menu.
const (
	maxLines = 8
	maxDish  = 40
)

// Made is a menu as it was written, and what the lead should know of it.
type Made struct {
	Menu    Menu
	Fresh   []Dish    // cooked for the first time: nobody has ticked them
	Against []Against // whom nothing that there is suits, by when they came
}

// Against is somebody with whose diet the best that there is for them clashes.
type Against struct {
	Person  int64
	Choice  int // the best for them
	Clashes []Clash
}

// WriteMenu says what there is on a day, in its order: what it said before is gone.
// Dishes that were cooked before keep their ticks. Once the day can be ordered, whoever
// has ordered something that is different now is told; where it clashes with their diet,
// and another choice does not, they have that, and are told which. After the cut-off it
// is a correction. It is lunch.no_menu without a dish, lunch.over and lunch.called_off.
// Repeated, it changes nothing.
func (s *Service) WriteMenu(ctx context.Context, actor people.Actor, day time.Time, lines []Line) (Made, error) {
	lines, err := tidy(lines)
	if err != nil {
		return Made{}, fmt.Errorf("write the menu of %s: %w", day.Format(time.DateOnly), err)
	}
	var m Made
	err = s.asLead(ctx, actor, day, "write the menu of", func(ctx context.Context, b *book) error {
		m = Made{}
		if err := b.lasts(); err != nil {
			return err
		}
		if err := b.writeMenu(ctx, lines); err != nil {
			return err
		}
		m, err = b.made(ctx)
		return err
	})
	return m, err
}

// tidy is a menu without stray space, and refuses what none can be.
func tidy(lines []Line) ([]Line, error) {
	switch {
	case len(lines) == 0:
		return nil, invalid("lunch.no_menu")
	case len(lines) > maxLines:
		return nil, invalid("lunch.too_many_dishes", "max", maxLines)
	}
	all := make([]Line, len(lines))
	choices := map[int]bool{}
	for i, l := range lines {
		l.Name = strings.Join(strings.Fields(pg.Text(l.Name)), " ")
		switch {
		case l.Name == "":
			return nil, invalid("lunch.no_dish")
		case len([]rune(l.Name)) > maxDish:
			return nil, invalid("lunch.too_long", "max", maxDish)
		case slices.ContainsFunc(all[:i], func(x Line) bool { return x.Name == l.Name }):
			return nil, invalid("lunch.dish_twice", "name", l.Name)
		case l.Choice < 0 || l.Choice > 2:
			return nil, invalid("lunch.no_choice")
		}
		all[i] = l
		choices[l.Choice] = true
	}
	if choices[1] != choices[2] {
		return nil, invalid("lunch.one_choice")
	}
	return all, nil
}

// writeMenu writes a menu, and lets everybody concerned know.
func (b *book) writeMenu(ctx context.Context, lines []Line) error {
	was, err := b.dishes(ctx)
	if err != nil {
		return err
	}
	if sameLines(was, lines) {
		return nil
	}
	if err := b.rewrite(ctx, lines); err != nil {
		return err
	}
	b.menu = nil
	now, err := b.dishes(ctx)
	if err != nil {
		return err
	}
	if err := b.noted(ctx, "menu", detail{"dishes": ids(now)}); err != nil {
		return err
	}
	return b.menuBecame(ctx, was, now)
}

func sameLines(m Menu, lines []Line) bool {
	return slices.EqualFunc(m, lines, func(s Serving, l Line) bool { return s.Name == l.Name && s.Choice == l.Choice })
}

func ids(m Menu) []int64 {
	all := make([]int64, len(m))
	for i, s := range m {
		all[i] = s.ID
	}
	return all
}

// rewrite replaces the rows of a menu. New dishes are made in the order of their names,
// so that of two who write at once one waits for the other.
func (b *book) rewrite(ctx context.Context, lines []Line) error {
	names, nths, choices := make([]string, len(lines)), make([]int, len(lines)), make([]int, len(lines))
	for i, l := range lines {
		names[i], nths[i], choices[i] = l.Name, i+1, l.Choice
	}
	for _, step := range []struct {
		statement string
		args      []any
	}{
		{`INSERT INTO dishes (community_id, name, since) SELECT $1, n, $3 FROM unnest($2::text[]) AS n ORDER BY n ON CONFLICT DO NOTHING`,
			[]any{b.day.Community, pq.Array(names), b.now}},
		{`DELETE FROM lunch_menus WHERE community_id = $1 AND day = $2`, []any{b.day.Community, b.day.Day}},
		{`INSERT INTO lunch_menus (community_id, day, nth, dish_id, choice)
			SELECT $1, $2, l.nth, d.id, l.choice
			FROM unnest($3::text[], $4::smallint[], $5::smallint[]) AS l (name, nth, choice)
			JOIN dishes d ON d.community_id = $1 AND d.name = l.name`,
			[]any{b.day.Community, b.day.Day, pq.Array(names), pq.Array(nths), pq.Array(choices)}},
	} {
		if _, err := b.tx.ExecContext(ctx, step.statement, step.args...); err != nil {
			return fmt.Errorf("write the menu of %s: %w", b.name(), err)
		}
	}
	return nil
}

// made is what the lead should know of the menu of the day.
func (b *book) made(ctx context.Context) (m Made, err error) {
	if m.Menu, err = b.dishes(ctx); err != nil {
		return m, err
	}
	var fresh []int64
	err = b.tx.SelectContext(ctx, &fresh, `
		SELECT m.dish_id FROM lunch_menus m
		WHERE m.community_id = $1 AND m.day = $2 AND NOT EXISTS (
			SELECT FROM lunch_menus x WHERE x.community_id = m.community_id AND x.dish_id = m.dish_id AND x.day < m.day)
			AND NOT EXISTS (SELECT FROM lunch_events e WHERE e.community_id = m.community_id AND e.code = 'ticked' AND (e.detail->>'dish')::bigint = m.dish_id)`,
		b.day.Community, b.day.Day)
	if err != nil {
		return m, fmt.Errorf("read what is new on %s: %w", b.name(), err)
	}
	for _, s := range m.Menu {
		if slices.Contains(fresh, s.ID) {
			m.Fresh = append(m.Fresh, s.Dish)
		}
	}
	all, err := b.eaters(ctx, `AND diet <> '{}'`)
	if err != nil {
		return m, err
	}
	for _, d := range all {
		choice, _ := m.Menu.Suits(d.Diet)
		if bad := Clashes(m.Menu.Of(choice), d.Diet); len(bad) > 0 {
			m.Against = append(m.Against, Against{d.Person, choice, bad})
		}
	}
	return m, nil
}
