package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"
)

// check holds one claim of a transcript against the database:
//
//	cases 2                         so many cases were sent
//	drafts 1                        so many wait to be sent
//	case 1 status=taken holder=…    columns of the case with that number
//	events 1 draft,send,take        the codes of its events, in order
//	told member case.ping           it was sent to that person
//	untold member case.ping         it was not
//	erased 1                        no words and no media are left of it
//	person resident building=3 …    what the register says of that person
//	silent resident                 their newest message made no sound
//	sounds resident                 it did
//	kept member 2                   so many messages wait for their morning
//	acts daughter resident          that person may act for the other; acts daughter -: for nobody
//	roles member member,deputy      what that person holds, but for resident
//	register 王秀兰 presence=away …   what it says of somebody of that name
//	week day 1-5:李卫东,6:-         who stands in a slot of the week, day by day
//	taps resident 1                 so many taps so far
//	group newgroup purpose=duty …   what a group is for; group newgroup none where the bot is in it no more
//	town name=…                     what is set of the community
//	shift 2026-11-24 08:00 李卫东    who has a place in the shift that begins then; - for nobody
//	holidays 2027 2026-10-01:off,…  the days that were loaded of a year; none
//	notice out failed=4 sent=6 post sent=1   where the newest notice stands, what became of its people and groups
//	houses 1:3,2:3                  its buildings with their entrances, by name
func (p *transcript) check(claim string) {
	p.t.Helper()
	words := strings.Fields(claim)
	switch words[0] {
	case "cases":
		p.count(claim, words[1], `SELECT count(*) FROM cases WHERE number IS NOT NULL`)
	case "drafts":
		p.count(claim, words[1], `SELECT count(*) FROM cases WHERE status = 'draft'`)
	case "case":
		p.checkCase(claim, words[1], words[2:])
	case "events":
		var codes []string
		require.NoError(p.t, p.app.db.Select(&codes, `
			SELECT e.code FROM case_events e JOIN cases c ON c.community_id = e.community_id AND c.id = e.case_id
			WHERE c.number = $1 ORDER BY e.id`, words[1]))
		require.Equal(p.t, words[2], strings.Join(codes, ","), claim)
	case "told", "untold":
		want := "1"
		if words[0] == "untold" {
			want = "0"
		}
		p.count(claim, want, `
			SELECT count(DISTINCT o.topic) FROM outbox o JOIN persons p ON p.community_id = o.community_id AND p.id = o.person_id
			WHERE p.telegram = $1 AND o.topic = $2 AND o.state = 'sent'`, p.phone(words[1]).Account().ID, words[2])
	case "notice":
		p.checkNotice(claim, words[1:])
	case "knows": // how somebody knows of the newest notice
		var how string
		require.NoError(p.t, p.app.db.Get(&how, `
			SELECT coalesce(nullif(r.reached, ''), 'nothing') FROM notice_recipients r JOIN persons p ON p.community_id = r.community_id AND p.id = r.person_id
			WHERE replace(p.name, ' ', '_') = $1 OR p.telegram = $2 ORDER BY r.notice_id DESC LIMIT 1`, words[1], p.accountOf(words[1])), claim)
		require.Equal(p.t, words[2], how, "%s\n%s", claim, p.script.String())
	case "erased":
		p.count(claim, "0", `
			SELECT count(*) FROM cases c LEFT JOIN case_media m ON m.community_id = c.community_id AND m.case_id = c.id
			WHERE c.number = $1 AND (c.words <> '' OR m.case_id IS NOT NULL)`, words[1])
	case "town":
		p.checkTown(claim, words[1:])
	case "holidays":
		var runs []string
		require.NoError(p.t, p.app.db.Select(&runs, `
			SELECT from_day || ':' || until_day || ':' || what FROM holidays WHERE year = $1 ORDER BY from_day`, words[1]))
		require.Equal(p.t, words[2], cmp.Or(strings.Join(runs, ","), "none"), "%s\n%s", claim, p.script.String())
	case "houses":
		var houses []string
		require.NoError(p.t, p.app.db.Select(&houses, `SELECT replace(name, ' ', '_') || ':' || entrances FROM buildings ORDER BY name COLLATE "C"`))
		if words[1] == "none" {
			words[1] = ""
		}
		require.Equal(p.t, words[1], strings.Join(houses, ","), "%s\n%s", claim, p.script.String())
	case "person":
		p.checkPerson(claim, words[1], words[2:])
	case "silent":
		require.True(p.t, newest(p.phone(words[1]).Chat().Messages).Silent, "%s\n%s", claim, p.script.String())
	case "sounds":
		require.False(p.t, newest(p.phone(words[1]).Chat().Messages).Silent, "%s\n%s", claim, p.script.String())
	case "kept":
		p.count(claim, words[2], `
			SELECT count(*) FROM outbox o JOIN persons p ON p.community_id = o.community_id AND p.id = o.person_id
			WHERE p.telegram = $1 AND o.state = 'kept' AND o.digest = 0`, p.phone(words[1]).Account().ID)
	case "acts":
		p.checkActs(claim, words[1], words[2])
	case "group":
		p.checkGroup(claim, words[1], words[2:])
	case "roles":
		var roles []string
		require.NoError(p.t, p.app.db.Select(&roles, `
			SELECT r.role FROM person_roles r JOIN persons p ON p.community_id = r.community_id AND p.id = r.person_id
			WHERE p.telegram = $1 AND r.ended_at IS NULL ORDER BY r.id`, p.phone(words[1]).Account().ID))
		require.Equal(p.t, strings.Join(words[2:], ""), strings.Join(roles, ","), "%s\n%s", claim, p.script.String())
	case "register":
		p.checkRegister(claim, words[1], words[2:])
	case "week":
		p.checkWeek(claim, words[1], strings.Join(words[2:], " "))
	case "shift":
		p.checkShift(claim, words[1]+" "+words[2], strings.Join(words[3:], " "))
	case "taps":
		require.Equal(p.t, words[2], strconv.Itoa(p.taps[words[1]]), claim)
	default:
		p.t.Fatalf("nobody knows how to check %q", claim)
	}
}

