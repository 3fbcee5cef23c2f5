package pg

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnAddressStatesWhatItLeavesOpen(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, address, sslmode string }{
		{"a server elsewhere", "postgres://u:p@db.example.org/linli", "verify-full"},
		{"the other scheme", "postgresql://u:p@db.example.org/linli", "verify-full"},
		{"one of two elsewhere", "postgres://u@localhost,db.example.org/linli", "verify-full"},
		{"sslmode is given", "postgres://u:p@db.example.org/linli?sslmode=require", "require"},
		{"this machine by name", "postgres://u:p@localhost:5433/linli", "disable"},
		{"this machine by number", "postgres://u:p@127.0.0.1/linli", "disable"},
		{"this machine by IPv6", "postgres://u:p@[::1]:5432/linli", "disable"},
		{"no host at all", "postgres:///linli", "disable"},
		{"a socket", "postgres:///linli?host=/run/postgresql", "disable"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			dsn, err := complete(row.address)
			require.NoError(t, err)
			u, err := url.Parse(dsn)
			require.NoError(t, err)
			require.Equal(t, row.sslmode, u.Query().Get("sslmode"))
			require.Equal(t, "5000", u.Query().Get("statement_timeout"))
		})
	}
}

func TestAnAddressInWordsStatesWhatItLeavesOpen(t *testing.T) {
	t.Parallel()
	const limits = " connect_timeout=5 statement_timeout=5000 lock_timeout=2000 idle_in_transaction_session_timeout=15000 timezone=UTC enable_seqscan=off jit=off"
	for _, row := range []struct{ name, address, want string }{
		{"a server elsewhere", "host=db.example.org dbname=x", "host=db.example.org dbname=x sslmode=verify-full" + limits},
		{"a socket with a space", "host='/tmp/a b'", "host='/tmp/a b' sslmode=disable" + limits},
		{"sslmode is given", "host=db.example.org sslmode = require", "host=db.example.org sslmode = require" + limits},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			dsn, err := complete(row.address)
			require.NoError(t, err)
			require.Equal(t, row.want, dsn)
		})
	}
}

func TestAWrongAddressKeepsItsPassword(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"postgres://u:hunter2%@db/x", "postgres://u:hunter2@db:port/x", "host=db password=hunter2 port=many", "hunter2", "postgres://u:hunter2#x@db/y",
	} {
		_, err := complete(address)
		require.Error(t, err, address)
		require.NotContains(t, err.Error(), "hunter2")
	}
}
