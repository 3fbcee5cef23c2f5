package faults

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// What holds linli at a moment: Redis that answers no writes, a lock, an answer
// of Telegram that stays away.

// pauseRedis makes Redis answer no writes, so that no session can be saved.
func (s *Stage) pauseRedis(ctx context.Context) error {
	_, err := s.tellRedis(ctx, "CLIENT PAUSE 60000 WRITE")
	return err
}

func (s *Stage) wakeRedis(ctx context.Context) error {
	_, err := s.tellRedis(ctx, "CLIENT UNPAUSE")
	return err
}

// tellRedis gives a command past the proxy, and returns what it answers.
func (s *Stage) tellRedis(ctx context.Context, command string) (answer string, err error) {
	var d net.Dialer
	network, address := redisSocket(s.redis.URL())
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := fmt.Fprint(conn, command, "\r\n"); err != nil {
		return "", err
	}
	in := bufio.NewReader(conn)
	line, err := in.ReadString('\n')
	if err != nil {
		return "", err
	}
	line = strings.TrimSpace(line)
	size, bulk := strings.CutPrefix(line, "$")
	switch {
	case strings.HasPrefix(line, "-"):
		return "", errors.New(line)
	case !bulk:
		return line, nil
	}
	n, err := strconv.Atoi(size)
	if err != nil {
		return "", err
	}
	text := make([]byte, max(n, 0))
	_, err = io.ReadFull(in, text)
	return string(text), err
}

// waits waits until linli waits for a lock in Postgres.
func (s *Stage) waits(ctx context.Context) error {
	ok, err := s.until(ctx, aimFor, func() (there bool, err error) {
		err = s.db.QueryRowContext(ctx, `
			SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')`).Scan(&there)
		return there, err
	})
	if err == nil && !ok {
		err = fmt.Errorf("linli never waits for a lock\n%s", s.Said())
	}
	return err
}

func (s *Stage) reached(ctx context.Context, moment <-chan struct{}) error {
	late := time.NewTimer(aimFor)
	defer late.Stop()
	select {
	case <-moment:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-late.C:
		return fmt.Errorf("the moment to kill did not come\n%s", s.Said())
	}
}
