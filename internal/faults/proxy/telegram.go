package proxy

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"
)

// Telegram stands before a Bot API server in process. A label is a method's
// name.
type Telegram struct {
	Switch
	Next http.Handler
}

// ServeHTTP passes calls on.
func (t *Telegram) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	method := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	call := Request{Label: method, Writes: !strings.HasPrefix(method, "get")}
	if t.anyArmed() {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the caller is gone
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		call.Text = string(body)
	}
	a := t.meet(call)
	if a == nil {
		t.Next.ServeHTTP(w, r)
		return
	}
	answer := httptest.NewRecorder()
	if a.Deed != LoseRequest && a.Deed != HoldRequest {
		t.Next.ServeHTTP(answer, r)
	}
	close(a.done)
	switch a.Deed {
	case HoldRequest, HoldReply:
		<-r.Context().Done()
	case DelayReply:
		late := time.NewTimer(a.Late)
		defer late.Stop()
		select {
		case <-late.C:
			pass(w, answer)
		case <-r.Context().Done():
		}
	default:
		hangUp(w)
	}
}

func pass(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // the caller may be gone
}

// hangUp ends the connection without a word.
func hangUp(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if conn, _, err := h.Hijack(); err == nil {
			_ = conn.Close() // it has nothing to say any more
		}
	}
}
