package faults

import (
	"context"
	"database/sql"
	"fmt"
)

// Who takes part in a life. The same people live in every town, so that the
// lives of two towns can be held against each other.
var castOf = []struct {
	who   string
	id    int64
	phone string // of those on the register; "": unknown to linli
	role  string // "": none
}{
	{"secretary", 501, "", ""},
	{"newcomer", 502, "", ""},
	{"resident", 503, "555-77-0503", ""},
	{"member", 504, "555-77-0504", "member"},
	{"member2", 505, "555-77-0505", "member"},
	{"mediator", 506, "555-77-0506", "mediator"},
}

// Populate builds houses in every town, and puts people on its register as an
// office would: nothing that linli can do yet makes members.
func (s *Stage) populate(ctx context.Context) ([]*life, error) {
	links, err := s.claims(ctx)
	if err != nil {
		return nil, err
	}
	var list []*life
	for i, t := range s.towns {
		l := &life{town: t, claim: links[i], cast: map[string]*person{}}
		if err := s.buildTown(ctx, l); err != nil {
			return nil, fmt.Errorf("populate town %d: %w", t.nth, err)
		}
		list = append(list, l)
	}
	return list, nil
}

func (s *Stage) buildTown(ctx context.Context, l *life) error {
	var community, area, home int64
	err := s.db.QueryRowContext(ctx, `
		SELECT c.id, a.id FROM communities c JOIN areas a ON a.community_id = c.id WHERE c.bot = $1`, l.town.botID()).Scan(&community, &area)
	if err != nil {
		return err
	}
	for _, name := range []string{"1", "2", "3"} {
		err := s.db.QueryRowContext(ctx, `
			INSERT INTO buildings (community_id, area_id, name, entrances) VALUES ($1, $2, $3, 3) RETURNING id`, community, area, name).Scan(&home)
		if err != nil {
			return err
		}
	}
	for _, c := range castOf {
		l.cast[c.who] = l.town.newPerson(c.id, canary+" "+c.who)
		if c.phone == "" {
			continue
		}
		var id int64
		err := s.db.QueryRowContext(ctx, `
			INSERT INTO persons (community_id, telegram, name, language, phone, building_id, entrance, flat, consent_at, reachable, created_at)
			VALUES ($1, $2, $3, 'en', $4, $5, 1, '101', $6, true, $6) RETURNING id`,
			community, c.id, canary+" "+c.who, c.phone, home, s.clk.Now()).Scan(&id)
		if err != nil {
			return err
		}
		if c.role == "" {
			continue
		}
		_, err = s.db.ExecContext(ctx, `
			INSERT INTO person_roles (community_id, person_id, role, area_id, since) VALUES ($1, $2, $3, $4, $5)`,
			community, id, c.role, sql.NullInt64{Int64: area, Valid: c.role == "member"}, s.clk.Now())
		if err != nil {
			return err
		}
	}
	for _, who := range []string{"resident", "member", "member2", "mediator"} {
		l.cast[who].start("") // else nobody may write to them
	}
	return nil
}
