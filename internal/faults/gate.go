package faults

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// gate stands before the local Telegram. It can let one call through and keep
// its answer back: Telegram has done it, and the program does not know.
type gate struct {
	next http.Handler

	mu     sync.Mutex
	holds  func(method, body string) bool // nil: nothing is held
	caught chan struct{}
}

// hold keeps back the answer to the next call that matches, for as long as the
// caller lives. The channel is closed when the call was carried out.
func (g *gate) hold(matches func(method, body string) bool) <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.holds, g.caught = matches, make(chan struct{})
	return g.caught
}

// ServeHTTP passes calls on.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	armed := g.holds != nil
	g.mu.Unlock()
	method := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	if !armed || method == "getUpdates" {
		g.next.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the caller is gone
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	caught, ok := g.catch(method, string(body))
	if !ok {
		g.next.ServeHTTP(w, r)
		return
	}
	g.next.ServeHTTP(httptest.NewRecorder(), r)
	close(caught)
	<-r.Context().Done()
}

func (g *gate) catch(method, body string) (chan struct{}, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.holds == nil || !g.holds(method, body) {
		return nil, false
	}
	g.holds = nil
	return g.caught, true
}
