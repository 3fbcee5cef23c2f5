package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

// promised are the words by which somebody is told that their report is sent, and
// under what number.
var promised = []*regexp.Regexp{
	regexp.MustCompile(`^Sent, number (\d+)\.`), regexp.MustCompile(`^Sent for .+, number (\d+)\.`),
	regexp.MustCompile(`I rang \d+ (?:person|people) on duty \(no\. (\d+)\)`), regexp.MustCompile(`编号 (\d+)`), regexp.MustCompile(`个人（(\d+)号）`),
}

// takeDown reads what every phone and every group shows by now: also what is changed
// again a moment later.
func (m *month) takeDown() {
	m.t.Helper()
	for _, key := range slices.Sorted(maps.Keys(m.id)) {
		seen := m.shown[key]
		if seen == nil {
			seen = map[int64][]string{}
			m.shown[key] = seen
		}
		for _, one := range m.phone(key).Chat().Messages {
			if !one.FromBot || one.Service != "" || slices.Contains(seen[one.ID], one.Text) {
				continue
			}
			seen[one.ID] = append(seen[one.ID], one.Text)
			m.writes("%s reads %d: %q %v", key, one.ID, one.Text, one.Buttons)
			m.notes(key, one)
		}
	}
	for _, g := range []*botapi.Group{m.towns[0].group, m.towns[0].newGroup} {
		for _, one := range g.View().Messages {
			if one.FromBot && one.Service == "" {
				m.namesNobody(one)
			}
		}
	}
}

// notes takes down what a message promises, and that it has no hole.
func (m *month) notes(key string, one botapi.Message) {
	m.t.Helper()
	assert.NotContains(m.t, one.Text, "⟦", "words are missing")
	m.tells(one.Text)
	for _, words := range promised {
		found := words.FindStringSubmatch(one.Text)
		if found == nil {
			continue
		}
		no, err := strconv.ParseInt(found[1], 10, 64)
		require.NoError(m.t, err)
		p := m.promise[no]
		if p == nil {
			p = &promise{who: key, at: m.clk.Now(), messages: map[int64]bool{}}
			m.promise[no] = p
		}
		if p.who == key && (p.at.Equal(m.clk.Now()) || !strings.Contains(words.String(), "on duty")) { // who asks later how a danger stands reads it again
			p.messages[one.ID] = true
		}
	}
}

// namesNobody: no group reads a name, a flat, a number to call somebody, what
// anybody said, or of a matter that is private.
func (m *month) namesNobody(one botapi.Message) {
	m.t.Helper()
	for _, n := range m.towns[0].neighbours {
		for _, told := range []string{n.called, n.account.FirstName, n.phone, n.flat} {
			if told != "" {
				assert.NotContains(m.t, one.Text, told, "a group reads it")
			}
		}
	}
	for _, told := range []string{"zebra", "Neighbours", "Complaint", "Family", "⟦"} {
		assert.NotContains(m.t, strings.TrimPrefix(one.Text, "Neighbours of"), told, "a group reads it")
	}
}

// everythingIsSomebodys: what has not ended is with somebody who serves, who is here
// and can be reached; and something will happen by itself if they do nothing.
func (m *month) everythingIsSomebodys() {
	m.t.Helper()
	m.saidOnce("it is nobody's", m.lines(whoseQuery, m.home))
	m.saidOnce("no clock runs", m.lines(`
		SELECT format('no. %s, %s, %s', c.number, c.status, c.kind) FROM cases c
		WHERE c.community_id = $1 AND c.status IN ('open', 'assigned', 'taken', 'waiting', 'proposed', 'done')
			AND NOT EXISTS (SELECT FROM outbox o WHERE o.community_id = $1 AND o.person_id = 0 AND o.state IN ('waiting', 'claimed')
				AND (o.args->>'case')::bigint = c.id)`, m.home))
}

