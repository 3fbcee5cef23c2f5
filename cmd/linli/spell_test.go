package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/calm"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// spell is many days of a town, in which people do at random what people do, and
// what comes to their phones is taken down.
type spell struct {
	*stroll
	rng        *rand.Rand
	zone       *time.Location
	home, area int64
	id         map[string]int64   // persons by the key of their phone
	members    []int64            // who can have a shift
	quiet      map[string][2]int  // minutes of the day, where they are one's own
	heard      map[string][]heard // by phone, whatever ever came
	last       map[int64]int64    // by person, the last message that was taken down
	did        map[string]int
	shut       []int64 // who blocked the bot at some time
	played     bool    // people do it all on their phones: what has no row answers them
}

// newSpell brings the English town to life at a moment, with more people in its
// third building than the demo has.
func newSpell(t *testing.T, begin time.Time, rng *rand.Rand, more []neighbour, set ...func(*parts)) (d *spell, secretary people.Actor) {
	t.Helper()
	d = &spell{
		stroll: &stroll{testStage: newTestStageAt(t, "en", begin, set...), lang: "en"}, rng: rng,
		id: map[string]int64{}, quiet: map[string][2]int{}, heard: map[string][]heard{}, last: map[int64]int64{}, did: map[string]int{},
	}
	ctx, in := t.Context(), &d.towns[0]
	d.zone = in.zone()
	secretary, area, err := in.office(ctx, d.app)
	require.NoError(t, err)
	d.home, d.area = secretary.Community, area
	buildings, err := d.app.communities.Buildings(ctx, d.home)
	require.NoError(t, err)
	for _, n := range more {
		require.NoError(t, in.enter(ctx, d.app, secretary, n, buildings[2]))
		in.neighbours = append(in.neighbours, n)
		d.phone(n.key).Start("")
		d.settleDown()
	}
	for _, n := range in.neighbours {
		d.id[n.key] = d.visit(n.key).Person.ID
	}
	return d, secretary
}

// sleepsAt sets somebody's own quiet hours.
func (d *spell) sleepsAt(hours map[string][2]int) {
	d.t.Helper()
	d.quiet = hours
	for key, own := range hours {
		_, err := d.app.people.SetQuiet(d.t.Context(), d.as(d.id[key]), &people.Quiet{From: own[0], Until: own[1]})
		require.NoError(d.t, err)
	}
}

// heard is a message of the bot's as it came to a phone, and what the outbox
// knows of it; the answer to what somebody did there has no row.
type heard struct {
	botapi.Message
	row
	told []string // the topics of which a digest tells
}

// row is what the outbox knows of a message.
type row struct {
	Person, Message int64
	News            string // its topic
	Args            json.RawMessage
	Urgency         outbox.Urgency
}

// urgent reports whether a message may be heard at any hour.
func (h heard) urgent() bool { return h.News != "" && h.Urgency == outbox.Urgent }

// at is a message on somebody's phone.
type at struct{ person, message int64 }

func (d *spell) keyOf(person int64) string {
	for key, id := range d.id {
		if id == person {
			return key
		}
	}
	d.t.Fatalf("nobody is person %d", person)
	return ""
}

// listen takes down what came to every phone since the last time.
func (d *spell) listen() {
	d.t.Helper()
	rows := map[at]row{}
	var all []row
	require.NoError(d.t, d.app.db.Select(&all, `
		SELECT person_id AS person, message_id AS message, topic AS news, args, urgency FROM outbox
		WHERE person_id <> 0 AND state = 'sent' AND edits = '' AND message_id <> 0 AND due_at > $1 AND topic <> $2`,
		d.clk.Now().Add(-26*time.Hour), flow.OpenedTopic)) // an answer to their own tap
	for _, r := range all {
		rows[at{r.Person, r.Message}] = r
	}
	for key, id := range d.id {
		for _, m := range slices.Backward(d.phone(key).Chat().Messages) {
			if m.ID <= d.last[id] {
				break
			}
			if !m.FromBot || m.Service != "" {
				continue
			}
			h := heard{Message: m, row: rows[at{id, m.ID}]}
			if h.News == calm.DigestTopic {
				require.NoError(d.t, d.app.db.Select(&h.told, `
					SELECT topic FROM outbox WHERE person_id = $1 AND digest = ($2::jsonb->>'digest')::bigint`, id, string(h.Args)))
			}
			d.heard[key] = append(d.heard[key], h)
		}
		d.last[id] = newest(d.phone(key).Chat().Messages).ID
	}
}

// inOffice reports whether somebody is the secretary or the deputy, and not away:
// what they did themselves they need not be told.
func (d *spell) inOffice(person int64) (is bool) {
	d.t.Helper()
	require.NoError(d.t, d.app.db.Get(&is, `
		SELECT EXISTS (SELECT FROM person_roles r JOIN persons p ON p.id = r.person_id AND p.presence = 'here' AND p.reachable
			WHERE r.person_id = $1 AND r.role IN ('secretary', 'deputy') AND r.ended_at IS NULL AND r.away_since IS NULL)`, person))
	return is
}

// atNight reports whether a moment is in somebody's quiet hours.
func (d *spell) atNight(key string, at time.Time) bool {
	hours, own := d.quiet[key]
	if !own {
		hours = [2]int{20*60 + 30, 7*60 + 30}
	}
	at = at.In(d.zone)
	minute := at.Hour()*60 + at.Minute()
	if hours[0] < hours[1] {
		return minute >= hours[0] && minute < hours[1]
	}
	return minute >= hours[0] || minute < hours[1]
}

