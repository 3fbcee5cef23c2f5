package calendar

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/clock"
)

// Service keeps the days that differ from their weekday, per community: the
// lists that were loaded, and in China those that came with the program for
// years of which none was.
type Service struct {
	db  *sqlx.DB
	clk *clock.Clock
}

// New returns the service.
func New(db *sqlx.DB, clk *clock.Clock) *Service { return &Service{db: db, clk: clk} }

// Days reads those of a community, inside a transaction or outside of one.
// Where the lists of two years speak of a day the later one holds.
func (s *Service) Days(ctx context.Context, q sqlx.QueryerContext, community int64) (Days, error) {
	known, err := notices(ctx, q, community)
	if err != nil {
		return nil, err
	}
	days := Days{}
	for _, year := range slices.Sorted(maps.Keys(known)) {
		known[year].into(days)
	}
	return days, nil
}

// Notices reads all lists of a community, by year.
func (s *Service) Notices(ctx context.Context, community int64) (map[int]Notice, error) {
	return notices(ctx, s.db, community)
}

func notices(ctx context.Context, q sqlx.QueryerContext, community int64) (map[int]Notice, error) {
	known, err := usual(ctx, q, community)
	if err != nil {
		return nil, fmt.Errorf("read holidays of community %d: %w", community, err)
	}
	var rows []struct {
		Year        int
		From, Until time.Time
		Kind        Kind
		Name        string
	}
	err = sqlx.SelectContext(ctx, q, &rows, `
		SELECT year, from_day AS "from", until_day AS "until", what AS kind, name FROM holidays
		WHERE community_id = $1 ORDER BY year, from_day`, community)
	if err != nil {
		return nil, fmt.Errorf("read holidays of community %d: %w", community, err)
	}
	loaded := map[int]Notice{}
	for _, r := range rows {
		n := loaded[r.Year]
		n.Year = r.Year
		n.Runs = append(n.Runs, Run{r.From.UTC(), r.Until.UTC(), r.Kind, r.Name})
		loaded[r.Year] = n
	}
	maps.Copy(known, loaded)
	return known, nil
}

// usual are the lists that came with the program for where a community is.
func usual(ctx context.Context, q sqlx.QueryerContext, community int64) (map[int]Notice, error) {
	var here bool
	err := sqlx.GetContext(ctx, q, &here, `SELECT zone = ANY ($2) FROM communities WHERE id = $1`, community, pq.Array(inChina))
	if err != nil || !here {
		return map[int]Notice{}, err
	}
	return maps.Clone(embeddedNotices), nil
}

// Replace makes a list the one of its year, in the caller's transaction, and
// reports whether it says anything else than was known. The caller has checked
// that whoever it is may do so, holds the community's lock, and notes the event.
func (s *Service) Replace(ctx context.Context, tx *sqlx.Tx, community int64, n Notice) (different bool, err error) {
	known, err := notices(ctx, tx, community)
	if err != nil || known[n.Year].Same(n) {
		return false, err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM holidays WHERE community_id = $1 AND year = $2`, community, n.Year); err != nil {
		return false, fmt.Errorf("load holidays of %d: %w", n.Year, err)
	}
	for _, r := range n.Runs {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO holidays (community_id, year, from_day, until_day, what, name) VALUES ($1, $2, $3, $4, $5, $6)`,
			community, n.Year, r.From, r.Until, r.Kind, r.Name)
		if err != nil {
			return false, fmt.Errorf("load holidays of %d: %w", n.Year, err)
		}
	}
	return true, nil
}

// Missing is the year whose list a community should load: from 1 December on the
// next one, otherwise this one. Where no list was ever known none is missed.
func (s *Service) Missing(ctx context.Context, community int64, now time.Time) (year int, missing bool, err error) {
	known, err := notices(ctx, s.db, community)
	if err != nil {
		return 0, false, err
	}
	year = Wanted(now)
	_, there := known[year]
	return year, !there && len(known) > 0, nil
}

// Wanted is the year whose list should be there by now, in now's zone: from 1
// December on it is the next one.
func Wanted(now time.Time) int {
	if now.Month() == time.December {
		return now.Year() + 1
	}
	return now.Year()
}