// whoseQuery finds what is with somebody who is not there: whoever holds a case, and
// whoever is to look at its proposed end; whoever is to see whether it held. What
// somebody proposed is with whoever looks at it: it does not come back to who is
// not there.
const whoseQuery = `
	SELECT format('no. %s, %s, with %s', c.number, c.status, coalesce(p.name, 'nobody'))
	FROM cases c CROSS JOIN LATERAL (
		SELECT CASE WHEN c.status = 'proposed' AND c.private = '' THEN (
			SELECT (e.detail->>'second')::bigint FROM case_events e
			WHERE e.community_id = c.community_id AND e.case_id = c.id AND e.code IN ('proposed', 'asked_again') ORDER BY e.id DESC LIMIT 1)
			ELSE c.holder_id END AS person
		WHERE c.status IN ('open', 'assigned', 'taken', 'waiting', 'proposed', 'done')
		UNION ALL
		SELECT v.person_id FROM case_visits v
		WHERE v.community_id = c.community_id AND v.case_id = c.id AND v.ended_at IS NULL AND v.person_id IS NOT NULL) w
	LEFT JOIN persons p ON p.community_id = c.community_id AND p.id = w.person
	WHERE c.community_id = $1 AND (p.id IS NULL OR NOT p.reachable OR p.presence <> 'here' OR NOT EXISTS (
		SELECT FROM person_roles r WHERE r.community_id = c.community_id AND r.person_id = p.id AND r.ended_at IS NULL))`

func (m *month) lines(query string, args ...any) (all []string) {
	m.t.Helper()
	require.NoError(m.t, m.app.db.Select(&all, query, args...))
	return all
}

// everythingWasDone: in a whole month somebody does something of every kind. Else a
// button has another name by now, and the play has become poorer without a word.
func (m *month) everythingWasDone() {
	m.t.Helper()
	for _, does := range []string{
		"c.take", "c.pass", "c.done", "c.fixed", "c.half", "c.not", "c.agree", "c.refuse", "c.disagree", "c.sides", "c.answer", "c.back", "c.progress",
		"m.act.wait", "m.act.notours", "m.act.cannot", "m.act.double", "m.act.ask", "m.overtake", "m.same", "m.visit.nobody", "g.take", "m.leave.resign",
	} {
		assert.NotZero(m.t, m.did[does], "nobody did %s", does)
	}
}

// saidOnce complains of each case once: it would be said every hour.
func (m *month) saidOnce(what string, lost []string) {
	m.t.Helper()
	for _, c := range lost {
		if !m.said[what+c] {
			m.said[what+c] = true
			assert.Fail(m.t, what, "%s, at %s", c, m.clk.Now().In(m.zone))
			m.t.Log(strings.Join(m.lines(`
				SELECT format('%s: %s by %s %s', e.at, e.code, coalesce(e.actor_id, 0), e.detail) FROM case_events e
				JOIN cases c ON c.community_id = e.community_id AND c.id = e.case_id AND c.number = substring($1 FROM 'no. (\d+)')::bigint
				ORDER BY e.id`, c), "\n"))
		}
	}
}

// nothingIsLost: every report of which somebody was told "sent" stands there, under
// that number, on the phone that it was told on.
func (m *month) nothingIsLost() {
	m.t.Helper()
	var brought int
	require.NoError(m.t, m.app.db.Get(&brought, `SELECT count(*) FROM cases WHERE number IS NOT NULL`))
	require.GreaterOrEqual(m.t, brought, len(m.promise))
	require.NotEmpty(m.t, m.promise)
	for _, no := range slices.Sorted(maps.Keys(m.promise)) {
		p := m.promise[no]
		phone := m.phone(p.who)
		if phone.Chat().Blocked {
			continue
		}
		p.stands = m.asks(p.who, fmt.Sprintf("/start case_%d", no))
		var c struct {
			For     int64
			Private string
		}
		require.NoError(m.t, m.app.db.Get(&c, `SELECT for_id AS for, private FROM cases WHERE number = $1`, no))
		if c.Private != "" && c.For != m.id[p.who] { // who wrote it down does not see it any more
			continue
		}
		assert.NotContains(m.t, p.stands, "no such number", "no. %d, told on the phone of %s", no, p.who)
		assert.NotContains(m.t, p.stands, "cannot find", "no. %d, told on the phone of %s", no, p.who)
	}
}

// asks says something and reads what comes for it.
func (m *month) asks(key, said string) string {
	m.t.Helper()
	phone := m.phone(key)
	phone.Say(said)
	m.settleDown()
	m.takeDown()
	return newest(phone.Chat().Messages).Text
}

// ended is a case that came to an end, as its row has it.
type ended struct {
	ID, Number, Of, For int64
	Status, Why, Passed string
	Private, Lang       string
	Telegram, Reachable bool
	Visits              int // at which nobody was met
}

