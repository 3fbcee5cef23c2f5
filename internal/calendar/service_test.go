package calendar

import (
	"context"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/refusal"
)

// town makes a community in a zone.
func town(t *testing.T, db *sqlx.DB, bot int64, zone string) (id int64) {
	t.Helper()
	require.NoError(t, db.Get(&id, `
		INSERT INTO communities (bot, name, language, zone, created_at) VALUES ($1, 'x', 'zh', $2, now()) RETURNING id`, bot, zone))
	return id
}

func replace(t *testing.T, s *Service, community int64, text string) (different bool) {
	t.Helper()
	n, faults := ParseNotice(list(t, text))
	require.Empty(t, faults)
	require.NoError(t, pg.InTx(t.Context(), s.db, func(tx *sqlx.Tx) (err error) {
		different, err = s.Replace(t.Context(), tx, community, n)
		return err
	}))
	return different
}

func TestEachCommunityHasTheHolidaysOfWhereItIs(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	s := New(db, clock.New())
	haiyang, urumqi, berlin := town(t, db, 1, "Asia/Shanghai"), town(t, db, 2, "Asia/Urumqi"), town(t, db, 3, "Europe/Berlin")
	works := func(community int64, day string) bool {
		days, err := s.Days(t.Context(), db, community)
		require.NoError(t, err)
		return days.Workday(moment(t, day+" 12:00", time.UTC))
	}
	require.False(t, works(haiyang, "2026-10-01"))
	require.False(t, works(urumqi, "2026-10-01"))
	require.True(t, works(berlin, "2026-10-01"), "elsewhere there are weekends only")
	require.True(t, replace(t, s, berlin, "2026-12-25,2026-12-26,off,Weihnachten\n"))
	require.False(t, works(berlin, "2026-12-25"))
	require.True(t, works(haiyang, "2026-12-25"), "a list is of one community")

	require.True(t, replace(t, s, haiyang, "2026-10-02,2026-10-07,off,国庆节\n"))
	require.True(t, works(haiyang, "2026-10-01"), "a list that is loaded replaces the whole year")
	require.True(t, works(haiyang, "2026-02-16"))
	require.False(t, replace(t, s, haiyang, "2026-10-02,2026-10-07,休,国庆节\n"), "a second time nothing changes")
	require.True(t, replace(t, s, haiyang, "2027-02-05,2027-02-12,off\n2027-02-20,,work\n2026-12-27,,work\n"))
	require.True(t, works(haiyang, "2026-12-27"), "the next year's list may speak of this December")
	require.False(t, works(haiyang, "2026-10-02"), "and leaves the rest of this year as it is")
}

func TestTheSameDayTwiceInOneListIsRefusedByTheTable(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	s, id := New(db, clock.New()), town(t, db, 1, "Asia/Shanghai")
	day := time.Date(2027, 5, 1, 0, 0, 0, 0, time.UTC)
	n := Notice{2027, []Run{{day, day.AddDate(0, 0, 2), Off, ""}, {day.AddDate(0, 0, 2), day.AddDate(0, 0, 2), Work, ""}}}
	err := pg.InTx(t.Context(), db, func(tx *sqlx.Tx) error {
		_, err := s.Replace(context.WithoutCancel(t.Context()), tx, id, n)
		return err
	})
	require.True(t, refusal.Is(pg.Refused(err), refusal.Conflict), "%v", err)
}

func TestTheNextYearIsMissedFromDecemberOn(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	s := New(db, clock.New())
	haiyang, berlin := town(t, db, 1, "Asia/Shanghai"), town(t, db, 2, "Europe/Berlin")
	missing := func(community int64, now string) int {
		year, missing, err := s.Missing(t.Context(), community, moment(t, now, zone(t, "Asia/Shanghai")))
		require.NoError(t, err)
		if !missing {
			return 0
		}
		return year
	}
	require.Zero(t, missing(haiyang, "2026-11-30 23:59"))
	require.Equal(t, 2027, missing(haiyang, "2026-12-01 00:00"))
	require.Equal(t, 2027, missing(haiyang, "2027-01-15 08:00"), "and still when it has begun")
	require.Zero(t, missing(berlin, "2026-12-01 08:00"), "who has no list misses none")
	replace(t, s, haiyang, "2027-02-05,2027-02-12,off\n")
	require.Zero(t, missing(haiyang, "2026-12-01 00:00"))
}
