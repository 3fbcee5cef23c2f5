package main

import (
	"fmt"
	"regexp"
	"time"

	"github.com/stretchr/testify/require"
)

var sideLink = regexp.MustCompile(`start=(side_[\w-]+)`)

// happens is what the days bring beside: people leave, go on leave and come, shut
// the bot out, and many have the same trouble at once.
func (m *month) happens(day int, now time.Time) {
	m.t.Helper()
	m.opensLinks()
	at := func(d, hour int) bool { return day == d && now.Hour() == hour }
	switch {
	case at(1, 11):
		m.onPaper("George")
	case at(2, 10), at(9, 10), at(16, 15):
		m.sameTrouble()
	case at(0, 14), at(8, 14), at(18, 10):
		m.guided("quarrels", "=neighbours", "=yes")
	case at(2, 14), at(14, 11):
		m.guided("doubts", "=complaint", "=yes")
	case at(11, 11):
		m.guided("busy", "=family", "=yes")
	case at(3, 9):
		m.phone("newcomer").Start("at_b3u2")
	case at(4, 12):
		m.blocks("blocker")
	case at(5, 14), at(12, 14):
		m.pranks()
	case at(4, 15):
		m.onPaper("Dorothy")
	case at(10, 10): // a member gives up their part, in the middle of what they have
		m.did["left"]++
		m.press("member3", "m.leave.resign")
	case at(12, 11):
		m.blocks("member4")
	case at(15, 9):
		m.phone("member4").Unblock()
		m.phone("member4").Start("")
	case at(16, 9):
		until := now.AddDate(0, 0, 4)
		_, err := m.app.people.Away(m.t.Context(), m.as(m.id["secretary"]), m.id["member"], &until)
		require.NoError(m.t, err)
		m.back["member"] = until
	case at(20, 9):
		m.press("secretary", "m.office.away")
	case at(23, 9):
		m.press("secretary", "m.office.back")
	}
	m.settleDown()
	m.takeDown()
}

func (m *month) blocks(key string) {
	m.phone(key).Block()
	m.shut = append(m.shut, m.id[key])
}

// press is a tap on a button of a screen that is not shown any more.
func (m *month) press(key, data string) {
	m.t.Helper()
	phone := m.phone(key)
	m.answersTap(key, phone.TapOld(newest(phone.Chat().Messages).ID, data))
}

func (m *month) who(key string) *folk {
	for _, f := range m.folk {
		if f.key == key {
			return f
		}
	}
	m.t.Fatalf("nobody is called %s", key)
	return nil
}

// guided is a report by the questions, of what somebody wants.
func (m *month) guided(key string, wants ...string) {
	m.t.Helper()
	m.did["report of "+wants[0]]++
	m.wants = wants
	m.does(m.who(key), func() { m.phone(key).Say("/report") })
	m.wants = nil
}

// onPaper is somebody's note, that a member writes down.
func (m *month) onPaper(name string) {
	m.t.Helper()
	var id int64
	require.NoError(m.t, m.app.db.Get(&id, `SELECT id FROM persons WHERE name = $1`, name))
	m.did["by paper"]++
	f := m.who("member")
	m.does(f, func() { m.press(f.key, fmt.Sprintf("m.for.%d", id)) })
}

// sameTrouble: the lamp is dark, and three neighbours say so.
func (m *month) sameTrouble() {
	m.t.Helper()
	for _, key := range []string{"busy", "doubts", "quarrels"} {
		m.did["the same trouble"]++
		m.does(m.who(key), func() { m.words++; m.phone(key).Photo(picture(uint8(m.words)), "") })
	}
}

// pranks: somebody sends one picture after the other.
func (m *month) pranks() {
	m.t.Helper()
	f := m.who("prank")
	for range 5 {
		m.did["pranks"]++
		m.does(f, func() { m.words++; m.phone(f.key).Photo(picture(uint8(m.words)), "") })
	}
}

// opensLinks: the other side of a quarrel opens what the mediator hands them.
func (m *month) opensLinks() {
	m.t.Helper()
	for _, f := range m.folk {
		if !f.serves {
			continue
		}
		for _, one := range m.phone(f.key).Chat().Messages {
			link := sideLink.FindStringSubmatch(one.Text)
			if link == nil || m.links[link[1]] {
				continue
			}
			m.links[link[1]] = true
			m.did["the other side came"]++
			m.does(m.who("above"), func() { m.phone("above").Start(link[1]) })
		}
	}
}
