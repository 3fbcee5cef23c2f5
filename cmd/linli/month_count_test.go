package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/today"
)

// stood is how a case can stand, by the words in which a phone says so; the first
// that fits.
var stood = []struct {
	as string
	by *regexp.Regexp
}{
	{"taken back", regexp.MustCompile(`was taken back`)},
	{"seen", regexp.MustCompile(`somebody looked, (?:and it is fixed|it holds)`)},
	{"unconfirmed", regexp.MustCompile(`came twice and did not meet you|We did not meet you to ask`)},
	{"held", regexp.MustCompile(`: fixed\.|the agreement was kept|Fixed and closed`)},
	{"referred", regexp.MustCompile(`passed to|there was no agreement this time`)},
	{"cannot", regexp.MustCompile(`cannot be done`)},
	{"wish", regexp.MustCompile(`as a wish`)},
	{"spam", regexp.MustCompile(`no case is made|no case was made`)},
	{"done", regexp.MustCompile(`says it is done|Reported done|Was it kept|your word is noted`)},
	{"asked", regexp.MustCompile(`\basks:|Waits for an answer`)},
	{"proposed", regexp.MustCompile(`sees how it can go on|proposes:|there is no agreement`)},
	{"waiting", regexp.MustCompile(`has it\.\n|Waits (?:for parts )?until`)},
	{"taken", regexp.MustCompile(`has taken it|You have this one|hears both sides|would like to hear your side|both agree|your answer is noted|Is that right`)},
	{"assigned", regexp.MustCompile(`will look|will hear you|[Ii] rang|on duty|[Nn]obody has it|^No\. \d+ [A-Z]`)}, // the card of whoever is to go
}

// promisedBy is by when somebody is told that something happens.
var promisedBy = regexp.MustCompile(`(?:You will hear by |To be done by |than you were told \()(?:(yesterday|today)|(?:tomorrow \(\w+\)|\w+) (\d+ \w+)), ([\w: ]+?)(?: at the latest)?\)?\.`)

// What staff read when two cases become one, and when they are parted.
var (
	isPart   = regexp.MustCompile(`^No\. (\d+) is part of no\. (\d+) now\.`)
	isOwn    = regexp.MustCompile(`^(?:Split\. .+ looks at no\. (\d+)\.|No\. (\d+) goes on by itself:|(\d+)号单独办了)`)
	isSealed = regexp.MustCompile(`^(?:Sent, number (\d+)\.\nOnly |No\. (\d+) is (?:treated as )?private)`)
)

// tells takes down what a message says of a case beside that it is sent: that it is
// a double, or none, or private.
func (m *month) tells(text string) {
	for _, says := range []struct {
		words *regexp.Regexp
		keep  func(no, of int64)
	}{
		{isPart, func(no, of int64) { m.double[no] = of }},
		{isOwn, func(no, _ int64) { delete(m.double, no) }},
		{isSealed, func(no, _ int64) { m.sealed[no] = true }},
	} {
		found := says.words.FindStringSubmatch(text)
		if found == nil {
			continue
		}
		var numbers []int64
		for _, f := range found[1:] {
			if no, err := strconv.ParseInt(f, 10, 64); err == nil {
				numbers = append(numbers, no)
			}
		}
		says.keep(numbers[0], numbers[len(numbers)-1])
	}
}

// counts are figures by the words in which the overview tells them.
type counts map[string]int

// ofLine is a line of the overview: a number, or so many of so many.
var ofLine = regexp.MustCompile(`(?m)^([^:\n]+): (?:\d+% \()?(\d+)(?: of (\d+)\))?(?: \(.*\))?$`)

// reads reads them.
func (c counts) reads(text string) {
	for _, f := range ofLine.FindAllStringSubmatch(text, -1) {
		c[f[1]], _ = strconv.Atoi(f[2])
		if f[3] != "" {
			c[f[1]+", of"], _ = strconv.Atoi(f[3])
		}
	}
}

