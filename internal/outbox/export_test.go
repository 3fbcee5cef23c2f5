package outbox

// ClaimQuery and ClaimArgs are how rows are taken: a test reads its plan.
const ClaimQuery = claimQuery

// ClaimArgs are the query's arguments.
var ClaimArgs = claimArgs
