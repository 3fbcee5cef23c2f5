package main

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/embedded"
	"github.com/linli-bot/linli/internal/inbox"
	"github.com/linli-bot/linli/internal/pg"
)

// server is a Postgres as it describes itself.
type server struct {
	Version   string    `db:"version"`
	Number    int       `db:"number"`
	Encoding  string    `db:"encoding"`
	Sync      string    `db:"sync"`
	Pages     string    `db:"pages"`
	Commit    string    `db:"commit"`
	Standby   bool      `db:"standby"`
	Encrypted bool      `db:"encrypted"`
	Near      bool      `db:"near"` // no network lies between, or a private one
	Most      int       `db:"most"` // connections
	Used      int       `db:"used"`
	Size      string    `db:"size"`
	At        time.Time `db:"at"`
}

const describe = `
	SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
		current_setting('server_encoding') AS encoding, current_setting('fsync') AS sync,
		current_setting('full_page_writes') AS pages, current_setting('synchronous_commit') AS commit,
		pg_is_in_recovery() AS standby,
		coalesce((SELECT s.ssl FROM pg_stat_ssl s WHERE s.pid = pg_backend_pid()), false) AS encrypted,
		coalesce(inet_server_addr() <<= ANY ('{127.0.0.0/8,::1/128,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7}'::inet[]), true) AS near,
		current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most,
		(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
		pg_size_pretty(pg_database_size(current_database())) AS size, clock_timestamp() AS at`

func (d *doctor) postgres(ctx context.Context) {
	address := d.config.DatabaseURL.Reveal()
	if address == "" {
		running, ok := embedded.Running(filepath.Join(d.config.Data, "postgres"))
		if !ok {
			d.note("start linli serve and ask again, or set DATABASE_URL", "linli's own, which does not run just now")
			return
		}
		address = running
	}
	db, err := pg.Open(ctx, address)
	if err != nil {
		d.wrong(adviceOnPostgres(err), "%v", err)
		return
	}
	defer func() { _ = db.Close() }() // only asked
	var s server
	asked := d.real.Now()
	if err := db.GetContext(ctx, &s, describe); err != nil {
		d.wrong("see the log of Postgres", "it does not describe itself: %v", err)
		return
	}
	took := d.real.Now().Sub(asked)
	d.server(s)
	d.apart("Postgres", s.At.Sub(asked), took)
	d.schema(ctx, db)
}

// adviceOnPostgres is what to do where it cannot be reached.
func adviceOnPostgres(err error) string {
	for _, known := range []struct{ part, todo string }{
		{"password authentication failed", "correct the user or the password in DATABASE_URL (percent-encode signs like @ and /)"},
		{"does not exist", "create it: createuser and createdb, or correct DATABASE_URL"},
		{"SSL is not enabled", "turn TLS on in Postgres; in a private network alone ?sslmode=disable will do"},
		{"x509", "name the authority that signed its certificate by ?sslrootcert=FILE, and the host as the certificate has it"},
		{"too many clients", "raise max_connections of Postgres, or stop what holds its connections"},
		{"no such host", "correct the host in DATABASE_URL"},
		{"connection refused", "start Postgres, or correct the host and port in DATABASE_URL"},
	} {
		if strings.Contains(err.Error(), known.part) {
			return known.todo
		}
	}
	return "see whether Postgres runs and can be reached from here, and correct DATABASE_URL"
}

// server grades what a Postgres says of itself.
func (d *doctor) server(s server) {
	const oldest, needs = 150000, 18 // connections of one linli: its pool, a listener and a sign of life
	if s.Number < oldest {
		d.wrong("move to PostgreSQL 15 or newer", "version %s", s.Version)
	} else {
		d.fine("version %s, %s of data", s.Version, s.Size)
	}
	if s.Encoding != "UTF8" {
		d.wrong("make the database anew: createdb --encoding=UTF8 --template=template0", "its encoding is %s: it cannot hold every name", s.Encoding)
	}
	switch {
	case s.Encrypted:
		d.fine("the connection is encrypted")
	case s.Near:
		d.fine("the connection is not encrypted (sslmode=disable), and does not leave this machine or the private network")
	default:
		d.wrong("turn TLS on in Postgres and write ?sslmode=verify-full in DATABASE_URL", "the connection crosses the network in the open")
	}
	for _, setting := range []struct{ name, value string }{{"fsync", s.Sync}, {"full_page_writes", s.Pages}, {"synchronous_commit", s.Commit}} {
		if setting.value == "off" {
			d.wrong("set "+setting.name+" = on in postgresql.conf and restart it", "%s is off: a power cut loses what people were told is kept", setting.name)
		}
	}
	if s.Standby {
		d.wrong("name the primary in DATABASE_URL", "it is a standby, which takes no writes")
	}
	if s.Most < needs {
		d.wrong("raise max_connections to 100", "it takes %d connections, and linli needs up to %d", s.Most, needs)
	} else if s.Most-s.Used < needs/2 {
		d.note("raise max_connections, or stop what holds them", "%d of %d connections are taken", s.Used, s.Most)
	} else {
		d.fine("%d of %d connections are taken", s.Used, s.Most)
	}
}

// schema tells what is to be applied, and what waits for somebody.
func (d *doctor) schema(ctx context.Context, db *sqlx.DB) {
	pending, err := pg.Pending(ctx, db)
	switch {
	case err != nil:
		d.wrong("see the log of Postgres", "its schema cannot be looked at: %v", err)
		return
	case len(pending) > 0:
		d.note("nothing: linli serve applies them as it starts, and so does linli migrate",
			"%d migrations are to be applied, the first is %s", len(pending), pending[0])
		return
	}
	d.fine("the schema is up to date")
	h, err := inbox.New(db, d.real, 0).Health(ctx)
	switch {
	case err != nil:
		d.wrong("see the log of Postgres", "the inbox cannot be looked at: %v", err)
	case h.Parked > 0:
		d.note("linli troubles lists them, and tries them again", "%d updates failed three times and were put aside", h.Parked)
	}
}