// overviewAdds: what the secretary reads of the month, and of how it stands, is what
// the phones of all others say, case by case.
func (m *month) overviewAdds() {
	m.t.Helper()
	read := counts{}
	now := m.asks("secretary", "/overview")
	month := m.turnsTo("m.overview.2026-11")
	ends := m.turnsTo("m.ovends.2026-11")
	for _, text := range []string{now, month, ends} { // the later say it of the month
		read.reads(text)
	}
	want := counts{
		"Brought": 0, "Settled": 0, "Settled, of": 0, "Late": 0, "With nobody": 0, "Waiting for the resident": 0, "New since yesterday morning": 0,
		"Content at the first asking": 0, "Content at the first asking, of": 0, "At work": 0,
	}
	for _, name := range endNames {
		want[name] = 0
	}
	for _, no := range slices.Sorted(maps.Keys(m.promise)) {
		m.counts(want, no, m.promise[no])
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if !assert.Equal(m.t, want[name], read[name], "%q: what the phones say, and the overview", name) {
			m.parts()
		}
	}
	m.t.Log(now + "\n" + ends)
}

// turnsTo is what the secretary reads after a tap.
func (m *month) turnsTo(data string) string {
	m.t.Helper()
	m.press("secretary", data)
	m.settleDown()
	return newest(m.phone("secretary").Chat().Messages).Text
}

// endNames are the ends as the overview calls them.
var endNames = map[string]string{
	"held": "Held, by the resident's word", "seen": "Seen to hold on the spot", "unconfirmed": "Not confirmed", "referred": "Passed to another body",
	"cannot": "Cannot be done", "wish": "A wish", "double": "The same as another", "spam": "Not a real report",
}

// counts adds one case to what is counted.
func (m *month) counts(want counts, no int64, p *promise) {
	m.t.Helper()
	as := m.standing(no, p)
	if as == "taken back" {
		return
	}
	public := !m.sealed[no]
	if public {
		m.standsNow(want, no, p, as)
	}
	if p.at.In(m.zone).Month() != time.November {
		return
	}
	want["Brought"]++
	if name := endNames[as]; name != "" {
		want[name]++
	} else {
		want["At work"]++
	}
	switch as {
	case "held", "seen":
		want["Settled"]++
		want["Settled, of"]++
	case "referred", "cannot", "wish", "double", "spam":
	default:
		want["Settled, of"]++
	}
	if word := m.word[no]; word != "" {
		want["Content at the first asking, of"]++
		if word == "fixed" {
			want["Content at the first asking"]++
		}
	}
}

// standsNow adds what a case that is not private counts for at this moment.
func (m *month) standsNow(want counts, no int64, p *promise, as string) {
	m.t.Helper()
	now := m.clk.Now().In(m.zone)
	if !p.at.Before(today.Since(now)) {
		want["New since yesterday morning"]++
	}
	switch as {
	case "done", "asked":
		want["Waiting for the resident"]++
	case "assigned", "taken", "waiting", "proposed":
		if by := m.toldBy(no, p); !by.After(now) {
			want["Late"]++
		}
	}
}

// standing is how a case stands, by what the phone says on which it was promised.
func (m *month) standing(no int64, p *promise) string {
	m.t.Helper()
	if m.double[no] != 0 { // on the phone it goes as the whole goes
		return "double"
	}
	text := p.stands
	if text == "" { // the phone takes nothing any more
		text = m.asks("secretary", fmt.Sprintf("/start case_%d", no))
	}
	for _, s := range stood {
		if s.by.MatchString(text) {
			return s.as
		}
	}
	assert.Fail(m.t, "a phone does not say how a case stands", "no. %d: %q", no, text)
	return ""
}

// toldBy is by when somebody is told that a case goes on: whom it was promised to,
// else whoever holds it. Where it was a danger nobody is told, and it is a day.
func (m *month) toldBy(no int64, p *promise) time.Time {
	m.t.Helper()
	for _, n := range m.towns[0].neighbours {
		text := p.stands
		if n.called != "" && promisedBy.FindString(text) == "" && (strings.Contains(text, n.called+" has it") || n.key == "secretary" || n.key == "kitchen") {
			text = m.asks(n.key, fmt.Sprintf("/start case_%d", no))
		}
		if found := promisedBy.FindStringSubmatch(text); found != nil {
			return m.moment(found[1], found[2], found[3])
		}
	}
	return p.at.Add(24 * time.Hour)
}

