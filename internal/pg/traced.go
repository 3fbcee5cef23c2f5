package pg

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/linli-bot/linli/internal/trace"
)

// tracer makes connections that tell the server what each write is for.
type tracer struct{ driver.Connector }

func (t tracer) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := t.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	whole, ok := c.(session)
	if !ok {
		return nil, errors.Join(errors.New("the driver's connections lack what tracing needs"), c.Close())
	}
	return &traced{session: whole}, nil
}

// traced is one connection; database/sql uses it from one goroutine at a time.
type traced struct {
	session
	told string // the trace that the server knows
	inTx bool   // what is set in a transaction that fails is lost: it is set before
}

func (c *traced) tell(ctx context.Context) error {
	id := trace.ID(ctx)
	if c.inTx || id == c.told {
		return nil
	}
	_, err := c.session.ExecContext(ctx, `SELECT set_config('linli.trace', $1, false)`, []driver.NamedValue{{Ordinal: 1, Value: id}})
	if err != nil {
		return fmt.Errorf("tell the trace: %w", err)
	}
	c.told = id
	return nil
}

func (c *traced) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if err := c.tell(ctx); err != nil {
		return nil, err
	}
	tx, err := c.session.BeginTx(ctx, o)
	if err != nil {
		return nil, err
	}
	c.inTx = true
	return tracedTx{tx, c}, nil
}

func (c *traced) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.tell(ctx); err != nil {
		return nil, err
	}
	return c.session.ExecContext(ctx, query, args)
}

func (c *traced) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.tell(ctx); err != nil {
		return nil, err
	}
	return c.session.QueryContext(ctx, query, args)
}

type tracedTx struct {
	driver.Tx
	conn *traced
}

func (t tracedTx) Commit() error {
	t.conn.inTx = false
	return t.Tx.Commit()
}

func (t tracedTx) Rollback() error {
	t.conn.inTx = false
	return t.Tx.Rollback()
}
