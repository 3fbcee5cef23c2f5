// Package migrations holds the database's schema as numbered steps, forward
// only. pg applies them.
package migrations

import "embed"

// FS holds the SQL files.
//
//go:embed *.sql
var FS embed.FS
