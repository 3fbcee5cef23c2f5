// Package pg is how everything here talks to Postgres: connections with
// limits, transactions that are repeated where that is safe, errors in words
// the rest understands, migrations, and a listener.
//
// Writes go through InTx. A bare Exec of an INSERT can run twice when a
// connection drops (database/sql repeats it silently); only a unique key makes
// that harmless.
package pg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// maxConns leaves a default server (100 connections) room for five replicas.
const maxConns = 16

// connLife bounds how long a connection is used, so that one gone bad, or one
// to a server that is no longer the primary, does not stay.
const connLife = 30 * time.Minute

// Option changes how Open sets up its pool.
type Option func(*sqlx.DB)

// MaxConns sets how many connections may be open at once; 16 unless given.
func MaxConns(n int) Option {
	return func(db *sqlx.DB) {
		db.SetMaxOpenConns(n)
		db.SetMaxIdleConns(n)
	}
}

// Open connects to a database, given as a postgres:// URL or as key=value
// words, and checks that it answers. Where the address does not say otherwise
// it adds: sslmode (disable on this machine, else verify-full), a connect
// timeout of 5 s, a statement timeout of 5 s, a lock timeout of 2 s and an end
// to transactions left idle for 15 s.
func Open(ctx context.Context, address string, opts ...Option) (*sqlx.DB, error) {
	dsn, err := complete(address)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	connector, err := pq.NewConnector(dsn)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", quiet(err))
	}
	db := sqlx.NewDb(sql.OpenDB(preparer{connector}), "postgres")
	MaxConns(maxConns)(db)
	db.SetConnMaxLifetime(connLife)
	db.SetConnMaxIdleTime(connLife / 6)
	for _, opt := range opts {
		opt(db)
	}
	if err := db.PingContext(ctx); err != nil {
		return nil, fmt.Errorf("open database: %w", errors.Join(err, db.Close()))
	}
	return db, nil
}