// moment reads a time as people are told it.
func (m *month) moment(near, date, clock string) time.Time {
	m.t.Helper()
	now := m.clk.Now().In(m.zone)
	if near != "" {
		date = now.AddDate(0, 0, map[string]int{"yesterday": -1}[near]).Format("2 January")
	}
	switch clock {
	case "noon":
		clock = "12:00 pm"
	case "midnight":
		clock = "12:00 am"
	}
	if !strings.Contains(clock, ":") {
		clock = strings.Replace(clock, " ", ":00 ", 1)
	}
	day, name, _ := strings.Cut(date, " ")
	at, err := time.ParseInLocation("2 Jan 2006 3:04 pm", day+" "+name[:3]+now.Format(" 2006 ")+clock, m.zone)
	require.NoError(m.t, err)
	return at
}

// Of a button and its message: what somebody says of what was reported done, or of
// what two sides agreed to, and of which case.
var (
	isWord = regexp.MustCompile(`^(?:c|m\.visit)\.(?:\d+\.)?(fixed|half|not)(?:\.\d+)?$|^m\.(?:desk\.\w+\.(fixed|half|not)\.\d+|saidfor\.\d+\.(held|not))$`)
	isKept = regexp.MustCompile(`^m\.kept\.\d+\.(?:for\.([12])\.)?(yes|no)$`)
	isOf   = regexp.MustCompile(`(?:No\.|Visit:? [Nn]o\.) (\d+)|(\d+)号`)
	heeded = []string{"", "Noted."} // else the tap was answered that it came too late
)

// hearsWord takes down the first word that somebody says of a case that they are
// asked about, or that whoever was there or phoned writes down for them.
func (m *month) hearsWord(who, data, text, answer string) {
	found := isOf.FindStringSubmatch(text)
	if found == nil || !slices.Contains(heeded, answer) {
		return
	}
	no, _ := strconv.ParseInt(found[1]+found[2], 10, 64)
	for m.double[no] != 0 { // it is said of the whole
		no = m.double[no]
	}
	if m.word[no] == "" {
		m.word[no] = m.wordBy(who, data, no)
	}
}

// wordBy is what a tap says. That an agreement was kept is for whose trouble it was to
// say; that it was not, for either.
func (m *month) wordBy(who, data string, no int64) string {
	if kept := isKept.FindStringSubmatch(data); kept != nil {
		p := m.promise[no]
		switch {
		case kept[2] == "no":
			return "not"
		case kept[1] == "1", kept[1] == "" && p != nil && p.who == who:
			return "fixed"
		}
		return ""
	}
	word := isWord.FindStringSubmatch(data)
	if word == nil {
		return ""
	}
	return strings.Replace(word[1]+word[2]+word[3], "held", "fixed", 1)
}

// parts tells of which cases the log of events says otherwise than the phones do.
func (m *month) parts() {
	m.t.Helper()
	var all []struct {
		Number       int64
		Status, Word string
		By           *time.Time
	}
	require.NoError(m.t, m.app.db.Select(&all, `
		SELECT c.number, c.status, CASE WHEN c.status IN ('open', 'assigned') THEN c.due_at ELSE c.done_by END AS by, coalesce((
			SELECT CASE e.code WHEN 'held' THEN 'fixed' ELSE e.detail->>'outcome' END FROM case_events e
			WHERE e.case_id = c.id AND (e.code = 'held' OR e.code = 'reopened' AND e.detail ? 'outcome' AND e.from_status <> 'referred') ORDER BY e.id LIMIT 1), '') AS word
		FROM cases c WHERE c.number IS NOT NULL ORDER BY c.number`))
	for _, c := range all {
		p := m.promise[c.Number]
		if p == nil {
			m.t.Logf("no. %d, %s: nobody was promised anything", c.Number, c.Status)
		} else if as, word := m.standing(c.Number, p), strings.TrimSuffix(c.Word, "_fixed"); word != m.word[c.Number] || endNames[as] != endNames[strings.Replace(c.Status, "duplicate", "double", 1)] {
			m.t.Logf("no. %d: %s and %q in the log, %s and %q on the phones", c.Number, c.Status, word, as, m.word[c.Number])
		} else if by := m.toldBy(c.Number, p); endNames[as] == "" && as != "taken back" && c.By != nil && by.Sub(*c.By).Abs() > time.Minute {
			m.t.Logf("no. %d: %s by %s in the log, %s on the phones", c.Number, c.Status, c.By.In(m.zone), by)
		}
	}
}
