package process

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Starts is how often a process began within some time, of the machine where it
// did most often: one that begins again and again is in trouble, while many
// machines that begin at once are not. Names are machine/number.
func Starts(ctx context.Context, q sqlx.QueryerContext, within time.Duration) (n int, err error) {
	err = sqlx.GetContext(ctx, q, &n, `
		SELECT coalesce(max(n), 0) FROM (
			SELECT count(*) AS n FROM process_starts WHERE started_at > now() - $1 * interval '1 second' GROUP BY split_part(name, '/', 1)
		) machines`, within.Seconds())
	if err != nil {
		return 0, fmt.Errorf("count starts: %w", err)
	}
	return n, nil
}
