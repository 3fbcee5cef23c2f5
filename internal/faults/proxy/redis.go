package proxy

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// passRedis follows one connection: every command has one reply, in order;
// what a server says by itself in between is passed on.
func passRedis(l *link) {
	in, out := bufio.NewReaderSize(l.client, 16<<10), bufio.NewReaderSize(l.server, 16<<10)
	l.both(func() error { return commands(l, in) }, func() error { return answers(l, out) })
}

func commands(l *link, in *bufio.Reader) error {
	out := bufio.NewWriterSize(l.server, 16<<10)
	for n := 0; ; n++ {
		var raw bytes.Buffer
		words, err := readCommand(in, &raw)
		if err != nil {
			return err
		}
		if !l.meets(n, commandOf(words)) {
			return nil
		}
		if _, err := out.Write(raw.Bytes()); err != nil {
			return err
		}
		if in.Buffered() > 0 {
			continue
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
}

func answers(l *link, in *bufio.Reader) error {
	out := bufio.NewWriterSize(l.client, 16<<10)
	for n := 0; ; {
		var raw bytes.Buffer
		aside, err := readReply(in, &raw)
		if err != nil {
			return err
		}
		if !aside {
			a := l.fault(n)
			n++
			if a != nil && !l.befalls(a) {
				return nil
			}
		}
		if _, err := out.Write(raw.Bytes()); err != nil {
			return err
		}
		if in.Buffered() > 0 {
			continue
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
}

var errNotRedis = errors.New("this is not what Redis speaks")

// readCommand reads a list of strings; raw gets every byte.
func readCommand(in *bufio.Reader, raw *bytes.Buffer) ([]string, error) {
	line, err := readLine(in, raw)
	if err != nil {
		return nil, err
	}
	n, err := count(line, '*')
	if err != nil {
		return nil, err
	}
	words := make([]string, n)
	for i := range words {
		if line, err = readLine(in, raw); err != nil {
			return nil, err
		}
		size, err := count(line, '$')
		if err != nil {
			return nil, err
		}
		word := make([]byte, size+2)
		if _, err := io.ReadFull(in, word); err != nil {
			return nil, err
		}
		raw.Write(word)
		words[i] = string(word[:size])
	}
	return words, nil
}

// readReply reads one value of any kind; aside is one that answers nothing.
func readReply(in *bufio.Reader, raw *bytes.Buffer) (aside bool, err error) {
	line, err := readLine(in, raw)
	if err != nil {
		return false, err
	}
	if len(line) == 0 {
		return false, errNotRedis
	}
	values := 0
	switch line[0] {
	case '+', '-', ':', '_', '#', ',', '(':
		return false, nil
	case '$', '=', '!':
		return false, readBulk(in, raw, line)
	case '*', '~', '>':
		values, err = number(line)
	case '%':
		values, err = number(line)
		values *= 2
	case '|': // attributes, then the value itself
		values, err = number(line)
		values = 2*values + 1
	default:
		return false, errNotRedis
	}
	for range max(values, 0) {
		if err != nil {
			return false, err
		}
		_, err = readReply(in, raw)
	}
	return line[0] == '>', err
}

func readBulk(in *bufio.Reader, raw *bytes.Buffer, line string) error {
	size, err := number(line)
	if err != nil || size < 0 { // -1 is nothing
		return err
	}
	_, err = io.CopyN(raw, in, int64(size)+2)
	return err
}

func readLine(in *bufio.Reader, raw *bytes.Buffer) (string, error) {
	line, err := in.ReadString('\n')
	raw.WriteString(line)
	return strings.TrimRight(line, "\r\n"), err
}

func count(line string, kind byte) (int, error) {
	if len(line) < 2 || line[0] != kind {
		return 0, errNotRedis
	}
	n, err := number(line)
	if err == nil && (n < 0 || n > mostMessage) {
		err = errNotRedis
	}
	return n, err
}

func number(line string) (int, error) {
	n, err := strconv.Atoi(line[1:])
	if err != nil {
		return 0, fmt.Errorf("%w: %q", errNotRedis, line)
	}
	return n, nil
}

var (
	digits  = regexp.MustCompile(`[0-9]+`)
	reading = []string{"GET", "MGET", "EXISTS", "TTL", "PTTL", "PING", "HELLO", "CLIENT", "INFO", "AUTH", "SELECT", "COMMAND", "SCRIPT"}
)

// commandOf names a command: a script by the sum of its text, however it is
// called, and the first key without its numbers.
func commandOf(words []string) Request {
	if len(words) == 0 {
		return Request{Label: "nothing"}
	}
	name, rest := strings.ToUpper(words[0]), words[1:]
	r := Request{Label: name, Writes: !slices.Contains(reading, name)}
	if (name == "EVAL" || name == "EVALSHA") && len(rest) > 2 {
		sum := rest[0]
		if name == "EVAL" {
			raw := sha1.Sum([]byte(rest[0])) // the name that Redis gives it
			sum = hex.EncodeToString(raw[:])
		}
		r.Label, rest = "SCRIPT "+sum[:min(8, len(sum))], rest[2:]
	}
	if len(rest) > 0 {
		r.Text = rest[0]
		if strings.Contains(r.Text, ":") {
			r.Label += " " + digits.ReplaceAllString(r.Text, "N")
		}
	}
	return r
}
