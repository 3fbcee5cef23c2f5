package faults

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// People of the case below.
const (
	anna = 1 + iota // whose it is
	bo              // on duty
	chen            // on duty, too
	dai             // the secretary
	evi             // a neighbour
)

// aLife is a case that goes from hand to hand, waits, is done twice and holds, and all
// that is told of it.
func aLife() *chronicle {
	of := parties{id: 7, whose: anna}
	return &chronicle{
		names: map[int64]string{anna: "Anna", bo: "Bo", chen: "Chen", dai: "Dai", evi: "Evi"},
		staff: []int64{bo, chen, dai}, charge: []int64{dai}, excused: map[[2]int64]bool{},
		events: []happened{
			{id: 1, of: of, actor: anna, code: "drafted", from: "draft"},
			{id: 2, of: of, actor: anna, code: "sent", from: "draft", detail: map[string]any{"holder": float64(bo)}},
			{id: 3, of: of, actor: bo, code: "passed", from: "assigned"},
			{id: 4, of: of, actor: evi, code: "followed", from: "assigned", detail: map[string]any{"person": float64(evi), "own": 8.}},
			{id: 5, of: of, actor: chen, code: "taken", from: "assigned"},
			{id: 6, of: of, actor: chen, code: "waits", from: "taken", detail: map[string]any{"for": "parts"}},
			{id: 7, of: of, actor: chen, code: "woken", from: "waiting"},
			{id: 8, of: of, actor: chen, code: "done", from: "taken"},
			{id: 9, of: of, actor: chen, code: "undone", from: "done", detail: map[string]any{"step": "done", "holder": float64(chen)}},
			{id: 10, of: of, actor: chen, code: "done", from: "taken"},
			{id: 11, of: of, actor: anna, code: "reopened", from: "done"},
			{id: 12, of: of, actor: evi, code: "unfollowed", from: "taken"},
			{id: 13, of: of, actor: chen, code: "done", from: "taken"},
			{id: 14, of: of, actor: anna, code: "held", from: "done"},
		},
		notes: []note{
			{person: bo, topic: "case.ping", card: true, state: "sent"},
			{person: chen, topic: "case.ping", card: true, state: "sent"},
			{person: anna, topic: "case.taken", state: "sent"},
			{person: evi, topic: "near:case.taken", state: "sent"},
			{person: anna, topic: "case.waits", state: "sent"},
			{person: evi, topic: "near:case.waits", state: "sent"},
			{person: anna, topic: "case.goes_on", state: "sent"},
			{person: evi, topic: "near:case.goes_on", state: "sent"},
			{person: anna, topic: "case.check", state: "withdrawn"},
			{person: evi, topic: "near:case.check", state: "sent"},
			{person: anna, topic: "case.check", state: "sent"},
			{person: evi, topic: "near:case.check", state: "sent"},
			{person: chen, topic: "case.reopened", card: true, state: "withdrawn"},
			{person: evi, topic: "near:case.reopened_near", state: "sent"},
			{person: dai, topic: "case.reopened_secretary", state: "sent"},
			{person: anna, topic: "case.check", state: "sent"},
			{person: chen, topic: "case.held", state: "sent"},
		},
	}
}

func (c *chronicle) complete() *chronicle {
	for i := range c.notes {
		c.notes[i].caseID = 7
	}
	return c
}

func TestWhoHearsOfAStepIsKnown(t *testing.T) {
	t.Parallel()
	require.Empty(t, aLife().complete().untold())
}

// Whichever message of a case is not there, somebody was never told; whichever is there
// twice, was told once too often.
func TestEachMessageIsMissed(t *testing.T) {
	t.Parallel()
	for i, n := range aLife().notes {
		c := aLife().complete()
		c.notes = slices.Delete(c.notes, i, i+1)
		found := c.untold()
		require.Len(t, found, 1, "%s to %s", n.topic, c.name(n.person))
		require.Contains(t, found[0], " was never told that case 7 was ", "%s to %s", n.topic, c.name(n.person))

		c = aLife().complete()
		c.notes = append(c.notes, c.notes[i])
		found = c.untold()
		require.Len(t, found, 1, "%s to %s", n.topic, c.name(n.person))
		require.Contains(t, found[0], "once more than it happened")
	}
}

func TestWhatIsTakenBackMustBeOver(t *testing.T) {
	t.Parallel()
	for i, n := range aLife().notes {
		c := aLife().complete()
		c.notes[i].state = "withdrawn"
		found := c.untold()
		switch n.topic {
		case "case.ping", "case.check", "case.reopened": // somebody has gone there, or answered
			require.Empty(t, found)
		default:
			require.Len(t, found, 1, n.topic)
			require.Contains(t, found[0], n.topic+" is withdrawn")
		}
	}
}

func TestWhomTelegramDoesNotReachIsExcused(t *testing.T) {
	t.Parallel()
	c := aLife().complete()
	c.notes = slices.DeleteFunc(c.notes, func(n note) bool { return n.topic == "case.taken" })
	c.excused[[2]int64{5, anna}] = true
	require.Empty(t, c.untold())
}

func TestAStepOfWhichNobodyKnowsWhoHearsIsSaid(t *testing.T) {
	t.Parallel()
	c := aLife().complete()
	c.events = append(c.events, happened{id: 15, of: c.events[0].of, actor: anna, code: "praised", from: "held"})
	found := c.untold()
	require.Len(t, found, 1)
	require.Contains(t, found[0], "who hears of it when a case is praised, from held, is not known")
}
