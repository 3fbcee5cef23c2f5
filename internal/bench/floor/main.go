// Command floor is the least that a bot in Go needs for the report
// conversation: the same updates, messages, tap answers and ping, one statement
// for each case, the dialog's state read and written in Redis at every update.
// It has no framework and no safety at all: what is lost on the way is lost.
// linli is measured beside it.
package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	_ "github.com/lib/pq" // the driver
	"github.com/redis/go-redis/v9"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Getenv)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "floor:", err)
		os.Exit(1)
	}
}

// floor is the bot.
type floor struct {
	caller
	rdb    *redis.Client
	insert *sql.Stmt
	duty   int64
}

const schema = `
	CREATE TABLE IF NOT EXISTS floor_case (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, person bigint NOT NULL,
		kind text NOT NULL, place text NOT NULL, words text NOT NULL, at timestamptz NOT NULL);
	CREATE TABLE IF NOT EXISTS floor_event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
		case_id bigint NOT NULL, code text NOT NULL, at timestamptz NOT NULL);
	CREATE TABLE IF NOT EXISTS floor_outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
		case_id bigint NOT NULL, person bigint NOT NULL, topic text NOT NULL)`

const open = `
	WITH c AS (
		INSERT INTO floor_case (person, kind, place, words, at) VALUES ($1, $2, $3, $4, now()) RETURNING id),
	e AS (
		INSERT INTO floor_event (case_id, code, at) SELECT id, 'sent', now() FROM c)
	INSERT INTO floor_outbox (case_id, person, topic) SELECT id, $5, 'case.ping' FROM c RETURNING case_id`

func run(ctx context.Context, getenv func(string) string) error {
	options, err := redis.ParseURL(getenv("REDIS_URL"))
	if err != nil {
		return err
	}
	options.PoolSize, options.DisableIdentity = 64, true
	db, err := sql.Open("postgres", getenv("DATABASE_URL"))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // nothing is left to lose
	const connections = 16
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return err
	}
	insert, err := db.PrepareContext(ctx, open)
	if err != nil {
		return err
	}
	f := &floor{caller: newCaller(getenv("TELEGRAM_API_URL"), getenv("BOT_TOKEN")), rdb: redis.NewClient(options), insert: insert}
	if f.duty, err = strconv.ParseInt(getenv("FLOOR_DUTY"), 10, 64); err != nil {
		return err
	}
	return f.poll(ctx)
}

// poll takes updates, each in a goroutine of its own.
func (f *floor) poll(ctx context.Context) error {
	var offset int64
	for ctx.Err() == nil {
		body := append(make([]byte, 0, 64), `{"timeout":30,"limit":100,"offset":`...)
		raw, err := f.call(ctx, "getUpdates", append(strconv.AppendInt(body, offset, 10), '}'))
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		for _, part := range bytes.Split(raw, []byte(`{"update_id":`))[1:] {
			u := read(part)
			offset = u.id + 1
			go func() {
				if err := f.answer(ctx, u); err != nil && ctx.Err() == nil {
					fmt.Fprintln(os.Stderr, "floor:", err)
				}
			}()
		}
	}
	return nil
}

// update is what is needed of one.
type update struct {
	id, chat, message int64
	tap, data, text   string
}

// read finds the parts by their keys: the bodies come from a machine.
func read(part []byte) update {
	u := update{id: number(part, ""), chat: number(part, `"from":{"id":`), message: number(part, `{"message_id":`)}
	if bytes.Contains(part[:40], []byte(`"callback_query"`)) {
		u.tap, u.data = text(part, `"callback_query":{"id":"`), text(part, `"data":"`)
		return u
	}
	u.text = text(part, `"text":"`)
	return u
}

func number(b []byte, key string) (n int64) {
	_, rest, _ := bytes.Cut(b, []byte(key))
	for _, c := range rest {
		if c < '0' || c > '9' {
			break
		}
		n = n*10 + int64(c-'0')
	}
	return n
}

func text(b []byte, key string) string {
	_, rest, _ := bytes.Cut(b, []byte(key))
	end := bytes.IndexByte(rest, '"')
	return string(rest[:max(end, 0)])
}
