package people

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
)

// colleague is somebody with a role for which cases are given, as Staff weighs them.
type colleague struct {
	ID        int64
	Member    *int64 // since which row they are a member of the area asked about
	Deputy    *int64 // since which row they are a deputy
	Secretary bool
	Away      bool // the secretary's switch: the deputy stands in
	Here      bool // neither on a journey nor in hospital
	Reachable bool // by Telegram
}

// ready reports whether somebody is asked before others.
func (c colleague) ready() bool { return c.Here && c.Reachable && !c.Away }

// colleagues reads them, the longest serving first. Area 0 is the whole community.
func colleagues(ctx context.Context, q sqlx.QueryerContext, community, area int64) ([]colleague, error) {
	var all []colleague
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT p.id, r.member, r.deputy, r.secretary, r.away, p.presence = 'here' AS here, p.reachable FROM (
			SELECT person_id, bool_or(role = 'secretary') AS secretary, bool_or(away_since IS NOT NULL) AS away,
				min(id) FILTER (WHERE role = 'deputy') AS deputy, min(id) AS first,
				min(id) FILTER (WHERE role = 'member' AND ($2::bigint = 0 OR area_id = $2)) AS member
			FROM person_roles
			WHERE community_id = $1 AND ended_at IS NULL AND role IN ('member', 'deputy', 'secretary') GROUP BY person_id
		) r JOIN persons p ON p.community_id = $1 AND p.id = r.person_id
		ORDER BY r.member, r.first`, community, area)
	if err != nil {
		return nil, fmt.Errorf("read staff of area %d: %w", area, err)
	}
	return all, nil
}

// inCharge chooses: the secretary, or the longest-serving deputy while she is
// away or not reached; then the secretary all the same, then any deputy. The
// zero colleague is nobody.
func inCharge(all []colleague) colleague {
	deputies := slices.DeleteFunc(slices.Clone(all), func(c colleague) bool { return c.Deputy == nil })
	slices.SortFunc(deputies, func(a, b colleague) int { return int(*a.Deputy - *b.Deputy) })
	secretary := slices.DeleteFunc(slices.Clone(all), func(c colleague) bool { return !c.Secretary })
	for _, fits := range []func(colleague) bool{
		colleague.ready,
		func(c colleague) bool { return c.Reachable },
		func(colleague) bool { return true },
	} {
		for _, c := range append(secretary, deputies...) {
			if fits(c) {
				return c
			}
		}
	}
	return colleague{}
}

// InCharge reads who does what is the secretary's to do: the secretary, or while
// she is away or Telegram does not reach her the longest-serving deputy. Where
// neither can be reached it is the secretary all the same. It is NotFound where
// there is neither.
func InCharge(ctx context.Context, q sqlx.QueryerContext, community int64) (Person, error) {
	return InChargeBut(ctx, q, community, 0)
}

// InChargeBut reads who is in charge where one person does not count.
func InChargeBut(ctx context.Context, q sqlx.QueryerContext, community, but int64) (Person, error) {
	all, err := colleagues(ctx, q, community, 0)
	if err != nil {
		return Person{}, err
	}
	c := inCharge(slices.DeleteFunc(all, func(c colleague) bool { return c.ID == but }))
	if c.ID == 0 {
		return Person{}, access.NotFound()
	}
	return ReadPerson(ctx, q, community, c.ID)
}

// Staff reads who could go to a place, of those who are here and whom Telegram
// reaches: the members of its area, the longest serving first, and who is in
// charge, 0 where there is nobody. Area 0 is the whole community.
func Staff(ctx context.Context, q sqlx.QueryerContext, community, area int64) (some []int64, charge int64, err error) {
	all, err := colleagues(ctx, q, community, area)
	if err != nil {
		return nil, 0, err
	}
	if c := inCharge(all); c.Reachable {
		charge = c.ID
	}
	return members(all), charge, nil
}

// members keeps the members of the area asked about who are asked before others.
func members(all []colleague) (some []int64) {
	for _, c := range all {
		if c.Member != nil && c.ready() {
			some = append(some, c.ID)
		}
	}
	return some
}

// OnDuty reads who is rung now: until there is a roster, the members of the
// area and who is in charge, reached by Telegram or not.
func OnDuty(ctx context.Context, q sqlx.QueryerContext, community, area int64) ([]Person, error) {
	all, err := colleagues(ctx, q, community, area)
	if err != nil {
		return nil, err
	}
	some := members(all)
	if c := inCharge(all); c.ID != 0 && !slices.Contains(some, c.ID) {
		some = append(some, c.ID)
	}
	return ReadPersons(ctx, q, community, some)
}

// Engage makes sure that somebody whom cases may be given to stays so until the
// transaction ends: whoever ends their role waits, and finds what was given to
// them. It is false where it ended a moment ago.
func Engage(ctx context.Context, tx *sqlx.Tx, community, person int64) (bool, error) {
	var held []int64
	err := tx.SelectContext(ctx, &held, `
		SELECT id FROM person_roles
		WHERE community_id = $1 AND person_id = $2 AND ended_at IS NULL AND role IN ('member', 'childcare', 'mediator', 'counsellor', 'deputy', 'secretary')
		ORDER BY id FOR SHARE`, community, person)
	return len(held) > 0, err
}
