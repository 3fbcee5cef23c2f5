package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/street"
)

// The demo lets the database write down which rows are changed and what for,
// so that the page can show it beside a phone. It is a schema of its own,
// which no other command makes; what is noted are names of columns, never what
// is in them.
const witnessed = `
	CREATE SCHEMA IF NOT EXISTS demo;
	CREATE TABLE IF NOT EXISTS demo.changes (
		id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
		community bigint,
		trace     text NOT NULL,
		tbl       text NOT NULL,
		verb      text NOT NULL,
		key       text NOT NULL,
		columns   text[] NOT NULL
	);
	TRUNCATE demo.changes;
	CREATE OR REPLACE FUNCTION demo.note() RETURNS trigger LANGUAGE plpgsql AS $$
	DECLARE
		before jsonb := to_jsonb(OLD);
		after  jsonb := to_jsonb(NEW);
		either jsonb := coalesce(after, before);
	BEGIN
		INSERT INTO demo.changes (community, trace, tbl, verb, key, columns)
		SELECT (either->>'community_id')::bigint,
			CASE WHEN TG_TABLE_NAME = 'inbox' AND either->>'update_id' IS NOT NULL THEN 'u' || (either->>'update_id')
				ELSE coalesce(current_setting('linli.trace', true), '') END,
			TG_TABLE_NAME, lower(TG_OP),
			coalesce((SELECT string_agg(either->>part, ' ') FROM unnest(TG_ARGV) part), ''),
			ARRAY(SELECT c.key FROM jsonb_each(after) c
				WHERE TG_OP = 'UPDATE' AND c.value IS DISTINCT FROM before->c.key ORDER BY c.key);
		RETURN NULL;
	END $$;`

// tablesOf lists the tables with the columns of their primary keys; that of
// the community goes without saying.
const tablesOf = `
	SELECT c.relname AS name,
		array_agg(a.attname::text ORDER BY array_position(i.indkey::int[], a.attnum::int))
			FILTER (WHERE a.attname <> 'community_id') AS key
	FROM pg_class c
	JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
	JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey::int[])
	WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname NOT LIKE 'goose%'
	GROUP BY c.relname`

// witness begins to write down the changes of every table.
func witness(ctx context.Context, db *sqlx.DB) error {
	var tables []struct {
		Name string         `db:"name"`
		Key  pq.StringArray `db:"key"`
	}
	if err := db.SelectContext(ctx, &tables, tablesOf); err != nil {
		return fmt.Errorf("witness: list tables: %w", err)
	}
	err := pg.InTx(ctx, db, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, witnessed); err != nil {
			return err
		}
		for _, t := range tables {
			key := make([]string, len(t.Key))
			for i, column := range t.Key {
				key[i] = pq.QuoteLiteral(column)
			}
			_, err := tx.ExecContext(ctx, fmt.Sprintf(
				`CREATE OR REPLACE TRIGGER demo_note AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION demo.note(%s)`,
				pq.QuoteIdentifier(t.Name), strings.Join(key, ", ")))
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	return nil
}

// mostChanges is how far back the page can look.
const mostChanges = 500

// changes are the last rows that were changed in the town of a language for
// anything that has a name, oldest first.
func (s *stage) changes(ctx context.Context, lang string) ([]street.Change, error) {
	a := s.current()
	for _, t := range s.towns {
		if t.lang != lang {
			continue
		}
		var rows []struct {
			Trace, Tbl, Verb, Key string
			Columns               pq.StringArray
		}
		err := a.db.SelectContext(ctx, &rows, `
			SELECT trace, tbl, verb, key, columns FROM (
				SELECT d.* FROM demo.changes d JOIN communities c ON c.id = d.community
				WHERE c.bot = $1 AND d.trace <> '' ORDER BY d.id DESC LIMIT $2) newest
			ORDER BY id`, t.botID(), mostChanges)
		if err != nil {
			return nil, fmt.Errorf("changed rows: %w", err)
		}
		changes := make([]street.Change, len(rows))
		for i, r := range rows {
			changes[i] = street.Change{Trace: r.Trace, Table: r.Tbl, Verb: r.Verb, Key: r.Key, Columns: r.Columns}
		}
		return changes, nil
	}
	return nil, fmt.Errorf("changed rows: no town speaks %q", lang)
}
