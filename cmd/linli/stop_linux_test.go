package main

import (
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/pg/pgtest"
)

// newFarTelegram is a local Telegram that takes a while for every answer.
func newFarTelegram(t *testing.T) (*farTelegram, string) {
	t.Helper()
	far := &farTelegram{Server: botapi.New(botapi.Options{Clock: clock.New()}), late: 40 * time.Millisecond}
	server := httptest.NewServer(far)
	t.Cleanup(server.Close)
	return far, server.URL
}

// answers are the bot's messages in a chat.
func answers(phone *botapi.Phone) (n int) {
	for _, m := range phone.Chat().Messages {
		if m.FromBot {
			n++
		}
	}
	return n
}

func TestAStopUnderLoadLeavesNoTurnHalfShown(t *testing.T) {
	t.Parallel()
	_, database := pgtest.URL(t)
	telegram, at := newFarTelegram(t)
	b := telegram.AddBot("9000002:stop", "stop_bot", "Stop")
	env := []string{
		"BOT_TOKEN=9000002:stop", "TELEGRAM_API_URL=" + at, "LINLI_DATA=" + filepath.Join(t.TempDir(), "data"),
		"HTTP_ADDR=127.0.0.1:0", "DATABASE_URL=" + database, "REDIS_URL=",
	}
	const residents, rounds, each = 20, 4, 3
	var phones []*botapi.Phone
	for i := range residents {
		phones = append(phones, b.Phone(botapi.Account{ID: int64(100 + i), FirstName: fmt.Sprintf("Neighbour%d", i), LanguageCode: "en"}))
	}
	for round := range rounds {
		p := startProgram(t, env, "serve")
		eventually(t, tillUp, func() bool { return strings.Contains(p.out.String(), "serving") }, "serving", p.out)
		for range each {
			for _, phone := range phones {
				phone.Say("/help")
			}
		}
		some := func() bool { return answers(phones[round]) > round*each } // in the middle of it
		eventually(t, mostWait, some, "an answer", p.out)
		stops(t, p)
	}
	last := startProgram(t, env, "serve")
	for i, phone := range phones {
		eventually(t, mostWait, func() bool { return answers(phone) >= rounds*each }, fmt.Sprintf("all answers to %d", i), last.out)
	}
	stops(t, last)
	for i, phone := range phones {
		last.secret.phone(phone)
		require.Equal(t, rounds*each, answers(phone), "resident %d is answered once each time", i)
	}
}

func TestAStopWhileTelegramHangsEndsInTime(t *testing.T) {
	t.Parallel()
	_, database := pgtest.URL(t)
	telegram, at := newFarTelegram(t)
	b := telegram.AddBot("9000003:hang", "hang_bot", "Hang")
	env := []string{
		"BOT_TOKEN=9000003:hang", "TELEGRAM_API_URL=" + at, "LINLI_DATA=" + filepath.Join(t.TempDir(), "data"),
		"HTTP_ADDR=127.0.0.1:0", "DATABASE_URL=" + database, "REDIS_URL=",
	}
	first := startProgram(t, env, "serve")
	eventually(t, tillUp, func() bool { return strings.Contains(first.out.String(), "serving") }, "serving", first.out)
	var phones []*botapi.Phone
	for i := range 5 {
		phone := b.Phone(botapi.Account{ID: int64(100 + i), FirstName: fmt.Sprintf("Neighbour%d", i), LanguageCode: "en"})
		phone.Say("/help")
		phones = append(phones, phone)
	}
	eventually(t, mostWait, func() bool { return b.Pending() == 0 }, "all taken", first.out)
	telegram.hangs.Store(true)
	for _, phone := range phones {
		phone.Say("/help")
	}
	eventually(t, mostWait, func() bool { return b.Pending() == 0 }, "all taken again", first.out)
	stops(t, first)
	telegram.hangs.Store(false)
	second := startProgram(t, env, "serve")
	for _, phone := range phones {
		eventually(t, mostWait, func() bool { return answers(phone) >= 2 }, "the rest", second.out)
		first.secret.phone(phone)
	}
	stops(t, second)
}

func TestAStopWhileItStartsIsNoFailure(t *testing.T) {
	t.Parallel()
	needsPostgres(t)
	for name, after := range map[string]time.Duration{
		"at once": 0, "while the database is made": 300 * time.Millisecond,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := filepath.Join(t.TempDir(), "data")
			openAll(t, filepath.Dir(data))
			p := startProgram(t, []string{
				"BOT_TOKEN=9000004:early", "TELEGRAM_API_URL=http://127.0.0.1:9", "LINLI_DATA=" + data, "HTTP_ADDR=127.0.0.1:0",
				"DATABASE_URL=", "REDIS_URL=",
			}, "serve")
			eventually(t, mostWait, func() bool { return strings.Contains(p.out.String(), "setting") }, "a first word", p.out)
			<-time.After(after)
			had := children(p.cmd.Process.Pid)
			stops(t, p)
			require.Empty(t, living(had))
		})
	}
}

// Each table is locked, so that linli stands at the step that needs it.
func TestAStopAtAnyStepOfTheStartIsNoFailure(t *testing.T) {
	t.Parallel()
	for step, table := range map[string]string{
		"while the schema is looked at": "goose_db_version", "while the community is looked up": "communities",
		"while it looks for what is unfinished": "inbox",
	} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			db, database := pgtest.URL(t)
			telegram, at := newFarTelegram(t)
			telegram.AddBot("9000005:step", "step_bot", "Step")
			tx, err := db.Begin()
			require.NoError(t, err)
			defer func() { require.NoError(t, tx.Rollback()) }()
			_, err = tx.Exec("LOCK TABLE " + table)
			require.NoError(t, err)
			p := startProgram(t, []string{
				"BOT_TOKEN=9000005:step", "TELEGRAM_API_URL=" + at, "LINLI_DATA=" + filepath.Join(t.TempDir(), "data"), "HTTP_ADDR=127.0.0.1:0",
				"DATABASE_URL=" + database, "REDIS_URL=",
			}, "serve")
			stands := func() bool {
				var waits bool
				require.NoError(t, db.Get(&waits, `SELECT EXISTS (SELECT FROM pg_locks WHERE relation = $1::regclass AND NOT granted)`, table))
				return waits
			}
			eventually(t, mostWait, stands, "it stands there", p.out)
			stops(t, p)
		})
	}
}

// stops ends a program as a deploy does: in time, and as a success.
func stops(t *testing.T, p *program) {
	t.Helper()
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, p.ends(2*mostStop), p.out.String()) // other tests run beside it
	require.NotContains(t, p.out.String(), "linli:", "nothing to complain of")
}
