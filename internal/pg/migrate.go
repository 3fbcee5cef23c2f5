package pg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"log/slog"
	"path"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/linli-bot/linli/migrations"
)

// Migrate brings the schema up to date and names the files it applied, also
// those before one that failed. Of several programs that start at once one
// does it and the others wait.
func Migrate(ctx context.Context, db *sqlx.DB, log *slog.Logger) ([]string, error) {
	return migrate(ctx, db, migrations.FS, log)
}

// Pending names the migrations that have not been applied. It changes nothing.
func Pending(ctx context.Context, db *sqlx.DB) ([]string, error) {
	return pending(ctx, db, migrations.FS)
}

// Fingerprint changes whenever a migration does.
func Fingerprint() (string, error) {
	names, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil {
		return "", err
	}
	sum := fnv.New64a()
	for _, name := range names {
		text, err := fs.ReadFile(migrations.FS, name)
		if err != nil {
			return "", err
		}
		sum.Write(fmt.Appendf(nil, "%s %d %s\n", name, len(text), text))
	}
	return fmt.Sprintf("%016x", sum.Sum64()), nil
}

func migrate(ctx context.Context, db *sqlx.DB, files fs.FS, log *slog.Logger) ([]string, error) {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300)) // every second for five minutes
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db.DB, files,
		goose.WithSessionLocker(patient{locker}), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	results, err := provider.Up(ctx)
	var partial *goose.PartialError
	if errors.As(err, &partial) {
		results = partial.Applied
	}
	var applied []string
	for _, r := range results {
		name := path.Base(r.Source.Path)
		applied = append(applied, name)
		log.Info("migration applied", "file", name, "took", r.Duration)
	}
	if err != nil {
		return applied, fmt.Errorf("migrate: %w", err)
	}
	return applied, nil
}

func pending(ctx context.Context, db *sqlx.DB, files fs.FS) ([]string, error) {
	provider, err := goose.NewProvider(goose.DialectPostgres, db.DB, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, fmt.Errorf("pending migrations: %w", err)
	}
	done := map[int64]bool{}
	var versions []int64
	err = db.SelectContext(ctx, &versions, `SELECT version_id FROM goose_db_version WHERE is_applied`)
	var e *pq.Error
	if err != nil && (!errors.As(err, &e) || e.Code != "42P01") { // 42P01: no such table, so nothing was applied
		return nil, fmt.Errorf("pending migrations: %w", err)
	}
	for _, v := range versions {
		done[v] = true
	}
	var names []string
	for _, source := range provider.ListSources() {
		if !done[source.Version] {
			names = append(names, path.Base(source.Path))
		}
	}
	return names, nil
}

// patient lets migrations take their time: the limits on statements are for
// the work of every day.
type patient struct{ lock.SessionLocker }

// SessionLock takes the lock and lifts the connection's time limit.
func (p patient) SessionLock(ctx context.Context, conn *sql.Conn) error {
	if err := p.SessionLocker.SessionLock(ctx, conn); err != nil {
		return err
	}
	_, err := conn.ExecContext(ctx, `SET statement_timeout = 0`)
	return err
}

// SessionUnlock frees the lock and restores the connection's time limit.
func (p patient) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, `RESET statement_timeout`)
	return errors.Join(err, p.SessionLocker.SessionUnlock(ctx, conn))
}
