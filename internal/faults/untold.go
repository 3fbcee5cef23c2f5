package faults

import (
	"slices"
	"strings"
)

// untold holds what happened against what was told: of each step everybody hears
// whom it concerns, once, and nobody else; and nobody of what did not happen.
func (c *chronicle) untold() (found findings) {
	stands := map[int64]*stand{}
	var perhaps []func()
	for i := range c.events {
		h := &c.events[i]
		at := stands[h.of.id]
		if at == nil {
			at = &stand{}
			stands[h.of.id] = at
		}
		at.before(h)
		all, known := c.expected(*h)
		if !known {
			found.add("who hears of it when a case is %s, from %s, is not known: case %d at event %d", h.code, h.from, h.of.id, h.id)
		}
		for _, e := range all {
			if e.may { // when everything is found that must be there
				perhaps = append(perhaps, func() { c.find(h, e, &found) })
				continue
			}
			c.find(h, e, &found)
		}
		at.after(*h)
	}
	for _, look := range perhaps {
		look()
	}
	for _, n := range c.notes {
		if !n.taken {
			found.add("%s is told %s of case %d once more than it happened", c.name(n.person), n.topic, n.caseID)
		}
	}
	return found
}

// find looks for the message that a step must have.
func (c *chronicle) find(h *happened, e hears, found *findings) {
	at := slices.IndexFunc(c.notes, func(n note) bool {
		return !n.taken && n.caseID == h.of.id && slices.Contains(e.topics, n.topic) && slices.Contains(e.who, n.person)
	})
	if at < 0 {
		if !e.may {
			found.add("%s was never told that case %d was %s (event %d): there is no %s", c.name(e.who...), h.of.id, h.code, h.id, strings.Join(e.topics, ", "))
		}
		return
	}
	n := &c.notes[at]
	n.taken = true
	if h.code == "passed" {
		h.holder = n.person
	}
	if slices.Contains([]string{"withdrawn", "skipped"}, n.state) && !c.overBy(*h, *n) {
		found.add("%s was never told that case %d was %s (event %d): %s is %s", c.name(n.person), h.of.id, h.code, h.id, n.topic, n.state)
	}
}

// overBy reports whether what a message says was over before anybody could see it.
func (c *chronicle) overBy(h happened, n note) bool {
	by := takenBack[n.topic]
	if n.card {
		by = slices.Concat(by, cardsEnd)
	}
	return slices.ContainsFunc(c.events, func(later happened) bool {
		undone := later.code == "undone" && !n.card && later.detail["step"] != h.code // another step was
		return later.of.id == h.of.id && later.id > h.id && slices.Contains(by, later.code) && !undone
	})
}

func (c *chronicle) name(some ...int64) string {
	var names []string
	for _, id := range some {
		switch {
		case id < 0:
			names = append(names, "the group")
		default:
			names = append(names, c.names[id])
		}
	}
	return strings.Join(names, " or ")
}