// nightsWereQuiet: in nobody's quiet hours a sound, but for what is urgent. It
// counts what came at night.
func (d *spell) nightsWereQuiet() (silent, rang int) {
	d.t.Helper()
	for key, all := range d.heard {
		for _, h := range all {
			switch {
			case !d.atNight(key, h.At), d.played && h.News == "":
			case h.Silent:
				silent++
			case h.urgent():
				rang++
			default:
				d.t.Errorf("%s was woken on %s by %q (%s)", key, h.At.In(d.zone), h.Text, h.News)
			}
		}
	}
	return silent, rang
}

// daysWereCalm: six sounds a day to who has a role, but for what is urgent, and
// three pieces of news to a resident.
func (d *spell) daysWereCalm() (full int) {
	d.t.Helper()
	serves := func(key string) bool { return key == "secretary" || slices.Contains(d.members, d.id[key]) }
	news := func(topic string) bool { return topic != "" && flow.Manner(topic) == calm.News }
	for key, all := range d.heard {
		sounds, unasked := map[string][]string{}, map[string]int{}
		for _, h := range all {
			day := h.At.In(d.zone).Format(time.DateOnly)
			if !h.Silent && !h.urgent() && h.News != "" {
				sounds[day] = append(sounds[day], h.News)
			}
			if news(h.News) || slices.ContainsFunc(h.told, news) {
				unasked[day]++
			}
		}
		for day, topics := range sounds {
			if serves(key) && len(topics) > 6 {
				d.t.Errorf("%s heard %d sounds on %s: %v", key, len(topics), day, topics)
			}
			if serves(key) && len(topics) == 6 {
				full++
			}
		}
		for day, n := range unasked {
			if !serves(key) && n > 3 {
				d.t.Errorf("%s was told %d pieces of news on %s", key, n, day)
			}
			d.did[fmt.Sprintf("days with %d pieces of news", n)]++
		}
	}
	d.did["full days"] = full
	return full
}

// nothingIsLeft: every message arrived, but those that somebody shut out, and
// every case has an owner.
func (d *spell) nothingIsLeft() {
	var lost []string
	require.NoError(d.t, d.app.db.Select(&lost, `
		SELECT format('%s %s %s: %s', person_id, topic, state, reason) FROM outbox
		WHERE state NOT IN ('waiting', 'kept', 'sent', 'done', 'withdrawn', 'skipped')
			AND NOT (person_id = ANY ($1) AND state = 'failed' AND (reason LIKE '%blocked%' OR reason = 'its digest did not arrive'))`, pq.Array(d.shut)))
	require.Empty(d.t, lost)
	d.none("an update that was not understood", `SELECT count(*) FROM inbox WHERE parked_at IS NOT NULL OR done_at IS NULL OR tries > 0`)
	d.none("a case without an owner", `
		SELECT count(*) FROM cases WHERE status NOT IN ('held', 'dropped', 'taken_back') AND holder_id IS NULL`)
	d.none("something that fell due and was left", fmt.Sprintf(`
		SELECT count(*) FROM outbox WHERE state IN ('waiting', 'claimed') AND due_at < '%s'`, d.clk.Now().Format(time.RFC3339)))
}

// none: a query that counts what must not be counts nothing.
func (d *spell) none(what, query string) {
	d.t.Helper()
	var n int
	require.NoError(d.t, d.app.db.Get(&n, query))
	require.Zero(d.t, n, what)
}

// maybe is true so many times of a hundred.
func (d *spell) maybe(percent int) bool { return d.rng.IntN(100) < percent }

// tried is what somebody did who may have been too late, or not allowed to.
func (d *spell) tried(what string, err error) {
	d.t.Helper()
	if _, refused := refusal.As(err); err != nil && !refused {
		require.NoError(d.t, err, what)
	}
	if err == nil {
		d.did[what]++
	}
}

func (d *spell) as(person int64) people.Actor {
	return people.Actor{Community: d.home, Person: person}
}

// numbers reads some ids, or pairs of them.
func (d *spell) numbers(query string, args ...any) (all []struct{ ID, Person int64 }) {
	d.t.Helper()
	require.NoError(d.t, d.app.db.Select(&all, query, args...))
	return all
}

// charge is whoever is in charge now.
func (d *spell) charge() people.Actor {
	p, err := d.app.people.InCharge(d.t.Context(), d.home)
	require.NoError(d.t, err)
	return d.as(p.ID)
}

// incomers are who lives here beside the people of the demo.
func incomers() (some []neighbour) {
	for i, n := range []neighbour{
		{key: "member3", called: "Tom", role: "member", born: 1980},
		{key: "member4", called: "Grace", role: "member", born: 1970},
		{key: "resident2", called: "Walter", born: 1948},
		{key: "resident3", called: "Edith", born: 1946},
	} {
		n.account = botapi.Account{ID: int64(2101 + i), FirstName: n.called, LanguageCode: "en"}
		n.phone, n.entrance, n.flat = fmt.Sprintf("555-02%02d", i), 1+i%3, fmt.Sprint(201+i)
		some = append(some, n)
	}
	return some
}
