package notices_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/notices"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/refusal"
)

// afternoon is four o'clock on a Monday in the stairs' zone.
var afternoon = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// stairs is a community whose notices are out: a secretary, Li who is a member where all
// live, Hua who helps at entrance 1 of building 3; Mei of 76 and her husband Wang at
// 3-1-301, Zhou who is 80 and alone at 3-1-501, Daughter in building 5 who acts for Mei.
type stairs struct {
	*testing.T
	ctx     context.Context
	db      *sqlx.DB
	clk     *clock.Clock
	notices *notices.Service
	people  *people.Service
	id      int64
	zone    *time.Location

	three, five                                   int64
	area                                          int64
	secretary, li, hua, mei, wang, zhou, daughter people.Actor

	keys int
}

func newStairs(t *testing.T) *stairs {
	t.Helper()
	db, clk := pgtest.New(t), clock.Frozen(afternoon)
	s := &stairs{T: t, ctx: t.Context(), db: db, clk: clk, people: people.New(db, clk), notices: notices.New(db, clk, func() {})}
	s.people.Follow(s.notices)
	s.notices.Helps(&bench{cases: map[string]int64{}})
	towns := community.New(db, clk)
	town, err := towns.Ensure(s.ctx, 7, "Haiyang")
	require.NoError(t, err)
	s.id, s.zone = town.ID, town.Location()
	areas, err := towns.Areas(s.ctx, s.id)
	require.NoError(t, err)
	s.area = areas[0].ID
	for name, id := range map[string]*int64{"3": &s.three, "5": &s.five} {
		house, err := towns.AddBuilding(s.ctx, s.id, 0, community.Building{Name: name, Entrances: 2, Area: s.area})
		require.NoError(t, err)
		*id = house.ID
	}
	s.secretary = s.meet("Secretary", s.five, 2, "101")
	token, err := s.people.NewClaim(s.ctx, s.id, true)
	require.NoError(t, err)
	require.NoError(t, s.people.Redeem(s.ctx, s.id, s.secretary.Person, token))
	s.li, s.hua = s.meet("Li", s.five, 2, "201"), s.meet("Hua", s.three, 1, "101")
	require.NoError(t, s.people.Grant(s.ctx, s.secretary, s.li.Person, access.Member, s.area))
	s.exec(`INSERT INTO person_roles (community_id, person_id, role, building_id, entrance, since) VALUES ($1, $2, 'helper', $3, 1, $4)`,
		s.id, s.hua.Person, s.three, clk.Now())
	s.mei, s.wang = s.meet("Mei", s.three, 1, "301"), s.meet("Wang", s.three, 1, "301")
	s.zhou, s.daughter = s.meet("Zhou", s.three, 1, "501"), s.meet("Daughter", s.five, 1, "101")
	s.exec(`UPDATE persons SET birth_year = 1950 WHERE id = $1`, s.mei.Person)
	s.exec(`UPDATE persons SET birth_year = 1946, tags = '{alone}' WHERE id = $1`, s.zhou.Person)
	token, err = s.people.OfferFamily(s.ctx, s.mei, s.mei.Person, people.Family)
	require.NoError(t, err)
	l, err := s.people.OpenFamily(s.ctx, s.id, s.daughter.Person, token)
	require.NoError(t, err)
	_, err = s.people.AgreeFamily(s.ctx, s.mei, l.ID, true)
	require.NoError(t, err)
	return s
}

func (s *stairs) exec(statement string, args ...any) {
	s.Helper()
	_, err := s.db.Exec(statement, args...)
	require.NoError(s, err)
}

// meet is somebody who agreed, at a door.
func (s *stairs) meet(name string, building int64, entrance int, flat string) people.Actor {
	s.Helper()
	s.keys++
	p, err := s.people.Meet(s.ctx, s.id, people.Telegram{ID: int64(s.keys), FirstName: name})
	require.NoError(s, err)
	a := people.Actor{Community: s.id, Person: p.ID, Name: name}
	_, err = s.people.Agree(s.ctx, a, name)
	require.NoError(s, err)
	_, err = s.people.Settle(s.ctx, a, building, entrance, flat)
	require.NoError(s, err)
	return a
}

