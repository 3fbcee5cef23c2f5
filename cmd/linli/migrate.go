package main

import (
	"errors"
	"fmt"

	"github.com/linli-bot/linli/internal/pg"
)

type migrateCmd struct {
	DryRun bool `help:"Only name what would be applied."`
}

// Run applies the migrations that are missing, and names them.
func (m migrateCmd) Run(w world) (err error) {
	c, err := w.settings()
	if err != nil {
		return err
	}
	log := w.logger(c)
	address, done, err := database(w.ctx, c, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	db, err := pg.Open(w.ctx, address)
	if err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var names []string
	if m.DryRun {
		names, err = pg.Pending(w.ctx, db)
	} else {
		names, err = pg.Migrate(w.ctx, db, log)
	}
	for _, name := range names {
		fmt.Fprintln(w.stdout, name)
	}
	if err == nil && len(names) == 0 {
		fmt.Fprintln(w.stdout, "the schema is up to date")
	}
	return err
}