func (p *transcript) count(claim, want, query string, args ...any) {
	p.t.Helper()
	var n int
	require.NoError(p.t, p.app.db.Get(&n, query, args...))
	require.Equal(p.t, want, strconv.Itoa(n), "%s\n%s", claim, p.script.String())
}

// checkCase compares columns as text; holder and reporter are told by name.
func (p *transcript) checkCase(claim, number string, wants []string) {
	p.t.Helper()
	row := map[string]any{}
	require.NoError(p.t, p.app.db.QueryRowx(`
		SELECT c.status, c.kind, c.channel, c.words, c.self_sent, c.urgent, c.danger, c.reason, c.flat, c.entrance, c.spot,
			coalesce(h.name, '') AS holder, coalesce(r.name, '') AS reporter, f.name AS for, b.name AS building,
			(SELECT count(*) FROM case_media m WHERE m.community_id = c.community_id AND m.case_id = c.id) AS media
		FROM cases c
		LEFT JOIN persons h ON h.community_id = c.community_id AND h.id = c.holder_id
		LEFT JOIN persons r ON r.community_id = c.community_id AND r.id = c.reporter_id
		LEFT JOIN persons f ON f.community_id = c.community_id AND f.id = c.for_id
		LEFT JOIN buildings b ON b.community_id = c.community_id AND b.id = c.building_id
		WHERE c.number = $1`, number).MapScan(row), claim)
	p.compare(claim, row, wants)
}

func (p *transcript) checkTown(claim string, wants []string) {
	p.t.Helper()
	row := map[string]any{}
	require.NoError(p.t, p.app.db.QueryRowx(`
		SELECT name, language, zone, office_phone, emergency, role_names, danger_words,
			duty_from, duty_until, quiet_from, quiet_until FROM communities`).MapScan(row), claim)
	p.compare(claim, row, wants)
}

func (p *transcript) checkPerson(claim, who string, wants []string) {
	p.t.Helper()
	row := map[string]any{}
	require.NoError(p.t, p.app.db.QueryRowx(`
		SELECT p.name, p.language, p.entrance, p.consent_at IS NOT NULL AS agreed, b.name AS building, p.presence, p.reachable, p.quiet_from, p.quiet_until,
			(SELECT coalesce(string_agg(DISTINCT k, ','), '') FROM person_roles r, unnest(r.kinds) k
				WHERE r.community_id = p.community_id AND r.person_id = p.id AND r.ended_at IS NULL) AS kinds
		FROM persons p LEFT JOIN buildings b ON b.community_id = p.community_id AND b.id = p.building_id
		WHERE p.telegram = $1`, p.phone(who).Account().ID).MapScan(row), claim)
	p.compare(claim, row, wants)
}

