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
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// maxConns leaves a default server (100 connections) room for three replicas. A
// connection is busy while its commit waits for the disk: fewer would leave
// people waiting for one.
const maxConns = 30

// connLife bounds how long a connection is used, so that one gone bad, or one
// to a server that is no longer the primary, does not stay.
const connLife = 30 * time.Minute

// Option changes how Open sets up its pool.
type Option func(*options)

type options struct {
	conns  int
	traced bool
	dial   Dial
}

// MaxConns sets how many connections may be open at once; 30 unless given.
func MaxConns(n int) Option { return func(o *options) { o.conns = n } }

// Traced tells the server what each write is for: the setting linli.trace
// holds the trace of the context, and triggers can read it there. It costs a
// round trip more wherever the trace changes.
func Traced() Option { return func(o *options) { o.traced = true } }

// Through makes new connections with dial.
func Through(dial Dial) Option { return func(o *options) { o.dial = dial } }

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
	o := options{conns: maxConns, dial: wire.DialContext}
	for _, opt := range opts {
		opt(&o)
	}
	db, err := o.open(dsn)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db.SetMaxOpenConns(o.conns)
	db.SetMaxIdleConns(o.conns)
	db.SetConnMaxLifetime(connLife)
	db.SetConnMaxIdleTime(connLife / 6)
	if err := db.PingContext(ctx); err != nil {
		return nil, fmt.Errorf("open database: %w", errors.Join(err, db.Close()))
	}
	return db, nil
}

func (o options) open(dsn string) (*sqlx.DB, error) {
	connector, err := pq.NewConnector(dsn)
	if err != nil {
		return nil, quiet(err)
	}
	connector.Dialer(dialer(o.dial))
	var each driver.Connector = preparer{connector}
	if o.traced {
		each = tracer{each}
	}
	return sqlx.NewDb(sql.OpenDB(each), "postgres"), nil
}
