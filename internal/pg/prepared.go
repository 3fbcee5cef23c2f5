package pg

import (
	"context"
	"database/sql/driver"
	"errors"
	"slices"

	"github.com/lib/pq"
)

// mostPrepared bounds what a connection keeps prepared. Queries are constants
// of the program, far fewer than this.
const mostPrepared = 500

// preparer makes connections that prepare each query once: it is then planned
// once, and costs one trip to the server instead of two.
type preparer struct{ driver.Connector }

// session is everything that database/sql makes use of in a connection.
type session interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
	driver.NamedValueChecker
}

// statement is everything that is made use of in a prepared query.
type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

func (p preparer) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := p.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	whole, ok := c.(session)
	if !ok {
		return nil, errors.Join(errors.New("the driver's connections lack what preparing needs"), c.Close())
	}
	return &prepared{session: whole, statements: map[string]statement{}}, nil
}

// prepared is one connection; database/sql uses it from one goroutine at a time.
type prepared struct {
	session
	statements map[string]statement
}

// statement prepares a query, or finds it prepared. Without arguments a query
// goes in one trip as it is.
func (c *prepared) statement(ctx context.Context, query string, args []driver.NamedValue) (statement, error) {
	st := c.statements[query]
	if st != nil || len(args) == 0 || len(c.statements) >= mostPrepared {
		return st, nil
	}
	made, err := c.session.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	st, ok := made.(statement)
	if !ok {
		return nil, errors.Join(errors.New("the driver's statements lack what preparing needs"), made.Close())
	}
	c.statements[query] = st
	return st, nil
}

func (c *prepared) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	st, err := c.statement(ctx, query, args)
	if err != nil {
		return nil, err
	}
	if st == nil {
		return c.session.QueryContext(ctx, query, args)
	}
	rows, err := st.QueryContext(ctx, args)
	c.outdated(query, err)
	return rows, err
}

func (c *prepared) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	st, err := c.statement(ctx, query, args)
	if err != nil {
		return nil, err
	}
	if st == nil {
		return c.session.ExecContext(ctx, query, args)
	}
	result, err := st.ExecContext(ctx, args)
	c.outdated(query, err)
	return result, err
}

// outdated forgets a query whose plan the schema has left behind, as a newer
// release may while this one still runs: it is prepared anew when it comes again.
func (c *prepared) outdated(query string, err error) {
	var e *pq.Error
	if errors.As(err, &e) && slices.Contains([]pq.ErrorCode{"0A000", "26000"}, e.Code) {
		delete(c.statements, query)
	}
}
