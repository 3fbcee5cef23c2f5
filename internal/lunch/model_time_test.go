package lunch_test

import (
	"time"

	"pgregory.net/rapid"

	"github.com/linli-bot/linli/internal/lunch"
)

// holdEnds counts thirty minutes between eight and eight, one by one.
func (m *dayModel) holdEnds() time.Time {
	at := m.h.clk.Now().In(m.h.zone)
	for minutes := 0; minutes < 30 && at.Before(m.closes); at = at.Add(time.Minute) {
		if at.Hour() >= 8 && at.Hour() < 20 {
			minutes++
		}
	}
	return at
}

// advance lets the time go on.
func (m *dayModel) advance() {
	m.goOn(m.h.clk.Now().Add(time.Duration(rapid.IntRange(1, 400).Draw(m.T, "minutes")) * time.Minute))
}

// silence lets the hold run out that ends first.
func (m *dayModel) silence() {
	if i := m.runsOut(m.closes); i >= 0 {
		m.goOn(m.meals[i].until)
	}
}

// goOn lets the time go on to a moment before the cut-off: holds run out one after
// the other.
func (m *dayModel) goOn(until time.Time) {
	if !until.Before(m.closes) {
		return
	}
	for i := m.runsOut(until); i >= 0; i = m.runsOut(until) {
		m.h.pass(m.meals[i].until)
		for i = m.runsOut(m.h.clk.Now()); i >= 0; i = m.runsOut(m.h.clk.Now()) {
			m.ends(i)
			m.moveOn()
		}
	}
	m.h.pass(until)
}

// runsOut is whose hold ends first of those that do by then, -1 where none does.
func (m *dayModel) runsOut(by time.Time) int {
	first := -1
	for i, x := range m.meals {
		if x.status != lunch.Offered || x.until.After(by) {
			continue
		}
		if first < 0 || x.until.Before(m.meals[first].until) || x.until.Equal(m.meals[first].until) && x.offer < m.meals[first].offer {
			first = i
		}
	}
	return first
}
