package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/config"
	"github.com/linli-bot/linli/internal/embedded"
	"github.com/linli-bot/linli/internal/pg"
)

// withDatabase lets a command work on the database of the settings, on that of
// a running serve, or on an embedded one started for the command.
func withDatabase(w world, c config.Config, do func(db *sqlx.DB) error) (err error) {
	address := c.DatabaseURL.Reveal()
	dir := filepath.Join(c.Data, "postgres")
	if running, ok := embedded.Running(dir); address == "" && ok {
		address = running
	}
	if address == "" {
		postgres, start := embedded.StartPostgres(w.ctx, embedded.PostgresOptions{Dir: dir, Log: w.logger(c)})
		if start != nil {
			return fmt.Errorf("embedded postgres: %w", start)
		}
		defer func() { err = errors.Join(err, postgres.Stop()) }()
		address = postgres.URL()
	}
	db, err := pg.Open(w.ctx, address)
	if err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return do(db)
}
