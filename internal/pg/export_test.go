package pg

// MigrateOf and PendingOf are Migrate and Pending over other files.
var (
	MigrateOf = migrate
	PendingOf = pending
)

// Wire makes a connection as Open and Listen do.
var Wire = wire.DialContext
