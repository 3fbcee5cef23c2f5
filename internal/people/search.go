package people

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/pg"
)

// MostFound is how many people one search shows.
const MostFound = 20

// Search finds people by a part of their name, the initials of its pinyin, the
// flat (3-2-501, or 501) or the last four digits of their number: those whom
// the actor may see, the likeliest first, at most MostFound.
func (s *Service) Search(ctx context.Context, actor Actor, query string) ([]Person, error) {
	now, err := ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	q := readQuery(query)
	if q == (search{}) {
		return nil, nil
	}
	var found []Person
	err = s.db.SelectContext(ctx, &found, `
		SELECT `+columnsOfP+`
		FROM persons p LEFT JOIN buildings b ON b.community_id = p.community_id AND b.id = p.building_id
		WHERE p.community_id = $1 AND p.merged_into IS NULL
			AND (p.consent_at IS NOT NULL OR p.telegram IS NULL OR p.building_id IS NOT NULL)
			AND `+seen+`
			AND (
				$8 <> '' AND p.name ILIKE '%' || $8 || '%'
				OR $9 <> '' AND p.initials LIKE $9 || '%'
				OR $10 <> '' AND p.phone <> '' AND right(p.phone, 4) = $10
				OR $13 <> '' AND p.flat = $13 AND ($11 = '' OR lower(b.name) IN ($11, $11 || '号楼', $11 || '号', $11 || '栋'))
					AND ($12 = 0 OR p.entrance = $12)
			)
		ORDER BY p.presence IN ('moved', 'died', 'left'), p.name NOT ILIKE $8 || '%', p.name, p.id
		LIMIT $14`,
		append(now.sees(), q.name, q.initials, q.digits, q.building, q.entrance, q.flat, MostFound)...)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return found, nil
}

// seen is SQL for "the actor may see person p, who lives in building b"; its
// arguments are those of sees. It says what Relation and the table say.
const seen = `($2::boolean OR $3::boolean AND (
		p.building_id IS NULL OR b.area_id = ANY ($4)
		OR EXISTS (SELECT FROM unnest($5::bigint[], $6::int[]) AS d (building, entrance)
			WHERE d.building = p.building_id AND (d.entrance = 0 OR d.entrance = p.entrance))
	) OR p.id = ANY ($7::bigint[]))`

// sees are the arguments $1 to $7 of a query with seen.
func (a Actor) sees() []any {
	doors, entrances := make([]int64, len(a.Doors)), make([]int64, len(a.Doors))
	for i, d := range a.Doors {
		doors[i], entrances[i] = d.Building, int64(d.Entrance)
	}
	near := []int64{}
	if a.May(access.SeePerson, access.Own) {
		near = append(near, a.Person)
	}
	if a.May(access.SeePerson, access.ActsFor) {
		near = append(near, a.For...)
	}
	return []any{
		a.Community, a.May(access.SeePerson, access.SameCommunity), a.May(access.SeePerson, access.SameArea),
		pq.Array(a.Areas), pq.Array(doors), pq.Array(entrances), pq.Array(near),
	}
}

// search is a query as it may be meant; what is empty is not.
type search struct {
	name, initials, digits string
	building               string
	entrance               int
	flat                   string
}

var (
	homeQuery  = regexp.MustCompile(`^(\S+?)(?:号楼|号|栋|-|－|—| )\s*(?:(\d{1,2})(?:单元|-|－|—| )\s*)?([0-9A-Za-z]{1,12})[室号]?$`)
	flatQuery  = regexp.MustCompile(`^[0-9]{1,5}[A-Za-z]?$`)
	phoneQuery = regexp.MustCompile(`^[0-9]{4}$`)
	letters    = regexp.MustCompile(`^[A-Za-z]{1,12}$`)
)

func readQuery(text string) (q search) {
	text = pg.Cut(strings.Join(strings.Fields(pg.Text(text)), " "), MaxName)
	if text == "" {
		return search{}
	}
	if home := homeQuery.FindStringSubmatch(text); home != nil && strings.ContainsAny(text, "0123456789") {
		q.building, q.flat = strings.ToLower(home[1]), home[3]
		_, _ = fmt.Sscan(home[2], &q.entrance) // "" leaves it 0: any
		return q
	}
	if flatQuery.MatchString(text) {
		q.flat = text
	}
	if phoneQuery.MatchString(text) {
		q.digits = text
	}
	if letters.MatchString(text) {
		q.initials = strings.ToLower(text)
	}
	if q.flat == "" {
		q.name = likeEscape.Replace(text)
	}
	return q
}

// likeEscape makes of what is typed what LIKE takes letter by letter.
var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Card is somebody as those see them who may.
type Card struct {
	Person
	Door  Household       // the zero one where none is known
	Rel   access.Relation // how they stand to whoever looks
	Kinds []string        // of problems for which they are asked first, as a member
}

// See reads somebody for whoever may see them.
func (s *Service) See(ctx context.Context, actor Actor, person int64) (Card, Actor, error) {
	c, now, err := see(ctx, s.db, actor, person)
	if err != nil {
		return Card{}, Actor{}, fmt.Errorf("see person %d: %w", person, err)
	}
	return c, now, nil
}

func see(ctx context.Context, q sqlx.QueryerContext, actor Actor, person int64) (c Card, now Actor, err error) {
	if now, err = ReadActor(ctx, q, actor.Community, actor.Person); err != nil {
		return c, now, err
	}
	if c.Person, err = ReadPerson(ctx, q, actor.Community, person); err != nil {
		return c, now, err
	}
	if c.Merged != 0 { // an old card: it is shown as the person who they turned out to be
		return see(ctx, q, actor, c.Merged)
	}
	area, err := areaOf(ctx, q, actor.Community, c.Person)
	if err != nil {
		return c, now, err
	}
	c.Rel = now.Relation(c.Person, area)
	if err := access.Allow(access.SeePerson, now.Roles, c.Rel); err != nil {
		return c, now, err
	}
	if c.Door, err = readHousehold(ctx, q, actor.Community, c.Household); err != nil {
		return c, now, err
	}
	c.Kinds, err = KindsOf(ctx, q, actor.Community, c.ID)
	return c, now, err
}
