// Package process is what one running linli is to the others that share its
// database: alive or not, and which of them leads where only one may.
//
//	Join → says every few seconds that it lives → Leave, or it is killed
//
// A process holds a lock of the database on a connection of its own, which the
// server lets go the moment the process is no more, and notes when it was last
// seen, in case the machine stands still and the connection does not break.
// The view "living" tells both; what belongs to a process outside of it is
// anybody's.
package process

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/clock"
)

// Classes of advisory locks, as the migrations know them: one a process, and
// one a community for whoever leads there.
const (
	lifeLock = 0x6c696e6c
	leadLock = 0x6c656164
)

const (
	beatEvery = 3 * time.Second
	deadAfter = 20 * time.Second // as in the view "living"
	patience  = 5 * time.Second  // for a sign of life
)

// Process is this running linli.
type Process struct {
	id   int64
	db   *sqlx.DB
	real *clock.Clock
	log  *slog.Logger

	mu    sync.Mutex
	conn  *sqlx.Conn     // holds the locks; nil while there is none
	leads map[int64]bool // communities
}

// Join enters this process under a name for people to read. Run keeps it
// alive, and Leave ends it.
func Join(ctx context.Context, db *sqlx.DB, name string, log *slog.Logger) (*Process, error) {
	p := &Process{db: db, real: clock.New(), log: log, leads: map[int64]bool{}}
	err := db.GetContext(ctx, &p.id, `
		WITH gone AS (DELETE FROM processes WHERE seen_at < now() - interval '1 day'),
			forgotten AS (DELETE FROM process_starts WHERE started_at < now() - interval '1 day'),
			started AS (INSERT INTO process_starts (name, started_at) VALUES ($1, now()))
		INSERT INTO processes (name, seen_at) VALUES ($1, now()) RETURNING id`, name)
	if err == nil {
		_, err = p.beat(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("join the processes: %w", errors.Join(err, p.Leave()))
	}
	return p, nil
}

// ID tells this process from others.
func (p *Process) ID() int64 { return p.id }

// Run says until ctx ends that the process lives. It calls back when the others
// may have thought it dead for a while: what it had may be theirs by now. At the
// end it lets go of nothing: what has begun comes to its end first, and then
// Leave is called.
func (p *Process) Run(ctx context.Context, back func()) error {
	for p.real.Until(ctx, p.real.Now().Add(beatEvery)) == nil {
		missed, err := p.again(context.WithoutCancel(ctx)) // cut off, it would lose the connection, and with it the locks
		if err != nil && ctx.Err() == nil {
			p.log.WarnContext(ctx, "sign of life not given", "error", err)
		}
		if missed && err == nil {
			back()
		}
	}
	return nil
}

// again gives a sign of life, and reports whether the others may have missed it.
func (p *Process) again(ctx context.Context) (missed bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	alone := p.conn == nil
	late, err := p.beat(ctx)
	if err != nil {
		p.drop()
	}
	return alone || late, err
}

// beat gives a sign of life over the connection that holds the locks, and takes
// them again on a new one. It is late where the last one is so old, by the
// database's clock, that the others may have missed it: this machine's may have
// stood still meanwhile. The caller holds the mutex, or is alone.
func (p *Process) beat(ctx context.Context) (late bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if p.conn == nil {
		if err := p.connect(ctx); err != nil {
			return false, err
		}
	}
	err = p.conn.GetContext(ctx, &late, `
		UPDATE processes p SET seen_at = now() FROM processes before
		WHERE p.id = $1 AND before.id = p.id
		RETURNING before.seen_at <= now() - $2 * interval '1 second'`, p.id, deadAfter.Seconds())
	return late, err
}

// connect takes the lock of life, and those of the communities where this
// process led and nobody else does by now.
func (p *Process) connect(ctx context.Context) error {
	conn, err := p.db.Connx(ctx)
	if err != nil {
		return err
	}
	p.conn = conn
	if err := p.bury(ctx); err != nil {
		p.drop()
		return err
	}
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1, $2)`, lifeLock, p.id); err != nil {
		p.drop()
		return err
	}
	for community := range p.leads {
		led, err := p.try(ctx, community)
		if err != nil {
			p.drop()
			return err
		}
		if !led {
			delete(p.leads, community)
		}
	}
	return nil
}

// bury ends the connections that hold the locks of dead processes, and an earlier
// one of this process: of a machine or a network that went away without a word
// the server may learn only after hours, and nobody else could lead meanwhile.
func (p *Process) bury(ctx context.Context) error {
	_, err := p.conn.ExecContext(ctx, `
		SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN processes p ON p.id = l.objid::bigint
		WHERE l.locktype = 'advisory' AND l.classid = $1::bigint::oid AND l.objsubid = 2 AND l.granted
			AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND l.pid <> pg_backend_pid()
			AND (p.id = $2 OR p.seen_at <= now() - $3 * interval '1 second')`, lifeLock, p.id, deadAfter.Seconds())
	return err
}

// drop gives the connection up for good: back in the pool it would keep its
// locks for nobody.
func (p *Process) drop() {
	if p.conn == nil {
		return
	}
	_ = p.conn.Raw(func(any) error { return driver.ErrBadConn }) // the error is what takes it out of the pool
	_ = p.conn.Close()                                           // it is closed already
	p.conn = nil
}

// Leads reports whether this process is the one that leads for a community: it
// becomes that where nobody is. While the database cannot be asked, whoever led
// goes on.
func (p *Process) Leads(ctx context.Context, community int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.leads[community] || p.conn == nil {
		return p.leads[community]
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience) // as in Run
	defer cancel()
	led, err := p.try(ctx, community)
	if err == nil && !led {
		err = p.bury(ctx)
	}
	if err != nil {
		p.drop()
		return false
	}
	if led {
		p.leads[community] = true
		p.log.InfoContext(ctx, "leading", "community", community, "process", p.id)
	}
	return led
}

func (p *Process) try(ctx context.Context, community int64) (led bool, err error) {
	err = p.conn.GetContext(ctx, &led, `SELECT pg_try_advisory_lock($1, $2)`, leadLock, community)
	return led, err
}

// Leave lets go of everything: the others take over at once.
func (p *Process) Leave() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conn != nil {
		ctx, cancel := context.WithTimeout(context.Background(), patience) // the program's own has ended
		defer cancel()
		_, _ = p.conn.ExecContext(ctx, `DELETE FROM processes WHERE id = $1`, p.id) // it is as dead without its lock
	}
	p.drop()
	clear(p.leads)
	return nil
}
