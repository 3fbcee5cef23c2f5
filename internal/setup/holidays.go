package setup

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"
	"go.yaml.in/yaml/v3"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
)

// HolidaysAre is the change of a year's holidays: Of is the year, Is so many days
// off and so many worked.
const HolidaysAre community.What = "holidays"

// LoadHolidays makes a list the one of its year, and reports whether it says
// anything that was not known. A second time it changes nothing.
func (s *Service) LoadHolidays(ctx context.Context, actor people.Actor, n calendar.Notice) (different bool, err error) {
	err = s.communities.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := allowed(ctx, tx, actor); err != nil {
			return err
		}
		if err := community.Lock(ctx, tx, actor.Community); err != nil {
			return err
		}
		made, err := s.loadYear(ctx, tx, community.By{Community: actor.Community, Person: actor.Person}, n)
		different = len(made) > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("load holidays: %w", err)
	}
	return different, nil
}

// loadYear replaces a year and notes it; the community is locked.
func (s *Service) loadYear(ctx context.Context, tx *sqlx.Tx, by community.By, n calendar.Notice) ([]community.Change, error) {
	different, err := s.calendar.Replace(ctx, tx, by.Community, n)
	if err != nil || !different {
		return nil, err
	}
	c := community.Change{What: HolidaysAre, Of: strconv.Itoa(n.Year), Is: fmt.Sprintf("%d+%d", n.Off(), len(n.Of(calendar.Work)))}
	err = community.Note(ctx, tx, community.Noted{Community: by.Community, By: by.Person, Code: string(HolidaysAre), Detail: c, At: s.clk.Now()})
	return []community.Change{c}, err
}

// loadYears makes the holidays as a file says.
func (s *Service) loadYears(ctx context.Context, tx *sqlx.Tx, by community.By, years map[int]calendar.Notice) (made []community.Change, err error) {
	for _, year := range slices.Sorted(maps.Keys(years)) {
		some, err := s.loadYear(ctx, tx, by, years[year])
		if err != nil {
			return nil, err
		}
		made = append(made, some...)
	}
	return made, nil
}

// holidays reads a list of days for each of some years; an item is a line as in
// the file that a phone sends: from, until, off or work, name.
func (r *reader) holidays(n *yaml.Node, field string) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, field, "setup.not_fields")
		return
	}
	r.f.Holidays = map[int]calendar.Notice{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		inside := join(field, key.Value)
		year, err := strconv.Atoi(key.Value)
		if err != nil {
			r.fault(key, inside, "setup.no_year")
			continue
		}
		if _, twice := r.f.Holidays[year]; twice {
			r.fault(key, inside, "setup.twice")
			continue
		}
		r.f.Holidays[year] = r.year(value, inside, year)
	}
}

func (r *reader) year(n *yaml.Node, field string, year int) calendar.Notice {
	var (
		cells [][]string
		nodes []*yaml.Node
	)
	r.list(n, field, func(n *yaml.Node, field string) {
		if text, ok := r.text(n, field); ok {
			cells, nodes = append(cells, strings.Split(text, ",")), append(nodes, n)
		}
	})
	if len(nodes) == 0 {
		r.fault(n, field, "calendar.no_days")
		return calendar.Notice{}
	}
	notice, faults := calendar.ParseNotice(cells)
	for _, f := range faults {
		r.checked(nodes[f.Line-1], fmt.Sprintf("%s[%d]", field, f.Line), f.Why)
	}
	if len(faults) == 0 && notice.Year != year {
		r.fault(n, field, "calendar.other_year", "year", year)
	}
	return notice
}
