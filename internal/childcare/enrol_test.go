package childcare_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/childcare"
)

// TestTheFirstFileIsNoChangeOfOne: of a child that had none it is written that it is signed
// up, and after that what is changed.
func TestTheFirstFileIsNoChangeOfOne(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	p, err := h.people.AddChild(h.ctx, h.mei, "Lily", 2018)
	require.NoError(t, err)
	for grade := range 2 {
		_, err = h.care.Enrol(h.ctx, h.mei, childcare.Child{ID: p.ID, School: h.school, Grade: grade})
		require.NoError(t, err)
	}
	var codes []string
	require.NoError(t, h.db.Select(&codes, `SELECT code FROM care_events WHERE child_id = $1 ORDER BY id`, p.ID))
	require.Equal(t, []string{"enrolled", "file_changed"}, codes)
}