// nothingEndedSilently: "held" is there where somebody said so, and every other end
// was told, with its reason, in the words of whoever it is for.
func (m *month) nothingEndedSilently() {
	m.t.Helper()
	var all []ended
	require.NoError(m.t, m.app.db.Select(&all, `
		SELECT c.id, c.number, coalesce(c.of_id, 0) AS of, c.for_id AS for, c.status, c.why, c.passed_to AS passed, c.private,
			p.language AS lang, p.reachable
		FROM cases c JOIN persons p ON p.community_id = c.community_id AND p.id = c.for_id
		WHERE c.number IS NOT NULL AND c.status IN ('held', 'seen', 'unconfirmed', 'referred', 'cannot', 'wish', 'spam', 'duplicate') ORDER BY c.id`))
	for _, c := range all {
		m.did["ended "+c.Status]++
		if !m.saidSo(c) {
			var how string
			require.NoError(m.t, m.app.db.Get(&how, `
				SELECT string_agg(format('%s by %s %s', code, coalesce(actor_id, 0), detail), ', ' ORDER BY id) FROM case_events WHERE case_id = $1`, c.ID))
			assert.Fail(m.t, "it ended silently", "no. %d, %s, case %d: %s", c.Number, c.Status, c.ID, how)
		}
	}
}

// saidSo reports whether the end of a case was somebody's word, or was told.
func (m *month) saidSo(c ended) bool {
	m.t.Helper()
	switch c.Status {
	case "held":
		return m.tapped(c.ID, "held")
	case "seen":
		return m.tapped(c.ID, "seen")
	case "unconfirmed":
		return m.tappedTimes(c.ID, "nobody") >= 2 && m.hears(c, "case.unconfirmed")
	case "duplicate":
		return m.hears(c, "case.doubled")
	}
	why := "why." + c.Status + "." + c.Why
	if c.Private != "" {
		why = "sealed.way." + c.Passed
	}
	return m.reads(c, why)
}

func (m *month) tapped(id int64, word string) bool { return m.tappedTimes(id, word) > 0 }

// tappedTimes counts the taps by which somebody said something of a case.
func (m *month) tappedTimes(id int64, word string) (n int) {
	m.t.Helper()
	var cases, visits []int64
	require.NoError(m.t, m.app.db.Select(&cases, `
		SELECT id FROM cases WHERE id = $1 OR of_id = $1
		UNION SELECT (detail->>'double')::bigint FROM case_events WHERE case_id = $1 AND code = 'held' AND detail ? 'double'`, id)) // parted since
	require.NoError(m.t, m.app.db.Select(&visits, `SELECT id FROM case_visits WHERE case_id = $1`, id))
	var of []string
	for _, c := range cases {
		if word == "held" {
			of = append(of, fmt.Sprintf("c.fixed.%d", c), fmt.Sprintf("c.still.%d", c), fmt.Sprintf("m.kept.%d.yes", c), fmt.Sprintf("m.lookin.%d.yes", c),
				fmt.Sprintf("m.kept.%d.for.1.yes", c), fmt.Sprintf("m.kept.%d.for.2.yes", c))
		}
	}
	at := map[string]string{"held": "fixed"}[word] // as a visit has it
	for _, v := range visits {
		of = append(of, fmt.Sprintf("m.visit.%d.%s", v, cmp.Or(at, word)))
	}
	for _, d := range m.deeds {
		phoned := byPhone.FindStringSubmatch(d.data)
		if slices.Contains(of, d.data) || word == "held" && phoned != nil && slices.ContainsFunc(cases, func(c int64) bool { return phoned[1] == fmt.Sprint(c) }) {
			n++
		}
	}
	return n
}

// hears reports whether whoever a case is for was told something of it, be it among
// what a night brought. Whom no message reaches is on the list of calls.
func (m *month) hears(c ended, topic string) bool {
	m.t.Helper()
	for who, id := range m.id {
		if id != c.For || m.phone(who).Chat().Blocked {
			continue
		}
		return slices.ContainsFunc(m.heard[who], func(h heard) bool {
			var of struct{ Case int64 }
			return h.News == topic && json.Unmarshal(h.Args, &of) == nil && of.Case == c.ID || slices.Contains(h.told, topic)
		})
	}
	return m.isListed(c)
}

