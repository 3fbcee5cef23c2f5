package notices_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/clock"
)

// TestAWholeTownIsAccountedForInTime: of 7,500 people in 2,500 homes, half of whom have
// seen it, the list is made and read while somebody waits.
func TestAWholeTownIsAccountedForInTime(t *testing.T) {
	t.Parallel()
	s := newStairs(t)
	s.exec(`INSERT INTO households (community_id, building_id, entrance, flat, floor)
		SELECT $1, $2, n % 2 + 1, 'T' || n, n % 6 FROM generate_series(1, 2500) AS n`, s.id, s.three)
	s.exec(`INSERT INTO persons (community_id, name, language, building_id, entrance, flat, household_id, birth_year, reachable, created_at, telegram)
		SELECT h.community_id, 'P' || h.id || '-' || n, 'en', h.building_id, h.entrance, h.flat, h.id, 1940 + (h.id + n * 20) % 70, true, now(), h.id * 10 + n + 100000
		FROM households h, generate_series(1, 3) AS n WHERE h.community_id = $1 AND h.flat LIKE 'T%'`, s.id)
	id := s.out(nil)
	s.exec(`UPDATE notice_recipients SET reached = 'seen', reached_at = $2, reached_by = person_id WHERE notice_id = $1 AND person_id % 5 = 0`, id, s.clk.Now())
	real := clock.New()
	took := func(what string, most time.Duration, do func() error) {
		t.Helper()
		d := time.Hour
		for n := 0; n < 10 && d > most; n++ { // what else the machine does is not the question's
			began := real.Now()
			require.NoError(t, do())
			d = min(d, real.Now().Sub(began))
		}
		t.Logf("%s: %v", what, d)
		require.Less(t, d, most, what)
	}
	took("list", 10*time.Second, func() error { return s.notices.Do(s.ctx, s.id, "notice.list", job(id)) })
	took("doors", 2*time.Second, func() error { _, err := s.notices.Doors(s.ctx, s.secretary, id); return err })
	took("mine", time.Second, func() error { _, err := s.notices.Mine(s.ctx, s.li); return err })
	took("account", 2*time.Second, func() error {
		all, err := s.notices.Account(s.ctx, s.secretary, id)
		people := 0
		for _, h := range all {
			people += h.People
		}
		require.Equal(t, 7507, people)
		return err
	})
	took("morning", 2*time.Second, func() error { _, err := s.notices.OpenDoors(s.ctx, s.secretary); return err })
}