// checkActs holds for whom somebody acts, told by name.
func (p *transcript) checkActs(claim, who, whom string) {
	p.t.Helper()
	names := []string{}
	require.NoError(p.t, p.app.db.Select(&names, `
		SELECT f.name FROM ties t
		JOIN persons p ON p.community_id = t.community_id AND p.id = t.person_id
		JOIN persons f ON f.community_id = t.community_id AND f.id = t.for_id
		WHERE p.telegram = $1 AND t.ended_at IS NULL ORDER BY t.id`, p.phone(who).Account().ID))
	got := strings.ReplaceAll(strings.Join(names, ","), " ", "_")
	if got == "" {
		got = "-"
	}
	require.Equal(p.t, whom, got, "%s\n%s", claim, p.script.String())
}

// checkWeek holds who stands in a slot, "1-5:Daniel,6:-": days that are not named
// do not matter.
func (p *transcript) checkWeek(claim, slot, want string) {
	p.t.Helper()
	for _, some := range strings.Split(want, ",") {
		days, names, _ := strings.Cut(some, ":")
		first, last, _ := strings.Cut(days, "-")
		var apart []string
		require.NoError(p.t, p.app.db.Select(&apart, `
			SELECT s.weekday || ':' || s.names FROM (
				SELECT o.weekday, coalesce(string_agg(p.name, '+' ORDER BY g.id), '-') AS names FROM shift_patterns o
				LEFT JOIN standing_assignments g ON g.pattern_id = o.id AND g.ended_at IS NULL
				LEFT JOIN persons p ON p.id = g.person_id
				WHERE o.slot = $1 AND o.ended_at IS NULL AND o.weekday BETWEEN $2 AND $3 GROUP BY o.weekday) s
			WHERE s.names <> $4`, slot, first, cmp.Or(last, first), names))
		require.Empty(p.t, apart, "%s\n%s", claim, p.script.String())
	}
}

// checkGroup compares what a group is for; buildings are told by name.
func (p *transcript) checkGroup(claim, name string, wants []string) {
	p.t.Helper()
	if wants[0] == "none" {
		p.count(claim, "0", `SELECT count(*) FROM groups WHERE chat_id = $1 AND left_at IS NULL`, p.groups[name].ID())
		return
	}
	row := map[string]any{}
	require.NoError(p.t, p.app.db.QueryRowx(`
		SELECT g.purpose, g.language, array_to_string(g.posts, ',') AS posts, g.silent_since IS NOT NULL AS silent, g.left_at IS NULL AS here,
			coalesce((SELECT string_agg(b.name, ',' ORDER BY b.id) FROM buildings b WHERE b.id = ANY(g.buildings)), 'all') AS buildings
		FROM groups g WHERE g.chat_id = $1`, p.groups[name].ID()).MapScan(row), claim)
	p.compare(claim, row, wants)
}

func (p *transcript) checkRegister(claim, name string, wants []string) {
	p.t.Helper()
	row := map[string]any{}
	require.NoError(p.t, p.app.db.QueryRowx(`
		SELECT p.presence, coalesce(p.presence_until::text, '') AS until, p.phone, p.entrance, p.flat, array_to_string(p.tags, ',') AS tags,
			array_to_string(p.languages, ',') AS languages, p.birth_year AS born, p.consent_at IS NOT NULL AS agreed, p.reachable,
			p.telegram IS NOT NULL AS telegram, b.name AS building, coalesce(h.door_notes, '') AS notes, h.floor
		FROM persons p LEFT JOIN buildings b ON b.community_id = p.community_id AND b.id = p.building_id
		LEFT JOIN households h ON h.community_id = p.community_id AND h.id = p.household_id
		WHERE p.name = $1 AND p.merged_into IS NULL`, strings.ReplaceAll(name, "_", " ")).MapScan(row), "%s\n%s", claim, p.script.String())
	p.compare(claim, row, wants)
}

// compare holds columns against "name=value"; a blank in a value is written _.
func (p *transcript) compare(claim string, row map[string]any, wants []string) {
	p.t.Helper()
	for _, want := range wants {
		name, value, _ := strings.Cut(want, "=")
		value = strings.ReplaceAll(value, "_", " ")
		got, ok := row[name]
		require.True(p.t, ok, "no column %s", name)
		if raw, isBytes := got.([]byte); isBytes {
			got = string(raw)
		}
		if got == nil {
			got = ""
		}
		require.Equal(p.t, value, strings.ReplaceAll(fmt.Sprint(got), "_", " "), "%s\n%s", claim, p.script.String())
	}
}

// accountOf is the account of who has a phone here; 0 is nobody's.
func (p *transcript) accountOf(who string) int64 {
	if !slices.Contains(cast, who) {
		return 0
	}
	return p.phone(who).Account().ID
}
