package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
)

// listener answers HTTP/1.1 on a free port of this machine. It knows as much
// of HTTP as bots need who post JSON over connections that are kept: net/http
// would cost more here than in the bot.
type listener struct {
	answer func(ctx context.Context, method string, body []byte) (answer []byte, then func())

	tcp     net.Listener
	stop    context.CancelFunc
	mu      sync.Mutex
	conns   map[net.Conn]bool
	opened  int64 // connections so far
	running sync.WaitGroup
}

func (l *listener) start() error {
	ctx, stop := context.WithCancel(context.Background())
	l.stop, l.conns = stop, map[net.Conn]bool{}
	var err error
	if l.tcp, err = new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0"); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	l.running.Go(func() {
		for {
			conn, err := l.tcp.Accept()
			if err != nil {
				return // closed
			}
			l.mu.Lock()
			l.opened++
			l.conns[conn] = true
			l.mu.Unlock()
			l.running.Go(func() { l.serve(ctx, conn) })
		}
	})
	return nil
}

func (l *listener) url() string { return "http://" + l.tcp.Addr().String() }

func (l *listener) connections() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.opened
}

func (l *listener) close() {
	l.stop()
	_ = l.tcp.Close() // nothing is lost with it
	l.mu.Lock()
	for conn := range l.conns {
		_ = conn.Close() // nor with these
	}
	l.mu.Unlock()
	l.running.Wait()
}

func (l *listener) serve(ctx context.Context, conn net.Conn) {
	defer func() {
		_ = conn.Close() // the other side has gone, or we have
		l.mu.Lock()
		delete(l.conns, conn)
		l.mu.Unlock()
	}()
	in := bufio.NewReaderSize(conn, 8<<10)
	var body, out []byte
	for {
		method, n, err := readHead(in)
		if err != nil {
			return
		}
		if cap(body) < n {
			body = make([]byte, n)
		}
		body = body[:n]
		if _, err := io.ReadFull(in, body); err != nil {
			return
		}
		answer, then := l.answer(ctx, method, body)
		out = append(out[:0], "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "...)
		out = strconv.AppendInt(out, int64(len(answer)), 10)
		out = append(append(out, "\r\n\r\n"...), answer...)
		_, err = conn.Write(out)
		if then != nil {
			then() // people see what was done also where the bot did not hear of it
		}
		if err != nil {
			return
		}
	}
}

var errChunked = errors.New("a body without a length")

// readHead reads up to the body: the last part of the path, and the length.
func readHead(in *bufio.Reader) (method string, length int, err error) {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return "", 0, err
	}
	if parts := bytes.Fields(line); len(parts) == 3 {
		method = string(parts[1][bytes.LastIndexByte(parts[1], '/')+1:])
	}
	for {
		if line, err = in.ReadSlice('\n'); err != nil {
			return "", 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			return method, length, nil
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		switch {
		case len(name) == len("Content-Length") && strings.EqualFold(string(name), "Content-Length"):
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return "", 0, err
			}
		case strings.EqualFold(string(name), "Transfer-Encoding"):
			return "", 0, errChunked
		}
	}
}
