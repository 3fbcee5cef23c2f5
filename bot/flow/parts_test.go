package flow

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNoPartHidesAnother: two parts of a case's life that had the same button, message
// or job would hide one of them. They are joined at start, and that finds it.
func TestNoPartHidesAnother(t *testing.T) {
	t.Parallel()
	h := New(House{}) // every name comes once
	verbs, topics, jobs := 0, 0, 0
	for _, part := range h.caseParts() {
		verbs, topics, jobs = verbs+len(part.verbs), topics+len(part.topics), jobs+len(part.jobs)
	}
	require.Len(t, h.life.verbs, verbs)
	require.Len(t, h.life.topics, topics)
	require.Len(t, h.life.jobs, jobs)
	for job := range h.life.jobs {
		require.NotContains(t, h.life.topics, job, "what falls due is told to nobody")
	}
	require.Panics(t, func() { eachOnce(map[string]int{"take": 1}, map[string]int{"take": 2}) })
}
