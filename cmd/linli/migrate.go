package main

import (
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/pg"
)

type migrateCmd struct {
	DryRun bool `help:"Only name what would be applied."`
}

// Run applies the migrations that are missing, and names them.
func (m migrateCmd) Run(w world) error {
	c, err := w.settings()
	if err != nil {
		return err
	}
	return withDatabase(w, c, func(db *sqlx.DB) error {
		var names []string
		if m.DryRun {
			names, err = pg.Pending(w.ctx, db)
		} else {
			names, err = pg.Migrate(w.ctx, db, w.logger(c))
		}
		for _, name := range names {
			fmt.Fprintln(w.stdout, name)
		}
		if err == nil && len(names) == 0 {
			fmt.Fprintln(w.stdout, "the schema is up to date")
		}
		return err
	})
}
