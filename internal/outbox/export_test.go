package outbox

import "context"

// ClaimQuery and ClaimArgs are how rows are taken: a test reads its plan.
const ClaimQuery = claimQuery

// ClaimArgs are the query's arguments.
var ClaimArgs = claimArgs

// TidyAll puts aside whatever waits behind another, be it ever so little.
func TidyAll(ctx context.Context, s *Store, community int64) error {
	return s.tidy(ctx, 0, []int64{community})
}