// isListed reports whether a case is, or was, among those of which somebody is told by phone.
func (m *month) isListed(c ended) (listed bool) {
	m.t.Helper()
	require.NoError(m.t, m.app.db.Get(&listed, `SELECT EXISTS (SELECT FROM case_calls WHERE case_id = $1)`, c.ID))
	return listed
}

// byPhone is what a member taps who phoned, and was told that it is fixed.
var byPhone = regexp.MustCompile(`^m\.desk\.\w+\.fixed\.(\d+)$`)

// reads reports whether whoever a case is for read of it with some words, given by
// their key, in their language. Whom no message reaches is on the list of calls.
func (m *month) reads(c ended, key string) bool {
	m.t.Helper()
	words := m.app.texts.In(c.Lang, m.clk.Now(), m.zone).T(key)
	for who, id := range m.id {
		if id != c.For {
			continue
		}
		for _, texts := range m.shown[who] {
			for _, text := range texts {
				if regexp.MustCompile(fmt.Sprintf(`\b%d\b`, c.Number)).MatchString(text) && strings.Contains(text, words) {
					return true
				}
			}
		}
		if c.Reachable && !m.phone(who).Chat().Blocked {
			return false
		}
	}
	return m.isListed(c)
}

// causes are the events of a case of which each message tells.
var causes = map[string][]string{
	"case.receipt": {"sent", "self_sent", "alarmed"}, "case.taken": {"taken"}, "case.check": {"done"}, "case.check_again": {"asked_again"},
	"case.ended": {"agreed"}, "case.unconfirmed": {"unconfirmed"}, "case.seen": {"seen"}, "case.waits": {"waits"}, "case.question": {"waits"},
	"case.goes_on": {"woken", "refused"}, "case.deciding": {"proposed"}, "case.progress": {"progress"}, "case.slips": {"slips"}, "case.coming": {"planned"}, "case.visit_missed": {"visited"},
	"case.doubled": {"duplicate", "followed"}, "case.held": {"held"}, "case.for_you": {"sent", "self_sent", "alarmed"},
	"case.disputed": {"disagreed"}, "case.undoubled": {"unmerged"},
}

// nobodyWasToldTwice: a report has one receipt, and of one step comes one message.
func (m *month) nobodyWasToldTwice() {
	m.t.Helper()
	for no, p := range m.promise {
		assert.LessOrEqual(m.t, len(p.messages), 1, "no. %d has more than one receipt on the phone of %s", no, p.who)
	}
	type step struct {
		who, topic string
		id         int64
	}
	told := map[step]int{}
	for who, all := range m.heard {
		for _, h := range all {
			var of struct{ Case int64 }
			if causes[h.News] == nil || json.Unmarshal(h.Args, &of) != nil || len(h.Media) > 0 && h.Text == "" {
				continue
			}
			told[step{who, h.News, of.Case}]++
		}
	}
	require.NotEmpty(m.t, told)
	for s, n := range told {
		var steps int
		require.NoError(m.t, m.app.db.Get(&steps, `
			SELECT count(*) FROM case_events e WHERE e.code = ANY ($2::text[])
				AND (e.case_id = $1 OR e.case_id IN (SELECT (x.detail->>'of')::bigint FROM case_events x WHERE x.case_id = $1 AND x.detail ? 'of'
					UNION SELECT of_id FROM cases WHERE id = $1))`, s.id, "{"+strings.Join(causes[s.topic], ",")+"}"))
		assert.LessOrEqual(m.t, n, steps, "%s was told %d times of %s of case %d, which happened %d times", s.who, n, s.topic, s.id, steps)
	}
}

// figures writes down how it was.
func (m *month) figures() {
	m.t.Helper()
	m.t.Logf("play %s", m.closesDiary())
	m.t.Logf("%d days, %d reports promised, %d taps", m.days, len(m.promise), len(m.deeds))
	var ends []string
	require.NoError(m.t, m.app.db.Select(&ends, `SELECT format('%s %s', status, count(*)) FROM cases WHERE number IS NOT NULL GROUP BY status ORDER BY 1`))
	m.t.Log("where they stand: ", strings.Join(ends, ", "))
	for key, all := range m.heard {
		aloud := 0
		for _, h := range all {
			if !h.Silent {
				aloud++
			}
		}
		m.t.Logf("%s: %.1f messages a day, %.1f with a sound", key, float64(len(all))/float64(m.days), float64(aloud)/float64(m.days))
	}
	m.t.Log(m.did)
}