// out is a notice that was sent to everybody, as sending leaves it behind.
func (s *stairs) out(change func(n *notices.Draft)) int64 {
	s.Helper()
	s.keys++
	d := notices.Draft{
		Weight: notices.Important, Language: "en", Texts: notices.Words{"en": "Water off tomorrow"}, Answer: notices.Seen,
		For: notices.Audience{People: true}, At: s.clk.Now(), Until: s.clk.Now().Add(7 * 24 * time.Hour), DoorsAt: s.at(23, 17, 0),
	}
	if change != nil {
		change(&d)
	}
	asJSON := func(v any) string {
		raw, err := json.Marshal(v)
		require.NoError(s, err)
		return string(raw)
	}
	var id int64
	require.NoError(s, s.db.Get(&id, `
		INSERT INTO notices (community_id, key, state, weight, author_id, language, texts, audience, answer, options, voice, send_at, over_at,
			doors_at, set_at, started_at, ended_at)
		VALUES ($1, $2, 'out', $3, $4, $5, $6, $7, $8, coalesce(nullif($9, 'null'), '[]')::jsonb, $10, $11, $12, $13, $11, $11, $11) RETURNING id`,
		s.id, fmt.Sprint("n", s.keys), d.Weight, s.secretary.Person, d.Language, asJSON(d.Texts), asJSON(d.For), d.Answer, asJSON(d.Options),
		d.Voice, d.At, d.Until, d.DoorsAt))
	if d.For.People {
		s.exec(`
			INSERT INTO notice_recipients (community_id, notice_id, person_id, household_id, building_id, entrance, state, settled_at)
			SELECT community_id, $2, id, household_id, building_id, entrance, 'sent', $3 FROM persons WHERE community_id = $1`, s.id, id, d.At)
	}
	if h := d.Happens; h != nil {
		s.exec(`INSERT INTO notice_events (community_id, notice_id, starts_at, ends_at, place, places) VALUES ($1, $2, $3, $4, $5, nullif($6, 0))`,
			s.id, id, h.Starts, h.Ends, h.Place, h.Places)
	}
	return id
}

// at is a moment of November.
func (s *stairs) at(day, hour, minute int) time.Time {
	return time.Date(2026, 11, day, hour, minute, 0, 0, s.zone)
}

// due does a job of a notice at a moment.
func (s *stairs) due(topic string, id int64, at time.Time) {
	s.Helper()
	s.clk.Advance(max(0, at.Sub(s.clk.Now())))
	require.NoError(s, s.notices.Do(s.ctx, s.id, topic, job(id)))
}

// job are the arguments of a job of a notice.
func job(id int64) []byte { return fmt.Appendf(nil, `{"notice": %d}`, id) }

// told is what waits for people, "name topic" each.
func (s *stairs) told() []string {
	s.Helper()
	all := []string{}
	require.NoError(s, s.db.Select(&all, `
		SELECT p.name || ' ' || o.topic FROM outbox o JOIN persons p ON p.community_id = o.community_id AND p.id = o.person_id
		WHERE o.state IN ('waiting', 'sent') AND o.due_at <= $1 AND o.topic LIKE 'notice.%' ORDER BY o.id`, s.clk.Now()))
	return all
}

// known is how everybody knows of a notice who does, "name how by" each.
func (s *stairs) known(id int64) []string {
	s.Helper()
	all := []string{}
	require.NoError(s, s.db.Select(&all, `
		SELECT p.name || ' ' || r.reached || ' ' || b.name FROM notice_recipients r
		JOIN persons p ON p.community_id = r.community_id AND p.id = r.person_id
		JOIN persons b ON b.community_id = r.community_id AND b.id = r.reached_by
		WHERE r.community_id = $1 AND r.notice_id = $2 AND r.reached <> '' ORDER BY p.id`, s.id, id))
	return all
}

// bench opens cases for the tests: one for each key.
type bench struct {
	cases map[string]int64
	needs []notices.Need
}

func (b *bench) Help(_ context.Context, _ *sqlx.Tx, n notices.Need) (id, number int64, err error) {
	if b.cases[n.Key] == 0 {
		b.cases[n.Key] = int64(len(b.cases) + 1)
		b.needs = append(b.needs, n)
	}
	return b.cases[n.Key], 100 + b.cases[n.Key], nil
}

func refused(t require.TestingT, kind refusal.Kind, key string, err error) {
	r, ok := refusal.As(err)
	require.True(t, ok, "%v", err)
	require.Equal(t, kind, r.Kind)
	require.Equal(t, key, r.Key)
}
