package outbox

// ClaimQuery is shown to the planner by a test.
const ClaimQuery = claimQuery
