package pg

// MigrateOf and PendingOf are Migrate and Pending over other files.
var (
	MigrateOf = migrate
	PendingOf = pending
)
