package proxy

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"regexp"
	"strings"
)

// Codes of first messages. Source: the PostgreSQL manual, "Message Formats".
const (
	sslRequest = 80877103
	gssRequest = 80877104
)

const mostMessage = 64 << 20 // longer is a fault of ours

// postgres follows one connection: which statements have names, and what was
// written since BEGIN.
type postgres struct {
	*link
	in, out    *bufio.Reader
	statements map[string]string
	portals    map[string]string
	asked      int      // rounds: each ends with ReadyForQuery
	written    []string // since BEGIN
}

func passPostgres(l *link) {
	p := &postgres{
		link: l, in: bufio.NewReaderSize(l.client, 16<<10), out: bufio.NewReaderSize(l.server, 16<<10),
		statements: map[string]string{}, portals: map[string]string{},
	}
	l.both(p.requests, p.replies)
}

// startup passes the first message, which has no type. Nobody encrypts here.
func (p *postgres) startup() error {
	for {
		head := make([]byte, 8)
		if _, err := io.ReadFull(p.in, head); err != nil {
			return err
		}
		size := binary.BigEndian.Uint32(head)
		switch code := binary.BigEndian.Uint32(head[4:]); {
		case code == sslRequest || code == gssRequest:
			if _, err := p.client.Write([]byte{'N'}); err != nil {
				return err
			}
			continue
		case size < 8 || size > mostMessage:
			return errors.New("no start of a connection")
		}
		body := make([]byte, size-8)
		if _, err := io.ReadFull(p.in, body); err != nil {
			return err
		}
		_, err := p.server.Write(append(head, body...))
		return err
	}
}

func (p *postgres) requests() error {
	if err := p.startup(); err != nil {
		return err
	}
	out := bufio.NewWriterSize(p.server, 16<<10)
	for {
		message, err := readMessage(p.in)
		if err != nil {
			return err
		}
		if !p.request(message[0], message[5:]) {
			return nil
		}
		if _, err := out.Write(message); err != nil {
			return err
		}
		if p.in.Buffered() > 0 {
			continue
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
}

// request notes what a message asks; false where it must not be passed on.
func (p *postgres) request(kind byte, body []byte) bool {
	switch kind {
	case 'P': // Parse: name, statement
		name, rest := cutZero(body)
		p.statements[name], _ = cutZero(rest)
	case 'B': // Bind: portal, name
		portal, rest := cutZero(body)
		name, _ := cutZero(rest)
		p.portals[portal] = p.statements[name]
	case 'E': // Execute: portal
		portal, _ := cutZero(body)
		return p.meets(p.asked, p.asks(p.portals[portal]))
	case 'S': // Sync
		p.asked++
	case 'Q': // Query
		statement, _ := cutZero(body)
		p.asked++
		return p.meets(p.asked-1, p.asks(statement))
	}
	return true
}

// asks names a statement. A COMMIT is named by what it ends.
func (p *postgres) asks(statement string) Request {
	r := Request{Label: label(statement), Writes: writes(statement)}
	switch word, _, _ := strings.Cut(r.Label, " "); {
	case word == "BEGIN" || word == "ROLLBACK":
		p.written = nil
	case word == "COMMIT":
		r.Label, r.Writes = "COMMIT of "+strings.Join(p.written, ", "), len(p.written) > 0
		p.written = nil
	case r.Writes && !strings.Contains(strings.Join(p.written, ", "), r.Label):
		p.written = append(p.written, r.Label)
	}
	return r
}

func (p *postgres) replies() error {
	out := bufio.NewWriterSize(p.client, 16<<10)
	var kept bytes.Buffer // of a round that a fault waits for
	for round := -1; ; {  // the first is that of the greeting
		message, err := readMessage(p.out)
		if err != nil {
			return err
		}
		ready := message[0] == 'Z'
		a := p.fault(round)
		if ready {
			round++
		}
		switch {
		case a != nil && !ready:
			kept.Write(message)
			continue
		case a != nil && !p.befalls(a):
			return nil
		}
		if _, err := out.Write(append(kept.Bytes(), message...)); err != nil {
			return err
		}
		kept.Reset()
		if p.out.Buffered() > 0 {
			continue
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
}

// readMessage reads a message with its type and length.
func readMessage(r *bufio.Reader) ([]byte, error) {
	head := make([]byte, 5)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(head[1:])
	if size < 4 || size > mostMessage {
		return nil, fmt.Errorf("a message of %d bytes", size)
	}
	message := make([]byte, 1+size)
	copy(message, head)
	_, err := io.ReadFull(r, message[5:])
	return message, err
}

func cutZero(b []byte) (text string, rest []byte) {
	before, after, _ := bytes.Cut(b, []byte{0})
	return string(before), after
}

var (
	locking = regexp.MustCompile(`(?i)\bFOR (NO KEY )?UPDATE\b|\bDO UPDATE\b`)
	changes = regexp.MustCompile(`(?i)\b(INSERT INTO|UPDATE|DELETE FROM) +([a-z_]+)`)
)

func writes(statement string) bool {
	return changes.MatchString(locking.ReplaceAllString(strings.Join(strings.Fields(statement), " "), ""))
}

// label is what a statement changes and a sum of its text, or how it begins.
func label(statement string) string {
	plain := strings.Join(strings.Fields(strings.TrimSuffix(strings.TrimSpace(statement), ";")), " ")
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(plain)) // a hash takes everything
	var words []string
	for _, found := range changes.FindAllStringSubmatch(locking.ReplaceAllString(plain, ""), -1) {
		words = append(words, strings.ToUpper(found[1])+" "+found[2])
	}
	if len(words) == 0 {
		words = strings.Fields(plain)
		words = words[:min(len(words), 6)]
		if len(plain) < 40 {
			return plain
		}
	}
	return fmt.Sprintf("%s #%04x", strings.Join(words, " "), sum.Sum32()&0xffff)
}
